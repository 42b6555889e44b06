"""Which draws a run uses, and its key.

The model's draws are keyed by (seed, replicate), and the scenario is not in the key, so runs with
one seed and replicate are paired. All policies of a future get the seed of that future. Futures
get different seeds, so that an average over futures also averages over draws; where the points of
a block are to be compared with one another (one at a time, Morris, Saltelli), the block has one.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sahelsim.experiment.sweep.spec import SweepSpec
from sahelsim.scenario.hashing import canonical

if TYPE_CHECKING:
    import pandas as pd

KEY_BYTES = 16
SAME = ("format", "version", "model_hash", "source_data_hash", "posterior")


def mixed(number: Any) -> npt.NDArray[np.uint32]:
    """MurmurHash3's 32-bit finaliser: a bijection of 0 … 2**32 - 1 that scatters, with 0 -> 0.

    Source: Appleby, MurmurHash3, public domain (2011).
    """
    x = np.atleast_1d(np.asarray(number, dtype=np.uint32)).copy()
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return x


def common_draws(spec: SweepSpec) -> str:
    """Which runs share draws: ``policies``, ``blocks`` or ``futures``."""
    if spec.design.common_draws is not None:
        return spec.design.common_draws
    return "blocks" if spec.design.method in ("oat", "morris", "saltelli") else "policies"


def future_seeds(spec: SweepSpec, futures: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Seed of the model's draws in every future [futures].

    Futures that share draws have one seed, all others have different ones. Future 0 has the
    sweep's own, so ``sahelsim run`` repeats its runs.
    """
    number = np.arange(len(futures))
    sharing = common_draws(spec)
    if sharing == "futures":
        group = np.zeros_like(number)
    elif sharing == "blocks":
        _, first, place = np.unique(
            futures["block"].to_numpy(), return_index=True, return_inverse=True
        )
        group = first[place]
    else:
        group = number
    return (mixed(group) ^ np.uint32(spec.seed)).astype(np.int64)


def cell_digest(spec: SweepSpec, policy: str, future: int, values: dict[str, float]) -> bytes:
    """Hash of what all replicates of a policy in a future share (32 bytes)."""
    identity = spec.identity
    content = {
        **{key: identity[key] for key in SAME},
        "policy": policy,
        "scenario_hash": identity["policies"][policy]["scenario_hash"],
        "future": future,
        "values": {spec.uncertainties[name].target: value for name, value in values.items()},
    }
    return hashlib.sha256(canonical(content).encode()).digest()


def run_key(cell: bytes, seed: int, replicate: int) -> bytes:
    """The 16-byte key of one run."""
    content = cell + struct.pack("<II", seed, replicate)
    return hashlib.blake2b(content, digest_size=KEY_BYTES).digest()

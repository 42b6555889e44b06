"""Bring shards together: parts are copied, rows are counted once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sahelsim.base.errors import InputError
from sahelsim.experiment.files import replacing
from sahelsim.experiment.sweep.parts import KINDS, part_files
from sahelsim.experiment.sweep.result import load_sweep, stored_futures, stored_spec
from sahelsim.experiment.sweep.store import SweepStore, describe, read_manifest

SHARDS = "shard-*"


class Merged(NamedTuple):
    """What a merge brought together."""

    shards: int
    runs: int
    missing: int


def shard_folders(path: Path) -> list[Path]:
    """Shards below a directory, in name order."""
    return sorted(folder for folder in path.glob(SHARDS) if (folder / "manifest.json").is_file())


def merge(path: Path, shards: Sequence[Path] = ()) -> Merged:
    """Merge shards into the sweep directory ``path``, which need not exist yet.

    The shards stay as they are; merging again adds what is new in them.

    Args:
        path: The whole sweep.
        shards: Directories of its shards, or other directories of the same sweep; those below
            ``path`` by default.

    Raises:
        InputError: SS4136, there are none; SS4130, they are not of one sweep.
        EnvironmentFault: the directory cannot be written.
    """
    shards = list(shards) or shard_folders(path)
    if not shards:
        raise InputError(
            "SS4136", f"there are no shards below {path}",
            hint="name their directories after it, or run some with --shard",
        )  # fmt: skip
    manifests = {shard: read_manifest(shard) for shard in shards}
    first = manifests[shards[0]]
    for shard, manifest in manifests.items():
        if manifest["specification"] != first["specification"]:
            raise InputError(
                "SS4130", f"{shard} and {shards[0]} hold different sweeps",
                hint="only shards of one sweep file and one version of sahelsim go together",
            )  # fmt: skip
    spec = stored_spec(shards[0])
    store = SweepStore(path, spec)
    manifest = {**describe(spec, first["command"]), "started": first["started"]}
    if spec.specification != first["specification"]:
        manifest |= {key: first[key] for key in ("version", "specification")}
        manifest["identity"] = {**first["identity"], "shard": [1, 1]}
    store.begin(stored_futures(shards[0]), manifest)
    try:
        for kind in KINDS:
            for shard in shards:
                for file in part_files(shard / kind):
                    _copy(file, path / kind / file.name)
        store.log("merged", shards=len(shards))
    finally:
        store.close()
    sweep = load_sweep(path)
    missing = int(np.count_nonzero(sweep.missing["status"].isna()))
    return Merged(len(shards), len(sweep.runs), missing)


def _copy(source: Path, target: Path) -> None:
    if target.exists() or source.resolve() == target.resolve():
        return
    target.parent.mkdir(exist_ok=True)
    with replacing(target) as file:
        file.write(source.read_bytes())

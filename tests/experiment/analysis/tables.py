"""Synthetic sweeps with known answers: futures from SALib's designs, runs from a formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sahelsim.model.draws import make_key, uniform_grid

Formula = Callable[[Any], Any]


def uniforms(rows: int, columns: int, stream: int = 0) -> Any:
    """Keyed uniforms [rows, columns]."""
    return uniform_grid(make_key(11), 9_700, stream, rows, columns)


def futures(unit: Any, names: list[str], blocks: Any = None) -> pd.DataFrame:
    """Futures whose values are their places in the unit cube."""
    table: dict[str, Any] = {"name": None, "block": np.arange(len(unit))}
    if blocks is not None:
        table["block"] = blocks
    table |= {name: unit[:, k] for k, name in enumerate(names)}
    table |= {f"unit.{name}": unit[:, k] for k, name in enumerate(names)}
    return pd.DataFrame(table, index=pd.RangeIndex(len(unit), name="future"))


def runs(values: Mapping[str, Any], replicates: int = 1, noise: float = 0.0) -> pd.DataFrame:
    """Runs of policies whose outcome ``y`` is given by future, plus noise that policies share."""
    frames = []
    for policy, by_future in values.items():
        n = len(by_future)
        luck = noise * (uniforms(n, replicates, 5) - 0.5)
        frames.append(
            pd.DataFrame(
                {
                    "policy": policy,
                    "future": np.repeat(np.arange(n), replicates),
                    "replicate": np.tile(np.arange(replicates), n),
                    "status": "ok",
                    "y": (np.asarray(by_future)[:, None] + luck).ravel(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def ishigami(unit: Any) -> Any:
    """Ishigami's function on the unit cube, a = 7, b = 0.1."""
    x = np.pi * (2 * unit - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def g_function(unit: Any, a: tuple[float, ...] = (0.0, 1.0, 9.0, 99.0)) -> Any:
    """Sobol's g-function."""
    return np.prod([(abs(4 * unit[:, k] - 2) + b) / (1 + b) for k, b in enumerate(a)], axis=0)

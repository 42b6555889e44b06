"""Outcomes over replicates in a few numbers, and numbers as people read them."""

from __future__ import annotations

import math

import numpy as np

from sahelsim.base.columns import reals
from sahelsim.experiment.running import Run

LOW, HIGH = 0.05, 0.95


def summarise(run: Run) -> dict[str, dict[str, float]]:
    """Median, mean and the 5 % and 95 % quantiles of every outcome over replicates.

    Outcomes that no replicate has are left out; ``share`` is the share of replicates that have it.
    """
    result: dict[str, dict[str, float]] = {}
    table = run.tables["outcomes"]
    for id in table.column_names:
        if id in ("replicate", "seed"):
            continue
        values = reals(table[id])
        present = values[np.isfinite(values)]
        if len(present) == 0:
            continue
        low, median, high = np.quantile(present, (LOW, 0.5, HIGH))
        result[id] = {
            "median": float(median),
            "mean": float(present.mean()),
            "low": float(low),
            "high": float(high),
            "share": len(present) / len(values),
        }
    return result


def number(value: float) -> str:
    """A number to three significant digits with thousands separated: 12,300; 0.452; 0.5.

    Small numbers are never shown as zero; what is not finite is a dash.
    """
    if not math.isfinite(value):
        return "–"
    rounded = float(f"{value:.2e}")
    if abs(rounded) >= 100 or rounded == int(rounded):
        return f"{int(rounded):,}"
    if abs(rounded) < 1e-4:
        return f"{rounded:.3g}"
    return f"{rounded:.6f}".rstrip("0")

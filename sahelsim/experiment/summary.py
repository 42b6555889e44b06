"""Outcomes over replicates in a few numbers, and numbers as people read them."""

from __future__ import annotations

import math

import numpy as np

from sahelsim.experiment.run import Run

LOW, HIGH = 0.05, 0.95


def summarise(run: Run) -> dict[str, dict[str, float]]:
    """Median, mean and the 5 % and 95 % quantiles of every outcome over replicates.

    Outcomes that no replicate has are left out; ``share`` is the share of replicates that have it.
    """
    result: dict[str, dict[str, float]] = {}
    for id, column in run.outcomes.drop(columns="seed").items():
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        present = values[np.isfinite(values)]
        if len(present) == 0:
            continue
        low, median, high = np.quantile(present, (LOW, 0.5, HIGH))
        result[str(id)] = {
            "median": float(median),
            "mean": float(present.mean()),
            "low": float(low),
            "high": float(high),
            "share": len(present) / len(values),
        }
    return result


def number(value: float) -> str:
    """A number with about three significant digits and thousands separated: 12,300; 0.452."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size >= 1000:
        digits = max(0, 2 - int(math.floor(math.log10(size))))
        return f"{round(value, digits - 0) if digits else round(value):,.0f}"
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.1 else f"{value:.3g}"

"""From long tables over replicates to quantiles by day or week: what a chart shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
COLUMNS = ("q05", "q25", "q50", "q75", "q95")


def spread(values: Any, *, counted: bool = False) -> dict[str, float]:
    """Quantiles of one set of replicates, NaN left out; empty where nothing is left.

    Of things ``counted`` the quantiles are values that occur; else they are interpolated.
    """
    present = np.asarray(values, dtype=np.float64)
    present = present[np.isfinite(present)]
    if len(present) == 0:
        return {}
    levels = np.quantile(present, QUANTILES, method="inverted_cdf" if counted else "linear")
    return dict(zip(COLUMNS, map(float, levels), strict=True))


def wide(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """A series of one actor (or tail) as a grid: rows are dates, columns replicates.

    Args:
        frame: Rows (replicate, date, ``column``), at most one per replicate and date.
        column: The series; a replicate's missing day stays NaN.
    """
    grid = frame.pivot(index="date", columns="replicate", values=column)
    grid.index = pd.to_datetime(grid.index)
    return grid.astype(np.float64)


def weekly(grid: pd.DataFrame, how: str = "sum") -> pd.DataFrame:
    """Weeks from the first day on, indexed by their first day; a last short week is left out.

    A sum over two days would look like a collapse. A run of less than a week is one short week.
    """
    week = np.arange(len(grid)) // 7
    blocks = grid.groupby(week)
    whole = blocks.sum() if how == "sum" else blocks.mean()
    whole.index = grid.index[::7]
    full = len(grid) // 7
    return whole.iloc[: max(full, 1)]


def thinned(grid: pd.DataFrame, most: int = 260) -> pd.DataFrame:
    """At most ``most`` rows, evenly spaced and ending with the last."""
    if len(grid) <= most:
        return grid
    step = -(-len(grid) // most)
    return grid.iloc[(len(grid) - 1) % step :: step]


def fan(grid: pd.DataFrame, *, counted: bool = False) -> pd.DataFrame:
    """Quantiles over replicates of each row of ``grid``: index date, columns q05 … q95.

    Rows that no replicate has are left out. Of things ``counted`` the quantiles are values that
    occur (no 0.45 of an event); else they are interpolated, as NumPy does by default.
    """
    kept = grid.dropna(how="all")
    if kept.empty:
        return pd.DataFrame(columns=list(COLUMNS), index=kept.index, dtype=np.float64)
    values: Any = kept.to_numpy()
    quantile: Any = np.nanquantile if np.isnan(values).any() else np.quantile
    method = "inverted_cdf" if counted else "linear"
    levels = quantile(values, QUANTILES, axis=1, method=method).T
    return pd.DataFrame(levels, index=kept.index, columns=list(COLUMNS))


def counts(
    events: pd.DataFrame, dates: pd.DatetimeIndex, replicates: Sequence[int], value: str = ""
) -> pd.DataFrame:
    """Events a day as a grid [date, replicate]; zero where there is none.

    Args:
        events: Rows (replicate, date, …).
        dates: Every day of the run.
        replicates: Every replicate, those without events too.
        value: Column to add up instead of counting rows.
    """
    keys = [pd.to_datetime(events["date"]), events["replicate"].astype(int)]
    grouped = events.groupby(keys, observed=True)
    table = (grouped[value].sum() if value else grouped.size()).unstack().fillna(0.0)
    return table.reindex(index=dates, columns=list(replicates), fill_value=0.0).astype(np.float64)

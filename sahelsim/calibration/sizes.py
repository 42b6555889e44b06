"""Sizes of fatal events: how many events of each toll a country had in each month.

The shipped figures are derived from UCDP GED 24.1 as ``data/README.md`` says; a table of events
that was imported replaces the months that it covers.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

SIZES_FILE = "event_sizes.csv.gz"
_DATA = Path(__file__).with_name("data")
_KEYS = ["month_id", "country", "best"]


def event_sizes(events: pd.DataFrame | None = None) -> pd.DataFrame:
    """Counts of fatal events by month, country and toll.

    Args:
        events: A canonical table of events; the shipped figures where None.

    Returns:
        Columns month_id, country (mli, bfa, ner), best (deaths, 1 or more), events (their number).
    """
    shipped = _shipped()
    if events is None:
        return shipped.copy()
    kept = shipped[~shipped["month_id"].between(events["month_id"].min(), events["month_id"].max())]
    joined = pd.concat([kept, count_sizes(events)], ignore_index=True)
    return joined.sort_values(_KEYS).reset_index(drop=True)


def count_sizes(events: pd.DataFrame) -> pd.DataFrame:
    """Count the fatal events of a canonical table; columns as in :func:`event_sizes`."""
    fatal = events[events["best"] > 0]
    return fatal.groupby(_KEYS, sort=True).size().rename("events").reset_index()


@cache
def _shipped() -> pd.DataFrame:
    return pd.read_csv(_DATA / SIZES_FILE)

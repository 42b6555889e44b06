"""From events to the monthly figures that the project ships: counts, never single events."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd

from sahelsim.calibration.event_table import (
    COUNTRIES,
    COUNTRY_IDS,
    DEATHS,
    TYPES,
    group_side,
    parse_month,
)
from sahelsim.experiment.files import write_bytes

FIRST_MONTH = parse_month("2012-01")  # of the series by country
FIRST_PLACE_MONTH = parse_month("2018-01")  # of the figures by place

MONTHS_FILE = "conflict_months.csv.gz"
COUNTRIES_FILE = "country_months.csv.gz"
PLACE_KEYS = ["month_id", "country", "region", "locality", "actor", "opponent", "type"]
SUMS = ["events", "fatal_events", "best", "low", "high", *DEATHS]


def place_months(events: pd.DataFrame) -> pd.DataFrame:
    """Monthly figures by place or rest of region, actor, opponent and type.

    Returns:
        Columns :data:`PLACE_KEYS` and :data:`SUMS` (``events`` counts all, ``fatal_events`` those
        with ``best`` of 1 or more); only combinations that occurred, sorted by the keys.
    """
    frame = events.copy()
    frame["actor"], frame["opponent"] = group_side(events)
    frame["events"] = 1
    frame["fatal_events"] = (frame["best"] > 0).astype("int64")
    return frame.groupby(PLACE_KEYS, sort=True)[SUMS].sum().reset_index()


def country_series(events: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Deaths (best) by country, month and type, months without events included.

    Args:
        events: Canonical table.
        first: First month_id.
        last: Last month_id.

    Returns:
        Columns month_id, country, country_id, sb, ns, os, all, events, fatal_events.
    """
    index = pd.MultiIndex.from_product(
        [range(first, last + 1), COUNTRIES], names=["month_id", "country"]
    )
    deaths = events.pivot_table(
        index=["month_id", "country"], columns="type", values="best", aggfunc="sum"
    )
    counts = events.groupby(["month_id", "country"])["best"].agg(
        events="size", fatal_events=lambda best: (best > 0).sum()
    )
    table = deaths.reindex(columns=list(TYPES)).join(counts).reindex(index).fillna(0)
    table = table.astype("int64").reset_index()
    table.columns.name = None
    table.insert(2, "country_id", table["country"].map(COUNTRY_IDS))
    table["all"] = table[list(TYPES)].sum(axis=1)
    return table[[*table.columns[:3], *TYPES, "all", "events", "fatal_events"]]


def write_figures(path: Path, table: pd.DataFrame) -> None:
    """Write a table as gzipped CSV whose bytes depend on the table alone."""
    text = table.to_csv(index=False, lineterminator="\n")
    write_bytes(path, gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))

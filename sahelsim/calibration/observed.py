"""Observed conflict, as the project ships it: monthly figures derived from UCDP GED 24.1.

Source: Sundberg & Melander (2013), Davies et al. (2024), UCDP GED 24.1 (CC BY 4.0); the window ends
in July 2023. ``data/README.md`` has the citation and the command that makes the files. A table that
``sahelsim data import`` made of a newer file extends or replaces them through ``events``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import did_you_mean
from sahelsim.calibration.derive import (
    COUNTRIES_FILE,
    FIRST_MONTH,
    FIRST_PLACE_MONTH,
    MONTHS_FILE,
    PLACE_KEYS,
    country_series,
    place_months,
)
from sahelsim.calibration.event_table import TYPES, parse_month

__all__ = [
    "CITATION", "FIRST_MONTH", "FIRST_PLACE_MONTH", "LAST_MONTH", "TARGETS",
    "country_months", "country_table", "observed_months",
]  # fmt: skip

DATA = Path(__file__).with_name("data")

LAST_MONTH = parse_month("2023-07")  # of both tables; what came later is for others to score
TARGETS = (*TYPES, "all")
CITATION = (
    "UCDP GED 24.1 (CC BY 4.0): Sundberg & Melander 2013, Davies, Engström, Pettersson & Öberg 2024"
)


def observed_months(events: pd.DataFrame | None = None) -> pd.DataFrame:
    """Monthly figures by place, actor and type; rows where something happened, sorted.

    Args:
        events: A canonical table (:func:`~sahelsim.calibration.event_table.read_events`). Its
            months, from its first to its last event, replace and extend the shipped ones.

    Returns:
        Columns

        - ``month_id``: (year - 1980) * 12 + month, by the last day of the event;
        - ``country``: mli, bfa, ner;
        - ``region``: first-level region, as in the table of localities (empty: not known);
        - ``locality``: nearest place within 50 km, or empty for the rest of the region;
        - ``actor``: the armed group (sb, ns) or the perpetrator (os), an actor id or one of
          :data:`~sahelsim.calibration.actors.MORE_ACTORS`;
        - ``opponent``: the state side (sb), the other group (ns) or ``civilians`` (os);
        - ``type``: sb, ns, os;
        - ``events``, ``fatal_events`` (best of 1 or more): numbers;
        - ``best, low, high``: deaths; ``military_deaths, insurgent_deaths, militia_deaths,
          civilian_deaths, unknown_deaths``: best by side.
    """
    shipped = _shipped_months()
    if events is None:
        return shipped.copy()
    months = events["month_id"]
    kept = shipped[~shipped["month_id"].between(months.min(), months.max())]
    joined = pd.concat([kept, place_months(events)], ignore_index=True)
    return joined.sort_values(PLACE_KEYS).reset_index(drop=True)


def country_table(events: pd.DataFrame | None = None) -> pd.DataFrame:
    """Deaths by country and month, without gaps, from 2012-01.

    Args:
        events: As in :func:`observed_months`.

    Returns:
        Columns month_id, country, country_id (mli 50, bfa 47, ner 78), sb, ns, os, all (best
        estimates of deaths), events, fatal_events; sorted by month_id, then mli, bfa, ner.

    Raises:
        InputError: SS7012, the events leave a gap after the shipped months.
    """
    shipped = _shipped_countries()
    if events is None:
        return shipped.copy()
    first, last = int(events["month_id"].min()), int(events["month_id"].max())
    if first > LAST_MONTH + 1:
        raise InputError(
            "SS7012", "the events begin after a gap of months without data",
            hint="import a file that reaches back to July 2023",
        )  # fmt: skip
    kept = shipped[~shipped["month_id"].between(first, last)]
    joined = pd.concat([kept, country_series(events, first, last)], ignore_index=True)
    return joined.sort_values("month_id", kind="stable").reset_index(drop=True)


def country_months(target: str = "sb", events: pd.DataFrame | None = None) -> pd.DataFrame:
    """The observed series of one target, in the form of the VIEWS challenge.

    Args:
        target: sb (state-based, as VIEWS scores), ns, os or all.
        events: As in :func:`observed_months`.

    Returns:
        Columns month_id, country_id, outcome (deaths, best estimate).

    Raises:
        InputError: SS7013 no such target; SS7012 as in :func:`country_table`.
    """
    if target not in TARGETS:
        raise InputError(
            "SS7013", f"unknown target '{target}'",
            hint=did_you_mean(target, TARGETS) or f"allowed: {', '.join(TARGETS)}",
        )  # fmt: skip
    table = country_table(events)
    return table[["month_id", "country_id", target]].rename(columns={target: "outcome"})


@cache
def _shipped_months() -> pd.DataFrame:
    return pd.read_csv(DATA / MONTHS_FILE, keep_default_na=False)


@cache
def _shipped_countries() -> pd.DataFrame:
    return pd.read_csv(DATA / COUNTRIES_FILE)

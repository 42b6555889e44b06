"""Made-up conflict for tests: canonical tables without a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sahelsim.calibration.event_table import DEATHS, canonical
from sahelsim.theatre import load_theatre


def table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """A canonical table; each row overrides a state-based event of one death at Gao."""
    plain: dict[str, Any] = {
        "source": "ged", "date_end": "2023-01-01", "country": "mli", "region": "Gao",
        "locality": "gao", "type": "sb", "side_a": "mli", "side_b": "jnim", "perpetrator": "",
        "side_a_name": "A", "side_b_name": "B", "best": 1, "lat": 16.27, "lon": -0.04,
        "where_prec": 1, "date_prec": 1, **dict.fromkeys(DEATHS, 0),
    }  # fmt: skip
    full = []
    for number, row in enumerate(rows):
        event = {"event_id": f"{number:06d}", **plain, **row}
        event["date_start"] = row.get("date_start", event["date_end"])
        event.setdefault("low", event["best"])
        event.setdefault("high", event["best"])
        full.append(event)
    return canonical(
        pd.DataFrame(full).assign(
            date_end=lambda t: pd.to_datetime(t["date_end"]),
            date_start=lambda t: pd.to_datetime(t["date_start"]),
        )
    )


def spread_conflict(seed: int = 1, months: int = 43, a_month: float = 30.0) -> pd.DataFrame:
    """Events from 2020-01 on over all places, lognormal sizes, types in turn."""
    draw = np.random.default_rng(seed)
    places = [(place.country, place.admin1, place.id) for place in load_theatre().localities]
    places.append(("ner", "Diffa", ""))
    days = int(months * 30.4)
    rows = []
    for number in range(draw.poisson(a_month * months)):
        country, region, place = places[draw.integers(len(places))]
        kind = ("sb", "ns", "os")[number % 3]
        best = int(draw.lognormal(1.4, 1.1))
        sides = {
            "sb": (
                country,
                "jnim",
                {"military_deaths": best // 3, "insurgent_deaths": best - best // 3},
            ),
            "ns": ("issp", "jnim", {"insurgent_deaths": best}),
            "os": ("jnim" if number % 2 else country, "civilians", {"civilian_deaths": best}),
        }[kind]
        rows.append({
            "date_end": str((pd.Timestamp("2020-01-01") +
                             pd.Timedelta(days=int(draw.integers(days)))).date()),
            "country": country, "region": region, "locality": place, "type": kind,
            "side_a": sides[0], "side_b": sides[1],
            "perpetrator": sides[0] if kind == "os" else "", "best": best, **sides[2],
        })  # fmt: skip
    return table(rows)

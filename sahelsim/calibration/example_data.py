"""Small tables of invented events in each form that can be imported, to try the importers on."""

from __future__ import annotations

import csv
import io
from typing import Any

from sahelsim.base.errors import InputError

FORMS: dict[str, str] = {
    "ged": "UCDP GED, the official file",
    "hdx": "UCDP GED, as the Humanitarian Data Exchange has it",
    "acled": "an ACLED export",
}

# country, region, lat, lon, date, sides, type, deaths of side a, side b and civilians: all invented
_EVENTS = (
    ("Mali", "Gao region", 16.27, -0.04, "2023-06-03", "Government of Mali", "JNIM", 1, 2, 5, 0),
    ("Mali", "Tombouctou region", 16.77, -3.0, "2023-06-17", "JNIM", "Civilians", 3, 0, 0, 4),
    ("Burkina Faso", "Sahel region", 14.1, -1.63, "2023-07-01", "Government of Burkina Faso",
     "JNIM", 1, 6, 9, 1),
    ("Mali", "Ménaka region", 15.92, 2.4, "2023-07-09", "IS", "JNIM", 2, 7, 3, 0),
    ("Niger", "Tillabéri region", 14.21, 1.45, "2023-07-20", "Government of Niger", "IS", 1, 0, 0,
     0),
)  # fmt: skip
_ACLED_NAMES = {
    "Government of Mali": "Military Forces of Mali (2021-)",
    "Government of Burkina Faso": "Military Forces of Burkina Faso (2022-)",
    "Government of Niger": "Military Forces of Niger (2021-2023)",
    "JNIM": "JNIM: Group for Support of Islam and Muslims",
    "IS": "Islamic State Sahel Province (ISSP)",
}


def example(form: str) -> str:
    """Return the text of a CSV table of five invented events.

    Args:
        form: A key of :data:`FORMS`.

    Raises:
        InputError: SS7008, no such form.
    """
    if form not in FORMS:
        raise InputError("SS7008", f"unknown form '{form}'", hint=f"allowed: {', '.join(FORMS)}")
    make = _acled if form == "acled" else _ged
    rows = [make(number, event, form) for number, event in enumerate(_EVENTS, 1)]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _ged(number: int, event: tuple[Any, ...], form: str) -> dict[str, Any]:
    country, region, lat, lon, date, side_a, side_b, kind, dead_a, dead_b, civilians = event
    best = dead_a + dead_b + civilians
    end = "_est" if form == "hdx" else ""
    year, month, day = date.split("-")
    date = f"{month}/{day}/{year} 00:00:00" if form == "hdx" else date
    return {
        "id": number, "type_of_violence": kind, "side_a": side_a, "side_b": side_b,
        "country": country, "adm_1": region, "latitude": lat, "longitude": lon, "where_prec": 1,
        "date_prec": 1, "date_start": date, "date_end": date, "deaths_a": dead_a,
        "deaths_b": dead_b, "deaths_civilians": civilians, "deaths_unknown": 0,
        f"best{end}": best, f"low{end}": best, f"high{end}": best + 2,
    }  # fmt: skip


def _acled(number: int, event: tuple[Any, ...], _: str) -> dict[str, Any]:
    country, region, lat, lon, date, side_a, side_b, kind, *dead = event
    names = {"Civilians": f"Civilians ({country})", **_ACLED_NAMES}
    return {
        "event_id_cnty": f"EXA{number}", "event_date": date, "time_precision": 1,
        "event_type": "Violence against civilians" if kind == 3 else "Battles",
        "actor1": names[side_a], "actor2": names[side_b],
        "civilian_targeting": "Civilian targeting" if kind == 3 else "", "country": country,
        "admin1": region.removesuffix(" region"), "latitude": lat, "longitude": lon,
        "geo_precision": 1, "fatalities": sum(dead),
    }  # fmt: skip

"""UCDP GED events as the canonical table; both dialects of the file.

The official download has ``best, low, high`` and ISO dates, the one of the Humanitarian Data
Exchange ``best_est, low_est, high_est`` and dates as MM/DD/YYYY; the columns tell them apart.
Sundberg & Melander (2013), Davies et al. (2024). An event counts in the month of ``date_end``,
which reproduces the series that VIEWS uses.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sahelsim.calibration.actors import Actor, actor_of, deaths_column
from sahelsim.calibration.delimited import Cells, Row, TextTable, coded, dated, whole, within
from sahelsim.calibration.event_table import DEATHS
from sahelsim.calibration.imported import COUNTRY, Imported, import_rows

OFFICIAL = {"best": "best", "low": "low", "high": "high"}
HDX = {"best": "best_est", "low": "low_est", "high": "high_est"}
NEEDED = (
    "id", "type_of_violence", "side_a", "side_b", "country", "adm_1", "latitude", "longitude",
    "where_prec", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b",
    "deaths_civilians", "deaths_unknown",
)  # fmt: skip
TYPE = {"1": "sb", "2": "ns", "3": "os"}
DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y")


def import_ged(path: Path | str) -> Imported:
    """Read a UCDP GED file, plain, gzipped or zipped; events of other countries are passed over.

    Raises:
        InputError: SS7001-SS7003 the file is no GED table; SS7004 cells cannot be read (each with
            line and column); SS7005 an event stands twice; SS7006 it ends before it begins;
            SS7007 no event lies in Mali, Burkina Faso or Niger.
    """
    table = TextTable(path)
    hdx = "best_est" in table.columns
    deaths = HDX if hdx else OFFICIAL
    table.require([*NEEDED, *deaths.values()], "a UCDP GED file")
    return import_rows(
        table, "id", lambda cells, row: _event(cells, row, deaths), "hdx" if hdx else "official"
    )


def _event(cells: Cells, row: Row, deaths: dict[str, str]) -> dict[str, Any] | None:
    country = COUNTRY.get(row.cells["country"])
    if country is None:
        return None
    before = len(cells.problems)
    kind = cells.read(row, "type_of_violence", coded(TYPE), "allowed: 1, 2 or 3")
    count = "a whole number of zero or more"
    numbers = {
        name: cells.read(row, column, whole, count)
        for name, column in {
            **deaths, "deaths_a": "deaths_a", "deaths_b": "deaths_b",
            "deaths_civilians": "deaths_civilians", "deaths_unknown": "deaths_unknown",
        }.items()
    }  # fmt: skip
    lat = cells.read(row, "latitude", within(-90, 90), "degrees from -90 to 90")
    lon = cells.read(row, "longitude", within(-180, 180), "degrees from -180 to 180")
    where = cells.read(row, "where_prec", within(1, 7), "a whole number from 1 to 7")
    when = cells.read(row, "date_prec", within(1, 5), "a whole number from 1 to 5")
    form = "a date as 2023-07-31 or 07/31/2023 (month first)"
    start = cells.read(row, "date_start", dated(*DATE_FORMATS), form)
    end = cells.read(row, "date_end", dated(*DATE_FORMATS), form)
    if start is not None and end is not None and end < start:
        cells.add("SS7006", row, "date_end", f"the event begins on {start:%Y-%m-%d}")
    if len(cells.problems) > before:
        return None
    name_a, name_b = row.cells["side_a"], row.cells["side_b"]
    side_a = actor_of(name_a, country, lon)
    side_b = actor_of("Civilians" if kind == "os" else name_b, country, lon)
    return {
        "event_id": row.cells["id"], "source": "ged", "date_start": start, "date_end": end,
        "country": country, "region": row.cells["adm_1"], "type": kind,
        "side_a": side_a.id, "side_b": side_b.id,
        "perpetrator": side_a.id if kind == "os" else "",
        "side_a_name": name_a, "side_b_name": name_b,
        **{name: numbers[name] for name in OFFICIAL}, **_sides(kind, side_a, side_b, numbers),
        "lat": lat, "lon": lon, "where_prec": where, "date_prec": when,
    }  # fmt: skip


def _sides(kind: str, side_a: Actor, side_b: Actor, numbers: dict[str, int]) -> dict[str, int]:
    """Deaths by kind of side; against a state every unknown group counts as insurgent."""
    total = dict.fromkeys(DEATHS, 0)
    total["civilian_deaths"] = numbers["deaths_civilians"]
    total["unknown_deaths"] = numbers["deaths_unknown"]
    for side, dead in ((side_a, numbers["deaths_a"]), (side_b, numbers["deaths_b"])):
        of = "insurgent" if kind == "sb" and side.kind != "state" else side.kind
        total[deaths_column(of)] += dead
    return total

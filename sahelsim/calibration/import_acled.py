"""ACLED exports as the canonical table, in the classes of UCDP.

Only organised violence counts: battles, explosions and remote violence, violence against civilians.
An event is one-sided where civilians are the target, state-based where a state's side is involved,
else non-state. A device or shelling without a named target counts as insurgents against the
country's state, or a state against insurgents. ACLED gives one number of deaths, so ``low``,
``best`` and ``high`` are equal and the side of the dead is known in one-sided violence only.
Its terms allow no redistribution: keep the file and what is made of it to yourself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sahelsim.calibration.actors import CIVILIANS, OTHER, actor_of
from sahelsim.calibration.delimited import Cells, Row, TextTable, coded, dated, whole, within
from sahelsim.calibration.event_table import DEATHS
from sahelsim.calibration.imported import COUNTRY, Imported, import_rows

NEEDED = (
    "event_id_cnty", "event_date", "time_precision", "event_type", "actor1", "actor2", "country",
    "admin1", "latitude", "longitude", "geo_precision", "fatalities",
)  # fmt: skip
AGAINST_CIVILIANS = "Violence against civilians"
VIOLENCE = ("Battles", "Explosions/Remote violence", AGAINST_CIVILIANS)
DATE_FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d-%b-%Y")
WHERE_PREC = {"1": 1, "2": 3, "3": 4}  # ACLED's town, part of a region, region
DATE_PREC = {"1": 1, "2": 3, "3": 4}  # day, week, month


def import_acled(path: Path | str) -> Imported:
    """Read an ACLED export, plain, gzipped or zipped; other countries and protests are passed over.

    Raises:
        InputError: SS7001-SS7003 the file is no ACLED export; SS7004 cells cannot be read (each
            with line and column); SS7005 an event stands twice; SS7007 there is no event of the
            theatre.
    """
    table = TextTable(path)
    table.require(NEEDED, "an ACLED export")
    return import_rows(table, "event_id_cnty", _event, "acled")


def _event(cells: Cells, row: Row) -> dict[str, Any] | None:
    country = COUNTRY.get(row.cells["country"])
    if country is None or row.cells["event_type"] not in VIOLENCE:
        return None
    before = len(cells.problems)
    dead = cells.read(row, "fatalities", whole, "a whole number of zero or more")
    lat = cells.read(row, "latitude", within(-90, 90), "degrees from -90 to 90")
    lon = cells.read(row, "longitude", within(-180, 180), "degrees from -180 to 180")
    where = cells.read(row, "geo_precision", coded(WHERE_PREC), "allowed: 1, 2 or 3")
    when = cells.read(row, "time_precision", coded(DATE_PREC), "allowed: 1, 2 or 3")
    date = cells.read(
        row, "event_date", dated(*DATE_FORMATS), "a date as 2023-07-31 or 31 July 2023"
    )
    if len(cells.problems) > before:
        return None
    kind, side_a, side_b = _sides(row, country, lon)
    deaths = dict.fromkeys(DEATHS, 0)
    deaths["civilian_deaths" if kind == "os" else "unknown_deaths"] = dead
    return {
        "event_id": row.cells["event_id_cnty"], "source": "acled", "date_start": date,
        "date_end": date, "country": country, "region": row.cells["admin1"], "type": kind,
        "side_a": side_a, "side_b": side_b, "perpetrator": side_a if kind == "os" else "",
        "side_a_name": row.cells["actor1"], "side_b_name": row.cells["actor2"],
        "best": dead, "low": dead, "high": dead, **deaths,
        "lat": lat, "lon": lon, "where_prec": where, "date_prec": when,
    }  # fmt: skip


def _sides(row: Row, country: str, lon: float) -> tuple[str, str, str]:
    """Return type, side a and side b; civilians are always side b."""
    first = actor_of(row.cells["actor1"], country, lon)
    second = actor_of(row.cells["actor2"], country, lon)
    targeted = row.cells.get("civilian_targeting") or row.cells["event_type"] == AGAINST_CIVILIANS
    if targeted or CIVILIANS in (first.id, second.id):
        return "os", second.id if first.id == CIVILIANS else first.id, CIVILIANS
    if not row.cells["actor2"]:
        return "sb", first.id, OTHER if first.kind == "state" else country
    return "sb" if "state" in (first.kind, second.kind) else "ns", first.id, second.id

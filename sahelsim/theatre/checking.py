"""Whether a folder holds a theatre that the model can run: every fault, with its file and line.

The actors are compiled into the model: a theatre fills their places (three states, three groups,
their militia, partners), it does not name others. Nine localities are named by outcomes and by the
three capitals; a theatre has them under these ids, whatever they are called on its map.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import one_of
from sahelsim.base.problems import Mark, Problem
from sahelsim.base.suggest import did_you_mean
from sahelsim.theatre.actors import ACTORS, GROUPS, PARTNERS, STATES
from sahelsim.theatre.geography import great_circle_km
from sahelsim.theatre.load import OPTIONAL, TABLES, load_theatre
from sahelsim.theatre.tables import read_table
from sahelsim.theatre.theatre import Theatre

CAPITALS = dict(zip(STATES, ("bamako", "niamey", "ouagadougou"), strict=True))
NAMED = ("gao", "tessalit", "kidal", "aguelhok", "ber", "anefis")
HOLDERS = (*STATES, *GROUPS, "un", "none")
NEAR_KM = 60.0  # an airfield serves a place no farther away
SHORTEST = 0.95  # of the great circle: no road is shorter


def check_theatre(folder: Path) -> tuple[Theatre | None, list[Problem]]:
    """Return the theatre of a folder, or None where it cannot be read, and every fault found."""
    if not (folder / "data").is_dir():
        hint = "sahelsim theatre new FOLDER writes one to begin from"
        return None, [Problem("SS3001", f"{folder} has no folder 'data'", hint=hint)]
    problems = [fault for name in TABLES for fault in _readable(folder, name)]
    if problems:
        return None, problems
    try:
        theatre = load_theatre(folder)
        checker = _Checker(theatre)
        checker.run()
        registers = (theatre.parameters, theatre.orders, theatre.outcomes, theatre.mechanisms)
        assert all(registers)
    except InputError as fault:
        return None, [Problem(fault.code, fault.message, hint=fault.hint, file=fault.where or "")]
    return theatre, checker.problems


def _readable(folder: Path, name: str) -> list[Problem]:
    path = folder / "data" / f"{name}.csv"
    if name in OPTIONAL and not path.exists():
        return []
    try:
        read_table(path, TABLES[name][0])
    except InputError as fault:
        return [Problem(fault.code, fault.message, hint=fault.hint, file=fault.where or str(path))]
    except (UnicodeDecodeError, csv.Error) as fault:
        return [Problem("SS3002", f"the table cannot be read: {fault}", file=str(path))]
    return []


class _Checker:
    def __init__(self, theatre: Theatre) -> None:
        self.theatre = theatre
        self.problems: list[Problem] = []
        self.places = {place.id for place in theatre.localities}
        self.fields = {field.icao for field in theatre.airfields}

    def run(self) -> None:
        self.localities()
        self.airfields()
        self.roads()
        self.aircraft()
        self.others()
        self.required()
        if not self.problems:
            self.reach()

    # ---- telling -------------------------------------------------------------------------------

    def note(
        self, table: str, row: int, column: str, message: str, hint: str | None = None,
        code: str = "SS3007",
    ) -> None:  # fmt: skip
        """Note a fault of one cell: ``row`` counts from 0 below the header."""
        path = self.theatre.folder / "data" / f"{table}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        line = row + 2
        text = lines[line - 1] if line <= len(lines) else ""
        start = _cell(lines[0], text, column)
        value = str(getattr(getattr(self.theatre, table)[row], column))
        mark = Mark(line, start, max(1, len(value)))
        self.problems.append(
            Problem(code, message, (column,), hint, mark, str(path), source_line=text)
        )

    def among(self, table: str, row: int, column: str, names: Iterable[str]) -> None:
        """Note a cell that is not one of ``names``."""
        names = list(names)
        value = getattr(getattr(self.theatre, table)[row], column)
        if value not in names:
            hint = did_you_mean(value, names) or f"one of {one_of(names, 20)}"
            self.note(table, row, column, f"there is no '{value}'", hint, code="SS3005")

    def positive(self, table: str, row: int, *columns: str) -> None:
        """Note cells that are not above zero."""
        for column in columns:
            value = getattr(getattr(self.theatre, table)[row], column)
            if not value > 0:
                self.note(table, row, column, f"{value:g} is not above 0")

    def evidence(self, table: str, row: int) -> None:
        """Note a row without a source or with an unknown confidence."""
        record = getattr(self.theatre, table)[row]
        if not record.source:
            self.note(table, row, "source", "the row has no source",
                      "a publisher with its address, or 'assumed'")  # fmt: skip
        if record.confidence not in ("H", "M", "L"):
            self.note(table, row, "confidence", f"there is no confidence '{record.confidence}'",
                      "H, M or L")  # fmt: skip

    # ---- tables --------------------------------------------------------------------------------

    def localities(self) -> None:
        for row, place in enumerate(self.theatre.localities):
            self.among("localities", row, "country", STATES)
            self.among("localities", row, "holder", HOLDERS)
            self.positive("localities", row, "population")
            self.position("localities", row)
            self.evidence("localities", row)
            if place.airfield and place.airfield not in self.fields:
                self.among("localities", row, "airfield", self.fields)
            if place.garrison != (place.holder == place.country):
                message = f"a garrison stands where the state holds: {place.garrison} here"
                self.note("localities", row, "garrison", message.replace("True", "yes")
                          .replace("False", "no"), f"the holder is '{place.holder}'")  # fmt: skip
            for group in GROUPS:
                if not 0 <= place.home(group) <= 1:
                    self.note("localities", row, f"{group}_home", "a home is 0 to 1")

    def position(self, table: str, row: int) -> None:
        record = getattr(self.theatre, table)[row]
        for column, limit in (("lat", 90.0), ("lon", 180.0)):
            value = getattr(record, column)
            if not abs(value) <= limit:
                self.note(table, row, column, f"{value:g} is no {column}", f"at most {limit:g}")

    def airfields(self) -> None:
        at = {place.id: place for place in self.theatre.localities}
        for row, field in enumerate(self.theatre.airfields):
            self.among("airfields", row, "country", STATES)
            self.among("airfields", row, "locality", self.places)
            self.among("airfields", row, "surface", ("paved", "unpaved"))
            self.among("airfields", row, "c130_use", ("yes", "marginal", "no"))
            self.positive("airfields", row, "runway_m", "mog", "operating_hours")
            self.position("airfields", row)
            self.evidence("airfields", row)
            if not (len(field.icao) == 4 and field.icao.isalnum() and field.icao.isupper()):
                self.note("airfields", row, "icao", f"'{field.icao}' is no ICAO code",
                          "four capital letters or digits")  # fmt: skip
            if not field.mog_low <= field.mog <= field.mog_high:
                self.note("airfields", row, "mog", "mog lies outside mog_low to mog_high")
            if field.locality in at:
                place = at[field.locality]
                km = great_circle_km(field.lat, field.lon, place.lat, place.lon)
                if km > NEAR_KM:
                    self.note("airfields", row, "locality", f"{place.id} is {km:.0f} km away",
                              f"at most {NEAR_KM:g} km")  # fmt: skip

    def roads(self) -> None:
        at = {place.id: place for place in self.theatre.localities}
        for row, road in enumerate(self.theatre.roads):
            self.among("roads", row, "start", self.places)
            self.among("roads", row, "end", self.places)
            self.positive("roads", row, "road_km")
            self.evidence("roads", row)
            if road.id != f"{road.start}--{road.end}":
                self.note("roads", row, "id", f"'{road.id}' is not '{road.start}--{road.end}'")
            if road.start in at and road.end in at:
                a, b = at[road.start], at[road.end]
                km = great_circle_km(a.lat, a.lon, b.lat, b.lon)
                if road.road_km < SHORTEST * km:
                    message = f"{road.road_km:g} km is shorter than the straight line"
                    self.note("roads", row, "road_km", message, f"that is {km:.0f} km")

    def aircraft(self) -> None:
        types = [kind.id for kind in self.theatre.aircraft_types]
        for row in range(len(types)):
            self.positive("aircraft_types", row, "payload_max_t", "cruise_km_h", "burn_kg_h")
            self.evidence("aircraft_types", row)
        for row in range(len(self.theatre.tails)):
            self.among("tails", row, "type", types)
            self.among("tails", row, "base", self.fields)
            self.among("tails", row, "owner", (*STATES, *PARTNERS))
            self.among("tails", row, "role", ("lift", "delivery", "grounded"))
            self.evidence("tails", row)

    def others(self) -> None:
        for row, force in enumerate(self.theatre.forces):
            self.among("forces", row, "side", ACTORS)
            if not force.low <= force.central <= force.high:
                self.note("forces", row, "central", "it lies outside low to high")
            if force.partner_in:
                self.among("forces", row, "partner_in", STATES)
        for row, event in enumerate(self.theatre.events):
            if event.place and event.place not in self.places:
                self.among("events", row, "place", self.places)

    def required(self) -> None:
        path = str(self.theatre.folder / "data" / "localities.csv")
        at = {place.id: row for row, place in enumerate(self.theatre.localities)}
        for id in (*CAPITALS.values(), *NAMED):
            if id not in at:
                role = "a capital" if id in CAPITALS.values() else "named by an outcome"
                message = f"the locality '{id}' is missing: it is {role}"
                hint = "the id is the model's; the column 'name' is yours"
                self.problems.append(Problem("SS3008", message, hint=hint, file=path))
        for state, id in CAPITALS.items():
            if id in at and self.theatre.localities[at[id]].country != state:
                self.note("localities", at[id], "country", f"'{id}' is the capital of {state}")
        if not self.theatre.aircraft_types:
            table = path.replace("localities", "aircraft_types")
            self.problems.append(Problem("SS3008", "there is no aircraft type", file=table))

    def reach(self) -> None:
        """Garrisons that no road joins with a capital can be supplied by air alone, or not."""
        road_km = self.theatre.geography.road_km
        index = self.theatre.locality_index
        for row, place in enumerate(self.theatre.localities):
            capital = index[CAPITALS[place.country]]
            if not road_km[row, capital] < float("inf") and not place.airfield:
                message = f"'{place.id}' has no road to {CAPITALS[place.country]} and no airfield"
                self.note("localities", row, "id", message, "nothing can ever reach it")


def _cell(header: str, line: str, column: str) -> int:
    """Column, from 1, where the cell of ``column`` begins in a line of CSV."""
    wanted = next(csv.reader([header])).index(column)
    start, quoted = 0, False
    for place, sign in enumerate(line):
        if wanted == 0:
            break
        if sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            wanted -= 1
            start = place + 1
    return start + 1


def parameters_missing(theatre: Theatre) -> list[str]:
    """Parameters that the model reads and a theatre of its own does not give."""
    packaged: Any = load_theatre(Path(__file__).resolve().parent).parameters.ids
    return sorted(set(packaged) - set(theatre.parameters.ids))

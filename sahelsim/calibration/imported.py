"""What all importers share: going through the rows, placing the events, what is handed back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.base.problems import fail
from sahelsim.calibration.actors import OTHER
from sahelsim.calibration.delimited import Cells, Row, TextTable
from sahelsim.calibration.event_table import canonical
from sahelsim.calibration.places import home_region, nearest_localities, region_of


class Imported(NamedTuple):
    """A file that was read.

    Attributes:
        events: The canonical table (see :mod:`~sahelsim.calibration.event_table`).
        rows_read: Rows of the file, events of other countries included.
        dialect: Which form of the file it was.
    """

    events: pd.DataFrame
    rows_read: int
    dialect: str

    @property
    def unknown_names(self) -> dict[str, int]:
        """Names that no actor is known for, with the number of events, most frequent first."""
        sides = pd.concat(
            [
                self.events.loc[self.events[side] == OTHER, f"{side}_name"]
                for side in ("side_a", "side_b")
            ]
        )
        return {str(name): int(count) for name, count in sides.value_counts().items()}


COUNTRY: Mapping[str, str] = {"Mali": "mli", "Burkina Faso": "bfa", "Niger": "ner"}

Reader = Callable[[Cells, Row], dict[str, Any] | None]


def import_rows(table: TextTable, key: str, read: Reader, dialect: str) -> Imported:
    """Read every row, and return the canonical table.

    Args:
        table: The file.
        key: Column of the event's id.
        read: Turns a row into the canonical columns but locality; returns None where the row is no
            event of the theatre, or where ``cells`` has kept what is wrong with it.
        dialect: Which form of the file it is.

    Raises:
        InputError: SS7002 and SS7004-SS7006, all faults of the rows, at most twenty or so; SS7007
            there is no event.
    """
    cells = Cells(table)
    events: list[dict[str, Any]] = []
    lines: dict[str, int] = {}
    rows = 0
    for row in table:
        rows += 1
        found = read(cells, row)
        if found is not None:
            first = lines.setdefault(row.cells[key], row.line)
            if first != row.line:
                cells.add("SS7005", row, key, f"the event stands on line {first} already")
            events.append(found)
        if cells.full:
            break
    if cells.problems:
        raise fail(cells.problems)
    if not events:
        raise InputError(
            "SS7007", f"none of the {rows} rows is an event in Mali, Burkina Faso or Niger",
            where=str(table.path), hint="the column country holds English names",
        )  # fmt: skip
    return Imported(canonical(place_events(pd.DataFrame(events))), rows, dialect)


def place_events(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill ``locality`` and ``region`` from country, coordinates, precision and region name."""
    frame = frame.copy()
    frame["locality"] = nearest_localities(
        frame["country"].tolist(),
        frame["lat"].to_numpy(float),
        frame["lon"].to_numpy(float),
        frame["where_prec"].to_numpy("int64"),
    )
    homes = home_region()
    frame["region"] = [
        homes[locality] if locality else region_of(country, region)
        for locality, country, region in zip(
            frame["locality"], frame["country"], frame["region"], strict=True
        )
    ]
    return frame

"""The canonical table of conflict events: one form for observed and simulated violence.

Importers and :mod:`~sahelsim.calibration.simulated` write it, everything that measures conflict
reads it. Deaths are persons; texts that do not apply are empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sahelsim.base.errors import InputError
from sahelsim.experiment.table_files import read_table, write_table

COUNTRIES: tuple[str, ...] = ("mli", "bfa", "ner")
COUNTRY_IDS: dict[str, int] = {"mli": 50, "bfa": 47, "ner": 78}  # Gleditsch-Ward based, of VIEWS
TYPES: dict[str, str] = {"sb": "state-based", "ns": "non-state", "os": "one-sided"}
DEATHS: tuple[str, ...] = (
    "military_deaths", "insurgent_deaths", "militia_deaths", "civilian_deaths", "unknown_deaths",
)  # fmt: skip

COLUMNS: dict[str, tuple[str, str]] = {
    "event_id": ("text", "id in the source; unique within a source"),
    "source": ("text", "ged, acled or simulated"),
    "date_start": ("date", "first day"),
    "date_end": ("date", "last day; the day on which the event counts"),
    "month_id": ("whole", "month of date_end: (year - 1980) * 12 + month"),
    "country": ("text", "mli, bfa or ner: where it happened"),
    "region": ("text", "first-level region, by the names of the localities; empty if unknown"),
    "locality": ("text", "nearest place within 50 km in the country; empty: rest of the region"),
    "type": ("text", "sb state-based, ns non-state, os one-sided"),
    "side_a": ("text", "actor id of the source's first side"),
    "side_b": ("text", "actor id of the second side; civilians in one-sided violence"),
    "perpetrator": ("text", "actor id of who killed civilians (os); else empty"),
    "side_a_name": ("text", "the source's own name of side a"),
    "side_b_name": ("text", "the source's own name of side b"),
    "best": ("whole", "deaths, best estimate"),
    "low": ("whole", "deaths, low estimate"),
    "high": ("whole", "deaths, high estimate"),
    "military_deaths": ("whole", "of best: forces of a state, VDP and partners' forces included"),
    "insurgent_deaths": ("whole", "of best: members of insurgent groups"),
    "militia_deaths": ("whole", "of best: militia and communal groups"),
    "civilian_deaths": ("whole", "of best: civilians"),
    "unknown_deaths": ("whole", "of best: side not known"),
    "lat": ("number", "degrees north"),
    "lon": ("number", "degrees east"),
    "where_prec": ("whole", "1 exact, 2 within 25 km, 3 district, 4 region, 5 vague, 6 country"),
    "date_prec": ("whole", "1 the day, 2 to 2-6 days, 3 the week, 4 the month, 5 more than that"),
}
"""Column -> (kind, meaning): what documentation shows and what every writer fills."""

_DTYPES = {"text": "str", "whole": "int64", "number": "float64", "date": "datetime64[s]"}


def month_id(year: Any, month: Any) -> Any:
    """Number of a month as VIEWS counts: 1980-01 is 1, 2023-08 is 524.

    >>> month_id(2023, 8)
    524
    """
    return (year - 1980) * 12 + month


def month_start(number: int) -> date:
    """First day of a month.

    >>> month_start(524)
    datetime.date(2023, 8, 1)
    """
    years, month = divmod(number - 1, 12)
    return date(1980 + years, month + 1, 1)


def parse_month(text: str) -> int:
    """Return the month_id of ``2023-07``.

    Raises:
        InputError: SS7010, the text is not a month.
    """
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError as fault:
        raise InputError(
            "SS7010", f"'{text}' is not a month", hint="write the year and month: 2023-07"
        ) from fault
    return int(month_id(day.year, day.month))


def canonical(data: Mapping[str, Any] | pd.DataFrame) -> pd.DataFrame:
    """Give a table its canonical columns, types and order (by date_end, then event_id).

    ``month_id`` is filled from ``date_end``. Every other column of :data:`COLUMNS` must be there.
    """
    frame = pd.DataFrame(data)
    ends = pd.to_datetime(frame["date_end"])
    frame["month_id"] = month_id(ends.dt.year, ends.dt.month)
    frame = frame[list(COLUMNS)].astype(
        {name: _DTYPES[kind] for name, (kind, _) in COLUMNS.items()}
    )
    return frame.sort_values(["date_end", "event_id"], kind="stable").reset_index(drop=True)


def write_events(path: Path, events: pd.DataFrame) -> None:
    """Write a canonical table as Parquet, whole or not at all.

    Raises:
        EnvironmentFault: SS6010, the folder cannot be written.
    """
    write_table(path, [pa.Table.from_pandas(events, preserve_index=False)])


def read_events(path: Path | str) -> pd.DataFrame:
    """Read a canonical table that ``sahelsim data import`` wrote.

    Raises:
        InputError: SS2001 no such file; SS4003 it is damaged; SS7011 it is another table.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError("SS2001", f"no such file: {path}")
    table = read_table(path)
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise InputError(
            "SS7011", f"not a table of conflict events: no column '{missing[0]}'",
            where=str(path), hint="make one with: sahelsim data import ged FILE --out EVENTS",
        )  # fmt: skip
    return canonical(table.to_pandas())


def group_side(events: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return (actor, opponent) ids of every event: the armed group first.

    State-based: the group, then the state's side. One-sided: the perpetrator, then ``civilians``.
    Non-state: the insurgent group before a militia, otherwise the order of the source.
    """
    from sahelsim.calibration.actors import INSURGENTS, STATE_SIDE

    a, b = events["side_a"], events["side_b"]
    swap = np.where(
        events["type"] == "sb",
        a.isin(STATE_SIDE) & ~b.isin(STATE_SIDE),
        (events["type"] == "ns") & b.isin(INSURGENTS) & ~a.isin(INSURGENTS),
    ).astype(bool)
    return a.where(~swap, b), b.where(~swap, a)

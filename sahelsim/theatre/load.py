"""Loading the documented world from its folder."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from sahelsim.theatre import evidence, records
from sahelsim.theatre.errors import TheatreError
from sahelsim.theatre.tables import read_table
from sahelsim.theatre.theatre import PACKAGED, Theatre

VARIABLE = "SAHELSIM_THEATRE"
"""Environment variable that names another theatre's folder, for this process and its workers."""

# table name -> (record, key that must be unique)
TABLES: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "localities": (records.Locality, ("id",)),
    "roads": (records.Road, ("id",)),
    "airfields": (records.Airfield, ("icao",)),
    "aircraft_types": (records.AircraftType, ("id",)),
    "tails": (records.Tail, ("tail",)),
    "forces": (records.Force, ("id",)),
    "events": (records.Event, ("id",)),
    "disagreements": (evidence.Disagreement, ("id",)),
    "timings": (evidence.Timing, ("id",)),
    "seed_claims": (evidence.SeedClaim, ("id",)),
    "holder_mapping": (evidence.HolderRule, ("control_text", "garrison")),
    "contest_mapping": (evidence.ContestRule, ("contest_term",)),
}

# What is compiled from sources about the Sahel; another theatre may do without.
OPTIONAL = ("disagreements", "timings", "seed_claims", "holder_mapping", "contest_mapping")


def load_theatre(path: Path | None = None) -> Theatre:
    """Return the theatre of ``path``, or the one in force (read once per process).

    Args:
        path: A folder with ``data/*.csv`` laid out as the packaged one; what it lacks of
            ``parameters/*.yaml``, ``orders.yaml``, ``outcomes.yaml`` and ``mechanisms.yaml`` is
            the packaged one's. By default the folder that ``SAHELSIM_THEATRE`` names, else the
            packaged Sahel.

    Raises:
        TheatreError: SS3001 a table is missing, SS3002 a row cannot be read, SS3006 an id stands
            twice. Registers and parameters raise theirs when they are first used.
    """
    if path is not None:
        return _load(Path(path))
    named = os.environ.get(VARIABLE)
    return _kept(Path(named).resolve() if named else PACKAGED)


@lru_cache(maxsize=4)
def _kept(folder: Path) -> Theatre:
    return _load(folder)


def _load(folder: Path) -> Theatre:
    tables: dict[str, Any] = {}
    for name, (record, key) in TABLES.items():
        path = folder / "data" / f"{name}.csv"
        if name in OPTIONAL and not path.exists():
            tables[name] = ()
            continue
        tables[name] = read_table(path, record)
        _check_unique(path, tables[name], key)
    return Theatre(folder=folder, **tables)


def _check_unique(path: Path, rows: tuple[Any, ...], key: tuple[str, ...]) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        value = tuple(getattr(row, name) for name in key)
        if value in seen:
            raise TheatreError("SS3006", f"'{', '.join(value)}' stands twice", where=str(path))
        seen.add(value)

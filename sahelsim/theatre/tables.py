"""Reading a CSV table into records, strictly: same columns, typed cells, errors with the line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Hashable
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_type_hints

from sahelsim.base.suggest import did_you_mean
from sahelsim.theatre.errors import TheatreError

Record = TypeVar("Record")

_YES_NO = {"yes": True, "no": False}


def read_table(path: Path, record: type[Record]) -> tuple[Record, ...]:
    """Return the rows of ``path`` as ``record`` instances, in the order of the file.

    An empty cell is None where the field allows None, and an empty text where it is a text.

    Raises:
        TheatreError: SS3001 the file is missing; SS3002 a column is missing or unknown, or a cell
            cannot be read (file and line are given).
    """
    readers: dict[str, Callable[[str], Any]] = _readers(cast(Hashable, record))
    try:
        stream = path.open(encoding="utf-8", newline="")
    except OSError as fault:
        raise TheatreError(
            "SS3001", f"the table '{path.name}' cannot be opened", where=str(path)
        ) from fault
    with stream:
        rows = csv.DictReader(stream)
        _check_columns(path, tuple(rows.fieldnames or ()), tuple(readers))
        return tuple(_record(path, rows.line_num, record, readers, row) for row in rows)


def _check_columns(path: Path, found: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    for name in found:
        if name not in wanted:
            raise TheatreError(
                "SS3002",
                f"unknown column '{name}'",
                where=f"{path}:1",
                hint=did_you_mean(name, wanted),
            )
    for name in wanted:
        if name not in found:
            raise TheatreError("SS3002", f"missing column '{name}'", where=f"{path}:1")


def _record(
    path: Path,
    line: int,
    record: type[Record],
    readers: dict[str, Callable[[str], Any]],
    row: dict[str | Any, Any],
) -> Record:
    if None in row or None in row.values():
        raise TheatreError(
            "SS3002", "the row has more or fewer cells than the header", where=f"{path}:{line}"
        )
    values: dict[str, Any] = {}
    for name, read in readers.items():
        try:
            values[name] = read(row[name])
        except (KeyError, ValueError) as fault:
            raise TheatreError(
                "SS3002",
                f"column '{name}' cannot hold '{row[name]}'",
                where=f"{path}:{line}",
            ) from fault
    return record(**values)


@cache
def _readers(record: Hashable) -> dict[str, Callable[[str], Any]]:
    kind: Any = record
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind)}


def _reader(hint: Any) -> Callable[[str], Any]:
    simple: dict[Any, Callable[[str], Any]] = {
        str: str,
        int: int,
        float: float,
        bool: _YES_NO.__getitem__,
        date: date.fromisoformat,
        tuple[str, ...]: lambda text: tuple(part for part in text.split(";") if part),
    }
    if hint in simple:
        return simple[hint]
    kinds = [kind for kind in hint.__args__ if kind is not type(None)]
    return lambda text: _first_that_reads(text, [simple[kind] for kind in kinds])


def _first_that_reads(text: str, readers: list[Callable[[str], Any]]) -> Any:
    if text == "":
        return None
    for read in readers[:-1]:
        try:
            return read(text)
        except ValueError:
            continue
    return readers[-1](text)

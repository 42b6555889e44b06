"""The documented world as plain rows: what ``sahelsim facts`` shows, filtered by conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sahelsim.base.errors import UsageError
from sahelsim.base.formatting import one_of
from sahelsim.base.suggest import did_you_mean
from sahelsim.theatre.theatre import Theatre

Row = dict[str, Any]

_CONDITION = re.compile(r"\s*(\w+)\s*(>=|<=|=|~)(.*)", re.DOTALL)
_URL = re.compile(r"https?://\S+")


def list_rows(theatre: Theatre, kind: str) -> list[Row]:
    """Return the rows of one kind, every field, in the order of the files.

    Values are texts, numbers, booleans, None or lists; days are texts (year-month-day).

    Args:
        theatre: The documented world.
        kind: A key of :data:`KINDS`.
    """
    return [_plain(row) for row in KINDS[kind](theatre)]


def select_rows(rows: Sequence[Row], conditions: Iterable[str]) -> list[Row]:
    """Return the rows that meet every condition.

    A condition is ``field=value`` (the whole text, whatever its case; one item of a list),
    ``field~part`` (a part of the text), ``field>=value`` or ``field<=value`` (numbers, or days and
    other texts in their order). ``field=`` finds empty fields.

    Raises:
        UsageError: SS1301 a condition of another form or a number that is none; SS1302 no such
            field; SS1303 a text that no row has in the field. The hint gives the nearest name.
    """
    kept = list(rows)
    for condition in conditions:
        test = _condition(rows, condition)
        kept = [row for row in kept if test(row)]
    return kept


def _aircraft(theatre: Theatre) -> list[Row]:
    """Every tail with the figures of its type; the type's source stands in ``type_source``."""
    rows = []
    for tail in theatre.tails:
        kind = asdict(theatre.aircraft_type(tail.type))
        shared = {"id", "source", "confidence", "note"}
        row = asdict(tail) | {name: value for name, value in kind.items() if name not in shared}
        row |= {"type_source": kind["source"], "type_note": kind["note"]}
        row["source"] = f"{tail.source} {tail.url}".strip()
        rows.append(row)
    return rows


def _events(theatre: Theatre) -> list[Row]:
    return [asdict(event) | {"source": event.source} for event in theatre.events]


def _sources(theatre: Theatre) -> list[Row]:
    """Every publisher and page, with the tables that lean on it and the number of their rows."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for table, source in _all_sources(theatre):
        for key in _cited(source):
            tables = found.setdefault(key, {})
            tables[table] = tables.get(table, 0) + 1
    return [
        {
            "kind": "page" if url else "assumed" if publisher == "assumed" else "publication",
            "publisher": publisher,
            "url": url,
            "tables": list(tables),
            "rows": sum(tables.values()),
        }
        for (publisher, url), tables in sorted(found.items(), key=lambda item: _folded(item[0]))
    ]


def _all_sources(theatre: Theatre) -> Iterator[tuple[str, str]]:
    for tail in theatre.tails:
        yield "tails", f"{tail.source} {tail.url}"
    for table in (
        "localities", "roads", "airfields", "aircraft_types", "forces", "events",
        "disagreements", "timings", "seed_claims", "holder_mapping", "contest_mapping",
    ):  # fmt: skip
        for item in getattr(theatre, table):
            yield table, item.source
    for id in theatre.parameters.ids:
        yield "parameters", theatre.parameters.record(id).reference


def _cited(source: str) -> set[tuple[str, str]]:
    """Return the (publisher, url) of a source text; what is assumed counts as a publisher."""
    keys = set()
    for part in source.split("; "):
        url = _URL.search(part)
        if url:
            keys.add((part[: url.start()].strip(), url.group()))
    if "assumed" in source.casefold():
        keys.add(("assumed", ""))
    return keys or {(source.strip(), "")}


def _folded(key: tuple[str, str]) -> tuple[bool, str, str]:
    return key[0] != "assumed", key[0].casefold(), key[1]


def _table(name: str) -> Callable[[Theatre], list[Row]]:
    return lambda theatre: [asdict(item) for item in getattr(theatre, name)]


def _parameters(theatre: Theatre) -> list[Row]:
    parameters = theatre.parameters
    return [asdict(parameters.record(id)) for id in parameters.ids]


KINDS: dict[str, Callable[[Theatre], list[Row]]] = {
    "events": _events,
    "airfields": _table("airfields"),
    "aircraft": _aircraft,
    "localities": _table("localities"),
    "roads": _table("roads"),
    "forces": _table("forces"),
    "parameters": _parameters,
    "orders": _table("orders"),
    "outcomes": _table("outcomes"),
    "disagreements": _table("disagreements"),
    "timings": _table("timings"),
    "claims": _table("seed_claims"),
    "sources": _sources,
}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


# --- Conditions -----------------------------------------------------------------------------------


def _condition(rows: Sequence[Row], text: str) -> Callable[[Row], bool]:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise UsageError(
            "SS1301",
            f"'{text}' is not a condition",
            hint="write field=value, field~part, field>=value or field<=value",
        )
    field, sign, wanted = match[1], match[2], match[3].strip()
    if rows and field not in rows[0]:
        raise UsageError(
            "SS1302",
            f"unknown field '{field}'",
            hint=did_you_mean(field, rows[0]) or f"fields: {one_of(rows[0], limit=40)}",
        )
    if sign == "~":
        return lambda row: wanted.casefold() in text_of(row[field]).casefold()
    if sign == "=":
        return _equal(rows, field, wanted)
    return _ordered(rows, field, sign, wanted)


def _equal(rows: Sequence[Row], field: str, wanted: str) -> Callable[[Row], bool]:
    if any(_is_number(row[field]) for row in rows):
        if wanted == "":
            return lambda row: row[field] is None
        number = _number(field, wanted)
        return lambda row: bool(row[field] == number)

    def names(row: Row) -> list[str]:
        value = row[field]
        items = value if isinstance(value, list) and value else [value]
        return [text_of(item).casefold() for item in items]

    known = {text_of(item) for row in rows for item in _items(row[field])}
    if wanted and wanted.casefold() not in {name.casefold() for name in known}:
        raise UsageError(
            "SS1303",
            f"no row has {field}='{wanted}'",
            hint=did_you_mean(wanted, known)
            or (
                f"values: {one_of(sorted(known - {''}))}"
                if len(known) <= 30
                else f"try {field}~{wanted}"
            ),
        )
    return lambda row: wanted.casefold() in names(row)


def _ordered(rows: Sequence[Row], field: str, sign: str, wanted: str) -> Callable[[Row], bool]:
    limit: Any = _number(field, wanted) if any(_is_number(row[field]) for row in rows) else wanted

    def test(row: Row) -> bool:
        value = row[field]
        if value is None or isinstance(value, list) or _is_number(value) != _is_number(limit):
            return False
        value = value if _is_number(value) else text_of(value)
        return bool(value >= limit) if sign == ">=" else bool(value <= limit)

    return test


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(field: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError("SS1301", f"{field} is a number, and '{text}' is none") from None


def text_of(value: Any) -> str:
    """Return a value as conditions and tables write it: yes and no, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(text_of(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{key} {text_of(item)}" for key, item in value.items() if item not in ("", None, [])
        )
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)

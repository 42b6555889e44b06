"""From files to one scenario: parents first, then each file's differences, then ``--set``.

Precedence, in one line: ``--set`` over the file over its parents.  Within one layer nothing may be
said twice.  Every value remembers the file and line it came from, so that a fault is shown there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sahelsim.base.problems import Path, Problem, value_text
from sahelsim.base.suggest import did_you_mean
from sahelsim.base.yaml_source import Source
from sahelsim.scenario.schema import Derivation

_TABLES = ("parameters", "factors", "aircraft")
_FIXED = ("id", "actor", "verb")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_OWN = tuple(Derivation.model_fields)


@dataclass(frozen=True)
class Origin:
    """Where a value was written."""

    source: Source
    path: Path


@dataclass
class _Entry:
    """An item of a list or table, with the origin of the whole and of each replaced key."""

    value: Any
    origin: Origin
    changed: dict[str, Origin] = field(default_factory=dict)


@dataclass
class Merged:
    """The layers merged so far; ``data`` and ``locate`` are what the checks use."""

    leaf: Source
    scalars: dict[str, _Entry] = field(default_factory=dict)
    tables: dict[tuple[str, ...], dict[str, _Entry]] = field(default_factory=dict)
    assumptions: list[_Entry] = field(default_factory=list)
    orders: list[_Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    origins: dict[Path, Origin] = field(default_factory=dict)

    def add(self, source: Source) -> None:
        """Lay one file over what its parents gave."""
        self.leaf = source
        data = source.data
        if not isinstance(data, dict):
            message = f"expected a mapping of key: value, not {value_text(data)}"
            hint = "begin with 'id: …' (sahelsim scenario new writes a template)"
            self.problems.append(source.problem("SS2105", (), message, hint))
            return
        self.scalars.pop("id", None)  # a file never inherits its name
        self._drop(source, data.get("without"))
        self._replace(source, data.get("replace"), data.get("without"))
        inherited = len(self.orders)
        for key, value in data.items():
            if key not in _OWN:
                self._lay(source, key, value)
        if "start" in data or "end" in data:
            self._fit_window(inherited, source)

    def override(self, source: Source) -> None:
        """Lay the overrides of ``--set`` over everything."""
        for key, value in source.data.items():
            origin = Origin(source, (key,))
            head, _, rest = key.partition(".")
            if head == "parameter":
                self.tables.setdefault(("parameters",), {})[rest] = _Entry(value, origin)
            elif head == "orders":
                order_id, _, argument = rest.partition(".")
                self._change(source, (key,), order_id, {argument: value}, {argument: origin})
            else:
                self.scalars[key] = _Entry(value, origin)
        if "start" in source.data or "end" in source.data:
            self._fit_window(len(self.orders), source)

    def data(self) -> dict[str, Any]:
        """Return the merged plain data and record the origin of each part."""
        self.origins = {(): Origin(self.leaf, ())}
        out: dict[str, Any] = {}
        for key, entry in self.scalars.items():
            out[key] = entry.value
            self.origins[(key,)] = entry.origin
        for path, entries in self.tables.items():
            table = out.setdefault(path[0], {})
            for step in path[1:]:
                table = table.setdefault(step, {}) if isinstance(table, dict) else table
            if not isinstance(table, dict):
                continue  # a layer put a plain value there: the schema will say so
            for key, entry in entries.items():
                table[key] = entry.value
                self.origins[(*path, key)] = entry.origin
        for name, items in (("assumptions", self.assumptions), ("orders", self.orders)):
            if items and name not in out:  # else a layer put a plain value there
                out[name] = [entry.value for entry in items]
            for index, entry in enumerate(items):
                self.origins[(name, index)] = entry.origin
                for key, origin in entry.changed.items():
                    self.origins[(name, index, key)] = origin
        return out

    def locate(
        self,
        code: str,
        path: Path,
        message: str,
        hint: str | None = None,
        on_key: bool = False,
        at: Path | None = None,
        key: str | None = None,
    ) -> Problem:
        """Return a problem at ``path`` of the merged data, shown where that was written."""
        source, full = self._origin(path)
        shown = None if at is None else self._origin(at)[1]
        return source.problem(code, full, message, hint, on_key=on_key, at=shown, key=key)

    def _origin(self, path: Path) -> tuple[Source, Path]:
        for end in range(len(path), -1, -1):
            origin = self.origins.get(path[:end])
            if origin is not None:
                return origin.source, origin.path + path[end:]
        return self.leaf, path

    def _lay(self, source: Source, key: str, value: Any) -> None:
        if key in ("assumptions", "orders") and isinstance(value, list):
            for index, item in enumerate(value):
                entry = _Entry(item, Origin(source, (key, index)))
                if key == "orders":
                    self._add_order(entry)
                else:
                    self.assumptions.append(entry)
        elif key in _TABLES and isinstance(value, dict):
            self._lay_table(source, (key,), value)
        elif key == "initial" and isinstance(value, dict):
            for section, table in value.items():
                if isinstance(table, dict):
                    self._lay_table(source, (key, section), table)
                elif table is not None:
                    self.tables.setdefault((key,), {})[section] = _Entry(
                        table, Origin(source, (key, section))
                    )
        elif value is not None or key not in (*_TABLES, "assumptions", "orders", "initial"):
            self.scalars[key] = _Entry(value, Origin(source, (key,)))

    def _lay_table(self, source: Source, path: tuple[str, ...], table: dict[str, Any]) -> None:
        entries = self.tables.setdefault(path, {})
        for key, value in table.items():
            entries[key] = _Entry(value, Origin(source, (*path, key)))

    def _add_order(self, entry: _Entry) -> None:
        order_id = _id_of(entry)
        for other in self.orders:
            if order_id is not None and _id_of(other) == order_id:
                same = other.origin.source is entry.origin.source
                line = other.origin.source.mark(other.origin.path)
                first = f"first on line {line.line}" if line else "it stands twice"
                elsewhere = f"{other.origin.source.name} gives it; change it with 'replace:'"
                self._note(
                    "SS2203",
                    entry.origin,
                    ("id",),
                    f"the order id '{order_id}' is taken",
                    first if same else elsewhere,
                )
                return
        self.orders.append(entry)

    def _drop(self, source: Source, names: Any) -> None:
        if not isinstance(names, list):
            if names is not None:
                self._note_shape(source, "without", "a list of order ids", names)
            return
        known = [str(_id_of(entry)) for entry in self.orders]
        gone = set()
        for index, name in enumerate(names):
            origin = Origin(source, ("without", index))
            if not isinstance(name, str):
                message = f"expected an order id, not {value_text(name)}"
                self._note("SS2105", origin, (), message, None)
                continue
            if name in gone:
                self._note("SS2216", origin, (), f"'{name}' is dropped twice", None)
            elif name not in known:
                self._unknown_order(origin, name, known)
            gone.add(name)
        self._forget(gone)

    def _forget(self, gone: set[Any]) -> None:
        """Remove orders, and the factors that would vary them."""
        self.orders = [entry for entry in self.orders if _id_of(entry) not in gone]
        factors = self.tables.get(("factors",), {})
        for name, entry in list(factors.items()):
            target = entry.value.get("parameter") if isinstance(entry.value, dict) else None
            head, _, rest = target.partition(".") if isinstance(target, str) else ("", "", "")
            if head == "orders" and rest.split(".")[0] in gone:
                del factors[name]

    def _replace(self, source: Source, table: Any, without: Any) -> None:
        if not isinstance(table, dict):
            if table is not None:
                self._note_shape(source, "replace", "a mapping of order id: changes", table)
            return
        dropped = without if isinstance(without, list) else []
        for order_id, changes in table.items():
            path: Path = ("replace", order_id)
            if order_id in dropped:
                message = f"'{order_id}' is both dropped and replaced"
                self._note("SS2216", Origin(source, path), (), message, None, on_key=True)
            elif not isinstance(changes, dict):
                message = f"expected a mapping of key: new value, not {value_text(changes)}"
                self._note("SS2105", Origin(source, path), (), message, None)
            else:
                origins = {key: Origin(source, (*path, key)) for key in changes}
                self._change(source, path, order_id, changes, origins)

    def _change(
        self,
        source: Source,
        path: Path,
        order_id: str,
        changes: Mapping[str, Any],
        origins: Mapping[str, Origin],
    ) -> None:
        for entry in self.orders:
            if _id_of(entry) == order_id:
                break
        else:
            known = [str(_id_of(entry)) for entry in self.orders]
            self._unknown_order(Origin(source, path), order_id, known, on_key=True)
            return
        for key in changes:
            if key in _FIXED:
                hint = "drop the order with 'without:' and write a new one"
                message = f"'{key}' of an inherited order cannot be replaced"
                self._note("SS2217", origins[key], (), message, hint, on_key=True)
                return
        position = self.orders.index(entry)
        changed = {**entry.changed, **origins}
        self.orders[position] = _Entry({**entry.value, **changes}, entry.origin, changed)

    def _fit_window(self, inherited: int, source: Source) -> None:
        """Let inherited orders beyond a changed end fall away; refuse those before a new start."""
        start, end = (self._date(key) for key in ("start", "end"))
        late: set[Any] = set()
        for entry in self.orders[:inherited]:
            on = _as_date(entry.value.get("on")) if isinstance(entry.value, dict) else None
            if on is None:
                continue
            if end is not None and on >= end:
                late.add(_id_of(entry))
            elif start is not None and on < start:
                message = f"the inherited order '{_id_of(entry)}' of {on} lies before the new start"
                hint = "drop it with 'without:', and state what it left behind under 'initial:'"
                origin = Origin(source, ("start",))
                self._note("SS2202", origin, (), message, hint)
        self._forget(late)

    def _date(self, key: str) -> date | None:
        return _as_date(self.scalars[key].value) if key in self.scalars else None

    def _unknown_order(
        self, origin: Origin, name: Any, known: list[str], on_key: bool = False
    ) -> None:
        hint = did_you_mean(str(name), known) or "see: sahelsim scenario show"
        message = f"no inherited order has the id {value_text(name)}"
        self._note("SS2218", origin, (), message, hint, on_key=on_key)

    def _note_shape(self, source: Source, key: str, expected: str, value: Any) -> None:
        message = f"expected {expected}, not {value_text(value)}"
        self._note("SS2105", Origin(source, (key,)), (), message, None)

    def _note(
        self,
        code: str,
        origin: Origin,
        path: Path,
        message: str,
        hint: str | None,
        on_key: bool = False,
    ) -> None:
        full = origin.path + path
        self.problems.append(origin.source.problem(code, full, message, hint, on_key=on_key))


def _id_of(entry: _Entry) -> Any:
    if not isinstance(entry.value, dict):
        return None
    value = entry.value.get("id")
    return value if isinstance(value, str) else None


def _as_date(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return None

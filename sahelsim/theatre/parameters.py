"""The numbers of the model: ``theatre/parameters/<mechanism>.yaml``, read, looked up and changed.

A file maps names to entries with the keys of :class:`~sahelsim.theatre.records.Parameter`
(description, symbol, unit, value, low, high, distribution, reference, confidence, and optionally
``dated``, a list of ``{from: day, value: number}``). ``value`` is a number, or a family: a mapping
from suffixes to numbers along the axis named by ``by``. The axes of :data:`AXES` prescribe their
suffixes and the order of them; ``type``, ``locality`` and ``case`` are open. ``low`` and ``high``
are numbers or mappings with the same suffixes. The id is ``<file>.<name>`` or
``<file>.<name>.<suffix>``. A ``fixed`` entry may leave the range out.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from sahelsim.base.formatting import one_of
from sahelsim.base.suggest import did_you_mean
from sahelsim.theatre import actors
from sahelsim.theatre.errors import ParameterError
from sahelsim.theatre.plain_yaml import read_plain_yaml
from sahelsim.theatre.records import Parameter

DISTRIBUTIONS = ("uniform", "triangular", "lognormal", "fixed")
CONFIDENCES = ("sourced", "derived", "assumed")
AXES: dict[str, tuple[str, ...]] = {**actors.AXES, "militia": actors.MILITIAS}
OPEN_AXES = ("type", "locality", "case")
_REQUIRED = ("description", "unit", "value", "reference", "confidence")
_ALLOWED = (*_REQUIRED, "symbol", "low", "high", "distribution", "dated", "by")


class ParameterSet:
    """An immutable set of parameters; changing a value gives a new set.

    Args:
        records: The parameters; ids must be unique.
    """

    def __init__(self, records: Iterable[Parameter]) -> None:
        self._records: dict[str, Parameter] = {}
        for record in records:
            if record.id in self._records:
                raise ParameterError("SS3012", f"parameter '{record.id}' is defined twice")
            self._records[record.id] = record

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id, in the order of the files."""
        return tuple(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, id: object) -> bool:
        return id in self._records

    def record(self, id: str) -> Parameter:
        """Return the parameter with its range and reference.

        Raises:
            ParameterError: SS3010, no such id; the hint gives the nearest one.
        """
        try:
            return self._records[id]
        except KeyError:
            raise ParameterError(
                "SS3010",
                f"unknown parameter '{id}'",
                hint=did_you_mean(id, self._records) or "all: sahelsim facts parameters",
            ) from None

    def value(self, id: str, on: date | None = None) -> float:
        """Return the value, on a day if the parameter is dated and ``on`` is given.

        Raises:
            ParameterError: SS3010, no such id.
        """
        record = self.record(id)
        if on is None or not record.dated:
            return record.value
        place = bisect_right([day for day, _ in record.dated], on)
        return record.dated[place - 1][1] if place else record.value

    def with_values(self, values: Mapping[str, float]) -> ParameterSet:
        """Return a set in which ``values`` hold; a value that is set loses its dated changes.

        Raises:
            ParameterError: SS3010 for an unknown id; SS3011 for a value that is not a finite
                number in the parameter's range.
        """
        return self._changed(
            {id: _in_range(self.record(id), value) for id, value in values.items()}
        )

    def beyond(self, values: Mapping[str, float]) -> ParameterSet:
        """Return a set in which ``values`` hold even outside their ranges.

        For values that take a mechanism out of the model, which no believable range contains.

        Raises:
            ParameterError: SS3010, no such id.
        """
        return self._changed({id: float(value) for id, value in values.items()})

    def _changed(self, values: Mapping[str, float]) -> ParameterSet:
        """A set with other values for known ids; without any, this one."""
        if not values:
            return self
        records = dict(self._records)
        for id, value in values.items():
            records[id] = replace(self.record(id), value=value, dated=())
        other = object.__new__(ParameterSet)
        other._records = records
        other.__dict__["_families"] = self._families  # the ids are the same
        return other

    def differing(self, other: ParameterSet) -> set[str]:
        """Ids whose record is not the one of ``other``, a set of the same ids."""
        mine, theirs = self._records, other._records
        return {id for id, record in mine.items() if record is not theirs[id]}

    def suffixes(self, name: str) -> tuple[str, ...]:
        """Return the suffixes of ``<mechanism>.<name>``, in the order of the file."""
        return self._families.get(name, ())

    @cached_property
    def _families(self) -> dict[str, tuple[str, ...]]:
        """Suffixes of every family by its name."""
        found: dict[str, tuple[str, ...]] = {}
        for id in self._records:
            name, _, suffix = id.rpartition(".")
            if "." in name:
                found[name] = (*found.get(name, ()), suffix)
        return found

    @property
    def digest(self) -> str:
        """SHA-256 of ids and values (sorted by id): equal if and only if the numbers are."""
        lines = (
            f"{record.id}={record.value!r}" + "".join(f";{day}={v!r}" for day, v in record.dated)
            for record in sorted(self._records.values(), key=lambda record: record.id)
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def load_parameters(folder: Path) -> ParameterSet:
    """Return the parameters of every YAML file of ``folder``, files in name order.

    Raises:
        ParameterError: SS3012 if an entry is malformed; the place is given.
    """
    records: list[Parameter] = []
    for path in sorted(folder.glob("*.yaml")):
        for name, entry in read_plain_yaml(path).items():
            records.extend(_entry(path, str(name), entry))
    return ParameterSet(records)


def _in_range(record: Parameter, value: Any) -> float:
    unit = "" if record.unit == "1" else f" {record.unit}"
    allowed = f"allowed: {record.low:g} to {record.high:g}{unit}"
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ParameterError("SS3011", f"{record.id} must be a number, not {value!r}", hint=allowed)
    if not record.low <= value <= record.high:
        raise ParameterError(
            "SS3011", f"{record.id} = {value:g} lies outside its range", hint=allowed
        )
    return float(value)


def _entry(path: Path, name: str, entry: Any) -> list[Parameter]:
    where = f"{path}: {name}"

    def fault(message: str, hint: str | None = None) -> ParameterError:
        return ParameterError("SS3012", message, where=where, hint=hint)

    if not isinstance(entry, dict):
        raise fault("a parameter is a mapping of its description, value, range and reference")
    for key in entry:
        if key not in _ALLOWED:
            raise fault(f"unknown key '{key}'", did_you_mean(str(key), _ALLOWED))
    for key in _REQUIRED:
        if entry.get(key) in (None, ""):
            raise fault(f"missing '{key}'")
    distribution = entry.get("distribution", "fixed")
    for key, found, allowed in (
        ("distribution", distribution, DISTRIBUTIONS),
        ("confidence", entry["confidence"], CONFIDENCES),
    ):
        if found not in allowed:
            raise fault(f"{key} '{found}' is unknown", one_of(allowed))
    records = []
    for suffix, number in _members(entry, fault).items():
        default = entry["value"] if distribution == "fixed" else None
        low, high = (_part(entry.get(end, default), suffix) for end in ("low", "high"))
        record = Parameter(
            id=f"{path.stem}.{name}{suffix}",
            description=str(entry["description"]),
            symbol=str(entry.get("symbol", "")),
            unit=str(entry["unit"]),
            value=_number(number, fault),
            low=_number(low, fault),
            high=_number(high, fault),
            distribution=distribution,
            reference=str(entry["reference"]),
            confidence=entry["confidence"],
            dated=_dated(entry.get("dated", ()), suffix, fault),
        )
        for held in (record.value, *(value for _, value in record.dated)):
            if not record.low <= held <= record.high:
                raise fault(
                    f"{record.id}: {held:g} does not lie in [{record.low:g}, {record.high:g}]"
                )
        records.append(record)
    return records


def _members(entry: dict[str, Any], fault: Any) -> dict[str, Any]:
    """Return suffix (with its dot) -> value; one empty suffix for a single number."""
    value, axis = entry["value"], entry.get("by")
    if not isinstance(value, dict):
        if axis is not None:
            raise fault("'by' is for a family of values, and this value is not a mapping")
        return {"": value}
    if axis in AXES:
        if tuple(value) != AXES[axis]:
            raise fault(f"the values by {axis} are not {', '.join(AXES[axis])}, in this order")
    elif axis not in OPEN_AXES:
        axes = one_of((*AXES, *OPEN_AXES))
        raise fault("a family of values says by which axis it varies", f"by: {axes}")
    for end in ("low", "high"):
        if isinstance(entry.get(end), dict) and set(entry[end]) != set(value):
            raise fault(f"'{end}' does not have the suffixes of 'value'")
    return {f".{suffix}": number for suffix, number in value.items()}


def _part(value: Any, suffix: str) -> Any:
    return value.get(suffix[1:]) if isinstance(value, dict) else value


def _number(value: Any, fault: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise fault(f"value, low and high must be finite numbers, not {value!r}")
    return float(value)


def _dated(entries: Any, suffix: str, fault: Any) -> tuple[tuple[date, float], ...]:
    steps = []
    for step in entries:
        if not isinstance(step, dict) or not isinstance(step.get("from"), date):
            raise fault("an item of 'dated' is {from: year-month-day, value: number}")
        steps.append((step["from"], _number(_part(step.get("value"), suffix), fault)))
    return tuple(sorted(steps))

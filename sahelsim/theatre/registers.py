"""The registers: every order, every outcome and every mechanism, each in a YAML file."""

from __future__ import annotations

from dataclasses import fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sahelsim.base.formatting import one_of
from sahelsim.base.suggest import did_you_mean
from sahelsim.theatre.actors import ACTORS
from sahelsim.theatre.errors import TheatreError
from sahelsim.theatre.plain_yaml import read_plain_yaml
from sahelsim.theatre.records import Argument, Mechanism, OrderVerb, OutcomeSpec

ARGUMENT_TYPES = (
    "locality", "airfield", "tail", "state", "group", "partner", "actor", "route", "region",
    "number", "integer", "choice", "date",
)  # fmt: skip
REFERENCE_SCENARIO = "precedent"  # of a mechanism that names none
DIRECTIONS = ("higher", "lower", "none")


def load_orders(path: Path) -> tuple[OrderVerb, ...]:
    """Return the orders of ``path``, in the order of the file.

    Raises:
        TheatreError: SS3003 for YAML faults, SS3004 for an entry that is malformed, names an
            unknown actor or argument type, or repeats a code.
    """
    orders = tuple(_order(path, str(verb), entry) for verb, entry in read_plain_yaml(path).items())
    codes: dict[int, str] = {}
    for order in orders:
        if order.code in codes:
            raise _fault(
                path, order.verb, f"its code {order.code} belongs to '{codes[order.code]}'"
            )
        codes[order.code] = order.verb
    return orders


def load_outcomes(path: Path) -> tuple[OutcomeSpec, ...]:
    """Return the outcomes of ``path``, in the order of the file.

    Raises:
        TheatreError: SS3003 for YAML faults, SS3004 for an entry that is malformed.
    """
    return tuple(_outcome(path, str(id), entry) for id, entry in read_plain_yaml(path).items())


def load_mechanisms(path: Path, ids: tuple[str, ...]) -> tuple[Mechanism, ...]:
    """Return the mechanisms of ``path``, in the order of the file.

    Args:
        path: ``mechanisms.yaml``.
        ids: Every parameter id; the patterns of a switch stand for those they match.

    Raises:
        TheatreError: SS3003 for YAML faults, SS3004 for an entry that is malformed, has neither
            switch nor note, or whose switch matches no parameter.
    """
    return tuple(
        _mechanism(path, str(id), entry, ids) for id, entry in read_plain_yaml(path).items()
    )


def _mechanism(path: Path, id: str, entry: Any, ids: tuple[str, ...]) -> Mechanism:
    names = [field.name for field in fields(Mechanism) if field.name != "id"]
    values = _checked(
        path,
        id,
        entry,
        names,
        required=[name for name in names if name not in ("note", "scenario")],
    )
    switch: dict[str, float] = {}
    for pattern, value in values["switch"].items():
        found = [name for name in ids if fnmatchcase(name, pattern)]
        if not found:
            raise _fault(path, id, f"no parameter is '{pattern}'", did_you_mean(pattern, ids))
        switch |= dict.fromkeys(found, float(value))
    if not switch and not values.get("note"):
        raise _fault(path, id, "a mechanism without a switch says why in its note")
    return Mechanism(
        id=id,
        title=str(values["title"]),
        modules=tuple(values["modules"]),
        by_default=bool(values["by_default"]),
        switch=switch,
        spec=str(values["spec"]),
        scenario=str(values.get("scenario", REFERENCE_SCENARIO)),
        note=str(values.get("note", "")),
    )


def _order(path: Path, verb: str, entry: Any) -> OrderVerb:
    allowed = [field.name for field in fields(OrderVerb) if field.name != "verb"]
    values = _checked(path, verb, entry, allowed, required=allowed)
    for actor in values["actors"]:
        _member(path, verb, "actor", actor, ACTORS)
    arguments = []
    for name, detail in values["arguments"].items():
        place = f"{verb}.{name}"
        names = [field.name for field in fields(Argument) if field.name != "name"]
        detail = _checked(path, place, detail, names, required=["type"])
        _member(path, place, "type", detail["type"], ARGUMENT_TYPES)
        choices = tuple(str(choice) for choice in detail.pop("choices", ()))
        arguments.append(Argument(name=str(name), **{"slot": "", **detail}, choices=choices))
    values["actors"] = tuple(values["actors"])
    values["arguments"] = tuple(arguments)
    return OrderVerb(verb=verb, **values)


def _outcome(path: Path, id: str, entry: Any) -> OutcomeSpec:
    names = [field.name for field in fields(OutcomeSpec) if field.name != "id"]
    values = _checked(path, id, entry, names, required=names)
    _member(path, id, "direction", values["direction"], DIRECTIONS)
    return OutcomeSpec(id=id, **{name: str(value) for name, value in values.items()})


def _checked(
    path: Path, place: str, entry: Any, allowed: list[str], required: list[str]
) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise _fault(path, place, "an entry is a mapping")
    for key in entry:
        if key not in allowed:
            raise _fault(path, place, f"unknown key '{key}'", did_you_mean(str(key), allowed))
    for key in required:
        if entry.get(key) is None:
            raise _fault(path, place, f"missing '{key}'")
    return dict(entry)


def _member(path: Path, place: str, kind: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        hint = did_you_mean(str(value), allowed) or one_of(allowed)
        raise _fault(path, place, f"unknown {kind} '{value}'", hint)


def _fault(path: Path, place: str, message: str, hint: str | None = None) -> TheatreError:
    return TheatreError("SS3004", message, where=f"{path}: {place}", hint=hint)

"""The two registers: every order (``orders.yaml``) and every outcome (``outcomes.yaml``)."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from sahelsim.base.formatting import one_of
from sahelsim.base.suggest import did_you_mean
from sahelsim.theatre.actors import ACTORS
from sahelsim.theatre.errors import TheatreError
from sahelsim.theatre.plain_yaml import read_plain_yaml
from sahelsim.theatre.records import Argument, OrderVerb, OutcomeSpec

ARGUMENT_TYPES = (
    "locality", "airfield", "tail", "state", "group", "partner", "actor", "route", "region",
    "number", "integer", "choice", "date",
)  # fmt: skip
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

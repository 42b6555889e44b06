"""Cards as forms: a field for everything that a card leaves to choose, with what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sahelsim.base.formatting import exact
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.naming import actor_name, spots
from sahelsim.exercise.phrases import Language
from sahelsim.exercise.schema import ANY, Card, PerUnit
from sahelsim.exercise.wording import argument_name, price, unit, value_name
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import GROUPS, PARTNERS, STATES
from sahelsim.theatre.records import OrderVerb


@lru_cache(maxsize=512)
def card_forms(engine: Engine, team: str, language: Language) -> list[dict[str, Any]]:
    """All cards of a team; they are the same through the game."""
    return [card_form(engine, team, id, language)
            for id in engine.exercise.file.teams[team].cards]  # fmt: skip


def card_form(engine: Engine, team: str, id: str, language: Language) -> dict[str, Any]:
    """A card with a field for everything that is left to choose."""
    card = engine.exercise.file.cards[id]
    verb = load_theatre().order(card.verb)
    return {
        "id": id,
        "text": getattr(card.text, language),
        "price": price(card, language),
        "lines": [
            {"line": line, "per": cost.per, "each": exact(cost.each)}
            if isinstance(cost, PerUnit) else {"line": line, "per": "", "each": exact(cost)}
            for line, cost in card.cost.items()
        ],
        "fields": [_field(engine, team, card, verb, name, language) for name in card.choose],
    }  # fmt: skip


def _field(
    engine: Engine, team: str, card: Card, verb: OrderVerb, name: str, language: Language
) -> dict[str, Any]:
    argument = verb.argument(name)
    allowed = card.choose[name]
    label, measure = argument_name(name, language), unit(argument.unit, language)
    shown = "" if measure.lower() in label.lower() else measure
    found = {"name": name, "label": label, "unit": shown, "required": argument.required}
    if argument.type in ("number", "integer"):
        ends = (argument.low, argument.high) if allowed == ANY else allowed
        low, high = (float(end) for end in ends if end is not None)
        wanted = argument.default
        start = min(max(float(wanted), low), high) if isinstance(wanted, int | float) else low
        return {**found, "kind": "number", "low": exact(low), "high": exact(high),
                "step": "1" if argument.type == "integer" else "any",
                "value": exact(start)}  # fmt: skip
    names = _axis(engine, argument.type, argument.choices) if allowed == ANY else allowed
    options = [(str(value), value_name(argument.type, value, language)) for value in names]
    groups = [("", options)]
    if argument.type == "locality":
        groups = _by_country(options, engine.exercise.file.teams[team].actors, language)
    return {**found, "kind": "choice", "groups": groups}


def _axis(engine: Engine, kind: str, choices: Sequence[str]) -> Sequence[str]:
    names = engine.names
    return {
        "locality": names.localities, "airfield": names.airfields, "tail": names.tails,
        "region": names.regions, "route": ["-".join(route) for route in names.routes],
        "choice": choices, "state": STATES, "group": GROUPS, "partner": PARTNERS,
        "actor": (*STATES, *GROUPS, *PARTNERS),
    }[kind]  # fmt: skip


def _by_country(
    options: Sequence[tuple[str, str]], actors: Sequence[str], language: Language
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Places in groups by country, the team's own country first, by name."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for id, name in sorted(options, key=lambda option: option[1]):
        groups.setdefault(spots()[id].country, []).append((id, name))
    order = sorted(groups, key=lambda country: (country not in actors, country))
    return [(actor_name(country, language), groups[country]) for country in order]

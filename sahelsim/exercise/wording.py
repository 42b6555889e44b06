"""Orders, cards, budgets, news and harm in the words of a reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sahelsim.base.formatting import exact
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.naming import actor_name, figure, local, outcome_name, place_name
from sahelsim.exercise.phrases import Language, catalogue, phrase
from sahelsim.exercise.schema import Card, PerUnit
from sahelsim.model.orders import REASONS
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS

MOST_PLACES = 6  # places named in one sentence


def or_raw(language: Language, prefix: str, id: str, **fields: Any) -> str:
    """A phrase of a family, or the id in plain letters where the family has none of it."""
    key = prefix + id
    return phrase(language, key, **fields) if key in catalogue() else id.replace("_", " ")


def line_name(line: str, language: Language) -> str:
    """Name of a budget line."""
    return or_raw(language, "page.line.", line)


def argument_name(name: str, language: Language) -> str:
    """Name of an argument of an order."""
    return or_raw(language, "page.argument.", name)


def unit(name: str, language: Language) -> str:
    """A unit of the register of orders; '' for none."""
    return or_raw(language, "page.unit.", name.replace("/", "_").replace("-", "_").replace(" ", "_")
                  ) if name else ""  # fmt: skip


def value_name(kind: str, value: Any, language: Language) -> str:
    """A chosen value as people say it.

    Args:
        kind: Type of the argument in the register of orders.
        value: What was chosen.
        language: The reader's.
    """
    text = str(value)
    if kind in ("number", "integer"):
        return exact(float(value)).replace(".", "," if language == "fr" else ".")
    if kind == "locality":
        return place_name(text, language)
    if kind == "region":
        return local(text, language)
    if kind in ("state", "group", "partner", "actor") or text in ACTORS:
        return actor_name(text, language)
    if kind == "airfield":
        return airfield_name(text, language)
    if kind == "route":
        return "–".join(airfield_name(icao, language) for icao in text.split("-"))
    return or_raw(language, "page.choice.", text) if kind == "choice" else text


def airfield_name(icao: str, language: Language) -> str:
    """An airfield by the place it serves."""
    found = next((f for f in load_theatre().airfields if f.icao == icao), None)
    return place_name(found.locality, language) if found and found.locality else icao


def order_words(exercise: Exercise, order: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """An order as a page shows it: the card's sentence, what was chosen, cost, reason."""
    card = exercise.file.cards[order["card"]]
    verb = load_theatre().order(card.verb)
    chosen = []
    for name in (name for name in card.choose if name in order["arguments"]):
        value = order["arguments"][name]
        argument = verb.argument(name)
        said = value_name(argument.type, value, language)
        label, measure = argument_name(name, language), unit(argument.unit, language)
        shown = "" if measure.lower() in label.lower() else measure
        chosen.append((label, f"{said} {shown}".strip()))
    return {
        "id": order["id"],
        "text": getattr(card.text, language),
        "chosen": chosen,
        "why": order["why"],
        "cost": amounts(order["cost"], language),
    }


def amounts(cost: Mapping[str, float], language: Language) -> str:
    """What something costs, in words; '' for nothing."""
    return ", ".join(
        f"{figure(amount, language)} {line_name(line, language)}" for line, amount in cost.items()
    )


def price(card: Card, language: Language) -> str:
    """What playing a card costs, before anything is chosen."""
    parts = []
    for line, cost in card.cost.items():
        name = line_name(line, language)
        if isinstance(cost, PerUnit):
            argument = load_theatre().order(card.verb).argument(cost.per)
            parts.append(
                phrase(language, "page.card.per", each=figure(cost.each, language), line=name,
                       per=unit(argument.unit, language) or argument_name(cost.per, language))
            )  # fmt: skip
        else:
            parts.append(f"{figure(cost, language)} {name}")
    return ", ".join(parts) or phrase(language, "page.card.free")


def refusal(reason: str, language: Language) -> str:
    """A reason of the model, in the reader's language; several are joined by ';'."""
    if language == "en" or not reason:
        return reason
    number = {text: n for n, text in REASONS.items()}
    parts = [
        phrase(language, "page.reason." + str(number[part])) if part in number else part
        for part in reason.split("; ")
    ]
    return "; ".join(parts)


def public_lines(news: Sequence[Mapping[str, Any]], language: Language) -> list[str]:
    """Public events of a turn by kind, with the places they happened at."""
    by_kind: dict[str, dict[str, int]] = {}
    for event in news:
        who = actor_name(event["actor"], language) if event["actor"] else ""
        label = place_name(event["place"], language) if event["place"] else who
        if event["kind"] == "place_taken" and event["place"] and who:
            label = phrase(language, "page.event.by", place=label, who=who)
        counts = by_kind.setdefault(event["kind"], {})
        counts[label] = counts.get(label, 0) + 1
    lines = []
    for kind, counts in by_kind.items():
        labels = [label for label in counts if label]
        shown = ", ".join(labels[:MOST_PLACES])
        if len(labels) > MOST_PLACES:
            rest = len(labels) - MOST_PLACES
            shown = phrase(language, "page.event.more", shown=shown, rest=rest)
        lines.append(phrase(language, "page.event." + kind, places=shown or "–"))
    return lines


def harm(history: Sequence[Mapping[str, Any]], language: Language) -> list[tuple[str, str]]:
    """What civilians have suffered so far: label and number; empty before the first turn."""
    if not history:
        return []
    return [
        (outcome_name(id, language), figure(value, language))
        for id, value in history[-1]["shared"].items()
    ]

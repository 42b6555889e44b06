"""What templates show: a picture of the game turned into words, numbers and drawings.

These functions see a reader's picture and the exercise's own file, and nothing else of a game.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sahelsim.base.formatting import exact
from sahelsim.exercise.drawing import icon_array_svg, map_svg, strength
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.naming import actor_name, day, figure, outcome_name, place_name
from sahelsim.exercise.phrases import Language, phrase
from sahelsim.exercise.web.card_forms import card_forms
from sahelsim.exercise.web.talking import forecasts, rulings, talk
from sahelsim.exercise.wording import (
    amounts,
    harm,
    line_name,
    order_words,
    public_lines,
    refusal,
)
from sahelsim.experiment.comparison import wilson_interval
from sahelsim.theatre import load_theatre

LOW_SUPPLY_D = 7.0
MOST_ALERTS = 5
MOST_MAPS = 256  # drawings kept
DEPOTS = ("food", "ammunition", "fuel")  # as the model orders classes of supply


def seat_page(engine: Engine, picture: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Everything on the page of a seat."""
    exercise = engine.exercise
    file = exercise.file
    team = picture["team"]
    rules = file.teams[team]
    history = picture["history"]
    return {
        "team": getattr(rules.name, language),
        "head": head(exercise, picture, language),
        "harm": harm(history, language),
        "news": news(picture["news"], language),
        "alerts": alerts(picture, language),
        "map": drawn(picture["map"], changed(history, picture["phase"]), language),
        "forces": forces(picture["map"]["states"], language),
        "aircraft": aircraft(picture["map"]["aircraft"], language),
        "places": places(picture["map"]["places"], language),
        "orders": [order_words(exercise, order, language) for order in picture["orders"]],
        "slots": rules.slots,
        "left": rules.slots - len(picture["orders"]),
        "budget": budget(rules.budget, picture, rules.income, language),
        "open": picture["phase"] == "write" and not picture["ready"]
        and not picture["handed_over"],
        "ready": picture["ready"],
        "cards": card_forms(engine, team, language),
        "odds": odds(exercise, picture["odds"], language),
        "roll": picture["roll"],
        "history": [past(exercise, team, turn, language) for turn in reversed(history)],
        "brief": brief(exercise, team, language),
        "talk": talk(file, picture, team, language),
        "forecasts": forecasts(exercise, picture, language),
        "rulings": rulings(file, picture["odds"], language),
        "handed": picture["handed_over"],
        "late": picture["late"],
    }  # fmt: skip


def head(exercise: Exercise, picture: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Turn, phase and date."""
    return {
        "title": getattr(exercise.file.title, language),
        "turn": phrase(language, "common.turn", number=picture["turn"], turns=picture["turns"]),
        "phase": picture["phase"],
        "phase_name": phrase(language, "page.phase." + picture["phase"]),
        "date": day(picture["date"], language),
        "rehearsal": picture["rehearsal"],
        **clock(picture["clock"]),
    }


def clock(found: Mapping[str, Any]) -> dict[str, Any]:
    """When the phase should end by plan, in seconds since 1970, or what is left at a pause."""
    if found["minutes"] is None or not found["since"]:
        return {"ends": None, "left": None}
    ends = datetime.fromisoformat(found["since"]).timestamp() + found["paused_s"]
    ends += 60.0 * (float(found["minutes"]) + found["extra_min"])
    if not found["paused"]:
        return {"ends": ends, "left": None}
    return {"ends": None, "left": ends - datetime.fromisoformat(found["paused"]).timestamp()}


def news(found: Sequence[Mapping[str, Any]], language: Language) -> list[dict[str, str]]:
    """Injects, the newest first."""
    return [
        {
            "id": item["id"],
            "text": item["text"].get(language) or next(iter(item["text"].values())),
            "confidence": phrase(language, "page.confidence." + item["confidence"].lower())
            if item["confidence"] else "",
        }
        for item in reversed(found)
    ]  # fmt: skip


def alerts(picture: Mapping[str, Any], language: Language) -> list[str]:
    """The few things a team should not miss."""
    own = [row for row in picture["map"]["places"] if row["garrison"]["source"] == "own"]
    found = []
    besieged = [place_name(row["place"], language) for row in own if row["besieged"]]
    if besieged:
        found.append(phrase(language, "page.alert.besieged", places=", ".join(besieged)))
    hungry = [
        phrase(language, "page.alert.days", place=place_name(row["place"], language),
               days=figure(row["days_of_supply"], language, 2))
        for row in own
        if row.get("days_of_supply") is not None and row["days_of_supply"] < LOW_SUPPLY_D
        and row["garrison"]["value"] > 0
    ]  # fmt: skip
    if hungry:
        found.append(phrase(language, "page.alert.supply", places=", ".join(hungry[:6])))
    for state in picture["map"]["states"].values():
        found += [
            phrase(language, "page.alert.request", who=actor_name(who, language))
            for who in state["requests"]
        ]
    if picture["history"] and picture["phase"] in ("results", "read", "write", "over"):
        failed = sum(bool(order["refused"]) for order in picture["history"][-1]["orders"])
        if failed:
            found.append(phrase(language, "page.alert.refused", count=failed))
    return found[:MOST_ALERTS]


def changed(history: Sequence[Mapping[str, Any]], phase: str) -> set[str]:
    """Places where something public happened in the turn just played."""
    if not history or phase not in ("results", "over", "read"):
        return set()
    kinds = ("place_taken", "place_lost", "siege_begins", "siege_ends", "garrison_abandons")
    return {event["place"] for event in history[-1]["public"] if event["kind"] in kinds}


@cache
def _kept() -> tuple[threading.Lock, OrderedDict[tuple[Any, ...], tuple[Any, str]]]:
    return threading.Lock(), OrderedDict()


def drawn(found: Mapping[str, Any], marked: set[str], language: Language) -> str:
    """The map of a picture, drawn once while the world stays the same.

    Pictures share their map as long as nothing in it changes, so its identity stands for it.
    """
    lock, kept = _kept()
    key = (id(found), frozenset(marked), language)
    with lock:
        if key in kept:
            kept.move_to_end(key)
            return kept[key][1]
    svg = map_svg(found["places"], language=language, changed=marked)
    with lock:
        kept[key] = (found, svg)  # kept with the map, whose identity is the key
        while len(kept) > MOST_MAPS:
            kept.popitem(last=False)
    return svg


def forces(states: Mapping[str, Any], language: Language) -> list[dict[str, Any]]:
    """Reserves, depots and pressure of the states a team plays."""
    return [
        {
            "name": actor_name(state, language),
            "rows": [
                (phrase(language, "page.force.reserve"), figure(own["reserve"], language, 6)),
                *[
                    (phrase(language, "page.depot." + kind), f"{figure(tonnes, language)} t")
                    for kind, tonnes in zip(DEPOTS, own["depot_t"], strict=True)
                ],
                (phrase(language, "page.force.pressure"),
                 figure(own["domestic_pressure"], language, 2)),
            ],
        }
        for state, own in states.items()
    ]  # fmt: skip


def aircraft(found: Sequence[Mapping[str, Any]], language: Language) -> list[dict[str, str]]:
    """Aircraft that a team owns or uses."""
    return [
        {
            "tail": item["tail"],
            "status": phrase(language, "page.status." + item["status"]),
            "user": actor_name(item["user"], language),
            "rotations": figure(item["rotations_per_week"], language),
            "hours": figure(item["flight_hours"], language),
        }
        for item in found
    ]


def places(found: Sequence[Mapping[str, Any]], language: Language) -> list[dict[str, Any]]:
    """The map as a table, one's own places first."""
    rows = sorted(
        found,
        key=lambda row: (row.get("garrison", {}).get("source") != "own",
                         place_name(row["place"], language)),
    )  # fmt: skip
    return [
        {
            "name": place_name(row["place"], language),
            "holder": actor_name(row["holder"], language),
            "besieged": row["besieged"],
            "own": row["garrison"]["source"] == "own",
            "garrison": strength(row["garrison"], language),
            "supply": figure(row["days_of_supply"], language, 2)
            if row.get("days_of_supply") is not None else "",
            "fighters": "; ".join(
                f"{actor_name(group, language)} {strength(seen, language)}"
                for group, seen in row["fighters"].items()
            ),
        }
        for row in rows
    ]  # fmt: skip


def budget(
    start: Mapping[str, float], picture: Mapping[str, Any], income: Mapping[str, float],
    language: Language,
) -> list[dict[str, Any]]:  # fmt: skip
    """Budget lines: what is left, and of how much in this turn."""
    return [
        {
            "line": line,
            "name": line_name(line, language),
            "left": exact(round(left, 6)),
            "shown": figure(left, language),
            "most": exact(start[line] + (picture["turn"] - 1) * income.get(line, 0.0)),
            "income": figure(income[line], language) if income.get(line) else "",
        }
        for line, left in picture["budget"].items()
    ]


def odds(
    exercise: Exercise, found: Mapping[str, Any] | None, language: Language
) -> dict[str, Any] | None:
    """Natural frequencies with icon arrays and their sampling error."""
    if found is None:
        return None
    total = found["futures"]
    questions = []
    for name, question in exercise.file.adjudication.questions.items():
        count = found["counts"][name]
        low, high = wilson_interval(count / total, total)
        text = getattr(question.text, language)
        sentence = phrase(language, "page.odds.sentence", count=count, total=total, text=text)
        questions.append({
            "text": text, "sentence": sentence, "count": count,
            "range": phrase(language, "page.odds.range", low=f"{100 * low:.0f}",
                            high=f"{100 * high:.0f}"),
            "icons": icon_array_svg(count, total, label=sentence),
            "ruled": phrase(language, "page.umpire.share",
                            percent=figure(found["shares"][name], language))
            if name in found["weighed"] else "",
        })  # fmt: skip
    low, middle, high = found["harm"]
    return {
        "futures": total,
        "by": phrase(language, "page.odds.by", what=_sorted_by(exercise, language)),
        "questions": questions,
        "harm": phrase(language, "page.odds.harm", low=figure(low, language),
                       middle=figure(middle, language), high=figure(high, language)),
    }  # fmt: skip


def _sorted_by(exercise: Exercise, language: Language) -> str:
    """The number that sorts the futures, in words where it is one outcome."""
    scalar = exercise.file.adjudication.order_by
    known = {outcome.id for outcome in load_theatre().outcomes}
    return outcome_name(scalar, language).lower() if scalar in known else scalar


def past(
    exercise: Exercise, team: str, turn: Mapping[str, Any], language: Language
) -> dict[str, Any]:
    """One turn that was played, as its team sees it."""
    aims = exercise.file.teams[team].aims
    return {
        "turn": turn["turn"],
        "roll": turn["roll"],
        "orders": [
            {**order_words(exercise, order, language),
             "refused": refusal(order["refused"], language)}
            for order in turn["orders"]
        ],
        "score": figure(turn["score"]["total"], language),
        "aims": [
            {"text": getattr(aims[id].text, language), "points": figure(aim["points"], language),
             "weight": exact(aim["weight"])}
            for id, aim in turn["score"]["aims"].items()
        ],
        "public": public_lines(turn["public"], language),
        "shared": [(outcome_name(id, language), figure(value, language))
                   for id, value in turn["shared"].items()],
    }  # fmt: skip


def brief(exercise: Exercise, team: str, language: Language) -> dict[str, Any]:
    """What a team was given to read: whom it plays, aims, cards, budget, the rules of the turn."""
    file = exercise.file
    rules = file.teams[team]
    return {
        "note": getattr(file.content_note, language),
        "objectives": [getattr(words, language) for words in file.objectives.values()],
        "actors": ", ".join(actor_name(actor, language) for actor in rules.actors),
        "aims": [
            {"text": getattr(aim.text, language), "weight": exact(aim.weight)}
            for aim in rules.aims.values()
        ],
        "start": amounts(rules.budget, language),
        "income": amounts(rules.income, language),
    }

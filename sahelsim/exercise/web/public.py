"""What the whole class may see on the wall: built from what is public, never by leaving out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sahelsim.exercise.engine import Engine
from sahelsim.exercise.picture import phase_clock, public_odds, public_statements
from sahelsim.exercise.state import State
from sahelsim.theatre.actors import ACTORS


def public_picture(engine: Engine, state: State) -> dict[str, Any]:
    """Turn, odds, dice, public news, shared outcomes, who holds what; seats and readiness by team.

    News that went to some teams only is not in it, nor is any order, strength or stock.
    """
    branch = state.branch
    turn = branch.now
    file = engine.exercise.file
    seen = branch.turns if turn.result is not None else branch.turns[:-1]
    people = Counter(seat.team for seat in state.seats.values() if seat.present)
    return {
        "turn": turn.number,
        "turns": file.clock.turns,
        "phase": turn.phase,
        "branch": branch.name if branch.parent and not branch.rehearsal else "",
        "date": (engine.exercise.plan.start + timedelta(days=len(seen) * engine.days)).isoformat(),
        "joining": state.joining,
        "teams": {
            team: {"people": people[team], "seats": rules.seats}
            for team, rules in file.teams.items()
        },
        "news": [
            {"id": news.id, "text": dict(news.text), "confidence": news.confidence}
            for news in turn.news
            if set(news.to) == set(file.teams)
        ],
        "odds": public_odds(turn),
        "roll": turn.roll,
        "clock": phase_clock(engine, turn),
        "rehearsal": branch.rehearsal,
        "statements": public_statements(branch),
        "history": [
            {"turn": t.number, "shared": t.result["shared"], "public": t.result["news"],
             "roll": t.roll, "odds": public_odds(t)}
            for t in branch.turns if t.result is not None
        ],
        "scores": _totals(branch.played[-1].result) if turn.phase == "over" else None,
        "map": {"places": _places(engine, state)},
    }  # fmt: skip


def _totals(result: Mapping[str, Any] | None) -> dict[str, float]:
    return {team: score["total"] for team, score in (result or {})["scores"].items()}


def _places(engine: Engine, state: State) -> list[dict[str, Any]]:
    """Who holds what and what is under siege: public knowledge, as in every team's picture."""
    turns = state.branch.turns
    land = engine.world(turns if turns[-1].result is not None else turns[:-1]).land
    return [
        {"place": place, "holder": ACTORS[int(land.holder[i])], "besieged": bool(land.besieged[i])}
        for i, place in enumerate(engine.names.localities)
    ]

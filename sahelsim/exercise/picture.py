"""What a team sees: its own side exactly, others through noise, and nothing of what is hidden.

Every byte that a team receives comes from :func:`picture`, which builds it from what may be shown
and never by taking away from what may not. Strength of others carries the model's own error of
perception (:mod:`sahelsim.model.view`), which is redrawn each week and does not flicker; it is
rounded to two digits and stands beside the range in which the truth lies nine times in ten.
"""

from __future__ import annotations

import math
from datetime import timedelta
from statistics import NormalDist
from typing import Any

import numpy as np

from sahelsim.base.formatting import finite
from sahelsim.exercise.cards import budget
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.forecasts import league, open_names, scored, standing, summary
from sahelsim.exercise.state import Branch, News, Order, State, Turn
from sahelsim.exercise.umpire import aims, shares
from sahelsim.model.view import SENSING_ERROR, view
from sahelsim.model.world import ABSENT, BROKEN, DEPOT, FLYING, LOST, READY, World
from sahelsim.theatre.actors import ACTORS, FIRST_GROUP, GROUPS, N_STATES, actor_code

LEVEL = 0.9  # share of cases in which the truth lies in the range given
_SPREAD = math.exp(NormalDist().inv_cdf(0.5 * (1 + LEVEL)) * SENSING_ERROR)
STATUS = {READY: "ready", FLYING: "flying", BROKEN: "broken", DEPOT: "depot", LOST: "lost"}


def picture(engine: Engine, state: State, team: str) -> dict[str, Any]:
    """Everything that a team may know now, as plain data that JSON can hold."""
    branch = state.branch
    rules = engine.exercise.file.teams[team]
    turn = branch.now
    over = turn.result is not None
    seen = branch.turns if over else branch.turns[:-1]
    return {
        "team": team,
        "turn": turn.number,
        "turns": engine.exercise.file.clock.turns,
        "phase": turn.phase,
        "rehearsal": branch.rehearsal,
        "date": _date(engine, seen),
        "clock": phase_clock(engine, turn),
        "ready": team in turn.ready,
        "handed_over": team in state.handed,
        "late": team in turn.late,
        "budget": budget(rules, branch, team),
        "slots": rules.slots,
        "cards": list(rules.cards),
        "orders": [_order(order) for order in turn.orders if order.team == team],
        "news": [_news(news) for t in branch.turns for news in t.news if team in news.to],
        "odds": public_odds(turn),
        "roll": turn.roll,
        "messages": [m for t in branch.turns for m in _messages(t, team)],
        "statements": public_statements(branch),
        "forecasts": _forecasts(engine, branch, team),
        "history": [_past(t, team) for t in branch.turns if t.result is not None],
        "map": situation(engine, seen, rules.actors),
    }


def public_odds(turn: Turn) -> dict[str, Any] | None:
    """The odds as everybody sees them: counts, not which future is which; and what was ruled.

    ``shares`` are the probabilities in percent after the umpire's rulings, equal to the counts
    where there are none; ``picked`` tells whether the umpire has chosen the future.
    """
    if turn.odds is None:
        return None
    wanted = aims(turn)
    return {
        **{key: turn.odds[key] for key in ("futures", "counts", "harm")},
        "shares": shares(turn),
        "weighed": sorted(wanted),
        "picked": any(ruling.replicate is not None for ruling in turn.rulings),
        "rulings": [
            {"question": r.question, "points": r.points, "percent": r.percent, "reason": r.reason}
            for r in turn.rulings
        ],
    }


def phase_clock(engine: Engine, turn: Turn) -> dict[str, Any]:
    """The clock on the wall: when the phase began, the minutes planned and added, pauses."""
    clock = turn.clock
    planned = {str(phase): minutes for phase, minutes in engine.exercise.file.clock.minutes.items()}
    return {
        "since": clock.since, "minutes": planned.get(turn.phase), "extra_min": clock.extra_min,
        "paused": clock.paused, "paused_s": clock.paused_s,
    }  # fmt: skip


def _messages(turn: Turn, reader: str | None = None) -> list[dict[str, Any]]:
    """Messages of a turn that a team is a party of, or all of them where no team reads."""
    return [
        {"id": m.id, "turn": turn.number, "from": m.sender, "to": list(m.to), "text": m.text,
         "at": m.at, "thread": sorted(m.parties)}
        for m in turn.messages if reader is None or reader in m.parties
    ]  # fmt: skip


def public_statements(branch: Branch) -> list[dict[str, Any]]:
    """What teams have said in public, in order."""
    return [
        {"id": said.id, "turn": turn.number, "team": said.team, "text": said.text, "at": said.at}
        for turn in branch.turns for said in turn.statements
    ]  # fmt: skip


def _forecasts(engine: Engine, branch: Branch, team: str) -> dict[str, Any]:
    """What a team may forecast, what it says, and its score; those of others after the end."""
    exercise, turn = engine.exercise, branch.now
    decided: dict[str, bool] = {}
    for past in branch.played:
        decided |= (past.result or {})["resolved"]
    return {
        "open": open_names(exercise.file, turn.number),
        "own": standing(branch.turns, exercise.file, team),
        "resolved": decided,
        "score": summary(item for item in scored(exercise, branch) if item.team == team),
        "league": league(exercise, branch) if turn.phase == "over" else None,
    }


def _date(engine: Engine, turns: tuple[Turn, ...]) -> str:
    return (engine.exercise.plan.start + timedelta(days=len(turns) * engine.days)).isoformat()


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id, "card": order.card, "arguments": dict(order.arguments), "why": order.why,
        "cost": dict(order.cost),
    }  # fmt: skip


def _news(news: News) -> dict[str, Any]:
    return {"id": news.id, "text": dict(news.text), "confidence": news.confidence}


def _past(turn: Turn, team: str) -> dict[str, Any]:
    """One turn that was played: own orders with what became of them, own score, shared harm."""
    result = turn.result or {}
    own = [order for order in turn.orders if order.team == team]
    return {
        "turn": turn.number,
        "orders": [{**_order(order), "refused": result["refusals"][order.id]} for order in own],
        "score": result["scores"][team],
        "shared": result["shared"],
        "public": result["news"],
        "answers": result["answers"],
        "forecasts": dict(turn.forecasts.get(team, {})),
        "roll": turn.roll,
        "odds": public_odds(turn),
    }


def situation(engine: Engine, turns: tuple[Turn, ...], actors: tuple[str, ...]) -> dict[str, Any]:
    """Places, forces, aircraft and depots after ``turns`` as the actors of a team see them.

    It is kept and shared: it must not be changed.
    """
    return engine.map(turns, actors, lambda world, actors: _situation(engine, world, actors))


def _situation(engine: Engine, world: World, actors: tuple[str, ...]) -> dict[str, Any]:
    names = engine.names
    codes = [actor_code(actor) for actor in actors]
    views = [view(world, names, code) for code in codes]
    first = views[0]
    states = [code for code in codes if code < N_STATES]
    country = world.geography.country
    places = []
    for i, place in enumerate(names.localities):
        own = int(country[i]) in states
        sight = views[codes.index(int(country[i]))] if own else first
        entry: dict[str, Any] = {
            "place": place,
            "holder": ACTORS[int(first.holder[i])],
            "besieged": bool(first.besieged[i]),
            "garrison": _exact(sight.garrison[i]) if own else _reported(sight.garrison[i]),
        }
        if own:
            entry["days_of_supply"] = finite(_rounded(float(sight.days_of_supply[i]), 3))
        fighters = {}
        for g, group in enumerate(GROUPS):
            mine = FIRST_GROUP + g in codes
            seen = (views[codes.index(FIRST_GROUP + g)] if mine else first).fighters[g, i]
            if seen > 0.0:
                fighters[group] = _exact(seen) if mine else _reported(seen)
        places.append({**entry, "fighters": fighters})
    return {
        "places": places,
        "aircraft": _aircraft(engine, world, codes),
        "states": {ACTORS[s]: _own_state(world, s) for s in states},
    }


def _aircraft(engine: Engine, world: World, codes: list[int]) -> list[dict[str, Any]]:
    """Aircraft that the team owns or uses."""
    fleet, day = world.fleet, int(world.clock.day[0])
    found = []
    for a, tail in enumerate(engine.names.tails):
        there = fleet.available_from[a] <= day < fleet.available_to[a]
        mine = int(fleet.owner[a]) in codes or int(fleet.user[a]) in codes
        if mine and there and fleet.status[a] != ABSENT:
            found.append(
                {
                    "tail": tail,
                    "owner": ACTORS[int(fleet.owner[a])],
                    "user": ACTORS[int(fleet.user[a])],
                    "status": STATUS[int(fleet.status[a])],
                    "rotations_per_week": float(fleet.rotations_per_week[a]),
                    "flight_hours": _rounded(float(fleet.hours[a]), 4),
                }
            )
    return found


def _own_state(world: World, s: int) -> dict[str, Any]:
    return {
        "reserve": _exact(world.states.reserve[s])["value"],
        "depot_t": [_rounded(float(t), 4) for t in world.states.depot_t[s]],
        "domestic_pressure": _rounded(float(world.states.pressure[s]), 3),
        "requests": [
            ACTORS[other] for other in range(N_STATES) if (world.states.request[other, s] > 0).any()
        ],
    }


def _exact(value: Any) -> dict[str, Any]:
    return {"value": int(np.floor(float(value) + 0.5)), "source": "own"}


def _reported(value: Any) -> dict[str, Any]:
    """A reported strength: two digits, and the range that holds the truth nine times in ten."""
    seen = float(value)
    return {
        "value": int(_rounded(seen, 2)),
        "low": int(_rounded(seen / _SPREAD, 2)),
        "high": int(_rounded(seen * _SPREAD, 2)),
        "source": "reported",
    }


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}") if math.isfinite(value) else value


def whole_picture(engine: Engine, state: State) -> dict[str, Any]:
    """What the facilitator sees: every team's picture, every order and score, the truth."""
    branch = state.branch
    turn = branch.now
    seen = branch.turns if turn.result is not None else branch.turns[:-1]
    return {
        "branch": branch.name,
        "branches": {
            b.name: {
                "parent": b.parent,
                "since": b.since,
                "turns": len(b.played),
                "note": b.note,
                "rehearsal": b.rehearsal,
            }
            for b in state.branches.values()
        },
        "turn": turn.number,
        "phase": turn.phase,
        "rehearsal": branch.rehearsal,
        "date": _date(engine, seen),
        "clock": phase_clock(engine, turn),
        "ready": sorted(turn.ready),
        "manned": list(state.manned),
        "handed_over": sorted(state.handed),
        "late": list(turn.late),
        "messages": [m for t in branch.turns for m in _messages(t)],
        "statements": public_statements(branch),
        "forecasts": {
            team: standing(branch.turns, engine.exercise.file, team)
            for team in engine.exercise.file.teams
        },
        "league": league(engine.exercise, branch),
        "orders": [{"team": order.team, **_order(order)} for order in turn.orders],
        "results": [dict(t.result) for t in branch.turns if t.result is not None],
        "odds": {**turn.odds, **(public_odds(turn) or {})} if turn.odds is not None else None,
        "roll": turn.roll,
        "replicate": turn.replicate,
        "truth": situation(engine, seen, tuple(ACTORS[: FIRST_GROUP + len(GROUPS)])),
        "teams": {team: picture(engine, state, team) for team in engine.exercise.file.teams},
    }

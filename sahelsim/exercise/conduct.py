"""What the facilitator does: the steps of a turn, injects, branches. Rules, without any writing.

read -> write -> locked (odds, dice) -> results -> the next turn, or over after the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import finite, number, one_of
from sahelsim.base.suggest import did_you_mean
from sahelsim.exercise.desk import Rule
from sahelsim.exercise.engine import Engine, world_digest
from sahelsim.exercise.log import Draft
from sahelsim.exercise.news import public_news
from sahelsim.exercise.odds import pick, roll_dice, run_odds
from sahelsim.exercise.schema import ALL, Inject
from sahelsim.exercise.scoring import scores, shared
from sahelsim.exercise.state import Order, State, Turn
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import N_STATES, actor_code

STEPS = ("write", "lock", "odds", "roll", "play", "next")
_BRANCH = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def need(state: State, *phases: str) -> Turn:
    """The present turn, if it is in one of ``phases``.

    Raises:
        InputError: SS8010, it is not.
    """
    turn = state.turn
    if turn.phase not in phases:
        raise InputError(
            "SS8010", f"turn {turn.number} is in phase '{turn.phase}', not {one_of(phases)}",
            hint="the phases follow one another: read, write, locked, results",
        )  # fmt: skip
    return turn


def step(engine: Engine, what: str, **details: Any) -> tuple[str, Rule, Mapping[str, Any]]:
    """Kind of event, rule and what must be the same of one step; see ``Game.step``."""
    if what not in STEPS:
        raise InputError("SS8010", f"there is no step '{what}'", hint=f"there are {one_of(STEPS)}")
    same: dict[str, Any] = {}
    if what == "roll" and details.get("dice") is not None:
        dice = details["dice"]
        if isinstance(dice, bool) or not isinstance(dice, int) or not 1 <= dice <= 100:
            raise InputError("SS8013", f"the dice cannot show {dice}",
                             hint="two ten-sided dice: 1 to 100, where 00 is 100")  # fmt: skip
        same["roll"] = dice
    rules: Mapping[str, tuple[str, Callable[..., Sequence[Draft]]]] = {
        "write": ("writing.opened", _open),
        "lock": ("turn.locked", _lock),
        "odds": ("odds.shown", _odds),
        "roll": ("dice.rolled", _roll),
        "play": ("turn.played", _play),
        "next": ("turn.begun", _next),
    }
    kind, rule = rules[what]
    return kind, lambda state: rule(engine, state, **details), same


def _draft(state: State, kind: str, body: Mapping[str, Any]) -> list[Draft]:
    return [Draft(kind, body, state.current, "facilitator")]


def _open(engine: Engine, state: State) -> Sequence[Draft]:
    need(state, "read")
    return _draft(state, "writing.opened", {})


def _lock(engine: Engine, state: State) -> Sequence[Draft]:
    need(state, "write")
    return _draft(state, "turn.locked", {"manned": list(state.manned)})


def _odds(engine: Engine, state: State, workers: int | None = None) -> Sequence[Draft]:
    turn = need(state, "locked")
    if turn.roll is not None:
        raise InputError("SS8013", "the dice are rolled: the future is chosen")
    odds = run_odds(engine, engine.opening(state.branch.turns), turn.number, workers)
    return _draft(state, "odds.shown", {key: _plain(v) for key, v in asdict(odds).items()})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _roll(engine: Engine, state: State, dice: int | None = None) -> Sequence[Draft]:
    turn = need(state, "locked")
    if turn.odds is None:
        raise InputError("SS8013", "no futures to choose from", hint="show the odds first")
    place = list(state.branches).index(state.current)
    roll = roll_dice(engine.seed, turn.number, place) if dice is None else dice
    replicate = pick(tuple(turn.odds["ranked"]), roll, engine.seed, turn.number)
    return _draft(state, "dice.rolled", {"roll": roll, "replicate": replicate})


def _play(engine: Engine, state: State) -> Sequence[Draft]:
    turn = need(state, "locked")
    if turn.odds is not None and turn.roll is None:
        raise InputError("SS8013", "the odds are shown and the dice not rolled",
                         hint="roll them: the future that they choose is played")  # fmt: skip
    replicate = engine.replicate if turn.replicate is None else turn.replicate
    opening = engine.opening(state.branch.turns)
    since = int(opening.world.clock.day[0])
    engine.run(opening.world, replicate)
    moment = engine.moment(opening.world, turn.number, opening.before)
    body = {
        "turn": turn.number,
        "last": turn.number == engine.exercise.file.clock.turns,
        "replicate": replicate,
        "digest": world_digest(opening.world),
        "refusals": opening.refusals,
        "outcomes": {id: finite(value) for id, value in moment.outcomes.items()},
        "scores": scores(engine.exercise, moment),
        "shared": shared(engine.exercise, moment),
        "news": public_news(engine, opening.world, since),
    }
    return _draft(state, "turn.played", body)


def _next(engine: Engine, state: State) -> Sequence[Draft]:
    turn = need(state, "results")
    begun = _draft(state, "turn.begun", {"turn": turn.number + 1})
    past = state.branch.turns
    return [*begun, *automatic(engine, past, turn.number + 1, state.current)]


# ---- injects -------------------------------------------------------------------------------------


def automatic(engine: Engine, past: tuple[Turn, ...], number: int, branch: str) -> list[Draft]:
    """The injects that come by themselves in turn ``number`` after ``past``."""
    return [
        _inject_draft(engine, name, inject, branch, "game")
        for name, inject in engine.exercise.file.injects.items()
        if inject.mode == "auto" and not barred(engine, past, number, name)
    ]


def barred(engine: Engine, past: tuple[Turn, ...], number: int, name: str) -> str:
    """Why an inject cannot be given in turn ``number`` after ``past``; '' where it can."""
    inject = engine.exercise.file.injects[name]
    if any(news.inject == name for turn in past for news in turn.news):
        return "it was given already"
    if number < inject.at:
        return f"it comes in turn {inject.at} at the earliest"
    if inject.when is not None:
        moment = engine.moment(engine.world(past), number)
        if not engine.exercise.expressions[inject.when].holds(moment):
            return f"its condition does not hold: {inject.when}"
    return ""


def deck(engine: Engine, state: State) -> dict[str, str]:
    """Every inject with why it cannot be given now ('' where it can)."""
    turn = state.turn
    past = state.branch.turns[:-1]
    given = {news.inject for news in turn.news}
    found = {}
    for name in engine.exercise.file.injects:
        if turn.phase not in ("read", "write"):
            found[name] = f"the turn is in phase '{turn.phase}'"
        elif name in given:
            found[name] = "it was given already"
        else:
            found[name] = barred(engine, past, turn.number, name)
    return found


def given(engine: Engine, name: str) -> Rule:
    """The rule that gives an inject of the file.

    Raises:
        InputError: SS8014, there is none of that name; the rule raises it where it is barred.
    """
    injects = engine.exercise.file.injects
    if name not in injects:
        raise InputError("SS8014", f"there is no inject '{name}'",
                         hint=did_you_mean(name, injects) or f"there are {one_of(injects)}"
                         if injects else None)  # fmt: skip

    def rule(state: State) -> Sequence[Draft]:
        why = deck(engine, state)[name]
        if why:
            raise InputError("SS8014", f"the inject '{name}' cannot be given now: {why}")
        return [_inject_draft(engine, name, injects[name], state.current, "facilitator")]

    return rule


def _inject_draft(engine: Engine, name: str, inject: Inject, branch: str, author: str) -> Draft:
    event = load_theatre().event(inject.event) if inject.event else None
    teams = engine.exercise.file.teams if inject.to == ALL else inject.to
    body = {
        "inject": name,
        "text": inject.text.model_dump(),
        "to": list(teams),
        "orders": [
            {"actor": deed.actor, "verb": deed.verb, "arguments": dict(deed.arguments)}
            for deed in inject.orders
        ],
        "confidence": event.confidence if event else "",
    }
    return Draft("inject.given", body, branch, author)


# ---- branches ------------------------------------------------------------------------------------


def branched(engine: Engine, state: State, turn: int, name: str, note: str) -> list[Draft]:
    """What begins a branch at the start of a turn of the present one.

    Raises:
        InputError: SS8015, the turn was not reached, or the name is taken or malformed.
    """
    branch = state.branch
    if not 1 <= turn <= branch.now.number:
        raise InputError("SS8015", f"turn {turn} was not reached in branch '{branch.name}'",
                         hint=f"allowed: 1 to {branch.now.number}")  # fmt: skip
    name = name or _free_name(state, turn)
    if not _BRANCH.fullmatch(name):
        raise InputError("SS8015", f"'{name[:50]}' cannot be the name of a branch",
                         hint="use lower case letters, digits and '-', at most 40")  # fmt: skip
    if name in state.branches:
        raise InputError("SS8015", f"there is a branch '{name}' already",
                         hint="choose another name")  # fmt: skip
    body = {"name": name, "parent": branch.name, "turn": turn, "note": note[:200]}
    begun = Draft("branch.created", body, name, "facilitator")
    return [begun, *automatic(engine, branch.turns[: turn - 1], turn, name)]


def _free_name(state: State, turn: int) -> str:
    n = 2
    while (name := f"turn-{turn}-again-{n}") in state.branches:
        n += 1
    return name


def no_branch(state: State, name: str) -> InputError:
    """The error that says which branches there are."""
    return InputError(
        "SS8015", f"there is no branch '{name}'",
        hint=did_you_mean(name, state.branches) or f"there are {one_of(state.branches)}",
    )  # fmt: skip


# ---- limits --------------------------------------------------------------------------------------


def limit(engine: Engine, past: tuple[Turn, ...], order: Order) -> str | None:
    """The limit beside a refusal, from what the team itself knows; None where there is none."""
    deed = engine.deed(order)
    state = actor_code(deed.actor)
    if state >= N_STATES or "men" not in deed.arguments:
        return None
    world = engine.world(past)
    have = [f"{number(float(world.states.reserve[state]))} men in reserve"]
    origin = deed.arguments.get("origin")
    if origin in engine.names.localities:
        i = engine.names.localities.index(origin)
        if int(world.geography.country[i]) == state:
            have.append(f"{number(float(world.land.garrison[i]))} at {origin}")
    return f"you have {' and '.join(have)}"

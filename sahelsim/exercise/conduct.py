"""What the facilitator does: the steps of a turn, injects, branches. Rules, without any writing.

read -> write -> locked (odds, dice) -> results -> the next turn, or over after the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import finite, number, one_of
from sahelsim.base.suggest import did_you_mean
from sahelsim.exercise.desk import Rule
from sahelsim.exercise.engine import Engine, world_digest
from sahelsim.exercise.forecasts import answers, resolved
from sahelsim.exercise.log import Draft
from sahelsim.exercise.news import public_news
from sahelsim.exercise.odds import pick, roll_dice, run_odds
from sahelsim.exercise.schema import ALL, Inject
from sahelsim.exercise.scoring import scores, shared
from sahelsim.exercise.state import FACILITATOR, MAIN, REHEARSAL, Order, State, Turn
from sahelsim.exercise.talk import MAX_NOTE, plain_text
from sahelsim.exercise.umpire import aims, weigh
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


@dataclass(frozen=True)
class Step:
    """One step of a turn, ready to be committed.

    Attributes:
        kind: Kind of its event.
        rule: What writes it.
        key: Idempotency key: the step happens once. None where its rule itself sees to that.
        same: What its event must hold, for it to be the same step.
    """

    kind: str
    rule: Rule
    key: str | None
    same: Mapping[str, Any]


def step(engine: Engine, state: State, what: str, **details: Any) -> Step:
    """A step of the present turn; see ``Game.step``."""
    if what not in STEPS:
        raise InputError("SS8010", f"there is no step '{what}'", hint=f"there are {one_of(STEPS)}")
    same: dict[str, Any] = {}
    if what == "roll" and details.get("dice") is not None:
        dice = details["dice"]
        if isinstance(dice, bool) or not isinstance(dice, int) or not 1 <= dice <= 100:
            raise InputError("SS8013", f"the dice cannot show {dice}",
                             hint="two ten-sided dice: 1 to 100, where 00 is 100")  # fmt: skip
        same["roll"] = dice
    turn = state.turn
    if what == "next" and _rehearsed(state):
        return Step("rehearsal.ended", lambda state: _end_rehearsal(state), None, same)
    # "next" belongs to the turn that it begins: asked for twice, it begins one.
    number = turn.number + (what == "next" and turn.phase in ("results", "over"))
    rules: Mapping[str, tuple[str, Callable[..., Sequence[Draft]]]] = {
        "write": ("writing.opened", _open),
        "lock": ("turn.locked", _lock),
        "odds": ("odds.shown", _odds),
        "roll": ("dice.rolled", _roll),
        "play": ("turn.played", _play),
        "next": ("turn.begun", _next),
    }
    kind, rule = rules[what]
    key = f"step:{state.current}:{number}:{what}"
    return Step(kind, lambda state: rule(engine, state, **details), key, same)


def _draft(state: State, kind: str, body: Mapping[str, Any]) -> list[Draft]:
    return [Draft(kind, body, state.current, FACILITATOR)]


def _open(engine: Engine, state: State) -> Sequence[Draft]:
    need(state, "read")
    return _draft(state, "writing.opened", {})


def _lock(engine: Engine, state: State) -> Sequence[Draft]:
    turn = need(state, "write")
    late = [team for team in state.manned if _late(engine, turn, team)]
    manned = [team for team in state.manned if team not in late]
    return _draft(state, "turn.locked", {"manned": manned, "late": late})


def _late(engine: Engine, turn: Turn, team: str) -> bool:
    """Whether the model's policy fills the slots that a team has left empty."""
    file = engine.exercise.file
    written = sum(order.team == team for order in turn.orders)
    return (
        file.clock.late == "policy" and team not in turn.ready and written < file.teams[team].slots
    )


def _odds(engine: Engine, state: State, workers: int | None = None) -> Sequence[Draft]:
    turn = need(state, "locked")
    if turn.replicate is not None:
        raise InputError("SS8013", "the future is chosen")
    odds = run_odds(engine, engine.opening(state.branch.turns), turn.number, workers)
    return _draft(state, "odds.shown", {key: _plain(v) for key, v in asdict(odds).items()})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _roll(engine: Engine, state: State, dice: int | None = None) -> Sequence[Draft]:
    turn = need(state, "locked")
    if turn.odds is None:
        raise InputError("SS8013", "no futures to choose from", hint="show the odds first")
    if turn.replicate is not None:
        raise InputError("SS8013", "the umpire has picked the future")
    place = list(state.branches).index(state.current)
    roll = roll_dice(engine.seed, turn.number, place) if dice is None else dice
    wanted = aims(turn)
    weights = weigh(turn.odds, wanted).tolist() if wanted else None
    replicate = pick(turn.odds["ranked"], roll, engine.seed, turn.number, weights)
    return _draft(state, "dice.rolled", {"roll": roll, "replicate": replicate})


def _play(engine: Engine, state: State) -> Sequence[Draft]:
    turn = need(state, "locked")
    if turn.odds is not None and turn.replicate is None:
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
        "answers": answers(engine.exercise, moment),
        "resolved": resolved(engine.exercise, moment),
    }
    return _draft(state, "turn.played", body)


def _next(engine: Engine, state: State) -> Sequence[Draft]:
    turn = need(state, "results")
    begun = _draft(state, "turn.begun", {"turn": turn.number + 1})
    past = state.branch.turns
    return [*begun, *automatic(engine, past, turn.number + 1, state.current)]


def _rehearsed(state: State) -> bool:
    """Whether the next turn is the first that counts, or that turn has just begun."""
    rehearsed = any(branch.rehearsal for branch in state.branches.values())
    begun = rehearsed and state.current == MAIN and state.turn.number == 1
    return state.branch.rehearsal or (begun and state.turn.phase == "read")


def _end_rehearsal(state: State) -> Sequence[Draft]:
    if not state.branch.rehearsal:
        return []  # asked for twice
    need(state, "results", "over")
    return [Draft("rehearsal.ended", {}, MAIN, FACILITATOR)]


def rehearsal(engine: Engine) -> list[Draft]:
    """What begins the rehearsal of a new game: the first turn, on a branch that does not count."""
    body = {"name": REHEARSAL, "parent": MAIN, "turn": 1, "note": "", "rehearsal": True}
    begun = Draft("branch.created", body, REHEARSAL, FACILITATOR)
    return [begun, *automatic(engine, (), 1, REHEARSAL)]


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
        return [_inject_draft(engine, name, injects[name], state.current, FACILITATOR)]

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
    body = {"name": name, "parent": branch.name, "turn": turn,
            "note": plain_text(note)[:MAX_NOTE], "rehearsal": branch.rehearsal}  # fmt: skip
    begun = Draft("branch.created", body, name, FACILITATOR)
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

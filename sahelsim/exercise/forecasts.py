"""Forecasts of teams: what they may say, when it comes true or not, and how well they did.

A team puts a probability to the questions of a turn, and to the exercise's longer forecasts, which
stand from turn to turn until they are changed. Both are locked with the turn. The score is that of
Brier (1950, "Verification of forecasts expressed in terms of probability", Monthly Weather Review
78: 1-3) for one of two outcomes: the mean of (p - o)², with p from 0 to 1 and o = 1 where it came
true. 0 is perfect, 0.25 is what 50 % for everything earns, and the expected score is best where a
team says what it believes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import one_of
from sahelsim.base.suggest import did_you_mean
from sahelsim.exercise.expression import due
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.log import Draft
from sahelsim.exercise.measure import Moment
from sahelsim.exercise.schema import ExerciseFile
from sahelsim.exercise.state import Branch, State, Turn

BINS = (0, 20, 40, 60, 80, 100)  # edges of the calibration, percent


@dataclass(frozen=True)
class Scored:
    """One forecast whose time has come.

    Attributes:
        team: Whose.
        turn: Turn in which it stood when the turn was locked.
        name: Question or forecast.
        percent: The probability given.
        true: Whether it came true.
    """

    team: str
    turn: int
    name: str
    percent: float
    true: bool


def last_turn(file: ExerciseFile, name: str) -> int:
    """The turn whose end decides a longer forecast."""
    return due(file.forecasts[name].resolves)[1] or file.clock.turns


def open_names(file: ExerciseFile, turn: int) -> list[str]:
    """Questions and forecasts that may be given in a turn."""
    later = [name for name in file.forecasts if last_turn(file, name) >= turn]
    return [*file.adjudication.questions, *later]


def in_percent(typed: float) -> float:
    """A probability as it is kept.

    Raises:
        InputError: SS8056, it is no number from 0 to 100.
    """
    number = isinstance(typed, int | float) and not isinstance(typed, bool)
    if not number or not 0 <= typed <= 100:
        raise InputError("SS8056", f"{str(typed)[:40]} is no probability in percent",
                         hint="allowed: a number from 0 to 100")  # fmt: skip
    return round(float(typed), 6)


def save(
    file: ExerciseFile, state: State, team: str, author: str, name: str, percent: float
) -> list[Draft]:
    """What keeps a team's probability of a question or forecast.

    Raises:
        InputError: SS8056, there is none of that name, or its time has passed.
    """
    known = open_names(file, state.turn.number)
    if name not in known:
        passed = name in file.forecasts
        raise InputError(
            "SS8056", f"the time of '{name}' has passed" if passed
            else f"there is no question or forecast '{name[:60]}'",
            hint=did_you_mean(name[:60], known) or f"there are {one_of(known, 20) or 'none'}",
        )  # fmt: skip
    body = {"team": team, "name": name, "percent": percent}
    return [Draft("forecast.saved", body, state.current, author)]


def answers(exercise: Exercise, moment: Moment) -> dict[str, bool]:
    """Which questions of a turn came true at its end."""
    questions = exercise.file.adjudication.questions
    return {name: exercise.expressions[q.when].holds(moment) for name, q in questions.items()}


def resolved(exercise: Exercise, moment: Moment) -> dict[str, bool]:
    """Which of the longer forecasts are decided by the end of a turn, and how."""
    file = exercise.file
    return {
        name: exercise.expressions[due(item.resolves)[0]].holds(moment)
        for name, item in file.forecasts.items()
        if last_turn(file, name) == moment.turn
    }


def standing(turns: Iterable[Turn], file: ExerciseFile, team: str) -> dict[str, float]:
    """What a team says in the last of ``turns``: of its questions, and of all that still stands."""
    said: dict[str, float] = {}
    for turn in turns:
        said = {name: p for name, p in said.items() if name in file.forecasts}
        said |= turn.forecasts.get(team, {})
    return said


def scored(exercise: Exercise, branch: Branch) -> list[Scored]:
    """Every forecast of a branch whose time has come; a longer one counts in each turn it stood."""
    file, played = exercise.file, branch.played
    decided: dict[str, bool] = {}
    for turn in played:
        decided |= (turn.result or {})["resolved"]
    found = []
    for n, turn in enumerate(played, start=1):
        came = {**decided, **(turn.result or {})["answers"]}
        known = open_names(file, turn.number)
        for team in file.teams:
            found += [
                Scored(team, turn.number, name, percent, came[name])
                for name, percent in standing(played[:n], file, team).items()
                if name in came and name in known
            ]
    return found


def model_scored(branch: Branch) -> list[Scored]:
    """The odds that the model showed, as forecasts of the questions; its team is ""."""
    return [
        Scored("", turn.number, name, 100.0 * count / turn.odds["futures"],
               (turn.result or {})["answers"][name])
        for turn in branch.played if turn.odds is not None
        for name, count in turn.odds["counts"].items()
    ]  # fmt: skip


def summary(found: Iterable[Scored]) -> dict[str, Any]:
    """Number, Brier score and calibration of some forecasts.

    Returns:
        ``n``; ``brier`` (0 to 1, None without forecasts); ``bins``: from ``low`` to ``high``
        percent (the last one with its end), how many (``n``), their mean (``percent``) and how
        many came true (``true``).
    """
    pairs = [(item.percent, item.true) for item in found]
    bins = []
    for low, high in pairwise(BINS):
        inside = [(p, o) for p, o in pairs if low <= p < high or p == high == BINS[-1]]
        mean = sum(p for p, _ in inside) / len(inside) if inside else None
        bins.append({"low": low, "high": high, "n": len(inside), "percent": mean,
                     "true": sum(o for _, o in inside)})  # fmt: skip
    squares = [(p / 100 - o) ** 2 for p, o in pairs]
    return {"n": len(pairs), "brier": sum(squares) / len(squares) if squares else None,
            "bins": bins}  # fmt: skip


def league(exercise: Exercise, branch: Branch) -> dict[str, Any]:
    """How well teams forecast, and how well the model's odds did on the same questions.

    Returns:
        ``teams``: team -> its :func:`summary`; ``model``: that of the odds shown.
    """
    found = scored(exercise, branch)
    teams: Mapping[str, Any] = {
        team: summary(item for item in found if item.team == team) for team in exercise.file.teams
    }
    return {"teams": teams, "model": summary(model_scored(branch))}

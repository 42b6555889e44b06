"""What the umpire may do between odds and dice: weigh the futures anew, or pick one, with a reason.

A probability is changed by weighing the futures that were run, and by nothing else: those in which
the question came true weigh more or less, all others keep their places. So every future keeps a
chance, what is rolled is still one whole simulated world, and no state is ever typed in. Where
several questions are weighed, iterative proportional fitting (Deming and Stephan 1940, Annals of
Mathematical Statistics 11: 427-444) finds the weights closest to equal ones that meet all aims.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import exact, one_of, plural
from sahelsim.base.suggest import did_you_mean
from sahelsim.exercise.log import Draft
from sahelsim.exercise.schema import ExerciseFile
from sahelsim.exercise.state import FACILITATOR, State, Turn
from sahelsim.exercise.talk import limited

SHIFTS = (-20, -10, -5, 5, 10, 20)
MAX_REASON = 300  # characters of a ruling's reason
ROUNDS = 2_000  # of the fitting; far more than aims that can be met together need
CLOSE = 1e-9
Weights: TypeAlias = NDArray[np.float64]


def truth(odds: Mapping[str, Any]) -> dict[str, NDArray[np.bool_]]:
    """Question -> in which futures it came true, by their number."""
    return {
        name: np.frombuffer(marks.encode(), dtype=np.uint8) == ord("1")
        for name, marks in odds["answers"].items()
    }


def aims(turn: Turn) -> dict[str, float]:
    """Question -> the probability in percent that the umpire's last ruling on it aims at."""
    return {r.question: r.percent for r in turn.rulings if r.percent is not None}


def weigh(odds: Mapping[str, Any], wanted: Mapping[str, float]) -> Weights:
    """Weights of the futures, which add up to 1, under which questions have given probabilities.

    Args:
        odds: Content of ``odds.shown``.
        wanted: Question -> percent, above 0 and below 100.

    Raises:
        InputError: SS8052, no weights of these futures meet the aims.
    """
    n = odds["futures"]
    weights = np.full(n, 1.0 / n)
    came = truth(odds)
    for _ in range(ROUNDS):
        worst = 0.0
        for name, percent in wanted.items():
            true, share = came[name], percent / 100.0
            now = float(weights[true].sum())
            if not 0.0 < now < 1.0 or not true.any() or true.all():
                raise _unreachable(name, percent, "true" if true.all() else "not true", n)
            worst = max(worst, abs(now - share))
            weights = np.where(true, weights * share / now, weights * (1 - share) / (1 - now))
        if worst < CLOSE:
            return weights / weights.sum()
    name, percent = list(wanted.items())[-1]
    raise InputError(
        "SS8052", f"no weights of these futures give '{name}' {exact(percent)} % beside the "
        "rulings on other questions",
        hint="these questions hang together; choose a smaller change",
    )  # fmt: skip


def _unreachable(name: str, percent: float, what: str, n: int) -> InputError:
    return InputError(
        "SS8052", f"'{name}' is {what} in all of the {n} futures; {exact(percent)} % is out of "
        "their reach",
        hint="a ruling weighs futures that were run, and makes none",
    )  # fmt: skip


def shares(turn: Turn) -> dict[str, float]:
    """Question -> its probability in percent, after the umpire's rulings."""
    if turn.odds is None:
        return {}
    weights = weigh(turn.odds, aims(turn))
    return {
        name: round(100.0 * float(weights[true].sum()), 6)
        for name, true in truth(turn.odds).items()
    }


# ---- rules of the commands -----------------------------------------------------------------------


def shift(file: ExerciseFile, state: State, question: str, points: int, reason: str) -> list[Draft]:
    """What moves a question's probability by some points from the model's own.

    Raises:
        InputError: SS8010 wrong phase, SS8051 the style or the points, SS8052 out of reach,
            SS8053 the reason.
    """
    if isinstance(points, bool) or points not in SHIFTS:
        raise InputError("SS8051", f"a probability is not shifted by {str(points)[:20]} points",
                         hint=f"allowed: {one_of(f'{step:+d}' for step in SHIFTS)}")  # fmt: skip
    turn = _open_odds(file, state, ("semi-rigid", "matrix"))
    model = _model(turn, question)
    return _weighted(state, turn, question, model + points, points, model, reason)


def set_probability(
    file: ExerciseFile, state: State, question: str, percent: float, reason: str
) -> list[Draft]:
    """What sets a question's probability after the class has argued it.

    Raises:
        InputError: as :func:`shift`; the style must be matrix.
    """
    turn = _open_odds(file, state, ("matrix",))
    return _weighted(state, turn, question, percent, None, _model(turn, question), reason)


def _weighted(
    state: State, turn: Turn, question: str, percent: float, points: int | None, model: float,
    reason: str,
) -> list[Draft]:  # fmt: skip
    reason = limited(reason, MAX_REASON, "a reason")
    if not 0.0 < percent < 100.0:
        raise InputError(
            "SS8052", f"'{question}' would come to {exact(percent)} %",
            hint="a probability stays above 0 and below 100: no future loses all its chance",
        )  # fmt: skip
    weigh(turn.odds or {}, {**aims(turn), question: percent})
    body = {"question": question, "percent": percent, "points": points, "model": model,
            "reason": reason}  # fmt: skip
    return [Draft("umpire.weighted", body, state.current, FACILITATOR)]


def pick_future(file: ExerciseFile, state: State, future: int, reason: str) -> list[Draft]:
    """What makes another future of those run the one that is played.

    Raises:
        InputError: SS8010 wrong phase, SS8051 the style or the future, SS8053 the reason.
    """
    turn = _open_odds(file, state, ("semi-rigid", "matrix"), rolled=True)
    n = (turn.odds or {})["futures"]
    if isinstance(future, bool) or not isinstance(future, int) or not 0 <= future < n:
        raise InputError("SS8051", f"there is no future {str(future)[:20]}",
                         hint=f"there are {plural(n, 'future')}, 0 to {n - 1}")  # fmt: skip
    body = {"replicate": future, "reason": limited(reason, MAX_REASON, "a reason")}
    return [Draft("umpire.picked", body, state.current, FACILITATOR)]


def _open_odds(
    file: ExerciseFile, state: State, styles: tuple[str, ...], rolled: bool = False
) -> Turn:
    turn = state.turn
    style = file.adjudication.style
    if style not in styles:
        raise InputError("SS8051", f"the adjudication of this exercise is {style}",
                         hint=f"it takes adjudication.style: {one_of(styles)}")  # fmt: skip
    if turn.phase != "locked" or turn.odds is None:
        raise InputError("SS8010", "the umpire rules once the odds are shown, before the turn is "
                         "played", hint="lock the turn and show the odds first")  # fmt: skip
    if turn.replicate is not None and not rolled:
        raise InputError("SS8010", "the future is chosen already",
                         hint="the umpire may still pick another one")  # fmt: skip
    return turn


def _model(turn: Turn, question: str) -> float:
    """The model's own probability of a question, in percent."""
    odds = turn.odds or {}
    if question not in odds["counts"]:
        raise InputError("SS8051", f"there is no question '{question[:60]}'",
                         hint=did_you_mean(question[:60], odds["counts"])
                         or f"there are {one_of(odds['counts'])}")  # fmt: skip
    return 100.0 * float(odds["counts"][question]) / float(odds["futures"])

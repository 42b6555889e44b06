"""Odds before outcome: many futures of one turn, and the dice that choose one of them.

All futures start from the same state and differ in their draws alone. They are sorted by one
announced number; a roll r of 1 to 100 takes the r-th hundredth of them, and one keyed draw a
future within it. So each future is as likely as every other, or as its weight says where the umpire
has weighed them, and the roll says how lucky the class was: by the announced number, and by nothing
else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from sahelsim.exercise.engine import Engine, Opening
from sahelsim.experiment.comparison import wilson_interval
from sahelsim.experiment.runner import worker_count
from sahelsim.experiment.threads import work_together
from sahelsim.model.draws import make_key, uniform
from sahelsim.model.world import World, copy_world, restore_world

DICE = 9_101  # process of the draws of dice; outside the model's processes
PERCENT = 100


@dataclass(frozen=True)
class Odds:
    """What came out of the futures of one turn.

    Attributes:
        futures: Their number.
        counts: Question -> in how many futures it came true.
        ranked: Futures from the lowest to the highest of the announced number.
        harm: Deaths of civilians in the turn: fifth, fiftieth and ninety-fifth percentile.
        answers: Question -> ``1`` or ``0`` for each future in turn, whether it came true there.
    """

    futures: int
    counts: Mapping[str, int]
    ranked: tuple[int, ...]
    harm: tuple[float, float, float]
    answers: Mapping[str, str]

    def interval(self, question: str) -> tuple[float, float]:
        """95 % interval of a question's share (Wilson)."""
        return wilson_interval(self.counts[question] / self.futures, self.futures)


def each_future(
    engine: Engine, opening: Opening, futures: int, look: Callable[[int, World], None],
    workers: int | None = None,
) -> None:  # fmt: skip
    """Run one turn from ``opening`` in futures 0 … ``futures`` - 1, on all cores.

    Args:
        engine: The model.
        opening: The turn; it stays as it is.
        futures: How many.
        look: Called with each future's number and world, from several threads; the world is used
            again afterwards.
        workers: Threads; all cores by default. The results do not depend on it.

    Raises:
        ModelFault: a future went wrong.
    """
    used = threading.local()

    def work(j: int) -> None:
        if not hasattr(used, "world"):
            used.world = copy_world(opening.world)
        else:
            restore_world(used.world, opening.world)
        engine.run(used.world, j)
        look(j, used.world)

    work_together((partial(work, j) for j in range(futures)), worker_count(workers))


def run_odds(engine: Engine, opening: Opening, turn: int, workers: int | None = None) -> Odds:
    """The odds of the exercise's questions in one turn."""
    plan = engine.exercise.file.adjudication
    questions = {
        name: engine.exercise.expressions[question.when]
        for name, question in plan.questions.items()
    }
    scalar = engine.exercise.expressions[plan.order_by]
    values = np.zeros(plan.futures)
    harm = np.zeros(plan.futures)
    true = {name: np.zeros(plan.futures, dtype=bool) for name in questions}

    def look(j: int, world: World) -> None:
        moment = engine.moment(world, turn, opening.before)
        values[j] = scalar.value(moment)
        harm[j] = moment.call("gained", ["civilian_deaths"])
        for name, question in questions.items():
            true[name][j] = question.holds(moment)

    each_future(engine, opening, plan.futures, look, workers)
    low, middle, high = np.percentile(harm, (5, 50, 95))
    return Odds(
        plan.futures,
        {name: int(found.sum()) for name, found in true.items()},
        tuple(int(j) for j in np.argsort(values, kind="stable")),
        (float(low), float(middle), float(high)),
        {name: "".join("01"[int(mark)] for mark in found) for name, found in true.items()},
    )


def roll_dice(seed: int, turn: int, branch: int) -> int:
    """A roll of 1 to 100 by the game's own seed, for classes that roll none."""
    u = uniform(make_key(seed), DICE, turn, branch, 0)
    return 1 + int(u * PERCENT)


def pick(
    ranked: Sequence[int], roll: int, seed: int, turn: int, weights: Sequence[float] | None = None
) -> int:
    """The future that a roll of 1 to 100 takes.

    The futures stand in a row, each as wide as its weight; the roll takes a hundredth of the row
    and a keyed draw a point in it. With fewer than a hundred futures neighbouring rolls share one.

    Args:
        ranked: Futures from the lowest to the highest of the announced number.
        roll: The dice.
        seed: Seed of the game.
        turn: Number of the turn.
        weights: Weight of each future by its number; all equal by default.
    """
    place = (roll - 1 + uniform(make_key(seed), DICE, turn, roll, 1)) / PERCENT
    n = len(ranked)
    if weights is None:
        return ranked[min(n - 1, int(place * n))]
    ends = np.cumsum([weights[j] for j in ranked])
    return ranked[min(n - 1, int(np.searchsorted(ends, place * ends[-1], side="right")))]

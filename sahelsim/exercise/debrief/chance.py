"""Luck and skill: what the orders of a turn shifted, and what the dice added.

For a turn whose odds were shown, the announced number q splits exactly:

    q of what happened = q0 + (q1 - q0) + (q - q1)

where q0 is the median of q over futures in which no team orders anything and policies play every
seat, q1 the median over the futures that were shown, and q the future that the dice chose. The
second term is what the orders did, all teams' together; the third is luck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sahelsim.exercise.engine import Engine
from sahelsim.exercise.odds import each_future
from sahelsim.exercise.state import Branch, Turn
from sahelsim.model.world import World, copy_world

MOST_FUTURES = 200  # of a turn without orders


@dataclass(frozen=True)
class Split:
    """One turn's announced number.

    Attributes:
        turn: Its number.
        roll: The dice, 1 to 100; None where the umpire picked the future.
        policies: Median without any order, policies in every seat.
        ordered: Median of the futures that were shown.
        happened: In the future that the dice chose.
        harm: Civilians killed in the turn: fifth, fiftieth and ninety-fifth percentile of the
            futures that were shown.
        killed: Civilians killed in the turn in the future that the dice chose.
    """

    turn: int
    roll: int | None
    policies: float
    ordered: float
    happened: float
    harm: tuple[float, float, float]
    killed: float

    @property
    def skill(self) -> float:
        """What the orders shifted."""
        return self.ordered - self.policies

    @property
    def luck(self) -> float:
        """What the dice added."""
        return self.happened - self.ordered


def futures_wanted(branch: Branch) -> int:
    """How many futures :func:`splits` runs in all, for a progress bar."""
    return sum(_futures(turn) for turn in branch.played if turn.odds is not None)


def _futures(turn: Turn) -> int:
    return min(MOST_FUTURES, int((turn.odds or {})["futures"]))


def splits(
    engine: Engine, branch: Branch, watch: Callable[[int], None] | None = None
) -> list[Split]:
    """The split of every turn whose odds were shown.

    Args:
        engine: The model.
        branch: The course of the game.
        watch: Called with the number of futures finished.
    """
    return [
        _split(engine, branch.played[: n + 1], watch)
        for n, turn in enumerate(branch.played)
        if turn.odds is not None
    ]


def _split(engine: Engine, turns: tuple[Turn, ...], watch: Callable[[int], None] | None) -> Split:
    *past, turn = turns
    scalar = engine.exercise.expressions[engine.exercise.file.adjudication.order_by]
    opening = engine.opening(turns)

    def of(world: World) -> float:
        return scalar.value(engine.moment(world, turn.number, opening.before))

    odds = turn.odds or {}
    ranked = odds["ranked"]
    middle = []
    for replicate in {ranked[(len(ranked) - 1) // 2], ranked[len(ranked) // 2]}:
        world = copy_world(opening.world)
        engine.run(world, replicate)
        middle.append(of(world))
    bare = engine.opening((*past, replace(turn, orders=(), manned=())))
    values = np.zeros(_futures(turn))

    def look(j: int, world: World) -> None:
        values[j] = of(world)
        if watch is not None:
            watch(1)

    each_future(engine, bare, len(values), look)
    after = engine.moment(engine.world(turns), turn.number, opening.before)
    return Split(
        turn.number, turn.roll, float(np.median(values)), float(np.mean(middle)),
        scalar.value(after), tuple(odds["harm"]), after.call("gained", ["civilian_deaths"]),
    )  # fmt: skip

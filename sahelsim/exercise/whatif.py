"""The same game without one order: pairs of futures that share their draws.

From the start of the order's turn to the last turn played, both sides follow every other order
that a team wrote and every inject; side A is the game as it was ordered, side B leaves the order
out. What people would have ordered instead is not asked. The model's own policies do answer: they
play the teams without people and the daily routine of the others on both sides, each side on what
it sees there. So what is held fixed is what was written, and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from sahelsim.base.errors import InputError
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.scoring import scores
from sahelsim.exercise.state import Branch, Turn
from sahelsim.experiment.comparison import Comparison, bootstrap_indices, compare_pairs, holm
from sahelsim.experiment.runner import worker_count
from sahelsim.experiment.threads import work_together
from sahelsim.model.outcomes import outcomes
from sahelsim.model.world import World, copy_world, restore_world

OUTCOMES = (
    "civilian_deaths", "population_held_share", "garrison_days_without_food", "military_deaths",
    "displaced", "alliance_cohesion",
)  # fmt: skip
SCORE = "score."  # and a team: its score of 100 at the end
MOST_PAIRS = 10_000
Sides = dict[int, npt.NDArray[np.float64]]


def without_order(
    engine: Engine, branch: Branch, order: str, pairs: int = 200,
    wanted: Sequence[str] = OUTCOMES, *, given: Sides | None = None,
    watch: Callable[[int], None] | None = None, workers: int | None = None,
) -> list[Comparison]:  # fmt: skip
    """Compare a game (A) with the same game without one order (B).

    Args:
        engine: The model.
        branch: The branch; its turns that have a result are looked at.
        order: Id of an order of one of them.
        pairs: Futures on each side, 2 to 10,000.
        wanted: Outcomes at the end of the last turn played, or ``score.<team>``. p values are
            corrected for their number.
        given: Sides A that were run, by number of the order's turn; filled and used where several
            orders of one branch are compared over the same ``pairs`` and ``wanted``.
        watch: Called with the number of futures finished since its last call, from several
            threads.
        workers: Threads; all cores by default. The results do not depend on it.

    Raises:
        InputError: SS8040, no such order was carried out; SS8041, too few or too many pairs;
            SS4008, no such outcome.
    """
    if not 2 <= pairs <= MOST_PAIRS:
        raise InputError("SS8041", f"pairs = {pairs} lies outside 2 to {MOST_PAIRS:,}")
    known = [spec.id for spec in engine.names.theatre.outcomes]
    known += [SCORE + team for team in engine.exercise.file.teams]
    for id in wanted:
        if id not in known:
            raise InputError("SS4008", f"no outcome '{id}'")
    number = turn_of(branch, order)
    start = engine.world(branch.played[: number - 1])
    turns = branch.played[number - 1 :]
    kept = {} if given is None else given

    def side(left_out: str) -> npt.NDArray[np.float64]:
        return _ends(engine, start, turns, pairs, left_out, wanted, watch, workers)

    if number not in kept:
        kept[number] = side("")
    elif watch is not None:
        watch(pairs)
    sides = (kept[number], side(order))
    resamples = bootstrap_indices(pairs)
    found = []
    for k, id in enumerate(wanted):
        both = np.isfinite(sides[0][:, k]) & np.isfinite(sides[1][:, k])
        n = int(both.sum())
        if n >= 2:
            indices = resamples if n == pairs else bootstrap_indices(n)
            found.append(compare_pairs(id, sides[0][both, k], sides[1][both, k], indices))
    adjusted = holm([item.p_value for item in found])
    return [
        replace(item, p_adjusted=p, family=len(found))
        for item, p in zip(found, adjusted, strict=True)
    ]


def turn_of(branch: Branch, order: str) -> int:
    """Number of the played turn in which an order stood.

    Raises:
        InputError: SS8040, it stood in none.
    """
    for turn in branch.played:
        if any(standing.id == order for standing in turn.orders):
            return turn.number
    raise InputError(
        "SS8040", f"no order '{order}' was carried out in branch '{branch.name}'",
        hint="the ids are in the orders of the export",
    )  # fmt: skip


def _ends(
    engine: Engine, start: World, turns: Sequence[Turn], pairs: int, left_out: str,
    wanted: Sequence[str], watch: Callable[[int], None] | None, workers: int | None,
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Outcomes [pairs, wanted] at the end of ``turns`` in futures 0 … ``pairs`` - 1."""
    used = threading.local()
    found = np.empty((pairs, len(wanted)))

    def work(replicate: int) -> None:
        if not hasattr(used, "world"):
            used.world = copy_world(start)
        else:
            restore_world(used.world, start)
        found[replicate] = _end(engine, used.world, turns, replicate, left_out, wanted)
        if watch is not None:
            watch(1)

    work_together((partial(work, j) for j in range(pairs)), worker_count(workers))
    return found


def _end(
    engine: Engine, world: World, turns: Sequence[Turn], replicate: int, left_out: str,
    wanted: Sequence[str],
) -> list[float]:  # fmt: skip
    """Outcomes of one future at the end of ``turns``; ``world`` is changed."""
    before: dict[str, float] = {}
    for turn in turns:
        if turn is turns[-1]:
            before = outcomes(world, engine.names)
        engine.prepare(world, turn, left_out)
        engine.run(world, replicate)
    moment = engine.moment(world, turns[-1].number, before)
    standing = scores(engine.exercise, moment) if any(i.startswith(SCORE) for i in wanted) else {}
    return [
        standing[id.removeprefix(SCORE)]["total"] if id.startswith(SCORE) else moment.outcomes[id]
        for id in wanted
    ]

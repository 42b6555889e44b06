"""The same game without one order: pairs of futures that share their draws.

From the start of the order's turn to the last turn played, both sides follow all other orders and
injects of the game; side A is the game as it was ordered, side B leaves the order out. What other
teams would have done instead is not asked: nothing else changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sahelsim.base.errors import InputError
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.state import Branch, Turn
from sahelsim.experiment.comparison import Comparison, bootstrap_indices, compare_pairs, holm
from sahelsim.model.outcomes import outcomes
from sahelsim.model.world import World, copy_world

OUTCOMES = (
    "civilian_deaths", "population_held_share", "garrison_days_without_food", "military_deaths",
    "displaced", "alliance_cohesion",
)  # fmt: skip
MOST_PAIRS = 10_000


def without_order(
    engine: Engine, branch: Branch, order: str, pairs: int = 200,
    wanted: Sequence[str] = OUTCOMES,
) -> list[Comparison]:  # fmt: skip
    """Compare a game (A) with the same game without one order (B).

    Args:
        engine: The model.
        branch: The branch; its turns that have a result are looked at.
        order: Id of an order of one of them.
        pairs: Futures on each side, 2 to 10,000.
        wanted: Outcomes at the end of the last turn played. p values are corrected for their
            number.

    Raises:
        InputError: SS8040, no such order was carried out; SS8041, too few or too many pairs;
            SS4008, no such outcome.
    """
    if not 2 <= pairs <= MOST_PAIRS:
        raise InputError("SS8041", f"pairs = {pairs} lies outside 2 to {MOST_PAIRS:,}")
    known = [spec.id for spec in engine.names.theatre.outcomes]
    for id in wanted:
        if id not in known:
            raise InputError("SS4008", f"no outcome '{id}'")
    played = branch.played
    number = next((t.number for t in played if any(o.id == order for o in t.orders)), None)
    if number is None:
        raise InputError(
            "SS8040", f"no order '{order}' was carried out in branch '{branch.name}'",
            hint="the ids are in the orders of the export",
        )  # fmt: skip
    past, turns = played[: number - 1], played[number - 1 :]
    start = engine.world(past)
    sides = [
        np.array([_end(engine, start, turns, j, left_out, wanted) for j in range(pairs)])
        for left_out in ("", order)
    ]
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


def _end(
    engine: Engine, start: World, turns: Sequence[Turn], replicate: int, left_out: str,
    wanted: Sequence[str],
) -> list[float]:  # fmt: skip
    """Outcomes of one future at the end of ``turns``."""
    world = copy_world(start)
    for turn in turns:
        engine.prepare(world, turn, left_out)
        engine.run(world, replicate)
    found = outcomes(world, engine.names)
    return [found[id] for id in wanted]

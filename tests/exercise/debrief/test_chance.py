"""Luck and skill add up to what happened, and the medians are those of the futures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sahelsim.exercise.debrief.chance import futures_wanted, splits
from sahelsim.exercise.debrief.material import Material
from sahelsim.exercise.odds import each_future
from sahelsim.model.world import World
from tests.exercise.debrief.conftest import Played


def test_the_parts_add_up_to_what_happened(played: Played, material: Material) -> None:
    scalar = played.game.exercise.file.adjudication.order_by
    assert [one.turn for one in material.splits] == [1, 2]
    assert [one.roll for one in material.splits] == [80, 20]
    for one, turn in zip(material.splits, material.turns, strict=True):
        assert turn.result is not None
        assert one.happened == pytest.approx(turn.result["outcomes"][scalar])
        assert one.policies + one.skill + one.luck == pytest.approx(one.happened)


def test_medians_are_of_futures_with_and_without_orders(played: Played, material: Material) -> None:
    engine = played.game.engine
    first = material.turns[0]
    scalar = engine.exercise.expressions[engine.exercise.file.adjudication.order_by]
    medians = []
    for turn in (first, replace(first, orders=(), manned=())):
        opening = engine.opening((turn,))
        values = np.zeros(12)

        def look(j: int, world: World, values: np.ndarray = values) -> None:
            values[j] = scalar.value(engine.moment(world, 1, {}))

        each_future(engine, opening, 12, look)
        medians.append(float(np.median(values)))
    split = material.splits[0]
    assert split.ordered == pytest.approx(medians[0])
    assert split.policies == pytest.approx(medians[1])


def test_the_dead_of_the_turn_stand_beside_their_range(material: Material) -> None:
    for one, harm in zip(material.splits, material.harm, strict=True):
        assert one.killed == harm.total
        assert one.harm[0] <= one.harm[1] <= one.harm[2]


def test_turns_without_odds_have_no_split(played: Played) -> None:
    branch = played.game.state.branch
    bare = replace(branch, turns=tuple(replace(turn, odds=None) for turn in branch.turns))
    assert splits(played.game.engine, bare) == []
    assert futures_wanted(bare) == 0
    assert futures_wanted(branch) == 24

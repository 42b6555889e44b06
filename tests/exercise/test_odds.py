"""Odds before outcome: the futures are the model's own, and the dice are fair."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sahelsim.exercise import Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.engine import world_digest
from sahelsim.exercise.odds import each_future, pick, roll_dice, run_odds
from sahelsim.model import SahelModel

Started = tuple[Game, Keys]


def test_a_future_is_a_fork_of_the_model(started: Started) -> None:
    game, _ = started
    opening = game.engine.opening(game.state.branch.turns)
    model = SahelModel(
        game.exercise.plan, seed=game.engine.seed, parameters="central", world=opening.world
    )
    found: dict[int, str] = {}
    each_future(game.engine, opening, 4, lambda j, w: found.update({j: world_digest(w)}), workers=2)
    for j in range(4):
        assert found[j] == world_digest(model.fork(replicate=j).run_for(7).world)
    assert len(set(found.values())) == 4


def test_odds_do_not_depend_on_workers(started: Started) -> None:
    game, _ = started
    opening = game.engine.opening(game.state.branch.turns)
    assert run_odds(game.engine, opening, 1, 1) == run_odds(game.engine, opening, 1, 3)


def test_the_future_that_is_rolled_is_the_one_that_happens(started: Started) -> None:
    game, _ = started
    game.step("lock")
    odds = game.step("odds").odds or {}
    game.step("roll", dice=100)
    turn = game.step("play")
    assert turn.replicate == odds["ranked"][-1]  # twelve futures: 100 is the best of them
    opening = game.engine.opening(game.state.branch.turns)
    digests: dict[int, str] = {}
    each_future(game.engine, opening, 12, lambda j, w: digests.update({j: world_digest(w)}))
    assert (turn.result or {})["digest"] == digests[turn.replicate]


def test_counts_are_those_of_the_futures(started: Started) -> None:
    game, _ = started
    opening = game.engine.opening(game.state.branch.turns)
    odds = run_odds(game.engine, opening, 1)
    deaths = np.zeros(odds.futures)
    held = np.zeros(odds.futures)
    before = opening.before["civilian_deaths"]

    def look(j: int, world: object) -> None:
        moment = game.engine.moment(world, 1)  # type: ignore[arg-type]
        deaths[j] = moment.outcome("civilian_deaths") - before
        held[j] = moment.outcome("population_held_share")

    each_future(game.engine, opening, odds.futures, look)
    assert odds.counts["civilians"] == (deaths > 50).sum()
    assert odds.harm[1] == pytest.approx(np.median(deaths))
    assert list(held[list(odds.ranked)]) == sorted(held)
    low, high = odds.interval("civilians")
    assert 0.0 <= low <= odds.counts["civilians"] / odds.futures <= high <= 1.0


def test_every_future_is_as_likely_as_every_other() -> None:
    ranked = tuple(range(400))
    drawn = Counter(pick(ranked, roll, seed, 1) for seed in range(100) for roll in range(1, 101))
    assert set(drawn) == set(ranked)
    # Within its hundredth each of four futures is drawn 100 times in 4: chi-square with 300 df.
    chi = sum((count - 25) ** 2 / 25 for count in drawn.values())
    assert 220 < chi < 390
    for roll in range(1, 101):
        assert pick(ranked, roll, 7, 1) // 4 == roll - 1


@pytest.mark.parametrize("n", [10, 99, 101, 250])
def test_a_roll_takes_its_percentile_of_any_number(n: int) -> None:
    places = [pick(tuple(range(n)), roll, 1, 1) for roll in range(1, 101)]
    assert places == sorted(places)
    assert places[0] == 0 or n > 100
    assert places[-1] == n - 1 or n > 100
    assert all(0 <= place < n for place in places)


def test_the_seed_s_own_rolls_are_even() -> None:
    rolls = [roll_dice(seed, turn, 0) for seed in range(200) for turn in range(1, 11)]
    assert set(rolls) <= set(range(1, 101))
    assert np.mean(rolls) == pytest.approx(50.5, abs=3 * 28.9 / 2000**0.5)

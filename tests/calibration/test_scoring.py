"""Scores: values worked by hand, and what every proper score must satisfy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sahelsim.calibration.scoring import (
    IGN_EDGES,
    covered,
    crps,
    ignorance,
    interval_score,
    pit,
    pit_histogram,
)

counts = st.integers(min_value=0, max_value=400)
ensembles = st.lists(counts, min_size=1, max_size=30)


@given(ensembles, counts)
def test_crps_is_not_negative_and_zero_only_for_a_sure_and_right_forecast(
    draws: list[int], y: int
) -> None:
    score = float(crps(draws, y))
    assert score >= 0.0
    assert (score < 1e-12) == all(x == y for x in draws)


@given(ensembles, counts, st.randoms(use_true_random=False), st.integers(1, 50))
def test_scores_do_not_depend_on_order_and_move_with_the_scale(
    draws: list[int], y: int, shuffle: object, shift: int
) -> None:
    mixed = draws.copy()
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]
    for score in (crps, ignorance, interval_score):
        assert float(score(mixed, y)) == pytest.approx(float(score(draws, y)), abs=1e-9)
    moved = np.array(draws) + shift
    assert float(crps(moved, y + shift)) == pytest.approx(float(crps(draws, y)), abs=1e-9)
    assert float(interval_score(moved, y + shift)) == pytest.approx(
        float(interval_score(draws, y)), abs=1e-9
    )


@given(ensembles, counts, st.integers(2, 5))
def test_repeating_every_draw_changes_no_score_of_the_distribution(
    draws: list[int], y: int, times: int
) -> None:
    repeated = np.repeat(draws, times)
    assert float(crps(repeated, y)) == pytest.approx(float(crps(draws, y)), abs=1e-9)
    assert float(ignorance(repeated, y)) == pytest.approx(float(ignorance(draws, y)), abs=1e-9)


@pytest.mark.parametrize("score", [crps, ignorance, interval_score])
def test_no_forecast_beats_the_truth_in_the_mean(score: object) -> None:
    """Propriety on a toy: outcomes 0, 4, 9, 30 with chances 1/2, 1/4, 1/8, 1/8."""
    outcomes = np.array([0, 0, 0, 0, 4, 4, 9, 30])

    def expected(draws: list[int]) -> float:
        members = np.tile(draws, (8, 1))
        return float(score(members, outcomes).mean())  # type: ignore[operator]

    truth = expected(list(outcomes) * 20)
    for other in ([0], [4], [0, 30], [0, 4, 9, 30], [0, 0, 0, 4, 4, 9, 9, 30], [9] * 8, [30, 60]):
        assert truth <= expected(other * 20) + 1e-9


def test_ignorance_is_that_of_the_challenge_for_a_thousand_draws() -> None:
    draws = np.zeros(1000)
    draws[:250] = 7.0  # the bin of 6 to 10
    assert float(ignorance(draws, 9)) == pytest.approx(-math.log2(251 / 1011))
    assert float(ignorance(draws, 0)) == pytest.approx(-math.log2(751 / 1011))
    assert float(ignorance(draws, 300)) == pytest.approx(-math.log2(1 / 1011))
    assert round(float(ignorance(draws, 300)), 2) == 9.98


@pytest.mark.parametrize(
    ("count", "bin"),
    [(0, 0), (1, 1), (2, 1), (3, 2), (10, 3), (11, 4), (1000, 9), (1001, 10), (9999, 10)],
)
def test_bins_of_ignorance(count: int, bin: int) -> None:
    middles = [0, 1, 4, 8, 20, 40, 80, 200, 400, 900, 2000]
    assert len(IGN_EDGES) == len(middles) + 1
    for place, middle in enumerate(middles):
        hit = float(ignorance(np.full(1000, middle), count)) < 1.0
        assert hit == (place == bin)


def test_interval_score_by_hand() -> None:
    draws = np.arange(101)  # 5 % and 95 % quantiles: 5 and 95
    assert float(interval_score(draws, 50)) == pytest.approx(90.0)
    assert float(interval_score(draws, 2)) == pytest.approx(90.0 + 20 * 3)
    assert float(interval_score(draws, 100)) == pytest.approx(90.0 + 20 * 5)


def test_coverage_counts_the_ends_as_inside() -> None:
    draws = np.arange(101)
    y = np.array([24, 25, 75, 76])
    assert covered(np.tile(draws, (4, 1)), y, 0.5).tolist() == [False, True, True, False]


def test_pit_of_a_forecast_is_uniform_on_its_own_draws() -> None:
    quantiles = np.floor(np.exp(np.linspace(-1.0, 4.0, 400)))
    draws = np.tile(quantiles, (400, 1))
    low, high = pit(draws, quantiles)
    assert pit_histogram(low, high) == pytest.approx(np.full(10, 0.1), abs=0.005)


def test_pit_shows_which_way_a_forecast_errs() -> None:
    draws = np.tile(np.arange(100), (50, 1))
    low, high = pit(draws, np.full(50, 99))  # what came lies at the top: forecasts too low
    assert pit_histogram(low, high)[-1] == pytest.approx(1.0, abs=1e-6)
    low, high = pit(draws, np.full(50, 500))
    assert pit_histogram(low, high).tolist() == pytest.approx([0] * 9 + [1])


@given(st.lists(st.tuples(ensembles, counts), min_size=1, max_size=12))
def test_a_pit_histogram_sums_to_one(cases: list[tuple[list[int], int]]) -> None:
    ends = [pit(draws, y) for draws, y in cases]
    shares = pit_histogram([float(a) for a, _ in ends], [float(b) for _, b in ends])
    assert shares.sum() == pytest.approx(1.0)
    assert (shares >= -1e-12).all()

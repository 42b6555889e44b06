from __future__ import annotations

import math

import numpy as np
import pytest

from sahelsim.calibration import measures


def test_dispersion_and_lag_of_series_worked_by_hand() -> None:
    assert measures.dispersion([0, 2, 4]) == pytest.approx(4.0 / 2.0)
    assert measures.lag_correlation([1, 2, 3, 4, 5], 1) == pytest.approx(1.0)
    assert measures.lag_correlation([1, -1, 1, -1, 1, -1], 1) == pytest.approx(-1.0)
    assert measures.lag_correlation([1, -1, 1, -1, 1, -1], 2) == pytest.approx(1.0)


def test_what_is_not_defined_is_nan() -> None:
    assert math.isnan(measures.dispersion([0, 0, 0]))
    assert math.isnan(measures.lag_correlation([3, 3, 3, 3], 1))
    assert math.isnan(measures.top_share([], 0.5))
    assert math.isnan(measures.gini([0, 0]))
    assert math.isnan(measures.near_repeat(np.array([1]), np.array([1]), np.ones((1, 1))))


def test_concentration_worked_by_hand() -> None:
    assert measures.top_share([10, 1, 1, 1, 1, 1, 1, 1, 1, 2], 0.1) == pytest.approx(0.5)
    assert measures.top_share([5, 5], 0.01) == pytest.approx(0.5)  # at least one event
    assert measures.gini([1, 1, 1, 1]) == pytest.approx(0.0)
    assert measures.gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert measures.places_for_share([4, 3, 2, 1]) == 2
    assert measures.places_for_share([5, 5]) == 1


def test_repeats_count_the_same_place_and_the_days_before() -> None:
    place = np.array([1, 1, 1, 2, 2, 3])
    day = np.array([0, 14, 29, 3, 3, 3])
    # place 1: 14 days apart repeats, 15 does not; place 2: the second of one day repeats
    assert measures.repeat_share(place, day) == pytest.approx(2 / 6)
    assert measures.repeat_share(place[::-1], day[::-1]) == pytest.approx(2 / 6)


def test_near_repeat_is_one_without_and_large_with_clusters() -> None:
    factors = []
    for seed in range(12):
        draw = np.random.default_rng(seed)
        uniforms = draw.random((20, 600))
        place, day = draw.integers(0, 40, 600), np.sort(draw.integers(0, 1000, 600))
        factors.append(measures.near_repeat(place, day, uniforms))
    assert np.mean(factors) == pytest.approx(1.0, abs=0.07)
    burst = (day // 25) % 40  # every place has its days, and is calm otherwise
    assert measures.near_repeat(burst, day, uniforms) > 2.0


def test_the_block_null_keeps_slow_drift() -> None:
    draw = np.random.default_rng(4)
    day = np.sort(draw.integers(0, 1200, 900))
    place = np.where(day < 600, draw.integers(0, 30, 900), draw.integers(30, 60, 900))
    uniforms = draw.random((20, 900))
    drift = measures.near_repeat(place, day, uniforms)
    left = measures.near_repeat(place, day, uniforms, block=60)
    assert drift > 1.4
    assert left == pytest.approx(1.0, abs=0.1)


def test_shuffling_within_blocks_keeps_the_days_of_each_block() -> None:
    place = np.array([0, 0, 1, 1])
    day = np.array([0, 1, 100, 101])
    # Blocks of 60 days hold one place each, so every shuffle repeats exactly as often.
    assert measures.near_repeat(place, day, np.array([[0.9, 0.1, 0.3, 0.2]]), 60) == 1.0


def test_escalation_and_relocation_worked_by_hand() -> None:
    near = np.array([[False, True, False], [True, False, True], [False, True, False]])
    stays = np.array([[1, 0, 0], [1, 1, 0]], dtype=bool)
    moves = np.array([[1, 0, 0], [0, 1, 0]], dtype=bool)
    assert measures.escalation_share(stays, near) == 1.0
    assert measures.escalation_share(moves, near) == 0.0
    both = np.array([[1, 0, 1], [1, 1, 0]], dtype=bool)  # 0 stays, 2 falls calm, 1 begins
    assert measures.escalation_share(both, near) == 0.5
    far = np.array([[1, 0, 0], [1, 0, 1]], dtype=bool)  # 2 is no neighbour of 0
    assert math.isnan(measures.escalation_share(far, near))

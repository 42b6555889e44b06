"""Tipping levels of curves whose crossing is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from sahelsim.base.errors import InputError
from sahelsim.experiment.analysis.threshold import (
    along,
    crossing,
    from_futures,
    isotonic,
    search,
)
from tests.experiment.analysis.tables import uniforms


def test_the_search_ends_near_the_crossing_with_few_levels() -> None:
    luck = 3 * (uniforms(1, 100)[0] - 0.5)
    tried = []

    def evaluate(level: float) -> np.ndarray:
        tried.append(level)
        return level**2 + luck

    found = search(evaluate, 0.0, 10.0, 30.0 + luck.mean(), evaluations=8)
    assert len(tried) == len(set(tried)) == 8
    assert found.level == pytest.approx(math.sqrt(30), abs=0.05)
    assert found.low < found.level < found.high
    assert found.high - found.low < 0.2
    assert found.rising
    assert found.reached
    assert list(found.curve.index) == sorted(tried)


def test_a_falling_outcome_has_the_same_crossing() -> None:
    luck = uniforms(1, 50)[0]
    rising = search(lambda x: x + luck, 0.0, 4.0, 2.5)
    falling = search(lambda x: -x - luck, 0.0, 4.0, -2.5)
    assert not falling.rising
    assert falling.level == pytest.approx(rising.level)
    assert (falling.low, falling.high) == pytest.approx((rising.low, rising.high))


def test_targets_out_of_reach_and_past_from_the_start() -> None:
    luck = uniforms(1, 50)[0] * 0.1
    assert search(lambda x: x + luck, 0.0, 4.0, 9.0).level == math.inf
    assert search(lambda x: x + luck, 0.0, 4.0, -9.0).level == -math.inf
    # a step that lies near the end: the interval may reach beyond the range
    edge = search(lambda x: x + 4 * luck, 0.0, 4.0, 4.2)
    assert edge.high == math.inf


def test_a_curve_that_turns_is_noticed() -> None:
    luck = 0.1 * uniforms(1, 40)[0]
    assert search(lambda x: x + luck, 0.0, 4.0, 2.0).one_way
    assert not search(lambda x: (x - 2) ** 2 + luck, 0.0, 5.0, 3.0).one_way


def test_whole_levels_are_tried_whole_and_once() -> None:
    tried: list[float] = []

    def evaluate(level: float) -> np.ndarray:
        tried.append(level)
        return np.full(5, level)

    found = search(evaluate, 0.0, 3.0, 1.5, evaluations=8, whole=True)
    assert sorted(tried) == sorted(set(tried))
    assert all(level == int(level) for level in tried)
    assert found.level == pytest.approx(1.5)


def test_the_interval_covers_the_crossing_about_as_often_as_it_says() -> None:
    hits, trials = 0, 120
    levels = np.linspace(0.0, 4.0, 9)
    for trial in range(trials):
        luck = 4 * (uniforms(1, 40, 200 + trial)[0] - 0.5)
        found = along(levels, levels[:, None] + luck, 2.0)
        hits += found.low <= 2.0 <= found.high
    assert 0.88 <= hits / trials <= 0.99


def test_scattered_futures_give_the_crossing() -> None:
    x = 10 * uniforms(1, 300)[0]
    y = 3 * x + 4 * (uniforms(1, 300, 1)[0] - 0.5)
    found = from_futures(x, y, 15.0)
    assert found.level == pytest.approx(5.0, abs=0.2)
    assert found.low < 5.0 < found.high
    assert len(found.curve) == 12
    levels = np.repeat([1.0, 2.0, 3.0], 10)
    few = from_futures(levels, 2 * levels, 5.0)
    assert list(few.curve.index) == [1.0, 2.0, 3.0]
    assert few.level == pytest.approx(2.5)
    with pytest.raises(InputError, match="too few"):
        from_futures([1.0, 2.0], [1.0, 2.0], 1.5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30))
def test_isotonic_is_scipy_s(values: list[float]) -> None:
    wanted = optimize.isotonic_regression(values).x
    assert isotonic(np.array(values)) == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=12), st.floats(-6, 6))
def test_the_line_meets_the_target_at_the_crossing(values: list[float], target: float) -> None:
    means = np.array(values)
    levels = np.arange(len(values), dtype=float)
    level = crossing(levels, means, target)
    fitted = isotonic(means)
    if math.isfinite(level):
        assert np.interp(level, levels, fitted) == pytest.approx(target, abs=1e-6)
    else:
        assert (fitted > target).all() if level < 0 else (fitted < target).all()


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        search(lambda x: np.array([x, x]), 2.0, 1.0, 1.0)
    assert caught.value.code == "SS4208"

"""A planted box is found again, nothing is found in noise, and the numbers of a box are right."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sahelsim.base.errors import InputError
from sahelsim.experiment.analysis.discovery import Box, binomial_tail, discover, peel
from tests.experiment.analysis.tables import uniforms

COLUMNS = ["a", "b", "c", "d", "e"]


def planted(n: int = 800, stream: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    x = pd.DataFrame(uniforms(n, 5, stream), columns=COLUMNS)
    return x, ((x["a"] > 0.6) & (x["b"] < 0.4)).to_numpy()


def mask(box: Box, x: pd.DataFrame) -> np.ndarray:
    inside = np.ones(len(x), dtype=bool)
    for limit in box.limits:
        column = x[limit.input].to_numpy()
        inside &= column >= (-np.inf if limit.low is None else limit.low)
        inside &= column <= (np.inf if limit.high is None else limit.high)
    return inside


def test_a_planted_box_is_found() -> None:
    x, cases = planted()
    (box,) = discover(x, cases)
    assert {limit.input for limit in box.limits} == {"a", "b"}
    assert box.coverage[0] >= 0.9
    assert box.density[0] >= 0.9
    limits = {limit.input: limit for limit in box.limits}
    assert limits["a"].low == pytest.approx(0.6, abs=0.03)
    assert limits["a"].high is None
    assert limits["b"].high == pytest.approx(0.4, abs=0.03)
    assert limits["b"].low is None
    assert all(limit.chance < 1e-6 and limit.found_again > 0.9 for limit in box.limits)


def test_the_numbers_are_those_of_the_limits() -> None:
    x, cases = planted(stream=3)
    flipped = cases ^ (uniforms(1, len(cases), 4)[0] < 0.1)
    for box in discover(x, flipped):
        inside = mask(box, x)
        if box is discover(x, flipped)[0]:
            assert box.points == inside.sum()
            assert box.density[0] == pytest.approx(flipped[inside].mean())
            assert box.coverage[0] == pytest.approx(flipped[inside].sum() / flipped.sum())
        assert box.density[1] < box.density[0] < box.density[2] or box.density[0] == 1.0


def test_two_planted_boxes_are_both_found() -> None:
    x = pd.DataFrame(uniforms(1200, 5, 8), columns=COLUMNS)
    cases = ((x["a"] > 0.75) | (x["c"] < 0.2)).to_numpy()
    first, second = discover(x, cases)
    assert {limit.input for limit in first.limits} | {limit.input for limit in second.limits} == {
        "a",
        "c",
    }
    assert first.coverage[0] + second.coverage[0] > 0.8


def test_nothing_is_found_in_noise() -> None:
    found = 0
    for stream in range(8):
        x = pd.DataFrame(uniforms(300, 5, 20 + stream), columns=COLUMNS)
        cases = uniforms(1, 300, 40 + stream)[0] < 0.3
        found += any(limit.found_again > 0.5 for box in discover(x, cases) for limit in box.limits)
    assert found <= 2


def test_inputs_of_few_values_are_peeled() -> None:
    x = pd.DataFrame({"level": np.repeat([0.0, 1.0, 2.0], 40), "other": uniforms(1, 120)[0]})
    (box,) = discover(x, (x["level"] == 2.0).to_numpy())
    assert [(limit.input, limit.low) for limit in box.limits] == [("level", 2.0)]
    assert box.density[0] == box.coverage[0] == 1.0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 0.9))
def test_peeling_only_shrinks_and_gets_denser(stream: int, share: float) -> None:
    values = uniforms(120, 3, stream)
    cases = values[:, 0] + 0.3 * values[:, 1] < share
    if cases.all() or not cases.any():
        return
    steps = peel(values, cases)
    for (_, before), (_, after) in pairwise(steps):
        assert (after <= before).all()
        assert after.sum() < before.sum()
        assert cases[after].mean() >= cases[before].mean()


def test_the_tail_of_a_binomial_is_scipy_s() -> None:
    for hits, n, p in ((0, 5, 0.3), (5, 5, 0.3), (30, 100, 0.2), (3, 400, 0.001), (2, 4, 1.0)):
        assert binomial_tail(hits, n, p) == pytest.approx(stats.binom.sf(hits - 1, n, p))


def test_nothing_to_discover_is_said() -> None:
    x, cases = planted(100)
    for wrong, words in ((np.zeros(100, bool), "none of 100"), (np.ones(100, bool), "all of 100")):
        with pytest.raises(InputError, match=words) as caught:
            discover(x, wrong)
        assert caught.value.code == "SS4204"
    with pytest.raises(InputError, match="only 12 futures"):
        discover(x[:12], np.arange(12) < 4)
    assert cases.any()

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sahelsim.experiment.sweep.precision import Precision, estimate, half_width
from sahelsim.experiment.sweep.schema import UntilFile
from tests.experiment.sweep.conftest import SMALL, make

MEAN = UntilFile(outcome="sorties", half_width=1.0)
MEDIAN = UntilFile(outcome="sorties", of="quantile", quantile=0.5, half_width=1.0)
HIGH = UntilFile(outcome="sorties", of="quantile", quantile=0.9, half_width=1.0, level=0.8)


def test_the_interval_of_a_mean_is_students() -> None:
    values = np.random.default_rng(1).normal(5.0, 2.0, 23)
    low, high = stats.t.interval(0.95, 22, values.mean(), stats.sem(values))
    assert half_width(MEAN, values) == pytest.approx((high - low) / 2.0)


@pytest.mark.parametrize("rule", [MEDIAN, HIGH])
@pytest.mark.parametrize("n", [9, 20, 57, 200])
def test_the_interval_of_a_quantile_is_that_of_order_statistics(rule: UntilFile, n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    oracle = stats.quantile_test(values, q=0.0, p=rule.quantile).confidence_interval(rule.level)
    expected = (oracle.high - oracle.low) / 2.0
    found = half_width(rule, values)
    assert found == pytest.approx(expected) or (math.isnan(expected) and math.isinf(found))


def test_missing_values_are_left_out_and_too_few_tell_nothing() -> None:
    assert half_width(MEAN, np.array([1.0, np.nan])) == math.inf
    assert half_width(HIGH, np.arange(5.0)) == math.inf
    some = np.array([1.0, np.nan, 3.0])
    assert half_width(MEAN, some) == half_width(MEAN, np.array([1.0, 3.0]))
    assert estimate(MEAN, some) == 2.0


def precision(until: str) -> Precision:
    text = f"replicates: {{min: 4, max: 40, until: [{until}]}}"
    return Precision(make(SMALL.replace("replicates: 6", text)))


def fill(held: Precision, base: list[float], other: list[float]) -> None:
    n = len(base)
    values = np.concatenate([base, other])[:, None]
    held.add(np.zeros(2 * n, int), np.repeat([0, 1], n), np.tile(np.arange(n), 2), values,
             np.ones(2 * n, bool))  # fmt: skip


def test_a_paired_difference_can_be_sharp_where_means_are_not() -> None:
    noise = list(np.random.default_rng(3).normal(0.0, 10.0, 12))
    shifted = [value + 2.0 + 0.01 * k for k, value in enumerate(noise)]
    for of, reached in (("difference", True), ("mean", False)):
        held = precision(f"{{outcome: sorties, of: {of}, half_width: 0.5}}")
        fill(held, noise, shifted)
        assert held.reached(0, 12) is reached


def test_only_the_replicates_of_the_wave_count() -> None:
    held = precision("{outcome: sorties, half_width: 0.5}")
    fill(held, [1.0, 1.0, 1.0, 1.0, 90.0], [1.0, 1.0, 1.0, 1.0, 5.0])
    assert held.reached(0, 4)
    assert not held.reached(0, 5)
    assert not held.reached(1, 4)  # nothing is known of it


def test_a_share_is_of_the_estimate() -> None:
    values = [98.0, 102.0, 98.0, 102.0, 98.0, 102.0]
    for share, reached in ((0.03, True), (0.02, False)):
        held = precision(f"{{outcome: sorties, half_width_share: {share}}}")
        fill(held, values, values)
        assert held.reached(0, 6) is reached

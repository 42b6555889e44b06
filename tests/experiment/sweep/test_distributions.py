from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sahelsim.experiment.sweep.distributions import Distribution

KINDS = {
    "uniform": Distribution("uniform", 2.0, 6.0),
    "loguniform": Distribution("loguniform", 0.5, 8.0),
    "triangular": Distribution("triangular", 1.0, 5.0, 2.0),
    "at an end": Distribution("triangular", 1.0, 5.0, 1.0),
    "lognormal": Distribution("lognormal", 0.5, 4.0, 1.2),
}
SHARES = np.linspace(0.0, 1.0, 41)


@pytest.mark.parametrize(
    ("kind", "oracle"),
    [
        ("uniform", stats.uniform(2.0, 4.0)),
        ("loguniform", stats.loguniform(0.5, 8.0)),
        ("triangular", stats.triang(0.25, 1.0, 4.0)),
        ("at an end", stats.triang(0.0, 1.0, 4.0)),
    ],
)
def test_quantiles_are_those_of_scipy(kind: str, oracle: stats.rv_continuous) -> None:
    assert np.allclose(KINDS[kind].ppf(SHARES), oracle.ppf(SHARES), rtol=1e-12)


def test_lognormal_has_its_median_width_and_cut() -> None:
    whole = KINDS["lognormal"]
    sd = np.log(8.0) / (2.0 * stats.norm.ppf(0.95))
    free = stats.lognorm(sd, scale=1.2)
    low, high = free.cdf(0.5), free.cdf(4.0)
    assert np.allclose(whole.ppf(SHARES), free.ppf(low + SHARES * (high - low)), rtol=1e-6)


@given(st.sampled_from(sorted(KINDS)), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_rise_and_stay_in_range(kind: str, a: float, b: float) -> None:
    one = KINDS[kind]
    low, high = one.ppf([min(a, b), max(a, b)])
    assert one.low <= low <= high <= one.high


def test_values_come_as_often_as_their_weights_say() -> None:
    one = Distribution("values", 1.0, 5.0, values=(1.0, 5.0, 2.0), weights=(1.0, 2.0, 1.0))
    drawn = one.ppf((np.arange(1000) + 0.5) / 1000)
    assert {v: int((drawn == v).sum()) for v in (1.0, 5.0, 2.0)} == {1.0: 250, 5.0: 500, 2.0: 250}
    assert one.ppf(1.0) == 2.0


def test_whole_numbers_are_whole() -> None:
    one = Distribution("uniform", 3.0, 7.0, whole=True)
    assert set(one.ppf(SHARES)) == {3.0, 4.0, 5.0, 6.0, 7.0}
    assert list(one.spread(9)) == [3.0, 4.0, 5.0, 6.0, 7.0]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_levels_go_from_end_to_end(kind: str) -> None:
    levels = KINDS[kind].spread(4)
    assert (levels[0], levels[-1]) == (KINDS[kind].low, KINDS[kind].high)
    steps = np.diff(np.log(levels) if "log" in kind else levels)
    assert np.allclose(steps, steps[0])

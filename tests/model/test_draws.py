"""Draws: known answers, inversion against scipy, monotonicity, frozen process ids."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sahelsim.base.errors import InputError
from sahelsim.model import draws

EXTREMES = [1e-15, 1e-12, 1e-9, 1e-6, 1e-3]
GRID = np.array(
    [*EXTREMES, *np.linspace(0.0101, 0.9899, 80), *(1.0 - np.array(EXTREMES)), 1.0 - 2.0**-53]
)
UNIFORMS = st.floats(2.0**-53, 1.0 - 2.0**-53)

# The ids as first published. Append new ones here; never change or reuse one.
GOLDEN_NAMES = """
PARAMETERS WEATHER BREAK REPAIR_KIND REPAIR_TIME DEPOT_TIME SHOT_AT HIT LOSS HIT_REPAIR ACCIDENT
INDIRECT_FIRE IDF_DAMAGE IDF_CLOSURE SIGHTING SIGHTING_DELAY AMBUSH AMBUSH_SURPRISE AMBUSH_LOSS
OU_REGION OU_COUNTRY DAY_SHOCK EVENT_COUNT EVENT_TYPE PARTY_SIZE SURPRISE ENGAGEMENT_STATE
ENGAGEMENT_INSURGENT CIVILIAN RIVAL STATE_OP STATE_OP_SIZE STATE_OP_SPLIT MILITIA_OP MILITIA_SIZE
MILITIA_KIND MILITIA_LOSS SIEGE_ON SIEGE_OFF ABANDON COLUMN_FIGHT CASEVAC SUPPORT PERCEPTION ELITE
POSTURE MONSOON_DELAY CUBE_OUT NEGOTIATION UN_CONVOY
"""
GOLDEN_IDS = {name: i for i, name in enumerate(GOLDEN_NAMES.split())}


def _process_ids() -> dict[str, int]:
    return {
        name: value
        for name, value in vars(draws).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, int)
    }


def test_process_ids_never_change_and_never_clash():
    ids = _process_ids()
    assert {name: ids.get(name) for name in GOLDEN_IDS} == GOLDEN_IDS
    assert len(set(ids.values())) == len(ids)


@pytest.mark.parametrize(
    ("key", "counter", "words"),
    [
        ((0, 0), (0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (
            (0xFFFFFFFF, 0xFFFFFFFF),
            (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
            (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
        ),
        (
            (0xA4093822, 0x299F31D0),
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_meets_the_known_answers_of_random123(key, counter, words):
    assert tuple(int(w) for w in draws.philox(draws.make_key(*key), *counter)) == words


def test_uniform_takes_its_52_bits_from_the_first_two_words():
    u = draws.uniform(draws.make_key(0, 0), 0, 0, 0, 0)
    bits = (0x6627E8D5 << 20) | (0xE169C58D >> 12)
    assert u == (bits + 0.5) / 2**52  # exact: 53 significant bits
    assert math.ldexp(u, 53) == 2 * bits + 1


def test_uniform_is_a_pure_function_of_every_part_of_its_address():
    key = draws.make_key(7, 3)
    here = draws.uniform(key, draws.HIT, 11, 5, 2)
    assert here == draws.uniform(draws.make_key(7, 3), draws.HIT, 11, 5, 2)
    others = [
        draws.uniform(draws.make_key(8, 3), draws.HIT, 11, 5, 2),
        draws.uniform(draws.make_key(7, 4), draws.HIT, 11, 5, 2),
        draws.uniform(key, draws.LOSS, 11, 5, 2),
        draws.uniform(key, draws.HIT, 12, 5, 2),
        draws.uniform(key, draws.HIT, 11, 6, 2),
        draws.uniform(key, draws.HIT, 11, 5, 3),
    ]
    assert len({here, *others}) == 7


@pytest.mark.parametrize("axis", ["process", "day", "entity", "k", "replicate"])
def test_uniform_is_uniform_and_uncorrelated_along_every_axis(axis):
    place = {"process": 3, "day": 4, "entity": 5, "k": 6}
    values = np.empty(20_000)
    for i in range(values.size):
        key = draws.make_key(1, i if axis == "replicate" else 0)
        where = {**place, axis: i} if axis != "replicate" else place
        values[i] = draws.uniform(key, *where.values())
    assert 0.0 < values.min() < values.max() < 1.0
    assert stats.kstest(values, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 4.0 / math.sqrt(values.size)


@pytest.mark.parametrize("bad", [(-1, 0), (0, -1), (2**32, 0), (0, 2**32)])
def test_a_key_outside_32_bits_is_refused(bad):
    with pytest.raises(InputError, match="4294967295"):
        draws.make_key(*bad)


def test_normal_meets_scipy():
    for u in GRID:
        assert draws.normal(u) == pytest.approx(stats.norm.ppf(u), rel=2e-15, abs=1e-17)
    assert draws.normal(0.5) == 0.0


def test_normal_is_symmetric():
    for u in (2.0**-53, 2.0**-30, 0.0625, 0.25):
        assert draws.normal(u) == -draws.normal(1.0 - u)


@pytest.mark.parametrize(("mean_log", "sd_log"), [(0.0, 1.086), (math.log(3.0), 0.5), (-2.0, 0.0)])
def test_lognormal_meets_scipy(mean_log, sd_log):
    for u in GRID:
        expected = math.exp(mean_log + sd_log * stats.norm.ppf(u))
        assert draws.lognormal(mean_log, sd_log, u) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("mean", [1e-9, 0.3, 6.0, 60.0, 1e6])
def test_exponential_and_gamma2_meet_scipy(mean):
    for u in GRID:
        exponential, gamma = stats.expon.ppf(u, scale=mean), stats.gamma.ppf(u, 2, scale=mean / 2)
        assert draws.exponential(mean, u) == pytest.approx(exponential, rel=2e-15)
        assert draws.gamma2(mean, u) == pytest.approx(gamma, rel=4e-15)


def test_a_mean_of_zero_or_below_gives_zero():
    for u in (1e-15, 0.5, 1.0 - 1e-15):
        for mean in (0.0, -3.0):
            assert draws.exponential(mean, u) == 0.0
            assert draws.gamma2(mean, u) == 0.0
            assert draws.poisson(mean, u) == 0
            assert draws.binomial(10, mean, u) == 0


def _is_quantile(distribution, k: int, u: float) -> bool:
    """The definition itself, smallest k with F(k) >= u, on the side where scipy keeps digits.

    scipy's own discrete ppf is off by one beyond 1 - 1e-14, where 1 - F has no digits left.
    """
    slack = 1e-9
    if u > 0.5:
        enough = distribution.sf(k) <= (1.0 - u) * (1.0 + slack)
        least = k == 0 or distribution.sf(k - 1) > (1.0 - u) * (1.0 - slack)
    else:
        enough = distribution.cdf(k) >= u * (1.0 - slack)
        least = k == 0 or distribution.cdf(k - 1) < u * (1.0 + slack)
    return bool(enough and least)


@pytest.mark.parametrize(
    "lam", [1e-12, 1e-6, 0.01, 0.5, 1.0, 3.3, 20.0, 99.0, 120.0, 121.0, 150.0, 700.0, 5000.0]
)
def test_poisson_meets_scipy(lam):
    distribution = stats.poisson(lam)
    for u in GRID:
        k = draws.poisson(lam, u)
        assert _is_quantile(distribution, k, u), (lam, u, k)
        if 1e-11 < u < 1.0 - 1e-11:
            assert k == distribution.ppf(u)


@pytest.mark.parametrize("n", [1, 2, 17, 119, 600, 5_000, 100_000])
@pytest.mark.parametrize("p", [1e-12, 1e-4, 0.03, 0.3, 0.5, 0.71, 0.97, 0.9999, 1.0 - 1e-12])
def test_binomial_meets_scipy(n, p):
    distribution = stats.binom(n, p)
    for u in GRID:
        k = draws.binomial(n, p, u)
        assert 0 <= k <= n
        assert _is_quantile(distribution, k, u), (n, p, u, k)


def test_binomial_at_its_edges():
    for u in GRID:
        assert draws.binomial(0, 0.4, u) == 0
        assert draws.binomial(-3, 0.4, u) == 0
        assert draws.binomial(12, 1.0, u) == 12
        assert draws.binomial(12.0, 0.25, u) == draws.binomial(12, 0.25, u)


@pytest.mark.parametrize("p", [0.0, 1e-12, 0.028, 0.5, 0.999, 1.0])
def test_bernoulli_meets_scipy(p):
    for u in GRID:
        assert draws.bernoulli(p, u) == (1.0 - u < p)
        if abs(1.0 - u - p) > 1e-15:
            assert draws.bernoulli(p, u) == bool(stats.bernoulli.ppf(u, p))


@pytest.mark.parametrize("alpha", [1.0, 1.4, 1.9999999, 2.43, 2.5, 3.5])
@pytest.mark.parametrize(("smin", "smax"), [(2.2, 8.0), (1.6, 400.0), (1.0, 1.0 + 1e-9)])
def test_bounded_pareto_inverts_its_distribution(alpha, smin, smax):
    a = alpha - 1.0

    def below(x: float) -> float:
        if a == 0.0:
            return math.log(x / smin) / math.log(smax / smin)
        return math.expm1(-a * math.log(x / smin)) / math.expm1(-a * math.log(smax / smin))

    for u in GRID:
        x = draws.bounded_pareto(alpha, smin, smax, u)
        assert smin <= x <= smax
        if smax > smin * 1.1:
            assert below(x) == pytest.approx(u, rel=1e-12 if u > 1e-3 else 0.0, abs=1e-15)


def test_bounded_pareto_without_room_stays_at_its_minimum():
    assert draws.bounded_pareto(2.4, 2.2, 2.2, 0.9) == 2.2
    assert draws.bounded_pareto(2.4, 2.2, 1.0, 0.9) == 2.2


def _risen(low: float, high: float) -> bool:
    """Continuous quantiles may wobble in the last digits between neighbouring uniforms."""
    return high >= low - 4e-15 * abs(low)


@settings(max_examples=300, deadline=None)
@given(u=UNIFORMS, v=UNIFORMS, parameter=st.floats(1e-3, 50.0))
def test_every_sampler_rises_with_u(u, v, parameter):
    u, v = min(u, v), max(u, v)
    p = parameter / 50.0
    assert _risen(draws.normal(u), draws.normal(v))
    assert _risen(draws.lognormal(0.0, parameter, u), draws.lognormal(0.0, parameter, v)) or (
        draws.normal(v) - draws.normal(u) < 1e-14
    )
    assert _risen(draws.exponential(parameter, u), draws.exponential(parameter, v))
    assert _risen(draws.gamma2(parameter, u), draws.gamma2(parameter, v))
    assert _risen(
        draws.bounded_pareto(1.0 + parameter, 2.0, 90.0, u),
        draws.bounded_pareto(1.0 + parameter, 2.0, 90.0, v),
    )
    assert draws.poisson(100.0 * parameter, u) <= draws.poisson(100.0 * parameter, v)
    assert draws.poisson(p, u) <= draws.poisson(p, v)
    assert draws.binomial(300, p, u) <= draws.binomial(300, p, v)
    assert draws.bernoulli(p, u) <= draws.bernoulli(p, v)


@settings(max_examples=300, deadline=None)
@given(u=UNIFORMS, a=st.floats(0.0, 50.0), b=st.floats(0.0, 50.0))
def test_every_sampler_is_monotone_in_its_parameter(u, a, b):
    a, b = min(a, b), max(a, b)
    assert draws.exponential(a, u) <= draws.exponential(b, u)
    assert _risen(draws.gamma2(a, u), draws.gamma2(b, u))
    assert draws.lognormal(a, 1.0, u) <= draws.lognormal(b, 1.0, u)
    assert draws.poisson(a, u) <= draws.poisson(b, u)
    assert draws.poisson(100.0 * a, u) <= draws.poisson(100.0 * b, u)
    assert draws.binomial(200, a / 50.0, u) <= draws.binomial(200, b / 50.0, u)
    assert draws.binomial(int(10 * a), 0.3, u) <= draws.binomial(int(10 * b), 0.3, u)
    assert draws.bernoulli(a / 50.0, u) <= draws.bernoulli(b / 50.0, u)
    assert _risen(
        draws.bounded_pareto(1.0 + b, 2.0, 90.0, u), draws.bounded_pareto(1.0 + a, 2.0, 90.0, u)
    )
    assert _risen(
        draws.bounded_pareto(2.4, 2.0, 3.0 + a, u), draws.bounded_pareto(2.4, 2.0, 3.0 + b, u)
    )


def test_draws_have_the_mean_they_ask_for():
    key = draws.make_key(2, 0)
    us = np.array([draws.uniform(key, draws.PERCEPTION, day, 0, 0) for day in range(20_000)])
    assert np.mean([draws.gamma2(6.0, u) for u in us]) == pytest.approx(6.0, rel=0.02)
    assert np.mean([draws.poisson(2.5, u) for u in us]) == pytest.approx(2.5, rel=0.02)
    assert np.mean([draws.binomial(40, 0.2, u) for u in us]) == pytest.approx(8.0, rel=0.02)
    assert np.mean([draws.bernoulli(0.2, u) for u in us]) == pytest.approx(0.2, rel=0.05)


def test_a_block_of_uniforms_holds_the_same_numbers_one_by_one() -> None:
    key = draws.make_key(5, 2)
    for first, step, k in ((0, 1, 0), (2, 3, 7), (11, 1, 2**32 - 1)):
        block = np.empty(50)
        draws.uniforms(key, draws.SIEGE_ON, 9, first, step, k, block)
        one_by_one = [
            draws.uniform(key, draws.SIEGE_ON, 9, first + n * step, k) for n in range(len(block))
        ]
        assert block.tolist() == one_by_one

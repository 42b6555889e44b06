"""Closed forms against brute force, their own equations and their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sahelsim.base.errors import InputError
from sahelsim.planner import (
    airlift,
    alliance,
    combat,
    demand,
    insurgency,
    payload,
    queueing,
    reliability,
    scoring,
    siege,
    sizes,
    threat,
)

STRENGTH = st.floats(1.0, 500.0)


# --- Airlift ----------------------------------------------------------------------------------
def test_missions_for_cargo_and_passengers():
    assert airlift.cargo_missions(300.1, 12) == 26
    assert airlift.cargo_missions(25 * 10.886, 10.886) == 25  # no mission for a rounding error
    assert airlift.cargo_missions(0, 12) == 0
    assert airlift.passenger_missions(400, 3, 20, 90) == 4
    assert airlift.passenger_missions(40, 3, 20, 90) == 0
    assert airlift.total_missions(25, 4) == 29
    assert airlift.time_to_arrival_h(3.1, 1.75) == pytest.approx(4.85)


def test_closure_without_lift_never_comes():
    assert airlift.closure_days(100.0, 10.0, 0.0, 4.0, 7.0) == math.inf


@given(near=st.floats(10.0, 3000.0), far=st.floats(10.0, 3000.0))
def test_block_speed_rises_with_distance_towards_cruise(near, far):
    near, far = min(near, far), max(near, far)
    slow, fast = (airlift.block_speed_km_h(d, 540.0) for d in (near, far))
    assert slow <= fast < 540.0
    assert airlift.block_speed_km_h(1e9, 540.0) == pytest.approx(540.0, rel=1e-6)


@pytest.mark.parametrize(
    ("budget", "ratio", "days", "duty", "hours", "binding"),
    [
        (4.0, 1.5, 365, 16.0, 4.0, "flying_hour_budget"),
        (9.0, 1.5, 30, 24.0, 6.25, "crew_30_days"),
        (9.0, 1.5, 31, 24.0, 5.5, "crew_90_days"),
        (9.0, 3.0, 31, 8.0, 4.0, "duty_day"),
    ],
)
def test_what_sets_the_flying_hours(budget, ratio, days, duty, hours, binding):
    limit = airlift.ute_limit(budget, ratio, days, duty, flying_h=7.0, cycle_h=14.0)
    assert (limit.hours, limit.binding) == (pytest.approx(hours), binding)


# --- Payload ----------------------------------------------------------------------------------
MASSES = payload.Masses(36_000.0, 70_000.0, 59_000.0, 16_500.0, 2_270.0)


def test_heat_and_height_take_from_the_takeoff_mass_only():
    assert payload.takeoff_factor(30.0, 0.0) == 1.0
    assert payload.takeoff_factor(20.0, 0.0) == 1.0
    # The same pounds per degree and thousand feet as 1 % and 3 % of 36,500 lb.
    assert 155_000 * (1.0 - payload.takeoff_factor(31.0, 0.0)) == pytest.approx(365, rel=0.02)
    assert 155_000 * (1.0 - payload.takeoff_factor(0.0, 1e3)) == pytest.approx(1_095, rel=0.02)
    hot = payload.payload_limit(MASSES, 2.0, 2.0, assault=True, factor=0.95)
    assert hot == payload.payload_limit(MASSES, 2.0, 2.0, assault=True)


@given(out=st.floats(0.0, 12.0), back=st.floats(0.0, 12.0), more=st.floats(0.0, 3.0))
def test_payload_falls_with_fuel_and_never_below_zero(out, back, more):
    here = payload.payload_limit(MASSES, out, back).payload_kg
    assert 0.0 <= payload.payload_limit(MASSES, out + more, back).payload_kg <= here
    assert payload.payload_limit(MASSES, out, back + more).payload_kg <= here
    assert payload.payload_limit(MASSES, out, back, assault=True).payload_kg <= here <= 16_500.0


# --- Queueing ---------------------------------------------------------------------------------
@pytest.mark.parametrize("servers", [1, 2, 5, 40])
@pytest.mark.parametrize("load", [0.01, 0.5, 0.95])
def test_erlang_c_is_its_sum(servers, load):
    offered = servers * load
    states = [offered**n / math.factorial(n) for n in range(servers)]
    last = offered**servers / math.factorial(servers) / (1.0 - load)
    direct = last / (sum(states) + last)
    assert queueing.erlang_c(servers, offered) == pytest.approx(direct, rel=1e-12)


def test_waits_at_the_ends_of_the_load():
    assert queueing.wait_mmc_h(2.0, 1.0, 2) == queueing.wait_mdc_h(2.0, 1.0, 2) == math.inf
    assert queueing.wait_mmc_h(0.0, 1.0, 2) == queueing.wait_mdc_h(0.0, 1.0, 2) == 0.0
    assert queueing.wait_mdc_h(0.4, 1.75, 1) == pytest.approx(queueing.wait_mmc_h(0.4, 1.75, 1) / 2)
    assert queueing.erlang_c(2, 5.0) == 1.0


@given(servers=st.integers(1, 8), load=st.floats(0.05, 0.9), step=st.floats(0.001, 0.04))
def test_waiting_is_convex_in_utilisation_and_shorter_with_fixed_service(servers, load, step):
    below, here, above = (
        queueing.wait_mmc_h(servers * x, 1.0, servers) for x in (load - step, load, load + step)
    )
    assert above - here >= here - below - 1e-12
    fixed = queueing.wait_mdc_h(servers * load, 1.0, servers)
    assert here / 2 * (1 - 1e-12) <= fixed <= here


def _crommelin_wait(arrivals: float, servers: int) -> float:
    """Exact M/D/c (service 1 h): the stationary number present from one service to the next."""
    size = 400
    came = stats.poisson.pmf(np.arange(size), arrivals)
    step = np.zeros((size, size))
    for present in range(size):
        left = max(0, present - servers)
        step[present, left:] = came[: size - left]
        step[present, -1] += 1.0 - step[present].sum()
    matrix = np.vstack([step.T - np.eye(size), np.ones(size)])
    share = np.linalg.lstsq(matrix, np.append(np.zeros(size), 1.0), rcond=None)[0]
    waiting = float(np.maximum(0, np.arange(size) - servers) @ share)
    return waiting / arrivals


@pytest.mark.parametrize("servers", [1, 2, 4])
@pytest.mark.parametrize("load", [0.5, 0.8, 0.9])
def test_wait_with_fixed_service_against_the_exact_solution(servers, load):
    exact = _crommelin_wait(servers * load, servers)
    assert queueing.wait_mdc_h(servers * load, 1.0, servers) == pytest.approx(exact, rel=0.02)


# --- Reliability ------------------------------------------------------------------------------
def test_repair_defaults_and_the_scale_that_meets_the_prior():
    base = reliability.mean_repair_days()
    assert base == pytest.approx(2.91)
    assert reliability.steady_availability(0.5, 0.2, base) == pytest.approx(0.775, abs=5e-4)
    needed = reliability.repair_days_for(0.5, 0.5, 0.2)
    assert needed == pytest.approx(10.0)
    assert needed / base == pytest.approx(3.44, abs=0.005)


@given(s=st.floats(0.01, 4), p=st.floats(0.01, 1), days=st.floats(0.1, 60))
def test_availability_and_repair_time_are_inverse(s, p, days):
    availability = reliability.steady_availability(s, p, days)
    assert reliability.repair_days_for(availability, s, p) == pytest.approx(days)


def test_aircraft_up_follow_the_binomial():
    for k in range(-1, 6):
        assert reliability.exactly_up(k, 4, 0.6) == pytest.approx(stats.binom.pmf(k, 4, 0.6))
        assert reliability.at_least_up(k, 4, 0.6) == pytest.approx(stats.binom.sf(k - 1, 4, 0.6))


# --- Threat -----------------------------------------------------------------------------------
def test_ground_fire_under_siege_matches_the_documented_order():
    # 150 fighters near, siege rate 2, a quarter of shots hit: .13 a landing for two movements.
    shot = threat.shot_at_probability(150, 2.0)
    assert shot == pytest.approx(0.26, abs=0.005)
    assert 2 * shot * 0.25 == pytest.approx(0.13, abs=0.005)
    assert threat.loss_probability(shot, 0.25, 0.03) == pytest.approx(shot * 0.0075)
    assert threat.shot_at_probability(0, 2.0) == 0.0


# --- Combat -----------------------------------------------------------------------------------
def _runge_kutta(law, x, y, hours, steps=4000):
    h = hours / steps
    for _ in range(steps):
        k1 = law(x, y)
        k2 = law(x + h / 2 * k1[0], y + h / 2 * k1[1])
        k3 = law(x + h / 2 * k2[0], y + h / 2 * k2[1])
        k4 = law(x + h * k3[0], y + h * k3[1])
        x += h / 6 * (k1[0] + 2 * k2[0] + 2 * k3[0] + k4[0])
        y += h / 6 * (k1[1] + 2 * k2[1] + 2 * k3[1] + k4[1])
    return x, y


@pytest.mark.parametrize(
    ("x0", "y0", "a", "b"),
    [(100, 40, 0.1, 1e-3), (100, 60, 0.1, 1e-3), (100, 50, 0.1, 1e-3), (60, 30, 0.15, 6e-4)],
)
def test_ambush_in_time_solves_its_equation(x0, y0, a, b):
    for hours in (0.0, 0.5, 2.0, 4.0):
        x, y = _runge_kutta(lambda x, y: (-a * y, -b * x * y), x0, y0, hours)
        assert combat.deitchman_after(x0, y0, a, b, hours) == pytest.approx((x, y), rel=1e-7)


@given(x=STRENGTH, y=STRENGTH, a=st.floats(0.02, 0.4), b=st.floats(1e-4, 1e-2))
def test_ambush_in_time_keeps_its_invariant_and_ends_as_it_must(x, y, a, b):
    left = combat.deitchman_invariant(x, y, a, b)
    size = 0.5 * b * x * x + a * y
    x1, y1 = combat.deitchman_after(x, y, a, b, 1.0)
    assert 0.0 <= x1 <= x
    assert 0.0 <= y1 <= y
    assert combat.deitchman_invariant(x1, y1, a, b) == pytest.approx(left, abs=1e-9 * size)
    end = combat.deitchman(x, y, a, b)
    assert end.winner == ("y" if 2 * a * y > b * x * x else "x" if left > 0 else "none")
    if abs(left) > 0.05 * size:  # far from a draw, a fight of 1e5 hours is over
        xe, ye = combat.deitchman_after(x, y, a, b, 1e5)
        assert (xe if end.winner == "x" else ye) == pytest.approx(end.survivors, rel=1e-6)


@given(x=STRENGTH, y=STRENGTH, a=st.floats(0.02, 0.4), b=st.floats(0.02, 0.4))
def test_lanchesters_survivors_hold_the_invariant(x, y, a, b):
    square, linear = combat.square_law(x, y, a, b), combat.linear_law(x, y, a, b)
    for law, fight in ((combat.square_invariant, square), (combat.linear_invariant, linear)):
        kept = fight.survivors
        end = {"x": (kept, 0.0), "y": (0.0, kept), "none": (0.0, 0.0)}[fight.winner]
        assert law(*end, a, b) == pytest.approx(law(x, y, a, b), rel=1e-9, abs=1e-9)


def test_equal_sides_leave_nobody():
    nobody = combat.FightToTheEnd("none", 0.0)
    assert combat.square_law(50, 50, 0.1, 0.1) == combat.linear_law(50, 50, 0.1, 0.1) == nobody


# --- Insurgency -------------------------------------------------------------------------------
@pytest.mark.parametrize(("mu", "theta"), [(0.2, 0.5), (0.3, 1.4), (0.1, 0.05), (0.5, 0.9)])
def test_containment_is_where_its_own_equation_settles(mu, theta):
    share = 0.4
    for _ in range(200_000):
        hit = mu + (1 - mu) * share
        share = max(0.0, share + 1e-3 * (theta * (1 - hit) - hit))
        if share == 0.0:
            break
    assert insurgency.contained_share(mu, theta) == pytest.approx(share, abs=1e-6)


def test_containment_at_the_ends():
    assert insurgency.contained_share(1.0, 5.0) == 0.0
    assert insurgency.contained_share(0.0, 1.0) == pytest.approx(0.5)
    assert insurgency.containment_threshold(1.0) == math.inf


# --- Alliance ---------------------------------------------------------------------------------
@given(
    incomes=st.lists(st.floats(0.5, 100.0), min_size=1, max_size=6),
    taste=st.floats(0.02, 0.9),
    private=st.floats(0.0, 1.0),
)
def test_contributions_are_best_replies_to_each_other(incomes, taste, private):
    got = alliance.nash_contributions(incomes, taste, 2.0, private)
    slope = (1 - private) * (1 - taste)
    for mine, income in zip(got, incomes, strict=True):
        reply = max(0.0, taste * income / 2.0 - slope * (got.sum() - mine))
        assert mine == pytest.approx(reply, abs=1e-9 * max(incomes))
    wanted = alliance.social_optimum(incomes, taste, 2.0)
    assert np.all(got <= wanted + 1e-9)


def test_the_more_private_the_benefit_the_more_is_given():
    sums = [
        alliance.nash_contributions([20, 18, 16], 0.05, private_share=d).sum() for d in (0, 0.5, 1)
    ]
    assert sums == sorted(sums)
    assert sums[-1] == pytest.approx(0.05 * 54)


@pytest.mark.parametrize("rho", [0.0, 0.3, 1.0])
def test_pooled_reserve_of_equals_is_the_ratio_of_the_separate_ones(rho):
    correlation = np.full((3, 3), rho) + (1 - rho) * np.eye(3)
    pooled = alliance.pooled_reserve(1.645, [40.0, 40.0, 40.0], correlation)
    assert pooled == pytest.approx(alliance.pooling_ratio(3, rho) * 3 * 1.645 * 40.0)


def test_trust_fades_towards_nothing_new_and_weighs_dear_promises_more():
    trust = alliance.BetaTrust(5.0, 2.0)
    assert trust.after().trust == pytest.approx(trust.trust)  # fading alone changes no ratio
    assert trust.after(honoured=3.0).trust > trust.after(honoured=1.0).trust > trust.trust
    assert trust.after(honoured=1.0, memory=0.5).trust > trust.after(honoured=1.0).trust


# --- Siege, demand ----------------------------------------------------------------------------
@given(st.floats(0.0, 3.0), st.floats(0.0, 3.0))
def test_holding_is_a_step_in_the_supply_ratio(one, other):
    low, high = sorted((one, other))
    assert 0.0 <= siege.hold_probability(low) <= siege.hold_probability(high) <= 1.0
    assert siege.hold_probability(0.93) == pytest.approx(0.5)


def test_a_ratio_far_below_the_step_holds_never():
    assert siege.hold_probability(1e-30) == 0.0
    assert siege.sorties_per_week_to_fill(-1.0, 10.0) == 0.0


def test_demand_of_nobody_is_nothing():
    assert demand.demand_t_per_day(0, 7.5) == 0.0
    with pytest.raises(InputError, match="demand must be above 0"):
        demand.days_of_supply(10.0, 0.0)


# --- Sizes ------------------------------------------------------------------------------------
def test_lomax_meets_scipy():
    pmf = sizes.lomax_pmf(300, 2.71, 3.01)
    cdf = stats.lomax(c=1.71, scale=3.01).cdf(np.arange(1, 302))
    assert np.cumsum(pmf) == pytest.approx(cdf, rel=1e-12)
    assert sizes.lomax_survival(17.0, 2.71, 3.01) == pytest.approx(
        stats.lomax(c=1.71, scale=3.01).sf(17.0)
    )


@pytest.mark.parametrize("alpha", [2.2, 2.5, 3.0])
@pytest.mark.parametrize("xmin", [10, 25])
def test_the_tails_exponent_of_an_exact_sample(alpha, xmin):
    u = (np.arange(200_000) + 0.5) / 200_000
    sample = np.floor((xmin - 0.5) * (1 - u) ** (-1 / (alpha - 1)) + 0.5)
    assert sizes.tail_exponent(sample, xmin) == pytest.approx(alpha, abs=0.02)


def test_the_tail_starts_where_the_power_law_does():
    u = (np.arange(4_000) + 0.5) / 4_000
    tail = np.floor(9.5 * (1 - u) ** (-1 / 1.5) + 0.5)
    body = np.repeat(np.arange(1, 10), 300)
    fit = sizes.fit_tail(np.concatenate([tail, body]))
    assert fit.xmin >= 9  # the body, 1 to 9, is not a power law
    assert fit.alpha == pytest.approx(2.5, abs=0.1)
    with pytest.raises(InputError, match="3 sizes are too few"):
        sizes.fit_tail([1, 2, 3])
    with pytest.raises(InputError, match="no size reaches xmin 9"):
        sizes.tail_exponent([1, 2, 3], 9)


# --- Scoring ----------------------------------------------------------------------------------
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12), st.floats(-60, 60))
def test_crps_is_its_double_sum(members, observed):
    x = np.array(members)
    error = np.abs(x - observed).mean()
    pairs = np.abs(x[:, None] - x[None, :]).sum()
    m = x.size
    assert scoring.crps(x, observed) == pytest.approx(error - pairs / m**2 / 2, abs=1e-9)
    fair = error - pairs / m / (m - 1) / 2
    assert scoring.crps(x, observed, fair=True) == pytest.approx(fair, abs=1e-9)


def test_crps_scores_many_forecasts_at_once_and_rewards_the_truth():
    members = np.array([[3.0, 3.0, 3.0], [1.0, 2.0, 6.0]])
    got = scoring.crps(members, [3.0, 2.0])
    assert got.shape == (2,)
    assert got[0] == 0.0
    assert got[1] == pytest.approx(scoring.crps([6.0, 1.0, 2.0], 2.0))
    with pytest.raises(InputError, match="ensemble of 1 is too small"):
        scoring.crps([4.0], 4.0, fair=True)


# --- Bad figures ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: airlift.cargo_missions(10, 0), "payload must be above 0, not 0"),
        (lambda: airlift.block_time_h(-1, 540), "distance_km must be 0 or more, not -1"),
        (
            lambda: reliability.exactly_up(0, 2, 1.2),
            "availability must lie between 0 and 1, not 1.2",
        ),
        (
            lambda: insurgency.hawkes_mean(0.5, 1.0),
            "room_below_1 must be above 0, not 0.0",
        ),
        (lambda: combat.deitchman(10, 10, 0.0, 0.1), "a must be above 0, not 0.0"),
        (lambda: queueing.erlang_c(0, 1.0), "servers must be above 0, not 0"),
        (lambda: siege.hold_probability(float("nan")), "ratio must be 0 or more, not nan"),
    ],
)
def test_a_figure_out_of_range_is_named(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert (error.value.code, error.value.message) == ("SS3401", message)

"""The acceptance numbers of the model's specification, by their ids, in their units.

The kernels below are small simulations that the closed forms are held to; every draw is keyed.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from sahelsim.model import draws
from sahelsim.model.draws import bernoulli, exponential, gamma2, poisson, uniform
from sahelsim.model.kernel import kernel
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
    units,
)
from sahelsim.theatre import load_theatre
from sahelsim.theatre.geography import great_circle_km

ARRIVAL = draws.MONSOON_DELAY
SERVICE = draws.REPAIR_TIME
EVENTS = draws.EVENT_COUNT
CONVOY = draws.AMBUSH
LEAVE = draws.ABANDON
BREAKS = draws.BREAK


@kernel
def queue(key, arrivals_per_h, service_h, servers, customers, fixed_service):
    """First come first served at some servers: mean wait [h] and mean number an arrival finds."""
    free = np.zeros(servers)
    recent = np.zeros(4096)  # departure times; far more than are ever present at once
    now = 0.0
    waited = 0.0
    found = 0
    for i in range(customers):
        now += exponential(1.0 / arrivals_per_h, uniform(key, ARRIVAL, 0, i, 0))
        service = service_h
        if not fixed_service:
            service = exponential(service_h, uniform(key, SERVICE, 0, i, 0))
        back = 1
        # Departures are not in order of arrival, but nobody departs after 60 later arrivals began.
        quiet = 0
        while back <= min(i, recent.size - 1) and quiet < 60:
            if recent[(i - back) % recent.size] > now:
                found += 1
                quiet = 0
            else:
                quiet += 1
            back += 1
        first = np.argmin(free)
        start = max(now, free[first])
        waited += start - now
        free[first] = start + service
        recent[i % recent.size] = start + service
    return waited / customers, found / customers


@kernel
def hawkes(key, immigrants_per_day, branching, decay, windows, window_days):
    """Daily self-exciting counts: mean a day and variance over mean of the windows' sums."""
    excitation = immigrants_per_day / (1.0 - branching)  # begins in its steady state
    sums = np.zeros(windows)
    for window in range(windows):
        for day in range(window_days):
            rate = immigrants_per_day + branching * excitation
            count = poisson(rate, uniform(key, EVENTS, window * window_days + day, 0, 0))
            excitation = decay * excitation + (1.0 - decay) * count
            sums[window] += count
    return sums.mean() / window_days, sums.var() / sums.mean()


@kernel
def garrisons_that_hold(
    key, garrisons, days, sorties_a_week, payload_t, demand_t, stock_t, convoy_t, ambush, lost
):
    """Share of garrisons not abandoned: convoys on days 59, 119 ..., sorties spread evenly."""
    held = 0
    for garrison in range(garrisons):
        stock = stock_t
        hungry = 0
        abandoned = False
        for day in range(days):
            flown = sorties_a_week * (day + 1) // 7 - sorties_a_week * day // 7
            stock += flown * payload_t
            if day % 60 == 59:
                hit = bernoulli(ambush, uniform(key, CONVOY, day, garrison, 0))
                stock += convoy_t * (1.0 - lost if hit else 1.0)
            stock = max(0.0, stock - demand_t)
            hungry = hungry + 1 if stock == 0.0 else 0
            chance = -math.expm1(-hungry / 30.0)
            if bernoulli(chance, uniform(key, LEAVE, day, garrison, 0)):
                abandoned = True
                break
        if not abandoned:
            held += 1
    return held / garrisons


@kernel
def share_of_time_up(key, sorties_per_day, break_probability, repair_days, cycles):
    """Alternating renewal: exponential time to a break, gamma-2 repair."""
    up = 0.0
    down = 0.0
    for i in range(cycles):
        up += exponential(
            1.0 / (sorties_per_day * break_probability), uniform(key, BREAKS, 0, i, 0)
        )
        down += gamma2(repair_days, uniform(key, SERVICE, 1, i, 0))
    return up / (up + down)


CIRCUIT = ("DRRN", "GABS", "GAGO", "GATS", "DRRN")
C130H = payload.Masses(
    empty_kg=units.lb_to_kg(80_000),
    takeoff_kg=units.lb_to_kg(155_000),
    assault_landing_kg=units.lb_to_kg(130_000),
    structural_kg=units.lb_to_kg(36_500),
    burn_kg_h=2_270.0,
)


def circuit_km() -> list[float]:
    theatre = load_theatre()
    stops = [theatre.airfield(icao) for icao in CIRCUIT]
    return [great_circle_km(a.lat, a.lon, b.lat, b.lon) for a, b in itertools.pairwise(stops)]


@pytest.mark.parametrize(("hours", "t_per_day"), [(10, 79.2), (16, 126.7), (24, 190.0)])
def test_at1_ramp_throughput_of_the_c130j(hours, t_per_day):
    got = airlift.field_throughput_t_per_day(1, 16.3, hours, 1.75, 0.85)
    assert got == pytest.approx(t_per_day, abs=0.05)


@pytest.mark.parametrize(
    ("payload_t", "ground_h", "expected"),
    [(59.0, 2.25, (222.9, 356.6, 534.9)), (90.7, 3.75, (205.6, 328.9, 493.4))],
)
def test_at2_ramp_throughput_of_c17_and_c5m(payload_t, ground_h, expected):
    got = [airlift.field_throughput_t_per_day(1, payload_t, h, ground_h) for h in (10, 16, 24)]
    assert got == pytest.approx(expected, abs=0.05)


def test_at2_with_exact_short_tons():
    for short_tons, ground_h, expected in (
        (18, 1.75, (79.3, 126.9, 190.4)),
        (65, 2.25, (222.8, 356.4, 534.6)),
        (100, 3.75, (205.6, 329.0, 493.5)),
    ):
        load_t = units.short_tons_to_t(short_tons)
        got = [airlift.field_throughput_t_per_day(1, load_t, h, ground_h) for h in (10, 16, 24)]
        assert got == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    ("short_tons", "t"), [(12, 10.886), (18, 16.33), (65, 58.97), (100, 90.72)]
)
def test_at3_short_tons_to_tonnes(short_tons, t):
    assert units.short_tons_to_t(short_tons) == pytest.approx(t, abs=0.005)


def test_at4_shuttle_cycle_ramp_and_fleet_limits():
    flying_h = 2 * airlift.block_time_h(456, 530, 0.0)
    cycle_h = airlift.cycle_time_h(flying_h, 2 * 1.75)
    assert cycle_h == pytest.approx(5.221, abs=5e-4)
    ramp = airlift.field_throughput_t_per_day(2, 1.0, 20, 1.75, 0.85)  # F9 over P: sorties
    assert ramp == pytest.approx(19.43, abs=0.005)
    # The duty day as the only limit on flying hours gives the fleet's own limit.
    ute = airlift.ute_limit(99.0, 99.0, 1, 20.0, flying_h, cycle_h)
    fleet = airlift.fleet_capacity_t_per_day(2, 1.0, ute.hours, flying_h)
    assert fleet == pytest.approx(7.66, abs=0.005)
    assert 0.85 * fleet == pytest.approx(6.51, abs=0.005)
    assert ute.binding == "duty_day"
    with_overhead = 2 * airlift.block_time_h(456, 540, 0.25) + 2 * 1.75
    assert with_overhead == pytest.approx(5.689, abs=5e-4)


def test_at5_missions_and_closure():
    assert airlift.cargo_missions(300, 12) == 25
    days = airlift.closure_days(units.short_tons_to_t(300), 10.886, 2 * 0.5, 4, 7.06)
    assert days == pytest.approx(44.1, abs=0.05)


@pytest.mark.parametrize(("ute", "t_per_day"), [(3, 4.6), (6, 9.3)])
def test_at6_fleet_capacity(ute, t_per_day):
    got = airlift.fleet_capacity_t_per_day(2 * 0.5, 10.886, ute, 7.06)
    assert got == pytest.approx(t_per_day, abs=0.05)


def test_at7_million_ton_miles():
    assert airlift.million_ton_miles_per_day(15, 250, 12, 6, 0.44) == pytest.approx(0.1188)


def test_at8_legs_of_the_circuit():
    km = circuit_km()
    assert km == pytest.approx([1102.8, 950.0, 456.1, 762.7], abs=0.06)
    hours = [airlift.block_time_h(d, 540, 0.25) for d in km]
    assert hours == pytest.approx([2.29, 2.01, 1.09, 1.66], abs=0.005)
    assert sum(hours) == pytest.approx(7.059, abs=5e-4)
    assert sum(hours) * 2.270 == pytest.approx(16.02, abs=0.005)


def test_at9_planning_rates():
    classes = ("rations_mmm", "clothing_equipment", "packaged_fuel", "barrier", "construction")
    rate = demand.planning_rate_kg(*classes)
    assert units.kg_to_lb(rate) == pytest.approx(12.262)
    assert rate == pytest.approx(5.562, abs=5e-4)
    assert demand.planning_rate_kg(*classes, "personal_arid") == pytest.approx(7.258, abs=5e-4)
    assert demand.demand_t_per_day(600, rate) == pytest.approx(3.34, abs=0.005)


def test_at10_days_of_supply():
    daily_t = demand.demand_t_per_day(600, 10.0)
    assert demand.days_of_supply(45.0, daily_t) == pytest.approx(7.5)
    assert demand.days_of_supply(10.886, daily_t) == pytest.approx(1.81, abs=0.005)


def test_at11_payload_from_bamako_to_tessalit_and_back():
    hours = airlift.block_time_h(1280.6, 540, 0.25)
    there = payload.payload_limit(C130H, hours, hours, assault=True)
    assert units.kg_to_lb(there.payload_kg) == pytest.approx(33_124, abs=10)
    assert there.payload_kg / 1000 == pytest.approx(15.02, abs=0.01)
    assert there.binding == "landing"
    paved = payload.payload_limit(C130H, hours, hours, assault=False)
    assert (units.kg_to_lb(paved.payload_kg), paved.binding) == (
        pytest.approx(36_500, abs=1),
        "structure",
    )
    no_structure = payload.Masses(
        C130H.empty_kg, C130H.takeoff_kg, C130H.assault_landing_kg, 1e9, C130H.burn_kg_h
    )
    takeoff = payload.payload_limit(no_structure, hours, hours)
    assert units.kg_to_lb(takeoff.payload_kg) == pytest.approx(45_001, abs=10)
    assert takeoff.binding == "takeoff"


def test_at11_payload_from_gao_to_tessalit():
    hours = airlift.block_time_h(456.1, 540, 0.25)
    limit = payload.payload_limit(C130H, hours, hours, assault=True)
    assert units.kg_to_lb(limit.payload_kg) == pytest.approx(36_500, abs=10)
    assert limit.payload_kg / 1000 == pytest.approx(16.556, abs=5e-4)


def test_at12_what_convoys_leave_to_be_flown():
    brought = siege.convoy_supply_t_per_day(150, 60, 0.5, 0.65)
    assert brought == pytest.approx(1.69, abs=0.005)
    gap = demand.demand_t_per_day(600, 10.0) - brought
    assert gap == pytest.approx(4.31, abs=0.005)
    assert siege.sorties_per_week_to_fill(gap, 10.886) == pytest.approx(2.77, abs=0.005)
    for rate, sorties in ((7.5, 1.81), (4.5, 0.65)):
        less = demand.demand_t_per_day(600, rate) - brought
        assert siege.sorties_per_week_to_fill(less, 10.886) == pytest.approx(sorties, abs=0.005)


@pytest.mark.parametrize(("sorties", "held"), list(enumerate((0.0, 0.0, 0.02, 0.98, 1.0))))
def test_at12_hold_curve(sorties, held):
    got = garrisons_that_hold(
        draws.make_key(1, 0), 20_000, 365, sorties, 10.886, 6.0, 180.0, 150.0, 0.5, 0.65
    )
    assert got == pytest.approx(held, abs=0.02)
    # The teaching curve tells the same story from the ratio of supply to demand alone.
    supply = siege.convoy_supply_t_per_day(150, 60, 0.5, 0.65) + sorties * 10.886 / 7.0
    curve = siege.hold_probability(siege.supply_ratio(supply, 6.0))
    assert curve == pytest.approx(held, abs=0.03)


@pytest.mark.parametrize(
    ("arrivals", "servers", "wait_h", "fixed_h"),
    [(0.4, 1, 4.083, 2.04), (0.8, 2, 1.681, 0.863), (1.4, 3, 2.146, 1.09)],
)
def test_at13_waits(arrivals, servers, wait_h, fixed_h):
    assert queueing.wait_mmc_h(arrivals, 1.75, servers) == pytest.approx(wait_h, abs=1e-3)
    assert queueing.wait_mdc_h(arrivals, 1.75, servers) == pytest.approx(fixed_h, rel=0.01)
    waits, found = np.array(
        [
            queue(draws.make_key(seed, 0), arrivals, 1.75, servers, 300_000, False)
            for seed in range(20)
        ]
    ).T
    assert waits.mean() == pytest.approx(wait_h, rel=0.02)
    little = queueing.mean_in_system(arrivals, waits.mean() + 1.75)
    assert found.mean() == pytest.approx(little, rel=0.01)
    fixed = queue(draws.make_key(0, 0), arrivals, 1.75, servers, 300_000, True)[0]
    assert fixed < wait_h
    assert fixed == pytest.approx(fixed_h, rel=0.05)


def test_at14_availability():
    assert reliability.steady_availability(0.5, 0.2, 6) == pytest.approx(0.625)
    assert reliability.exactly_up(0, 2, 0.5) == 0.25
    simulated = share_of_time_up(draws.make_key(1, 0), 0.5, 0.2, 6.0, 100_000)
    assert simulated == pytest.approx(0.625, rel=0.01)


@pytest.mark.parametrize(
    ("branching", "mean", "fano"),
    [(0.0, 0.5, 1.0), (0.2, 0.625, 1.5625), (0.4, 0.8333, 2.7778), (0.6, 1.25, 6.25)],
)
def test_at15_self_excitation(branching, mean, fano):
    assert insurgency.hawkes_mean(0.5, branching) == pytest.approx(mean, abs=1e-4)
    assert insurgency.hawkes_fano(branching) == pytest.approx(fano, abs=1e-4)
    decay = math.exp(-1.0 / 14.0)
    means, fanos = np.array(
        [hawkes(draws.make_key(s, 0), 0.5, branching, decay, 400, 1_000) for s in range(20)]
    ).T
    assert means.mean() == pytest.approx(mean, rel=0.01)
    assert fanos[0] == pytest.approx(fano, rel=0.20)
    assert fanos.mean() == pytest.approx(fano, rel=0.07)


def test_at16_lanchester():
    square = combat.square_law(100, 60, 0.01, 0.01)
    assert (square.winner, square.survivors) == ("x", pytest.approx(80.000, abs=1e-9))
    linear = combat.linear_law(100, 60, 0.01, 0.01)
    assert (linear.winner, linear.survivors) == ("x", pytest.approx(40.0, abs=1e-9))


def test_at17_deitchman():
    lost = combat.deitchman(100, 60, 0.10, 0.001)
    assert (lost.winner, lost.survivors) == ("y", pytest.approx(10.0, abs=1e-9))
    won = combat.deitchman(100, 40, 0.10, 0.001)
    assert (won.winner, won.survivors) == ("x", pytest.approx(44.721, abs=5e-4))


def test_at18_containment():
    assert insurgency.contained_share(0.2, 0.5) == pytest.approx(0.1667, abs=5e-5)
    assert insurgency.containment_threshold(0.2) == pytest.approx(0.25)
    assert insurgency.contained_share(0.2, 0.2499) == 0.0
    assert insurgency.contained_share(0.2, 0.2501) > 0.0


def test_at19_burden_sharing():
    nash = alliance.nash_contributions([18, 18, 18], 0.05)
    assert nash == pytest.approx([0.31034] * 3, abs=5e-6)
    assert alliance.social_optimum([18, 18, 18], 0.05) == pytest.approx([0.90] * 3)
    assert alliance.nash_contributions([20, 18, 16], 0.05) == pytest.approx([1, 0, 0], abs=1e-12)


@pytest.mark.parametrize(("rho", "ratio"), [(0.0, 0.5774), (0.3, 0.7303), (1.0, 1.0)])
def test_at20_pooling(rho, ratio):
    assert alliance.pooling_ratio(3, rho) == pytest.approx(ratio, abs=5e-5)


def test_at21_trust():
    trust = alliance.BetaTrust()
    for _ in range(8):
        trust = trust.after(honoured=1.0)
    assert trust.trust == pytest.approx(0.9072, abs=5e-5)
    assert trust.after(refused=1.0).trust == pytest.approx(0.8163, abs=5e-5)


def test_at22_crps():
    assert scoring.crps([0, 1, 2], 1) == pytest.approx(0.2222, abs=5e-5)
    assert scoring.crps([0, 1, 2], 1, fair=True) == pytest.approx(0.0, abs=1e-15)


def test_at23_ground_fire():
    assert pytest.approx(0.0279, abs=5e-5) == threat.HIT_GIVEN_SHOT
    assert pytest.approx(0.70) == threat.LOSS_GIVEN_MANPADS_HIT


@pytest.mark.parametrize(("n", "days"), [(10, 7.54), (100, 1.89)])
def test_at24_progress_curve(n, days):
    assert insurgency.progress_curve_days(30, 0.6, n) == pytest.approx(days, abs=0.005)


def test_at25_event_sizes():
    assert 1 - sizes.lomax_survival(1, 2.71, 3.01) == pytest.approx(0.388, abs=5e-4)
    moments = sizes.truncated_moments(200, 2.71, 3.01)
    assert moments.mean == pytest.approx(3.428, abs=5e-4)
    assert moments.size_biased_mean == pytest.approx(26.87, abs=0.005)
    assert moments.variance_to_mean == pytest.approx(23.44, abs=0.005)


@pytest.mark.parametrize("alpha", [2.2, 2.43, 2.7])
@pytest.mark.parametrize("smax", [8.7, 60.0, 400.0])
def test_at26_party_sizes(alpha, smax):
    for u in np.linspace(1e-6, 1 - 1e-6, 999):
        x = draws.bounded_pareto(alpha, 2.2, smax, u)
        assert sizes.bounded_pareto_cdf(x, alpha, 2.2, smax) == pytest.approx(u, abs=1e-9)
        c = 1.0 - (2.2 / smax) ** (alpha - 1.0)
        assert x == pytest.approx(2.2 * (1.0 - u * c) ** (-1.0 / (alpha - 1.0)), rel=1e-9)


def test_at26_the_tails_exponent_is_found_again():
    key = draws.make_key(4, 0)
    us = [draws.uniform(key, draws.PARTY_SIZE, 0, i, 0) for i in range(20_000)]
    sample = np.round([draws.bounded_pareto(2.5, 0.5, 1e9, u) for u in us])
    fit = sizes.fit_tail(sample[sample >= 1])
    assert fit.alpha == pytest.approx(2.5, abs=max(0.05, 3 * fit.standard_error))

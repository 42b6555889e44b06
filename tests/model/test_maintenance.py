"""Breakdown, repair and availability against A = 1 / (1 + s p MTTR); wear of strips."""

from __future__ import annotations

import pytest

from sahelsim.model.events import AIRFIELD_WORN_OUT
from sahelsim.model.mechanisms.maintenance import (
    DOWN,
    break_after_sortie,
    maintenance_day,
    mean_repair_days,
    mend_strips,
    repair_scale,
    wear_strip,
)
from sahelsim.model.world import BROKEN, FLYING, LOST, READY
from tests.model.airlift_world import kinds
from tests.model.small_world import parameters, small_world

TAILS, DAYS = 400, 1_500


def availability(sorties_per_day: float, **changes: float) -> float:
    """Share of days capable of tails that fly whenever they can."""
    w = small_world(n_aircraft=TAILS)
    p = parameters("maintenance", **changes)
    w.fleet.repair_scale[:] = repair_scale(0.5, p)
    every = round(1.0 / sorties_per_day)
    for day in range(DAYS):
        w.clock.day[0] = day
        w.events.count[0] = 0
        for a in range(TAILS):
            if w.fleet.status[a] == READY and (day + a) % every == 0:
                break_after_sortie(w.clock, w.fleet, w.events, p, a, 0, 0, 1.0)
        maintenance_day(w.types, w.fleet, p)
    return float(w.fleet.days_capable.sum() / w.fleet.days_present.sum())


def test_scale_of_the_c130h() -> None:
    p = parameters("maintenance")
    assert mean_repair_days(p) == pytest.approx(2.91)
    assert repair_scale(0.5, p) == pytest.approx(3.436, abs=1e-3)
    assert repair_scale(0.75, p) < repair_scale(0.5, p)
    assert repair_scale(0.5, parameters("maintenance", break_probability=0.0)) == 1.0


def test_availability_tends_to_the_prior_at_the_reference_tempo() -> None:
    assert availability(0.5) == pytest.approx(0.5, abs=0.02)


def test_flying_twice_as_much_costs_availability() -> None:
    assert availability(1.0) == pytest.approx(1.0 / 3.0, abs=0.02)


def test_a_broken_tail_returns_to_what_it_was_doing_and_a_lost_one_stays_lost() -> None:
    w = small_world(n_aircraft=3)
    p = parameters("maintenance")
    w.fleet.status[:] = (BROKEN, BROKEN, LOST)
    w.fleet.stop[:] = (2, -1, -1)
    w.fleet.down_days[:] = (1.5, 0.5, 0.0)
    maintenance_day(w.types, w.fleet, p)
    assert list(w.fleet.status) == [BROKEN, READY, LOST]
    maintenance_day(w.types, w.fleet, p)
    assert list(w.fleet.status) == [FLYING, READY, LOST]
    assert list(w.fleet.days_present) == [2.0, 2.0, 0.0]
    assert list(w.fleet.days_capable) == [1.0, 2.0, 0.0]


def test_longer_repairs_with_a_larger_factor_from_the_same_draws() -> None:
    downs = []
    for factor in (1.0, 2.0):
        w = small_world(n_aircraft=1)
        p = parameters("maintenance", break_probability=1.0, same_day_share=0.0, depot_share=0.0)
        assert break_after_sortie(w.clock, w.fleet, w.events, p, 0, 0, 0, factor) == DOWN
        downs.append(w.fleet.down_days[0] - 0.5)
    assert downs[1] == pytest.approx(2.0 * downs[0])


def test_unpaved_strips_wear_out_and_open_again() -> None:
    w = small_world()
    w.airfields.paved[1] = 0
    p = parameters("maintenance")
    for _ in range(400):
        wear_strip(w.clock, w.airfields, w.fields, w.events, p, 0)
        wear_strip(w.clock, w.airfields, w.fields, w.events, p, 1)
    assert w.fields.wear[0] == 0.0
    assert w.fields.wear[1] == pytest.approx(400 * 0.003 * 3.0)  # 20 August: the rains
    assert list(w.fields.worn_out) == [0, 1]
    assert kinds(w).count(AIRFIELD_WORN_OUT) == 1
    days = 0
    while w.fields.worn_out[1] == 1:
        mend_strips(w.fields, p)
        days += 1
    assert days == pytest.approx((3.6 - 0.5) / 0.01, abs=2)

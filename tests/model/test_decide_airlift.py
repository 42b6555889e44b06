"""The default airlift policy: who is served first, and that enough lift leaves nobody hungry."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sahelsim.model.decisions.airlift import decide_airlift, supply_value
from sahelsim.model.mechanisms.sustainment import class_demand_t, demand_t
from sahelsim.model.mechanisms.tasking import apply_allocate_sortie
from sahelsim.model.orders import (
    ALLOCATE_SORTIE,
    R_BUSY,
    R_NO_FIELD,
    R_OK,
    R_SAME_PLACE,
)
from sahelsim.model.world import FLYING, O_I0, World
from sahelsim.theatre.actors import MLI
from tests.model.airlift_world import chosen, fly
from tests.model.small_world import small_world


def decide(w: World, p: dict) -> list[tuple[int, int]]:
    """Let Mali decide; what it proposes as (tail, airfield)."""
    first = int(w.orders.count[0])
    decide_airlift(
        w.clock, w.geography, w.airfields, w.types, w.land, w.groups, w.states, w.fleet,
        w.fields, w.orders, p["airlift"], p["sustainment"], p["threat"], MLI,
    )  # fmt: skip
    rows = w.orders.row[first : w.orders.count[0]]
    assert (rows[:, 2] == ALLOCATE_SORTIE).all()
    return [(int(row[O_I0]), int(row[O_I0 + 1])) for row in rows]


def allocate(w: World, p: dict, tail: int, field: int) -> int:
    row = np.full(12, -1, dtype=np.int64)
    row[1], row[O_I0], row[O_I0 + 1] = MLI, tail, field
    return apply_allocate_sortie(
        w.clock, w.airfields, w.types, w.states, w.fleet, p["airlift"], row
    )


def test_value_rises_with_supply_and_steps_at_the_threshold() -> None:
    p = chosen()["airlift"]
    values = [supply_value(days, p) for days in np.linspace(0.0, 60.0, 121)]
    assert values[0] == 0.0
    assert all(b > a for a, b in pairwise(values[:61]))
    assert values[-1] < 1.0
    near = p.value_hold_s50 * p.value_horizon_days
    step = supply_value(near + 1.0, p) - supply_value(near - 1.0, p)
    assert step > 3.0 * (supply_value(near + 5.0, p) - supply_value(near + 3.0, p))


def test_the_hungriest_of_equals_is_served_first() -> None:
    w = small_world(3, 3)
    w.airfields.great_circle_km[...] = 300.0 * (1 - np.eye(3))
    w.land.days_of_supply[:] = (30.0, 12.0, 4.0)
    p = chosen(airlift={"value_hold_share": 0.0})
    assert decide(w, p) == [(0, 2)]


def test_risk_fuel_closure_and_full_stores_keep_aircraft_at_home() -> None:
    p = chosen(calm=False)
    w = small_world(2, 2)
    w.land.days_of_supply[:] = 3.0
    assert decide(w, p) == [(0, 1)]
    w.fields.ordered_until[1] = 9
    assert decide(w, p) == []
    w.fields.ordered_until[1] = 0
    w.land.days_of_supply[1] = 60.0
    assert decide(w, p) == []
    w.land.days_of_supply[1] = 3.0
    w.land.besieged[1] = 1
    w.groups.fighters[0, 1] = 20_000.0
    wary = chosen(calm=False, threat={"loss": 0.1}, airlift={"value_aircraft": 5000.0})
    assert decide(w, wary) == []


def test_each_aircraft_flies_once_and_lent_or_broken_ones_do_not() -> None:
    w = small_world(4, 4, 4)
    w.land.garrison[:] = 2_000.0
    w.land.days_of_supply[:] = 2.0
    w.fleet.status[1] = 2
    w.fleet.user[2] = 1
    proposed = decide(w, chosen())
    assert sorted(tail for tail, _ in proposed) == [0, 3]


def test_the_lumpy_step_brings_the_one_near_its_threshold_over_it() -> None:
    w = small_world(3, 3)
    w.airfields.great_circle_km[...] = 300.0 * (1 - np.eye(3))
    w.land.garrison[:] = (200.0, 600.0, 600.0)
    near = 0.93 * 30.0 - 1.0
    w.land.days_of_supply[:] = (60.0, 14.0, near)
    assert decide(w, chosen(airlift={"value_hold_share": 1.0})) == [(0, 2)]


def test_allocation_is_refused_with_its_reason() -> None:
    w = small_world(3, 3)
    p = chosen()
    w.airfields.c130_use[2] = 0
    assert allocate(w, p, 0, 0) == R_SAME_PLACE
    assert allocate(w, p, 0, 2) == R_NO_FIELD
    assert allocate(w, p, 0, 1) == R_OK
    assert allocate(w, p, 0, 1) == R_BUSY
    w.land.stock_t[1] = 0.0
    fly(w, p)
    assert w.fleet.status[0] != FLYING
    assert w.fleet.field[0] == 0
    assert w.fleet.target[0] == -1
    assert w.land.stock_t[1].sum() == pytest.approx(10.886, rel=1e-6)


def test_enough_lift_leaves_no_garrison_without_supply() -> None:
    p = chosen(airlift={"ute_plan_h": 6.0})
    w = small_world(5, 5, 12)
    w.land.stock_t[...] = 1.0
    s = p["sustainment"]
    for day in range(120):
        for i in range(1, 5):
            supply = [w.land.stock_t[i, c] / class_demand_t(w.land, s, i, c) for c in range(3)]
            w.land.days_of_supply[i] = min(supply)
            if day > 20:
                assert min(supply) > 0.0
        assert demand_t(w.land, s, 1) == pytest.approx(1.5, rel=0.35)
        for tail, field in decide(w, p):
            assert allocate(w, p, tail, field) == R_OK
        fly(w, p)
        for i in range(1, 5):
            for c in range(3):
                use = class_demand_t(w.land, s, i, c)
                w.land.stock_t[i, c] = max(0.0, w.land.stock_t[i, c] - use)

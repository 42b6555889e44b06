"""Flights against closed forms and documented distances, their books, and what binds them."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.mechanisms.performance import hot_high_factor, leg_hours, payload_t
from sahelsim.model.mechanisms.rotation import rotation_hours
from sahelsim.model.mechanisms.tasking import (
    apply_close_airfield,
    apply_fly_rotations,
    apply_lend_tail,
    apply_maintain,
    apply_open_airfield,
    apply_recall_tail,
    apply_surge,
)
from sahelsim.model.orders import (
    R_ALREADY_LENT,
    R_FOREIGN_SOIL,
    R_NO_PERMIT,
    R_NOT_LENT,
    R_NOT_SO,
    R_NOT_YOURS,
    R_OK,
    R_TAIL_GONE,
)
from sahelsim.model.world import (
    B_CLOSED,
    B_CREWS,
    B_RAMP,
    B_THREAT,
    DEPOT,
    LOST,
    ORDER_COLUMNS,
    PASSENGERS,
    READY,
)
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import MLI, NER
from tests.model.airlift_world import (
    BAMAKO,
    GAO,
    NIAMEY,
    TESSALIT,
    chosen,
    delivered,
    fly,
    seed_circuit,
)
from tests.model.books import air_balance, all_stocks, soldiers
from tests.model.small_world import parameters

LB = 0.45359237e-3  # t


def order(actor: int, *slots: int) -> np.ndarray:
    row = np.full(ORDER_COLUMNS, -1, dtype=np.int64)
    row[1] = actor
    row[3 : 3 + len(slots)] = slots
    return row


# ---- performance -------------------------------------------------------------------------------
def test_leg_times_of_the_seed_circuit() -> None:
    hours = [leg_hours(km, 540.0, 0.25) for km in (1102.8, 950.0, 456.1, 762.7)]
    assert hours == pytest.approx([2.292, 2.009, 1.095, 1.662], abs=1e-3)
    w = seed_circuit()
    got = rotation_hours(w.airfields, w.types, w.routes, w.fleet, parameters("airlift"), 0)
    assert got == pytest.approx(7.059, abs=2e-3)


@pytest.mark.parametrize(
    ("out_km", "back_km", "pounds"), [(1280.6, 1280.6, 33_124.0), (456.1, 0.0, 36_500.0)]
)
def test_payload_is_landing_or_structure_limited(
    out_km: float, back_km: float, pounds: float
) -> None:
    w = seed_circuit()
    w.types.payload_max_t[:] = 36_500.0 * LB
    w.types.empty_kg[:] = 80_000.0 * LB * 1000
    w.types.takeoff_kg[:] = 155_000.0 * LB * 1000
    w.types.landing_kg[:] = 130_000.0 * LB * 1000
    p = parameters("airlift", hot_per_degree=0.0, high_per_1000ft=0.0)
    out_h = leg_hours(out_km, 540.0, p.leg_fixed_h)
    back_h = leg_hours(back_km, 540.0, p.leg_fixed_h) if back_km else 0.0
    got = payload_t(w.types, 0, out_h, back_h, out_km + back_km, 0.0, p)
    assert got / LB == pytest.approx(pounds, abs=10.0)


def test_heat_and_height_lower_only_the_take_off_mass() -> None:
    p = parameters("airlift")
    assert hot_high_factor(30.0, 0.0, p) == 1.0
    assert hot_high_factor(40.0, 1000.0, p) == pytest.approx(1 - 0.024 - 0.007)
    w = seed_circuit()
    cool = payload_t(w.types, 0, 8.0, 0.0, 4000.0, 0.0, p)
    hot = payload_t(w.types, 0, 8.0, 0.0, 4000.0, 0.0, p._replace(temperature_c=45.0))
    assert 0.0 < hot < cool
    assert payload_t(w.types, 0, 30.0, 0.0, 16_000.0, 0.0, p) == 0.0


def test_types_without_masses_stop_at_their_range() -> None:
    w = seed_circuit()
    w.types.empty_kg[:] = 0.0
    p = parameters("airlift")
    assert payload_t(w.types, 0, 3.0, 0.0, p.aeroplane_range_km, 0.0, p) > 0.0
    assert payload_t(w.types, 0, 3.0, 0.0, p.aeroplane_range_km + 1.0, 0.0, p) == 0.0


# ---- throughput --------------------------------------------------------------------------------
@pytest.mark.parametrize(("ute_h", "low", "high"), [(3.0, 4.3, 4.7), (6.0, 8.0, 9.3)])
def test_one_available_aircraft_of_two_delivers_the_order_of_the_specification(
    ute_h: float, low: float, high: float
) -> None:
    w = seed_circuit()
    w.land.garrison[[GAO, TESSALIT]] = 20_000.0
    w.fleet.rotations_per_week[:] = 14.0
    fly(w, chosen(airlift={"ute_plan_h": ute_h, "ground_expedited_h": 0.75}), 300)
    assert low <= delivered(w) / 300.0 <= high
    assert delivered(w) / 300.0 <= 10.886 * ute_h / 7.059 + 1e-9


def test_two_rotations_a_week_carry_two_planned_loads_a_week() -> None:
    w = seed_circuit()
    fly(w, chosen(), 210)
    assert w.fleet.rotations[0] == pytest.approx(60.0, abs=1.0)
    assert delivered(w) == pytest.approx(10.886 * 60.0, rel=0.03)
    assert w.fleet.sorties[0] == pytest.approx(4.0 * 60.0 + 1.0, abs=4.0)  # one ferry to Bamako


def test_breakdown_costs_availability_and_tonnes() -> None:
    calm, real = seed_circuit(days=730), seed_circuit(days=730)
    fly(calm, chosen(), 600)
    fly(real, chosen(calm=False), 600)
    share = real.fleet.days_capable[0] / real.fleet.days_present[0]
    assert 0.1 < share < 0.9
    assert 0.1 * delivered(calm) < delivered(real) < 0.9 * delivered(calm)


@pytest.mark.parametrize("tails", [1, 3])
def test_doubling_mog_never_lowers_throughput(tails: int) -> None:
    got = []
    for mog in (0.25, 0.5, 1.0, 2.0, 4.0):
        w = seed_circuit(tails)
        w.land.garrison[[GAO, TESSALIT]] = 20_000.0
        w.airfields.mog[:] = mog
        w.fleet.rotations_per_week[:] = 14.0
        fly(w, chosen(airlift={"ute_plan_h": 6.0}), 120)
        got.append(delivered(w))
    assert got == sorted(got)
    assert got[-1] > got[0]


def test_a_surge_flies_more_and_a_threatened_owner_less() -> None:
    def tonnes(**state: float) -> float:
        w = seed_circuit()
        for name, value in state.items():
            getattr(w.states, name)[:] = value
        fly(w, chosen(airlift={"ute_plan_h": 6.0}), 70)
        return delivered(w)

    usual = tonnes()
    assert tonnes(surge_until=70) == pytest.approx(1.5 * usual, rel=0.08)
    assert tonnes(threat=1.0) < 0.85 * usual


# ---- closures, skips, ramps --------------------------------------------------------------------
def test_a_place_held_by_others_or_without_permit_is_no_stop() -> None:
    for spoil in ("holder", "permit"):
        w = seed_circuit()
        w.fleet.field[:] = BAMAKO
        w.fleet.user[:] = w.fleet.owner[:] = MLI
        w.fleet.credit[:] = 1.0
        if spoil == "holder":
            w.land.holder[[GAO, TESSALIT]] = 3
        else:
            w.states.permit[NER, :, :] = 0
        fly(w, chosen())
        if spoil == "holder":
            assert w.fleet.last_binding[0] == B_CLOSED
            assert w.fleet.sorties[0] == 0.0
        else:
            fly(w, chosen())
            assert w.fleet.field[0] == BAMAKO  # home without calling at Niamey
            assert w.fleet.rotations[0] == 1.0


def test_a_small_ramp_binds() -> None:
    w = seed_circuit()
    w.fleet.field[:] = BAMAKO
    w.fleet.credit[:] = 1.0
    w.airfields.mog[:] = 0.1
    fly(w, chosen())
    assert w.fleet.last_binding[0] == B_RAMP
    assert w.fleet.sorties[0] == 0.0


def test_hours_of_duty_carry_a_rotation_to_the_next_day() -> None:
    w = seed_circuit()
    w.fleet.field[:] = BAMAKO
    w.fleet.credit[:] = 1.0
    fly(w, chosen())
    assert w.fleet.last_binding[0] == B_CREWS
    assert w.fleet.field[0] == NIAMEY
    assert w.fleet.rotations[0] == 0.0
    fly(w, chosen())
    assert w.fleet.rotations[0] == 1.0
    assert w.fleet.hours[0] == pytest.approx(7.059, abs=2e-3)


# ---- books -------------------------------------------------------------------------------------
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_books_balance_every_day_under_every_risk(seed: int) -> None:
    w = seed_circuit(4, seed=seed)
    w.fleet.available_to[3] = 40
    w.fleet.rotations_per_week[:] = 7.0
    w.groups.fighters[0, TESSALIT] = 400.0
    w.land.besieged[TESSALIT] = 1
    w.land.target[TESSALIT] = 5_000.0
    w.land.days_of_supply[:] = 20.0
    p = chosen(calm=False, threat={"loss": 0.5})
    men, goods = soldiers(w), all_stocks(w)
    for day in range(120):
        w.land.holder[GAO] = 4 if 30 <= day < 45 else MLI
        fly(w, p)
        assert air_balance(w) == pytest.approx(0.0, abs=1e-6)
        assert soldiers(w) == pytest.approx(men)
        assert all_stocks(w) == pytest.approx(goods)
    assert w.ledger.air_t[NER, 2] > 0.0  # something was lost, so the test tests it
    assert w.ledger.air_passengers[1] > 0.0
    assert (w.fleet.status == LOST).any()
    assert w.ledger.binding_days.sum(axis=1)[:3].max() <= 120
    assert delivered(w) == pytest.approx(w.ledger.air_place_t.sum())
    assert delivered(w) == pytest.approx(w.ledger.air_class_t.sum())
    assert delivered(w) == pytest.approx(w.fleet.delivered_t.sum())


def test_lending_costs_the_owner_what_the_tail_could_have_carried() -> None:
    w = seed_circuit()
    w.land.garrison[NIAMEY] = 100.0
    w.land.days_of_supply[NIAMEY] = 10.0
    fly(w, chosen(), 10)
    demand = 100.0 * 7.5 / 1000.0
    assert 0.5 * demand * 10 < w.ledger.unmet_t[NER] <= demand * 10 + 1e-9
    w.land.days_of_supply[NIAMEY] = 40.0
    before = w.ledger.unmet_t[NER]
    fly(w, chosen(), 3)
    assert w.ledger.unmet_t[NER] == before
    assert w.ledger.unmet_t[MLI] == 0.0


# ---- orders ------------------------------------------------------------------------------------
def test_lend_and_recall() -> None:
    w = seed_circuit()
    p = parameters("airlift")
    w.fleet.user[:] = NER
    w.fleet.route[:] = -1
    number = np.array([2.0, 0.0, 0.0])

    def lend(actor: int = NER, tail: int = 0) -> int:
        return apply_lend_tail(
            w.clock, w.airfields, w.types, w.routes, w.states, w.fleet, p,
            order(actor, tail, MLI, 0), number,
        )  # fmt: skip

    assert apply_recall_tail(w.clock, w.fleet, order(NER, 0)) == R_NOT_LENT
    assert lend(actor=MLI) == R_NOT_YOURS
    assert lend(tail=7) == R_TAIL_GONE
    assert lend() == R_OK
    assert lend() == R_ALREADY_LENT
    assert (w.fleet.user[0], w.fleet.route[0]) == (MLI, 0)
    fly(w, chosen(), 4)
    assert w.fleet.stop[0] >= 0  # a rotation is under way
    assert apply_recall_tail(w.clock, w.fleet, order(NER, 0)) == R_OK
    assert w.fleet.user[0] == NER
    tonnes = float(w.fleet.cargo[0, :, :PASSENGERS].sum()) + delivered(w)
    fly(w, chosen(), 30)
    assert w.fleet.rotations[0] == 1.0  # it closed, and no other began
    assert w.fleet.route[0] == -1
    assert delivered(w) == pytest.approx(tonnes)


def test_circuit_over_a_third_state_needs_its_permit() -> None:
    w = seed_circuit()
    w.fleet.owner[:] = w.fleet.user[:] = MLI
    w.states.permit[NER, MLI, 1] = 0
    p = parameters("airlift")
    args = (w.clock, w.airfields, w.types, w.routes, w.states, w.fleet, p, order(MLI, 0, -1, 0))
    number = np.array([1.0, 0.0, 0.0])
    assert apply_fly_rotations(*args, number) == R_NO_PERMIT
    w.states.permit[NER, MLI, 1] = 1
    assert apply_fly_rotations(*args, number) == R_OK


def test_airfield_orders_are_for_ones_own_airfields() -> None:
    w = seed_circuit()
    close, opens = apply_close_airfield, apply_open_airfield
    assert opens(w.clock, w.airfields, w.fields, order(MLI, GAO)) == R_NOT_SO
    assert close(w.clock, w.airfields, w.fields, order(MLI, NIAMEY, 5)) == R_FOREIGN_SOIL
    assert close(w.clock, w.airfields, w.fields, order(MLI, GAO, 5)) == R_OK
    assert w.fields.ordered_until[GAO] == 5
    assert opens(w.clock, w.airfields, w.fields, order(MLI, GAO)) == R_OK
    assert w.fields.ordered_until[GAO] == 0


def test_maintain_stands_down_and_surge_lasts() -> None:
    w = seed_circuit()
    m = parameters("maintenance")
    scale = w.fleet.repair_scale[0]
    assert apply_maintain(w.clock, w.fleet, m, order(NER, 0, 5)) == R_OK
    assert w.fleet.status[0] == DEPOT
    assert w.fleet.repair_scale[0] == pytest.approx(scale * m.rest_repair_factor)
    fly(w, chosen(), 5)
    assert w.fleet.status[0] == READY
    assert w.fleet.sorties[0] == 0.0
    assert apply_surge(w.clock, w.states, order(MLI, 14)) == R_OK
    assert w.states.surge_until[MLI] == 5 + 14


def test_stand_down_binds_as_threat() -> None:
    w = seed_circuit()
    w.fleet.hold_until[:] = 3
    fly(w, chosen())
    assert w.fleet.last_binding[0] == B_THREAT


@pytest.mark.parametrize(
    "mechanism", ["weather", "airlift", "maintenance", "threat", "observation"]
)
def test_every_record_is_a_field_and_every_field_a_record(mechanism: str) -> None:
    ids = {id for id in load_theatre().parameters.ids if id.startswith(f"{mechanism}.")}
    assert ids == {f"{mechanism}.{field}" for field in parameters(mechanism)._fields}

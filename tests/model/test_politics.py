"""Politics: pressure settles where its equation says, sanctions and threats act by factors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sahelsim.model.events import ELITE_CRISIS, SANCTION_CHANGES
from sahelsim.model.mechanisms import politics as mechanism
from sahelsim.model.mechanisms.politics import PoliticsParameters
from sahelsim.model.orders import R_NOT_SO, R_OK, R_RANGE, R_SELF
from sahelsim.model.world import O_ACTOR, O_I0, ORDER_COLUMNS, World
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import BFA, ECOWAS, MLI, NER
from tests.model.small_world import parameters, small_world

P = parameters("politics")


def order(actor: int, first: int, second: int = -1, x: float = 0.0) -> tuple:
    row = np.full(ORDER_COLUMNS, -1, dtype=np.int64)
    row[O_ACTOR], row[O_I0], row[O_I0 + 1] = actor, first, second
    return row, np.array([x, 0.0, 0.0])


def sanction(w: World, strength: float) -> int:
    row, number = order(ECOWAS, NER, x=strength)
    return mechanism.apply_sanction(w.clock, w.geography, w.states, w.events, row, number, 3)


def lift(w: World, strength: float) -> int:
    row, number = order(ECOWAS, NER, x=strength)
    return mechanism.apply_lift_sanctions(w.clock, w.geography, w.states, w.events, row, number, 4)


def test_parameters_are_those_of_the_register() -> None:
    names = {id.split(".")[1] for id in load_theatre().parameters.ids if id.startswith("politics.")}
    assert names == set(PoliticsParameters._fields)


@pytest.mark.parametrize(
    ("killed", "sieges", "sanction", "level"),
    [(5, 5, 0, 1.886), (15, 10, 0, 3.773), (45, 8, 1, 7.405)],
)
def test_pressure_settles_where_the_equation_says(
    killed: float, sieges: float, sanction: float, level: float
) -> None:
    pressure = 0.0
    for _ in range(600):
        pressure = mechanism.next_pressure(pressure, killed, sieges, sanction, 0.0, 0.0, 0.0, P)
    assert pressure == pytest.approx(2 * math.log(1 + killed / 5) + 0.1 * sieges + 2 * sanction)
    assert pressure == pytest.approx(level, abs=0.01)


def test_losses_raise_pressure_successes_lower_it_and_it_stays_on_its_scale() -> None:

    def after(lost: float, aircraft: float, successes: float) -> float:
        return mechanism.next_pressure(3.0, 0.0, 0.0, 0.0, lost, aircraft, successes, P)

    base = after(0.0, 0.0, 0.0)
    assert after(1.0, 0.0, 0.0) == pytest.approx(base + 0.5)
    assert after(0.0, 1.0, 0.0) == pytest.approx(base + 0.3)
    assert after(0.0, 0.0, 1.0) == pytest.approx(base - 0.5)
    assert after(0.0, 0.0, 50.0) == 0.0
    assert mechanism.next_pressure(3.0, 1e6, 99.0, 1.0, 50.0, 9.0, 0.0, P) == 10.0


def test_the_week_counts_own_losses_and_own_besieged_places_only() -> None:
    w = small_world()
    w.land.besieged[:] = 1
    w.land.holder[2] = 4  # besieged, but no longer the state's
    w.states.killed_7d[MLI, 2], w.states.killed_7d[MLI, 5] = 3.0, 2.0
    w.states.lost_7d[MLI, 0] = 1.0
    mechanism.politics_week(w.clock, w.geography, w.land, w.states, P)
    expected = mechanism.next_pressure(0.0, 5.0, 2.0, 0.0, 1.0, 0.0, 0.0, P)
    assert w.states.pressure[MLI] == expected
    assert expected > 0.5
    assert w.states.pressure[NER] == w.states.pressure[BFA] == 0.0
    w.land.besieged[:] = 0
    mechanism.politics_week(w.clock, w.geography, w.land, w.states, P)
    assert w.states.pressure[MLI] == pytest.approx(P.pressure_memory * expected)  # counted once


def test_sanctions_act_in_proportion_and_end() -> None:
    w = small_world()
    free = [f(w.states, P, NER) for f in (mechanism.supply_factor, mechanism.convoy_border_factor)]
    assert free == [1.0, 1.0]
    assert sanction(w, 0.5) == R_OK
    assert mechanism.supply_factor(w.states, P, NER) == pytest.approx((1 - 0.125) / (1 + 0.075))
    assert mechanism.convoy_border_factor(w.states, P, NER) == pytest.approx(1 - 0.375)
    assert mechanism.repair_sanction_factor(w.states, P, NER) == pytest.approx(1.125)
    assert mechanism.supply_factor(w.states, P, MLI) == 1.0
    assert sanction(w, 0.2) == R_OK
    assert w.states.sanction[NER] == 0.5  # the stronger one counts
    assert lift(w, 0.5) == R_NOT_SO
    assert lift(w, 0.0) == R_OK
    assert w.states.sanction[NER] == 0.0
    assert lift(w, 0.0) == R_NOT_SO
    assert sanction(w, 1.5) == R_RANGE
    rows = w.events.row[: w.events.count[0]]
    assert rows[:, 1].tolist() == [SANCTION_CHANGES] * 3
    assert w.events.number[:3, 4].tolist() == [0.5, 0.5, 0.0]


def test_a_threat_keeps_lift_at_home_until_it_ends() -> None:
    w = small_world()
    assert mechanism.lift_share_home(w.states, P, NER) == 0.0
    for level, share in ((1.0, 0.3), (0.5, 0.15), (0.0, 0.0)):
        row, number = order(ECOWAS, NER, x=level)
        assert mechanism.apply_threaten_intervention(w.states, row, number) == R_OK
        assert mechanism.lift_share_home(w.states, P, NER) == pytest.approx(share)
    row, number = order(ECOWAS, NER, x=-0.1)
    assert mechanism.apply_threaten_intervention(w.states, row, number) == R_RANGE


def test_permits_are_given_and_taken_by_kind_and_guest() -> None:
    w = small_world()
    w.states.permit[...] = 0
    grant, revoke = mechanism.apply_grant_permit, mechanism.apply_revoke_permit
    assert grant(w.states, order(NER, MLI, 2)[0]) == R_OK
    assert w.states.permit[NER, MLI, 2] == 1
    assert w.states.permit.sum() == 1
    assert grant(w.states, order(NER, NER, 2)[0]) == R_SELF
    assert revoke(w.states, order(NER, MLI, 1)[0]) == R_NOT_SO
    assert revoke(w.states, order(NER, MLI, 2)[0]) == R_OK
    assert w.states.permit.sum() == 0


def test_elite_crises_are_off_by_default_and_relieve_pressure_when_on() -> None:
    w = small_world()
    w.states.pressure[:] = 10.0
    for day in range(300):
        w.clock.day[0] = day
        mechanism.politics_day(w.clock, w.geography, w.states, w.events, P)
    assert w.events.count[0] == 0
    on = P._replace(elite_on=1.0, elite_hazard=0.002)
    for day in range(300):
        w.clock.day[0] = day
        mechanism.politics_day(w.clock, w.geography, w.states, w.events, on)
    assert w.events.count[0] > 0
    assert set(w.events.row[: w.events.count[0], 1]) == {ELITE_CRISIS}
    assert w.states.pressure.min() <= 5.0

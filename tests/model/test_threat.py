"""Ground fire, losses, accidents and fire on airfields."""

from __future__ import annotations

import math

import pytest

from sahelsim.model.events import AIRCRAFT_LOST, AIRFIELD_SHELLED
from sahelsim.model.mechanisms.threat import (
    SAFE,
    accident,
    lose_aircraft,
    meet_threat,
    movement_loss_probability,
    seize_aircraft,
    shell_airfields,
    shot_at_probability,
    strongest_group,
)
from sahelsim.model.world import BROKEN, LOST, MILITARY, PASSENGERS, READY, World
from sahelsim.theatre.actors import JNIM, MLI, NER, UN, WORLD
from tests.model.airlift_world import kinds
from tests.model.books import air_balance, soldiers
from tests.model.small_world import parameters, small_world

N = 6_000


def outcomes(w: World, **changes: float) -> list[int]:
    p = parameters("threat", **changes)
    got = []
    for day in range(N):
        w.clock.day[0] = day
        got.append(
            meet_threat(
                w.clock, w.airfields, w.land, w.groups, w.fleet, w.fields, w.ledger, w.events,
                p, 0, 1, 0,
            )
        )  # fmt: skip
    return got


def test_rates_of_the_specification() -> None:
    p = parameters("threat")
    denied = shot_at_probability(p.shot_rate_denied, 150.0)
    assert denied == pytest.approx(0.259, abs=1e-3)
    assert 2 * denied * p.hit_denied == pytest.approx(0.13, abs=0.005)
    assert p.hit == pytest.approx(6 / 215, abs=2e-4)
    assert movement_loss_probability(0.0, True, p) == 0.0
    assert movement_loss_probability(150.0, True, p) > movement_loss_probability(150.0, False, p)
    assert movement_loss_probability(150.0, True, p) == pytest.approx(denied * 0.25 * 0.03)


def test_shots_hits_and_losses_follow_their_probabilities() -> None:
    w = small_world()
    w.groups.fighters[1, 1] = 300.0
    w.fields.denied_until[1] = N
    got = outcomes(w, loss=0.5)
    shot = 1.0 - math.exp(-0.6)
    assert w.ledger.aircraft[MLI, 2] / N == pytest.approx(shot, abs=0.02)
    assert w.ledger.aircraft[MLI, 1] / N == pytest.approx(shot * 0.25, abs=0.015)
    assert got.count(2) / N == pytest.approx(shot * 0.25 * 0.5, abs=0.01)


def test_nobody_near_or_no_rate_is_safe() -> None:
    assert set(outcomes(small_world())) == {SAFE}
    w = small_world()
    w.groups.fighters[0, 1] = 500.0
    w.land.besieged[1] = 1
    assert set(outcomes(w, shot_rate_denied=0.0)) == {SAFE}
    assert set(outcomes(w, shot_rate_denied=0.0, missile_launch=0.005)) != {SAFE}


def test_a_loss_takes_crew_men_and_goods_and_grounds_the_owners_others() -> None:
    w = small_world(n_aircraft=3)
    p = parameters("threat")
    w.fleet.owner[:] = (NER, NER, MLI)
    w.fleet.cargo[0, 1, :] = (1.0, 2.0, 3.0, 20.0)
    w.ledger.air_t[NER, 0] = 6.0
    w.groups.fighters[1, 1] = 40.0
    w.states.reserve[MLI] -= 20.0
    men = soldiers(w)
    lose_aircraft(
        w.clock, w.geography, w.land, w.states, w.fleet, w.ledger, w.events, p, 0, 1,
        strongest_group(w.groups, 1), 0,
    )  # fmt: skip
    assert w.fleet.status[0] == LOST
    assert w.fleet.cargo[0].sum() == 0.0
    assert soldiers(w) == men
    assert air_balance(w) == 0.0
    assert w.ledger.air_passengers[2] == 20.0
    assert w.ledger.deaths[MLI, MILITARY, JNIM] == 20.0 + p.aircrew
    assert w.states.killed_7d[NER].sum() == p.aircrew
    assert w.states.killed_7d[MLI].sum() == 20.0
    assert p.stand_down_low <= w.fleet.hold_until[1] <= p.stand_down_high
    assert w.fleet.hold_until[2] == 0
    assert kinds(w) == [AIRCRAFT_LOST]
    assert w.fleet.cargo.shape[2] == PASSENGERS + 1


@pytest.mark.parametrize(
    ("holder", "status", "gone"),
    [(JNIM, BROKEN, True), (JNIM, READY, False), (MLI, BROKEN, False), (UN, BROKEN, False)],
)
def test_what_stands_broken_where_insurgents_rule_is_lost(
    holder: int, status: int, gone: bool
) -> None:
    w = small_world(n_aircraft=2)
    w.fleet.owner[:], w.fleet.user[:] = NER, MLI
    w.fleet.field[:] = (1, 0)
    w.fleet.status[:] = status
    w.fleet.cargo[0, 1, :] = (1.0, 2.0, 3.0, 20.0)
    w.ledger.air_t[NER, 0] = 6.0
    w.states.reserve[MLI] -= 20.0
    men = soldiers(w)
    w.land.holder[1] = holder
    seize_aircraft(
        w.clock, w.airfields, w.land, w.states, w.fleet, w.ledger, w.events, parameters("threat")
    )
    assert (w.fleet.status[0] == LOST) == gone
    assert w.fleet.status[1] == status
    assert w.ledger.aircraft[NER, 0] == float(gone)
    assert w.ledger.deaths.sum() == 0.0  # the men got away
    assert soldiers(w) == men
    assert air_balance(w) == 0.0
    assert (w.fleet.hold_until[1] > 0) == gone
    assert kinds(w) == [AIRCRAFT_LOST] * gone


def test_nobody_there_means_the_world_did_it() -> None:
    assert strongest_group(small_world().groups, 1) == WORLD


def test_accidents_can_be_switched_off_and_unpaved_strips_are_worse() -> None:
    w = small_world()
    p = parameters("threat", accident_paved=0.0, accident_unpaved=0.005)
    crashes = {0: 0, 1: 0}
    for paved in (0, 1):
        w.airfields.paved[1] = paved
        for day in range(N):
            w.clock.day[0] = day
            crashes[paved] += accident(w.clock, w.airfields, p, 0, 0, 1, 0)
    assert crashes[1] == 0
    assert crashes[0] == pytest.approx(0.005 * N, abs=4 * math.sqrt(0.005 * N))


def test_fire_shuts_besieged_airfields_only() -> None:
    w = small_world()
    p = parameters("threat", shelling_rate=0.06)
    w.groups.fighters[0, :] = 200.0
    for besieged in (0, 1):
        w.land.besieged[1] = besieged
        for day in range(2_000):
            w.clock.day[0] = day
            w.events.count[0] = 0
            shell_airfields(
                w.clock, w.airfields, w.land, w.groups, w.fleet, w.fields, w.ledger, w.events, p
            )
            if besieged and AIRFIELD_SHELLED in kinds(w):
                assert day + 1 <= w.fields.shelled_until[1] <= day + 3
        assert (w.fields.shelled_until[1] > 0) == bool(besieged)
    assert w.fields.shelled_until[0] == 0

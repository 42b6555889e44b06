"""Losses: the books balance, limits hold, and the wounded live or die by a landing."""

from __future__ import annotations

import pytest

from sahelsim.model.mechanisms import losses
from sahelsim.model.world import CIVILIAN, INSURGENT, MILITARY, MILITIA
from sahelsim.theatre.actors import JNIM, MLI, RUSSIA, VDP
from tests.model.conflict_world import all_books, war_world
from tests.model.small_world import parameters

E = parameters("engagement")


def kill(w, i, n):
    return losses.kill_soldiers(w.clock, w.geography, w.land, w.states, w.ledger, E, i, n, JNIM)


def test_ten_killed_bring_thirty_wounded_of_whom_three_never_return():
    w = war_world()
    before = all_books(w)
    assert kill(w, 1, 10.0) == 10.0
    assert w.land.garrison[1] == pytest.approx(160.0)
    assert w.land.wounded[1, 0] == pytest.approx(27.0)
    assert w.ledger.soldiers[1] == pytest.approx(3.0)
    assert w.ledger.deaths[MLI, MILITARY, JNIM] == 10.0
    assert w.land.deaths[1] == 10.0
    assert w.states.killed_7d[MLI, 0] == 10.0
    assert all_books(w) == pytest.approx(before)


@pytest.mark.parametrize("men", [0.0, 0.7, 3.2, 200.0])
def test_nobody_dies_who_is_not_there(men):
    w = war_world()
    w.land.garrison[1] = men
    before = all_books(w)
    assert kill(w, 1, 1e6) == int(men)
    assert w.land.garrison[1] >= 0.0
    assert all_books(w) == pytest.approx(before)


def test_at_most_half_of_the_survivors_are_wounded():
    w = war_world()
    kill(w, 1, 100.0)
    assert w.land.garrison[1] == pytest.approx(50.0)


def test_fighters_removed_are_1_3_times_those_killed():
    w = war_world(fighters=100.0)
    before = all_books(w)
    killed = losses.kill_fighters(w.geography, w.land, w.groups, w.ledger, E, 1, 2, 10.0, MLI)
    assert killed == 10.0
    assert w.groups.fighters[1, 2] == pytest.approx(87.0)
    assert w.ledger.deaths[MLI, INSURGENT, MLI] == 10.0
    assert all_books(w) == pytest.approx(before)


def test_losses_of_a_party_fall_on_those_who_lent_men():
    w = war_world(fighters=0.0)
    w.groups.fighters[1, :] = [0.0, 80.0, 10.0, 40.0, 0.0]
    before = all_books(w)
    # 30 in the party, 10 of them local: 20 from places 1 and 3 (100 km) as 80 to 40
    losses.kill_party(w.geography, w.land, w.groups, w.ledger, E, 1, 2, 30.0, 6.0, MLI)
    assert 10.0 - w.groups.fighters[1, 2] == pytest.approx(1.3 * 6 / 3)
    lost_1, lost_3 = 80.0 - w.groups.fighters[1, 1], 40.0 - w.groups.fighters[1, 3]
    assert lost_1 / lost_3 == pytest.approx(2.0)
    assert lost_1 + lost_3 == pytest.approx(1.3 * 6 * 2 / 3)
    assert all_books(w) == pytest.approx(before)


def test_militia_and_civilians_are_booked_with_their_perpetrator():
    w = war_world(militia=20.0)
    before = all_books(w)
    assert losses.kill_militia(w.geography, w.land, w.ledger, 0, 50.0, JNIM) == 20.0
    losses.kill_civilians(w.geography, w.land, w.ledger, 0, 7.0, RUSSIA)
    losses.kill_civilians(w.geography, w.land, w.ledger, 0, 4.0, VDP)
    assert w.ledger.deaths[MLI, MILITIA, JNIM] == 20.0
    assert w.ledger.deaths[MLI, CIVILIAN, RUSSIA] == 7.0
    assert w.ledger.deaths[MLI, CIVILIAN, VDP] == 4.0
    assert w.land.deaths[0] == 31.0
    assert all_books(w) == pytest.approx(before)


def evacuated(landing, besieged, near_capital=True):
    w = war_world(3)
    w.geography.symbolic[:] = [1.0 if near_capital else 0.0, 0.0, 0.0]
    w.land.wounded[1, 0] = 90_000.0
    w.land.besieged[1] = besieged
    w.land.last_landing[1] = landing
    w.clock.day[0] = 10
    before = all_books(w)
    died = losses.evacuate(
        w.clock, w.geography, w.land, w.states, w.ledger, w.events, E,
        MLI, 1, 1, 90_000.0, JNIM, -1, 0,
    )  # fmt: skip
    assert all_books(w) == pytest.approx(before)
    return died / 90_000.0, w


def test_a_landing_within_two_days_saves_wounded():
    flown, w = evacuated(landing=8, besieged=1)
    assert flown == pytest.approx(0.15 * 0.05, rel=0.15)
    assert w.ledger.evacuated[0] == pytest.approx(13_500.0, rel=0.05)
    assert w.events.count[0] == 0
    left, w = evacuated(landing=7, besieged=1)
    assert left == pytest.approx(0.15 * 0.20, rel=0.15)
    assert w.ledger.evacuated[1] == pytest.approx(13_500.0, rel=0.05)
    assert w.events.count[0] == 1


def test_an_open_road_to_a_regional_capital_saves_them_too():
    assert evacuated(landing=-999, besieged=0)[0] == pytest.approx(0.15 * 0.05, rel=0.15)
    assert evacuated(-999, 0, near_capital=False)[0] == pytest.approx(0.15 * 0.20, rel=0.15)

"""The weekly posture: grounds in 0..1, the logit's limits, orders that stand."""

from __future__ import annotations

import pytest

from sahelsim.model.decisions import insurgent
from sahelsim.model.orders import POSTURE
from sahelsim.theatre.actors import JNIM
from tests.model.conflict_world import war_world
from tests.model.small_world import parameters

I = parameters("insurgency")  # noqa: E741
E = parameters("engagement")


def grounds(w, g=1):
    return insurgent.posture_grounds(w.geography, w.land, w.groups, I, E, g)


def decide(w, p=I):
    insurgent.decide_posture(w.clock, w.geography, w.land, w.groups, w.orders, p, E, 1)
    n = int(w.orders.count[0])
    return [int(w.orders.row[k, 3]) for k in range(n)]


def test_grounds_lie_in_their_range_and_answer_to_the_ground():
    w = war_world(fighters=100.0)
    x = grounds(w)
    assert ((x >= 0.0) & (x <= 1.0)).all()
    w.land.days_of_supply[:] = 2.0
    assert grounds(w)[insurgent.BESIEGE] > x[insurgent.BESIEGE]
    w.land.garrison[:] = 50.0
    assert grounds(w)[insurgent.MASS] > x[insurgent.MASS]
    assert grounds(w)[insurgent.DISPERSE] < x[insurgent.DISPERSE]
    w.land.control[:] = 0.1
    assert grounds(w)[insurgent.GOVERN] == pytest.approx(0.9)
    w.groups.fighters[1] = 0.0
    assert (grounds(w) == 0.0).all()


def test_a_sharp_choice_takes_the_best_and_a_blunt_one_varies():
    w = war_world(fighters=100.0)
    w.land.control[:] = 0.5
    sharp, blunt = [parameters("insurgency", payoff_precision=q) for q in (200.0, 1e-6)]
    for _ in range(60):
        decide(w, sharp)
        w.clock.day[0] += 7
    assert set(decide(w, sharp)) == {insurgent.HARASS}
    w = war_world(fighters=100.0)
    for _ in range(60):
        decide(w, blunt)
        w.clock.day[0] += 7
    assert set(decide(w, blunt)) == set(range(6))


def test_the_order_is_for_a_week_and_a_standing_posture_is_left_alone():
    w = war_world()
    w.groups.posture_until[1] = 30
    assert decide(w) == []
    w.clock.day[0] = 30
    assert len(decide(w)) == 1
    row = w.orders.row[0]
    assert (row[0], row[1], row[2], row[4]) == (30, JNIM, POSTURE, 7)

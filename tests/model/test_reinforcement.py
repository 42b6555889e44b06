"""Reinforcement: by open road from a finite reserve, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.mechanisms import reinforcement as re
from sahelsim.model.orders import R_NO_GARRISON, R_OK, R_RANGE
from sahelsim.model.world import World
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import JNIM, MLI, NER, NONE
from tests.model.road_world import Rules, soldiers
from tests.model.small_world import small_world


def reinforce(w: World, rules: Rules, days: int = 1) -> None:
    for _ in range(days):
        re.reinforce_day(
            w.clock,
            w.geography,
            w.land,
            w.groups,
            w.states,
            w.ledger,
            w.events,
            rules.reinforcement,
            rules.holder,
            rules.politics,
        )
        w.clock.day[0] += 1


def order(w: World, actor: int, place: int, men: float) -> int:
    row = np.array([0, actor, 0, place, -1, -1, -1, -1, 0, 0, 0, -1])
    return re.apply_reinforce(w.geography, w.land, row, np.array([men, 0.0, 0.0]))


def test_every_parameter_is_listed_and_used() -> None:
    ids = load_theatre().parameters.ids
    names = {id.split(".")[1] for id in ids if id.startswith("reinforcement.")}
    assert names == set(re.ReinforcementParameters._fields)


def test_men_come_at_two_in_a_hundred_of_the_lack() -> None:
    w, rules = small_world(3), Rules()
    w.land.target[2] = 300.0
    men = soldiers(w)
    reinforce(w, rules)
    assert w.land.garrison[2] == pytest.approx(202.0)
    assert w.states.reserve[MLI] == 998.0
    reinforce(w, rules, 49)
    assert w.land.garrison[2] == pytest.approx(300 - 100 * 0.98**50)
    assert soldiers(w) == pytest.approx(men)


@pytest.mark.parametrize(
    "barrier", ["siege", "insurgents on the way", "border", "lost capital", "no road"]
)
def test_without_an_open_road_nobody_comes(barrier: str) -> None:
    w, rules = small_world(4), Rules()
    w.land.target[3] = 300.0
    if barrier == "siege":
        w.land.besieged[3] = 1
    elif barrier == "insurgents on the way":
        w.land.holder[1] = JNIM
    elif barrier == "border":
        w.geography.country[2] = w.land.holder[2] = NER
        w.states.permit[NER, MLI, 2] = 0
    elif barrier == "lost capital":
        w.land.holder[0] = JNIM
    else:
        w.geography.next_hop[0, 3] = -1
    reinforce(w, rules, 20)
    assert w.land.garrison[3] == 200.0
    assert w.states.reserve[MLI] == 1000.0


def test_the_reserve_is_finite_and_partly_kept_at_home_under_threat() -> None:
    w, rules = small_world(3), Rules()
    w.land.target[1:] = 5000.0
    w.states.threat[MLI] = 1.0
    kept = 1000.0 * rules.politics.threat_home_share
    men = soldiers(w)
    reinforce(w, rules)
    assert w.states.reserve[MLI] >= kept > 0.0
    w.states.threat[MLI] = 0.0
    reinforce(w, rules, 200)
    assert w.states.reserve[MLI] == pytest.approx(0.0, abs=1e-9)
    assert soldiers(w) == pytest.approx(men)


def test_an_order_raises_the_target_and_a_lost_place_voids_it() -> None:
    w, rules = small_world(3), Rules()
    assert order(w, MLI, 1, 50.0) == R_OK
    assert w.land.target[1] == 250.0
    assert order(w, MLI, 1, 0.0) == R_RANGE
    assert order(w, NER, 1, 50.0) == R_NO_GARRISON
    w.land.holder[1], w.land.garrison[1] = JNIM, 0.0
    assert order(w, MLI, 1, 50.0) == R_NO_GARRISON
    reinforce(w, rules, 5)
    assert w.land.target[1] == 0.0
    assert w.land.garrison[1] == 0.0


def test_an_empty_place_is_garrisoned_only_by_order_and_only_while_empty() -> None:
    w, rules = small_world(3), Rules()
    w.land.holder[1], w.land.garrison[1], w.land.target[1] = NONE, 0.0, 0.0
    reinforce(w, rules, 10)
    assert w.land.holder[1] == NONE
    w.groups.fighters[1, 1] = 30.0
    assert order(w, MLI, 1, 100.0) == R_OK
    men = soldiers(w)
    reinforce(w, rules, 3)
    assert w.land.holder[1] == NONE
    assert w.land.garrison[1] == 0.0
    w.groups.fighters[1, 1] = 0.0
    reinforce(w, rules)
    assert w.land.holder[1] == MLI
    assert w.land.garrison[1] == 60.0
    assert w.ledger.places[MLI, 1] == 1.0
    assert soldiers(w) == pytest.approx(men)

"""The weekly choice of garrisons to strengthen."""

from __future__ import annotations

import pytest

from sahelsim.model.decisions import reinforcement as de
from sahelsim.model.mechanisms.strength import fighters_at
from sahelsim.model.orders import REINFORCE, WITHDRAW
from sahelsim.model.world import O_I0, O_VERB, World
from sahelsim.theatre.actors import JNIM, MLI
from tests.model.road_world import Rules
from tests.model.small_world import small_world


def decide(w: World, rules: Rules) -> list[int]:
    w.orders.count[0] = 0
    de.decide_reinforcement(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.orders,
        rules.reinforcement,
        rules.politics,
        MLI,
    )
    rows = w.orders.row[: w.orders.count[0]]
    return [int(i) for i in rows[rows[:, O_VERB] == REINFORCE, O_I0]]


def withdrawn(w: World, rules: Rules) -> list[int]:
    decide(w, rules)
    rows = w.orders.row[: w.orders.count[0]]
    return [int(i) for i in rows[rows[:, O_VERB] == WITHDRAW, O_I0]]


def starving(n: int = 4) -> World:
    """Besieged everywhere, little food left, little came."""
    w = small_world(n)
    w.land.besieged[:] = 1
    w.land.food_days[:] = 3.0
    w.land.supply_ratio[:] = 0.3
    w.geography.population[:] = 5_000.0
    return w


def test_starving_garrisons_of_little_worth_leave_but_for_the_capital() -> None:
    assert withdrawn(starving(), Rules()) == [1, 2, 3]


@pytest.mark.parametrize("why", ["relieved", "fed", "supplied", "worth", "empty", "off"])
def test_a_garrison_stays_where_one_ground_is_missing(why: str) -> None:
    w, rules = starving(), Rules()
    if why == "relieved":
        w.land.besieged[2] = 0
    elif why == "fed":
        w.land.food_days[2] = 7.0
    elif why == "supplied":
        w.land.supply_ratio[2] = 0.5
    elif why == "worth":
        w.geography.population[2] = 50_000.0
    elif why == "empty":
        w.land.garrison[2] = 0.0
    else:
        rules = Rules(reinforcement={"withdraw_worth": 0.0})
    assert 2 not in withdrawn(w, rules)


def test_without_fighters_nothing_is_asked_for() -> None:
    assert decide(small_world(4), Rules()) == []


def test_the_threatened_places_are_chosen_once_each_best_first() -> None:
    w, rules = small_world(5), Rules()
    w.groups.fighters[1, 1:4] = (100.0, 100.0, 100.0)
    chosen = decide(w, rules)
    assert len(chosen) == 3 == len(set(chosen))
    assert chosen[0] == 1  # the same threat, nearer
    w.geography.symbolic[3] = 1.0
    w.geography.population[3] = 200_000.0
    assert decide(w, rules)[0] == 3


def test_a_siege_makes_a_place_less_worth_wanting_men_in() -> None:
    w, rules = small_world(3), Rules(reinforcement={"most_steps": 1.0, "neighbour_weight": 0.0})
    w.groups.fighters[1, 1:] = 200.0
    assert decide(w, rules) == [1]
    w.land.besieged[1] = 1
    assert decide(w, rules) == [2]


@pytest.mark.parametrize(
    ("reserve", "orders"), [(349.0, 0), (350.0, 1), (449.0, 2), (450.0, 3), (5000.0, 3)]
)
def test_the_floor_of_the_capital_is_kept(reserve: float, orders: int) -> None:
    w, rules = small_world(6), Rules()
    w.groups.fighters[1, 1:] = 100.0
    w.states.reserve[MLI] = reserve
    assert len(decide(w, rules)) == orders


def test_men_already_promised_are_not_promised_again() -> None:
    w, rules = small_world(6), Rules()
    w.groups.fighters[1, 1:] = 100.0
    w.land.target[5] += 651.0
    assert decide(w, rules) == []


def test_the_joint_force_frees_the_tri_border_for_other_places() -> None:
    w, rules = small_world(3), Rules(reinforcement={"most_steps": 1.0, "neighbour_weight": 0.0})
    w.groups.fighters[1, 1:] = 300.0
    w.geography.tri_border[1] = 1
    assert decide(w, rules) == [1]
    w.land.joint_troops[1] = 3000.0
    assert decide(w, rules) == [2]


def test_lost_places_are_not_reinforced() -> None:
    w, rules = small_world(3), Rules(reinforcement={"neighbour_weight": 0.0})
    w.groups.fighters[1, 1:] = 300.0
    w.land.holder[1] = JNIM
    assert decide(w, rules) == [2]


def test_belief_and_threat_are_the_stated_forms() -> None:
    w, rules = small_world(3), Rules()
    w.groups.fighters[:, 0] = (10.0, 20.0, 30.0)
    assert fighters_at(w.groups, 0) == 60.0
    near = w.geography.near[w.geography.near_start[1] : w.geography.near_start[2]]
    share = w.geography.near_share[w.geography.near_start[1] : w.geography.near_start[2]]
    expected = 0.3 * 60.0 * float(share[near == 0].sum())
    assert de.threat_to(w.geography, w.groups, rules.reinforcement, 1) == pytest.approx(expected)
    assert de.believed_hold(120.0, 100.0, 1.2) == pytest.approx(0.5)
    assert de.believed_hold(0.0, 0.0, 1.2) == 1.0

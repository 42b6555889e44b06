"""Sustainment: demand, days of supply, readiness, hunger, depots, wounded, civilians."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sahelsim.model.draws import AMBUSH, uniform
from sahelsim.model.events import GARRISON_ABANDONS, PLACE_LOST
from sahelsim.model.mechanisms import sustainment as su
from sahelsim.model.world import AMMO, FOOD, FUEL, World
from sahelsim.planner.demand import days_of_supply
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import JNIM, MLI, NONE
from tests.model.road_world import Rules, events_of, soldiers, stocks, sustain
from tests.model.small_world import small_world

STRESS = {  # one class, 10 kg a head, nothing bought, nothing rationed
    "ration_kg": 10.0, "ammo_kg": 0.0, "ammo_besieged_kg": 0.0, "fuel_kg": 0.0,
    "fuel_besieged_kg": 0.0, "other_kg": 0.0, "other_besieged_kg": 0.0, "rationing": 1.0,
    "local_share": 0.0, "local_share_besieged": 0.0,
}  # fmt: skip


def test_every_parameter_is_listed_and_used() -> None:
    ids = load_theatre().parameters.ids
    names = {id.split(".")[1] for id in ids if id.startswith("sustainment.")}
    assert names == set(su.SustainmentParameters._fields)


def test_daily_rates_are_the_documented_totals() -> None:
    rules = Rules(sustainment={"local_share": 0.0, "local_share_besieged": 0.0})
    total = [sum(su.rate_kg(rules.sustainment, c, siege) for c in range(3)) for siege in (0, 1)]
    assert total == pytest.approx([7.5, 4.5])


def test_ten_kilograms_forty_five_tonnes_last_seven_and_a_half_days() -> None:
    w, rules = small_world(2), Rules(sustainment=STRESS)
    w.land.garrison[1] = 600.0
    w.land.stock_t[1] = (45.0, 0.0, 0.0)
    su.assess(w.land, rules.sustainment, 1)
    assert w.land.days_of_supply[1] == pytest.approx(7.5)
    w.land.stock_t[1, FOOD] += 10.886
    su.assess(w.land, rules.sustainment, 1)
    assert w.land.days_of_supply[1] - 7.5 == pytest.approx(1.81, abs=0.005)
    assert w.land.days_of_supply[1] == pytest.approx(days_of_supply(55.886, 6.0))


def test_the_scarcest_class_sets_days_of_supply() -> None:
    w, rules = small_world(2), Rules()
    demand = [su.class_demand_t(w.land, rules.sustainment, 1, c) for c in range(3)]
    w.land.stock_t[1] = [40 * demand[FOOD], 30 * demand[AMMO], 20 * demand[FUEL]]
    su.assess(w.land, rules.sustainment, 1)
    assert w.land.days_of_supply[1] == pytest.approx(20.0)
    assert w.land.food_days[1] == pytest.approx(40.0)


@pytest.mark.parametrize(
    ("ammo", "food", "expected"),
    [(10, 7, 1.0), (0, 7, 0.25), (10, 0, 0.4), (5, 3.5, 0.625 * 0.7), (99, 99, 1.0)],
)
def test_readiness_follows_ammunition_and_food(ammo: float, food: float, expected: float) -> None:
    assert su.readiness(Rules().sustainment, ammo, food) == pytest.approx(expected)


def test_a_day_uses_the_demand_and_buys_the_local_share() -> None:
    w, rules = small_world(2), Rules()
    su.consume(w.geography, w.land, w.ledger, rules.sustainment, 1)
    used = 30.0 - w.land.stock_t[1]
    assert used == pytest.approx([200 * 2.5 * 0.75 / 1000, 0.1, 0.9])
    assert w.ledger.local_t[MLI] == pytest.approx([0.125, 0, 0])
    assert w.ledger.consumed_t[MLI] == pytest.approx([0.5, 0.1, 0.9])


@pytest.mark.parametrize(
    ("besieged", "stock", "share"), [(0, 30.0, 1.0), (0, 3.0, 0.6), (1, 30.0, 0.6), (1, 1.0, 0.6)]
)
def test_food_is_rationed_once(besieged: int, stock: float, share: float) -> None:
    w, rules = small_world(2), Rules()
    w.land.besieged[1] = besieged
    w.land.stock_t[1, FOOD] = stock
    su.consume(w.geography, w.land, w.ledger, rules.sustainment, 1)
    assert w.ledger.consumed_t[MLI, FOOD] == pytest.approx(0.5 * share)


def test_the_supply_ratio_tends_to_what_comes_over_what_is_needed() -> None:
    w, rules = small_world(2), Rules(sustainment={"hunger_scale_days": 1e9})
    needed = su.class_demand_t(w.land, rules.sustainment, 1, FOOD)
    w.land.food_left_t[1] = w.land.stock_t[1, FOOD]
    for day in range(240):
        w.land.stock_t[1, FOOD] += 0.4 * needed
        sustain(w, rules)
        if day == 29:  # a month old: 1 - 1/e of the way from 1 to .4
            assert w.land.supply_ratio[1] == pytest.approx(0.4 + 0.6 / math.e, abs=0.02)
    assert w.land.supply_ratio[1] == pytest.approx(0.4, abs=0.01)
    w.land.garrison[1] = 0.0
    sustain(w, rules)
    assert w.land.supply_ratio[1] == 1.0


def test_supplies_and_soldiers_balance_by_class_over_months() -> None:
    w, rules = small_world(5), Rules()
    w.land.besieged[2:4] = 1
    w.land.stock_t[3] = 2.0
    w.land.wounded[:, 0], w.land.wounded[:, 1] = 7.0, 3.0
    w.states.sanction[:] = 0.5
    goods, men = stocks(w), soldiers(w)
    for _ in range(200):
        sustain(w, rules)
        assert stocks(w) == pytest.approx(goods)
        assert soldiers(w) == pytest.approx(men)
    assert w.ledger.abandoned[MLI] > 0
    assert w.ledger.consumed_t[MLI].min() > 0
    assert (w.land.stock_t >= 0).all()
    assert (w.states.depot_t >= 0).all()


def test_the_capital_eats_from_the_depot_and_others_do_not() -> None:
    w, rules = small_world(3), Rules(sustainment={"depot_inflow": 0.0})
    w.land.stock_t[:] = 0.5
    before = w.states.depot_t.copy()
    sustain(w, rules)
    assert w.land.days_of_supply[0] == pytest.approx(29.0, abs=0.5)
    assert w.land.days_of_supply[1] < 5.0
    issued = before[MLI] - w.states.depot_t[MLI]
    assert issued == pytest.approx(30 * 0.2 * np.array([1.875, 0.5, 4.5]) - 0.5)


@pytest.mark.parametrize(("sanction", "least"), [(0.0, 1.0), (1.0, 0.0)])
def test_depots_take_in_what_the_state_can_buy(sanction: float, least: float) -> None:
    w, rules = small_world(3), Rules(sustainment={"depot_inflow": 1.0})
    w.states.depot_t[:] = 1.0
    w.states.sanction[:] = sanction
    su.depot_day(w.geography, w.land, w.states, w.ledger, rules.sustainment, rules.politics, MLI)
    full = 0.6 * np.array([1.875, 0.5, 4.5])
    share = w.ledger.depot_in_t[MLI] / full
    assert np.ptp(share) < 1e-9
    assert least <= share[0] <= 1.0
    assert (share[0] < 1.0) == (sanction > 0.0)


def test_a_full_depot_buys_nothing_and_a_lost_capital_stops_everything() -> None:
    w, rules = small_world(3), Rules()
    su.depot_day(w.geography, w.land, w.states, w.ledger, rules.sustainment, rules.politics, MLI)
    assert w.ledger.depot_in_t.sum() == 0.0  # 10,000 t is more than is kept
    w.states.depot_t[:] = 0.0
    w.land.holder[0] = JNIM
    su.depot_day(w.geography, w.land, w.states, w.ledger, rules.sustainment, rules.politics, MLI)
    assert w.ledger.depot_in_t.sum() == 0.0


def hungry(n: int = 3) -> World:
    w = small_world(n)
    w.land.stock_t[1:] = 0.0
    w.states.depot_t[:] = 1000.0
    return w


def test_hunger_is_counted_and_drives_garrisons_out() -> None:
    w, rules = hungry(), Rules(holder={"deserters": 0.25})
    w.groups.fighters[1, 1] = 40.0
    w.groups.fighters[1, 2] = 29.0
    men = soldiers(w)
    for _ in range(60):
        sustain(w, rules)
    assert list(w.land.holder) == [MLI, JNIM, NONE]
    assert w.land.garrison[1:].sum() == 0.0
    assert soldiers(w) == pytest.approx(men)
    assert w.ledger.soldiers[2] == pytest.approx(100.0)
    assert w.states.reserve[MLI] == pytest.approx(1300.0)
    assert w.ledger.abandoned[MLI] == 2.0
    assert w.ledger.places[MLI, 0] == 2.0
    assert len(events_of(w, GARRISON_ABANDONS)) == 2
    assert len(events_of(w, PLACE_LOST)) == 2
    assert 2 <= w.ledger.hungry_days[MLI] < 60


def test_hunger_hazard_is_the_closed_form() -> None:
    """Chance to be still there after n days: prod exp(-z/30) = exp(-n(n+1)/60)."""
    w, rules = hungry(401), Rules()
    for _ in range(6):
        sustain(w, rules)
    staying = (w.land.holder[1:] == MLI).mean()
    assert staying == pytest.approx(math.exp(-6 * 7 / 60), abs=3 * math.sqrt(0.25 / 400))
    assert su.leave_chance(rules.sustainment, 30) == pytest.approx(1 - math.exp(-1))


def test_a_delivery_ends_the_count_of_hungry_days() -> None:
    w, rules = hungry(2), Rules(sustainment={"hunger_scale_days": 1e9})
    sustain(w, rules)
    sustain(w, rules)
    assert w.land.days_without_food[1] == 2
    w.land.stock_t[1, FOOD] = 5.0
    sustain(w, rules)
    assert w.land.days_without_food[1] == 0
    assert w.ledger.hungry_days[MLI] == 2.0


@pytest.mark.parametrize(("sorties", "hold"), [(0, 0.0), (1, 0.0), (2, 0.02), (3, 0.98), (4, 1.0)])
def test_airlift_holds_a_garrison_as_a_threshold_not_a_slope(sorties: int, hold: float) -> None:
    """600 men at 10 kg, 180 t, a convoy of 150 t each 60 days (65 % lost with chance .5)."""
    n = 501
    w, rules = small_world(n, days=1), Rules(sustainment=STRESS)
    w.land.garrison[1:] = 600.0
    w.land.stock_t[1:] = (180.0, 0.0, 0.0)
    credit = 0.0
    for day in range(365):
        if day % 60 == 59:
            for i in range(1, n):
                lost = 0.65 if uniform(w.clock.key, AMBUSH, day, i, 0) < 0.5 else 0.0
                w.land.stock_t[i, FOOD] += 150.0 * (1.0 - lost) * (w.land.garrison[i] > 0)
        credit += sorties / 7.0
        while credit >= 1.0:
            w.land.stock_t[1:, FOOD] += 10.886 * (w.land.garrison[1:] > 0)
            credit -= 1.0
        sustain(w, rules)
    assert (w.land.garrison[1:] > 0).mean() == pytest.approx(hold, abs=0.03)


def test_wounded_return_by_two_stages_of_fifteen_days() -> None:
    w, rules = small_world(2), Rules()
    w.land.wounded[1, 0] = 1000.0
    w.land.garrison[1] = 100.0
    w.land.target[1] = 150.0
    men, back, mean = soldiers(w), 0.0, 0.0
    for day in range(1, 600):
        before = w.land.wounded[1].sum()
        su.wounded_day(w.geography, w.land, w.states, rules.sustainment, 1)
        mean += day * (before - w.land.wounded[1].sum())
        back += before - w.land.wounded[1].sum()
    assert back == pytest.approx(1000.0)
    assert mean / back == pytest.approx(30.0, rel=1e-6)
    assert w.land.garrison[1] == pytest.approx(150.0)  # up to the target, the rest to the reserve
    assert soldiers(w) == pytest.approx(men)


def test_wounded_of_a_lost_place_return_to_the_reserve() -> None:
    w, rules = small_world(2), Rules()
    w.land.wounded[1] = 10.0
    w.land.holder[1], w.land.garrison[1] = JNIM, 0.0
    for _ in range(300):
        su.wounded_day(w.geography, w.land, w.states, rules.sustainment, 1)
    assert w.land.garrison[1] == 0.0
    assert w.states.reserve[MLI] == pytest.approx(1020.0)


def test_besieged_people_eat_sixty_days_of_food_in_eighty_six_days() -> None:
    w, rules = small_world(2), Rules()
    su.civilians_day(w.geography, w.land, rules.sustainment, 1)
    assert w.land.civil_stock_t[1] == pytest.approx(60 * 20_000 * 0.5 / 1000)
    w.land.besieged[1] = 1
    days = 0
    while w.land.civil_stock_t[1] > 0.0 and days < 200:
        su.civilians_day(w.geography, w.land, rules.sustainment, 1)
        days += 1
    assert days == math.ceil(60 / 0.7)


def test_an_empty_place_uses_nothing_and_counts_no_hunger() -> None:
    w, rules = hungry(2), Rules()
    w.land.garrison[1] = 0.0
    sustain(w, rules)
    assert w.ledger.hungry_days.sum() == 0.0
    assert w.land.days_of_supply[1] == 0.0
    assert w.land.holder[1] == MLI

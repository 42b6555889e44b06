"""The convoy policy: when, whereto, how much, with whom, and when not."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.decisions import convoy as de
from sahelsim.model.mechanisms.convoy import apply_convoy
from sahelsim.model.mechanisms.sustainment import assess, rate_kg
from sahelsim.model.orders import R_OK, SEND_CONVOY
from sahelsim.model.world import APPLIED, CONVOY, MOVING, O_I0, O_STATUS, O_VERB, World
from sahelsim.theatre.actors import JNIM, MLI, NER
from tests.model.road_world import TRUCE, Rules, give_convoy, march_day, sustain
from tests.model.small_world import small_world


def decide(w: World, rules: Rules) -> list[tuple[int, int, float, float]]:
    """Orders of today as (origin, destination, load, escort)."""
    first = int(w.orders.count[0])
    de.decide_convoy(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.moves,
        w.orders,
        rules.convoy,
        rules.sustainment,
        TRUCE,
        MLI,
    )
    last = int(w.orders.count[0])
    rows, numbers = w.orders.row[first:last], w.orders.number[first:last]
    assert (rows[:, O_VERB] == SEND_CONVOY).all()
    return [
        (int(r[O_I0]), int(r[O_I0 + 1]), float(x[0]), float(x[1]))
        for r, x in zip(rows, numbers, strict=True)
    ]


def stock_for(w: World, rules: Rules, i: int, days: float) -> None:
    for supply in range(3):
        rate = rate_kg(rules.sustainment, supply, int(w.land.besieged[i]))
        w.land.stock_t[i, supply] = days * w.land.garrison[i] * rate / 1000.0
    assess(w.land, rules.sustainment, i)


def stocked(days: list[float], rules: Rules, *besieged: int) -> World:
    w = small_world(len(days))
    for i in besieged:
        w.land.besieged[i] = 1
    for i, d in enumerate(days):
        stock_for(w, rules, i, d)
    return w


def test_a_convoy_leaves_below_s_plus_the_days_on_the_road() -> None:
    rules = Rules()
    assert decide(stocked([0, 45, 45, 23.01], rules), rules) == []  # 300 km: 2 days
    orders = decide(stocked([0, 45, 45, 21.99], rules), rules)
    assert [o[:2] for o in orders] == [(0, 3)]


def test_it_fills_up_to_s_and_no_more_than_a_convoy_carries() -> None:
    rules = Rules()
    (order,) = decide(stocked([0, 10.0], rules), rules)
    assert order[2] == pytest.approx(35 * 200 * 6.875 / 1000)
    w = stocked([0, 10.0], rules)
    w.land.garrison[1] = 5000.0
    assess(w.land, rules.sustainment, 1)
    assert decide(w, rules)[0][2] == 300.0


def test_the_neediest_go_first_while_slots_last() -> None:
    rules = Rules(convoy={"most_under_way": 2.0})
    w = stocked([0, 9.0, 3.0, 6.0], rules)
    assert [o[1] for o in decide(w, rules)] == [2, 3]
    rules = Rules()
    assert [o[1] for o in decide(stocked([0, 9.0, 3.0, 3.0], rules), rules)] == [2, 3, 1]


def test_no_second_convoy_while_one_is_under_way() -> None:
    rules = Rules()
    w = stocked([0, 5.0], rules)
    w.moves.status[7], w.moves.kind[7], w.moves.owner[7], w.moves.destination[7] = MOVING, 1, MLI, 1
    assert decide(w, rules) == []
    w.moves.owner[7] = NER
    assert len(decide(w, rules)) == 1


def test_a_besieged_place_waits_twice_as_long_and_gets_twice_the_days() -> None:
    rules = Rules()
    w = stocked([0, 5.0], rules, 1)
    (order,) = decide(w, rules)
    rates = sum(rate_kg(rules.sustainment, c, 1) for c in range(3))
    assert order[2] == pytest.approx(85 * 200 * rates / 1000)
    w.moves.latest[1, CONVOY] = w.clock.day[0]
    w.clock.day[0] = 49
    assert decide(w, rules) == []
    w.clock.day[0] = 50
    assert len(decide(w, rules)) == 1


def test_a_refused_convoy_does_not_start_the_wait() -> None:
    rules = Rules()
    w = stocked([0, 5.0], rules, 1)
    decide(w, rules)
    w.clock.day[0] = 1
    assert len(decide(w, rules)) == 1


@pytest.mark.parametrize(
    "why", ["too dangerous", "cut", "lost", "empty", "border", "no men", "no stock", "no capital"]
)
def test_it_stays_at_home_when_it_should(why: str) -> None:
    rules = Rules()
    w = stocked([0, 45, 45, 5.0], rules, 3)
    assert len(decide(w, rules)) == 1
    w.orders.count[0] = 0
    if why == "too dangerous":
        w.groups.fighters[1, :] = 400.0
        w.land.besieged[1:] = 1
        w.land.roads_closed_until[:] = 10
    elif why == "cut":
        w.geography.next_hop[0, 3] = -1
    elif why == "lost":
        w.land.holder[3] = JNIM
    elif why == "empty":
        w.land.garrison[3] = 0.0
    elif why == "border":
        w.geography.country[2] = w.land.holder[2] = NER
        w.states.permit[NER, MLI, 2] = 0
    elif why == "no men":
        w.states.reserve[MLI] = 9.0
    elif why == "no stock":
        w.states.depot_t[MLI] = 1.0
    else:
        w.land.holder[0] = JNIM
    assert decide(w, rules) == []


def test_the_escort_grows_with_the_risk() -> None:
    rules = Rules()
    w = stocked([0, 45, 5.0], rules, 2)
    quiet = decide(w, rules)[0][3]
    w.groups.fighters[1, 1:] = 100.0
    w.orders.count[0] = 0
    risky = decide(w, rules)[0][3]
    assert quiet == 30.0
    assert 30.0 < risky <= 120.0
    w.states.reserve[MLI] = 25.0
    w.orders.count[0] = 0
    assert decide(w, rules)[0][3] == 25.0


def test_orders_of_the_policy_are_valid_and_keep_a_quiet_country_supplied() -> None:
    rules = Rules()
    w = stocked([30.0] * 8, rules)
    lowest = np.inf
    for _ in range(150):
        first = int(w.orders.count[0])
        decide(w, rules)
        for n in range(first, int(w.orders.count[0])):
            reason = give_convoy(w, rules, n)
            assert reason == R_OK
            w.orders.row[n, O_STATUS] = APPLIED
        march_day(w, rules)
        w.clock.day[0] -= 1  # both steps below count the day
        sustain(w, rules)
        lowest = min(lowest, float(w.land.days_of_supply[1:].min()))
    assert 15.0 < lowest < 25.0
    assert 4 <= w.ledger.convoys[MLI, 0] / 7 <= 7  # one each 25 days and a little


def with_hub(rules: Rules, hub_days: float) -> World:
    """Five places in a row; place 2 is a regional capital, place 4 is short of everything."""
    w = stocked([0, 100, hub_days, 100, 5], rules)
    w.geography.symbolic[2] = 1.0
    return w


def test_a_full_hub_that_is_nearer_sends_the_convoy() -> None:
    rules = Rules(convoy={"hub_factor": 3.0})
    assert decide(with_hub(rules, 120.0), rules)[0][:2] == (2, 4)
    assert decide(with_hub(rules, 44.0), rules)[0][:2] == (0, 4)  # it has not even its own S
    besieged = with_hub(rules, 120.0)
    besieged.land.besieged[2] = 1
    assert decide(besieged, rules)[0][:2] == (0, 4)
    lost = with_hub(rules, 120.0)
    lost.land.holder[2] = JNIM
    assert decide(lost, rules)[0][:2] == (0, 4)
    ordinary = with_hub(rules, 120.0)
    ordinary.geography.symbolic[2] = 0.0
    assert decide(ordinary, rules)[0][:2] == (0, 4)


def test_the_days_on_the_road_count_from_where_the_convoy_would_leave() -> None:
    rules = Rules()  # 20 days, and 200 km from the hub or 400 km from the capital at 150 km a day
    for days, sent in ((22.0, []), (21.0, [(2, 4)])):
        w = with_hub(rules, 120.0)
        stock_for(w, rules, 4, days)
        assert [o[:2] for o in decide(w, rules)] == sent
    w = with_hub(rules, 44.0)
    stock_for(w, rules, 4, 22.0)
    assert [o[:2] for o in decide(w, rules) if o[1] == 4] == [(0, 4)]


@pytest.mark.parametrize(
    ("post", "empty", "origin"), [(4, (), 3), (5, (), 6), (5, (6,), 3), (4, (3,), 6), (1, (), 0)]
)
def test_the_nearest_of_the_full_hubs_is_the_origin(
    post: int, empty: tuple[int, ...], origin: int
) -> None:
    rules = Rules(convoy={"hub_factor": 3.0})
    days = [0.0] + [100.0] * 7
    for hub in empty:
        days[hub] = 44.0  # too little to send, too much to be sent any
    days[post] = 5.0
    w = stocked(days, rules)
    w.geography.symbolic[[3, 6]] = 1.0
    (order,) = decide(w, rules)
    assert order[:2] == (origin, post)


def test_a_hub_is_filled_further_and_keeps_its_own_days_of_each_class() -> None:
    rules = Rules(convoy={"hub_factor": 3.0, "order_point_days": 20.0})
    w = with_hub(rules, 10.0)
    loads = {order[1]: order[2] for order in decide(w, rules)}
    usual = (45 - 5) * 200 * 6.875 / 1000
    assert loads[2] == pytest.approx((3 * 45 - 10) * 200 * 6.875 / 1000)
    assert loads[4] == pytest.approx(usual)
    w = with_hub(rules, 120.0)
    w.land.stock_t[2, 0] = 21.0 * 200 * rate_kg(rules.sustainment, 0, 0) / 1000.0  # food for 21 d
    row = np.array([0, MLI, SEND_CONVOY, 2, 4, -1, -1, -1, 0, 0, 0, 0])
    number = np.array([200.0, 30.0, 0.0])
    before = w.land.stock_t[2].copy()
    reason = apply_convoy(
        w.clock, w.geography, w.land, w.states, w.moves, w.ledger, w.events, rules.convoy,
        rules.sustainment, rules.politics, row, number, 0,
    )  # fmt: skip
    assert reason == R_OK
    own = np.array([20 * 200 * rate_kg(rules.sustainment, c, 0) / 1000.0 for c in range(3)])
    assert w.land.stock_t[2] == pytest.approx(own)  # asked for more of each than it can spare
    assert (w.land.stock_t[2] < before).all()
    assert w.moves.load_t[0] == pytest.approx(before - own)
    assert (w.states.depot_t[MLI] == 10_000.0).all()

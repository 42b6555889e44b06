"""Convoys and columns on the road: hazard, speed, ambush, unloading, return, books."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sahelsim.model.events import (
    COLUMN_AMBUSH,
    COLUMN_ASSAULT,
    CONVOY_AMBUSH,
    CONVOY_ARRIVES,
    PLACE_TAKEN,
    SIEGE_ENDS,
)
from sahelsim.model.mechanisms import ambush, column, roads
from sahelsim.model.mechanisms.convoy import ConvoyParameters
from sahelsim.model.orders import (
    R_DEPOT_EMPTY,
    R_FOREIGN_SOIL,
    R_MOVES_FULL,
    R_NO_GARRISON,
    R_NO_ROAD,
    R_NOT_HELD,
    R_OK,
    R_RANGE,
    R_SAME_PLACE,
    R_TOO_FEW_MEN,
)
from sahelsim.model.world import FREE, HALTED, MOVING, N_MOVES, RETURNING, World
from sahelsim.planner.combat import deitchman_after
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import BFA, CSP_PSD, JNIM, MLI, NER, NONE, UN
from tests.model.road_world import (
    TRUCE,
    Rules,
    events_of,
    fighters,
    march_day,
    road_balance,
    send_column,
    send_convoy,
    soldiers,
    stocks,
)
from tests.model.small_world import small_world

SURE = {"convoy": {"hazard_per_km": 1.0}}


def chance(w: World, rules: Rules, i: int = 0, j: int = 1) -> float:
    return roads.edge_ambush(w.clock, w.geography, w.land, w.groups, rules.convoy, TRUCE, MLI, i, j)


def test_every_parameter_is_listed_and_used() -> None:
    ids = load_theatre().parameters.ids
    names = {id.split(".")[1] for id in ids if id.startswith("convoy.")}
    assert names == set(ConvoyParameters._fields)


# ---- hazard --------------------------------------------------------------------------------
def test_hazard_follows_its_formula_and_reaches_the_djibo_anchor() -> None:
    w, rules = small_world(3), Rules(convoy={"hazard_per_km": 2e-4, "siege_factor": 50.0})
    w.groups.fighters[1, :2] = (60.0, 140.0)
    assert chance(w, rules) == pytest.approx(1 - math.exp(-2e-4 * 0.5 * 100))
    w.land.besieged[1] = 1
    assert chance(w, rules) == pytest.approx(1 - math.exp(-2e-4 * 0.5 * 51 * 100))
    w.geography.road_km[0, 1] = 200.0
    assert 0.5 < chance(w, rules) < 0.9


def test_no_fighters_no_hazard_and_more_fighters_more_of_it() -> None:
    w, rules = small_world(3), Rules()
    w.land.besieged[1] = 1
    seen = []
    for men in (0.0, 10.0, 100.0, 1000.0):
        w.groups.fighters[0, 1] = men
        seen.append(chance(w, rules))
    assert seen[0] == 0.0
    assert seen == sorted(set(seen))


def test_closed_roads_and_truces_change_the_hazard() -> None:
    w, rules = small_world(3), Rules()
    w.groups.fighters[1, :] = 100.0
    open_road = -math.log(1 - chance(w, rules))
    w.land.roads_closed_until[1] = 5
    assert -math.log(1 - chance(w, rules)) == pytest.approx(5 * open_road)
    w.clock.day[0] = 5
    assert -math.log(1 - chance(w, rules)) == pytest.approx(open_road)
    w.land.holder[1] = JNIM
    assert -math.log(1 - chance(w, rules)) == pytest.approx(5 * open_road)
    w.land.holder[1] = MLI
    w.groups.truce_until[MLI, JNIM] = 9
    assert -math.log(1 - chance(w, rules)) == pytest.approx(2e-4 * 10 / 110 * 100)


def test_route_risk_multiplies_the_roads() -> None:
    w, rules = small_world(4), Rules()
    w.groups.fighters[1, :] = 100.0
    w.land.besieged[3] = 1
    p = [chance(w, rules, i, i + 1) for i in range(3)]
    risk, arriving = roads.route_risk(
        w.clock, w.geography, w.land, w.groups, rules.convoy, TRUCE, MLI, 0, 3
    )
    assert risk == pytest.approx(1 - (1 - p[0]) * (1 - p[1]) * (1 - p[2]))
    assert arriving == pytest.approx(math.prod(1 - 0.65 * x for x in p))


def test_the_share_lost_lies_in_its_range_with_its_mean() -> None:
    rules = Rules()
    shares = [ambush.share_lost(rules.convoy, (k + 0.5) / 10_000) for k in range(10_000)]
    assert sum(shares) / 10_000 == pytest.approx(0.65, abs=1e-3)
    assert min(shares) >= 0.25
    assert max(shares) <= 0.9
    assert shares == sorted(shares)


def test_the_attacker_is_drawn_in_proportion_to_fighters() -> None:
    w = small_world(3)
    w.groups.fighters[:, 0] = (10.0, 60.0, 0.0)
    w.groups.fighters[:, 1] = (0.0, 0.0, 30.0)
    got = [
        ambush.attacking_group(w.clock, w.groups, TRUCE, MLI, 0, 1, (k + 0.5) / 1000)
        for k in range(1000)
    ]
    assert [got.count(g) for g in range(3)] == [100, 600, 300]
    w.groups.fighters[:] = 0.0
    assert ambush.attacking_group(w.clock, w.groups, TRUCE, MLI, 0, 1, 0.5) == -1


# ---- convoys -------------------------------------------------------------------------------
def test_an_unopposed_convoy_makes_150_km_a_day_and_unloads_all() -> None:
    w, rules = small_world(7), Rules()
    goods, men = stocks(w), soldiers(w)
    assert send_convoy(w, rules, 0, 6, 90.0, 60.0) == R_OK
    assert w.states.reserve[MLI] == 940.0
    days = 0
    while w.moves.status[0] != FREE:
        march_day(w, rules)
        days += 1
        assert road_balance(w) == pytest.approx(0.0)
        assert stocks(w) == pytest.approx(goods)
        assert soldiers(w) == pytest.approx(men)
    assert days == 4  # 600 km
    assert w.land.stock_t[6].sum() == pytest.approx(180.0)
    assert w.states.reserve[MLI] == 1000.0
    assert list(w.ledger.convoys[MLI]) == [1, 0, 1]
    assert len(events_of(w, CONVOY_ARRIVES)) == 1


def test_the_load_fills_what_is_lacking_class_by_class() -> None:
    w, rules = small_world(2), Rules()
    w.land.stock_t[1] = (1000.0, 0.0, 0.0)  # food enough
    send_convoy(w, rules, 0, 1, 20.0, 60.0)
    assert w.moves.load_t[0] == pytest.approx([0.0, 2.0, 18.0])


@pytest.mark.parametrize(
    ("change", "origin", "destination", "reason"),
    [
        ("none", 0, 0, R_SAME_PLACE),
        ("lost origin", 0, 1, R_NOT_HELD),
        ("empty place", 0, 1, R_NO_GARRISON),
        ("lost place", 0, 1, R_NO_GARRISON),
        ("no road", 0, 1, R_NO_ROAD),
        ("abroad", 0, 1, R_FOREIGN_SOIL),
        ("no men", 0, 1, R_TOO_FEW_MEN),
        ("no stock", 0, 1, R_DEPOT_EMPTY),
        ("full", 0, 1, R_MOVES_FULL),
    ],
)
def test_a_convoy_that_cannot_go_is_refused_and_changes_nothing(
    change: str, origin: int, destination: int, reason: int
) -> None:
    w, rules = small_world(3), Rules()
    if change == "lost origin":
        w.land.holder[0] = JNIM
    elif change == "empty place":
        w.land.garrison[1] = 0.0
    elif change == "lost place":
        w.land.holder[1] = JNIM
    elif change == "no road":
        w.geography.next_hop[0, 1] = -1
    elif change == "abroad":
        w.geography.country[1] = w.land.holder[1] = NER
        w.states.permit[NER, MLI, 2] = 0
    elif change == "no men":
        w.states.reserve[MLI] = 9.0
    elif change == "no stock":
        w.states.depot_t[MLI] = 0.0
    elif change == "full":
        w.moves.status[:] = MOVING
    goods, men = stocks(w), soldiers(w)
    assert send_convoy(w, rules, origin, destination, 50.0, 60.0) == reason
    assert stocks(w) == pytest.approx(goods)
    assert soldiers(w) == men
    assert w.ledger.road_t.sum() == 0.0
    assert w.events.count[0] == 0


def test_a_permit_opens_the_border_and_sanctions_thin_what_crosses_it() -> None:
    w, rules = small_world(3), Rules()
    w.geography.country[1] = w.land.holder[1] = NER
    assert send_convoy(w, rules, 0, 1, 50.0, 60.0) == R_OK
    assert w.moves.load_t[0].sum() == pytest.approx(50.0)
    w.states.sanction[MLI] = 1.0
    assert send_convoy(w, rules, 0, 1, 50.0, 60.0) == R_OK
    assert w.moves.load_t[1].sum() < 50.0


def test_a_convoy_turns_back_at_a_border_that_closes() -> None:
    w, rules = small_world(5), Rules()
    w.geography.country[2] = w.land.holder[2] = BFA
    send_convoy(w, rules, 0, 4, 50.0, 60.0)
    march_day(w, rules)  # to km 150, between 1 and 2
    w.states.permit[BFA, MLI, 2] = 0
    for _ in range(4):
        march_day(w, rules)
        assert w.moves.at[0] < 2
    assert w.moves.status[0] == FREE
    assert w.ledger.road_t[MLI, 3] == pytest.approx(50.0)


def test_a_convoy_to_a_place_lost_meanwhile_brings_its_load_back() -> None:
    w, rules = small_world(4), Rules()
    goods = stocks(w)
    send_convoy(w, rules, 0, 3, 60.0, 60.0)
    march_day(w, rules)
    w.land.holder[3] = JNIM
    statuses = set()
    for _ in range(6):
        march_day(w, rules)
        statuses.add(int(w.moves.status[0]))
        assert road_balance(w) == pytest.approx(0.0)
    assert statuses == {RETURNING, FREE}
    assert w.ledger.road_t[MLI] == pytest.approx([60, 0, 0, 60])
    assert stocks(w) == pytest.approx(goods)
    assert w.states.reserve[MLI] == 1000.0


def test_each_road_draws_once_and_an_ambush_ends_the_day() -> None:
    w, rules = small_world(5), Rules(**SURE)
    w.groups.fighters[1, :] = 500.0
    men, foes = soldiers(w), fighters(w)
    send_convoy(w, rules, 0, 4, 200.0, 1000.0)
    for day in range(1, 5):
        march_day(w, rules)
        assert w.ledger.convoys[MLI, 1] == 1.0
        assert len(events_of(w, CONVOY_AMBUSH)) == day
        assert soldiers(w) == pytest.approx(men)
        assert fighters(w) == pytest.approx(foes)
        assert road_balance(w) == pytest.approx(0.0)
    assert w.moves.status[0] == FREE
    assert w.ledger.road_t[MLI, 2] > 0
    assert w.ledger.soldiers[0] > 0
    deaths = w.ledger.deaths[MLI]
    assert deaths[0, JNIM] == w.ledger.soldiers[0] == w.states.killed_7d[MLI].sum()
    assert deaths[1, MLI] > 0
    assert w.land.deaths.sum() == deaths.sum()


def test_ambushes_happen_as_often_as_the_hazard_says() -> None:
    w, rules = small_world(2, days=1), Rules()
    w.land.besieged[1] = 1
    sent = 400
    for _ in range(sent):
        w.groups.fighters[1, :] = 100.0
        w.land.wounded[:] = 0.0
        w.states.reserve[:] = 1000.0
        w.land.garrison[1] = 200.0
        send_convoy(w, rules, 0, 1, 10.0, 60.0)
        march_day(w, rules)
        w.land.stock_t[1] = 0.0
    p = chance(w, rules)
    share = w.ledger.convoys[MLI, 1] / sent
    assert share == pytest.approx(p, abs=3 * math.sqrt(p * (1 - p) / sent))


def test_a_convoy_without_escort_left_loses_its_load() -> None:
    w = small_world(4)
    rules = Rules(
        convoy={"hazard_per_km": 1.0, "party_least": 199.0},
        engagement={"break_defender": 0.0, "att": 5.0, "surprise_sd": 0.0},
    )
    w.groups.fighters[1, :] = 500.0
    men = soldiers(w)
    send_convoy(w, rules, 0, 3, 60.0, 10.0)
    march_day(w, rules)
    assert w.moves.status[0] == FREE
    assert w.ledger.soldiers[0] == 10.0
    assert w.ledger.road_t[MLI] == pytest.approx([60, 0, 60, 0])
    assert soldiers(w) == pytest.approx(men)


# ---- columns -------------------------------------------------------------------------------
@pytest.mark.parametrize(("foes", "days"), [(0.0, 4), (50.0, 4), (51.0, 10)])
def test_columns_make_150_km_a_day_and_55_where_opposed(foes: float, days: int) -> None:
    """Six roads of 100 km: 600/150 = 4 days, 600/55 = 10.9 days (the tenth evening: km 550)."""
    w, rules = small_world(7), Rules(convoy={"hazard_per_km": 0.0})
    w.groups.fighters[1, :] = foes
    w.groups.truce_until[:] = 0
    assert send_column(w, rules, 0, 6, 400.0) == R_OK
    for day in range(days):
        assert w.moves.status[0] == MOVING, day
        march_day(w, rules)
    if foes > 50.0:
        assert w.moves.at[0] == 5
        assert w.moves.km_left[0] == pytest.approx(50.0)
        march_day(w, rules)
    assert w.moves.status[0] == FREE


def test_men_come_from_the_garrison_above_its_floor_then_from_the_reserve() -> None:
    w, rules = small_world(4), Rules()
    men = soldiers(w)
    assert send_column(w, rules, 1, 3, 500.0) == R_OK
    assert w.land.garrison[1] == 100.0
    assert w.states.reserve[MLI] == 600.0
    assert w.moves.men[0] == 500.0
    assert soldiers(w) == pytest.approx(men)
    assert send_column(w, rules, 1, 3, 601.0) == R_TOO_FEW_MEN
    w.land.holder[1], w.land.holder[2] = JNIM, MLI
    assert send_column(w, rules, 2, 3, 101.0) == R_TOO_FEW_MEN  # the road from the capital is cut
    assert send_column(w, rules, 2, 3, 100.0) == R_OK


@pytest.mark.parametrize(
    ("change", "arguments", "reason"),
    [
        ("", (1, 1, 300.0), R_SAME_PLACE),
        ("", (1, 2, 0.0), R_RANGE),
        ("lost", (1, 2, 300.0), R_NOT_HELD),
        ("abroad", (1, 2, 300.0), R_FOREIGN_SOIL),
        ("no road", (1, 2, 300.0), R_NO_ROAD),
        ("full", (1, 2, 300.0), R_MOVES_FULL),
    ],
)
def test_a_column_that_cannot_go_is_refused(
    change: str, arguments: tuple[int, int, float], reason: int
) -> None:
    w, rules = small_world(4), Rules()
    if change == "lost":
        w.land.holder[1] = CSP_PSD
    elif change == "abroad":
        w.geography.country[2] = NER
    elif change == "no road":
        w.geography.next_hop[1, 2] = -1
    elif change == "full":
        w.moves.status[:] = MOVING
    men = soldiers(w)
    assert send_column(w, rules, *arguments) == reason
    assert soldiers(w) == men
    assert w.ledger.columns.sum() == 0.0


def kidal(men_there: float, holder: int = CSP_PSD) -> World:
    """Four places: capital, Gao, Anefis (held by nobody's garrison) and Kidal with defenders."""
    w = small_world(4)
    w.land.holder[3] = holder
    w.land.garrison[3] = w.land.target[3] = 0.0
    w.land.stock_t[3] = 0.0
    w.land.control[3] = 0.05
    w.groups.fighters[0, 3] = men_there
    return w


@pytest.mark.parametrize(("x0", "y0"), [(950.0, 500.0), (950.0, 1600.0), (200.0, 900.0)])
def test_the_fight_for_a_place_is_deitchmans(x0: float, y0: float) -> None:
    rules = Rules(engagement={"break_attacker": 0.0}, holder={"column_breaks": 0.0})
    e = rules.engagement
    x, y, holds, leave = column.column_fight(e, rules.holder, x0, y0, 1.0)
    b = e.bet * (e.fire_floor + e.fire_readiness)
    assert (x, y) == pytest.approx(deitchman_after(x0, y0, e.att, b, 4.0), rel=1e-9, abs=1e-9)
    assert leave == (e.bet * x0**2 >= 2 * e.att * y0)
    assert holds == (x > 0.0)


def test_the_column_holds_only_with_more_than_half_left() -> None:
    rules = Rules()
    strong = column.column_fight(rules.engagement, rules.holder, 950.0, 400.0, 1.0)
    weak = column.column_fight(rules.engagement, rules.holder, 200.0, 1500.0, 1.0)
    assert strong[2]
    assert strong[3]
    assert strong[1] == pytest.approx(0.7 * 400.0)
    assert not weak[2]
    assert not weak[3]
    assert weak[0] == pytest.approx(100.0)


def test_a_strong_column_takes_the_place_and_the_defenders_withdraw() -> None:
    w, rules = kidal(400.0), Rules()
    w.states.partner_men[0, MLI] = 1000.0
    men, foes, goods = soldiers(w), fighters(w), stocks(w)
    assert send_column(w, rules, 1, 3, 800.0, 150.0) == R_OK
    assert w.moves.partner_men[0] == 150.0
    for _ in range(6):
        march_day(w, rules)
        assert soldiers(w) == pytest.approx(men)
        assert fighters(w) == pytest.approx(foes)
        assert road_balance(w) == pytest.approx(0.0)
    assert w.land.holder[3] == MLI
    assert w.land.garrison[3] > 300.0
    assert w.land.target[3] == pytest.approx(w.land.garrison[3])
    assert w.land.control[3] == 0.5
    assert w.ledger.first_held[3] >= 0
    assert w.groups.fighters[0, 3] == 0.0
    assert w.groups.fighters[0, :3].sum() > 200.0
    assert list(w.ledger.columns[MLI]) == [1, 1, 0]
    assert w.ledger.places[MLI, 1] == 1.0
    assert w.states.success_7d[MLI].sum() == 1.0
    assert len(events_of(w, COLUMN_ASSAULT)) == 1
    assert len(events_of(w, PLACE_TAKEN)) == 1
    assert w.land.stock_t[3].sum() > 0.0
    lost = w.ledger.road_t[MLI, 2]
    assert (goods - stocks(w)).sum() == pytest.approx(lost)
    dead = w.ledger.deaths[MLI, 0].sum()
    assert dead == w.ledger.soldiers[0] + (1000.0 - w.states.partner_men[0, MLI])


def test_a_weak_column_is_beaten_and_marches_home() -> None:
    w, rules = kidal(1500.0), Rules(convoy={"hazard_per_km": 0.0})
    men, foes = soldiers(w), fighters(w)
    send_column(w, rules, 1, 3, 150.0)
    for _ in range(12):
        march_day(w, rules)
        assert soldiers(w) == pytest.approx(men)
        assert fighters(w) == pytest.approx(foes)
    assert w.land.holder[3] == CSP_PSD
    assert w.land.garrison[3] == 0.0
    assert list(w.ledger.columns[MLI]) == [1, 0, 1]
    assert w.moves.status[0] == FREE
    assert road_balance(w) == pytest.approx(0.0)


def test_an_empty_place_is_taken_without_a_fight() -> None:
    w, rules = kidal(20.0, NONE), Rules(convoy={"hazard_per_km": 0.0})
    send_column(w, rules, 1, 3, 100.0)
    for _ in range(3):
        march_day(w, rules)
    assert w.land.holder[3] == MLI
    assert w.land.garrison[3] == 100.0
    assert len(events_of(w, COLUMN_ASSAULT)) == 0


def test_without_an_order_the_state_takes_nothing() -> None:
    w, rules = kidal(0.0, NONE), Rules()
    for _ in range(30):
        march_day(w, rules)
    assert w.land.holder[3] == NONE
    assert w.ledger.places.sum() == 0.0


def test_a_halt_takes_its_place_waits_and_leaves_a_holding_force() -> None:
    w, rules = kidal(300.0), Rules(convoy={"hazard_per_km": 0.0})
    w.land.holder[2] = CSP_PSD
    w.land.garrison[2] = w.land.target[2] = 0.0
    men = soldiers(w)
    send_column(w, rules, 1, 3, 800.0, halt_at=2, halt_days=10)
    for _ in range(3):
        march_day(w, rules)
        assert soldiers(w) == pytest.approx(men)
    assert w.moves.status[0] == HALTED
    assert w.land.holder[2] == MLI
    assert w.land.garrison[2] == 800.0
    assert w.moves.men[0] == 0.0
    halted = int(w.moves.until[0])
    while w.moves.status[0] == HALTED:
        march_day(w, rules)
        assert soldiers(w) == pytest.approx(men)
    assert w.clock.day[0] == halted + 1
    assert halted >= 10
    assert w.land.garrison[2] == pytest.approx(0.15 * 800.0)
    for _ in range(4):
        march_day(w, rules)
        assert soldiers(w) == pytest.approx(men)
    assert w.land.holder[3] == MLI
    assert road_balance(w) == pytest.approx(0.0)


def test_a_column_that_loses_its_halt_comes_to_nothing() -> None:
    w, rules = kidal(300.0), Rules(convoy={"hazard_per_km": 0.0})
    send_column(w, rules, 1, 3, 300.0, 50.0, halt_at=2, halt_days=10)
    for _ in range(3):
        march_day(w, rules)
    w.states.reserve[MLI] += w.land.garrison[2]
    w.land.garrison[2], w.land.holder[2] = 0.0, JNIM
    men = soldiers(w)
    for _ in range(12):
        march_day(w, rules)
    assert w.moves.status[0] == FREE
    assert w.ledger.columns[MLI, 2] == 1.0
    assert soldiers(w) == pytest.approx(men)
    assert w.land.holder[3] == CSP_PSD


def test_columns_are_ambushed_and_pay_in_men() -> None:
    w, rules = small_world(4), Rules(**SURE)
    w.groups.fighters[1, :] = 100.0
    w.states.partner_men[0, MLI] = 200.0
    men = soldiers(w)
    send_column(w, rules, 0, 3, 600.0, 200.0)
    for _ in range(8):
        march_day(w, rules)
        assert soldiers(w) == pytest.approx(men)
    assert len(events_of(w, COLUMN_AMBUSH)) == 3
    assert w.ledger.convoys[MLI, 1] == 0.0
    assert w.states.partner_men[0, MLI] <= 200.0
    assert w.ledger.soldiers[0] > 0


@pytest.mark.parametrize(("men", "lifted"), [(299.0, 0), (300.0, 1)])
def test_a_large_force_lifts_a_siege(men: float, lifted: int) -> None:
    w, rules = (
        small_world(3),
        Rules(holder={"relief_chance": 1.0}, convoy={"hazard_per_km": 0.0, "origin_floor": 0.0}),
    )
    w.land.besieged[2] = 1
    send_column(w, rules, 0, 2, men)
    for _ in range(2):
        march_day(w, rules)
    assert w.land.besieged[2] == 1 - lifted
    assert w.ledger.sieges[MLI, 1] == lifted == len(events_of(w, SIEGE_ENDS))
    assert w.land.garrison[2] == 200.0 + men


def test_a_column_joins_the_un_without_a_fight() -> None:
    w, rules = kidal(500.0, UN), Rules(convoy={"hazard_per_km": 0.0})
    w.land.un_troops[3] = 1000.0
    send_column(w, rules, 1, 3, 100.0)
    for _ in range(5):
        march_day(w, rules)
    assert w.land.holder[3] == UN
    assert w.land.garrison[3] == 100.0
    assert len(events_of(w, COLUMN_ASSAULT)) == 0


def test_only_partner_men_who_are_there_march_and_no_man_marches_twice() -> None:
    w, rules = small_world(4), Rules()
    w.states.partner_men[0, MLI] = 100.0
    send_column(w, rules, 0, 3, 100.0, 80.0)
    send_column(w, rules, 0, 2, 100.0, 80.0)
    assert list(w.moves.partner_men[:2]) == [80.0, 20.0]
    assert w.states.partner_men[0, MLI] == 100.0


def test_a_column_takes_its_supplies_from_the_origin_and_then_the_depot() -> None:
    w, rules = small_world(4), Rules()
    goods = stocks(w)
    send_column(w, rules, 1, 3, 500.0)
    wanted = 30 * 0.5 * np.array([1.875, 0.5, 4.5])
    assert w.moves.load_t[0] == pytest.approx(wanted)
    assert w.land.stock_t[1] == pytest.approx(30.0 - np.minimum(wanted, 15.0))
    assert stocks(w) == pytest.approx(goods)
    w.land.holder[1], w.land.holder[2] = JNIM, MLI  # nothing comes through from the capital
    send_column(w, rules, 2, 3, 100.0)
    assert w.moves.load_t[1] == pytest.approx(np.minimum(wanted / 5, 15.0))


def test_slots_are_used_again() -> None:
    w, rules = small_world(3), Rules()
    for _ in range(N_MOVES + 5):
        w.land.stock_t[1] = 0.0
        assert send_convoy(w, rules, 0, 1, 10.0, 20.0) == R_OK
        march_day(w, rules)
    assert (w.moves.status == FREE).all()
    assert w.clock.status.sum() == 0

"""Holder: vacancy, hunger's heir, UN hand-overs, withdrawal, relief."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.events import PLACE_LOST, PLACE_TAKEN, UN_HANDOVER, WITHDRAWAL
from sahelsim.model.mechanisms import holder as ho
from sahelsim.model.orders import R_NO_GARRISON, R_NO_UN_SITE, R_NOT_SO, R_OK
from sahelsim.model.world import World
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import CSP_PSD, ISSP, JNIM, MLI, NER, NONE
from sahelsim.theatre.actors import UN as UN_ACTOR
from tests.model.road_world import Rules, events_of, send_column, soldiers, stocks
from tests.model.small_world import small_world

NO_NUMBER = np.zeros(3)


def order(actor: int, place: int) -> np.ndarray:
    return np.array([0, actor, 0, place, -1, -1, -1, -1, 0, 0, 0, -1])


def hold(w: World, rules: Rules, days: int = 1) -> None:
    for _ in range(days):
        ho.holder_day(
            w.clock,
            w.geography,
            w.land,
            w.groups,
            w.states,
            w.ledger,
            w.events,
            rules.holder,
            rules.engagement,
        )
        w.clock.day[0] += 1


def hand_over(w: World, rules: Rules, place: int = 1) -> int:
    return ho.apply_un_handover(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.moves,
        w.ledger,
        w.events,
        rules.holder,
        order(UN_ACTOR, place),
        0,
    )


def withdraw(w: World, rules: Rules, actor: int, place: int) -> int:
    return ho.apply_withdraw(
        w.clock,
        w.geography,
        w.land,
        w.states,
        w.ledger,
        w.events,
        rules.engagement,
        order(actor, place),
        0,
    )


def test_every_parameter_is_listed_and_used() -> None:
    ids = load_theatre().parameters.ids
    names = {id.split(".")[1] for id in ids if id.startswith("holder.")}
    assert names == set(ho.HolderParameters._fields)


def test_an_open_place_falls_on_the_third_day() -> None:
    w, rules = small_world(3), Rules()
    w.land.garrison[1] = w.land.target[1] = 0.0
    w.groups.fighters[:, 1] = (30.0, 29.0, 45.0)
    hold(w, rules, 2)
    assert w.land.holder[1] == MLI
    hold(w, rules)
    assert w.land.holder[1] == ISSP
    assert w.ledger.places[MLI, 0] == 1.0 == w.states.lost_7d[MLI].sum()
    assert len(events_of(w, PLACE_LOST)) == 1
    hold(w, rules, 5)
    assert w.ledger.places[MLI, 0] == 1.0


@pytest.mark.parametrize("guard", ["garrison", "un", "few fighters", "interrupted"])
def test_a_guarded_place_does_not_fall(guard: str) -> None:
    w, rules = small_world(3), Rules()
    w.land.garrison[1] = 5.0 if guard == "garrison" else 0.0
    w.land.un_troops[1] = 100.0 if guard == "un" else 0.0
    w.groups.fighters[1, 1] = 29.9 if guard == "few fighters" else 500.0
    if guard == "interrupted":
        for _ in range(3):
            hold(w, rules, 2)
            w.land.garrison[1] = 50.0
            hold(w, rules, 1)
            w.land.garrison[1] = 0.0
    else:
        hold(w, rules, 10)
    assert w.land.holder[1] == MLI
    assert w.ledger.places.sum() == 0.0


def test_nobodys_place_goes_to_a_group_and_costs_the_state_nothing() -> None:
    w, rules = small_world(3), Rules()
    w.land.holder[1], w.land.garrison[1] = NONE, 0.0
    w.groups.fighters[1, 1] = 31.0
    hold(w, rules, 3)
    assert w.land.holder[1] == JNIM
    assert w.ledger.places.sum() == 0.0
    assert len(events_of(w, PLACE_TAKEN)) == 1


def un_site(n: int = 4) -> World:
    w = small_world(n)
    w.land.holder[1] = UN_ACTOR
    w.land.un_troops[1] = 700.0
    w.land.garrison[1] = w.land.target[1] = 0.0
    return w


def test_hand_over_goes_to_the_first_in_line() -> None:
    rules = Rules()
    w = un_site()  # garrison before column before CSP before the strongest
    w.groups.fighters[:, 1] = (50.0, 500.0, 0.0)
    w.land.garrison[1] = 40.0
    assert hand_over(w, rules) == R_OK
    assert w.land.holder[1] == MLI
    assert w.ledger.first_held[1] == 0
    assert w.ledger.places[MLI, 1] == 1.0

    w = un_site()
    w.groups.fighters[:, 1] = (50.0, 500.0, 0.0)
    send_column(w, rules, 0, 3, 400.0)
    w.moves.at[0], w.moves.next[0], w.moves.km_left[0] = 1, 2, 51.0  # 49 km beyond the site
    men = soldiers(w)
    assert hand_over(w, rules) == R_OK
    assert w.land.holder[1] == MLI
    assert w.land.garrison[1] == pytest.approx(60.0)
    assert w.moves.men[0] == pytest.approx(340.0)
    assert soldiers(w) == pytest.approx(men)

    w = un_site()
    w.groups.fighters[:, 1] = (30.0, 500.0, 0.0)
    send_column(w, rules, 0, 3, 400.0)
    w.moves.at[0], w.moves.next[0], w.moves.km_left[0] = 1, 2, 49.0  # 51 km beyond it
    assert hand_over(w, rules) == R_OK
    assert w.land.holder[1] == CSP_PSD
    assert w.ledger.places.sum() == 0.0

    w = un_site()
    w.groups.fighters[:, 1] = (29.0, 60.0, 90.0)
    assert hand_over(w, rules) == R_OK
    assert w.land.holder[1] == ISSP

    w = un_site()
    w.groups.fighters[:, 1] = 29.0
    assert hand_over(w, rules) == R_OK
    assert w.land.holder[1] == NONE
    assert w.land.un_troops[1] == 0.0
    assert w.ledger.handovers[0] == 1.0
    assert list(events_of(w, UN_HANDOVER)[0, 2:5]) == [1, UN_ACTOR, NONE]


def test_a_camp_in_a_held_town_leaves_the_holder_as_he_is() -> None:
    w, rules = un_site(), Rules()
    w.land.holder[1] = CSP_PSD
    w.land.garrison[1] = 0.0
    assert hand_over(w, rules) == R_OK
    assert w.land.holder[1] == CSP_PSD
    assert w.land.un_troops[1] == 0.0
    assert w.ledger.places.sum() == 0.0
    assert hand_over(w, rules) == R_NO_UN_SITE
    assert w.ledger.handovers[0] == 1.0


def test_withdrawal_saves_men_and_supplies_and_opens_the_place() -> None:
    w, rules = small_world(3), Rules()
    men, goods = soldiers(w), stocks(w)
    w.land.besieged[2] = 1
    assert withdraw(w, rules, MLI, 1) == R_OK
    assert w.states.reserve[MLI] == 1200.0
    assert w.states.depot_t[MLI, 0] == 10_030.0
    assert w.land.holder[1] == NONE
    assert w.land.target[1] == 0.0
    assert withdraw(w, rules, MLI, 2) == R_OK
    assert w.ledger.captured_t[MLI, 0] == 30.0  # out of a siege men carry nothing
    assert w.land.besieged[2] == 0
    assert soldiers(w) == pytest.approx(men)
    assert stocks(w) == pytest.approx(goods)
    assert len(events_of(w, WITHDRAWAL)) == 2
    assert w.ledger.places[MLI, 0] == 2.0


def test_withdrawal_is_refused_without_a_garrison_of_ones_own_and_from_the_capital() -> None:
    w, rules = small_world(3), Rules()
    assert withdraw(w, rules, NER, 1) == R_NO_GARRISON
    assert withdraw(w, rules, MLI, 0) == R_NOT_SO
    w.land.garrison[1] = 0.0
    assert withdraw(w, rules, MLI, 1) == R_NO_GARRISON
    assert w.events.count[0] == 0
    assert w.ledger.places.sum() == 0.0


@pytest.mark.parametrize(
    ("men", "chance", "besieged", "lifts"),
    [(300, 1, 1, True), (299, 1, 1, False), (300, 0, 1, False), (300, 1, 0, False)],
)
def test_relief_needs_men_a_siege_and_luck(
    men: float, chance: float, besieged: int, lifts: bool
) -> None:
    w, rules = small_world(2), Rules(holder={"relief_chance": float(chance)})
    w.land.besieged[1] = besieged
    got = ho.relieve(
        w.clock, w.geography, w.land, w.states, w.ledger, w.events, rules.holder, 1, float(men), 0
    )
    assert got == lifts
    assert w.ledger.sieges[MLI, 1] == lifts == w.states.success_7d[MLI].sum()

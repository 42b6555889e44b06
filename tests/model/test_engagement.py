"""Engagement: Deitchman's invariant, break-off, overruns and conservation."""

from __future__ import annotations

import math

import pytest

from sahelsim.model.events import PLACE_LOST, SIEGE_ENDS
from sahelsim.model.mechanisms import engagement
from sahelsim.model.world import AMMO, CIVILIAN
from sahelsim.planner import combat
from sahelsim.theatre.actors import JNIM, MLI, WORLD
from tests.model.conflict_world import all_books, deaths_by_event, kinds, war_world
from tests.model.small_world import parameters

E = parameters("engagement")._replace(combat_ammo_kg=4.0)  # off by default
LONG = 1e7


@pytest.mark.parametrize(
    ("x0", "y0", "a", "b", "hours"),
    [(100.0, 60.0, 0.12, 6e-4, 4.0), (30.0, 10.0, 0.5, 2e-3, 2.0), (100.0, 100.0, 0.1, 2e-3, 2.0)],
)
def test_the_fight_is_the_planners_closed_form(x0, y0, a, b, hours):
    x, y = engagement.fight(x0, y0, a, b, hours, 0.0, 0.0)
    assert (x, y) == pytest.approx(combat.deitchman_after(x0, y0, a, b, hours))
    assert combat.deitchman_invariant(x, y, a, b) == pytest.approx(
        combat.deitchman_invariant(x0, y0, a, b)
    )


def test_without_return_fire_the_defenders_lose_at_a_steady_rate():
    assert engagement.fight(80.0, 5.0, 0.1, 0.0, 4.0, 0.0, 0.0) == pytest.approx((78.0, 5.0))


def test_who_wins_to_the_end():
    """AT17: a = .10, b = .001; 60 attackers beat 100 with 10 left, 40 lose to them."""
    x, y = engagement.fight(100.0, 60.0, 0.10, 0.001, LONG, 0.0, 0.0)
    assert (x, y) == (pytest.approx(0.0, abs=1e-6), pytest.approx(10.0))
    x, y = engagement.fight(100.0, 40.0, 0.10, 0.001, LONG, 0.0, 0.0)
    assert (x, y) == (pytest.approx(math.sqrt(2000.0)), pytest.approx(0.0, abs=1e-6))


def test_the_side_that_first_reaches_its_limit_breaks_off():
    x, y = engagement.fight(100.0, 60.0, 0.10, 0.001, LONG, 0.3, 0.7)
    assert y == pytest.approx(42.0)
    assert x > 30.0
    x, y = engagement.fight(100.0, 400.0, 0.10, 0.001, LONG, 0.3, 0.7)
    assert x == pytest.approx(30.0)
    assert y > 280.0


@pytest.mark.parametrize(("x0", "y0"), [(0.0, 10.0), (10.0, 0.0), (0.0, 0.0)])
def test_a_fight_needs_two_sides(x0, y0):
    assert engagement.fight(x0, y0, 0.1, 0.001, 4.0, 0.3, 0.7) == (x0, y0)


def test_surprise_has_mean_one_before_its_cap():
    free = parameters("engagement", surprise_cap=1e9)
    n = 20_000
    mean = sum(engagement.surprise(free, (k + 0.5) / n) for k in range(n)) / n
    assert mean == pytest.approx(1.0, abs=0.01)
    assert engagement.surprise(E, 1.0 - 1e-9) == 6.0


def attack(w, party, is_assault, p=E, k=0):
    return engagement.attack_garrison(
        w.clock, w.geography, w.land, w.groups, w.states, w.ledger, w.events, p,
        1, 2, party, is_assault, 0, k,
    )  # fmt: skip


@pytest.mark.parametrize("is_assault", [False, True])
def test_attacks_conserve_everybody(is_assault):
    w = war_world(fighters=300.0, militia=100.0)
    before = all_books(w)
    for k in range(30):
        attack(w, 40.0, is_assault, k=k)
    assert all_books(w) == pytest.approx(before)
    assert deaths_by_event(w) == pytest.approx(w.ledger.deaths.sum(axis=(0, 2)))
    assert w.ledger.deaths.sum() > 0.0


@pytest.mark.parametrize("stock_t", [30.0, 0.1, 0.0])
def test_a_fight_uses_ammunition_as_far_as_there_is_any(stock_t):
    w = war_world(fighters=300.0)
    w.land.stock_t[2, AMMO] = stock_t
    row = attack(w, 40.0, False)
    line = w.events.number[row, 4]
    fired = min(stock_t, E.combat_ammo_kg * line / 1000.0)
    assert line == 88.0  # 8 men and 2 for each attacker
    assert w.ledger.consumed_t[MLI, AMMO] == pytest.approx(fired)
    assert w.land.stock_t[2, AMMO] == pytest.approx(stock_t - fired)


def test_bystanders_die_in_proportion_to_the_combatants_and_are_laid_to_neither_side():
    w = war_world(5, fighters=40_000.0, militia=200.0)
    for k in range(600):
        w.land.garrison[2], w.land.militia[2] = 200.0, 200.0
        attack(w, 30.0, k % 2 == 1, parameters("engagement", crossfire=0.2, overrun_at=0.0), k)
    military, insurgent, civilian, irregular = deaths_by_event(w)
    assert civilian / (military + insurgent + irregular) == pytest.approx(0.2, abs=0.02)
    assert w.ledger.deaths[MLI, CIVILIAN, WORLD] == civilian
    w = war_world(fighters=300.0)
    for k in range(30):
        attack(w, 40.0, True, parameters("engagement", crossfire=0.0), k)
    assert w.ledger.deaths[:, CIVILIAN].sum() == 0.0


def test_militia_bear_their_share_of_ambush_deaths():
    w = war_world(fighters=1000.0, militia=600.0)
    for k in range(400):
        w.land.garrison[2], w.land.militia[2] = 200.0, 600.0
        attack(w, 20.0, False, k=k)
    military, _, _, irregular = deaths_by_event(w)
    assert irregular / (military + irregular) == pytest.approx(0.75, abs=0.05)


def test_an_overrun_place_passes_to_the_attacker_with_its_stocks():
    certain = parameters("engagement", att=50.0, surprise_sd=0.0, combat_ammo_kg=4.0)
    w = war_world(fighters=500.0)
    w.land.besieged[2] = 1
    w.land.wounded[2, 0] = 9.0
    before = all_books(w)
    attack(w, 300.0, True, certain)
    assert w.land.holder[2] == JNIM
    assert w.land.garrison[2] == 0.0
    assert w.land.stock_t[2].sum() == 0.0
    fired = w.ledger.consumed_t[MLI].sum()
    assert fired == pytest.approx(E.combat_ammo_kg * 140.0 / 1000.0)  # 40 men and half the rest
    assert w.ledger.captured_t[MLI].sum() == pytest.approx(90.0 - fired)
    assert w.ledger.overruns[MLI] == 1.0
    assert w.ledger.places[MLI, 0] == 1.0
    assert w.states.lost_7d[MLI, 0] == 1.0
    assert w.land.control[2] == pytest.approx(0.3)
    assert w.land.besieged[2] == 0
    assert w.land.wounded[2].sum() == 0.0
    assert w.land.garrison[[1, 3]].max() > 200.0  # a neighbour took the survivors in
    assert all_books(w) == pytest.approx(before)
    assert (kinds(w) == PLACE_LOST).sum() == 1
    assert (kinds(w) == SIEGE_ENDS).sum() == 1


def test_survivors_without_a_neighbour_go_to_the_reserve():
    certain = parameters("engagement", att=50.0, surprise_sd=0.0)
    w = war_world(fighters=500.0)
    w.land.garrison[[0, 1, 3, 4]] = 0.0
    before = all_books(w)
    attack(w, 300.0, True, certain)
    assert w.states.reserve[MLI] > 1000.0
    assert all_books(w) == pytest.approx(before)


def test_an_ambush_never_takes_a_place():
    certain = parameters("engagement", att=50.0, surprise_sd=0.0)
    w = war_world(fighters=500.0)
    attack(w, 300.0, False, certain)
    assert w.land.holder[2] == MLI
    assert w.ledger.overruns.sum() == 0.0


def test_parameters_are_those_of_the_file():
    from sahelsim.theatre import load_theatre

    for mechanism in (
        "engagement", "insurgency", "operations", "militia", "siege", "control", "displacement",
    ):  # fmt: skip
        lead = f"{mechanism}."
        listed = {
            id.removeprefix(lead).partition(".")[0]
            for id in load_theatre().parameters.ids
            if id.startswith(lead)
        }
        assert listed == set(parameters(mechanism)._fields)

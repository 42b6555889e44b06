"""Militia on their own account: rate, kinds, perpetrators, books."""

from __future__ import annotations

import pytest

from sahelsim.model.events import MILITIA_ATTACK, MILITIA_CLASH
from sahelsim.model.mechanisms import militia
from sahelsim.model.mechanisms.strength import defence
from sahelsim.model.world import CIVILIAN, INSURGENT, MILITIA
from sahelsim.theatre.actors import BFA, VDP
from tests.model.conflict_world import all_books, deaths_by_event, kinds, war_world
from tests.model.small_world import parameters

I = parameters("insurgency")  # noqa: E741
E = parameters("engagement")
C = parameters("control")


def run(w, days, **changes):
    p = parameters("militia", **changes)
    for _ in range(days):
        militia.militia_day(w.clock, w.geography, w.land, w.groups, w.ledger, w.events, p, I, E, C)
        w.clock.day[0] += 1
    return p


def burkina(fighters=60.0, men=900.0):
    w = war_world(fighters=fighters, militia=men)
    w.geography.country[:] = BFA
    w.land.holder[:] = BFA
    return w


def test_actions_conserve_everybody_and_name_the_militia():
    w = burkina(2000.0)
    before = all_books(w)
    p = run(w, 200, nu=2e-2)
    assert all_books(w) == pytest.approx(before)
    assert deaths_by_event(w) == pytest.approx(w.ledger.deaths.sum(axis=(0, 2)))
    assert (kinds(w) == MILITIA_CLASH).mean() == pytest.approx(p.clash_share, abs=0.08)
    assert w.ledger.deaths[BFA, CIVILIAN, VDP] == w.ledger.deaths[:, CIVILIAN].sum() > 0.0
    assert w.ledger.deaths[BFA, INSURGENT, VDP] > 0.0
    assert w.ledger.deaths[BFA, MILITIA, VDP] == 0.0
    assert w.ledger.deaths[BFA, MILITIA].sum() > 0.0


def test_the_rate_grows_with_the_root_of_the_men_and_saturates_in_fighters():
    w = burkina(2000.0)
    run(w, 400, nu=2e-3, clash_deaths=0.05, civilian_deaths=0.05)
    assert w.events.count[0] == pytest.approx(400 * 5 * 2e-3 * 30.0, rel=0.15)


@pytest.mark.parametrize(("fighters", "men"), [(0.0, 900.0), (60.0, 0.0)])
def test_one_side_alone_does_not_act(fighters, men):
    w = burkina(fighters, men)
    run(w, 100, nu=2e-2)
    assert w.events.count[0] == 0


def test_only_attacks_on_civilians_where_they_never_clash():
    w = burkina()
    run(w, 100, nu=2e-2, clash_share=0.0)
    assert set(kinds(w)) == {MILITIA_ATTACK}


def test_five_militiamen_count_as_one_soldier_in_defence():
    w = burkina(men=500.0)
    assert defence(E, w.land, 0) == pytest.approx(200.0 + 0.2 * 500.0)

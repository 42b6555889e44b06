"""Sieges: equilibrium odds, length, blockade orders, and what ends one."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.events import C_ORDER, SIEGE_BEGINS, SIEGE_ENDS
from sahelsim.model.mechanisms import siege
from sahelsim.model.orders import BLOCKADE, R_NOT_SO, R_OK, propose
from sahelsim.model.world import APPLIED, O_STATUS
from sahelsim.theatre.actors import JNIM, MLI, NONE
from tests.model.conflict_world import kinds, war_world
from tests.model.small_world import parameters

S = parameters("siege")
E = parameters("engagement")


def run(w, days, p=S):
    for _ in range(days):
        siege.siege_day(
            w.clock, w.geography, w.land, w.groups, w.states, w.orders, w.ledger, w.events, p, E
        )
        w.clock.day[0] += 1


def lonely(garrison=70.0, fighters=100.0, n=3):
    """Fighters of one group at every place; r at the middle one is known."""
    w = war_world(n, fighters=0.0)
    w.groups.fighters[1] = fighters
    w.land.garrison[:] = garrison
    return w


def test_force_ratio_counts_neighbours_militia_and_un():
    w = lonely()
    assert siege.force_ratio(w.geography, w.land, w.groups, S, E, 1) == pytest.approx(130 / 100)
    w.land.un_troops[1] = 100.0
    w.land.militia[1] = 150.0
    assert siege.force_ratio(w.geography, w.land, w.groups, S, E, 1) == pytest.approx(130 / 230)


def test_equilibrium_odds_are_h_on_r2_over_h_off():
    """Share of time under siege against the closed form, rates scaled up for speed."""
    fast = parameters("siege", h_on=0.06, h_off=0.05)
    w = lonely(garrison=100.0)
    r = siege.force_ratio(w.geography, w.land, w.groups, fast, E, 1)
    run(w, 9000, fast)
    on = w.ledger.siege_days[MLI] / (3 * 9000)
    a, b = 1 - np.exp(-0.06 * r * r / (1 + r * r)), 1 - np.exp(-0.05 / (1 + r * r))
    assert on == pytest.approx(a / (a + b), abs=0.05)
    assert a / b == pytest.approx(1.2 * r * r, rel=0.05)


def test_a_siege_lasts_years_where_the_besiegers_are_many():
    w = lonely(garrison=100.0, fighters=200.0, n=40)
    w.land.besieged[:] = 1
    r = siege.force_ratio(w.geography, w.land, w.groups, S, E, 20)
    run(w, 210)
    left = w.land.besieged.mean()  # some have begun anew
    assert left > np.exp(-210 / 300 / (1 + r * r)) - 0.12
    assert left > 0.6


def test_no_insurgents_no_sieges():
    w = lonely(fighters=0.0)
    run(w, 500, parameters("siege", h_on=0.02))
    assert w.ledger.sieges.sum() == 0.0
    assert w.ledger.siege_days.sum() == 0.0


def test_a_declared_blockade_hastens_the_siege_and_names_its_order():
    w = lonely()
    n = propose(w.clock, w.orders, 1, JNIM, BLOCKADE, 1, 400, -1, -1, 0.0, 0.0)
    w.orders.row[n, O_STATUS] = APPLIED
    assert siege.apply_blockade(w.clock, w.land, w.orders.row[n], w.orders.number[n]) == R_OK
    run(w, 250, parameters("siege", h_on=2e-3, blockade_factor=20.0))
    rows = w.events.row[: w.events.count[0]]
    begun = rows[(rows[:, 1] == SIEGE_BEGINS) & (rows[:, 2] == 1)]
    assert len(begun) >= 1
    assert (begun[0, 5], begun[0, 6]) == (C_ORDER, n)
    assert begun[0, 3] == JNIM


def test_lifting_a_blockade_ends_the_siege_once():
    w = lonely()
    w.land.besieged[1], w.land.besieged_since[1] = 1, -30
    row = np.zeros(12, np.int64)
    row[1], row[3] = JNIM, 1
    arguments = (w.clock, w.geography, w.land, w.ledger, w.events, row, np.zeros(3), 4)
    assert siege.apply_lift_blockade(*arguments) == R_OK
    assert siege.apply_lift_blockade(*arguments) == R_NOT_SO
    assert list(kinds(w)) == [SIEGE_ENDS]
    assert w.events.number[0, 4] == 30.0
    assert w.events.row[0, 6] == 4
    assert w.ledger.sieges[MLI, 1] == 1.0


@pytest.mark.parametrize("why", ["left", "lost"])
def test_a_siege_of_nobody_ends(why):
    w = lonely(fighters=500.0)
    w.land.besieged[1] = 1
    if why == "left":
        w.land.garrison[1] = 0.0
    else:
        w.land.holder[1] = NONE
    run(w, 1, parameters("siege", h_off=1 / 600))
    assert w.land.besieged[1] == 0
    assert w.states.success_7d.sum() == 0.0


def test_a_siege_that_gives_up_is_a_visible_success():
    w = lonely(fighters=0.0)
    w.land.besieged[1] = 1
    run(w, 3000, parameters("siege", h_off=1 / 120))
    assert w.land.besieged[1] == 0
    assert w.states.success_7d[MLI].sum() == 1.0


def test_roads_of_a_region_close_and_open():
    w = lonely()
    w.geography.region[:] = [0, 1, 1]
    row = np.zeros(12, np.int64)
    row[1], row[3], row[4] = JNIM, 1, 60
    roads = (w.clock, w.geography, w.land, row, np.zeros(3))
    assert siege.apply_open_roads(*roads) == R_NOT_SO
    assert siege.apply_close_roads(*roads) == R_OK
    assert list(w.land.roads_closed_until > 0) == [False, True, True]
    assert siege.apply_open_roads(*roads) == R_OK
    assert w.land.roads_closed_until.max() <= 0

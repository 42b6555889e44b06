"""State operations: the split of kills, their bounds, restraint, partners and the books."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.events import STATE_OPERATION
from sahelsim.model.mechanisms import operations
from sahelsim.model.world import CIVILIAN, INSURGENT
from sahelsim.theatre.actors import JNIM, MLI, NER, RUSSIA
from tests.model.conflict_world import all_books, deaths_by_event, kinds, war_world
from tests.model.small_world import parameters

O = parameters("operations")  # noqa: E741
I = parameters("insurgency")  # noqa: E741
E = parameters("engagement")
C = parameters("control")
P = parameters("partners")


def run(w, p=O, days=300, keep=True):
    men = w.groups.fighters.copy()
    for _ in range(days):
        operations.operations_day(
            w.clock, w.geography, w.land, w.groups, w.states, w.ledger, w.events, p, I, E, C, P
        )
        w.clock.day[0] += 1
        if keep:
            w.groups.fighters[...] = men
            w.land.collaboration[:] = 0.5
    dead = w.ledger.deaths.sum(axis=(0, 2))
    return dead[INSURGENT], dead[CIVILIAN]


BUSY = parameters("operations", nu=0.3)


def test_operations_conserve_fighters_and_log_every_death():
    w = war_world()
    before = all_books(w)
    run(w, BUSY, 100, keep=False)
    assert all_books(w) == pytest.approx(before)
    assert deaths_by_event(w) == pytest.approx(w.ledger.deaths.sum(axis=(0, 2)))
    assert (w.ledger.fighters[:, 0] > 0.0).all()  # recruits by harm
    assert w.ledger.deaths[MLI, CIVILIAN, MLI] == w.ledger.deaths[:, CIVILIAN].sum() > 0.0


@pytest.mark.parametrize(("mu0", "mu1"), [(0.2, 0.5), (0.3, 0.2)])
def test_the_share_of_insurgents_is_that_of_the_equation(mu0, mu1):
    w = war_world(fighters=20.0)
    w.land.collaboration[:] = 0.5
    p = parameters("operations", nu=0.3, mu0=mu0, mu1=mu1, smax_base=8.0, smax_fighters=0.0)
    insurgents, civilians = run(w, p)
    mu = mu0 + 0.5 * mu1
    share = mu + (1 - mu) * 60 / (0.02 * 20_000)
    assert insurgents / (insurgents + civilians) == pytest.approx(share, abs=0.03)


def test_the_share_stays_within_its_bounds():
    w = war_world()
    for collaboration in (0.0, 0.5, 1.0):
        for level in (0, 1, 2):
            w.states.restraint[:] = level
            mu = operations.insurgent_share(w.states, O, P, MLI, collaboration)
            assert 0.0 <= mu <= O.mu_cap
    sure = parameters("operations", mu0=0.46, mu1=0.7)
    w.states.restraint[:] = 0
    assert operations.insurgent_share(w.states, sure, P, MLI, 1.0) == O.mu_cap


def test_restraint_spares_civilians():
    dead = []
    for level in (0, 1, 2):
        w = war_world()
        w.states.restraint[:] = level
        dead.append(run(w, BUSY)[1])
    assert dead[0] < 0.8 * dead[1]
    assert dead[1] < 0.8 * dead[2]


def test_the_rate_is_that_of_the_equation():
    w = war_world(fighters=20.0)
    run(w, parameters("operations", nu=0.02), 1000)
    a_day = 0.02 * np.exp(-0.5 * I.sigma_country**2) * 200 / 10 * 60 / 100
    assert w.events.count[0] == pytest.approx(5 * 1000 * a_day, rel=0.06)


def test_russian_men_share_the_blame_and_nobody_else_does():
    w = war_world()
    w.states.partner_men[0, MLI] = 1000.0
    run(w, BUSY)
    by = w.ledger.deaths[MLI, CIVILIAN]
    assert by[RUSSIA] / by.sum() == pytest.approx(O.partner_share_per_1000, abs=0.08)
    assert by[MLI] + by[RUSSIA] == by.sum()


@pytest.mark.parametrize("why", ["no fighters", "no garrison", "no readiness"])
def test_without_men_or_a_target_nothing_happens(why):
    w = war_world(fighters=0.0 if why == "no fighters" else 60.0)
    if why == "no garrison":
        w.land.garrison[:] = 0.0
    if why == "no readiness":
        w.land.readiness[:] = 0.0
    run(w, BUSY, 50)
    assert w.events.count[0] == 0


def test_a_truce_spares_the_group_that_has_it():
    w = war_world()
    w.groups.truce_until[JNIM, MLI] = 10_000
    run(w, BUSY)
    target = w.events.row[: w.events.count[0], 4]
    assert (target == JNIM).mean() < 0.06
    assert set(kinds(w)) == {STATE_OPERATION}


def test_the_order_sets_the_level_of_the_state_that_gives_it():
    w = war_world()
    w.states.restraint[:] = 1
    row = np.zeros(12, np.int64)
    row[1], row[3] = NER, 2
    assert operations.apply_restraint(w.states, row, np.zeros(3)) == 0
    assert list(w.states.restraint) == [1, 2, 1]

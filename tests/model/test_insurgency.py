"""The event clock and what an event is: means, dispersion, kinds, truces, postures."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.events import AMBUSH, ASSAULT, ATTACK_ON_CIVILIANS, RIVAL_CLASH
from sahelsim.model.mechanisms import actions, insurgency
from sahelsim.model.orders import R_OK, R_SELF
from sahelsim.theatre.actors import CSP_PSD, ISSP, JNIM, MLI
from tests.model.conflict_world import all_books, deaths_by_event, kinds, war_world
from tests.model.small_world import parameters

I = parameters("insurgency")  # noqa: E741
E = parameters("engagement")
C = parameters("control")
STILL = {"sigma_region": 0.0, "sigma_country": 0.0, "sigma_day": 0.0}


def run(w, p, days, keep=False, latents=False):
    """Days of the event clock; with ``keep`` the strength of everybody is put back each day."""
    men, garrison = w.groups.fighters.copy(), w.land.garrison.copy()
    for _ in range(days):
        if latents:
            insurgency.latents_day(w.clock, w.groups, p)
        insurgency.insurgency_day(
            w.clock, w.geography, w.land, w.groups, w.states, w.ledger, w.events, p, E, C
        )
        w.clock.day[0] += 1
        if keep:
            w.groups.fighters[...] = men
            w.land.garrison[:] = garrison
            w.land.holder[:] = MLI


@pytest.mark.parametrize("n", [0.0, 0.3])
def test_the_mean_is_nu_times_intent_times_fighters(n):
    p = parameters("insurgency", nu=1e-3, hawkes_n=n, **STILL)
    p.intent[:] = [1.0, 1.0, 0.5]
    w = war_world(fighters=100.0)
    w.groups.fighters[0] = 0.0
    run(w, p, 4000, keep=True)
    # (1 + .5) intent x 500 fighters x nu x days; Hawkes scales the immigrants by (1 - n)
    actions_of_groups = np.isin(kinds(w), (AMBUSH, ASSAULT, ATTACK_ON_CIVILIANS, RIVAL_CLASH))
    assert actions_of_groups.sum() == pytest.approx(1.5 * 500 * 1e-3 * 4000, rel=0.06)


def test_excitation_bunches_events_as_the_branching_ratio_says():
    """Variance to mean of counts in long windows is about 1/(1-n)^2."""
    p = parameters("insurgency", nu=1e-3, hawkes_n=0.4, **STILL)
    w = war_world(fighters=100.0)
    w.groups.fighters[[0, 2]] = 0.0
    run(w, p, 24_000, keep=True)
    day = w.events.row[: w.events.count[0], 0]
    counts = np.bincount(day // 200, minlength=120)
    assert counts.var() / counts.mean() == pytest.approx(1 / 0.6**2, rel=0.45)
    assert counts.var() / counts.mean() > 1.5


def test_an_excitation_is_spread_and_not_lost():
    w = war_world()
    insurgency.excite(w.geography, w.groups, 1, 2, 10.0)
    assert w.groups.excitation[1].sum() == pytest.approx(10.0)
    assert w.groups.excitation[1, 2] == pytest.approx(8.5)
    assert w.groups.excitation[1, 1] == pytest.approx(w.groups.excitation[1, 3])
    assert w.groups.excitation[[0, 2]].sum() == 0.0


def test_no_insurgents_no_events():
    w = war_world(fighters=0.0, militia=50.0)
    w.groups.excitation[...] = 5.0
    run(w, parameters("insurgency", nu=1.0), 50)
    assert w.events.count[0] == 0
    assert w.ledger.deaths.sum() == 0.0
    assert w.groups.excitation.max() < 5.0


def test_events_conserve_everybody_and_every_death_is_in_the_log():
    w = war_world(fighters=150.0, militia=80.0)
    before = all_books(w)
    run(w, parameters("insurgency", nu=5e-3), 150, latents=True)
    assert all_books(w) == pytest.approx(before)
    assert deaths_by_event(w) == pytest.approx(w.ledger.deaths.sum(axis=(0, 2)))
    assert w.land.deaths.sum() == pytest.approx(w.ledger.deaths.sum())
    assert set(kinds(w)) >= {AMBUSH, ASSAULT, ATTACK_ON_CIVILIANS, RIVAL_CLASH}
    assert (w.groups.fighters >= 0.0).all()
    assert (w.land.garrison >= 0.0).all()


def test_kinds_follow_their_weights():
    p = parameters("insurgency", nu=2e-3, smin=5.0, smax_base=5.0, smax_share=0.0, **STILL)
    w = war_world(fighters=0.0)
    w.groups.fighters[1] = 100.0  # JNIM alone: no rival
    w.land.control[:] = 0.5
    run(w, p, 2000, keep=True)
    w.land.control[:] = 0.5
    ambush = 1 - np.exp(-200 / 60)
    assault = 0.45 * min(2, 5 / (0.1 * 200 + 4))
    civilians = 0.55 + 0.9
    found = np.array([(kinds(w) == kind).mean() for kind in (AMBUSH, ASSAULT, ATTACK_ON_CIVILIANS)])
    weights = np.array([ambush, assault, civilians])
    assert found == pytest.approx(weights / weights.sum(), abs=0.04)


def test_a_place_that_the_state_does_not_hold_sees_no_fight_with_it():
    w = war_world(fighters=100.0)
    w.land.holder[:] = JNIM
    w.land.garrison[:] = 0.0
    run(w, parameters("insurgency", nu=5e-3), 100)
    assert w.events.count[0] > 20
    assert not set(kinds(w)) & {AMBUSH, ASSAULT}


def test_a_party_is_no_larger_than_the_men_at_hand():
    w = war_world(fighters=0.0)
    w.groups.fighters[1, 2] = 3.0
    sizes = {actions.party_size(w.clock, w.geography, w.groups, I, 1, 2, k) for k in range(200)}
    assert sizes <= {2.0, 3.0}
    assert actions.party_size(w.clock, w.geography, w.groups, I, 0, 2, 0) == 0.0


def test_a_truce_thins_clashes_and_nothing_else():
    def count(truce):
        w = war_world(fighters=0.0)
        w.groups.fighters[1] = 100.0
        if truce:
            row = np.zeros(12, np.int64)
            row[1], row[3], row[4] = MLI, JNIM, 10_000
            assert insurgency.apply_truce(w.clock, w.groups, row, np.zeros(3)) == R_OK
        run(w, parameters("insurgency", nu=2e-3, hawkes_n=0.0, **STILL), 1000, keep=True)
        return [(kinds(w) == kind).sum() for kind in (AMBUSH, ATTACK_ON_CIVILIANS)]

    fights, civilians = count(False)
    fights_in_truce, civilians_in_truce = count(True)
    assert fights_in_truce < 0.12 * fights
    assert civilians_in_truce == pytest.approx(civilians, rel=0.15)


def test_nobody_makes_a_truce_with_himself():
    w = war_world()
    row = np.zeros(12, np.int64)
    row[1], row[3], row[4] = JNIM, JNIM, 30
    assert insurgency.apply_truce(w.clock, w.groups, row, np.zeros(3)) == R_SELF


def test_massing_makes_assaults_more_common_than_harassing():
    def assaults(posture):
        w = war_world(fighters=100.0)
        row = np.zeros(12, np.int64)
        for actor in (CSP_PSD, JNIM, ISSP):
            row[1], row[3], row[4] = actor, posture, 10_000
            insurgency.apply_posture(w.clock, w.groups, row, np.zeros(3))
        run(w, parameters("insurgency", nu=2e-3), 400, keep=True)
        return (kinds(w) == ASSAULT).mean()

    assert assaults(1) > 1.3 * assaults(0)


def test_latents_are_stationary_and_slow():
    w = war_world(2)
    p = parameters("insurgency", tau_latent=20.0)
    seen = []
    for _ in range(6000):
        insurgency.latents_day(w.clock, w.groups, p)
        w.clock.day[0] += 1
        seen.append(w.groups.ou_country[:, 0].copy())
    x = np.array(seen)
    assert x.std() == pytest.approx(p.sigma_country, rel=0.12)
    lag = np.mean([np.corrcoef(x[:-20, g], x[20:, g])[0, 1] for g in range(4)])
    assert lag == pytest.approx(np.exp(-1.0), abs=0.1)
    assert abs(np.corrcoef(x[:, 0], x[:, 1])[0, 1]) < 0.25


def test_attacks_draw_to_contested_and_weak_places():
    w = war_world(3)
    w.land.control[:] = [0.5, 0.95, 0.5]
    w.land.garrison[:] = [50.0, 50.0, 800.0]
    a = [insurgency.appeal(w.geography, w.land, I, E, i) for i in range(3)]
    assert a[0] > a[1]
    assert a[0] > a[2]
    w.land.un_troops[0] = 1000.0
    assert insurgency.appeal(w.geography, w.land, I, E, 0) < a[0]

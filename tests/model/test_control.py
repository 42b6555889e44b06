"""Control, collaboration, recruitment and movement against their equations."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.mechanisms import control
from tests.model.conflict_world import all_books, war_world
from tests.model.small_world import parameters

C = parameters("control")
E = parameters("engagement")


def run(w, days, p=C):
    for _ in range(days):
        control.control_day(w.clock, w.geography, w.land, w.groups, w.ledger, p, E)
        w.clock.day[0] += 1


def test_control_follows_strength_and_collaboration_follows_control():
    w = war_world(3, fighters=50.0)
    w.land.control[:], w.land.collaboration[:] = 0.1, 0.9
    still = parameters("control", movement=0.001, attrition=2e-4)
    still.rho[:] = 0.0
    still.posture_movement[:] = 0.0
    run(w, 1, still)
    aim = 200 / (200 + 1.2 * 150 + 15)
    keep = np.exp(-1 / 60)
    assert w.land.control[0] == pytest.approx(aim + (0.1 - aim) * keep, abs=1e-4)
    run(w, 900, still)
    m = w.groups.fighters[:, 0].sum()
    assert w.land.control[0] == pytest.approx(200 / (200 + 1.2 * m + 15), abs=0.01)
    assert w.land.collaboration[0] == pytest.approx(w.land.control[0], abs=0.01)


def test_recruitment_and_attrition_are_booked():
    w = war_world(3)
    before = all_books(w)
    run(w, 60)
    assert all_books(w) == pytest.approx(before)
    assert (w.ledger.fighters[:, 2] > 0.0).all()


def test_one_day_of_recruitment_is_the_equation():
    w = war_world(1, fighters=0.0)
    w.groups.fighters[1, 0] = 81.0
    w.geography.home[1, 0] = 0.5
    p = parameters("control", attrition=2e-4)
    p.rho[:] = 0.0216
    run(w, 1, p)
    a = w.land.collaboration[0]
    expected = 0.0216 * 0.5 * 27.0 * (1 - a) * (1 - 81 / 180)
    assert w.ledger.fighters[1, 0] == pytest.approx(expected, rel=1e-9)
    assert w.ledger.fighters[1, 2] == pytest.approx(81 * 2e-4)


def test_a_full_place_recruits_nobody():
    w = war_world(1, fighters=100.0)
    run(w, 5)
    assert w.ledger.fighters[:, 0].sum() == 0.0


def test_movement_keeps_the_number_and_prefers_uncontrolled_ground():
    w = war_world(3, fighters=0.0)
    w.groups.fighters[1, 1] = 100.0
    w.land.control[:] = [0.9, 0.5, 0.1]
    control.move_group(w.clock, w.geography, w.land, w.groups, C, 1)
    assert w.groups.fighters[1].sum() == pytest.approx(100.0)
    assert 100.0 - w.groups.fighters[1, 1] == pytest.approx(100 * (1 - np.exp(-3 * 0.004)))
    ratio = w.groups.fighters[1, 2] / w.groups.fighters[1, 0]
    assert ratio == pytest.approx(np.exp(1.5 * 0.8))


def test_massing_moves_towards_ones_own():
    w = war_world(3, fighters=0.0)
    w.groups.fighters[1] = [10.0, 50.0, 90.0]
    w.groups.posture[1], w.groups.posture_until[1] = 1, 10
    start = w.groups.fighters[1].copy()
    control.move_group(w.clock, w.geography, w.land, w.groups, C, 1)
    gain = w.groups.fighters[1] - start * np.exp(-3 * 0.004 * C.posture_movement[1])
    assert gain[2] > gain[0] > 0.0


def test_civilian_deaths_move_collaboration_away_from_who_killed():
    w = war_world()
    control.shock_collaboration(w.geography, w.land, C, 0, 40.0, True)
    control.shock_collaboration(w.geography, w.land, C, 1, 40.0, False)
    jump = 1 - np.exp(-0.05 * 40 / 20)
    assert w.land.collaboration[0] == pytest.approx(0.8 - jump)
    assert w.land.collaboration[1] == pytest.approx(0.8 + 0.3 * jump)
    control.shock_collaboration(w.geography, w.land, C, 0, 1e6, True)
    assert w.land.collaboration[0] == 0.0


def test_recruits_by_harm_go_to_the_groups_by_strength():
    w = war_world(fighters=0.0)
    w.groups.fighters[:, 0] = [0.0, 30.0, 10.0]
    before = all_books(w)
    control.recruit_from_harm(w.groups, w.ledger, C, 0, 20.0)
    control.recruit_from_harm(w.groups, w.ledger, C, 1, 20.0)  # nobody there to join
    assert w.groups.fighters[:, 0] == pytest.approx([0.0, 30 + 5.25, 10 + 1.75])
    assert all_books(w) == pytest.approx(before)

"""Partners: presence acts through named factors only, the joint force grows as its closed form."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from sahelsim.model.events import (
    JOINT_FORCE_OPERATIONAL,
    PARTNER_ARRIVES,
    PARTNER_LEAVES,
    WITHDRAWAL,
)
from sahelsim.model.mechanisms import partners as mechanism
from sahelsim.model.mechanisms.partners import PartnersParameters
from sahelsim.model.mechanisms.strength import defence
from sahelsim.model.orders import R_NOT_SO, R_OK, R_RANGE
from sahelsim.model.world import O_ACTOR, O_I0, ORDER_COLUMNS, World
from sahelsim.planner.alliance import pooled_reserve, pooling_ratio
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import FIRST_PARTNER, FRANCE, JNIM, MLI, NER, RUSSIA, USA
from tests.model.small_world import parameters, small_world

P = parameters("partners")
POLITICS = parameters("politics")


def order(actor: int, state: int, men: float) -> tuple[np.ndarray, np.ndarray]:
    row = np.full(ORDER_COLUMNS, -1, dtype=np.int64)
    row[O_ACTOR], row[O_I0] = actor, state
    return row, np.array([men, 0.0, 0.0])


def arrive(w: World, actor: int, state: int, men: float) -> int:
    row, number = order(actor, state, men)
    return mechanism.apply_partner_arrives(w.clock, w.geography, w.states, w.events, row, number, 7)


def leave(w: World, actor: int, state: int, men: float) -> int:
    row, number = order(actor, state, men)
    return mechanism.apply_partner_leaves(w.clock, w.geography, w.states, w.events, row, number, 8)


def test_parameters_are_those_of_the_register() -> None:
    names = {id.split(".")[1] for id in load_theatre().parameters.ids if id.startswith("partners.")}
    assert names == set(PartnersParameters._fields)


def test_exit_of_western_partners_takes_their_share_of_mu() -> None:
    w = small_world()
    for actor, men in ((USA, 1100.0), (FRANCE, 1450.0), (FIRST_PARTNER + 3, 120.0)):
        assert arrive(w, actor, NER, men) == R_OK
    assert mechanism.mu_shift(w.states, P, NER) == pytest.approx(0.05)
    assert mechanism.mu_shift(w.states, P, MLI) == 0.0
    assert leave(w, FRANCE, NER, 0.0) == R_OK
    assert mechanism.mu_shift(w.states, P, NER) == pytest.approx(0.05 * 0.7)
    assert leave(w, USA, NER, 0.0) == R_OK
    assert mechanism.mu_shift(w.states, P, NER) == pytest.approx(0.05 * 0.1)


def test_russia_changes_operations_only_where_it_is_strong_enough() -> None:
    w = small_world()
    arrive(w, RUSSIA, MLI, 1000.0)
    arrive(w, RUSSIA, NER, 100.0)
    assert mechanism.op_kills_factor(w.states, P, MLI) == 1.3
    assert mechanism.mu_factor(w.states, P, MLI) == 0.8
    assert mechanism.op_kills_factor(w.states, P, NER) == 1.0
    assert mechanism.mu_factor(w.states, P, NER) == 1.0


def test_repairs_grow_six_percent_a_month_and_by_half_once_the_us_left() -> None:
    w = small_world(start=date(2023, 7, 26))
    arrive(w, USA, NER, 1100.0)

    def factor(western: int, s: int = NER) -> float:
        return mechanism.repair_factor(w.clock, w.states, P, POLITICS, s, western)

    assert factor(1) == 1.0
    w.clock.day[0] = 365
    grown = 1.06 ** (365 / 30.4375)
    assert factor(1) == pytest.approx(grown)
    assert factor(0) == 1.0
    assert factor(1, MLI) == 1.0
    leave(w, USA, NER, 0.0)
    assert factor(1) == pytest.approx(1.5 * grown)
    w.states.sanction[NER] = 1.0
    assert factor(0) == pytest.approx(1.0 + POLITICS.sanction_repair)
    assert factor(1) == pytest.approx(1.5 * grown * (1.0 + POLITICS.sanction_repair))
    for nobody in (-1, RUSSIA):
        assert factor(1, nobody) == 1.0


def test_arrival_and_departure_are_logged_with_their_order() -> None:
    w = small_world()
    assert arrive(w, FRANCE, NER, 1450.0) == R_OK
    assert leave(w, FRANCE, NER, 450.0) == R_OK
    assert w.states.partner_men[FRANCE - FIRST_PARTNER, NER] == 1000.0
    assert leave(w, FRANCE, NER, 5000.0) == R_OK
    assert w.states.partner_men[FRANCE - FIRST_PARTNER, NER] == 0.0
    rows = w.events.row[: w.events.count[0]]
    assert rows[:, 1].tolist() == [PARTNER_ARRIVES, PARTNER_LEAVES, PARTNER_LEAVES, WITHDRAWAL]
    assert rows[:, 5].tolist() == [1, 1, 1, 1]
    assert rows[:, 6].tolist() == [7, 8, 8, 8]
    assert w.events.number[:4, 4].tolist() == [1450.0, 450.0, 1000.0, 1000.0]
    assert leave(w, FRANCE, NER, 0.0) == R_NOT_SO
    assert arrive(w, FRANCE, NER, 0.0) == R_RANGE


def test_joint_force_grows_to_its_target_and_is_operational_once() -> None:
    w = small_world(days=1000)
    assert mechanism.joint_force_total(w.clock, w.states, P) == 0.0
    row, number = order(NER, -1, 5000.0)
    w.clock.day[0] = 10
    assert mechanism.apply_form_joint_force(w.clock, w.states, row, number) == R_OK
    strengths = []
    for day in range(10, 900):
        w.clock.day[0] = day
        mechanism.partners_day(w.clock, w.geography, w.land, w.states, w.events, P)
        strengths.append(mechanism.joint_force_total(w.clock, w.states, P))
    assert np.all(np.diff(strengths) > 0.0)
    assert strengths[0] == 0.0
    x = 654 / P.joint_force_tau_d
    assert strengths[654] == pytest.approx(5000.0 * (1.0 - (1.0 + x) * math.exp(-x)))
    assert strengths[654] == pytest.approx(4750.0, rel=0.002)
    assert w.events.count[0] == 1
    assert w.events.row[0, 1] == JOINT_FORCE_OPERATIONAL
    assert w.events.row[0, 0] == 10 + next(k for k, f in enumerate(strengths) if f >= 4750.0)
    usable = mechanism.joint_force_men(w.clock, w.states, P, MLI)
    assert usable == pytest.approx(strengths[-1] / 3.0)


def test_the_joint_force_stands_with_the_garrisons_near_the_tri_border() -> None:
    w = small_world(5)
    w.geography.tri_border[1:4] = 1
    w.land.garrison[2] = 0.0
    w.states.joint_force_day[0], w.states.joint_force_target[0] = 0, 6000.0
    w.clock.day[0] = 5_000  # long complete
    mechanism.partners_day(w.clock, w.geography, w.land, w.states, w.events, P)
    assert w.land.joint_troops == pytest.approx([0.0, 1000.0, 0.0, 1000.0, 0.0])
    engagement = parameters("engagement")
    assert defence(engagement, w.land, 3) == pytest.approx(1200.0)
    w.land.holder[1] = JNIM  # what is lost is left
    mechanism.partners_day(w.clock, w.geography, w.land, w.states, w.events, P)
    assert w.land.joint_troops == pytest.approx([0.0, 0.0, 0.0, 2000.0, 0.0])


def test_a_second_order_changes_the_target_not_the_start() -> None:
    w = small_world()
    for day, target in ((5, 5000.0), (50, 2000.0)):
        w.clock.day[0] = day
        row, number = order(NER, -1, target)
        mechanism.apply_form_joint_force(w.clock, w.states, row, number)
    assert w.states.joint_force_day[0] == 5
    assert w.states.joint_force_target[0] == 2000.0


def test_influence_is_a_share_that_moves_with_presence() -> None:
    w = small_world()
    assert mechanism.influence(w.states, P, 0) == 0.0
    arrive(w, FRANCE, NER, 1450.0)
    arrive(w, USA, NER, 1100.0)
    shares = [mechanism.influence_in(w.states, P, p, NER) for p in range(6)]
    assert sum(shares) == pytest.approx(1.0)
    assert mechanism.influence(w.states, P, FRANCE - FIRST_PARTNER) == pytest.approx(shares[2] / 3)
    leave(w, FRANCE, NER, 0.0)
    assert mechanism.influence_in(w.states, P, USA - FIRST_PARTNER, NER) == pytest.approx(1.0)


def test_at20_pooling_of_three_equal_reserves() -> None:
    """AT20: what one joint reserve saves over three separate ones."""
    for correlation, ratio in ((0.0, 0.5774), (0.3, 0.7303), (1.0, 1.0)):
        assert pooling_ratio(3, correlation) == pytest.approx(ratio, abs=5e-5)
        matrix = np.full((3, 3), correlation) + (1.0 - correlation) * np.eye(3)
        separate = 3 * 1.64 * 20.0
        assert pooled_reserve(1.64, [20.0] * 3, matrix) / separate == pytest.approx(ratio, abs=5e-5)

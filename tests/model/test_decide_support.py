"""The policy of support: quantal response, capability, need, and what the airlift changes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sahelsim.model.decisions import support as policy
from sahelsim.model.mechanisms import support as mechanism
from sahelsim.model.mechanisms.alliance import AIRLIFT, ROAD, TROOPS
from sahelsim.model.orders import HONOUR_SUPPORT, REFUSE_SUPPORT, REQUEST_SUPPORT
from sahelsim.model.world import BROKEN, World, copy_world, worlds_equal
from sahelsim.theatre.actors import BFA, MLI, NER
from tests.model.small_world import parameters
from tests.model.test_alliance import AIR, P, three_states

POLITICS = parameters("politics")


def decide(w: World, s: int) -> list[list[float]]:
    """Verb, other state, kind and level of each order proposed."""
    first = w.orders.count[0]
    policy.decide_support(
        w.clock, w.geography, w.airfields, w.types, w.land, w.groups, w.states, w.fleet, w.fields,
        w.orders, AIR, P, POLITICS, s,
    )  # fmt: skip
    last = w.orders.count[0]
    return np.column_stack([w.orders.row[first:last, 2:5], w.orders.number[first:last, 0]]).tolist()


@pytest.mark.parametrize("slope", [-2.0, -0.3, 0.0, 0.4, 3.0])
@pytest.mark.parametrize("fixed", [0.0, 1.0])
def test_levels_follow_the_logit(slope: float, fixed: float) -> None:
    n = 4000
    levels = [policy.quantal_level(slope, fixed, 7, 1.5, (k + 0.5) / n) for k in range(n)]
    assert levels == sorted(levels)
    weight = [math.exp(1.5 * (slope * q - (fixed if q else 0.0))) for q in range(8)]
    expected = np.array(weight) / sum(weight)
    np.testing.assert_allclose(np.bincount(levels, minlength=8) / n, expected, atol=1.5 / n)


def test_choice_limits() -> None:
    assert policy.quantal_level(5.0, 0.0, 0, 1.5, 0.99) == 0
    assert policy.quantal_level(1.0, 0.0, 7, 1e4, 0.01) == 7
    assert policy.quantal_level(-1.0, 0.0, 7, 1e4, 0.99) == 0
    even = [policy.quantal_level(3.0, 1.0, 3, 0.0, u) for u in (0.2, 0.3, 0.6, 0.8)]
    assert even == [0, 1, 2, 3]


def test_utility_has_the_terms_of_its_equation() -> None:
    got = policy.utility_per_day(P, 0.8, 0.25, 0.5, AIRLIFT, 2.0, 1)
    assert got == pytest.approx(0.4 * 2.0 + 0.3 + 0.3 * 0.75 * 0.8 - 0.5 - 0.5 - 0.3 * 0.1 * 4.0)

    def utility(trust: float, precedent: float, pressure: float, fall: float) -> float:
        return policy.utility_per_day(P, trust, precedent, pressure, TROOPS, fall, 0)

    base = utility(0.5, 0.0, 0.2, 1.0)
    assert utility(0.9, 0.0, 0.2, 1.0) > base
    assert utility(0.5, 0.5, 0.2, 1.0) < base
    assert utility(0.5, 0.0, 0.9, 1.0) < base
    assert utility(0.5, 0.0, 0.2, 3.0) > base


def test_beliefs_fall_with_help_and_vanish_without_need() -> None:
    w = three_states()
    assert mechanism.airlift_fall(w.land, 1, 10.0, P) == 0.0
    short, long = (mechanism.airlift_fall(w.land, 2, t, P) for t in (0.1, 10.0))
    assert 0.0 < short < long == pytest.approx(1.0 - math.exp(-P.belief_hunger * 70.0))
    w.land.food_days[1] = 5.0
    assert mechanism.airlift_fall(w.land, 1, 10.0, P) > long
    assert mechanism.longer(20.0, 1000.0, 1.25, P) == pytest.approx(40.0)
    w.groups.fighters[1, 2] = 400.0
    fall = mechanism.troops_fall(
        MLI, w.geography.country, w.land.holder, w.land.garrison, w.groups.fighters, P
    )
    assert fall == pytest.approx(
        math.exp(-0.045 * (400 / 580) ** 2) - math.exp(-0.045 * (400 / 230) ** 2)
    )


def test_a_full_depot_needs_no_convoy() -> None:
    w = three_states()
    args = (MLI, w.geography.country, w.land.garrison)
    assert mechanism.convoy_fall(*args, w.states.depot_t, P) == 0.0
    w.states.depot_t[MLI] = 10.0
    assert 0.0 < mechanism.convoy_fall(*args, w.states.depot_t, P) < 0.2


def test_capability_gates_every_kind() -> None:
    limit = mechanism.most_level
    assert limit(P, AIRLIFT, 0.0, -1, 1e6, 1e6, 1) == 0
    assert limit(P, AIRLIFT, 0.0, 0, 0.0, 0.0, 0) == 7
    assert limit(P, AIRLIFT, 0.3, 0, 0.0, 0.0, 0) == 4
    assert limit(P, ROAD, 0.0, -1, 1000.0, 0.0, 0) == 4
    assert limit(P, ROAD, 0.0, -1, 10.0, 0.0, 0) == 0
    assert limit(P, TROOPS, 0.0, -1, 0.0, 1000.0, 1) == 6
    assert limit(P, TROOPS, 0.0, -1, 0.0, 1000.0, 0) == 0


def test_a_state_in_need_asks_whom_it_trusts_most_and_who_can_help() -> None:
    w = three_states()
    assert decide(w, MLI) == [[REQUEST_SUPPORT, NER, AIRLIFT, 0.0]]  # only Niger has aircraft
    w = three_states()
    w.fleet.owner[1] = w.fleet.user[1] = BFA
    w.states.honoured[MLI, BFA] = 3.0
    assert decide(w, MLI) == [[REQUEST_SUPPORT, BFA, AIRLIFT, 0.0]]
    w.states.request[MLI, NER, AIRLIFT] = 1
    assert decide(w, MLI) == []
    w = three_states()
    w.fleet.status[:] = BROKEN
    assert decide(w, MLI) == []


def test_without_need_nobody_asks_and_nothing_else_changes() -> None:
    w = three_states()
    w.land.besieged[:] = 0
    before = copy_world(w)
    for s in (MLI, NER, BFA):
        assert decide(w, s) == []
    assert worlds_equal(w, before)


def test_every_waiting_request_gets_one_answer_within_the_limit() -> None:
    w = three_states()
    w.groups.fighters[1, 2] = 400.0
    w.states.request[MLI, NER, :] = 1
    w.states.threat[NER] = 1.0
    for day in range(0, 700, 7):
        w.clock.day[0] = day
        answers = [row for row in decide(w, NER) if row[0] != REQUEST_SUPPORT]
        assert [row[2] for row in answers] == [AIRLIFT, ROAD, TROOPS]
        for verb, other, kind, level in answers:
            assert other == MLI
            assert (verb == HONOUR_SUPPORT) == (level > 0)
            assert verb in (HONOUR_SUPPORT, REFUSE_SUPPORT)
            assert level <= 4 or kind == ROAD


def honoured_share(w: World) -> float:
    granted = 0
    for day in range(0, 2100, 7):
        w.clock.day[0] = day
        granted += decide(w, MLI)[0][0] == HONOUR_SUPPORT
    return granted / 300


def test_the_airlift_received_makes_mali_readier_to_help_niger() -> None:
    """The causal chain of the precedent: honoured airlift -> trust -> later support."""

    def asked() -> World:
        w = three_states()
        w.land.besieged[:] = 0
        w.states.request[NER, MLI, TROOPS] = 1
        w.groups.fighters[1, 0] = 150.0
        w.states.pressure[MLI] = 5.0
        return w

    before, after, sanctioned = asked(), asked(), asked()
    after.states.honoured[MLI, NER] = 15.0
    sanctioned.states.sanction[NER] = 1.0
    base = honoured_share(before)
    assert 0.1 < base < 0.95
    assert honoured_share(after) > base + 0.02
    assert honoured_share(sanctioned) < base - 0.02

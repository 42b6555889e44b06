"""The alliance: memory, indices and support in kind, with every tonne and man accounted for."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.model.events import SUPPORT_HONOURED, SUPPORT_REFUSED, TREATY
from sahelsim.model.mechanisms import alliance as mechanism
from sahelsim.model.mechanisms import support
from sahelsim.model.mechanisms.alliance import AIRLIFT, ROAD, TROOPS, AllianceParameters
from sahelsim.model.orders import (
    R_BUSY,
    R_DEPOT_EMPTY,
    R_NO_PERMIT,
    R_NOT_SO,
    R_OK,
    R_SELF,
    R_TOO_FEW_MEN,
)
from sahelsim.model.world import BROKEN, O_ACTOR, O_I0, ORDER_COLUMNS, World
from sahelsim.planner.alliance import BetaTrust
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import BFA, MLI, NER
from tests.model.small_world import parameters, small_world

P = parameters("alliance")
AIR = parameters("airlift")


def three_states() -> World:
    """Place 0 in Niger with its aircraft, 1 and 2 in Mali (2 besieged), 3 in Burkina Faso."""
    w = small_world(4, 4, 2)
    for country in (w.geography.country, w.land.holder, w.airfields.country):
        country[:] = [NER, MLI, MLI, BFA]
    w.geography.capital[:] = [1, 0, 3]
    w.fleet.owner[:] = NER
    w.fleet.user[:] = NER
    w.land.besieged[2] = 1
    w.land.food_days[:] = 20.0
    return w


def order(actor: int, other: int, kind: int = -1, level: float = 0.0) -> tuple:
    row = np.full(ORDER_COLUMNS, -1, dtype=np.int64)
    row[O_ACTOR], row[O_I0], row[O_I0 + 1] = actor, other, kind
    return row, np.array([level, 0.0, 0.0])


def honour(w: World, giver: int, receiver: int, kind: int, level: float) -> int:
    row, number = order(giver, receiver, kind, level)
    return support.apply_honour_support(
        w.clock, w.geography, w.airfields, w.types, w.land, w.states, w.fleet, w.fields, w.ledger,
        w.events, AIR, P, row, number, 9,
    )  # fmt: skip


def refuse(w: World, refuser: int, asker: int, kind: int) -> int:
    row, _ = order(refuser, asker, kind)
    return mechanism.apply_refuse_support(
        w.clock, w.geography, w.states, w.ledger, w.events, row, 9
    )


def ask(w: World, asker: int, asked: int, kind: int) -> int:
    return mechanism.apply_request_support(w.states, order(asker, asked, kind)[0])


def week(w: World) -> None:
    mechanism.alliance_week(w.clock, w.geography, w.states, w.fleet, w.ledger, w.events, P)


def stocks(w: World) -> np.ndarray:
    return w.states.depot_t.sum(axis=0) + w.land.stock_t.sum(axis=0)


def test_parameters_are_those_of_the_register() -> None:
    names = {id.split(".")[1] for id in load_theatre().parameters.ids if id.startswith("alliance.")}
    assert names == set(AllianceParameters._fields)


def test_at21_eight_honoured_weeks_then_a_refusal() -> None:
    """AT21: .9072, then .8163, through the orders and the week, as the planner has it."""
    w = three_states()
    oracle = BetaTrust()
    for _ in range(8):
        assert honour(w, NER, MLI, TROOPS, P.full_level) == R_OK
        week(w)
        oracle = oracle.after(honoured=1.0, memory=P.memory)
    assert mechanism.trust(w.states, MLI, NER) == pytest.approx(0.9072, abs=5e-5)
    assert mechanism.trust(w.states, MLI, NER) == pytest.approx(oracle.trust, rel=1e-12)
    ask(w, MLI, NER, TROOPS)
    assert refuse(w, NER, MLI, TROOPS) == R_OK
    week(w)
    oracle = oracle.after(refused=1.0, memory=P.memory)
    assert mechanism.trust(w.states, MLI, NER) == pytest.approx(0.8163, abs=5e-5)
    assert mechanism.trust(w.states, MLI, NER) == pytest.approx(oracle.trust, rel=1e-12)
    assert mechanism.trust(w.states, NER, MLI) == pytest.approx(0.5)


def test_trust_never_becomes_undefined() -> None:
    w = three_states()
    w.states.honoured[...] = 0.0
    w.states.refused[...] = 0.0
    for _ in range(5000):
        week(w)
    assert mechanism.trust(w.states, MLI, NER) == 0.5
    assert np.all(w.states.honoured[~np.eye(3, dtype=bool)] >= 1e-6)


def test_airlift_support_moves_tonnes_from_depot_to_the_hungriest_garrison() -> None:
    w = three_states()
    before, tonnes = stocks(w), 3 * 10.886
    assert honour(w, NER, MLI, AIRLIFT, 3.0) == R_OK
    np.testing.assert_allclose(stocks(w), before)
    assert w.land.stock_t[2].sum() == pytest.approx(90.0 + tonnes)
    assert w.states.depot_t[NER].sum() == pytest.approx(30_000.0 - tonnes)
    assert w.ledger.air_t[NER].tolist() == pytest.approx([tonnes, tonnes, 0.0, 0.0])
    assert w.ledger.air_class_t.sum() == pytest.approx(tonnes)
    assert w.ledger.air_place_t.tolist() == pytest.approx([0.0, 0.0, tonnes, 0.0])
    assert w.ledger.air_tonne_km[0] == pytest.approx(tonnes * 1000.0)
    assert w.fleet.hold_until.tolist() == [3, 0]  # one of the two tails is away for three days
    assert w.fleet.hours[0] == pytest.approx(6 * (1000.0 / 540.0 + AIR.leg_fixed_h))
    assert w.ledger.support[NER, MLI, AIRLIFT] == 3.0
    assert w.ledger.new_support.tolist() == pytest.approx([1.0, tonnes])
    assert w.events.row[0, [1, 2, 3, 4, 5, 6]].tolist() == [SUPPORT_HONOURED, 2, NER, MLI, 1, 9]
    assert honour(w, NER, MLI, AIRLIFT, 1.0) == R_OK  # the other tail
    assert w.ledger.new_support[0] == 1.0
    assert honour(w, NER, MLI, AIRLIFT, 1.0) == R_BUSY


def test_airlift_support_needs_an_aircraft_a_need_a_permit_and_supplies() -> None:
    for spoil in ("broken", "lent", "fed", "permit"):
        w = three_states()
        if spoil == "broken":
            w.fleet.status[:] = BROKEN
        elif spoil == "lent":
            w.fleet.user[:] = MLI
        elif spoil == "fed":
            w.land.besieged[:] = 0
        else:
            w.states.permit[MLI, NER, :] = 0
        assert honour(w, NER, MLI, AIRLIFT, 2.0) == R_BUSY, spoil
        assert w.ledger.support.sum() == 0.0
    w = three_states()
    w.states.depot_t[NER] = 0.0
    assert honour(w, NER, MLI, AIRLIFT, 2.0) == R_DEPOT_EMPTY
    w.states.depot_t[NER, 0] = 5.0
    assert honour(w, NER, MLI, AIRLIFT, 2.0) == R_OK
    assert 0.0 <= w.states.depot_t[NER, 0] < 5.0


def test_convoy_support_moves_the_depots_mix_and_conserves_each_class() -> None:
    w = three_states()
    w.states.depot_t[BFA] = [600.0, 300.0, 100.0]
    before = stocks(w)
    assert honour(w, BFA, NER, ROAD, 4.0) == R_OK
    np.testing.assert_allclose(stocks(w), before)
    np.testing.assert_allclose(w.states.depot_t[BFA], [540.0, 270.0, 90.0])
    w.states.depot_t[BFA] = 0.0
    assert honour(w, BFA, NER, ROAD, 4.0) == R_DEPOT_EMPTY


def test_lent_troops_go_home_after_the_week_and_men_are_conserved() -> None:
    w = three_states()
    assert honour(w, NER, MLI, TROOPS, 4.0) == R_OK
    assert w.states.reserve.tolist() == [1200.0, 800.0, 1000.0]
    w.states.reserve[MLI] -= 1100.0  # the receiver has sent most of them to a garrison
    w.land.garrison[1] += 1100.0
    week(w)
    assert w.states.reserve.tolist() == [0.0, 900.0, 1000.0]
    week(w)
    assert w.states.reserve.tolist() == [0.0, 900.0, 1000.0]
    w.states.permit[MLI, NER, 2] = 0
    assert honour(w, NER, MLI, TROOPS, 1.0) == R_NO_PERMIT
    w.states.permit[MLI, NER, 2] = 1
    w.states.reserve[NER] = 10.0
    assert honour(w, NER, MLI, TROOPS, 1.0) == R_TOO_FEW_MEN
    assert honour(w, NER, NER, TROOPS, 1.0) == R_SELF


def fly(w: World, tail: int, days: list[int]) -> None:
    for day in days:
        w.fleet.crew_hours[tail, day % 30] = 7.0


def test_a_loan_counts_by_the_days_really_flown() -> None:
    w = three_states()
    w.fleet.user[0] = MLI
    w.clock.day[0] = 34
    fly(w, 0, [20, 28, 30, 34])  # day 20 lies outside the week
    fly(w, 1, [29, 31])  # not lent
    week(w)
    assert w.ledger.support[NER, MLI, AIRLIFT] == 3.0
    assert w.ledger.support.sum() == 3.0
    assert w.states.support_kinds[NER, MLI, AIRLIFT] == 1
    assert w.ledger.new_support.tolist() == [0.0, 0.0]
    assert mechanism.trust(w.states, MLI, NER) == pytest.approx(
        BetaTrust().after(honoured=1.0, memory=P.memory).trust
    )
    assert w.events.row[0, [1, 3, 4, 5, 6]].tolist() == [SUPPORT_HONOURED, NER, MLI, 6, 0]
    assert w.states.support_level.sum() == 0.0


def test_one_sortie_day_counts_half_of_two_and_none_counts_nothing() -> None:
    trusts = []
    for days in ([], [1], [1, 3], [1, 3, 5]):
        w = three_states()
        w.fleet.user[0] = MLI
        w.clock.day[0] = 6
        fly(w, 0, days)
        week(w)
        trusts.append(w.states.honoured[MLI, NER] - P.memory)
    assert trusts == pytest.approx([0.0, 0.5, 1.0, 1.0])


def test_the_loan_raises_the_precedent_index() -> None:
    with_loan, without = three_states(), three_states()
    with_loan.fleet.user[0] = MLI
    for number in range(20):
        for w in (with_loan, without):
            w.clock.day[0] = 7 * number + 6
            fly(w, 0, [7 * number + 2, 7 * number + 4])
            week(w)
    assert mechanism.precedent_index(without.states) == 0.0
    expected = mechanism.mean_trust(with_loan.states) / 18.0
    assert mechanism.precedent_index(with_loan.states) == pytest.approx(expected)
    assert mechanism.mean_trust(with_loan.states) > mechanism.mean_trust(without.states)


def test_cohesion_multiplies_trust_equal_burdens_and_kept_requests() -> None:
    w = three_states()
    assert mechanism.cohesion(w.states) == pytest.approx(0.5)
    w.states.burden[:] = [0.0, 3.0, 0.0]
    assert mechanism.gini(w.states.burden) == pytest.approx(2 / 3)
    assert mechanism.cohesion(w.states) == pytest.approx(0.5 / 3)
    w.states.asked_90d[0], w.states.refused_90d[0] = 4.0, 1.0
    assert mechanism.cohesion(w.states) == pytest.approx(0.5 / 3 * 0.75)
    w.states.burden[:] = 2.0
    assert mechanism.gini(w.states.burden) == 0.0


def test_burden_index_is_zero_when_all_give_what_they_get() -> None:
    w = three_states()
    assert mechanism.burden_index(w.states) == 0.0
    w.states.burden[:] = [1.0, 2.0, 3.0]
    w.states.benefit[:] = [2.0, 4.0, 6.0]
    assert mechanism.burden_index(w.states) == pytest.approx(0.0)
    w.states.burden[:] = [0.0, 5.0, 0.0]
    w.states.benefit[:] = [5.0, 0.0, 0.0]
    assert mechanism.burden_index(w.states) == pytest.approx(1.0)


def test_requests_wait_are_refused_once_and_fade() -> None:
    w = three_states()
    assert ask(w, MLI, MLI, AIRLIFT) == R_SELF
    assert refuse(w, NER, MLI, AIRLIFT) == R_NOT_SO
    assert ask(w, MLI, NER, AIRLIFT) == R_OK
    assert ask(w, MLI, NER, AIRLIFT) == R_NOT_SO
    assert refuse(w, NER, MLI, AIRLIFT) == R_OK
    assert w.ledger.refusals[NER, MLI] == 1.0
    assert w.events.row[0, 1] == SUPPORT_REFUSED
    assert mechanism.refused_share(w.states) == 1.0
    week(w)
    assert w.states.asked_90d[0] == pytest.approx(np.exp(-7 / 90))
    assert ask(w, MLI, NER, AIRLIFT) == R_OK
    assert honour(w, NER, MLI, AIRLIFT, 2.0) == R_OK
    assert w.states.request.sum() == 0
    assert 0.0 < mechanism.refused_share(w.states) < 0.5


def test_a_treaty_binds_both_sides_and_is_logged() -> None:
    w = three_states()
    row, number = order(MLI, NER, level=4.0)
    code = mechanism.apply_sign_treaty(w.clock, w.geography, w.states, w.events, P, row, number, 2)
    assert code == R_OK
    assert mechanism.trust(w.states, MLI, NER) == pytest.approx(5 / 6)
    assert mechanism.trust(w.states, NER, MLI) == pytest.approx(5 / 6)
    assert mechanism.trust(w.states, NER, BFA) == 0.5
    assert w.events.row[0, 1] == TREATY

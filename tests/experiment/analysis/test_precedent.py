"""What counts as precedent, the parts that add up, and the loan taken out of real runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment.analysis.arms import run_case
from sahelsim.experiment.analysis.precedent import (
    ABLATIONS,
    MECHANISMS,
    Loan,
    arms_of,
    draw,
    effects,
    futures,
    loan_of,
    measure_of,
    mechanism_parts,
    prior,
    tally,
)
from sahelsim.scenario import cut, load_scenario
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import STATES
from tests.experiment.analysis.tables import uniforms

MLI, NER = STATES.index("mli"), STATES.index("ner")


def test_the_loan_is_that_of_the_c130s() -> None:
    loan = loan_of(load_scenario("precedent"))
    assert loan == Loan(("lend-5u-mbh", "lend-5u-mms"), frozenset({(NER, MLI)}), 0)
    with pytest.raises(InputError) as caught:
        loan_of(load_scenario("no-airlift"))
    assert caught.value.code == "SS4210"


def test_grants_are_tallied_within_each_horizon() -> None:
    days = np.array([0, 10, 180, 181, 365, 366])
    what = np.array([[0, 1, 0], [0, 1, 1], [0, 1, 1], [2, 0, 2], [2, 0, 2], [1, 0, 0]])
    levels = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    found = tally(days, what, levels, (10.0, 25.0, 5.0), (180, 365))
    # the day of the loan itself and what comes after the horizon are left out
    assert found == {
        "new_kinds_180": 1.0, "grants_180": 2.0, "sortie_days_180": 5.0, "tonnes_180": 125.0,
        "new_kinds_365": 2.0, "grants_365": 4.0, "sortie_days_365": 14.0, "tonnes_365": 170.0,
    }  # fmt: skip


def test_the_parts_of_a_mechanism_add_up() -> None:
    arms = dict(zip(ABLATIONS, uniforms(5, 30), strict=True))
    parts = mechanism_parts(arms)
    assert tuple(parts) == MECHANISMS
    assert sum(parts.values()) == pytest.approx(arms["full"])
    # an effect that trust alone carries is booked to trust alone
    only = {name: np.array([0.0 if "trust" in name or name == "blind" else 3.0]) for name in arms}
    booked = {name: float(part[0]) for name, part in mechanism_parts(only).items()}
    assert booked == {"trust": 3.0, "reputation": 0.0, "threat": 0.0, "capability": 0.0}


def test_effects_come_from_the_runs_of_all_futures() -> None:
    rows = [
        {"future": future, "arm": arm, "replicate": j, "grants_180": value, "new_kinds_180": 1.0,
         "sortie_days_180": value, "tonnes_180": value}
        for future in range(30)
        for j in range(2)
        for arm, value in (("full", 2.0 + future % 3 + j), ("full/without", 1.0 + j))
    ]  # fmt: skip
    found = {item.quantity: item for item in effects(pd.DataFrame(rows))}
    grants = found["grants"]
    assert (grants.horizon, grants.effect) == (180, 2.0)
    assert (grants.with_loan, grants.without_loan) == (3.5, 1.5)
    assert grants.by_future.tolist()[:3] == [1.0, 2.0, 3.0]
    assert (grants.positive, grants.negative, grants.shares) == (1.0, 0.0, {})
    assert grants.low < 2.0 < grants.high
    assert grants.told
    assert grants.compared is not None
    assert grants.compared.family == 4
    assert not found["new_kinds"].told


def test_a_single_future_has_no_interval() -> None:
    rows = [
        {"future": 0, "arm": arm, "replicate": 0, **dict.fromkeys(
            ("grants_180", "new_kinds_180", "sortie_days_180", "tonnes_180"), value)}
        for arm, value in (("full", 2.0), ("full/without", 1.0))
    ]  # fmt: skip
    grants = effects(pd.DataFrame(rows))[1]
    assert grants.effect == 1.0
    assert np.isnan(grants.low)
    assert not grants.told


def test_futures_cover_the_whole_prior() -> None:
    draws = futures(40, seed=1)
    records = {record.id: record for record in prior()}
    assert list(draws.columns) == list(records)
    assert "alliance.max_level" not in draws  # fixed
    for id, record in records.items():
        low, high, span = draws[id].min(), draws[id].max(), record.high - record.low
        assert record.low <= low
        assert high <= record.high
        if record.distribution == "uniform":
            # a Latin hypercube has one draw in each fortieth
            assert np.unique(np.floor(40 * (draws[id] - record.low) / span)).size >= 39
    assert futures(40, seed=1).equals(draws)
    assert not futures(40, seed=2).equals(draws)
    correlation = np.corrcoef(draws.to_numpy().T) - np.eye(draws.shape[1])
    assert abs(correlation).max() < 0.65


def test_draws_have_the_ends_and_the_middle_of_their_prior() -> None:
    parameters = load_theatre().parameters
    even = parameters.record("alliance.reciprocity")
    assert [draw(even, u) for u in (0.0, 0.5, 1.0)] == [0.0, 1.0, 2.0]
    logs = parameters.record("alliance.belief_assault")
    assert draw(logs, 0.5) == pytest.approx(np.sqrt(logs.low * logs.high))


def test_arms_share_draws_and_differ_by_the_loan_alone(tmp_path: Path) -> None:
    plan = cut(load_scenario("precedent"), 60)
    loan = loan_of(plan)
    values = {str(key): float(value) for key, value in futures(3, 1).loc[1].items()}
    arms = arms_of(plan, loan, values)
    assert len(arms) == 2 * len(ABLATIONS)
    gone = {order.id for order in arms["full"].plan.orders} - {
        order.id for order in arms["full/without"].plan.orders
    }
    assert gone == set(loan.orders)
    assert arms["no_trust"].plan.parameters["alliance.reciprocity"] == 0.0
    assert arms["full"].plan.parameters["alliance.reciprocity"] == values["alliance.reciprocity"]
    measure = measure_of(plan, loan, values)
    assert measure.horizons == (59,)
    assert measure.tonnes[1] == values["alliance.convoy_t"]
    two = {name: arms[name] for name in ("full", "full/without")}
    frame = run_case("one", two, 2, 5, measure=measure, folder=tmp_path, workers=1)
    assert frame[["arm", "replicate"]].to_numpy().tolist() == [
        ["full", 0], ["full", 1], ["full/without", 0], ["full/without", 1]
    ]  # fmt: skip
    assert run_case("one", two, 2, 5, measure=measure, folder=tmp_path).equals(frame)

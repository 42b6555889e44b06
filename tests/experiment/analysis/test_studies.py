"""Light runs, levers and marginal values: equal to the engine's own runs, and resumable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment import run
from sahelsim.experiment.analysis.arms import Arm, grid, run_case, with_parameters
from sahelsim.experiment.analysis.lever import find_lever
from sahelsim.experiment.analysis.value import (
    BASE,
    TAIL,
    arms_of,
    levers,
    tightest_stop,
    values_of,
)
from sahelsim.model.build import template
from sahelsim.scenario import Scenario, cut, load_scenario

DAYS = 20


@pytest.fixture(scope="module")
def plan() -> Scenario:
    return cut(load_scenario("documented-2023"), DAYS)


def test_light_runs_are_the_runs_of_the_engine(plan: Scenario) -> None:
    frame = run_case("c", {"a": Arm(plan)}, 3, 5, workers=2)
    wanted = run(plan, 3, seed=5, workers=1).outcomes
    for id in ("military_deaths", "tonnes_delivered", "kidal_day", "civilian_deaths"):
        assert frame[id].tolist() == pytest.approx(wanted[id].astype(float).tolist(), nan_ok=True)


def test_runs_stand_in_the_order_of_arms_and_replicates(plan: Scenario) -> None:
    short = cut(plan, 3)
    arms = {name: Arm(short) for name in "ba"}
    frame = run_case("c", arms, 10, 5, workers=4)
    assert list(zip(frame["arm"], frame["replicate"], strict=True)) == [
        (arm, j) for arm in "ba" for j in range(10)
    ]
    with pytest.raises(ZeroDivisionError):
        run_case("c", arms, 10, 5, measure=lambda world, names: {"a": 1 / 0}, workers=4)


def test_a_finished_case_is_read_and_never_mixed_with_another(
    plan: Scenario, tmp_path: Path
) -> None:
    counted: list[int] = []
    first = run_case("c", {"a": Arm(plan)}, 2, 5, folder=tmp_path, progress=counted.append)
    assert sum(counted) == 2
    again = run_case("c", {"a": Arm(plan)}, 2, 5, folder=tmp_path, progress=counted.append)
    assert counted == [1, 1, 2]
    pd.testing.assert_frame_equal(first, again)
    other = {"a": Arm(with_parameters(plan, {"airlift.crew_ratio": 2.0}))}
    for arms, replicates, seed in (
        ({"a": Arm(plan)}, 2, 6),
        (other, 2, 5),
        ({"a": Arm(plan)}, 3, 5),
    ):
        with pytest.raises(InputError) as caught:
            run_case("c", arms, replicates, seed, folder=tmp_path)
        assert caught.value.code == "SS4209"
    ramp = {"a": Arm(plan, {"GATS": 1})}
    with pytest.raises(InputError, match="another study"):
        run_case("c", ramp, 2, 5, folder=tmp_path)


def test_a_ramp_slot_is_one_more_and_only_in_its_arm(plan: Scenario) -> None:
    shared = template(plan)
    before = shared.start.airfields.mog.copy()
    more = Arm(plan, {"GATS": 1}).world(shared, 1, 0)
    change = more.airfields.mog - Arm(plan).world(shared, 1, 0).airfields.mog
    assert change[shared.names.airfields.index("GATS")] == 1.0
    assert abs(change).sum() == 1.0
    assert (shared.start.airfields.mog == before).all()


def test_levers_add_one_of_each(plan: Scenario) -> None:
    found = {lever.name: lever for lever in levers(plan)}
    assert set(found) == {"tail", "ramp", "crew", "escort"}
    tail = found["tail"].arm.plan
    assert set(tail.aircraft) == {TAIL}
    assert tail.aircraft[TAIL].type == "c130h"
    first = plan.order("lend-5u-mbh").arguments
    assert dict(tail.order("one-more-tail").arguments) == {**first, "tail": TAIL}
    assert found["ramp"].arm.ramp == {tightest_stop([plan.order("lend-5u-mbh")]): 1}
    assert found["crew"].arm.plan.parameters["airlift.crew_ratio"] == 2.0
    assert found["escort"].arm.plan.parameters["convoy.escort_low"] == 60.0
    assert list(arms_of(plan, list(found.values()))) == [BASE, *found]
    # without a loan there is no circuit to add a tail to
    bare = cut(load_scenario("no-airlift"), DAYS)
    assert {lever.name for lever in levers(bare)} == {"crew", "escort"}


def test_a_lever_at_the_top_of_its_range_is_left_out(plan: Scenario) -> None:
    full = with_parameters(plan, {"airlift.crew_ratio": 2.0})
    assert "crew" not in {lever.name for lever in levers(full)}


def test_one_more_tail_delivers_more(plan: Scenario) -> None:
    chosen = [lever for lever in levers(plan) if lever.name == "tail"]
    frame = run_case("v", arms_of(plan, chosen), 4, 1, workers=2)
    table = grid(frame, "tonnes_delivered_by_niger", [BASE, "tail"])
    (item,) = values_of(frame, ["tail"], ["tonnes_delivered_by_niger"])["tail"]
    assert item.difference == pytest.approx((table["tail"] - table[BASE]).mean())
    assert item.family == 1
    assert item.difference > 0


def test_values_are_corrected_together_and_gaps_leave_pairs_out() -> None:
    rows = [
        {"arm": arm, "replicate": j, "x": float(j) + step, "y": np.nan if j == 0 else 1.0}
        for arm, step in ((BASE, 0.0), ("tail", 2.0), ("ramp", 0.0))
        for j in range(5)
    ]
    found = values_of(pd.DataFrame(rows), ["tail", "ramp"], ["x", "y"])
    assert [item.pairs for item in found["tail"]] == [5, 4]
    assert {item.family for items in found.values() for item in items} == {4}
    assert found["tail"][0].told_from_zero
    assert not found["ramp"][0].told_from_zero


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("rotations_main", 1, 4), ("garrison_scale", 0.5, 2), ("airlift.crew_ratio", 1, 2),
     ("parameter.airlift.crew_ratio", 1, 2), ("orders.column-kidal.men", 500, 1000),
     ("supply", 0, 3)],
)  # fmt: skip
def test_levers_are_factors_parameters_arguments_or_supply(
    name: str, low: float, high: float
) -> None:
    whole = load_scenario("documented-2023")
    dial = find_lever(whole, name)
    if name.startswith("orders."):
        assert dial.least <= low
        assert dial.most >= high
    else:
        assert (dial.low, dial.high) == (low, high)
    dial.check(whole, low, high)
    changed = dial.at(whole, high).plan
    assert changed.digest != whole.digest
    again: Any = dial.at(whole, high).plan
    assert again.digest == changed.digest


def test_supply_multiplies_every_scripted_rate() -> None:
    whole = load_scenario("documented-2023")
    doubled = find_lever(whole, "supply").at(whole, 2.0).plan
    for order in whole.orders:
        if "rotations_per_week" in order.arguments:
            rate = order.arguments["rotations_per_week"]
            assert doubled.order(order.id).arguments["rotations_per_week"] == 2 * rate
        else:
            assert doubled.order(order.id) == order


def test_unknown_levers_and_ranges_are_told() -> None:
    whole = load_scenario("documented-2023")
    with pytest.raises(InputError, match="no lever 'rotation_main'") as caught:
        find_lever(whole, "rotation_main")
    assert (caught.value.code, caught.value.hint) == ("SS4213", "did you mean 'rotations_main'?")
    with pytest.raises(InputError, match="is fixed") as caught:
        find_lever(whole, "alliance.max_level")
    dial = find_lever(whole, "garrison_scale")
    with pytest.raises(InputError) as caught:
        dial.check(whole, -1.0, 2.0)
    assert caught.value.code == "SS4208"

"""Real runs: what a sweep simulates is what ``sahelsim run`` simulates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sahelsim
from sahelsim.base.errors import EnvironmentFault
from sahelsim.experiment.sweep import Sweep, SweepSpec, load_sweep, run_sweep
from sahelsim.experiment.sweep.places import count_places
from sahelsim.experiment.sweep.simulator import Simulator, changed
from sahelsim.experiment.sweep.verifying import verify
from sahelsim.experiment.sweep.work import Job
from sahelsim.scenario import cut, load_scenario
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import GROUPS
from tests.experiment.sweep.conftest import make

DAYS = 12
TEXT = f"""
days: {DAYS}
seed: 5
policies:
  base: {{}}
  often:
    set: {{orders.lend-5u-mbh.rotations_per_week: 4}}
  none: {{scenario: no-airlift}}
uncertainties:
  garrison_scale: {{}}
  rotations_main: {{}}
futures:
  best: {{}}
  large: {{garrison_scale: 2, rotations_main: 1}}
replicates: 3
daily: {{series: [besieged.mli, alliance_cohesion], every_days: 5}}
"""


@pytest.fixture(scope="module")
def spec() -> SweepSpec:
    return make(TEXT)


@pytest.fixture(scope="module")
def sweep(spec: SweepSpec, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    path = tmp_path_factory.mktemp("real") / "out"
    assert run_sweep(spec, path, workers=1).counts["ok"] == 18
    return load_sweep(path)


def rows(sweep: Sweep, policy: str, future: int) -> np.ndarray:
    mine = (sweep.runs["policy"] == policy) & (sweep.runs["future"] == future)
    return sweep.outcomes[mine].to_numpy(dtype=float)


@pytest.mark.parametrize(
    ("policy", "future", "scenario", "sets"),
    [
        # a hand-written future holds what it does not name at the best guess
        ("base", 0, "documented-2023", {"parameter.initial.garrison_scale": 1}),
        ("none", 0, "no-airlift", {"parameter.initial.garrison_scale": 1}),
        ("often", 0, "documented-2023",
         {"orders.lend-5u-mbh.rotations_per_week": 4, "parameter.initial.garrison_scale": 1}),
        # what a policy sets itself no uncertainty moves
        ("often", 1, "documented-2023",
         {"orders.lend-5u-mbh.rotations_per_week": 4, "parameter.initial.garrison_scale": 2}),
        ("base", 1, "documented-2023",
         {"orders.lend-5u-mbh.rotations_per_week": 1, "parameter.initial.garrison_scale": 2}),
        ("none", 1, "no-airlift", {"parameter.initial.garrison_scale": 2}),
    ],
)  # fmt: skip
def test_a_run_of_a_sweep_is_a_run_of_its_scenario(
    sweep: Sweep, policy: str, future: int, scenario: str, sets: dict[str, float]
) -> None:
    seed = int(sweep.runs.loc[sweep.runs["future"] == future, "seed"].iloc[0])
    plan = cut(load_scenario(scenario, sets=sets), DAYS)
    alone = sahelsim.run(plan, replicates=3, seed=seed, workers=1)
    expected = alone.outcomes.drop(columns="seed").to_numpy(dtype=float)
    assert np.array_equal(rows(sweep, policy, future), expected, equal_nan=True)


def test_daily_series_are_those_of_the_run(sweep: Sweep) -> None:
    plan = cut(load_scenario("documented-2023"), DAYS)
    alone = sahelsim.run(plan, replicates=1, seed=5, workers=1).daily
    row = sweep.daily().iloc[0]
    assert (row["policy"], row["future"], row["replicate"]) == ("base", 0, 0)
    besieged = alone.loc[alone["actor"] == "mli", "besieged"].to_numpy()[::5]
    assert list(row["besieged.mli"]) == list(besieged.astype(np.float32))
    assert len(row["alliance_cohesion"]) == len(besieged)


def test_places_are_those_of_the_run(sweep: Sweep) -> None:
    assert sweep.path is not None
    plan = cut(load_scenario("documented-2023"), DAYS)
    alone = sahelsim.run(plan, replicates=3, seed=5, workers=1).frame("localities")
    found = count_places(sweep.path, list(sweep.spec.policies), [0], 3)
    assert found is not None
    assert found.runs.tolist() == [[3, 3, 3]]
    country = {place.id: place.country for place in load_theatre().localities}
    last = alone[alone["day"] == DAYS - 1]
    held = last["holder"].astype(str) == last["locality"].astype(str).map(country)
    armed = last["holder"].isin(GROUPS)
    for name, expected in (
        ("held", held.groupby(last["locality"].astype(str)).sum()),
        ("armed", armed.groupby(last["locality"].astype(str)).sum()),
        ("siege_days", alone.groupby(alone["locality"].astype(str))["besieged"].sum()),
    ):
        counted = getattr(found, name)[0, 0]
        assert 0 < counted.sum() < counted.size * 3 * DAYS, name
        assert counted.tolist() == expected.reindex(found.localities).tolist(), name


def test_real_runs_can_be_verified(sweep: Sweep) -> None:
    assert sweep.path is not None
    assert verify(sweep.path, 4).again == 4


def test_a_scenario_in_a_future_differs_only_where_it_is_told(spec: SweepSpec) -> None:
    values = {"initial.garrison_scale": 0.5, "orders.lend-5u-mbh.rotations_per_week": 3.0}
    for name, rate in (("base", 3.0), ("often", 4)):
        plan = changed(spec.policies[name], values)
        assert plan.parameters["initial.garrison_scale"] == 0.5
        assert plan.order("lend-5u-mbh").arguments["rotations_per_week"] == rate
    other = changed(spec.policies["none"], values)
    assert other.orders == spec.policies["none"].plan.orders


def test_a_worker_of_another_version_is_refused(spec: SweepSpec) -> None:
    from dataclasses import replace

    with pytest.raises(EnvironmentFault, match="a worker runs sahelsim"):
        Simulator(replace(Job.of(spec), model_hash="other"))


def test_a_written_sweep_can_be_read_without_its_scenarios(sweep: Sweep, tmp_path: Path) -> None:
    assert sweep.path is not None
    moved = tmp_path / "moved"
    sweep.path.rename(moved)
    try:
        assert load_sweep(moved).spec.specification == sweep.spec.specification
    finally:
        moved.rename(sweep.path)

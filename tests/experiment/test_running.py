"""run(): requests, keyed replicates, manifests, and files that do not depend on the workers."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sahelsim
from sahelsim.base.errors import InputError, SahelsimError
from sahelsim.experiment import Run, load_run, prepare, run, runner
from sahelsim.experiment.runner import CHUNK, chunks, worker_count
from sahelsim.experiment.store import IDENTITY, TABLES, ResultStore
from sahelsim.model import SahelModel
from sahelsim.scenario import Scenario
from sahelsim.scenario.cutting import cut
from tests.experiment.conftest import DAYS, REPLICATES, files


def test_replicates_are_those_of_the_model(stored: Run, plan: Scenario) -> None:
    for replicate in (0, 17):
        model = SahelModel(plan, seed=5, replicate=replicate).run_for()
        found = stored.outcomes.loc[replicate]
        for id, value in model.outcomes().items():
            assert found[id] == value or (np.isnan(value) and np.isnan(found[id])), id
    assert stored.outcomes["military_deaths"].nunique() > 1


def test_one_worker_and_two_write_the_same_files(
    stored: Run, plan: Scenario, tmp_path: Path
) -> None:
    two = run(plan, REPLICATES, seed=5, workers=2, out=tmp_path / "two")
    assert stored.path is not None
    assert files(stored.path) == files(tmp_path / "two")
    assert len(files(tmp_path / "two")) == len(TABLES) + 2  # scenario.yaml and posterior.parquet
    changing = {"command", "started", "finished", "duration_s"}
    left, right = dict(stored.manifest), dict(two.manifest)
    assert set(left) == set(right) >= changing
    assert {k: v for k, v in left.items() if k not in changing} == {
        k: v for k, v in right.items() if k not in changing
    }


def test_memory_and_directory_hold_the_same(stored: Run, in_memory: Run) -> None:
    assert in_memory.path is None
    assert set(in_memory.tables) == set(stored.tables) == set(TABLES)
    for name in TABLES:
        pd.testing.assert_frame_equal(in_memory.frame(name), stored.frame(name))
    assert in_memory.manifest["specification"] == stored.manifest["specification"]
    assert in_memory.manifest["status"] == stored.manifest["status"] == "complete"


def test_a_longer_run_begins_with_the_shorter(stored: Run, plan: Scenario) -> None:
    first = run(plan, 3, seed=5)
    pd.testing.assert_frame_equal(first.outcomes, stored.outcomes.iloc[:3])


def test_seeds_differ_and_the_scenarios_own_is_the_default(plan: Scenario) -> None:
    own, other = run(plan, 2), run(plan, 2, seed=plan.seed + 1)
    assert own.manifest["seed"] == plan.seed
    assert set(own.outcomes["seed"]) == {plan.seed}
    assert not own.events.equals(other.events)


def test_manifest_says_what_was_run(stored: Run, plan: Scenario) -> None:
    manifest = stored.manifest
    assert manifest["version"] == sahelsim.__version__
    assert (manifest["scenario"], manifest["days"]) == ("documented-2023", DAYS)
    assert (manifest["start"], manifest["end"]) == ("2023-08-20", "2023-09-09")
    assert (manifest["seed"], manifest["replicates"], stored.replicates) == (5, REPLICATES, 23)
    assert manifest["scenario_hash"] == plan.digest
    for key in ("model_hash", "parameters_hash", "source_data_hash", "specification"):
        assert len(manifest[key]) >= 12
        int(manifest[key], 16)
    assert manifest["parameters"]["initial.garrison_scale"] > 0
    assert manifest["packages"]["mesa"].startswith("3.")
    assert manifest["duration_s"] > 0
    assert manifest["started"] <= manifest["finished"]
    assert manifest["command"].startswith("sahelsim.run('documented-2023', replicates=23, seed=5, ")
    assert set(IDENTITY) <= set(manifest)


def test_the_duration_lasts_until_the_tables_are_on_disk(
    plan: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ResultStore.join

    def slowly(self: ResultStore, *given: Any) -> None:
        time.sleep(0.5)
        real(self, *given)

    monkeypatch.setattr(ResultStore, "join", slowly)
    assert run(cut(plan, 2), 2, out=tmp_path / "slowly").manifest["duration_s"] > 0.5


def test_the_specification_knows_every_change_of_the_request(plan: Scenario) -> None:
    def specification(plan: Scenario, replicates: int = 2, seed: int = 1, **named: Any) -> str:
        return str(prepare(plan, replicates, seed, **named).manifest["specification"])

    base = specification(plan)
    assert specification(plan, workers=2, command="typed") == base
    changed = sahelsim.load_scenario(
        "documented-2023", sets={"parameter.initial.garrison_scale": 0.9}
    )
    others = [
        specification(plan, replicates=3),
        specification(plan, seed=2),
        specification(cut(plan, 5)),
        specification(cut(changed, DAYS)),
    ]
    assert len({base, *others}) == 5


def test_a_run_is_read_back(stored: Run) -> None:
    assert stored.path is not None
    again = load_run(str(stored.path))
    assert again.scenario.digest == stored.scenario.digest
    assert again.scenario.id == "documented-2023"
    assert again.manifest == json.loads((stored.path / "manifest.json").read_text())
    pd.testing.assert_frame_equal(again.outcomes, stored.outcomes)
    with pytest.raises(InputError, match="no table 'weather' in this run") as caught:
        again.frame("weather")
    assert caught.value.code == "SS4003"


def test_settings_survive_the_result_directory(tmp_path: Path) -> None:
    plan = sahelsim.load_scenario(
        "no-airlift", sets={"parameter.initial.garrison_scale": 0.8, "seed": 9}
    )
    done = run(cut(plan, 4), 1, out=tmp_path / "set")
    again = load_run(tmp_path / "set")
    assert again.scenario.digest == done.manifest["scenario_hash"]
    assert again.scenario.days == 4
    assert again.manifest["parameters"]["initial.garrison_scale"] == 0.8
    assert again.manifest["seed"] == 9


@pytest.mark.parametrize(
    ("named", "code", "message"),
    [
        ({"replicates": 0}, "SS4004", "replicates = 0 lies outside its range"),
        ({"replicates": -3}, "SS4004", "replicates = -3 lies outside its range"),
        ({"replicates": 10**7 + 1}, "SS4004", "replicates = 10000001 lies outside its range"),
        ({"replicates": 2.5}, "SS4004", "replicates = 2.5 lies outside its range"),
        ({"seed": -1}, "SS5101", "seed = -1 lies outside its range"),
        ({"seed": 2**32}, "SS5101", "seed = 4294967296 lies outside its range"),
        ({"workers": 0}, "SS4007", "workers = 0 lies outside its range"),
    ],
)
def test_numbers_out_of_range(
    named: dict[str, Any], code: str, message: str, plan: Scenario, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        run(plan, **{"replicates": 1, **named}, out=tmp_path / "never")
    assert (caught.value.code, caught.value.message) == (code, message)
    assert not (tmp_path / "never").exists()


def test_the_largest_seed_runs(plan: Scenario) -> None:
    assert run(cut(plan, 2), 1, seed=2**32 - 1).manifest["seed"] == 2**32 - 1


def test_progress_tells_first_what_is_there_and_then_each_replicate(plan: Scenario) -> None:
    told: list[int] = []
    run(cut(plan, 2), 12, workers=2, progress=told.append)
    assert told == [0] + [1] * 12


def test_chunks_cover_every_replicate_once() -> None:
    for n in (1, CHUNK - 1, CHUNK, CHUNK + 1, 7 * CHUNK + 3):
        covered = [r for first, count in chunks(n).items() for r in range(first, first + count)]
        assert covered == list(range(n))


def test_workers_default_to_the_cores_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worker_count(7) == 7
    monkeypatch.setattr(runner.os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    assert worker_count(None) == 3
    monkeypatch.delattr(runner.os, "sched_getaffinity")
    monkeypatch.setattr(runner.os, "cpu_count", lambda: None)
    assert worker_count(None) == 1


def test_a_fault_in_one_replicate_ends_the_run_and_keeps_the_rest(
    plan: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = runner.run_replicate

    def bad(template: Any, seed: int, replicate: int, used: Any = None) -> Any:
        if replicate == CHUNK + 1:
            raise SahelsimError("SS5013", "planted")
        return good(template, seed, replicate, used)

    monkeypatch.setattr(runner, "run_replicate", bad)
    with pytest.raises(SahelsimError, match="planted"):
        run(plan, 2 * CHUNK, workers=1, out=tmp_path / "r")
    assert [file.name for file in (tmp_path / "r/parts").glob("*-done")] == ["00000000-done"]
    assert [thread.name for thread in threading.enumerate() if "sahelsim" in thread.name] == []
    monkeypatch.setattr(runner, "run_replicate", good)
    told: list[int] = []
    run(plan, 2 * CHUNK, workers=1, out=tmp_path / "r", progress=told.append)
    assert told[0] == CHUNK


def test_a_models_fault_names_seed_replicate_and_day(plan: Scenario) -> None:
    shared = prepare(plan, 1, 3).template
    world = shared.world(3, 0)
    world.land.stock_t[0, 0] = np.nan
    from sahelsim.model.day import run_days
    from sahelsim.model.health import ModelFault, check_health

    run_days(world, shared.parameters, 1)
    with pytest.raises(ModelFault) as caught:
        check_health(world, plan.id)
    assert caught.value.where == "scenario documented-2023, seed 3, replicate 0, day 1"

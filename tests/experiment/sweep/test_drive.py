from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import CheckFailed, EnvironmentFault, InputError
from sahelsim.experiment.sweep import SweepJob, SweepSpec, load_sweep, run_sweep
from sahelsim.experiment.sweep.parts import part_files
from tests.experiment.sweep.conftest import SMALL, make

PLAIN, TROUBLE = "fake_runs:Plain", "fake_runs:Trouble"
Tell = Callable[[str], None]


def table(path: Path) -> pd.DataFrame:
    """What must not depend on how a sweep was run."""
    return load_sweep(path).runs.drop(columns=["wall_s", "attempt"])


@pytest.fixture
def whole(small: SweepSpec, tmp_path: Path, trouble: Tell) -> pd.DataFrame:
    run_sweep(small, tmp_path / "whole", workers=1, runner=PLAIN)
    return table(tmp_path / "whole")


def test_every_run_has_one_row_with_its_outcomes(whole: pd.DataFrame) -> None:
    assert len(whole) == 2 * 4 * 6
    assert not whole.duplicated(["policy", "future", "replicate"]).any()
    assert whole["run_key"].is_unique
    assert (whole["status"] == "ok").all()
    assert whole["error"].isna().all()
    assert list(whole["policy"].unique()) == ["base", "none"]


def test_policies_share_draws_and_futures_do_not(whole: pd.DataFrame) -> None:
    by_future = whole.groupby("future")["seed"].nunique()
    assert (by_future == 1).all()
    assert whole["seed"].nunique() == 4
    assert set(whole.loc[whole["future"] == 0, "seed"]) == {1}  # the sweep's own


def test_uncertainties_reach_the_run(whole: pd.DataFrame, tmp_path: Path) -> None:
    sweep = load_sweep(tmp_path / "whole")
    values = sweep.experiments[["threat.hit", "weather"]].sum(axis=1)
    assert np.allclose(sweep.outcomes.iloc[:, 1], values)
    assert sweep.outcomes.iloc[:, 2].isna().all()  # does not apply


def test_two_workers_and_small_chunks_give_the_same(
    small: SweepSpec, tmp_path: Path, whole: pd.DataFrame
) -> None:
    run_sweep(small, tmp_path / "two", workers=2, runner="fake_runs:Slow")
    pd.testing.assert_frame_equal(table(tmp_path / "two"), whole)


def test_a_finished_sweep_is_not_run_again(
    small: SweepSpec, tmp_path: Path, whole: pd.DataFrame
) -> None:
    parts = {file: file.stat().st_mtime_ns for file in part_files(tmp_path / "whole" / "runs")}
    seen: list[int] = []
    status = run_sweep(small, tmp_path / "whole", seen.append, runner="fake_runs:Unable")
    assert status.complete
    assert seen == [48]
    now = {file: file.stat().st_mtime_ns for file in part_files(tmp_path / "whole" / "runs")}
    assert now == parts


def test_another_sweep_is_refused_and_what_differs_is_named(
    tmp_path: Path, whole: pd.DataFrame
) -> None:
    other = make(SMALL.replace("replicates: 6", "replicates: 7"))
    with pytest.raises(InputError, match="what differs: replicates") as fault:
        SweepJob(other, tmp_path / "whole")
    assert (fault.value.code, fault.value.exit_code) == ("SS4130", 3)
    assert "sweep extend" in str(fault.value.hint)


def test_titles_and_thresholds_may_change(tmp_path: Path, whole: pd.DataFrame) -> None:
    text = SMALL + "outcomes: {tonnes_delivered: {threshold: 3}}\nexecution: {timeout_s: 5}\n"
    assert run_sweep(make(text), tmp_path / "whole", runner=PLAIN).complete


def test_a_folder_with_other_things_is_left_alone(small: SweepSpec, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty and holds no sweep"):
        SweepJob(small, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["note.txt"]


def test_two_processes_do_not_write_one_folder(
    small: SweepSpec, tmp_path: Path, whole: pd.DataFrame
) -> None:
    job = SweepJob(small, tmp_path / "whole")
    try:
        with pytest.raises(EnvironmentFault, match="another run"):
            SweepJob(small, tmp_path / "whole")
    finally:
        job.store.close()


def test_a_run_that_raises_is_a_row_with_its_reason(
    small: SweepSpec, tmp_path: Path, trouble: Tell, whole: pd.DataFrame
) -> None:
    trouble("raise")
    status = run_sweep(small, tmp_path / "out", workers=1, runner=TROUBLE)
    assert status.counts == {"ok": 47, "failed": 1, "crashed": 0, "timeout": 0}
    sweep = load_sweep(tmp_path / "out")
    (row,) = sweep.runs[sweep.runs["status"] != "ok"].to_dict("records")
    assert (row["policy"], row["future"], row["replicate"]) == ("base", 1, 1)
    assert (row["error_code"], row["error"]) == ("SS5013", "a number is not finite in this run")
    assert sweep.complete
    assert sweep.missing.to_dict("records") == [
        {"policy": "base", "future": 1, "replicate": 1, "status": "failed"}
    ]
    assert all(np.isnan(row[id]) for id in sweep.outcome_ids)

    trouble("")
    status = run_sweep(small, tmp_path / "out", runner=TROUBLE, workers=1)
    assert status.counts["ok"] == 0  # a failed run is not run again unasked
    status = run_sweep(small, tmp_path / "out", runner=TROUBLE, workers=1, again=("failed",))
    assert status.counts == {"ok": 1, "failed": 0, "crashed": 0, "timeout": 0}
    pd.testing.assert_frame_equal(table(tmp_path / "out"), whole)
    assert load_sweep(tmp_path / "out").runs["attempt"].max() == 2


def test_a_run_that_kills_its_worker_is_found_and_costs_no_other(
    small: SweepSpec, tmp_path: Path, trouble: Tell, whole: pd.DataFrame
) -> None:
    trouble("crash")
    status = run_sweep(small, tmp_path / "out", workers=1, runner=TROUBLE)
    assert status.counts == {"ok": 47, "failed": 0, "crashed": 1, "timeout": 0}
    sweep = load_sweep(tmp_path / "out")
    (row,) = sweep.runs[sweep.runs["status"] == "crashed"].to_dict("records")
    assert (row["future"], row["replicate"], row["attempt"]) == (1, 1, 3)
    assert row["error_code"] == "SS4141"
    assert "exit code 9" in row["error"]
    others = table(tmp_path / "out")
    ok = (others["status"] == "ok").to_numpy()
    pd.testing.assert_frame_equal(others[ok], whole[ok])


def test_a_worker_that_dies_once_changes_nothing(
    small: SweepSpec, tmp_path: Path, trouble: Tell, whole: pd.DataFrame
) -> None:
    trouble("crash once")
    status = run_sweep(small, tmp_path / "out", workers=1, runner=TROUBLE)
    assert status.counts["ok"] == 48
    pd.testing.assert_frame_equal(table(tmp_path / "out"), whole)


def test_a_run_that_hangs_is_stopped(small: SweepSpec, tmp_path: Path, trouble: Tell) -> None:
    trouble("hang")
    text = SMALL + "execution: {timeout_s: 0.5}\n"
    status = run_sweep(make(text), tmp_path / "out", workers=1, runner=TROUBLE)
    assert status.counts == {"ok": 47, "failed": 0, "crashed": 0, "timeout": 1}
    (row,) = load_sweep(tmp_path / "out").missing.to_dict("records")
    assert row["status"] == "timeout"


def test_a_sweep_that_mostly_fails_stops_early(tmp_path: Path, trouble: Tell) -> None:
    text = SMALL.replace("replicates: 6", "replicates: 400")
    with pytest.raises(CheckFailed, match="runs went wrong") as fault:
        run_sweep(make(text), tmp_path / "out", workers=1, runner="fake_runs:Failing")
    assert fault.value.code == "SS4134"
    assert 20 <= len(load_sweep(tmp_path / "out").runs) < 3200


def test_workers_that_cannot_start_are_an_error(
    small: SweepSpec, tmp_path: Path, trouble: Tell
) -> None:
    with pytest.raises(EnvironmentFault, match="workers cannot start: SS4140: another version"):
        run_sweep(small, tmp_path / "out", workers=1, runner="fake_runs:Unable")


def test_a_full_disk_keeps_what_was_written_and_the_same_call_goes_on(
    small: SweepSpec,
    tmp_path: Path,
    trouble: Tell,
    whole: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sahelsim.experiment.sweep import parts, store

    real, written = parts.write_part, []

    def full(path: Path, table: object, metadata: object) -> None:
        if len(written) == 3:  # the places of the second flush are there, its rows are not
            raise EnvironmentFault("SS6010", "the disk is full")
        written.append(path)
        real(path, table, metadata)

    monkeypatch.setattr(store, "write_part", full)
    monkeypatch.setattr(store, "FLUSH_RUNS", 5)
    with pytest.raises(EnvironmentFault, match="the disk is full"):
        run_sweep(small, tmp_path / "out", workers=1, runner="fake_runs:Slow")
    monkeypatch.setattr(store, "write_part", real)
    kept = len(load_sweep(tmp_path / "out").runs)
    assert 0 < kept < 48
    status = run_sweep(small, tmp_path / "out", workers=1, runner=PLAIN)
    assert status.counts["ok"] == 48 - kept
    pd.testing.assert_frame_equal(table(tmp_path / "out"), whole)


def test_a_damaged_part_is_put_aside_and_its_runs_run_again(
    small: SweepSpec, tmp_path: Path, whole: pd.DataFrame
) -> None:
    (file,) = part_files(tmp_path / "whole" / "runs")
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(InputError, match="cannot read"):
        load_sweep(tmp_path / "whole")
    assert run_sweep(small, tmp_path / "whole", workers=1, runner=PLAIN).counts["ok"] == 48
    pd.testing.assert_frame_equal(table(tmp_path / "whole"), whole)
    assert [one.name for one in (tmp_path / "whole" / "quarantine").iterdir()] == [file.name]


def test_daily_series_are_kept_for_some_runs(tmp_path: Path, trouble: Tell) -> None:
    text = SMALL + (
        "daily: {series: [alliance_cohesion, besieged.mli], every_days: 2,"
        " keep: {share: 0.25, always: [best]}}\n"
    )
    run_sweep(make(text), tmp_path / "out", workers=1, runner=PLAIN)
    daily = load_sweep(tmp_path / "out").daily()
    by_future = daily.groupby("future").size()
    assert by_future[0] == 12
    assert 0 < len(daily) - 12 < 36
    row = daily.iloc[-1]
    assert list(row["besieged.mli"]) == [k + 1 + row["replicate"] for k in range(3)]


def test_nothing_is_left_beside_the_tables(tmp_path: Path, whole: pd.DataFrame) -> None:
    names = sorted(file.name for file in (tmp_path / "whole").iterdir())
    assert names == [
        "events.jsonl", "futures.parquet", "manifest.json", "places", "policies", "runs",
        "status.json", "sweep.yaml",
    ]  # fmt: skip
    assert not any(os.path.basename(name).startswith(".") for name in names)


def test_a_sweep_under_way_is_cut_to_what_all_its_futures_have(
    tmp_path: Path, whole: pd.DataFrame
) -> None:
    full = load_sweep(tmp_path / "whole")
    assert full.evenly() is full
    replicate, future = full.runs["replicate"], full.runs["future"]
    half = full.runs[(replicate < 4) | (future == 0)].drop(full.runs[future == 3].index[:2])
    some = replace(full, runs=half.reset_index(drop=True))
    part = some.evenly()
    assert part.replicates == 4  # 4 in three futures are more than 6 in one
    assert part.whole is some
    assert len(part.runs) == 4 * 4 * 2 - 2
    assert sorted(set(part.missing["future"])) == [3]
    assert len(part.missing) == 2
    few = replace(full, runs=full.runs[future == 0])
    assert few.evenly() is few  # one future is nothing to compare

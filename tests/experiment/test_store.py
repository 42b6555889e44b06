"""A result directory: what may be written where, damage, locks, and clear words for each."""

from __future__ import annotations

import errno
import json
import resource
from pathlib import Path
from typing import Any

import pytest

from sahelsim.base.errors import EnvironmentFault, InputError
from sahelsim.experiment import load_run, prepare, run
from sahelsim.experiment.files import disk_fault
from sahelsim.experiment.store import MANIFEST, TABLES, ResultStore, result_path
from sahelsim.scenario import Scenario
from sahelsim.scenario.cutting import cut
from tests.experiment.conftest import files


@pytest.fixture
def short(plan: Scenario) -> Scenario:
    return cut(plan, 2)


@pytest.fixture
def done(short: Scenario, tmp_path: Path) -> Path:
    run(short, 2, out=tmp_path / "done")
    return tmp_path / "done"


def refused(out: Path, plan: Scenario, replicates: int = 2, **named: Any) -> Any:
    """The error that a run into ``out`` ends with."""
    with pytest.raises((InputError, EnvironmentFault)) as caught:
        run(plan, replicates, out=out, **named)
    return caught.value


# ---- what a directory may hold -----------------------------------------------------------------


def test_a_finished_run_is_read_and_not_run_again(done: Path, short: Scenario) -> None:
    before = (done / MANIFEST).read_bytes(), files(done)
    told: list[int] = []
    again = run(short, 2, out=done, progress=told.append)
    assert told == [2]
    assert ((done / MANIFEST).read_bytes(), files(done)) == before
    assert again.outcomes.equals(load_run(done).outcomes)


def test_force_begins_afresh_and_removes_what_runs_wrote(done: Path, short: Scenario) -> None:
    (done / "report.html").write_text("old")
    (done / "notes.txt").write_text("mine")
    run(short, 1, out=done / "against-x")
    told: list[int] = []
    run(short, 2, out=done, force=True, progress=told.append)
    assert told == [0, 1, 1]
    assert not (done / "report.html").exists()
    assert not (done / "against-x").exists()
    assert (done / "notes.txt").read_text() == "mine"


def test_other_results_are_not_overwritten(done: Path, short: Scenario) -> None:
    before = files(done)
    error = refused(done, short, replicates=3)
    assert (error.code, error.exit_code) == ("SS4001", 3)
    assert error.message == (
        f"{done} holds other results (documented-2023, 2 replicates, seed 1); "
        "what differs: number of replicates"
    )
    assert "--force" in error.hint
    assert refused(done, short, seed=8).message.endswith("what differs: seed")
    assert refused(done, cut(short, 1)).message.endswith("what differs: scenario")
    assert files(done) == before
    assert run(short, 3, out=done, force=True).replicates == 3
    assert load_run(done).replicates == 3


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, short: Scenario) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    error = refused(tmp_path, short)
    assert error.message == f"{tmp_path} is not empty and holds no sahelsim results"
    assert [item.name for item in tmp_path.iterdir()] == ["thesis.txt"]
    run(short, 1, out=tmp_path, force=True)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert load_run(tmp_path).replicates == 1


def test_a_file_in_the_way(tmp_path: Path, short: Scenario) -> None:
    (tmp_path / "taken").write_text("")
    for out in (tmp_path / "taken", tmp_path / "taken/below"):
        error = refused(out, short)
        assert (error.code, error.exit_code) == ("SS6010", 6)
        assert error.message == f"a file lies where a folder should be: {out}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot read {file}: Expecting property name"),
        ("[]", "{file} is no manifest of sahelsim"),
        ('{"name": "npm package", "version": "1.0"}', "{file} is no manifest of sahelsim"),
        ('{"format": "1"}', "{file} is no manifest of sahelsim"),
        ('{"format": 99, "version": "9.1"}', "{file} was written by a newer sahelsim (9.1)"),
        ('{"format": 1, "seed": 1}', "{file} lacks model_hash, parameters_hash, "),
    ],
)
def test_a_manifest_that_is_damaged_foreign_or_newer(
    text: str, message: str, tmp_path: Path, short: Scenario
) -> None:
    file = tmp_path / MANIFEST
    file.write_text(text)
    for act in (lambda: run(short, 1, out=tmp_path), lambda: load_run(tmp_path)):
        with pytest.raises(InputError) as caught:
            act()
        assert caught.value.code == "SS4002"
        assert caught.value.message.startswith(message.format(file=file))
    assert file.read_text() == text
    run(short, 1, out=tmp_path, force=True)
    assert load_run(tmp_path).replicates == 1


def test_a_folder_without_results_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(InputError, match=f"{path} holds no results") as caught:
            load_run(path)
        assert caught.value.code == "SS4002"


@pytest.mark.parametrize("name", TABLES)
def test_a_damaged_table_is_told_and_rebuilt(name: str, done: Path, short: Scenario) -> None:
    before = files(done)
    table = done / f"{name}.parquet"
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    with pytest.raises(InputError) as caught:
        load_run(done)
    assert caught.value.code == "SS4003"
    assert caught.value.message.startswith(f"cannot read {table}: ")
    assert "\n" not in caught.value.message
    run(short, 2, out=done)
    assert files(done) == before


def test_a_missing_table_is_told(done: Path) -> None:
    (done / "events.parquet").unlink()
    with pytest.raises(InputError, match=r"no such table: .*events\.parquet"):
        load_run(done)


def test_tables_are_read_when_they_are_asked_for(done: Path) -> None:
    result = load_run(done)
    middle = bytearray((done / "events.parquet").read_bytes())
    middle[4:40] = bytes(36)  # the rows, not the foot
    (done / "events.parquet").write_bytes(middle)
    assert len(result.outcomes) == 2
    with pytest.raises(InputError) as caught:
        _ = result.events
    assert caught.value.code == "SS4003"


def test_an_unfinished_run_cannot_be_read_and_says_how_to_go_on(
    tmp_path: Path, short: Scenario
) -> None:
    prepare(short, 4, out=tmp_path / "r", command="sahelsim run x --out r")
    with pytest.raises(InputError) as caught:
        load_run(tmp_path / "r")
    assert caught.value.code == "SS4005"
    assert caught.value.hint == "go on with: sahelsim run x --out r"


def test_two_processes_do_not_write_one_directory(tmp_path: Path, short: Scenario) -> None:
    out = tmp_path / "shared"
    job = prepare(short, 1, out=out)
    error = refused(out, short)
    assert (error.code, error.exit_code) == ("SS6011", 6)
    assert error.message == f"another run is writing {out}"
    job.go()
    assert run(short, 1, out=out).replicates == 1  # free again


# ---- room on the disk --------------------------------------------------------------------------


def test_a_full_disk_keeps_what_is_finished(
    tmp_path: Path, short: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(short, 30, seed=2, out=tmp_path / "whole")
    real = ResultStore.write_part

    def fills_up(self: ResultStore, first: int, *rest: Any) -> None:
        if first == 20:
            raise disk_fault(self.parts, OSError(errno.ENOSPC, "No space left on device"))
        real(self, first, *rest)

    monkeypatch.setattr(ResultStore, "write_part", fills_up)
    error = refused(tmp_path / "r", short, replicates=30, seed=2, workers=1)
    assert (error.code, error.exit_code) == ("SS6010", 6)
    assert error.message.startswith("the disk is full: ")
    assert error.hint == "free some space and run the same command again"
    monkeypatch.setattr(ResultStore, "write_part", real)
    told: list[int] = []
    run(short, 30, seed=2, out=tmp_path / "r", progress=told.append)
    assert told == [20] + [1] * 10
    assert whole.path is not None
    assert files(tmp_path / "r") == files(whole.path)


def test_a_real_limit_on_files_is_told_and_leaves_no_debris(
    tmp_path: Path, short: Scenario
) -> None:
    job = prepare(short, 2, out=tmp_path / "r")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(EnvironmentFault, match="File too large"):
            job.go()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.rglob("*.tmp"))
    assert not list(tmp_path.rglob("*-done"))
    assert run(short, 2, out=tmp_path / "r").replicates == 2


def test_names_of_fresh_directories(plan: Scenario) -> None:
    def short_hash(path: Path) -> str:
        return path.name.rpartition("-")[2]

    one = result_path(plan, 10, None)
    assert one.parent == Path("outputs")
    assert one.name.startswith("documented-2023-20")
    assert len(one.name.split("-")) == 5
    assert short_hash(one) == short_hash(result_path(plan, 10, plan.seed))
    others = (
        result_path(plan, 11, None),
        result_path(plan, 10, 77),
        result_path(cut(plan, 3), 10, None),
    )
    assert short_hash(one) not in {short_hash(path) for path in others}


def test_manifest_is_plain_json(done: Path) -> None:
    text = (done / MANIFEST).read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert text == json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert manifest["status"] == "complete"
    assert not (done / "parts").exists()

"""Disks that are full or shut, names that people give, a clock that jumps."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sahelsim.cli.main import main

from .test_results import ask, reads

RUN = ["run", "documented-2023", "--days", "10", "--replicates", "2", "--quiet", "--out"]
FULL = Path("/dev/full")


def in_process(*words: str, stdout: Any = subprocess.PIPE, **options: Any) -> Any:
    """The command in a process of its own, as a shell runs it."""
    return subprocess.run(
        [sys.executable, "-m", "sahelsim", *words], stdout=stdout, stderr=subprocess.PIPE,
        text=True, check=False, timeout=120, **options,
    )  # fmt: skip


@pytest.mark.parametrize("words", [["scenario", "schema"], ["scenario", "list", "--json"]])
def test_output_to_a_full_disk_is_told_and_is_no_fault_of_ours(words: list[str]) -> None:
    with FULL.open("w") as full:
        done = in_process(*words, stdout=full)
    assert done.returncode == 6
    assert done.stderr.startswith("error SS6013: no space left on device")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_disk_that_fills_up_keeps_what_is_finished(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same command ends well once there is room, with the numbers of a run that had room."""
    assert ask(*RUN, tmp_path / "whole", "--no-report")[0] == 0
    calls = 0

    def full(*_: Any, **__: Any) -> Any:
        nonlocal calls
        calls += 1
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        if call == "write":
            patch.setattr("sahelsim.experiment.store.write_table", full)
        elif call == "fsync":
            patch.setattr("sahelsim.experiment.files.os.fsync", full)
        else:
            patch.setattr(Path, "replace", full)
        code, said = ask(*RUN, tmp_path / "disk", "--no-report")
    assert calls
    assert code == 6, said
    assert "the disk is full" in said or "no space left" in said
    assert not list((tmp_path / "disk").glob("**/.*.tmp"))
    assert ask(*RUN, tmp_path / "disk", "--no-report")[0] == 0
    tables = [json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8"))["tables"]
              for name in ("whole", "disk")]  # fmt: skip
    assert tables[0] == tables[1]
    reads(tmp_path / "disk")


@pytest.mark.parametrize(
    "words",
    [
        ["scenario", "new", "my-scenario.yaml"],
        ["sweep", "new", "my-sweep.yaml"],
        ["exercise", "new", "my-exercise"],
        ["data", "example", "ged", "--out", "ged.csv"],
        [*RUN, "results"],
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("fault", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_folder_that_cannot_be_written(
    words: list[str], fault: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write anywhere, so the refusal is the system's call itself."""
    monkeypatch.chdir(tmp_path)

    def refuse(self: Path, *_: Any, **__: Any) -> Any:
        raise OSError(fault, os.strerror(fault), str(self))

    real = Path.open

    def opened(self: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        return refuse(self) if set(mode) & set("wax+") else real(self, mode, *more, **options)

    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr(Path, "mkdir", refuse)
    code, said = ask(*words)
    assert code == 6, said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_folder_should_be_and_the_other_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("x", encoding="utf-8")
    Path("folder.yaml").mkdir()
    for words in (
        [*RUN, "file"],
        [*RUN, "file/below"],
        ["sweep", "run", "first-sweep", "--out", "file"],
        ["scenario", "new", "file/below.yaml"],
        ["exercise", "new", "file/below"],
        ["scenario", "check", "folder.yaml"],
        ["scenario", "check", "file/below.yaml"],
        ["sweep", "check", "folder.yaml"],
        ["exercise", "check", "folder.yaml"],
        ["calibrate", "folder.yaml", "--dry-run"],
        ["scenario", "check", "x" * 5000],
        ["scenario", "check", "x" * 5000 + ".yaml"],
        ["sweep", "check", "x" * 5000],
        ["exercise", "check", "x" * 5000],
        ["calibrate", "x" * 5000, "--dry-run"],
        ["exercise", "bots", "x" * 5000],
        ["report", "x" * 5000],
        ["sweep", "status", "x" * 5000],
        ["data", "import", "ged", "x" * 5000, "--out", "y.parquet"],
    ):
        code, said = ask(*words)
        assert code in (2, 3, 6), f"{words}: {said[:600]}"
        assert "error SS" in said
        assert "Traceback" not in said
        assert "SS6900" not in said, words
    assert Path("file").read_text(encoding="utf-8") == "x"


NAMES = [
    "a folder with spaces",
    "Forêt de Ménaka – été",
    "日本",
    'it\'s "quoted" & $HOME; #1',
    "-dash",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_folders_that_people_give(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert ask("scenario", "new", f"{folder}/mine.yaml")[0] == 0
    assert ask("scenario", "check", f"{folder}/mine.yaml")[0] == 0
    assert ask("exercise", "new", f"{folder}/class")[0] == 0
    assert ask("exercise", "check", f"{folder}/class.exercise.yaml")[0] == 0
    words = ["run", f"{folder}/mine.yaml", "--days", "3", "--replicates", "1", "--quiet"]
    assert ask(*words, "--no-report", "--out", f"{folder}/results of mine")[0] == 0
    reads(folder / "results of mine")


def test_the_sweeps_query_reads_a_folder_with_a_quotation_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sahelsim.experiment.sweep import run_sweep
    from tests.experiment.sweep.conftest import SMALL, SUPPORT, make

    monkeypatch.syspath_prepend(str(SUPPORT))
    folder = tmp_path / "l'été [2023] * ?"
    run_sweep(make(SMALL), folder, workers=1, runner="fake_runs:Plain")
    code, said = ask("sweep", "show", folder, "--sql", "SELECT count(*) AS n FROM runs")
    assert (code, said.split()) == (0, ["n", "48"]), said


def test_a_clock_that_jumps_back_hurts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall clock goes back an hour at each look: no result, rate or name depends on it."""
    real = time.time()
    looks = 0

    def back() -> float:
        nonlocal looks
        looks += 1
        return real - 3600.0 * looks

    monkeypatch.setattr(time, "time", back)
    monkeypatch.setattr(time, "time_ns", lambda: int(back() * 1e9))
    assert ask(*RUN, tmp_path / "clock", "--no-report")[0] == 0
    manifest = json.loads((tmp_path / "clock" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["duration_s"] >= 0.0
    from sahelsim.experiment.sweep import run_sweep
    from tests.experiment.sweep.conftest import SMALL, SUPPORT, make

    monkeypatch.syspath_prepend(str(SUPPORT))
    status = run_sweep(make(SMALL), tmp_path / "sweep", workers=1, runner="fake_runs:Plain")
    assert (status.done, status.seconds >= 0.0) == (48, True)
    known = json.loads((tmp_path / "sweep" / "status.json").read_text(encoding="utf-8"))
    assert known["runs_per_s"] >= 0.0


def test_two_runs_of_one_second_do_not_share_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders are named after the clock; one that stands still must not join two runs."""
    monkeypatch.chdir(tmp_path)
    words = [*RUN[:-1], "--no-report", "--json"]
    paths = []
    for _ in range(2):
        code, said = ask(*words)
        assert code == 0, said
        paths.append(json.loads(said)["path"])
    assert all((tmp_path / path / "manifest.json").is_file() for path in paths)


def test_main_never_raises() -> None:
    assert main(["\x00"]) == 2
    assert main(["scenario", "show", "a\x00b"]) == 3
    assert main(["explain", "\udce9"]) == 2

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sahelsim.base.errors import EnvironmentFault, UsageError
from sahelsim.experiment.sweep import SweepSpec, load_sweep, run_sweep
from sahelsim.experiment.sweep.executors import GROUP, engine_maker
from sahelsim.experiment.sweep.state import failures
from tests.experiment.sweep.conftest import SMALL, SUPPORT, make

Tell = Callable[[str], None]
COLUMNS = ["wall_s", "attempt"]


class Fragile(ThreadPoolExecutor):
    """Loses every chunk of more than two runs, and any with the run of future 1, replicate 1."""

    slots = 2

    def submit(self, function: Any, /, *arguments: Any, **more: Any) -> Future[Any]:
        _, chunk = arguments
        runs = [(p.policy, p.future, r) for p in chunk.pieces for r in p.replicates]
        if len(runs) > 2 or (0, 1, 1) in runs:
            future: Future[Any] = Future()
            future.set_exception(OSError("the node is gone"))
            return future
        return super().submit(function, *arguments, **more)


def fragile(scheduler: str | None, workers: int | None) -> Fragile:
    assert scheduler == "here"
    return Fragile(workers)


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that offers the executor."""
    point = importlib.metadata.EntryPoint("fragile", f"{__name__}:fragile", GROUP)
    monkeypatch.setattr("sahelsim.experiment.sweep.executors.entry_points", lambda group: [point])
    monkeypatch.setattr(importlib.metadata.EntryPoint, "load", lambda self: fragile)


def test_an_executor_by_entry_point_loses_chunks_and_only_the_run_at_fault(
    small: SweepSpec, tmp_path: Path, trouble: Tell, offered: None
) -> None:
    status = run_sweep(
        small, tmp_path / "out", make_engine=engine_maker("fragile", "here", 2),
        runner="fake_runs:Plain",
    )  # fmt: skip
    assert status.counts == {"ok": 47, "failed": 0, "crashed": 1, "timeout": 0}
    (row,) = load_sweep(tmp_path / "out").missing.to_dict("records")
    assert (row["policy"], row["future"], row["replicate"]) == ("base", 1, 1)
    run_sweep(small, tmp_path / "local", workers=1, runner="fake_runs:Plain")
    found, local = (load_sweep(tmp_path / name).runs for name in ("out", "local"))
    ok = (found["status"] == "ok").to_numpy()
    pd.testing.assert_frame_equal(found[ok].drop(columns=COLUMNS), local[ok].drop(columns=COLUMNS))


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that offers an executor of two threads in this process."""
    point = importlib.metadata.EntryPoint("threads", f"{__name__}:threads", GROUP)
    monkeypatch.setattr("sahelsim.experiment.sweep.executors.entry_points", lambda group: [point])
    monkeypatch.setattr(
        importlib.metadata.EntryPoint, "load", lambda self: lambda *_: ThreadPoolExecutor(2)
    )


def rows(path: Path) -> pd.DataFrame:
    return load_sweep(path).runs.drop(columns=COLUMNS)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("hang", "timeout", "SS4142"), ("crash", "crashed", "SS4141"), ("crash once", "ok", None)],
)
def test_a_run_that_hangs_or_kills_its_process_is_a_row_on_any_executor(
    tmp_path: Path, trouble: Tell, plain: None, kind: str, status: str, code: str | None
) -> None:
    trouble(kind)
    spec = make(SMALL + "execution: {timeout_s: 1}\n")
    done = run_sweep(
        spec, tmp_path / "out", make_engine=engine_maker("threads", workers=2),
        runner="fake_runs:Trouble",
    )  # fmt: skip
    assert done.counts[status] == (48 if status == "ok" else 1)
    assert done.counts["ok"] == (48 if status == "ok" else 47)
    runs = load_sweep(tmp_path / "out").runs
    at = (runs["policy"] == "base") & (runs["future"] == 1) & (runs["replicate"] == 1)
    (row,) = runs[at].to_dict("records")
    assert row["status"] == status
    assert row["error_code"] == code or (code is None and pd.isna(row["error_code"]))
    run_sweep(spec, tmp_path / "local", workers=1, runner="fake_runs:Plain")
    ok = (runs["status"] == "ok").to_numpy()
    pd.testing.assert_frame_equal(rows(tmp_path / "out")[ok], rows(tmp_path / "local")[ok])


def test_what_cannot_start_on_an_executor_is_told(
    small: SweepSpec, tmp_path: Path, trouble: Tell, plain: None
) -> None:
    with pytest.raises(EnvironmentFault, match="workers cannot start: SS4140: another version"):
        run_sweep(
            small, tmp_path / "out", make_engine=engine_maker("threads", workers=2),
            runner="fake_runs:Unable",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "scheduler", "message"),
    [
        ("dsk", None, "no engine 'dsk'"),
        ("local", "tcp://x:1", "the local engine has no scheduler"),
    ],
)
def test_a_wrong_engine_is_told(name: str, scheduler: str | None, message: str) -> None:
    with pytest.raises(UsageError, match=message) as fault:
        engine_maker(name, scheduler)
    assert fault.value.exit_code == 2


def process(*words: str, log: Path) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(SUPPORT), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        stdout=log.open("wb"), stderr=subprocess.STDOUT, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers on the loopback, each a process of its own."""
    found = tmp_path / "scheduler.json"
    processes = [
        process("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                "--scheduler-file", str(found), log=tmp_path / "scheduler.log")
    ]  # fmt: skip
    for k in range(2):
        processes.append(
            process("dask_worker", "--scheduler-file", str(found), "--nthreads", "1",
                    "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path / f"w{k}"),
                    log=tmp_path / f"worker{k}.log")
        )  # fmt: skip
    try:
        import json

        until = time.monotonic() + 120
        while time.monotonic() < until:
            ready = ["Registered to" in (tmp_path / f"worker{k}.log").read_text() for k in range(2)]
            if found.exists() and all(ready):
                break
            time.sleep(0.2)
        yield json.loads(found.read_text())["address"], processes
    finally:
        for one in processes:
            one.kill()
            one.wait()


def test_dask_gives_what_this_machine_gives(
    small: SweepSpec,
    tmp_path: Path,
    trouble: Tell,
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, processes = cluster
    seen = 0

    def progress(n: int) -> None:
        nonlocal seen
        seen += n
        if seen > 4 and processes[2].poll() is None:
            processes[2].kill()  # one of the two workers is lost on the way

    status = run_sweep(
        small, tmp_path / "dask", progress, make_engine=engine_maker("dask", address),
        runner="fake_runs:Slow",
    )  # fmt: skip
    assert status.counts == {"ok": 48, "failed": 0, "crashed": 0, "timeout": 0}
    run_sweep(small, tmp_path / "local", workers=1, runner="fake_runs:Plain")
    found, local = (load_sweep(tmp_path / name).runs for name in ("dask", "local"))
    pd.testing.assert_frame_equal(found.drop(columns=COLUMNS), local.drop(columns=COLUMNS))


def test_a_run_that_hangs_on_dask_is_stopped_and_the_sweep_goes_on(
    tmp_path: Path, trouble: Tell, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, processes = cluster
    trouble("hang")
    spec = make(SMALL + "execution: {timeout_s: 1}\n")
    done = run_sweep(
        spec, tmp_path / "dask", make_engine=engine_maker("dask", address),
        runner="fake_runs:Trouble",
    )  # fmt: skip
    assert done.counts == {"ok": 47, "failed": 0, "crashed": 0, "timeout": 1}
    (row,) = failures(load_sweep(tmp_path / "dask")).to_dict("records")
    assert (row["policy"], row["future"], row["replicate"]) == ("base", 1, 1)
    assert row["error"] == "stopped after 1 s"
    assert [one.poll() for one in processes] == [None, None, None]
    for one in processes:  # whatever was at work for them ends with them
        one.kill()
    until = time.monotonic() + 20
    while sys.platform == "linux" and (left := children_of_this_test()):
        assert time.monotonic() < until, f"processes stay behind: {left}"
        time.sleep(0.05)


def children_of_this_test() -> list[str]:
    """Command lines of the processes that make runs for this test."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        mine = f"SWEEP_TEST={os.environ['SWEEP_TEST']}\0".encode()
        if mine in environment and b"sweep.worker" in command:
            found.append(command.decode())
    return found


def test_dask_needs_an_address_that_answers(small: SweepSpec, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs the address"):
        run_sweep(small, tmp_path / "a", make_engine=engine_maker("dask"))
    with pytest.raises(EnvironmentFault, match="no Dask scheduler answers"):
        run_sweep(small, tmp_path / "b", make_engine=engine_maker("dask", "nonsense://x"))

"""Kill the driver at any instant: nothing stored is lost, nothing twice, nobody stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sahelsim.experiment.sweep import load_sweep, run_sweep
from sahelsim.experiment.sweep.store import read_manifest
from tests.experiment.sweep.conftest import HEAD, SMALL, SUPPORT, make

Tell = Callable[[str], None]
TEXT = SMALL.replace("replicates: 6", "replicates: 60") + (
    "daily: {series: [alliance_cohesion], every_days: 2, keep: {share: 0.5}}\n"
)
DRIVER = """
import sys
from sahelsim.experiment.sweep import load_spec, run_sweep, store
store.FLUSH_S = 0.05
run_sweep(load_spec(sys.argv[1]), sys.argv[2], workers=2, runner="fake_runs:Slow")
"""


def start(file: Path, out: Path) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(SUPPORT), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(file), str(out)],
        env={**os.environ, "PYTHONPATH": path},
    )


def stored(out: Path) -> set[bytes]:
    if not (out / "manifest.json").exists() or not (out / "sweep.yaml").exists():
        return set()
    return set(load_sweep(out).runs["run_key"])


def workers_of(out: Path) -> list[int]:
    """Processes that hold the note of a worker of this sweep."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            maps = (process / "maps").read_text()
        except OSError:
            continue
        if f"{out}/.worker-" in maps:
            found.append(int(process.name))
    return found


def kill_and_resume(tmp_path: Path, kills: int, seed: int, rows: int) -> None:
    file, out, random = tmp_path / "sweep.yaml", tmp_path / "out", np.random.default_rng(seed)
    file.write_text(HEAD + TEXT)
    for _ in range(kills):
        before = stored(out)
        driver = start(file, out)
        # the length of a start is unknown; the moment that matters is after it
        until = time.monotonic() + 120
        while driver.poll() is None and time.monotonic() < until:
            if list((out / "runs").glob("part-*")) and random.random() < 0.3:
                break
            time.sleep(float(random.uniform(0.0, 0.05)))
        driver.send_signal(signal.SIGKILL)
        driver.wait()
        assert before <= stored(out)
        deadline = time.monotonic() + 20
        while sys.platform == "linux" and (left := workers_of(out)):
            assert time.monotonic() < deadline, f"workers stay behind: {left}"
            time.sleep(0.05)
    run_sweep(make(TEXT), out, workers=1, runner="fake_runs:Plain")
    run_sweep(make(TEXT), tmp_path / "whole", workers=1, runner="fake_runs:Plain")
    found, whole = (load_sweep(path) for path in (out, tmp_path / "whole"))
    assert len(found.runs) == rows
    columns = ["wall_s", "attempt"]
    pd.testing.assert_frame_equal(
        found.runs.drop(columns=columns), whole.runs.drop(columns=columns)
    )
    pd.testing.assert_frame_equal(found.daily(), whole.daily())
    assert read_manifest(out)["specification"] == read_manifest(tmp_path / "whole")["specification"]
    assert not [one for one in out.rglob("*") if one.name.endswith(".tmp")]


def test_a_killed_driver_is_resumed(tmp_path: Path, trouble: Tell) -> None:
    kill_and_resume(tmp_path, kills=2, seed=1, rows=480)


@pytest.mark.long
def test_a_driver_killed_many_times_is_resumed(tmp_path: Path, trouble: Tell) -> None:
    kill_and_resume(tmp_path, kills=60, seed=2, rows=480)


def test_a_killed_worker_is_replaced(tmp_path: Path, trouble: Tell) -> None:
    file, out = tmp_path / "sweep.yaml", tmp_path / "out"
    file.write_text(HEAD + TEXT)
    driver = start(file, out)
    killed = 0
    while driver.poll() is None and killed < 2:
        for pid in workers_of(out):
            if pid != driver.pid and list((out / "runs").glob("part-*")):
                os.kill(pid, signal.SIGKILL)
                killed += 1
                break
        time.sleep(0.2)
    assert driver.wait(timeout=300) == 0
    assert killed > 0
    sweep = load_sweep(out)
    assert (sweep.runs["status"] == "ok").all()
    assert len(sweep.runs) == 480
    assert "worker lost" in (out / "events.jsonl").read_text()

"""Runs that end early go on where they stopped, and their files are those of a run that did not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sahelsim.experiment import load_run, run
from sahelsim.experiment.runner import CHUNK
from sahelsim.experiment.store import MANIFEST, ResultStore
from sahelsim.model.draws import make_key, uniform
from sahelsim.scenario import Scenario, load_scenario
from sahelsim.scenario.cutting import cut
from tests.experiment.conftest import files

N = 4 * CHUNK


class Stop(Exception):
    """What a test throws to end a run early."""


@pytest.fixture(scope="module")
def whole(plan: Scenario, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Files of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "r"
    run(plan, N, out=folder)
    return files(folder)


def stop_after(n: int) -> Any:
    """A progress that ends the run when ``n`` replicates are done."""
    seen = [0]

    def progress(count: int) -> None:
        seen[0] += count
        if seen[0] >= n:
            raise Stop

    return progress


@pytest.fixture
def half(plan: Scenario, tmp_path: Path) -> Path:
    """A directory whose run stopped in its third chunk."""
    with pytest.raises(Stop):
        run(plan, N, workers=1, out=tmp_path / "r", progress=stop_after(2 * CHUNK + 3))
    assert {file.name for file in (tmp_path / "r/parts").glob("*-done")} == {
        "00000000-done", f"{CHUNK:08d}-done"
    }  # fmt: skip
    return tmp_path / "r"


def test_a_stopped_run_goes_on_and_ends_alike(
    half: Path, plan: Scenario, whole: dict[str, bytes]
) -> None:
    told: list[int] = []
    done = run(plan, N, out=half, progress=told.append)
    assert told == [2 * CHUNK] + [1] * (2 * CHUNK)
    assert files(half) == whole
    assert done.manifest["status"] == "complete"
    assert not (half / "parts").exists()


@pytest.mark.parametrize("suffix", ["daily.arrow", "places.npy.lz4", "orders.arrow", "done"])
@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_a_damaged_part_is_run_again(
    suffix: str, damage: str, half: Path, plan: Scenario, whole: dict[str, bytes]
) -> None:
    part = half / "parts" / f"00000000-{suffix}"
    content = bytearray(part.read_bytes())
    if damage == "cut":
        part.write_bytes(content[: len(content) // 3])
    elif damage == "flip":
        content[len(content) // 2] ^= 0xFF
        part.write_bytes(content)
    else:
        part.unlink()
    told: list[int] = []
    run(plan, N, out=half, progress=told.append)
    assert told[0] == CHUNK
    assert files(half) == whole


def test_what_a_killed_process_leaves_is_cleared_away(half: Path, plan: Scenario) -> None:
    (half / ".daily.parquet.4242.tmp").write_bytes(b"half")
    (half / "parts/.00000030-daily.arrow.4242.tmp").write_bytes(b"half")
    run(plan, N, out=half)
    assert not list(half.rglob("*.tmp"))


def test_a_folder_with_nothing_but_debris_is_taken(plan: Scenario, tmp_path: Path) -> None:
    out = tmp_path / "r"
    out.mkdir()
    (out / ".manifest.json.4242.tmp").write_bytes(b"{")
    assert run(cut(plan, 2), 1, out=out).replicates == 1


def test_a_kill_before_the_parts_are_dropped_loses_nothing(
    plan: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: dict[str, bytes]
) -> None:
    def dies(path: Path, **named: Any) -> None:
        raise Stop

    monkeypatch.setattr("sahelsim.experiment.store.shutil.rmtree", dies)
    with pytest.raises(Stop):
        run(plan, N, out=tmp_path / "r")
    monkeypatch.undo()
    assert load_run(tmp_path / "r").replicates == N
    told: list[int] = []
    run(plan, N, out=tmp_path / "r", progress=told.append)
    assert told == [N]
    assert files(tmp_path / "r") == whole
    assert not (tmp_path / "r/parts").exists()


def test_another_request_does_not_go_on_with_these_parts(half: Path, plan: Scenario) -> None:
    from sahelsim.base.errors import InputError

    with pytest.raises(InputError, match="what differs: seed, number of replicates"):
        run(plan, N + 1, seed=2, out=half)
    assert ResultStore(half).finished(0)


# ---- the real process --------------------------------------------------------------------------


def command(out: Path, replicates: int, days: int = 20) -> list[str]:
    return [
        sys.executable, "-m", "sahelsim", "run", "documented-2023", "--replicates", str(replicates),
        "--days", str(days), "--out", str(out), "--no-report",
    ]  # fmt: skip


def begin(out: Path, replicates: int, days: int = 20) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(out, replicates, days), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        # a background job is born deaf to Ctrl-C, and so would be its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def wait_for_parts(out: Path, n: int, process: subprocess.Popen[str]) -> None:
    """Wait until ``n`` chunks are finished."""
    end = time.monotonic() + 120
    while len(list(out.glob("parts/*-done"))) < n:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)


def finish(out: Path, replicates: int, days: int = 20) -> str:
    done = subprocess.run(
        command(out, replicates, days), capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(
    plan: Scenario, tmp_path: Path
) -> None:
    out, replicates = tmp_path / "stopped", 100 * CHUNK  # more than a fast machine finishes at once
    run(plan, replicates, out=tmp_path / "straight")  # first: it compiles the model if need be
    process = begin(out, replicates)
    wait_for_parts(out, 2, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert (
        "interrupted; what is finished is kept. Go on with:\n  sahelsim run documented-2023" in err
    )
    assert f"--replicates {replicates} --days 20 --out {out} --no-report" in err
    assert json.loads((out / MANIFEST).read_text())["status"] == "running"
    kept = len(list(out.glob("parts/*-done")))
    assert 2 <= kept < 25
    assert f"{kept * CHUNK} of them finished earlier" in finish(out, replicates)
    assert files(out) == files(tmp_path / "straight")


def test_kill_in_the_middle_and_go_on(plan: Scenario, tmp_path: Path) -> None:
    out, replicates = tmp_path / "killed", 12 * CHUNK
    run(plan, replicates, out=tmp_path / "straight")  # first: it compiles the model if need be
    process = begin(out, replicates)
    wait_for_parts(out, 1, process)
    process.kill()
    process.communicate()
    assert process.returncode == -9
    finish(out, replicates)
    assert files(out) == files(tmp_path / "straight")


def seconds_to_the_first_part(out: Path, replicates: int) -> float:
    """How long this machine takes, just now, from the start to the first chunk on disk."""
    began = time.monotonic()
    process = begin(out, replicates)
    while not list(out.glob("parts/*-done")) and process.poll() is None:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    return time.monotonic() - began


@pytest.mark.long
def test_kills_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    """Kill the process again and again, at any moment of its life, until the run is complete."""
    replicates = 40 * CHUNK
    run(cut(load_scenario("documented-2023"), 20), replicates, out=tmp_path / "straight")
    wanted = files(tmp_path / "straight")
    key = make_key(3)
    first_s = seconds_to_the_first_part(tmp_path / "timed", replicates)
    for trial in range(6):
        out = tmp_path / f"killed-{trial}"
        kept, kills = 0, 0
        while True:
            process = begin(out, replicates)
            try:
                _, err = process.communicate(
                    timeout=3.0 * first_s * uniform(key, 9_700, trial, kills, 0)
                )
                assert process.returncode == 0, err
                break
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.communicate()
                kills += 1
            parts = len(list(out.glob("parts/*-done")))
            # parts are dropped only when the whole is there
            assert parts >= kept or json.loads((out / MANIFEST).read_text())["status"] == "complete"
            kept = parts
            assert kills < 200
        assert files(out) == wanted
        assert not list(out.rglob("*.tmp"))

"""The commands of sweeps, by real runs of a few days."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sahelsim.base.formatting import duration
from sahelsim.cli.main import main

FILE = """
id: few
title: Few
question: Does it run?
days: 4
policies:
  base: {}
  none: {scenario: no-airlift}
uncertainties: {threat.hit: {}}
design: {method: grid, levels: 2}
replicates: 3
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a sweep file and a finished sweep of twelve runs."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "few.yaml").write_text(FILE)
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert main(["sweep", "run", "few.yaml", "--out", "done", "--workers", "1", "--quiet"]) == 0
        yield folder
    finally:
        os.chdir(before)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["sweep", *words])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def document(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, out, _ = run(capsys, *words, "--json")
    assert code == 0, out
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_finished_sweep_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "run", "few.yaml", "--out", "done")
    assert code == 0
    assert "few: 12 of 12 runs are done" in out
    assert "finished earlier" in err
    found = document(capsys, "status", "done")
    assert (found["state"], found["done"], found["counts"]["ok"]) == ("complete", 12, 12)


def test_lines_of_json_count_the_runs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "run", "few.yaml", "--out", "done", "--jsonl")
    assert (code, err) == (0, "")
    *progress, document = map(json.loads, out.splitlines())
    assert [(line["unit"], line["done"], line["total"]) for line in progress] == [("runs", 12, 12)]
    assert (document["schema"], document["complete"]) == ("sahelsim.sweep.run/1", True)


def test_another_sweep_exits_3(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "run", "first-sweep", "--out", "done")
    assert code == 3
    assert "error SS4130" in err


def test_plan_and_check_say_how_many(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "plan", "few.yaml", "--pilot", "2", "--workers", "2")
    assert code == 0
    assert "2 policies × 2 futures × 3 replicates = 12 runs" in out
    assert "pilot of 2" in out
    assert "bytes a run" in out
    found = document(capsys, "check", "few.yaml")
    assert found["checked"][0]["runs"] == 12


def test_show_gives_outcomes_by_policy_and_answers_sql(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(capsys, "show", "done", "--outcome", "tonnes_delivered")
    assert [row["policy"] for row in found["rows"]] == ["base", "none"]
    assert all(row["runs"] == 6 for row in found["rows"])
    found = document(capsys, "show", "done", "--sql", "SELECT count(*) AS n FROM runs")
    assert found["rows"] == [{"n": 12}]
    code, out, _ = run(capsys, "show", "done", "--failed")
    assert (code, out.strip()) == (0, "no run went wrong")
    code, _, err = run(capsys, "show", "done", "--outcome", "tonnes")
    assert (code, "SS4008" in err) == (3, True)


def test_sql_is_answered_by_a_table_in_words(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = "SELECT policy, count(*) AS n, 12345.678 AS t FROM runs GROUP BY policy ORDER BY policy"
    code, out, _ = run(capsys, "show", "done", "--sql", sql)
    assert code == 0
    assert [line.split() for line in out.splitlines()] == [
        ["policy", "n", "t"], ["base", "6", "12,300"], ["none", "6", "12,300"]
    ]  # fmt: skip


def test_a_watched_sweep_is_shown_until_it_ends(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {
        "id": "few", "state": "running", "done": 3, "planned": 12, "counts": {"ok": 3},
        "runs_per_s": 1.5, "left_s": 6.0, "command": "sahelsim sweep run few.yaml",
    }  # fmt: skip
    last = {**known, "state": "stopped", "done": 9, "counts": {"ok": 7, "failed": 2}}
    states = [known, {**known, "done": 9, "left_s": None}, last]
    waited: list[float] = []
    monkeypatch.setattr("sahelsim.experiment.sweep.state.sweep_state", lambda _: states.pop(0))
    monkeypatch.setattr("sahelsim.cli.sweep_tables.time.sleep", waited.append)
    code, out, err = run(capsys, "status", "done", "--watch")
    assert code == 0
    assert err.splitlines() == ["few: running, 3 of 12 runs, 1.5/s, 6 s left",
                                "few: running, 9 of 12 runs"]  # fmt: skip
    assert out.splitlines() == ["few: stopped, 9 of 12 runs", "  2 failed",
                                "go on with: sahelsim sweep run few.yaml"]  # fmt: skip
    assert waited == [2.0, 2.0]


def test_a_finished_sweep_has_nothing_to_try_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(capsys, "retry", "done", "--only", "failed")
    assert (found["planned"], found["done"], found["complete"]) == (12, 12, True)


def test_every_broken_file_is_told_and_the_good_ones_too(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (home / f"{name}.yaml").write_text(FILE.replace("policies", f"polices-{name}"))
    code, out, err = run(capsys, "check", "one.yaml", "few.yaml", "two.yaml")
    assert code == 3
    assert out.startswith("ok  few.yaml: ")
    assert "unknown key 'polices-one'" in err
    assert "unknown key 'polices-two'" in err


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1.24, "1.2 s"), (89, "89 s"), (90, "1.5 min"), (5399, "90 min"), (5400, "1.5 h"),
     (172_800, "2 days"), (1e6, "12 days")],
)  # fmt: skip
def test_a_duration_is_said_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_shards_go_into_folders_of_their_own_and_merge(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for k in (1, 2):
        words = ("run", "few.yaml", "--out", "sharded", "--shard", f"{k}/2", "--workers", "1")
        assert run(capsys, *words)[0] == 0
    assert (home / "sharded" / "shard-1-of-2" / "manifest.json").exists()
    code, out, _ = run(capsys, "merge", "sharded")
    assert (code, out.strip()) == (0, "2 shards: 12 runs in sharded")
    assert document(capsys, "verify", "sharded", "--sample", "2")["again"] == 2
    code, out, _ = run(capsys, "compact", "sharded")
    assert (code, "parts became 2" in out) == (0, True)


@pytest.mark.parametrize("shard", ["3/2", "0/2", "half"])
def test_a_wrong_shard_exits_2(home: Path, capsys: pytest.CaptureFixture[str], shard: str) -> None:
    code, _, err = run(capsys, "run", "few.yaml", "--out", "x", "--shard", shard)
    assert code == 2
    assert "write 1/4" in err
    assert not (home / "x").exists()


def test_extend_needs_to_know_what(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "extend", "done")[0] == 2
    assert run(capsys, "extend", "done", "--futures", "3")[0] == 3


def test_export_does_not_overwrite(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "export", "done", "--to", "csv")[0] == 0
    assert (home / "csv" / "outcomes.csv").exists()
    assert run(capsys, "export", "done", "--to", "csv")[0] == 2
    assert run(capsys, "export", "done", "--to", "csv", "--force")[0] == 0


def test_a_new_file_can_be_checked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "new", "mine.yaml")[0] == 0
    assert run(capsys, "check", "mine.yaml")[0] == 0
    assert run(capsys, "new", "mine.yaml")[0] == 2
    code, out, _ = run(capsys, "slurm", "mine.yaml", "--shards", "4")
    assert code == 0
    assert out.startswith("#!/bin/bash\n")


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_sweep_says_how_to_go_on(home: Path, sign: signal.Signals) -> None:
    file = home / "long.yaml"
    file.write_text(
        FILE.replace("id: few", "id: long").replace("replicates: 3", "replicates: 5000")
    )
    out = home / f"long-{sign.name}"
    words = [
        sys.executable,
        "-m",
        "sahelsim",
        "sweep",
        "run",
        str(file),
        "--out",
        str(out),
        "-j",
        "1",
    ]
    process = subprocess.Popen(
        words, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    until = time.monotonic() + 300
    while not list((out / "runs").glob("part-*")) and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(sign)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"sahelsim sweep run {file} --out {out}" in err
    assert json.loads((out / "status.json").read_text())["state"] == "interrupted"

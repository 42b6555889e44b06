"""``sahelsim bench``: a rate that is the machine's and not the measurement's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sahelsim.cli import bench
from sahelsim.cli.main import main
from sahelsim.scenario import cut, load_scenario

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, float], list[tuple[int, int]]]:
    """A machine that needs ``begin`` seconds for a run and ``each`` for a replicate."""

    def make(begin: float, each: float) -> list[tuple[int, int]]:
        now, runs = [0.0], []

        def run(plan: Any, replicates: int, *, workers: int, out: Any) -> None:
            now[0] += begin + each * replicates / workers
            runs.append((replicates, workers))

        monkeypatch.setattr("sahelsim.experiment.run", run)
        monkeypatch.setattr(bench.time, "perf_counter", lambda: now[0])
        return runs

    return make


@pytest.mark.parametrize(
    ("begin", "each", "workers"), [(0.0, 0.01, 1), (3.0, 0.01, 1), (1, 0.02, 2)]
)
def test_the_rate_leaves_out_what_begins_once(
    machine: Any, begin: float, each: float, workers: int
) -> None:
    runs = machine(begin, each)
    plan = load_scenario("documented-2023")
    rate = bench.replicates_a_second(plan, workers, 4.0)
    assert rate == pytest.approx(workers / each)
    took = begin + each * runs[-1][0] / workers
    assert took >= 4.0
    assert all(used == workers for _, used in runs)


def test_the_command_measures_one_worker_and_all(
    machine: Any, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(0.5, 0.01)
    monkeypatch.setattr("sahelsim.experiment.runner.worker_count", lambda _: 4)
    assert main(["bench", "--seconds", "1"]) == 0
    out, err = capsys.readouterr()
    rows = [line.split() for line in out.splitlines()[2:]]
    assert rows == [["1", "100", "10", "10"], ["4", "400", "2.5", "2.5"]]
    assert "1 worker ..." in err
    assert main(["bench", "no-airlift", "--seconds", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["scenario"], found["days"]) == ("no-airlift", 219)
    assert [one["workers"] for one in found["measured"]] == [1, 4]


def test_it_really_runs() -> None:
    plan = cut(load_scenario("documented-2023"), 3)
    assert 1 < bench.replicates_a_second(plan, 1, 0.1) < 1e6

"""Timing in turn, medians, what is kept, and the page."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks import measure, page


def test_every_task_runs_once_a_round_and_none_is_always_first() -> None:
    ran: list[str] = []
    tasks = {name: (lambda name=name: ran.append(name) or name) for name in "abc"}
    times = measure.interleaved(tasks, rounds=3, warm_up=1)
    rounds = [ran[k : k + 3] for k in range(0, len(ran), 3)]
    assert all(sorted(one) == ["a", "b", "c"] for one in rounds)
    assert {one[0] for one in rounds[1:]} == {"a", "b", "c"}
    assert all(len(taken.wall) == len(taken.cpu) == 3 for taken in times.values())
    assert times["b"].result == "b"


def test_time_is_that_of_the_task() -> None:
    def work() -> int:
        return sum(range(300_000))

    times = measure.interleaved({"work": work, "nothing": lambda: None}, rounds=3)
    assert min(times["work"].cpu) > 10 * max(times["nothing"].cpu)
    assert measure.ratios([4.0, 9.0], [2.0, 3.0], 0.5) == [1.0, 1.5]


@pytest.mark.parametrize(
    ("values", "found"),
    [([3.0], (3.0, 3.0, 3.0)), ([1.0, 2.0, 3.0, 4.0, 100.0], (2.0, 3.0, 4.0))],
)
def test_quartiles(values: list[float], found: tuple[float, float, float]) -> None:
    assert measure.quartiles(values) == found


def test_memory_and_disk_are_measured(tmp_path: Path) -> None:
    before = measure.memory_mb()
    block = bytearray(b"x") * 60_000_000
    assert measure.memory_mb() > before + 40
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/file").write_bytes(block[:2_000_000])
    assert measure.disk_mb(tmp_path) == 2.0


def sheet(name: str, value: float) -> measure.Sheet:
    made = measure.Sheet(name, f"About {name}", "See the <number>.", text=["A word."])
    made.add("ours against theirs", [value, value, value], "x", "100")
    made.chart("Bars", "Two bars.", page.bars(["a", "b"], [1.0, value], "s"))
    return made


def test_the_page_and_the_table_hold_every_benchmark_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure.publish(sheet("peers", 3.25), tmp_path)
    path = measure.publish(sheet("startup", 61.5), tmp_path)
    measure.publish(sheet("startup", 62.5), tmp_path)  # a second run replaces the first
    printed = capsys.readouterr().out
    assert "62.5 x" in printed
    assert "aim: 100" in printed
    text = path.read_text(encoding="utf-8")
    assert "About peers" in text
    assert "ours against theirs: 62.5 times (aim: 100)." in text
    assert "61.5" not in text
    assert text.index('id="startup"') < text.index('id="peers"')
    assert "See the &lt;number&gt;." in text
    assert "connect-src &#39;none&#39;" in text
    with (tmp_path / "benchmarks.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["benchmark"], float(row["value"])) for row in rows] == [
        ("startup", 62.5), ("peers", 3.25),
    ]  # fmt: skip


def test_the_machine_is_described() -> None:
    told = measure.machine()
    assert all(told.values())
    assert "numba" in told["packages"]
    assert "cores" in told["processor"]

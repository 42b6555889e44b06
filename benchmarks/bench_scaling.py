"""How cost grows: with places, days, replicates and workers; memory of the parent process.

python -m benchmarks.bench_scaling [--rounds 5] [--largest 100] [--replicates 120]
                                   [--memory-replicates 1000]

``--largest 100`` means 11,000 places, whose two matrices of place by place take 2 GB.
"""

from __future__ import annotations

import functools
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.page import bars, growth
from benchmarks.synthetic import frozen_mb, grown
from sahelsim.experiment import runner
from sahelsim.experiment.running import run
from sahelsim.model.build import Template, template
from sahelsim.model.day import run_days
from sahelsim.model.health import check_health
from sahelsim.scenario import cut, load_scenario

PLACES = 110
COUNT = 5_000_000
DAYS = (27, 55, 110, 219)


def places(sheet: measure.Sheet, rounds: int, largest: int) -> None:
    """Cost of a simulated day by number of places."""
    base = template(cut(load_scenario("documented-2023"), 30))
    sizes, cost = [], []
    for times in sorted({1, 10, largest}):
        big = grown(base, times)
        world = big.world(1, 0)
        days = max(3, 30 // times)

        def days_of_one_run(big: Template = big, used: Any = world, days: int = days) -> None:
            began = big.world(1, 0, used)
            run_days(began, big.parameters, days)
            check_health(began, big.plan.id)

        taken = measure.interleaved({"run": days_of_one_run}, max(2, rounds // (times // 10 or 1)))
        matrices, changing = frozen_mb(world)
        row = sheet.add(
            f"{PLACES * times:,} places", [1000.0 * s / days for s in taken["run"].cpu],
            "ms a day",
            note=f"{matrices:,.0f} MB of roads shared, {changing:,.0f} MB a run for 30 days",
        )  # fmt: skip
        sizes.append(float(PLACES * times))
        cost.append(row.value)
    sheet.add(
        f"a day of {sizes[-1]:,.0f} places / a day of {PLACES}, over the ratio of places",
        [cost[-1] / cost[0] / (sizes[-1] / PLACES)], "x", "1: linear",
    )  # fmt: skip
    sheet.chart(
        "Cost by places", "Processor time of a simulated day; a slope of one is linear.",
        growth({"a day": (sizes, cost)}, "places", "ms a day"),
    )  # fmt: skip


def days(sheet: measure.Sheet, rounds: int) -> None:
    """Cost of a run by its length."""
    shared = template(load_scenario("documented-2023"))
    used = shared.world(1, 0)

    def one(length: int) -> None:
        run_days(shared.world(1, 0, used), shared.parameters, length)

    tasks: dict[str, Callable[[], Any]] = {
        f"{n} days": functools.partial(one, n) for n in DAYS
    }  # fmt: skip
    taken = measure.interleaved(tasks, rounds)
    for name, times in taken.items():
        sheet.add(name, [1000.0 * s for s in times.cpu], "ms")
    longest, shortest = taken[f"{DAYS[-1]} days"].cpu, taken[f"{DAYS[0]} days"].cpu
    sheet.add(
        f"{DAYS[-1]} days / {DAYS[0]} days, over the ratio of days",
        measure.ratios(longest, shortest, DAYS[0] / DAYS[-1]), "x", "1: linear",
    )  # fmt: skip


_shared: Template | None = None


def _begin() -> None:
    global _shared
    _shared = template(load_scenario("documented-2023"))


def _chunk(first: int) -> int:
    assert _shared is not None
    part, _ = runner.run_part(_shared, 1, first, runner.CHUNK)
    return part.first


def _count(until: int) -> int:
    """Pure counting: what one more core can give on this machine at best."""
    total = 0
    for number in range(until):
        total += number
    return total


def workers(sheet: measure.Sheet, rounds: int, replicates: int) -> None:
    """Replicates a second with one and two threads, and with one and two processes."""
    shared = template(load_scenario("documented-2023"))
    firsts = list(range(0, replicates, runner.CHUNK))

    def threads(n: int) -> None:
        todo = [(first, runner.CHUNK) for first in firsts]
        runner.run_parts(shared, 1, todo, lambda part: None, workers=n)

    context = get_context("spawn")
    with (
        ProcessPoolExecutor(1, context, _begin) as one,
        ProcessPoolExecutor(2, context, _begin) as two,
    ):
        taken = measure.interleaved(
            {
                "1 thread": lambda: threads(1),
                "2 threads": lambda: threads(2),
                "1 process": lambda: list(one.map(_chunk, firsts)),
                "2 processes": lambda: list(two.map(_chunk, firsts)),
                "1 process that counts": lambda: list(one.map(_count, [COUNT] * 4)),
                "2 processes that count": lambda: list(two.map(_count, [COUNT] * 4)),
            },
            rounds,
        )
    counting = (taken.pop("1 process that counts"), taken.pop("2 processes that count"))
    for name, times in taken.items():
        sheet.add(name, [replicates / s for s in times.wall], "replicates/s")
    for kind, many in (("thread", "threads"), ("process", "processes")):
        sheet.add(
            f"2 {many} / 1 {kind}",
            measure.ratios(taken[f"1 {kind}"].wall, taken[f"2 {many}"].wall), "x", "1.8 at least",
        )  # fmt: skip
    sheet.add(
        "2 processes / 1 process, counting alone",
        measure.ratios(counting[0].wall, counting[1].wall), "x",
        note="what a second core gives on this machine in these minutes",
    )  # fmt: skip
    sheet.chart(
        "Workers", "Replicates a second, tables made and dropped.",
        bars(list(taken), [replicates / measure.quartiles(t.wall)[1] for t in taken.values()],
             "replicates/s"),
    )  # fmt: skip


class Watch(threading.Thread):
    """Looks at this process's memory ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self._stop_now = threading.Event()

    def run(self) -> None:
        while not self._stop_now.wait(0.1):
            self.peak_mb = max(self.peak_mb, measure.memory_mb())

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_now.set()
        self.join()


def memory(sheet: measure.Sheet, replicates: int) -> None:
    """What many replicates add to the process that started them, and seconds by replicates."""
    plan = load_scenario("documented-2023")
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run(plan, 100, out=Path(folder) / "few")
        few_s, before = time.perf_counter() - began, measure.memory_mb()
        began = time.perf_counter()
        with Watch() as watch:
            run(plan, replicates, out=Path(folder) / "many")
        many_s = time.perf_counter() - began
    sheet.add("100 replicates, all tables written", [few_s], "s")
    sheet.add(f"{replicates:,} replicates, all tables written", [many_s], "s")
    sheet.add(
        f"{replicates:,} replicates / 100, over the ratio of replicates",
        [many_s / few_s * 100 / replicates], "x", "1: linear",
    )  # fmt: skip
    sheet.add(
        f"added to the parent's memory by {replicates:,} replicates",
        [max(0.0, watch.peak_mb - before)], "MB", "under 200 for 10,000",
    )  # fmt: skip


def main() -> None:
    """Measure."""
    given = measure.options(__doc__, rounds=5, largest=100, replicates=400, memory_replicates=1000)
    sheet = measure.Sheet(
        "scaling",
        "How cost grows",
        "See whether cost is linear: a ratio of one means that ten times as much costs ten times "
        "as much.",
        text=[
            "Places: each documented place becomes a cluster of places with as many neighbours "
            "(benchmarks/synthetic.py). The matrices of road distance and next place between all "
            "pairs of places grow with the square of their number."
        ],
    )
    memory(sheet, given.memory_replicates)
    workers(sheet, given.rounds, given.replicates)
    days(sheet, given.rounds)
    places(sheet, given.rounds, given.largest)
    measure.publish(sheet)


if __name__ == "__main__":
    main()

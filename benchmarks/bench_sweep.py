"""What a sweep costs beyond its runs: engine, store and memory, each beside an ideal.

python -m benchmarks.bench_sweep              everything, about four minutes on two free cores
python -m benchmarks.bench_sweep overhead     one part: overhead, threads, store or memory

Runs are synthetic: they hold a processor for a given time, so the ideal is known. Ratios count,
not seconds: both sides run in turn on the same machine. On a busy machine look at the ratio of
processor seconds, which does not depend on who else is there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure
from sahelsim.base.yaml_source import parse
from sahelsim.experiment.sweep import SweepJob, SweepSpec
from sahelsim.experiment.sweep.loading import build_spec

SUPPORT = Path(__file__).resolve().parents[1] / "tests" / "experiment" / "sweep" / "support"
PARTS = ("overhead", "threads", "store", "memory")
OUTCOMES, ROWS, FLUSH = 50, 1_000_000, 10_000  # with keys and status 60 columns
TEXT = """
id: bench
title: Bench
question: What does it cost?
days: {days}
policies: {{base: {{}}, none: {{scenario: no-airlift}}}}
uncertainties: {{threat.hit: {{}}}}
design: {{method: grid, levels: {futures}}}
replicates: {replicates}
"""


def make(futures: int, replicates: int, days: int = 3) -> SweepSpec:
    text = TEXT.format(futures=futures, replicates=replicates, days=days)
    return build_spec(parse(text, name="bench.yaml"), Path())


def cpu_s() -> float:
    """Processor seconds of this process and its ended children."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


@contextmanager
def measured(into: list[tuple[float, float]]) -> Iterator[None]:
    began, before = time.perf_counter(), cpu_s()
    yield
    into.append((time.perf_counter() - began, cpu_s() - before))


def spin(seconds: float, runs: int) -> None:
    for _ in range(runs):
        until = time.thread_time() + seconds
        while time.thread_time() < until:
            pass


def ideal(seconds: float, runs: int) -> None:
    """Two processes, half of the runs each, results thrown away."""
    context = multiprocessing.get_context("fork")
    pair = [context.Process(target=spin, args=(seconds, runs // 2)) for _ in range(2)]
    for one in pair:
        one.start()
    for one in pair:
        one.join()


def sweep(spec: SweepSpec, runner: str, progress: Any = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        SweepJob(spec, Path(folder) / "out", workers=2, runner=runner).go(progress)


def overhead(sheet: measure.Sheet) -> None:
    """Runs that hold a processor for a given time, against a static split without any storage."""
    sys.path.insert(0, str(SUPPORT))
    start: list[tuple[float, float]] = []
    os.environ["BENCH_MS"] = "0"
    for _ in range(3):  # what starting two workers costs, whatever they then run
        with measured(start):
            sweep(make(2, 1), "fake_runs:Spin")
    start_wall, start_cpu = (
        measure.quartiles(list(column))[1] for column in zip(*start, strict=True)
    )
    sheet.add("starting and ending two workers", [one[0] for one in start], "s")
    for milliseconds, futures, replicates, target in (
        (5.0, 25, 40, "at most 2 %"),
        (0.2, 100, 250, "at most 15 %"),
    ):
        spec = make(futures, replicates)
        runs = futures * replicates * 2
        os.environ["BENCH_MS"] = str(milliseconds)
        ours: list[tuple[float, float]] = []
        best: list[tuple[float, float]] = []
        for _ in range(3):
            with measured(best):
                ideal(milliseconds / 1000.0, runs)
            with measured(ours):
                sweep(spec, "fake_runs:Spin")
        pairs = list(zip(ours, best, strict=True))
        what = (
            f"{runs:,} runs of {milliseconds} ms, stored, over a static split that stores nothing"
        )
        sheet.add(
            f"{what}: after the start", [percent(o[0] - start_wall, b[0]) for o, b in pairs], "%",
            target,
        )  # fmt: skip
        sheet.add(
            f"{what}: processor time", [percent(o[1] - start_cpu, b[1]) for o, b in pairs], "%",
            target,
        )  # fmt: skip
        sheet.add(f"{what}: with the start", [percent(o[0], b[0]) for o, b in pairs], "%")
        sheet.add(f"{runs:,} runs of {milliseconds} ms", [runs / o[0] for o in ours], "runs/s")


def percent(ours: float, best: float) -> float:
    return 100.0 * (ours / best - 1.0)


def threads(sheet: measure.Sheet) -> None:
    """The real model: threads over kernels that release the lock, against processes."""
    from concurrent.futures import ThreadPoolExecutor

    from sahelsim.experiment.sweep.designs import futures_table
    from sahelsim.experiment.sweep.schedule import Schedule
    from sahelsim.experiment.sweep.work import Job, run_chunk

    spec = make(10, 16, days=219)
    job = Job.of(spec)

    def by_threads() -> None:
        schedule = Schedule(spec, futures_table(spec))
        chunks = iter(lambda: schedule.take(8), None)

        def serve(_: int) -> None:
            run = job.make()
            for chunk in chunks:
                run_chunk(job, run, chunk)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(serve, range(2)))

    by_threads()  # compiled and loaded
    first: list[float] = []

    def first_row(_: int) -> None:
        first.append(time.perf_counter())

    runs = 320
    threaded, processes, steady = [], [], []
    for _ in range(3):
        took: list[tuple[float, float]] = []
        with measured(took):
            by_threads()
        first.clear()
        with measured(took):
            sweep(spec, job.runner, first_row)
            ended = time.perf_counter()
        threaded.append(runs / took[0][0])
        processes.append(runs / took[1][0])
        steady.append(runs / (ended - first[1]))  # the first call tells what was there before
    sheet.add("the model, 219 days: two threads", threaded, "runs/s")
    sheet.add("the model, 219 days: two processes with their start", processes, "runs/s")
    sheet.add("the model, 219 days: two processes after their first row", steady, "runs/s")


def store(sheet: measure.Sheet) -> None:
    """Size and speed of a million synthetic rows, half of the outcomes counts."""
    import pyarrow.parquet as pq

    from sahelsim.experiment.sweep.parts import daily_table, read_parts, runs_table, write_part
    from sahelsim.experiment.sweep.work import Rows

    ids = [f"outcome_{k}" for k in range(OUTCOMES)]
    random = np.random.default_rng(1)
    scale = random.uniform(5.0, 500.0, OUTCOMES)
    spent, size, n = 0.0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROWS // FLUSH):
            rows = Rows.room(FLUSH, OUTCOMES)
            index = np.arange(number * FLUSH, (number + 1) * FLUSH)
            rows.policy[:], rows.replicate[:] = index // 8 % 4, index % 8
            rows.future[:] = index // 32
            rows.seed[:], rows.attempt[:] = index // 32 * 7919, 1
            rows.wall_s[:] = random.uniform(0.005, 0.02, FLUSH)
            rows.keys = random.bytes(16 * FLUSH)
            rows.values = random.gamma(2.0, scale, (FLUSH, OUTCOMES))
            rows.values[:, ::2] = np.floor(rows.values[:, ::2])
            before = time.process_time()
            path = Path(folder) / f"part-{number:04d}.parquet"
            write_part(path, [runs_table([rows], ["a", "b", "c", "d"], ids)], {})
            spent += time.process_time() - before
            size += path.stat().st_size
            n += FLUSH
        before = time.process_time()
        for table in read_parts(Path(folder), ["future", "policy", "replicate", "status"]):
            assert len(table) == FLUSH
        scan = time.process_time() - before
        before = time.process_time()
        pq.read_table(folder, columns=ids[:3])
        three = time.process_time() - before
    sheet.add(f"{ROWS:,} runs of 60 columns", [size / 1e6], "MB on disk", "at most 260 MB")
    sheet.add("rows written per processor second", [n / spent], "rows")
    sheet.add("what has run, read when a sweep goes on", [scan], "s of processor")
    sheet.add("three columns of all runs", [three], "s of processor")
    days, series, runs = 365, 10, 5_000
    block = np.empty((runs, series, days), dtype=np.float32)
    for k in range(series):
        steps = random.poisson(0.4, (runs, days)) if k < 6 else random.normal(size=(runs, days))
        block[:, k] = np.cumsum(steps, axis=1)
    rows = Rows.room(runs, 1)
    rows.policy[:], rows.future[:], rows.replicate[:] = 0, np.arange(runs), 0
    rows.keys, rows.kept, rows.daily = random.bytes(16 * runs), list(range(runs)), block
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.parquet"
        table = daily_table([rows], ["a"], [f"s{k}" for k in range(series)])
        write_part(path, [table], {})
        ratio = path.stat().st_size / block.nbytes
    sheet.add(f"daily series of {days} days over their raw size", [ratio], "x")


MEMORY = """
import resource, sys, tempfile
from pathlib import Path
sys.path[:0] = [{support!r}, {here!r}]
from benchmarks.bench_sweep import make
from sahelsim.experiment.sweep import SweepJob
with tempfile.TemporaryDirectory() as folder:
    SweepJob(make({futures}, 250), Path(folder) / "out", workers=2, runner="fake_runs:Plain").go()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def memory(sheet: measure.Sheet) -> None:
    """Memory of the process that drives a sweep, at its peak."""
    for futures in (10, 100, 1000):
        code = MEMORY.format(
            support=str(SUPPORT), here=str(Path(__file__).parents[1]), futures=futures
        )
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        sheet.add(
            f"memory of the driver, {500 * futures:,} runs", [int(done.stdout) / 1024.0], "MB",
            "the same for any number",
        )  # fmt: skip


def main() -> None:
    """Measure the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    wanted = parser.parse_args().parts or PARTS
    sheet = measure.Sheet(
        "sweep",
        "What a sweep costs beyond its runs",
        "See how little a sweep adds to its runs, storage that survives a kill included.",
        text=["Runs are synthetic and hold a processor for a given time, so the ideal is known."],
    )
    for name in wanted:
        {"overhead": overhead, "threads": threads, "store": store, "memory": memory}[name](sheet)
    measure.publish(sheet)


if __name__ == "__main__":
    main()

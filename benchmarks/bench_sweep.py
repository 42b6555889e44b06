"""What a sweep costs beyond its runs: engine, store and memory, each beside an ideal.

    python benchmarks/bench_sweep.py              everything, about four minutes on two free cores
    python benchmarks/bench_sweep.py overhead     one part: overhead, threads, store or memory

Runs are synthetic: they hold a processor for a given time, so the ideal is known. Ratios count,
not seconds: both sides run in turn on the same machine. On a busy machine look at the ratio of
processor seconds, which does not depend on who else is there.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

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


def overhead() -> None:
    sys.path.insert(0, str(SUPPORT))
    print("-- overhead over a static split, durable storage included, two workers")
    start: list[tuple[float, float]] = []
    os.environ["BENCH_MS"] = "0"
    for _ in range(3):  # what starting two workers costs, whatever they then run
        with measured(start):
            sweep(make(2, 1), "fake_runs:Spin")
    start_wall, start_cpu = (statistics.median(column) for column in zip(*start, strict=True))
    print(f"   starting and ending: {start_wall:.2f} s wall, {start_cpu:.2f} s processor")
    for milliseconds, futures, replicates in ((5.0, 25, 40), (0.2, 100, 250)):
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
        wall = [o[0] / b[0] for o, b in zip(ours, best, strict=True)]
        steady = [(o[0] - start_wall) / b[0] for o, b in zip(ours, best, strict=True)]
        cpu = [(o[1] - start_cpu) / b[1] for o, b in zip(ours, best, strict=True)]
        rate = runs / statistics.median(one[0] for one in ours)
        print(
            f"   {runs} runs of {milliseconds} ms: {rate:.0f} runs/s; over the ideal "
            f"{percent(wall)} wall with the start, {percent(steady)} without it, "
            f"{percent(cpu)} processor"
        )


def percent(ratios: list[float]) -> str:
    return f"{100.0 * (statistics.median(ratios) - 1.0):+.1f} %"


def threads() -> None:
    """The real model: threads over kernels that release the lock, against processes."""
    from concurrent.futures import ThreadPoolExecutor

    from sahelsim.experiment.sweep.designs import futures_table
    from sahelsim.experiment.sweep.schedule import Schedule
    from sahelsim.experiment.sweep.work import Job, run_chunk

    print("-- the model itself, 219 days: two threads against two processes, the same chunks")
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

    for _ in range(3):
        took: list[tuple[float, float]] = []
        with measured(took):
            by_threads()
        first.clear()
        with measured(took):
            sweep(spec, job.runner, first_row)
            ended = time.perf_counter()
        steady = ended - first[1]  # the first call tells what was there before
        print(
            f"   320 runs: threads {took[0][0]:.2f} s wall, {took[0][1]:.2f} s processor; "
            f"processes {took[1][0]:.2f} s with their start, {steady:.2f} s after the first row, "
            f"{took[1][1]:.2f} s processor"
        )


def store() -> None:
    import pyarrow.parquet as pq

    from sahelsim.experiment.sweep.parts import daily_table, read_parts, runs_table, write_part
    from sahelsim.experiment.sweep.work import Rows

    print(f"-- store: {ROWS:,} rows of 60 columns, {OUTCOMES} of them outcomes, half counts")
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
            write_part(path, runs_table([rows], ["a", "b", "c", "d"], ids), {})
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
    print(
        f"   {size / 1e6:.0f} MB, {size / n:.0f} bytes a run, {n / spent:,.0f} rows written per "
        f"processor second; resume scan {scan:.2f} s, three columns {three:.2f} s processor"
    )
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
        write_part(path, table, {})
        ratio = path.stat().st_size / block.nbytes
    print(f"   daily series of {days} days: {ratio:.2f} of their raw size")


MEMORY = """
import resource, sys, tempfile
from pathlib import Path
sys.path[:0] = [{support!r}, {here!r}]
from bench_sweep import make
from sahelsim.experiment.sweep import SweepJob
with tempfile.TemporaryDirectory() as folder:
    SweepJob(make({futures}, 250), Path(folder) / "out", workers=2, runner="fake_runs:Plain").go()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def memory() -> None:
    print("-- memory of the driver at its peak")
    for futures in (10, 100, 1000):
        code = MEMORY.format(support=str(SUPPORT), here=str(Path(__file__).parent), futures=futures)
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        took = time.perf_counter() - began
        peak = int(done.stdout) / 1024.0
        print(f"   {500 * futures:>7,} runs: {peak:.0f} MB ({took:.0f} s)")


def main(words: list[str]) -> None:
    for name in words or PARTS:
        globals()[name]()


if __name__ == "__main__":
    main(sys.argv[1:])

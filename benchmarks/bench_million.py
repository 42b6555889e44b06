"""A million replicates of documented-2023, planned from a measured part of them.

python -m benchmarks.bench_million [--fraction 0.001]

``--fraction 0.1`` runs the full tenth; results lie in a temporary folder that is removed. As many
runs of a sweep follow, on this machine's own engine and through Dask with two local workers
where Dask is installed.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from benchmarks import measure
from benchmarks.bench_scaling import Watch
from sahelsim.base.yaml_source import parse
from sahelsim.experiment.runner import worker_count
from sahelsim.experiment.running import run
from sahelsim.experiment.sweep import SweepJob
from sahelsim.experiment.sweep.executors import engine_maker
from sahelsim.experiment.sweep.loading import build_spec
from sahelsim.experiment.tables import DETAILED_REPLICATES

ALL = 1_000_000
SWEEP = """
id: million
title: A million replicates
question: What does a million replicates take?
policies: {{as-documented: {{}}}}
uncertainties: {{threat.hit: {{}}}}
design: {{method: lhs, futures: {futures}}}
replicates: 10
outcomes: {{civilian_deaths: {{}}, tonnes_in_mali: {{}}}}
"""


def as_sweep(sheet: measure.Sheet, replicates: int) -> None:
    """As many runs of a sweep, outcomes only, with the local engine and with Dask."""
    replicates = replicates // 10 * 10
    spec = build_spec(parse(SWEEP.format(futures=replicates // 10), name="million.yaml"), Path())
    up = ALL / replicates
    engines = {"local engine": None}
    try:
        from distributed import LocalCluster
    except ImportError:
        sheet.text.append("Dask is not installed, so not measured.")
        cluster = None
    else:
        cluster = LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        )
        engines["Dask, two local workers"] = engine_maker("dask", cluster.scheduler_address)
    try:
        for name, engine in engines.items():
            with tempfile.TemporaryDirectory() as folder:
                before, began = measure.memory_mb(), time.perf_counter()
                with Watch() as watch:
                    SweepJob(spec, Path(folder) / "out", workers=2, make_engine=engine).go()
                wall = time.perf_counter() - began
                disk = measure.disk_mb(Path(folder))
            sheet.add(f"{replicates:,} runs of a sweep, {name}", [replicates / wall], "runs/s")
            sheet.add(f"a million runs of a sweep, {name}, reckoned", [wall * up / 3600.0], "h")
            sheet.add(f"{replicates:,} runs of a sweep, {name}", [disk], "MB on disk")
            sheet.add(
                f"added to the driver's memory, {name}", [max(0.0, watch.peak_mb - before)], "MB"
            )
    finally:
        if cluster is not None:
            cluster.close()


def reckoned(size: int, first: int, replicates: int) -> float:
    """GB of a table for all replicates, from its bytes for a part of them and for the first few.

    The first few replicates are kept place by place, and the size of some tables does not depend on
    the number of replicates at all: what grows, grows from the few to the part.
    """
    each = max(0.0, (size - first) / (replicates - DETAILED_REPLICATES))
    return (first + each * (ALL - DETAILED_REPLICATES)) / 1e9


def main() -> None:
    """Run the part and reckon the whole."""
    given = measure.options(__doc__, fraction=0.001)
    replicates = max(2 * DETAILED_REPLICATES, round(ALL * given.fraction))
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first"
        run("documented-2023", DETAILED_REPLICATES, out=first)
        before, began, used = measure.memory_mb(), time.perf_counter(), measure.processor_s()
        with Watch() as watch:
            done = run("documented-2023", replicates, out=Path(folder) / "part")
        wall, cpu = time.perf_counter() - began, measure.processor_s() - used
        assert done.path is not None
        disk = measure.disk_mb(done.path)
        by_table = {
            file.stem: reckoned(file.stat().st_size, (first / file.name).stat().st_size, replicates)
            for file in sorted(done.path.glob("*.parquet"))
        }
        free_gb = shutil.disk_usage(folder).free / 1e9
    up = ALL / replicates
    sheet = measure.Sheet(
        "million",
        "A million replicates",
        f"See what a million replicates of documented-2023 would take on this machine, from "
        f"{replicates:,} that were run.",
        text=[
            f"{worker_count(None)} workers; {free_gb:,.0f} GB of disk were free. The whole is the "
            "part times their ratio: chunks of ten replicates depend on one another in nothing, "
            "and memory does not grow with their number.",
        ],
    )
    sheet.add(f"{replicates:,} replicates, measured", [wall], "s")
    sheet.add(f"{replicates:,} replicates, measured: processor time", [cpu], "s")
    sheet.add(f"{replicates:,} replicates, measured", [disk], "MB on disk")
    sheet.add("added to the parent's memory", [max(0.0, watch.peak_mb - before)], "MB")
    sheet.add("a million replicates, reckoned", [wall * up / 3600.0], "h")
    sheet.add("a million replicates, reckoned: processor time", [cpu * up / 3600.0], "core-hours")
    sheet.add("a million replicates, reckoned", [sum(by_table.values())], "GB on disk")
    for name, size in by_table.items():
        if size > 0.5:
            sheet.add(f"of which {name}", [size], "GB on disk")
    as_sweep(sheet, replicates)
    measure.publish(sheet)


if __name__ == "__main__":
    main()

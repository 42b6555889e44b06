"""The same task given to other runners: N replicates of documented-2023, results on disk.

python -m benchmarks.bench_peers [--replicates 200] [--workers 2] [--rounds 3]

EMA Workbench and AgentPy take part where they are installed; sahelsim depends on neither.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import measure
from benchmarks.page import bars
from sahelsim.experiment.running import run
from sahelsim.model import SahelModel
from sahelsim.scenario import load_scenario

SCENARIO, PARAMETERS = "documented-2023", "central"


def one_run(replicate: int) -> dict[str, float]:
    """One replicate and its outcomes: the task of every runner but ours and Mesa's."""
    model = SahelModel(SCENARIO, seed=1, replicate=int(replicate), parameters=PARAMETERS)
    found = {"replicate": float(replicate), **model.run_for().outcomes()}
    model.remove_all_agents()
    return found


def save(rows: Any, folder: Path) -> None:
    """Write one row a replicate."""
    pd.DataFrame(rows).to_parquet(folder / "outcomes.parquet")


def ours(replicates: int, workers: int, folder: Path) -> None:
    """sahelsim.run into a result directory, all tables."""
    run(SCENARIO, replicates, seed=1, workers=workers, parameters=PARAMETERS, out=folder / "run")


def pool(replicates: int, workers: int, folder: Path) -> None:
    """multiprocessing.Pool of the standard library, in chunks."""
    with get_context("spawn").Pool(workers) as processes:
        save(list(processes.imap_unordered(one_run, range(replicates), chunksize=10)), folder)


def mesa_batch_run(replicates: int, workers: int, folder: Path) -> None:
    """mesa.batch_run, which steps day by day and keeps what the data collector shows at the end."""
    import mesa

    plan = load_scenario(SCENARIO)
    rows = mesa.batch_run(
        SahelModel,
        {"scenario": [plan], "seed": [1], "replicate": list(range(replicates)),
         "parameters": [PARAMETERS]},
        number_processes=workers, max_steps=plan.days - 1, data_collection_period=-1,
        display_progress=False,
    )  # fmt: skip
    save([{key: value for key, value in row.items() if key != "scenario"} for row in rows], folder)


def ema_workbench(replicates: int, workers: int, folder: Path) -> None:
    """EMA Workbench's multiprocessing evaluator and its own archive of results."""
    import ema_workbench as ema

    names = [name for name in one_run(0) if name != "replicate"]
    model = ema.Model("sahelsim", function=one_run)
    model.uncertainties = [ema.CategoricalParameter("replicate", list(range(replicates)))]
    model.outcomes = [ema.ScalarOutcome(name) for name in names]
    chosen = [ema.Scenario(f"r{n}", replicate=n) for n in range(replicates)]
    with ema.MultiprocessingEvaluator(model, n_processes=workers) as evaluator:
        ema.save_results(evaluator.perform_experiments(chosen), str(folder / "results.tar.gz"))


def agentpy(replicates: int, workers: int, folder: Path) -> None:
    """AgentPy's Experiment over joblib, and its own folder of results."""
    import agentpy as ap

    class Wrapped(ap.Model):  # type: ignore[misc]
        def setup(self) -> None:
            for name, value in one_run(self.p.replicate).items():
                self.report(name, value)

    sample = ap.Sample({"replicate": ap.Values(*range(replicates)), "steps": 0})
    found = ap.Experiment(Wrapped, sample).run(n_jobs=workers, display=False)
    save(found.reporters.drop(columns="seed", errors="ignore"), folder)  # of 128 bits


PEERS: dict[str, tuple[str, Callable[[int, int, Path], None]]] = {
    "sahelsim.run, all tables": ("sahelsim", ours),
    "multiprocessing.Pool, outcomes only": ("sahelsim", pool),
    "mesa.batch_run, last day only": ("mesa", mesa_batch_run),
    "EMA Workbench, outcomes only": ("ema_workbench", ema_workbench),
    "AgentPy, outcomes only": ("agentpy", agentpy),
}


def available(module: str) -> bool:
    """True where a package can be imported."""
    try:
        __import__(module)
    except ImportError:
        return False
    return True


def in_new_folder(task: Callable[[int, int, Path], None], replicates: int, workers: int) -> None:
    """Give a task a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        task(replicates, workers, Path(folder))


def main() -> None:
    """Measure whoever is there."""
    given = measure.options(__doc__, replicates=200, workers=2, rounds=3)
    tasks = {
        name: functools.partial(in_new_folder, task, given.replicates, given.workers)
        for name, (module, task) in PEERS.items()
        if available(module)
    }
    absent = [
        name.partition(",")[0] for name, (module, _) in PEERS.items() if not available(module)
    ]
    times = measure.interleaved(tasks, given.rounds, warm_up=0)
    sheet = measure.Sheet(
        "peers",
        "The same task given to others",
        f"See how many of {given.replicates} replicates of {SCENARIO} come out a second, from the "
        "call to the last byte on disk.",
        text=[
            f"{given.workers} workers each; starting them is counted. sahelsim.run writes daily "
            "series, events and places of every replicate, the others one row of outcomes.",
            *(f"Not installed, so not measured: {name}." for name in absent),
        ],
    )
    for name, taken in times.items():
        sheet.add(name, [given.replicates / s for s in taken.wall], "runs/s")
    first = next(iter(times))
    for name in list(times)[1:]:
        sheet.add(f"{first} / {name}", measure.ratios(times[name].wall, times[first].wall), "x")
    sheet.chart(
        "Runs a second", "From the call to the last byte on disk.",
        bars(list(times), [row.value for row in sheet.rows[: len(times)]], "runs/s"),
    )  # fmt: skip
    measure.publish(sheet)


if __name__ == "__main__":
    main()

"""What a run would do, told without doing it: what is there already, what it takes."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from errno import EACCES, ENOTDIR
from pathlib import Path
from typing import Any

from sahelsim.experiment.files import disk_fault
from sahelsim.experiment.runner import chunks, worker_count
from sahelsim.experiment.running import request, run
from sahelsim.experiment.store import ResultStore
from sahelsim.experiment.tables import DETAILED_REPLICATES
from sahelsim.model.posterior import Posterior
from sahelsim.scenario import Scenario

PILOT = 3 * DETAILED_REPLICATES  # the first third with what is kept of no later replicate


@dataclass(frozen=True)
class Foresight:
    """A run that has not begun.

    Attributes:
        manifest: What its manifest would begin with.
        path: Its directory.
        state: ``new``, ``continued``, ``complete`` (nothing is left to run) or ``replaced``.
        there: Replicates that are finished already.
        workers: Threads.
        free_bytes: Free bytes of the disk that would hold it.
        pilot: Replicates that were run to measure the cost; 0 where it was not measured.
        seconds: Seconds for what is left to run; NaN if not measured.
        disk_bytes: Bytes of all its tables; NaN if not measured.
    """

    manifest: dict[str, Any]
    path: Path
    state: str
    there: int
    workers: int
    free_bytes: int
    pilot: int = 0
    seconds: float = float("nan")
    disk_bytes: float = float("nan")


def foresee(
    plan: Scenario,
    replicates: int,
    seed: int,
    workers: int | None = None,
    *,
    out: Path,
    force: bool = False,
    parameters: Posterior | Path | str | None = None,
    measured: bool = True,
) -> Foresight:
    """Tell what :func:`~sahelsim.experiment.running.run` would do, and write nothing to ``out``.

    Args:
        plan: The scenario.
        replicates: As ``run`` takes it.
        seed: As ``run`` takes it.
        workers: As ``run`` takes it.
        out: As ``run`` takes it.
        force: As ``run`` takes it.
        parameters: As ``run`` takes it.
        measured: Also run up to ``PILOT`` replicates in a temporary folder, with the workers asked
            for, and scale up time and size.

    Raises:
        InputError, EnvironmentFault: what ``run`` would raise before its first replicate.
    """
    asked = request(plan, replicates, seed, workers, out=out, parameters=parameters)
    held = _holding(out)
    store = ResultStore(out)
    state = store.foresee(asked.manifest, force=force)
    there = replicates if state == "complete" else 0
    if state == "continued":
        there = sum(size for first, size in chunks(replicates).items() if store.finished(first))
    free = shutil.disk_usage(held).free
    found = Foresight(asked.manifest, out, state, there, worker_count(workers), free)
    if not measured or state == "complete":
        return found
    many, few = min(PILOT, replicates), min(DETAILED_REPLICATES, replicates)
    _timed(plan, 1, seed, workers, parameters)  # what is loaded once
    took = {count: _timed(plan, count, seed, workers, parameters) for count in (few, many)}
    (small, early), (large, late) = took[few], took[many]
    more = max(1, many - few)
    # what begins only once is told from the rest, unless other programs blur it
    each_s = (late - early) / more if late > early else late / many
    return replace(
        found, pilot=many,
        seconds=max(0.0, late + (replicates - there - many) * each_s),
        disk_bytes=large + (replicates - many) * (large - small) / more,
    )  # fmt: skip


def _holding(out: Path) -> Path:
    """The folder that exists and would hold ``out``, or ``out`` itself.

    Raises:
        EnvironmentFault: SS6010, nothing can be written there.
    """
    held = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    if not held.is_dir():
        raise disk_fault(out, OSError(ENOTDIR, os.strerror(ENOTDIR)))
    if not os.access(held, os.W_OK | os.X_OK):
        raise disk_fault(out, OSError(EACCES, os.strerror(EACCES)))
    return held


def _timed(
    plan: Scenario, replicates: int, seed: int, workers: int | None, parameters: Any
) -> tuple[int, float]:
    """Run and store replicates; return their bytes on disk and the seconds."""
    with tempfile.TemporaryDirectory(prefix="sahelsim-pilot-") as folder:
        began = time.perf_counter()
        run(plan, replicates, seed, workers, out=Path(folder) / "run", parameters=parameters)
        seconds = time.perf_counter() - began
        size = sum(file.stat().st_size for file in Path(folder, "run").iterdir())
    return size, seconds

"""The driver: hands out chunks, stores rows, until nothing is left to run.

Rows count once they are on disk, at the latest two seconds or 5,000 runs after they arrived. What
a kill, a full disk or Ctrl-C leaves undone is what the same call runs next.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sahelsim.base.errors import CheckFailed, InputError
from sahelsim.experiment.sweep.designs import futures_table
from sahelsim.experiment.sweep.local import Engine, LocalEngine, MakeEngine, Report
from sahelsim.experiment.sweep.schedule import Schedule, Shard
from sahelsim.experiment.sweep.spec import SweepSpec
from sahelsim.experiment.sweep.store import SweepStore, describe
from sahelsim.experiment.sweep.work import OK, SIMULATOR, STATUSES, Job, Rows

if TYPE_CHECKING:
    import pandas as pd

STATUS_S = 2.0
MAX_CHUNK = 2_000  # runs
ENOUGH = 20  # finished runs before the share of failed ones means anything
Progress = Callable[[int], None]


@dataclass(frozen=True)
class SweepStatus:
    """How far a sweep is.

    Attributes:
        path: The directory.
        planned: Runs in all; at most, where a precision may end replicates early.
        done: Runs with a row.
        counts: Rows of this session by status.
        seconds: Seconds this session took.
    """

    path: Path
    planned: int
    done: int
    counts: dict[str, int]
    seconds: float

    @property
    def complete(self) -> bool:
        """True where nothing is left to run."""
        return self.done >= self.planned


class SweepJob:
    """A sweep that is ready to go: its directory is taken and what has run is known.

    Args:
        spec: The sweep.
        path: Its directory.
        workers: Worker processes; all cores by default.
        shard: (number from 1, shards): only this part.
        again: Statuses (``failed``, ``crashed``, ``timeout``) that are run again.
        command: What was typed, for the manifest.
        make_engine: Where runs are run; worker processes on this machine by default.
        runner: What runs one replicate; the model by default.
        futures: The futures, where they are known already.

    Raises:
        InputError: SS4130 or SS4132, the directory holds something else.
        MissingExtra: SS4120, the design needs an extra.
        EnvironmentFault: SS6010 or SS6011, the directory cannot be written.
    """

    def __init__(
        self,
        spec: SweepSpec,
        path: Path,
        *,
        workers: int | None = None,
        shard: Shard = (1, 1),
        again: tuple[str, ...] = (),
        command: str = "",
        make_engine: MakeEngine | None = None,
        runner: str = SIMULATOR,
        futures: pd.DataFrame | None = None,
    ) -> None:
        if not 1 <= shard[0] <= shard[1]:
            raise InputError(
                "SS4133", f"there is no shard {shard[0]} of {shard[1]}",
                hint="shards are numbered from 1: --shard 1/4 to --shard 4/4",
            )  # fmt: skip
        self.spec = spec
        self.job = Job.of(spec, runner)
        self._workers = workers
        self._make_engine = make_engine or self._local
        table = futures_table(spec) if futures is None else futures
        self.schedule = Schedule(spec, table, shard)
        self.store = SweepStore(path, spec)
        self.store.begin(table, describe(spec, command, shard))
        try:
            rules = spec.replication.until
            stored = self.store.stored(dict.fromkeys(rule.outcome for rule in rules))
            codes = tuple(STATUSES.index(word) for word in again)
            self.schedule.resume(stored, codes)
        except BaseException:
            self.store.close()
            raise
        self.resumed = int(self.schedule.done.sum())
        self._counts = np.zeros(len(STATUSES), dtype=np.int64)
        self._seconds_a_run = math.nan
        self._began = self._told = time.monotonic()

    def go(self, progress: Progress | None = None) -> SweepStatus:
        """Run what is left.

        Args:
            progress: Called first with the runs that are there already, then with new ones.

        Raises:
            CheckFailed: SS4134, too many runs go wrong; what is done is kept.
            EnvironmentFault: the disk is full, or workers cannot start; what is done is kept.
        """
        if progress is not None:
            progress(self.resumed)
        self._began = time.monotonic()
        state = "stopped"
        try:
            try:
                self._work(progress)
                state = "complete"
            except KeyboardInterrupt:
                state = "interrupted"
                raise
            finally:
                self.store.flush()
                self._tell(state)
                self.store.log(state, runs=int(self._counts.sum()))
        finally:
            self.store.close()
        return self.status()

    @property
    def left(self) -> bool:
        """True where something is left to run."""
        return self.schedule.pending()

    def status(self) -> SweepStatus:
        """How far it is."""
        counts = {word: int(n) for word, n in zip(STATUSES, self._counts, strict=True)}
        done = self.resumed + int(self._counts.sum())
        seconds = time.monotonic() - self._began
        return SweepStatus(self.store.path, self.schedule.total, done, counts, seconds)

    # ---- the loop ------------------------------------------------------------------------------

    def _local(self, job: Job, folder: Path) -> Engine:
        return LocalEngine(job, folder, self._workers)

    def _work(self, progress: Progress | None) -> None:
        if not self.left:
            return
        engine = self._make_engine(self.job, self.store.path)
        flying: set[int] = set()
        try:
            while True:
                while engine.room():
                    chunk = self.schedule.take(self._size(engine))
                    if chunk is None:
                        break
                    flying.add(chunk.number)
                    engine.submit(chunk)
                if not flying:
                    return
                for report in engine.poll(0.5):
                    flying.discard(report.chunk)
                    self._take(report, progress)
                if self.store.due:
                    self.store.flush()
                if time.monotonic() - self._told >= STATUS_S:
                    self._tell("running")
        finally:
            engine.close()

    def _size(self, engine: Engine) -> int:
        """Runs of the next chunk: enough for the target time, few enough to end together."""
        if math.isnan(self._seconds_a_run):
            return 1
        wanted = engine.target_s / max(self._seconds_a_run, 1e-6)
        status = self.status()
        share = (status.planned - status.done) / (4 * engine.slots)
        return max(1, min(int(wanted), math.ceil(share), MAX_CHUNK))

    def _take(self, report: Report, progress: Progress | None) -> None:
        if report.event is not None:
            self.store.log(report.event, chunk=report.chunk)
        if report.again:
            self.schedule.give_back(report.again)
        rows = report.rows
        if rows is None or not len(rows):
            return
        self.store.add(rows)
        self.schedule.note(rows)
        self._counts += np.bincount(rows.status, minlength=len(STATUSES))
        self._learn(rows)
        if progress is not None:
            progress(len(rows))
        self._check_failures()

    def _learn(self, rows: Rows) -> None:
        taken = rows.wall_s[np.isfinite(rows.wall_s)]
        if len(taken):
            mean = float(taken.mean())
            old = self._seconds_a_run
            self._seconds_a_run = mean if math.isnan(old) else 0.5 * old + 0.5 * mean

    def _check_failures(self) -> None:
        finished, wrong = int(self._counts.sum()), int(self._counts[OK + 1 :].sum())
        if finished >= ENOUGH and wrong > self.spec.execution.max_failed_share * finished:
            raise CheckFailed(
                "SS4134", f"{wrong} of {finished} runs went wrong, so the sweep was stopped",
                hint=f"see why: sahelsim sweep show {self.store.path} --failed; the limit is "
                "execution.max_failed_share",
            )  # fmt: skip

    def _tell(self, state: str) -> None:
        self._told = time.monotonic()
        status = self.status()
        new = int(self._counts.sum())
        rate = new / status.seconds if status.seconds > 0 else 0.0
        left = (status.planned - status.done) / rate if rate > 0 else None
        self.store.write_status(
            {
                "state": state, "planned": status.planned, "done": status.done,
                "session": status.counts, "runs_per_s": round(rate, 3),
                "left_s": None if left is None else round(left, 1), "pid": os.getpid(),
            }
        )  # fmt: skip


def run_sweep(
    spec: SweepSpec, path: Path | str, progress: Progress | None = None, **options: Any
) -> SweepStatus:
    """Run a sweep into a directory, or go on with it; see :class:`SweepJob` for the options."""
    return SweepJob(spec, Path(path), **options).go(progress)

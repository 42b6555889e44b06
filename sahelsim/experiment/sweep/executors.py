"""Engines beyond this machine: anything with ``submit()``, Dask among them.

An executor takes ``submit(function, *arguments)`` and gives futures with ``add_done_callback`` and
``result``, as :mod:`concurrent.futures` does (so do Dask, MPI, Parsl, executorlib, loky). A
package offers one by the entry point group ``sahelsim.executors``: a function ``make(scheduler,
workers)`` that returns the executor.

Such engines run a chunk at least once; that it is stored once follows from the run keys. Wherever
a chunk arrives, its runs are made by a process of their own (:mod:`~.attendant`), so one that hangs
or takes its process down costs neither the chunk nor the executor's worker. A chunk that is lost
with its worker is halved until the run at fault stands alone.
"""

from __future__ import annotations

import pickle
import queue
from collections import OrderedDict
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from sahelsim.base.errors import EnvironmentFault, UsageError
from sahelsim.base.extra import needs_extra
from sahelsim.base.suggest import did_you_mean
from sahelsim.experiment.sweep.attendant import attend
from sahelsim.experiment.sweep.local import Engine, MakeEngine, Report
from sahelsim.experiment.sweep.work import CRASHED, Chunk, Job, Piece, lost_row

GROUP = "sahelsim.executors"
Make = Callable[[str | None, int | None], Any]


class ExecutorEngine:
    """Runs chunks on an executor.

    Args:
        executor: Has ``submit`` and ``shutdown``.
        job: What the workers need.
        slots: Chunks that can run at a time.
        target_s: Seconds of work a chunk should hold; more where a chunk travels.
    """

    def __init__(self, executor: Any, job: Job, slots: int, target_s: float = 2.0) -> None:
        self.slots = max(1, slots)
        self.target_s = target_s
        self._executor = executor
        self._job = job
        self._content = pickle.dumps(job, protocol=5)
        self._flying: OrderedDict[int, tuple[Chunk, Any]] = OrderedDict()
        self._ended: queue.SimpleQueue[int] = queue.SimpleQueue()

    def room(self) -> bool:
        """True where less than two chunks a slot are under way."""
        return len(self._flying) < 2 * self.slots

    def submit(self, chunk: Chunk) -> None:
        """Send a chunk."""
        future = self._executor.submit(attend, self._content, chunk)
        self._flying[chunk.number] = (chunk, future)
        future.add_done_callback(lambda _: self._ended.put(chunk.number))

    def poll(self, timeout: float) -> list[Report]:
        """Wait for chunks that have ended.

        Raises:
            EnvironmentFault: SS4140, a worker has another version; SS4144, the engine is gone.
        """
        reports: list[Report] = []
        try:
            reports += self._reports(self._ended.get(timeout=timeout))
            while True:
                reports += self._reports(self._ended.get_nowait())
        except queue.Empty:
            return reports

    def _reports(self, number: int) -> list[Report]:
        chunk, future = self._flying.pop(number)
        try:
            reports: list[Report] = future.result()
            return reports
        except EnvironmentFault:
            raise
        except Exception as fault:
            return [self._broken(chunk, fault)]

    def _broken(self, chunk: Chunk, fault: Exception) -> Report:
        """A chunk failed as a whole: halve it, or give its only run another attempt."""
        why = f"{type(fault).__name__}: {' '.join(str(fault).split())}"[:300]
        event = f"chunk lost ({why})"
        if chunk.size > 1:
            return Report(chunk.number, None, _halves(chunk), event)
        piece, replicate = chunk.run(0)
        if piece.attempt >= self._job.attempts:
            return Report(
                chunk.number, lost_row(self._job, piece, replicate, CRASHED, why), (), event
            )
        again = piece._replace(attempt=piece.attempt + 1)
        return Report(chunk.number, None, (again,), event)

    def close(self) -> None:
        """Cancel what has not begun and let go of the executor."""
        for _, future in self._flying.values():
            future.cancel()
        self._flying.clear()
        self._executor.shutdown(wait=False)


def _halves(chunk: Chunk) -> tuple[Piece, ...]:
    pieces = []
    for piece in chunk.pieces:
        cut = (len(piece.replicates) + 1) // 2
        for part in (piece.replicates[:cut], piece.replicates[cut:]):
            if part:
                pieces.append(piece._replace(replicates=part))
    return tuple(pieces)


def engine_maker(
    name: str, scheduler: str | None = None, workers: int | None = None
) -> MakeEngine | None:
    """What makes the engine of a name; None for the engine of this machine.

    Raises:
        UsageError: SS4145, there is no such engine, or it needs an address or takes none.
        MissingExtra: SS4121, Dask is not installed.
    """
    if name == "local":
        if scheduler:
            raise UsageError(
                "SS4145", "the local engine has no scheduler", hint="add --engine dask"
            )
        return None
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name == "dask" and name not in found:
        make: Make = _dask
    elif name in found:
        make = found[name].load()
    else:
        names = ["local", "dask", *found]
        raise UsageError(
            "SS4145", f"no engine '{name}'",
            hint=did_you_mean(name, names) or f"there are {', '.join(names)}",
        )  # fmt: skip

    def engine(job: Job, folder: Path) -> Engine:
        executor = make(scheduler, workers)
        slots = getattr(executor, "slots", None) or workers or 1
        return ExecutorEngine(executor, job, slots)

    if name == "dask":
        _distributed()
    return engine


class _DaskExecutor:
    """A Dask client as an executor that knows how many threads its workers have."""

    def __init__(self, client: Any) -> None:
        self._client = client
        info = client.scheduler_info(n_workers=-1)["workers"]
        self.slots = sum(worker["nthreads"] for worker in info.values())

    def submit(self, function: Any, *arguments: Any) -> Any:
        return self._client.submit(function, *arguments, pure=False, retries=0)

    def shutdown(self, wait: bool = True) -> None:
        self._client.close()


def _dask(scheduler: str | None, workers: int | None) -> Any:
    distributed = _distributed()
    if not scheduler:
        raise UsageError(
            "SS4145", "the dask engine needs the address of its scheduler",
            hint="such as --scheduler tcp://127.0.0.1:8786 (start one with `dask scheduler`)",
        )  # fmt: skip
    try:
        client = distributed.Client(scheduler, timeout=20, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        raise EnvironmentFault(
            "SS4144", f"no Dask scheduler answers at {scheduler}",
            hint="see whether it runs and whether a firewall is in between",
        ) from fault  # fmt: skip
    return _DaskExecutor(client)


def _distributed() -> Any:
    with needs_extra("Dask", "cluster", code="SS4121", what="the dask engine"):
        import distributed
    return distributed

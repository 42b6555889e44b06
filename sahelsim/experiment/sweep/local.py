"""The embedded engine: worker processes on this machine, watched one by one.

Processes and not threads, although the kernels release the interpreter lock: a run that hangs or
takes its process down can be stopped and named only if it has a process of its own, and around
each kernel there is Python (templates, outcomes, rows) that threads would run one at a time.

Every worker has the chunk it works on and one that waits, so none is idle while the driver writes
to disk. A worker that dies costs the rest of its chunk, which runs again; the run it died in is
known from the note it kept and is tried again alone.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from sahelsim.base.errors import EnvironmentFault
from sahelsim.experiment.runner import worker_count
from sahelsim.experiment.sweep.work import (
    CRASHED,
    TIMEOUT,
    Chunk,
    Job,
    Piece,
    Rows,
    lost_row,
)
from sahelsim.experiment.sweep.worker import Beat, read_frame, write_frame

DEPTH = 2  # chunks a worker holds: one under way, one waiting
WATCH_S = 0.25  # between two looks at runs that may hang
PATIENCE = 3  # workers in a row that may fail to start


class Report(NamedTuple):
    """What an engine tells the driver.

    Attributes:
        chunk: Number of the chunk.
        rows: Its rows, also those of runs that were given up; None if there are none.
        again: Runs that were lost with a worker and are to run again.
        event: What to log, or None.
    """

    chunk: int
    rows: Rows | None
    again: tuple[Piece, ...] = ()
    event: str | None = None


class Engine(Protocol):
    """Runs chunks somewhere.

    Attributes:
        target_s: Seconds of work that a chunk should hold.
        slots: Chunks that can run at a time.
    """

    target_s: float
    slots: int

    def room(self) -> bool:
        """True where another chunk can be sent."""
        ...

    def submit(self, chunk: Chunk) -> None:
        """Send a chunk."""
        ...

    def poll(self, timeout: float) -> list[Report]:
        """Wait at most ``timeout`` seconds for something to report."""
        ...

    def close(self) -> None:
        """Stop all work at once."""
        ...


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    beat: Beat
    beat_path: Path
    chunks: deque[Chunk] = field(default_factory=deque)
    ready: bool = False
    condemned: tuple[int, int] | None = None  # chunk and position of a run that took too long


class LocalEngine:
    """Worker processes on this machine.

    Args:
        job: What the workers need.
        folder: Where the notes of the workers lie while they live.
        workers: How many; one a core by default.

    Raises:
        EnvironmentFault: SS4143 (from :meth:`poll`), workers cannot start.
    """

    target_s = 0.15

    def __init__(self, job: Job, folder: Path, workers: int | None = None) -> None:
        self.slots = worker_count(workers)
        self._job = job
        self._content = pickle.dumps(job, protocol=5)
        self._folder = folder
        self._messages: queue.SimpleQueue[tuple[_Worker, Any]] = queue.SimpleQueue()
        self._made = 0
        self._failed_starts = 0
        self._watched = time.monotonic()
        self._workers: list[_Worker] = []
        try:
            for _ in range(self.slots):
                self._workers.append(self._start())
        except BaseException:
            self.close()
            raise

    def room(self) -> bool:
        """True where a worker holds less than it can."""
        return any(len(worker.chunks) < DEPTH for worker in self._workers)

    def submit(self, chunk: Chunk) -> None:
        """Send a chunk to the worker that holds least."""
        worker = min(self._workers, key=lambda one: len(one.chunks))
        worker.chunks.append(chunk)
        self._send(worker, chunk)

    def poll(self, timeout: float) -> list[Report]:
        """Wait for rows or a death, and look after runs that take too long."""
        reports: list[Report] = []
        until = time.monotonic() + timeout
        while not reports:
            self._watch()
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                worker, message = self._messages.get(timeout=min(left, WATCH_S))
            except queue.Empty:
                continue
            reports += self._handle(worker, message)
        while True:
            try:
                worker, message = self._messages.get_nowait()
            except queue.Empty:
                return reports
            reports += self._handle(worker, message)

    def close(self) -> None:
        """Stop all workers at once; what they have not reported is lost."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.wait()
            self._forget(worker)
        self._workers = []

    # ---- workers -------------------------------------------------------------------------------

    def _start(self) -> _Worker:
        self._made += 1
        path = self._folder / f".worker-{os.getpid()}-{self._made}.tmp"
        beat = Beat.create(path)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, self._job.path))}
        process = subprocess.Popen(
            [sys.executable, "-m", "sahelsim.experiment.sweep.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
        )  # fmt: skip
        worker = _Worker(process, beat, path)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()
        self._send(worker, (os.getpid(), list(self._job.path), path, self._content))
        return worker

    def _listen(self, worker: _Worker) -> None:
        stream: Any = worker.process.stdout
        try:
            while True:
                self._messages.put((worker, read_frame(stream)))
        except Exception:  # closed, or cut in the middle of a frame
            self._messages.put((worker, ("gone", None)))

    @staticmethod
    def _send(worker: _Worker, message: Any) -> None:
        stream: Any = worker.process.stdin
        with suppress(OSError):  # it has died; its end is reported by what listens to it
            write_frame(stream, message)

    def _forget(self, worker: _Worker) -> None:
        for stream in (worker.process.stdin, worker.process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        worker.beat.close()
        worker.beat_path.unlink(missing_ok=True)

    def _handle(self, worker: _Worker, message: Any) -> list[Report]:
        if worker not in self._workers:
            return []
        kind, content = message
        if kind == "ready":
            worker.ready, self._failed_starts = True, 0
            return []
        if kind == "rows":
            number, rows = content
            worker.chunks.popleft()
            return [Report(number, rows)]
        if kind == "broken":
            code, text = content
            self.close()
            raise EnvironmentFault(
                "SS4143", f"workers cannot start: {code}: {text}",
                hint="see whether `sahelsim doctor` finds something",
            )  # fmt: skip
        return self._replace(worker)

    def _replace(self, worker: _Worker) -> list[Report]:
        """A worker is gone: find out in which run, start another, give its runs back."""
        worker.process.kill()
        code = worker.process.wait()
        chunk_number, position, _ = worker.beat.get()
        condemned = worker.condemned
        self._forget(worker)
        self._workers.remove(worker)
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= PATIENCE:
                self.close()
                raise EnvironmentFault(
                    "SS4143", f"workers end before they are ready (exit code {code})",
                    hint="see what they print above, and whether the machine is out of memory",
                )  # fmt: skip
        self._workers.append(self._start())
        reports = []
        for chunk in worker.chunks:
            if chunk.number == chunk_number and position >= 0:
                reports.append(self._blame(chunk, position, condemned, code))
            else:
                reports.append(Report(chunk.number, None, chunk.pieces))
        event = f"worker lost (exit code {code})"
        return [report._replace(event=event) for report in reports]

    def _blame(
        self, chunk: Chunk, position: int, condemned: tuple[int, int] | None, code: int
    ) -> Report:
        piece, replicate = chunk.run(position)
        alone = piece._replace(replicates=(replicate,))
        rest = chunk.without(position)
        if condemned == (chunk.number, position):
            text = f"stopped after {self._job.timeout_s:g} s"
            return Report(chunk.number, lost_row(self._job, alone, replicate, TIMEOUT, text), rest)
        if piece.attempt >= self._job.attempts:
            text = f"its process ended with exit code {code}"
            return Report(chunk.number, lost_row(self._job, alone, replicate, CRASHED, text), rest)
        again = alone._replace(attempt=piece.attempt + 1)
        return Report(chunk.number, None, (*rest, again))

    def _watch(self) -> None:
        now = time.monotonic()
        if now - self._watched < WATCH_S:
            return
        self._watched = now
        for worker in self._workers:
            chunk, position, seconds = worker.beat.get()
            if position >= 0 and seconds > self._job.timeout_s and worker.condemned is None:
                worker.condemned = (chunk, position)
                worker.process.kill()


MakeEngine = Callable[[Job, Path], Engine]

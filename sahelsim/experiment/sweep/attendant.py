"""Runs of a chunk in a watched process of their own, wherever an executor has brought the chunk.

A kernel holds no interpreter lock and cannot be stopped in its thread, so an executor's worker
does not run the model itself: beside each of its threads that are at work it keeps one process of
the local engine, which is killed where a run takes too long and replaced where it dies. The
processes stay for the next chunk, and end when they have waited in vain, when another sweep comes,
or with the executor's worker.
"""

from __future__ import annotations

import pickle
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

from sahelsim.experiment.sweep.local import LocalEngine, Report
from sahelsim.experiment.sweep.work import Chunk, Job, Piece

IDLE_S = 60.0  # a process that has waited so long for a chunk is ended
POLL_S = 5.0


class Attendant:
    """One process for the runs of one sweep.

    Args:
        content: The job, pickled.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._folder = tempfile.TemporaryDirectory(prefix="sahelsim-", ignore_cleanup_errors=True)
        job: Job = pickle.loads(content)
        here = replace(job, path=tuple(sys.path))  # the driver's may be those of another machine
        self._engine = LocalEngine(here, Path(self._folder.name), 1)
        self._sent = 0

    def run(self, chunk: Chunk) -> list[Report]:
        """Run a chunk to its end: every run of it is in a report, also one that was stopped.

        Raises:
            EnvironmentFault: SS4143, the process cannot start, or has another version.
        """
        done: list[Report] = []
        flying = {self._send(chunk.pieces)}
        while flying:
            for report in self._engine.poll(POLL_S):
                flying.discard(report.chunk)
                if report.again:
                    flying.add(self._send(report.again))
                done.append(report._replace(chunk=chunk.number, again=()))
        return done

    def _send(self, pieces: tuple[Piece, ...]) -> int:
        self._sent += 1
        self._engine.submit(Chunk(self._sent, pieces))
        return self._sent

    def close(self) -> None:
        """End the process at once."""
        self._engine.close()
        self._folder.cleanup()


class Waiting:
    """Attendants that wait for work, in one worker of an executor."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[Attendant, threading.Timer] = {}

    def take(self, content: bytes) -> Attendant:
        """One of this sweep, a new one where none waits; those of other sweeps end."""
        with self._lock:
            mine = [one for one in self._idle if one.content == content]
            others = [one for one in self._idle if one.content != content]
            for one in (*mine[:1], *others):
                self._idle.pop(one).cancel()
        for one in others:
            one.close()
        return mine[0] if mine else Attendant(content)

    def give_back(self, one: Attendant) -> None:
        """Let it wait for the next chunk, for a while."""
        timer = threading.Timer(IDLE_S, self._give_up, [one])
        timer.daemon = True
        with self._lock:
            self._idle[one] = timer
        timer.start()

    def _give_up(self, one: Attendant) -> None:
        with self._lock:
            if self._idle.pop(one, None) is None:  # it was taken at the last moment
                return
        one.close()


_WAITING = Waiting()


def attend(content: bytes, chunk: Chunk) -> list[Report]:
    """Run a chunk of a job, wherever this is called, and return what the driver is to know.

    Args:
        content: The job, pickled.
        chunk: The runs.

    Raises:
        EnvironmentFault: SS4143, the process of the runs cannot start, or has another version.
    """
    one = _WAITING.take(content)
    try:
        reports = one.run(chunk)
    except BaseException:
        one.close()
        raise
    _WAITING.give_back(one)
    return reports

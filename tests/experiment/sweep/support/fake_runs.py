"""Runners for tests: outcomes that depend on the key alone, and runs that go wrong on request.

What goes wrong is told by files in the folder named by the environment variable SWEEP_TEST.
"""

import hashlib
import os
import time
from pathlib import Path

import numpy as np

from sahelsim.base.errors import EnvironmentFault, SahelsimError
from sahelsim.experiment.sweep.work import Done

PLACES = 110  # of the packaged theatre


def numbers(key, n):
    """``n`` numbers in [0, 1) from a text."""
    digest = hashlib.shake_256(repr(key).encode()).digest(8 * n)
    return np.frombuffer(digest, dtype=np.uint64) / 2.0**64


class Plain:
    """Outcomes that any two runs of one key share; they hold the values of the uncertainties."""

    seconds = 0.0

    def __init__(self, job):
        self.job = job
        self.folder = Path(os.environ.get("SWEEP_TEST", "/nonexistent"))

    def __call__(self, piece, replicate, daily):
        self.trouble(piece, replicate)
        if self.seconds:
            time.sleep(self.seconds)
        row = numbers((piece.seed, replicate), len(self.job.outcome_ids))
        row[0] += 10.0 * piece.policy
        row[1] = sum(piece.values)
        row[2] = np.nan
        places = self.places(piece, replicate)
        if not daily:
            return Done(row, None, places)
        days = np.arange(3, dtype=np.float32)
        series = np.stack([days + k + replicate for k in range(len(self.job.daily.series))])
        return Done(row, series, places)

    def places(self, piece, replicate):
        holder = np.floor(7 * numbers((piece.policy, piece.seed, replicate), PLACES))
        return np.stack([holder, 10 * holder + replicate]).astype(np.int32)

    def trouble(self, piece, replicate):
        pass


class Slow(Plain):
    """A hundredth of a second a run."""

    seconds = 0.01


class Trouble(Plain):
    """Replicate 1 of future 1 goes wrong as the file ``trouble`` in SWEEP_TEST says."""

    def trouble(self, piece, replicate):
        if (piece.policy, piece.future, replicate) != (0, 1, 1):
            return
        kind = (self.folder / "trouble").read_text()
        if kind == "raise":
            raise SahelsimError("SS5013", "a number is not finite\nin this run")
        if kind == "crash":
            os._exit(9)
        if kind == "crash once":
            (self.folder / "trouble").write_text("")
            os._exit(9)
        if kind == "hang":
            time.sleep(1000)


class Unable(Plain):
    """Cannot start."""

    def __init__(self, job):
        raise EnvironmentFault("SS4140", "another version")


class Spin(Plain):
    """Holds a processor for BENCH_MS milliseconds a run."""

    def __init__(self, job):
        super().__init__(job)
        self.seconds = 0.0
        self.work = float(os.environ["BENCH_MS"]) / 1000.0
        self.same = np.zeros((2, PLACES), dtype=np.int32)

    def trouble(self, piece, replicate):
        until = time.thread_time() + self.work
        while time.thread_time() < until:
            pass

    def places(self, piece, replicate):
        return self.same


class Failing(Plain):
    """Always goes wrong."""

    def trouble(self, piece, replicate):
        raise ValueError("always")

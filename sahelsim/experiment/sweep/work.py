"""What a worker does: the runs of a chunk, one after another, whatever engine sends it.

The narrow waist is :class:`Runner`: policy, values of the uncertainties, seed and replicate in, an
outcome row, the state of the places and perhaps daily series out. Everything else here is
bookkeeping of a few microseconds a run. The model itself is not loaded here.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from sahelsim.base.errors import SahelsimError
from sahelsim.experiment.sweep.keys import run_key
from sahelsim.experiment.sweep.spec import Daily, Policy, SweepSpec

Floats = npt.NDArray[np.float64]
STATUSES = ("ok", "failed", "crashed", "timeout")
OK, FAILED, CRASHED, TIMEOUT = range(4)
SIMULATOR = "sahelsim.experiment.sweep.simulator:Simulator"
_LONGEST = 500  # characters of an error that are kept


class Piece(NamedTuple):
    """Replicates of one policy in one future.

    Attributes:
        policy: Number of the policy.
        future: Number of the future.
        seed: Seed of the draws.
        values: Value of every uncertainty, in the order of the spec.
        cell: Hash that the run keys begin with.
        replicates: Which replicates.
        attempt: Which attempt this is, from 1.
    """

    policy: int
    future: int
    seed: int
    values: tuple[float, ...]
    cell: bytes
    replicates: tuple[int, ...]
    attempt: int = 1


class Chunk(NamedTuple):
    """Runs that travel to a worker together."""

    number: int
    pieces: tuple[Piece, ...]

    @property
    def size(self) -> int:
        """Number of runs."""
        return sum(len(piece.replicates) for piece in self.pieces)

    def run(self, index: int) -> tuple[Piece, int]:
        """The piece and replicate of the run that stands at ``index``."""
        for piece in self.pieces:
            if index < len(piece.replicates):
                return piece, piece.replicates[index]
            index -= len(piece.replicates)
        raise IndexError(index)

    def without(self, index: int) -> tuple[Piece, ...]:
        """The pieces without the run that stands at ``index``."""
        left = []
        for piece in self.pieces:
            kept = tuple(r for k, r in enumerate(piece.replicates) if k != index)
            index -= len(piece.replicates)
            if kept:
                left.append(piece._replace(replicates=kept))
        return tuple(left)


@dataclass
class Rows:
    """Finished runs, column by column; n of them.

    Attributes:
        policy: Number of the policy [n].
        future: Number of the future [n].
        replicate: Replicate [n].
        seed: Seed of the draws [n].
        keys: Run keys, 16 bytes each, one after another.
        status: Index into :data:`STATUSES` [n].
        attempt: Which attempt [n].
        wall_s: Seconds taken [n].
        values: Outcomes [n, outcomes]; NaN where there is none.
        errors: Position -> (code, text) of runs that did not end well.
        kept: Positions of the runs that keep their series.
        daily: Their series [kept, series, points].
        places: Of the runs that are ok, in order: holder and days of siege
            [ok, 2, localities]; None where the runner gives none.
    """

    policy: Any
    future: Any
    replicate: Any
    seed: Any
    keys: bytes
    status: Any
    attempt: Any
    wall_s: Any
    values: Floats
    errors: dict[int, tuple[str, str]] = field(default_factory=dict)
    kept: list[int] = field(default_factory=list)
    daily: Any = None
    places: Any = None

    def __len__(self) -> int:
        return len(self.policy)

    @classmethod
    def room(cls, n: int, outcomes: int) -> Rows:
        """Room for ``n`` rows that are ok and have no outcomes yet."""
        return cls(
            np.empty(n, np.int16), np.empty(n, np.int32), np.empty(n, np.int32),
            np.empty(n, np.int64), b"", np.zeros(n, np.int8), np.empty(n, np.int16),
            np.full(n, np.nan, np.float32), np.full((n, outcomes), np.nan),
        )  # fmt: skip


class Done(NamedTuple):
    """What one run leaves.

    Attributes:
        outcomes: Its outcomes [outcomes].
        daily: Its daily series [series, points], or None.
        places: Who holds each place at the end (code of an actor) and its days of siege
            [2, localities], or None.
    """

    outcomes: Any
    daily: Any = None
    places: Any = None


class Runner(Protocol):
    """Runs one replicate of one policy in one future."""

    def __call__(self, piece: Piece, replicate: int, daily: bool) -> Done:
        """Run it; daily series are wanted where ``daily``."""
        ...


@dataclass(frozen=True)
class Job:
    """What every worker of a sweep needs; it is sent to each once.

    Attributes:
        specification: Hash of the sweep, which tells jobs apart.
        policies: The policies.
        targets: What each uncertainty bears on.
        whole: True for each uncertainty that takes whole numbers only.
        outcome_ids: Outcome columns.
        daily: Series to store, or None.
        runner: ``module:name`` of what makes the runner from the job.
        version: Version of sahelsim that the driver runs.
        model_hash: Hash of its model.
        posterior: Digest of the posterior to draw from, or None.
        timeout_s: A run that takes longer is stopped.
        attempts: How often a run that takes its process down is tried.
        path: Where the driver imports from.
    """

    specification: str
    policies: tuple[Policy, ...]
    targets: tuple[str, ...]
    whole: tuple[bool, ...]
    outcome_ids: tuple[str, ...]
    daily: Daily | None
    runner: str = SIMULATOR
    version: str = ""
    model_hash: str = ""
    posterior: str | None = None
    timeout_s: float = 120.0
    attempts: int = 3
    path: tuple[str, ...] = field(default_factory=lambda: tuple(sys.path))

    @classmethod
    def of(cls, spec: SweepSpec, runner: str = SIMULATOR) -> Job:
        """The job of a sweep."""
        many = spec.uncertainties.values()
        return cls(
            spec.specification, tuple(spec.policies.values()), tuple(one.target for one in many),
            tuple(one.distribution.whole for one in many), spec.outcome_ids, spec.daily, runner,
            spec.identity["version"], spec.identity["model_hash"], spec.posterior,
            spec.execution.timeout_s, spec.execution.attempts,
        )  # fmt: skip

    def make(self) -> Runner:
        """The runner, in the process that is to use it."""
        module, _, name = self.runner.partition(":")
        runner: Runner = getattr(importlib.import_module(module), name)(self)
        return runner

    def keeps(self, future: int, key: bytes) -> bool:
        """True where the run keeps its daily series."""
        if self.daily is None:
            return False
        chance = int.from_bytes(key[:4], "little") / 2**32
        return future in self.daily.always or chance < self.daily.share


def run_chunk(
    job: Job, runner: Runner, chunk: Chunk, beat: Callable[[int], None] | None = None
) -> Rows:
    """Run a chunk; a run that raises becomes a row with its reason.

    Args:
        job: The job.
        runner: What :meth:`Job.make` gave.
        chunk: The runs.
        beat: Called with the position of each run before it begins.
    """
    rows = Rows.room(chunk.size, len(job.outcome_ids))
    keys, series, places, at = [], [], [], 0
    for piece in chunk.pieces:
        end = at + len(piece.replicates)
        rows.policy[at:end], rows.future[at:end] = piece.policy, piece.future
        rows.seed[at:end], rows.attempt[at:end] = piece.seed, piece.attempt
        for replicate in piece.replicates:
            key = run_key(piece.cell, piece.seed, replicate)
            keys.append(key)
            rows.replicate[at] = replicate
            if beat is not None:
                beat(at)
            began = time.perf_counter()
            try:
                done = runner(piece, replicate, job.keeps(piece.future, key))
                rows.values[at] = done.outcomes
                if done.daily is not None:
                    rows.kept.append(at)
                    series.append(done.daily)
                if done.places is not None:
                    places.append(done.places)
            except Exception as fault:
                rows.status[at] = FAILED
                rows.errors[at] = describe(fault)
            rows.wall_s[at] = time.perf_counter() - began
            at += 1
    rows.keys = b"".join(keys)
    rows.daily = np.stack(series) if series else None
    rows.places = np.stack(places) if places else None
    return rows


def describe(fault: BaseException) -> tuple[str, str]:
    """Code and one line of an exception."""
    code = fault.code if isinstance(fault, SahelsimError) else type(fault).__name__
    return code, " ".join(str(fault).split())[:_LONGEST]


def lost_row(job: Job, piece: Piece, replicate: int, status: int, error: str) -> Rows:
    """The row of a run that took its process down or had to be stopped."""
    code = {CRASHED: "SS4141", TIMEOUT: "SS4142"}[status]
    row = Rows.room(1, len(job.outcome_ids))
    row.policy[0], row.future[0], row.replicate[0] = piece.policy, piece.future, replicate
    row.seed[0], row.status[0], row.attempt[0] = piece.seed, status, piece.attempt
    row.keys = run_key(piece.cell, piece.seed, replicate)
    row.errors[0] = (code, error)
    return row

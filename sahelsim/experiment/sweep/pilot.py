"""What a sweep will cost, measured by a few of its own runs before it begins."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sahelsim.experiment.runner import worker_count
from sahelsim.experiment.sweep.designs import futures_table
from sahelsim.experiment.sweep.parts import tables_of, write_part
from sahelsim.experiment.sweep.schedule import Schedule
from sahelsim.experiment.sweep.spec import SweepSpec
from sahelsim.experiment.sweep.work import SIMULATOR, Chunk, Job, Piece, Rows, run_chunk


@dataclass(frozen=True)
class Estimate:
    """Size and cost of a sweep.

    Attributes:
        policies: Number of policies.
        futures: Number of futures.
        replicates: Replicates a policy and future; at most, where a precision is to be reached.
        runs: Runs in all (at most).
        pilot: Runs that the pilot took.
        run_s: Mean seconds of one run, on one core.
        slow_s: Seconds that one run in ten takes at least.
        setup_s: Seconds to prepare one policy in one future, once every few replicates.
        failed: Pilot runs that went wrong.
        workers: Worker processes the time is for.
        seconds: Seconds for the whole sweep (at most).
        run_bytes: Bytes on disk of one run, its places and series included.
        disk_bytes: Bytes on disk of the whole sweep (at most).
    """

    policies: int
    futures: int
    replicates: int
    runs: int
    pilot: int = 0
    run_s: float = float("nan")
    slow_s: float = float("nan")
    setup_s: float = float("nan")
    failed: int = 0
    workers: int = 1
    seconds: float = float("nan")
    run_bytes: float = float("nan")
    disk_bytes: float = float("nan")


def size(spec: SweepSpec) -> Estimate:
    """Size of a sweep without running anything."""
    futures = futures_table(spec)
    schedule = Schedule(spec, futures)
    return Estimate(len(spec.policies), len(futures), spec.replication.most, schedule.total)


def estimate(
    spec: SweepSpec, pilot: int, workers: int | None = None, runner: str = SIMULATOR
) -> Estimate:
    """Run ``pilot`` runs spread over the sweep, one after another, and scale up.

    The estimate takes it that workers do not slow one another down, which is right where each
    has a core of its own.
    """
    known = size(spec)
    job = Job.of(spec, runner)
    run = job.make()
    rows = [run_chunk(job, run, chunk) for chunk in _spread(spec, min(pilot, known.runs))]
    first = np.concatenate([one.wall_s[:1] for one in rows])
    again = np.concatenate([one.wall_s[1:] for one in rows])
    run_s = float(again.mean()) if len(again) else float(first.mean())
    setup_s = max(0.0, float(first.mean()) - run_s)
    waves = -(-known.runs // spec.replication.wave)
    count = worker_count(workers)
    bytes_a_run = _bytes(spec, rows)
    return Estimate(
        known.policies, known.futures, known.replicates, known.runs,
        pilot=sum(len(one) for one in rows),
        run_s=run_s,
        slow_s=float(np.quantile(again if len(again) else first, 0.9)),
        setup_s=setup_s,
        failed=sum(len(one.errors) for one in rows),
        workers=count,
        seconds=(known.runs * run_s + waves * setup_s) / count,
        run_bytes=bytes_a_run,
        disk_bytes=bytes_a_run * known.runs,
    )  # fmt: skip


def _spread(spec: SweepSpec, runs: int) -> list[Chunk]:
    """Pairs of replicates of policies and futures all over the sweep; ``runs`` runs in all."""
    schedule = Schedule(spec, futures_table(spec))
    pieces: list[Piece] = []
    while (chunk := schedule.take(spec.replication.wave)) is not None:
        pieces.extend(chunk.pieces)
        if len(pieces) >= 10_000:
            break
    wanted = max(1, runs // 2)
    places = np.unique(np.linspace(0, len(pieces) - 1, wanted).round().astype(int))
    chunks, left = [], runs
    for number, place in enumerate(places):
        share = max(1, min(left // (len(places) - number), len(pieces[place].replicates)))
        piece = pieces[place]._replace(replicates=pieces[place].replicates[:share])
        chunks.append(Chunk(number, (piece,)))
        left -= share
    return chunks


def _bytes(spec: SweepSpec, rows: list[Rows]) -> float:
    """Bytes of a run on disk: what a part of the pilot takes beyond an empty one."""
    sizes: dict[bool, int] = {True: 0, False: 0}
    n = sum(len(one) for one in rows)
    with tempfile.TemporaryDirectory() as folder:
        for full in (True, False):
            for kind, table in tables_of(rows, spec).items():
                path = Path(folder) / f"{full}-{kind}.parquet"
                write_part(path, [table if full else table.slice(0, 0)], {})
                sizes[full] += path.stat().st_size
    return (sizes[True] - sizes[False]) / n

"""Run replicates of one scenario on all cores, in chunks.

Kernels release the interpreter lock, so threads use every core without copying anything between
processes. A chunk's content depends on its replicates alone, never on the number of workers or on
the order in which they finish.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from sahelsim.experiment import tables
from sahelsim.experiment.places import place_codes
from sahelsim.experiment.threads import Abandoned, work_together
from sahelsim.model.build import Template
from sahelsim.model.day import run_days
from sahelsim.model.health import check_health
from sahelsim.model.outcomes import outcomes
from sahelsim.model.world import World

CHUNK = 10  # replicates; part of the result layout, so it never depends on the machine
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Part:
    """What one chunk of replicates leaves.

    Attributes:
        first: Its first replicate.
        tables: Its tables.
        places: Place codes of each replicate, see :func:`~sahelsim.experiment.places.place_codes`.
    """

    first: int
    tables: dict[str, pa.Table]
    places: Any


def chunks(replicates: int) -> dict[int, int]:
    """First replicate and size of every chunk of 0 … ``replicates`` - 1."""
    return {first: min(CHUNK, replicates - first) for first in range(0, replicates, CHUNK)}


def worker_count(workers: int | None) -> int:
    """Number of threads: the given one, or one a core this process may use."""
    if workers is not None:
        return workers
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on every system
        return max(1, os.cpu_count() or 1)


def run_replicate(
    template: Template, seed: int, replicate: int, used: World | None = None
) -> World:
    """Run one replicate to the end and return its World.

    Args:
        template: What all replicates share.
        seed: Seed of the draws.
        replicate: Its number.
        used: A World of an earlier replicate, to be used again.

    Raises:
        ModelFault: a log is full or a number is not finite.
    """
    drawn = template.drawn(seed, replicate)
    world = drawn.world(seed, replicate, used)
    run_days(world, drawn.parameters, template.plan.days)
    check_health(world, template.plan.id)
    return world


def run_part(
    template: Template,
    seed: int,
    first: int,
    count: int,
    progress: Progress | None = None,
    used: World | None = None,
) -> tuple[Part, World | None]:
    """Run one chunk of replicates, one after another; return it and a World to be used again."""
    records: list[tables.Record] = []
    places: list[Any] = []
    rows: dict[int, dict[str, float]] = {}
    world = used
    for replicate in range(first, first + count):
        world = run_replicate(template, seed, replicate, world)
        rows[replicate] = outcomes(world, template.names)
        places.append(place_codes(world))
        records.append(tables.record(world, template.names, replicate))
        if progress is not None:
            progress(1)
    whole = {"outcomes": tables.outcome_rows(seed, rows)}
    whole |= tables.tables_of(template.plan, template.names, records)
    return Part(first, whole, np.stack(places)), world


def run_parts(
    template: Template,
    seed: int,
    todo: Iterable[tuple[int, int]],
    keep: Callable[[Part], None],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Run the chunks ``todo`` (first replicate, count) and hand each to ``keep``.

    ``keep`` and ``progress`` are called from several threads, ``keep`` in any order. A chunk is
    held by nobody but ``keep``, so memory does not grow with the replicates. When a chunk fails or
    the caller is interrupted, the others give up after their current replicate.

    Raises:
        ModelFault: a replicate went wrong.
    """
    stop = threading.Event()
    mine = threading.local()  # each thread's World, used from chunk to chunk

    def tick(n: int) -> None:
        if stop.is_set():
            raise Abandoned
        if progress is not None:
            progress(n)

    def work(first: int, count: int) -> None:
        used = getattr(mine, "world", None)
        part, mine.world = run_part(template, seed, first, count, tick, used)
        keep(part)

    calls = (partial(work, first, count) for first, count in todo)
    work_together(calls, worker_count(workers), stop)

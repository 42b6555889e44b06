"""Run replicates of one scenario on all cores, in chunks.

Kernels release the interpreter lock, so threads use every core without copying anything between
processes. A chunk's content depends on its replicates alone, never on the number of workers or on
the order in which they finish.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import pyarrow as pa

from sahelsim.experiment import tables
from sahelsim.experiment.places import PlaceCounts
from sahelsim.model.build import Template
from sahelsim.model.day import run_days
from sahelsim.model.health import check_health
from sahelsim.model.outcomes import outcomes

CHUNK = 25  # replicates; part of the result layout, so it never depends on the machine
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Part:
    """Tables of one chunk of replicates [first, first + count)."""

    first: int
    count: int
    tables: dict[str, pa.Table]
    places: PlaceCounts


def worker_count(workers: int | None) -> int:
    """Number of threads: the given one, or one a core this process may use."""
    if workers is not None:
        return max(1, workers)
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on every system
        return max(1, os.cpu_count() or 1)


def run_replicate(template: Template, seed: int, replicate: int) -> tuple[dict[str, pa.Table], object]:
    """Run one replicate to the end and return its tables and its World.

    Raises:
        ModelFault: a log is full or a number is not finite.
    """
    plan, names = template.plan, template.names
    world = template.world(seed, replicate)
    run_days(world, template.parameters, plan.days)
    check_health(world, plan.id)
    result = {
        "outcomes": tables.outcome_row(replicate, seed, outcomes(world, names)),
        "daily": tables.daily(plan, world, replicate),
        "tails": tables.daily_tails(plan, names, world, replicate),
        "events": tables.events(plan, names, world, replicate),
    }
    if replicate < tables.DETAILED_REPLICATES:
        result["airfields"] = tables.daily_airfields(plan, names, world, replicate)
        result["localities"] = tables.daily_localities(plan, names, world, replicate)
        result["orders"] = tables.orders(plan, names, world, replicate)
    return result, world


def run_part(
    template: Template, seed: int, first: int, count: int, progress: Progress | None = None
) -> Part:
    """Run one chunk of replicates, one after another."""
    gathered: dict[str, list[pa.Table]] = {}
    places = PlaceCounts(template.plan.days, len(template.names.localities))
    for replicate in range(first, first + count):
        result, world = run_replicate(template, seed, replicate)
        places.add(world)  # type: ignore[arg-type]
        for name, table in result.items():
            gathered.setdefault(name, []).append(table)
        if progress is not None:
            progress(1)
    return Part(first, count, {name: concat(items) for name, items in gathered.items()}, places)


def concat(items: list[pa.Table]) -> pa.Table:
    """Stack tables whose dictionary columns may differ, into one with unified dictionaries."""
    return pa.concat_tables(items, promote_options="permissive").unify_dictionaries().combine_chunks()


def run_parts(
    template: Template,
    seed: int,
    replicates: int,
    *,
    workers: int | None = None,
    done: Callable[[int], bool] = lambda first: False,
    progress: Progress | None = None,
) -> Iterator[Part]:
    """Yield the chunks that are not ``done`` yet, as they finish.

    At most two chunks a worker wait at any time, so memory does not grow with the replicates. When
    the caller stops early, chunks under way are abandoned after their current replicate.
    """
    stop = False

    def tick(n: int) -> None:
        if stop:
            raise Interrupted
        if progress is not None:
            progress(n)

    todo = [
        (first, min(CHUNK, replicates - first))
        for first in range(0, replicates, CHUNK)
        if not done(first)
    ]
    threads = worker_count(workers)
    waiting: set[Future[Part]] = set()
    with ThreadPoolExecutor(threads, thread_name_prefix="sahelsim") as pool:
        try:
            queue = iter(todo)
            while True:
                while len(waiting) < 2 * threads:
                    following = next(queue, None)
                    if following is None:
                        break
                    waiting.add(pool.submit(run_part, template, seed, *following, tick))
                if not waiting:
                    return
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
        finally:
            stop = True
            for future in waiting:
                future.cancel()


class Interrupted(Exception):
    """A chunk gave up because nobody waits for it any more."""

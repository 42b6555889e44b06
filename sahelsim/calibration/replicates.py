"""Replicates of a scenario, each reduced to what is wanted of it as soon as it has run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

import pyarrow as pa

from sahelsim.experiment.runner import Progress, run_replicate, worker_count
from sahelsim.experiment.tables import record, tables_of
from sahelsim.experiment.threads import work_together
from sahelsim.model.build import Template

Item = TypeVar("Item")


def each_replicate(
    shared: Template,
    replicates: int,
    seed: int,
    reduce: Callable[[Mapping[str, pa.Table]], Item],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Item]:
    """Run replicates 0 … ``replicates`` - 1 and return ``reduce`` of each one's tables, in order.

    Args:
        shared: The scenario, resolved.
        replicates: How many.
        seed: Seed of the keyed draws; results depend on nothing else.
        reduce: What to keep of a replicate's tables; called in several threads.
        workers: Threads; all cores by default.
        progress: Called with 0 first, then with 1 after each replicate.

    Raises:
        ModelFault: a replicate went wrong.
    """
    if progress is not None:
        progress(0)
    items: dict[int, Item] = {}
    own = threading.local()

    def one(replicate: int) -> None:
        # Each thread uses the memory of its last World again.
        own.world = run_replicate(shared, seed, replicate, getattr(own, "world", None))
        left = record(own.world, shared.names, replicate)
        items[replicate] = reduce(tables_of(shared.plan, shared.names, [left]))
        if progress is not None:
            progress(1)

    work_together((partial(one, j) for j in range(replicates)), worker_count(workers))
    return [items[j] for j in range(replicates)]

"""The places of a sweep, counted by policy and future: who holds each at the end, days of siege.

Parts are read and counted one by one, so a million runs need no more memory than the counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sahelsim.base.errors import InputError
from sahelsim.experiment.sweep.parts import LOCALITIES, PLACES, WITHOUT, codes, read_parts
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import FIRST_GROUP, FIRST_MILITIA, STATES


@dataclass(frozen=True)
class CellPlaces:
    """Counts over the runs of each cell, a cell being one policy in one future.

    Attributes:
        localities: Ids of the places, in the order of the last axis.
        runs: Runs counted [futures, policies].
        held: Of these, runs at whose end the place is held by the state whose country it lies in
            [futures, policies, localities].
        armed: Runs at whose end an armed group holds it [futures, policies, localities].
        siege_days: Days of siege, summed over the runs [futures, policies, localities].
    """

    localities: tuple[str, ...]
    runs: Any
    held: Any
    armed: Any
    siege_days: Any


def count_places(
    path: Path, policies: Sequence[str], futures: Sequence[int], replicates: int
) -> CellPlaces | None:
    """Count the places of a sweep directory.

    Args:
        path: The directory.
        policies: All policies of the sweep, in its order.
        futures: Futures to count, in the order wanted; others are left out.
        replicates: Most replicates that a cell has.

    Returns:
        The counts; None where the sweep stored no places, as those run by an earlier version.

    Raises:
        InputError: SS4131, a part cannot be read or its places are not those of this theatre.
    """
    counts: CellPlaces | None = None
    row = np.full(max([*futures, -1]) + 2, -1)
    row[list(futures)] = np.arange(len(futures))
    seen = np.zeros((len(futures), len(policies), replicates), dtype=bool)
    for table in read_parts(path / PLACES):
        counts = counts or _nothing(path, table, len(futures), len(policies))
        future = row[np.minimum(table["future"].to_numpy(), len(row) - 1)]
        policy, replicate = codes(table["policy"], policies), table["replicate"].to_numpy()
        at = np.flatnonzero((future >= 0) & (replicate < replicates))
        run = np.ravel_multi_index((future[at], policy[at], replicate[at]), seen.shape)
        run, first = np.unique(run, return_index=True)  # a kill may leave a run in two parts
        new = ~seen.ravel()[run]
        seen.ravel()[run] = True
        _add(counts, table.take(at[first[new]]), run[new] // replicates)
    return counts


def _nothing(path: Path, table: pa.Table, futures: int, policies: int) -> CellPlaces:
    told = (table.schema.metadata or {}).get(LOCALITIES.encode(), b"").decode().split()
    known = {place.id for place in load_theatre().localities}
    if not told or not known.issuperset(told):
        raise InputError(
            "SS4131", f"the places in {path / PLACES} are not those of this theatre", hint=WITHOUT
        )
    shape = (futures, policies, len(told))
    many = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    return CellPlaces(tuple(told), np.zeros(shape[:2], dtype=np.int64), *many)


def _add(counts: CellPlaces, table: pa.Table, cell: Any) -> None:
    """Add runs, sorted by their cell."""
    if not len(table):
        return
    n = len(counts.localities)
    holder, days = (
        table[name].combine_chunks().flatten().to_numpy().reshape(-1, n)
        for name in ("holder", "siege_days")
    )
    theatre = load_theatre()
    owner = [STATES.index(theatre.locality(id).country) for id in counts.localities]
    armed = (holder >= FIRST_GROUP) & (holder < FIRST_MILITIA)
    cells, begin, size = np.unique(cell, return_index=True, return_counts=True)
    counts.runs.ravel()[cells] += size
    for total, values in (
        (counts.held, holder == np.array(owner)),
        (counts.armed, armed),
        (counts.siege_days, days),
    ):
        total.reshape(-1, n)[cells] += np.add.reduceat(values, begin, axis=0, dtype=np.int64)

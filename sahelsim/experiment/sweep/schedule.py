"""The order of the runs: hand-written futures first, then waves of replicates over all futures.

Any prefix of the schedule is a balanced design: every future gets its first wave before any gets
its second, and a grid is walked in scrambled order. What runs next never depends on the number of
workers; where replicates go on until a precision is reached, the decision is taken once per
future and wave, from complete waves only, so it does not depend on the order of arrival either.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sahelsim.experiment.sweep.keys import cell_digest, future_seeds
from sahelsim.experiment.sweep.precision import Precision
from sahelsim.experiment.sweep.spec import SweepSpec
from sahelsim.experiment.sweep.work import OK, Chunk, Piece, Rows

if TYPE_CHECKING:
    import pandas as pd

Shard = tuple[int, int]
SCRAMBLED = ("grid", "list")
Done = npt.NDArray[np.bool_]


class Schedule:
    """Gives out what is to run, in chunks, and takes note of what has run.

    Args:
        spec: The sweep.
        futures: Its futures.
        shard: (number from 1, shards): only this part of the sweep.

    Attributes:
        done: [futures, policies, replicates at most] runs that have a row.
    """

    def __init__(self, spec: SweepSpec, futures: pd.DataFrame, shard: Shard = (1, 1)) -> None:
        self.spec = spec
        self.ends = spec.replication.ends()
        self.done: Done = np.zeros(
            (len(futures), len(spec.policies), spec.replication.most), dtype=np.bool_
        )
        self._seeds = future_seeds(spec, futures)
        self._values = futures[list(spec.uncertainties)].to_numpy(dtype=np.float64)
        self._names = list(spec.policies)
        self._named = int(futures["name"].notna().sum())
        self._shard = shard
        self._again: deque[Piece] = deque()  # the rest of a unit that was cut
        self._lost: deque[Piece] = deque()  # what a lost worker gave back
        self._attempts: dict[tuple[int, int, int], int] = {}
        self._precision = Precision(spec) if spec.replication.until else None
        self._ready: deque[Piece] = deque()
        self._waiting: dict[int, tuple[int, int, int]] = {}  # future -> (wave, rank, runs left)
        self._stopped: dict[int, int] = {}  # future -> replicates, where a precision was reached
        self._later: list[tuple[bool, int, int, int]] = []  # (drawn, wave, rank, future)
        self._firsts = self._order()
        self._number = 0

    # ---- size ----------------------------------------------------------------------------------

    def planned(self) -> Done:
        """[futures, policies, replicates] runs that belong to this shard, as far as known."""
        mine = np.zeros_like(self.done)
        for future, rank in self._order():
            for wave in range(len(self.ends)):
                if self._mine(rank, wave):
                    first, end = self._span(wave)
                    mine[future, :, first : min(end, self._stopped.get(future, end))] = True
        return mine

    @property
    def total(self) -> int:
        """Runs of this shard; at most, where a precision may end replicates early."""
        policies, most = self.done.shape[1:]
        if self._shard != (1, 1):
            return int(self.planned().sum())
        early = sum(most - replicates for replicates in self._stopped.values())
        return int(self.done.shape[0] * most - early) * policies

    # ---- what comes next -----------------------------------------------------------------------

    def take(self, runs: int) -> Chunk | None:
        """The next chunk of at most ``runs`` runs; None where nothing can start now.

        What was lost goes alone: joined again, the halves of a lost chunk would be lost again.
        """
        taken: list[Piece] = []
        if self._lost:
            taken.append(_first(self._lost.popleft(), runs, self._lost))
            runs = 0
        while runs > 0 and (piece := self._next()) is not None:
            taken.append(_first(piece, runs, self._again))
            runs -= len(taken[-1].replicates)
        if not taken:
            return None
        self._number += 1
        return Chunk(self._number, tuple(taken))

    def pending(self) -> bool:
        """True where something can start now."""
        if self._lost:
            return True
        piece = self._next()
        if piece is not None:
            self._again.appendleft(piece)
        return piece is not None

    def give_back(self, pieces: tuple[Piece, ...]) -> None:
        """Runs that were taken and lost with their worker come next."""
        self._lost.extend(pieces)

    def _next(self) -> Piece | None:
        if self._again:
            return self._again.popleft()
        while not self._ready:
            unit = self._unit()
            if unit is None:
                return None
            self._begin(*unit)
        return self._ready.popleft()

    def _unit(self) -> tuple[int, int, int] | None:
        """(wave, rank, future) that comes next: hand-written futures run to their end first."""
        if not self._later or self._later[0][0]:
            first = next(self._firsts, None)
            if first is not None:
                future, rank = first
                return 0, rank, future
        return heapq.heappop(self._later)[1:] if self._later else None

    def _push(self, wave: int, rank: int, future: int) -> None:
        if wave < len(self.ends):
            heapq.heappush(self._later, (rank >= self._named, wave, rank, future))

    def _order(self) -> Iterator[tuple[int, int]]:
        """(future, rank) in the order in which futures get their first wave."""
        named, n = self._named, len(self.done)
        yield from ((future, future) for future in range(named))
        drawn = np.arange(named, n)
        if self.spec.design.method in SCRAMBLED:
            drawn = np.random.default_rng(self.spec.seed).permutation(drawn)
        yield from ((int(future), rank) for rank, future in enumerate(drawn, start=named))

    def _span(self, wave: int) -> tuple[int, int]:
        return (self.ends[wave - 1] if wave else 0), self.ends[wave]

    def _mine(self, rank: int, wave: int) -> bool:
        number, shards = self._shard
        unit = rank if self._precision else rank * len(self.ends) + wave
        return unit % shards == number - 1

    def _begin(self, wave: int, rank: int, future: int) -> None:
        """Make the pieces of one wave of a future ready, and what follows from it."""
        if self._precision is None:
            self._push(wave + 1, rank, future)
            if self._mine(rank, wave):
                self._ready.extend(self._wave(wave, future))
            return
        if not self._mine(rank, wave):
            return
        first, end = self._span(wave)
        left = int((~self.done[future, :, first:end]).sum())
        if left:
            self._waiting[future] = (wave, rank, left)
            self._ready.extend(self._wave(wave, future))
        else:
            self._look(wave, rank, future)

    def _look(self, wave: int, rank: int, future: int) -> None:
        """Decide after a whole wave whether the future goes on."""
        assert self._precision is not None
        replicates = self.ends[wave]
        if wave + 1 == len(self.ends) or self._precision.reached(future, replicates):
            self._stopped[future] = replicates
            self._precision.drop(future)
        else:
            self._push(wave + 1, rank, future)

    def _wave(self, wave: int, future: int) -> Iterator[Piece]:
        first, end = self._span(wave)
        values = tuple(float(value) for value in self._values[future])
        table = dict(zip(self.spec.uncertainties, values, strict=True))
        for policy, name in enumerate(self._names):
            left = [first + int(r) for r in np.flatnonzero(~self.done[future, policy, first:end])]
            if not left:
                continue
            piece = Piece(policy, future, int(self._seeds[future]), values,
                          cell_digest(self.spec, name, future, table), ())  # fmt: skip
            yield from self._by_attempt(piece, left)

    def _by_attempt(self, piece: Piece, replicates: list[int]) -> Iterator[Piece]:
        if not self._attempts:
            yield piece._replace(replicates=tuple(replicates))
            return
        groups: dict[int, list[int]] = {}
        for replicate in replicates:
            before = self._attempts.get((piece.future, piece.policy, replicate), 0)
            groups.setdefault(before + 1, []).append(replicate)
        for attempt, group in groups.items():
            yield piece._replace(replicates=tuple(group), attempt=attempt)

    # ---- what has run --------------------------------------------------------------------------

    def resume(self, rows: Any, again: tuple[int, ...] = ()) -> None:
        """Take note of rows that are stored already.

        Args:
            rows: Arrays ``future, policy, replicate, status, attempt`` and, where a precision is
                wanted, ``values``.
            again: Statuses that are to run again.
        """
        redo = np.isin(rows.status, again) if again else np.zeros(len(rows.status), dtype=bool)
        keep = ~redo
        self.done[rows.future[keep], rows.policy[keep], rows.replicate[keep]] = True
        for k in np.flatnonzero(redo):
            at = (int(rows.future[k]), int(rows.policy[k]), int(rows.replicate[k]))
            if not self.done[at]:
                self._attempts[at] = max(self._attempts.get(at, 0), int(rows.attempt[k]))
        if self._precision is not None:
            self._precision.add(rows.future, rows.policy, rows.replicate, rows.values,
                                (rows.status == OK) & keep)  # fmt: skip

    def note(self, rows: Rows) -> None:
        """Take note of rows that have just arrived."""
        self.done[rows.future, rows.policy, rows.replicate] = True
        if self._precision is None:
            return
        self._precision.add(rows.future, rows.policy, rows.replicate,
                            self._precision.columns(rows.values), rows.status == OK)  # fmt: skip
        for future, count in zip(*np.unique(rows.future, return_counts=True), strict=True):
            wave, rank, left = self._waiting.pop(int(future))
            if left > count:
                self._waiting[int(future)] = (wave, rank, left - int(count))
            else:
                self._look(wave, rank, int(future))


def _first(piece: Piece, runs: int, rest: deque[Piece]) -> Piece:
    """The first ``runs`` runs of a piece; what is over goes to the front of ``rest``."""
    if len(piece.replicates) <= runs:
        return piece
    rest.appendleft(piece._replace(replicates=piece.replicates[runs:]))
    return piece._replace(replicates=piece.replicates[:runs])

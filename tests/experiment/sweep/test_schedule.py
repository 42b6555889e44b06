from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sahelsim.experiment.sweep import SweepSpec, futures_table
from sahelsim.experiment.sweep.schedule import Schedule
from sahelsim.experiment.sweep.store import Stored
from sahelsim.experiment.sweep.work import Chunk, Rows
from tests.experiment.sweep.conftest import SMALL, make

Run = tuple[int, int, int]
LONG = SMALL.replace("replicates: 6", "replicates: 20")
UNTIL = SMALL.replace(
    "replicates: 6",
    "replicates: {min: 4, max: 16, step: 4, until: [{outcome: sorties, half_width: 1.0}]}",
)


def runs(chunk: Chunk) -> list[Run]:
    return [(piece.future, piece.policy, r) for piece in chunk.pieces for r in piece.replicates]


def rows(spec: SweepSpec, wanted: list[Run], spread: dict[int, float]) -> Rows:
    """Finished runs whose sorties are ± ``spread`` of their future."""
    made = Rows.room(len(wanted), len(spec.outcome_ids))
    made.future[:], made.policy[:], made.replicate[:] = np.array(wanted).T
    sign = np.where(made.replicate % 2 == 0, 1.0, -1.0)
    size = np.array([spread.get(future, 0.0) for future, _, _ in wanted])
    made.values[:, spec.outcome_ids.index("sorties")] = 100.0 + sign * size
    return made


def drain(schedule: Schedule, size: int) -> list[Run]:
    found: list[Run] = []
    while (chunk := schedule.take(size)) is not None:
        assert 0 < chunk.size <= size
        found += runs(chunk)
    return found


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60))
def test_every_run_is_given_out_once_whatever_the_chunks(size: int) -> None:
    spec = make(LONG)
    found = drain(Schedule(spec, futures_table(spec)), size)
    assert len(found) == len(set(found)) == 4 * 2 * 20
    assert found == drain(Schedule(spec, futures_table(spec)), 7)


def test_hand_written_futures_run_to_their_end_first_then_waves() -> None:
    spec = make(LONG)
    found = drain(Schedule(spec, futures_table(spec)), 5)
    assert {future for future, _, _ in found[:40]} == {0}
    for share in (48, 96, 120):  # of the 120 drawn ones
        counts = Counter(future for future, _, _ in found[40 : 40 + share])
        assert len(set(counts.values())) == 1, share


def test_a_grid_is_walked_in_scrambled_order() -> None:
    text = LONG.replace("{method: lhs, futures: 3}", "{method: grid, levels: 5}")
    spec = make(text)
    found = list(dict.fromkeys(run[0] for run in drain(Schedule(spec, futures_table(spec)), 9)))
    assert found[0] == 0
    assert sorted(found) == list(range(26))
    assert found[1:] != sorted(found[1:])


@pytest.mark.parametrize("text", [LONG, SMALL])
@pytest.mark.parametrize("shards", [2, 3, 7])
def test_shards_are_the_sweep_cut_into_pieces(text: str, shards: int) -> None:
    spec = make(text)
    futures = futures_table(spec)
    parts = [drain(Schedule(spec, futures, (k + 1, shards)), 6) for k in range(shards)]
    assert Counter(run for part in parts for run in part) == Counter(
        drain(Schedule(spec, futures), 6)
    )
    for k, part in enumerate(parts):
        assert Schedule(spec, futures, (k + 1, shards)).total == len(part)


def stored(spec: SweepSpec, done: list[Run], status: int = 0, attempt: int = 1) -> Stored:
    future, policy, replicate = np.array(done, dtype=np.int64).reshape(-1, 3).T
    n = len(done)
    values = rows(spec, done, {}).values[:, [spec.outcome_ids.index("sorties")]] if n else None
    return Stored(future, policy, replicate, np.full(n, status), np.full(n, attempt), values)


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(0, 159)))
def test_what_has_run_is_not_given_out_again(done: set[int]) -> None:
    spec = make(LONG)
    every = drain(Schedule(spec, futures_table(spec)), 10)
    before = [every[k] for k in sorted(done)]
    schedule = Schedule(spec, futures_table(spec))
    schedule.resume(stored(spec, before))
    assert Counter(drain(schedule, 10)) == Counter(every) - Counter(before)


def test_runs_to_try_again_know_their_attempt() -> None:
    spec = make(SMALL)
    schedule = Schedule(spec, futures_table(spec))
    every = drain(Schedule(spec, futures_table(spec)), 48)
    schedule.resume(stored(spec, every[1:]))
    schedule.resume(stored(spec, every[:1], status=2, attempt=3), again=(2,))
    chunk = schedule.take(10)
    assert chunk is not None
    assert runs(chunk) == every[:1]
    assert chunk.pieces[0].attempt == 4


def test_lost_runs_come_next() -> None:
    spec = make(SMALL)
    schedule = Schedule(spec, futures_table(spec))
    first = schedule.take(5)
    assert first is not None
    schedule.give_back(first.pieces)
    again = schedule.take(5)
    assert again is not None
    assert runs(again) == runs(first)
    assert again.number != first.number


def simulate(spread: dict[int, float], seed: int, resume: bool = False) -> tuple[set[Run], int]:
    """Run an adaptive sweep with rows arriving in random order; return what ran."""
    spec = make(UNTIL)
    random = np.random.default_rng(seed)
    schedule = Schedule(spec, futures_table(spec))
    waiting: list[Run] = []
    done: list[Run] = []
    while True:
        while (chunk := schedule.take(int(random.integers(1, 9)))) is not None:
            waiting += runs(chunk)
        if not waiting:
            return set(done), schedule.total
        random.shuffle(waiting)
        cut = int(random.integers(1, len(waiting) + 1))
        now, waiting = [tuple(run) for run in waiting[:cut]], waiting[cut:]
        schedule.note(rows(spec, now, spread))
        done += now
        if resume and random.random() < 0.3:  # killed: what was under way is lost
            schedule = Schedule(spec, futures_table(spec))
            before = stored(spec, done)
            before.values = rows(spec, done, spread).values[:, [spec.outcome_ids.index("sorties")]]
            schedule.resume(before)
            waiting = []


def test_replicates_stop_where_the_precision_is_reached() -> None:
    done, total = simulate({0: 0.0, 1: 0.9, 2: 1.4, 3: 50.0}, seed=1)
    per_cell = pd.Series(Counter(run[:2] for run in done)).groupby(level=0).unique()
    assert [int(n[0]) for n in per_cell] == [4, 8, 12, 16]
    assert total == len(done) == 2 * (4 + 8 + 12 + 16)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("resume", [False, True])
def test_the_decision_depends_neither_on_arrival_nor_on_interruptions(
    seed: int, resume: bool
) -> None:
    spread = {1: 0.9, 2: 1.4, 3: 50.0}
    assert simulate(spread, seed, resume) == simulate(spread, seed=99)


def test_only_whole_futures_go_to_the_shards_of_an_adaptive_sweep() -> None:
    spec = make(UNTIL)
    parts = [Schedule(spec, futures_table(spec), (k, 2)) for k in (1, 2)]
    found = [{future for future, _, _ in drain(part, 4)} for part in parts]
    assert found == [{0, 2}, {1, 3}]


def test_halves_of_a_lost_chunk_are_not_joined_again() -> None:
    """They were, as long as the chunks asked for were large: then nothing ever got through."""
    spec = make(LONG)
    schedule = Schedule(spec, futures_table(spec))
    lost = schedule.take(10)
    assert lost is not None
    halves = tuple(
        piece._replace(replicates=part)
        for piece in lost.pieces
        for part in (piece.replicates[:2], piece.replicates[2:])
        if part
    )
    schedule.give_back(halves)
    found = [schedule.take(10) for _ in halves]
    assert [chunk.pieces for chunk in found if chunk] == [(half,) for half in halves]
    assert sorted(runs(lost)) == sorted(run for chunk in found if chunk for run in runs(chunk))
    following = schedule.take(10)
    assert following is not None
    assert not set(runs(following)) & set(runs(lost))

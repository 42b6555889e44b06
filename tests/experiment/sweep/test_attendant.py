"""The process that makes runs for an executor's worker: kept, ended, replaced."""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sahelsim.experiment.sweep import SweepSpec, attendant
from sahelsim.experiment.sweep.attendant import Attendant, Waiting
from sahelsim.experiment.sweep.designs import futures_table
from sahelsim.experiment.sweep.schedule import Schedule
from sahelsim.experiment.sweep.work import Chunk, Job

Tell = Callable[[str], None]


@pytest.fixture
def job(small: SweepSpec, trouble: Tell) -> Job:
    return Job.of(small, "fake_runs:Plain")


@pytest.fixture
def chunk(small: SweepSpec) -> Chunk:
    found = Schedule(small, futures_table(small)).take(5)
    assert found is not None
    return found._replace(number=70)


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    made = Waiting()
    yield made
    for one in list(made._idle):
        made._idle.pop(one).cancel()
        one.close()


def pid(one: Attendant) -> int:
    return one._engine._workers[0].process.pid


def running(one: Attendant) -> bool:
    return any(worker.process.poll() is None for worker in one._engine._workers)


def test_a_chunk_comes_back_under_its_own_number(job: Job, chunk: Chunk, waiting: Waiting) -> None:
    one = waiting.take(pickle.dumps(job))
    reports = one.run(chunk)
    waiting.give_back(one)
    assert [report.chunk for report in reports] == [70]
    assert reports[0].rows is not None
    assert len(reports[0].rows) == chunk.size


def test_a_process_serves_chunk_after_chunk_and_ends_for_another_sweep(
    job: Job, chunk: Chunk, waiting: Waiting
) -> None:
    content = pickle.dumps(job)
    one = waiting.take(content)
    first = pid(one)
    waiting.give_back(one)
    again = waiting.take(content)
    assert pid(again) == first
    second = waiting.take(content)  # another thread comes meanwhile
    assert pid(second) != first
    waiting.give_back(again)
    waiting.give_back(second)
    other = waiting.take(pickle.dumps(replace(job, timeout_s=7.0)))
    assert not running(one)
    assert not running(second)
    waiting.give_back(other)


def test_a_process_that_waits_in_vain_ends(
    job: Job, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant, "IDLE_S", 0.1)
    one = waiting.take(pickle.dumps(job))
    waiting.give_back(one)
    until = time.monotonic() + 20
    while running(one):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert waiting.take(one.content) is not one


def test_a_process_that_died_while_it_waited_is_replaced(
    job: Job, chunk: Chunk, waiting: Waiting
) -> None:
    one = waiting.take(pickle.dumps(job))
    one.run(chunk)
    one._engine._workers[0].process.kill()
    reports = one.run(chunk)
    waiting.give_back(one)
    assert sum(len(report.rows) for report in reports if report.rows is not None) == chunk.size


def test_folders_of_the_driver_s_machine_do_not_matter(
    job: Job, chunk: Chunk, waiting: Waiting
) -> None:
    one = waiting.take(pickle.dumps(replace(job, path=("/no/such/folder",))))
    reports = one.run(chunk)
    waiting.give_back(one)
    assert reports[0].rows is not None

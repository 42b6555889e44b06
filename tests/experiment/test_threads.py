"""Calls side by side: all are made, a fault ends the rest, nothing runs on."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from sahelsim.experiment.threads import work_together


@pytest.fixture(autouse=True)
def nothing_runs_on() -> Iterator[None]:
    yield
    assert not [thread for thread in threading.enumerate() if "sahelsim" in thread.name]


def test_every_call_is_made_once_and_the_end_is_told() -> None:
    made: list[int] = []
    stop = threading.Event()
    work_together([partial(made.append, k) for k in range(50)], 3, stop)
    assert sorted(made) == list(range(50))
    assert stop.is_set()


def test_calls_begin_in_their_order() -> None:
    made: list[int] = []
    work_together((partial(made.append, k) for k in range(50)), 1)
    assert made == list(range(50))


def test_a_call_is_taken_when_a_thread_is_free_for_it() -> None:
    taken, made, ahead = [0], [0], [0]

    def work() -> None:
        ahead[0] = max(ahead[0], taken[0] - made[0])
        made[0] += 1

    def calls() -> Iterator[Callable[[], None]]:
        for _ in range(1_000):
            taken[0] += 1
            yield work

    work_together(calls(), 1)
    assert (made, ahead) == ([1_000], [1])


def test_a_fault_stops_those_at_work_and_those_that_wait() -> None:
    stop, begun = threading.Event(), threading.Event()
    late: list[str] = []

    def fails() -> None:
        begun.wait(10)
        raise ValueError("planted")

    def works() -> None:
        begun.set()
        if not stop.wait(10):
            late.append("never told to stop")

    def waits() -> None:
        late.append("begun after the fault")

    with pytest.raises(ValueError, match="planted"):
        work_together([fails, works, waits, waits], 2, stop)
    assert not late


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_no_fault_is_lost_wherever_it_comes_from(fault: type[BaseException]) -> None:
    def fails() -> None:
        raise fault("planted")

    def calls() -> Iterator[Callable[[], None]]:
        yield from [int] * 30
        raise fault("planted")

    for given in ([*[int] * 30, fails], calls()):
        with pytest.raises(fault, match="planted"):
            work_together(given, 3)


def test_an_interruption_ends_what_runs() -> None:
    stop = threading.Event()
    main = threading.main_thread().ident
    assert main is not None
    late: list[str] = []

    def interrupts() -> None:
        time.sleep(0.1)  # until the caller waits
        signal.pthread_kill(main, signal.SIGINT)
        if not stop.wait(10):
            late.append("never told to stop")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            work_together([interrupts, partial(late.append, "begun after it")], 1, stop)
    finally:
        signal.signal(signal.SIGINT, before)
    assert not late

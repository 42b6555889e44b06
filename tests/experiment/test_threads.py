"""Calls side by side: all are made, a fault ends the rest, nothing runs on."""

from __future__ import annotations

import threading

import pytest

from sahelsim.experiment.threads import work_together


def test_every_call_is_made_once_and_the_end_is_told() -> None:
    made: list[int] = []
    stop = threading.Event()
    work_together([lambda k=k: made.append(k) for k in range(50)], 3, stop)  # type: ignore[misc]
    assert sorted(made) == list(range(50))
    assert stop.is_set()
    assert not [thread for thread in threading.enumerate() if "sahelsim" in thread.name]


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

    with pytest.raises(ValueError, match="planted"):
        work_together([fails, works], 2, stop)
    assert not late
    assert not [thread for thread in threading.enumerate() if "sahelsim" in thread.name]

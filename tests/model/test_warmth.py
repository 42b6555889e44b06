"""Compiling ahead: what is compiled phase by phase is what the day calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.model import warmth
from sahelsim.model.claims import Claimed
from sahelsim.model.day import PHASES


def test_the_phases_to_compile_are_those_of_the_day() -> None:
    named = {function.__name__ for function, _ in warmth._phase_calls()}
    decisions = {name for name in named if name.startswith("decide_")}
    assert len(decisions) == 5
    assert named - decisions == {name for name, _ in PHASES} - {"decide"}


def test_a_compiled_model_is_warm_and_loads() -> None:
    warmth.compile_model()
    assert warmth.is_warm()


def _compiling(monkeypatch: pytest.MonkeyPatch, held: dict[str, int]) -> list[str]:
    """Stand in for compilation: kernels are held elsewhere so many times, then compiled."""
    done: list[str] = []

    def compile_or_not(function, arguments):  # type: ignore[no-untyped-def]
        name = function.__name__
        if held.get(name, 0) > 0:
            held[name] -= 1
            raise Claimed(name)
        done.append(name)

    monkeypatch.setattr(warmth, "compile_inner", compile_or_not)
    return done


def test_what_another_process_holds_is_come_back_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = _compiling(monkeypatch, {"apply_orders": 3, "record_day": 1})
    assert warmth.compile_phases(tmp_path, wait=lambda: True)
    every = [function.__name__ for function, _ in warmth._phase_calls()]
    assert sorted(done) == sorted(every)
    assert done[-1] == "apply_orders"  # the longest, tried first, and again until it is free


def test_what_a_process_held_when_it_ended_is_left_and_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = _compiling(monkeypatch, {"siege_day": 10**9})
    assert not warmth.compile_phases(tmp_path, wait=lambda: False)
    assert "siege_day" not in done
    assert len(done) == len(list(warmth._phase_calls())) - 1

"""Compiling ahead: what is compiled phase by phase is what the day calls."""

from __future__ import annotations

from sahelsim.model import warmth
from sahelsim.model.day import PHASES


def test_the_phases_to_compile_are_those_of_the_day() -> None:
    named = {function.__name__ for function, _ in warmth._phase_calls()}
    decisions = {name for name in named if name.startswith("decide_")}
    assert len(decisions) == 5
    assert named - decisions == {name for name, _ in PHASES} - {"decide"}


def test_a_compiled_model_is_warm_and_loads() -> None:
    warmth.compile_model()
    assert warmth.is_warm()

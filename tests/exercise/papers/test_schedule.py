"""The lesson by the minute: it adds up, has its break, and an hour's version fits an hour."""

from __future__ import annotations

import pytest

from sahelsim.exercise import Exercise
from sahelsim.exercise.papers.schedule import SHORT, Step, full, short, turn_minutes
from sahelsim.exercise.schema import Clock


def clock(turns: int, **minutes: float) -> Clock:
    return Clock(turn="week", turns=turns, minutes=minutes)  # type: ignore[arg-type]


def gapless(steps: list[Step]) -> bool:
    ends = [0.0, *(step.end for step in steps)]
    return [step.start for step in steps] == ends[:-1]


def test_the_shipped_exercise_takes_three_hours(shipped: Exercise) -> None:
    steps = full(shipped.file.clock)
    assert steps[-1].end == 180
    assert gapless(steps)
    assert [step.turn for step in steps if step.turn] == [1, 2, 3, 4, 5, 6]
    what = [step.what for step in steps]
    assert what.index("break") == what.index("turn") + 3


def test_the_short_version_fits_an_hour(shipped: Exercise) -> None:
    steps = short(shipped.file.clock)
    assert gapless(steps)
    assert steps[-1].end <= SHORT
    assert [step.turn for step in steps if step.turn] == [1, 2]
    assert "rehearse" not in [step.what for step in steps]


@pytest.mark.parametrize(("turns", "write", "expected"), [(1, 7, 1), (9, 1, 4), (3, 60, 1)])
def test_as_many_turns_as_fit_and_one_at_least(turns: int, write: float, expected: int) -> None:
    plan = clock(turns, write=write)
    assert sum(step.turn > 0 for step in short(plan)) == expected
    assert turn_minutes(plan) == write + 7  # 2, 2 and 3 minutes where the file is silent


def test_a_short_exercise_has_no_break() -> None:
    assert "break" not in [step.what for step in full(clock(3))]
    assert "break" in [step.what for step in full(clock(5))]

"""The lesson by the minute, worked out from the exercise's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sahelsim.exercise.schema import Clock

PHASES = ("read", "write", "locked", "results")
PLANNED = {"read": 2.0, "write": 7.0, "locked": 2.0, "results": 3.0}  # where the file is silent

# step, what is on the screen, minutes
OPENING = (
    ("welcome", "aims", 5), ("situation", "map", 9), ("join", "lobby", 4), ("read", "clock", 12),
    ("rehearse", "loop", 10),
)  # fmt: skip
CLOSING = (
    ("end", "scores", 4), ("wash", "nothing", 15), ("page", "page", 20), ("ticket", "nothing", 5),
    ("hand", "page", 2),
)  # fmt: skip
BREAK = 10
SHORT = 60
SHORT_OPENING = (("welcome", "aims", 3), ("situation", "map", 3), ("join", "lobby", 4))
SHORT_CLOSING = (("wash", "nothing", 7), ("page", "page", 7), ("ticket", "nothing", 2))
LONGEST_WITHOUT_BREAK = 60  # minutes of turns


@dataclass(frozen=True)
class Step:
    """One line of the script.

    Attributes:
        start: Minute it begins.
        end: Minute it ends.
        what: ``turn``, or the key of a phrase ``print.guide.<what>``.
        screen: Key of a phrase ``print.screen.<screen>``.
        turn: Number of the turn, 0 for other steps.
    """

    start: float
    end: float
    what: str
    screen: str
    turn: int = 0


def phase_minutes(clock: Clock) -> dict[str, float]:
    """Minutes of each phase of a turn."""
    return {phase: float(clock.minutes.get(phase, PLANNED[phase])) for phase in PHASES}  # type: ignore[call-overload]


def turn_minutes(clock: Clock) -> float:
    """Minutes of one turn."""
    return sum(phase_minutes(clock).values())


def full(clock: Clock) -> list[Step]:
    """The whole exercise: an opening with a rehearsal, all turns, a break, a debrief."""
    turns: list[tuple[str, str, float]] = [("turn", "loop", turn_minutes(clock))] * clock.turns
    if clock.turns > 1 and turn_minutes(clock) * clock.turns > LONGEST_WITHOUT_BREAK:
        turns.insert((clock.turns + 1) // 2, ("break", "public", BREAK))
    return _timed([*OPENING, *turns, *CLOSING])


def short(clock: Clock) -> list[Step]:
    """An hour: no rehearsal, as many turns as fit, at least one."""
    rest = SHORT - sum(minutes for *_, minutes in (*SHORT_OPENING, *SHORT_CLOSING))
    turns = min(clock.turns, max(1, int(rest // turn_minutes(clock))))
    loop: list[tuple[str, str, float]] = [("turn", "loop", turn_minutes(clock))] * turns
    return _timed([*SHORT_OPENING, *loop, *SHORT_CLOSING])


def _timed(steps: Sequence[tuple[str, str, float]]) -> list[Step]:
    found: list[Step] = []
    minute, turn = 0.0, 0
    for what, screen, minutes in steps:
        turn += what == "turn"
        found.append(Step(minute, minute + minutes, what, screen, turn if what == "turn" else 0))
        minute += minutes
    return found

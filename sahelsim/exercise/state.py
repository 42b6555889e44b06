"""What a log says of its game, in records that :mod:`sahelsim.exercise.folding` makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAIN = "main"
REHEARSAL = "rehearsal"  # branch of the rehearsal, before the first turn counts
FACILITATOR = "facilitator"  # beside the teams, one who writes and reads


@dataclass(frozen=True)
class Order:
    """A team's order.

    Attributes:
        id: ``o`` and the number of its event.
        team: The team.
        seat: Seat that wrote it.
        card: The card played.
        arguments: What was chosen.
        why: The team's reason, in its own words.
        cost: Budget line -> what it costs.
    """

    id: str
    team: str
    seat: str
    card: str
    arguments: Mapping[str, Any]
    why: str
    cost: Mapping[str, float]


@dataclass(frozen=True)
class News:
    """An inject that was given.

    Attributes:
        id: ``i`` and the number of its event.
        inject: Its name in the exercise file, or "" for one freely written.
        text: Language -> text.
        to: Teams that read it.
        orders: Orders of the model that it carries out: actor, verb, arguments.
        confidence: Of the documented event: ``H``, ``M``, ``L``, or "".
    """

    id: str
    inject: str
    text: Mapping[str, str]
    to: tuple[str, ...]
    orders: tuple[Mapping[str, Any], ...]
    confidence: str = ""


@dataclass(frozen=True)
class Message:
    """What one party wrote to others.

    Attributes:
        id: ``m`` and the number of its event.
        sender: A team, or ``facilitator``.
        to: Teams, ``facilitator`` among them where it is addressed.
        text: What was written.
        at: When, UTC.
    """

    id: str
    sender: str
    to: tuple[str, ...]
    text: str
    at: str

    @property
    def parties(self) -> frozenset[str]:
        """Who writes and reads in its thread; the facilitator reads every thread besides."""
        return frozenset({self.sender, *self.to})


@dataclass(frozen=True)
class Statement:
    """What a team said in public; ``id`` is ``d`` and the number of its event."""

    id: str
    team: str
    text: str
    at: str


@dataclass(frozen=True)
class Ruling:
    """What the umpire decided between odds and dice, with the reason.

    Attributes:
        id: ``u`` and the number of its event.
        question: The question whose probability was changed, or "" where a future was picked.
        percent: The probability aimed at.
        points: By how many points it was shifted, or None where it was set.
        replicate: The future that was picked, or None.
        reason: Why.
    """

    id: str
    question: str
    percent: float | None
    points: int | None
    replicate: int | None
    reason: str


@dataclass(frozen=True)
class PhaseClock:
    """The clock on the wall, for one phase; it is shown and never enforced.

    Attributes:
        since: When the phase began, UTC.
        extra_min: Minutes added to those planned.
        paused: Since when the clock stands still, UTC, or "" while it runs.
        paused_s: Seconds for which it stood still before, in this phase.
    """

    since: str = ""
    extra_min: int = 0
    paused: str = ""
    paused_s: float = 0.0


@dataclass(frozen=True)
class Turn:
    """One turn of one branch.

    Attributes:
        number: From 1.
        phase: ``read``, ``write``, ``locked``, ``results`` or ``over``.
        orders: Orders that stand, in the order in which they were written.
        news: Injects given in this turn.
        ready: Teams that have locked their orders themselves.
        manned: Teams that decided for themselves when the turn was locked: with people, not handed
            over, not late.
        late: Teams with slots left empty that the model's policy played therefore.
        odds: Odds that were shown, or None.
        roll: The dice, 1 to 100, or None.
        replicate: The future that is played.
        rulings: What the umpire decided.
        result: What ``turn.played`` says: digest, outcomes, refusals, scores, answers; None before.
        messages: Written in this turn, by all.
        statements: Made in this turn.
        forecasts: Team -> question or forecast -> percent, as they stand.
        clock: The clock of the present phase.
    """

    number: int
    phase: str = "read"
    orders: tuple[Order, ...] = ()
    news: tuple[News, ...] = ()
    ready: frozenset[str] = frozenset()
    manned: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    odds: Mapping[str, Any] | None = None
    roll: int | None = None
    replicate: int | None = None
    rulings: tuple[Ruling, ...] = ()
    result: Mapping[str, Any] | None = None
    messages: tuple[Message, ...] = ()
    statements: tuple[Statement, ...] = ()
    forecasts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    clock: PhaseClock = PhaseClock()


@dataclass(frozen=True)
class Branch:
    """One course of the game; a branch shares the turns before ``since`` with its parent.

    ``rehearsal`` marks one that does not count: it is left for the first turn of the main branch.
    """

    name: str
    turns: tuple[Turn, ...]
    parent: str = ""
    since: int = 1
    note: str = ""
    rehearsal: bool = False

    @property
    def now(self) -> Turn:
        """The turn being played."""
        return self.turns[-1]

    @property
    def played(self) -> tuple[Turn, ...]:
        """Turns with a result."""
        return tuple(turn for turn in self.turns if turn.result is not None)


@dataclass(frozen=True)
class Seat:
    """A person's place in a team; ``tokens`` are SHA-256 digests."""

    id: str
    team: str
    tokens: frozenset[str]
    present: bool = True


@dataclass(frozen=True)
class State:
    """Everything that the log says.

    Attributes:
        seq: Number of the last event folded.
        created: Content of ``game.created``.
        facilitators: Digests of the facilitator's tokens.
        codes: Team -> digest of its join code.
        seats: Seat id -> seat.
        joining: Whether join codes are accepted; until the first lock that counts, unless it is
            set.
        handed: Teams that the facilitator has handed over to the model's policy.
        branches: Name -> branch.
        current: The branch being played.
        done: Idempotency key -> number of its event.
    """

    seq: int = 0
    created: Mapping[str, Any] = field(default_factory=dict)
    facilitators: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    seats: Mapping[str, Seat] = field(default_factory=dict)
    joining: bool = True
    handed: frozenset[str] = frozenset()
    branches: Mapping[str, Branch] = field(default_factory=dict)
    current: str = MAIN
    done: Mapping[str, int] = field(default_factory=dict)

    @property
    def branch(self) -> Branch:
        """The branch being played."""
        return self.branches[self.current]

    @property
    def turn(self) -> Turn:
        """The turn being played."""
        return self.branch.now

    @property
    def manned(self) -> tuple[str, ...]:
        """Teams that decide for themselves, by name: with people, and not handed over."""
        people = {seat.team for seat in self.seats.values() if seat.present}
        return tuple(sorted(people - self.handed))

    def order(self, id: str) -> Order | None:
        """An order that stands in the present turn."""
        return next((order for order in self.turn.orders if order.id == id), None)

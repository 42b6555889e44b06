"""The state of a game: a pure fold over its events.

:func:`fold` is the only thing that changes a state. It looks at nothing but the event: no clock,
no draw, no model. So the same log gives the same state, and a state may be thrown away at any
time. Kinds of events are the keys of ``_FOLDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sahelsim.exercise.log import Event

MAIN = "main"


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
class Turn:
    """One turn of one branch.

    Attributes:
        number: From 1.
        phase: ``read``, ``write``, ``locked``, ``results`` or ``over``.
        orders: Orders that stand, in the order in which they were written.
        news: Injects given in this turn.
        ready: Teams that have locked their orders themselves.
        manned: Teams with people when the turn was locked.
        odds: Odds that were shown, or None.
        roll: The dice, 1 to 100, or None.
        replicate: The future that is played.
        result: What ``turn.played`` says: digest, outcomes, refusals, scores; None before.
    """

    number: int
    phase: str = "read"
    orders: tuple[Order, ...] = ()
    news: tuple[News, ...] = ()
    ready: frozenset[str] = frozenset()
    manned: tuple[str, ...] = ()
    odds: Mapping[str, Any] | None = None
    roll: int | None = None
    replicate: int | None = None
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Branch:
    """One course of the game; a branch shares the turns before ``since`` with its parent."""

    name: str
    turns: tuple[Turn, ...]
    parent: str = ""
    since: int = 1
    note: str = ""

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
        joining: Whether join codes are accepted; until the first lock, unless it is set.
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
        """Teams with at least one person, by name."""
        return tuple(sorted({seat.team for seat in self.seats.values() if seat.present}))

    def order(self, id: str) -> Order | None:
        """An order that stands in the present turn."""
        return next((order for order in self.turn.orders if order.id == id), None)


def fold(state: State, event: Event) -> State:
    """The state after one more event."""
    changed = _FOLDS[event.kind](state, event)
    done = state.done if event.idem is None else {**state.done, event.idem: event.seq}
    return replace(changed, seq=event.seq, done=done)


def fold_all(events: Iterable[Event], state: State | None = None) -> State:
    """The state after all of them."""
    state = state or State()
    for event in events:
        state = fold(state, event)
    return state


def _created(state: State, event: Event) -> State:
    body = event.body
    return replace(
        state,
        created=body,
        facilitators=frozenset([body["facilitator"]]),
        codes=body["codes"],
        branches={MAIN: Branch(MAIN, (Turn(1),))},
    )


def _code(state: State, event: Event) -> State:
    return replace(state, codes={**state.codes, event.body["team"]: event.body["code"]})


def _facilitator(state: State, event: Event) -> State:
    return replace(state, facilitators=state.facilitators | {event.body["token"]})


def _seat(state: State, seat: Seat) -> State:
    return replace(state, seats={**state.seats, seat.id: seat})


def _joined(state: State, event: Event) -> State:
    body = event.body
    return _seat(state, Seat(f"s{event.seq}", body["team"], frozenset([body["token"]])))


def _token(state: State, event: Event) -> State:
    seat = state.seats[event.body["seat"]]
    tokens = seat.tokens | {event.body["token"]}
    return _seat(state, replace(seat, tokens=tokens, present=True))


def _left(state: State, event: Event) -> State:
    return _seat(state, replace(state.seats[event.body["seat"]], present=False))


def _on_turn(change: Callable[[Turn, Event], Turn]) -> Callable[[State, Event], State]:
    """Turn a change of the present turn of a branch into a change of the state."""

    def apply(state: State, event: Event) -> State:
        branch = state.branches[event.branch]
        turns = (*branch.turns[:-1], change(branch.now, event))
        return replace(
            state, branches={**state.branches, branch.name: replace(branch, turns=turns)}
        )

    return apply


def _given(turn: Turn, event: Event) -> Turn:
    body = event.body
    order = Order(
        f"o{event.seq}", body["team"], event.author, body["card"], body["arguments"], body["why"],
        body["cost"],
    )  # fmt: skip
    return replace(turn, orders=(*turn.orders, order))


def _withdrawn(turn: Turn, event: Event) -> Turn:
    kept = tuple(order for order in turn.orders if order.id != event.body["order"])
    return replace(turn, orders=kept)


def _inject(turn: Turn, event: Event) -> Turn:
    body = event.body
    news = News(
        f"i{event.seq}", body["inject"], body["text"], tuple(body["to"]), tuple(body["orders"]),
        body["confidence"],
    )  # fmt: skip
    return replace(turn, news=(*turn.news, news))


def _ready(turn: Turn, event: Event) -> Turn:
    team = {event.body["team"]}
    return replace(turn, ready=turn.ready | team if event.body["ready"] else turn.ready - team)


def _locked(state: State, event: Event) -> State:
    lock = _on_turn(
        lambda turn, event: replace(turn, phase="locked", manned=tuple(event.body["manned"]))
    )
    return replace(lock(state, event), joining=False)


def _rolled(turn: Turn, event: Event) -> Turn:
    return replace(turn, roll=event.body["roll"], replicate=event.body["replicate"])


def _played(turn: Turn, event: Event) -> Turn:
    phase = "over" if event.body["last"] else "results"
    return replace(turn, phase=phase, replicate=event.body["replicate"], result=event.body)


def _begun(state: State, event: Event) -> State:
    branch = state.branches[event.branch]
    turns = (*branch.turns, Turn(event.body["turn"]))
    return replace(state, branches={**state.branches, branch.name: replace(branch, turns=turns)})


def _branched(state: State, event: Event) -> State:
    body = event.body
    since = body["turn"]
    shared = state.branches[body["parent"]].turns[: since - 1]
    branch = Branch(body["name"], (*shared, Turn(since)), body["parent"], since, body["note"])
    return replace(state, branches={**state.branches, branch.name: branch}, current=branch.name)


def _chosen(state: State, event: Event) -> State:
    return replace(state, current=event.body["name"])


_FOLDS: Mapping[str, Callable[[State, Event], State]] = {
    "game.created": _created,
    "code.issued": _code,
    "facilitator.issued": _facilitator,
    "joining.set": lambda state, event: replace(state, joining=event.body["open"]),
    "seat.joined": _joined,
    "seat.token": _token,
    "seat.left": _left,
    "writing.opened": _on_turn(lambda turn, _: replace(turn, phase="write")),
    "order.given": _on_turn(_given),
    "order.withdrawn": _on_turn(_withdrawn),
    "inject.given": _on_turn(_inject),
    "team.ready": _on_turn(_ready),
    "turn.locked": _locked,
    "odds.shown": _on_turn(lambda turn, event: replace(turn, odds=event.body)),
    "dice.rolled": _on_turn(_rolled),
    "turn.played": _on_turn(_played),
    "turn.begun": _begun,
    "branch.created": _branched,
    "branch.chosen": _chosen,
    "names.erased": lambda state, _: state,
}
KINDS = tuple(_FOLDS)

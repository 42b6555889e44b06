"""How each kind of event changes the state of a game; nothing else does.

:func:`fold` looks at nothing but the event: no clock, no draw, no model. So the same log gives the
same state, and a state may be thrown away at any time. Kinds of events are the keys of ``_FOLDS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sahelsim.exercise.log import Event
from sahelsim.exercise.state import (
    MAIN,
    Branch,
    Message,
    News,
    Order,
    PhaseClock,
    Ruling,
    Seat,
    State,
    Statement,
    Turn,
)


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
        branches={MAIN: Branch(MAIN, (Turn(1, clock=PhaseClock(event.at)),))},
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


def _phase(phase: str) -> Callable[[Turn, Event], Turn]:
    """Begin a phase, and its clock."""
    return lambda turn, event: replace(turn, phase=phase, clock=PhaseClock(event.at))


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


def _message(turn: Turn, event: Event) -> Turn:
    body = event.body
    message = Message(f"m{event.seq}", body["from"], tuple(body["to"]), body["text"], event.at)
    return replace(turn, messages=(*turn.messages, message))


def _statement(turn: Turn, event: Event) -> Turn:
    said = Statement(f"d{event.seq}", event.body["team"], event.body["text"], event.at)
    return replace(turn, statements=(*turn.statements, said))


def _forecast(turn: Turn, event: Event) -> Turn:
    body = event.body
    own = {**turn.forecasts.get(body["team"], {}), body["name"]: body["percent"]}
    return replace(turn, forecasts={**turn.forecasts, body["team"]: own})


def _locked(state: State, event: Event) -> State:
    def lock(turn: Turn, event: Event) -> Turn:
        body = event.body
        begun = _phase("locked")(turn, event)
        return replace(begun, manned=tuple(body["manned"]), late=tuple(body["late"]))

    counts = not state.branches[event.branch].rehearsal
    return replace(_on_turn(lock)(state, event), joining=state.joining and not counts)


def _weighted(turn: Turn, event: Event) -> Turn:
    body = event.body
    ruling = Ruling(
        f"u{event.seq}", body["question"], body["percent"], body["points"], None, body["reason"]
    )
    return replace(turn, rulings=(*turn.rulings, ruling))


def _picked(turn: Turn, event: Event) -> Turn:
    future = event.body["replicate"]
    ruling = Ruling(f"u{event.seq}", "", None, None, future, event.body["reason"])
    return replace(turn, rulings=(*turn.rulings, ruling), replicate=future)


def _extended(turn: Turn, event: Event) -> Turn:
    more = turn.clock.extra_min + event.body["minutes"]
    return replace(turn, clock=replace(turn.clock, extra_min=more))


def _paused(turn: Turn, event: Event) -> Turn:
    clock = turn.clock
    if event.body["paused"]:
        return replace(turn, clock=replace(clock, paused=event.at))
    stood = datetime.fromisoformat(event.at) - datetime.fromisoformat(clock.paused)
    # The clock of a machine may be set back while it stands still.
    total = clock.paused_s + max(0.0, stood.total_seconds())
    return replace(turn, clock=replace(clock, paused="", paused_s=total))


def _handed(state: State, event: Event) -> State:
    team = {event.body["team"]}
    return replace(state, handed=state.handed | team if event.body["policy"] else
                   state.handed - team)  # fmt: skip


def _rolled(turn: Turn, event: Event) -> Turn:
    return replace(turn, roll=event.body["roll"], replicate=event.body["replicate"])


def _played(turn: Turn, event: Event) -> Turn:
    begun = _phase("over" if event.body["last"] else "results")(turn, event)
    return replace(begun, replicate=event.body["replicate"], result=event.body)


def _begun(state: State, event: Event) -> State:
    branch = state.branches[event.branch]
    turns = (*branch.turns, Turn(event.body["turn"], clock=PhaseClock(event.at)))
    return replace(state, branches={**state.branches, branch.name: replace(branch, turns=turns)})


def _branched(state: State, event: Event) -> State:
    body = event.body
    since = body["turn"]
    shared = state.branches[body["parent"]].turns[: since - 1]
    turns = (*shared, Turn(since, clock=PhaseClock(event.at)))
    branch = Branch(body["name"], turns, body["parent"], since, body["note"], body["rehearsal"])
    return replace(state, branches={**state.branches, branch.name: branch}, current=branch.name)


def _rehearsed(state: State, event: Event) -> State:
    # The rehearsal is left; the clock of the first turn that counts begins now.
    fresh = _on_turn(lambda turn, event: replace(turn, clock=PhaseClock(event.at)))(state, event)
    return replace(fresh, current=event.branch)


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
    "team.handed": _handed,
    "writing.opened": _on_turn(_phase("write")),
    "order.given": _on_turn(_given),
    "order.withdrawn": _on_turn(_withdrawn),
    "inject.given": _on_turn(_inject),
    "team.ready": _on_turn(_ready),
    "message.sent": _on_turn(_message),
    "statement.made": _on_turn(_statement),
    "forecast.saved": _on_turn(_forecast),
    "clock.extended": _on_turn(_extended),
    "clock.paused": _on_turn(_paused),
    "turn.locked": _locked,
    "odds.shown": _on_turn(lambda turn, event: replace(turn, odds=event.body)),
    "umpire.weighted": _on_turn(_weighted),
    "umpire.picked": _on_turn(_picked),
    "dice.rolled": _on_turn(_rolled),
    "turn.played": _on_turn(_played),
    "turn.begun": _begun,
    "rehearsal.ended": _rehearsed,
    "branch.created": _branched,
    "branch.chosen": _chosen,
    "names.erased": lambda state, _: state,
}
KINDS = tuple(_FOLDS)

"""Everything that can be done over the network: what a request must hold, and what it does.

One table for players and one for the facilitator; forms and the JSON API are two doors to them.
A request holds exactly the fields listed here: one that is unknown is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sahelsim.base.formatting import finite
from sahelsim.exercise.web.room import Room

Key = Annotated[str | None, Field(description="Idempotency key: sent twice, it is done once.",
                                  min_length=1, max_length=200)]  # fmt: skip
Word = Annotated[str, StringConstraints(max_length=80)]
Plain = Annotated[str, StringConstraints(max_length=1_000)]
PAIRS = 60


class Deed(BaseModel):
    """The fields of a request."""

    model_config = ConfigDict(extra="forbid")


class Join(Deed):
    """Take a seat."""

    code: Annotated[str, StringConstraints(max_length=40)] = Field(description="Join code.")
    name: Annotated[str, StringConstraints(max_length=200)] = Field(description="Any short name.")
    key: Key = None


class Lead(Deed):
    """Show the facilitator's key."""

    key: Annotated[str, StringConstraints(max_length=200)] = Field(
        description="As the server printed it."
    )


class Give(Deed):
    """Write an order."""

    card: Word = Field(description="A card of the team.")
    arguments: dict[Word, Word | Annotated[int, Field(ge=-(2**53), le=2**53)] | float] = Field(
        default_factory=dict, max_length=20, description="What the card leaves to choose."
    )
    why: Annotated[str, StringConstraints(max_length=2_000)] = Field(
        default="", description="The team's reason, at most 500 characters."
    )
    key: Key = None


class Withdraw(Deed):
    """Take an order back."""

    order: Word = Field(description="Id of an order of the team.")
    key: Key = None


class Write(Deed):
    """Write to other teams or the facilitator."""

    to: Annotated[list[Word], Field(max_length=40)] = Field(
        description="Teams, or ``facilitator``."
    )
    text: Plain = Field(description="At most 500 characters.")
    key: Key = None


class Declare(Deed):
    """Make a public statement."""

    text: Plain = Field(description="At most 200 characters.")
    key: Key = None


class Forecast(Deed):
    """Put a probability to a question or forecast."""

    name: Word = Field(description="A question of the turn, or a forecast of the exercise.")
    percent: Annotated[float, Field(ge=0, le=100)] = Field(description="0 to 100.")
    key: Key = None


class Nothing(Deed):
    """No fields."""


class Step(Deed):
    """One step of the turn."""

    what: Literal["write", "lock", "odds", "roll", "play", "next"] = Field(description="Which.")
    dice: Annotated[int | None, Field(description="1 to 100, with roll alone.")] = None

    @model_validator(mode="after")
    def _dice_are_rolled(self) -> Step:
        if self.dice is not None and self.what != "roll":
            raise ValueError("dice go with roll alone")
        return self


class Bring(Deed):
    """Give an inject of the exercise."""

    inject: Word = Field(description="Its name.")
    key: Key = None


class Announce(Deed):
    """Give news freely written."""

    text: Plain = Field(description="What the teams read.", min_length=1)
    to: Annotated[list[Word], Field(max_length=40)] = Field(
        default_factory=list, description="Teams that read it; all by default."
    )
    key: Key = None


class Rewind(Deed):
    """Go back to the start of a turn on a new branch."""

    turn: Annotated[int, Field(ge=1, le=1_000)] = Field(description="The turn.")
    name: Word = Field(default="", description="Name of the branch; made up by default.")
    note: Annotated[str, StringConstraints(max_length=200)] = Field(default="", description="Why.")
    key: Key = None


class GoTo(Deed):
    """Play on in another branch."""

    branch: Word = Field(description="Its name.")


class OfTeam(Deed):
    """Something about one team."""

    team: Word = Field(description="Its name in the exercise file.")


class HandOver(Deed):
    """Let the model's policy play a team, or its people again."""

    team: Word = Field(description="Its name in the exercise file.")
    policy: bool = Field(default=True, description="Whether the policy plays it.")


class Extend(Deed):
    """Add minutes to the clock of the phase."""

    minutes: Annotated[int, Field(ge=1, le=60)] = Field(description="How many.")
    key: Key = None


class Pause(Deed):
    """Let the clock stand still, or run again."""

    paused: bool = Field(default=True, description="Whether it stands still.")


class Shift(Deed):
    """Shift the probability of a question from the model's own."""

    question: Word = Field(description="A question whose odds are shown.")
    points: Annotated[int, Field(ge=-20, le=20)] = Field(description="-20, -10, -5, 5, 10, 20.")
    reason: Plain = Field(description="Why; everybody reads it.")
    key: Key = None


class Probability(Deed):
    """Set the probability of a question after the class has argued it."""

    question: Word = Field(description="A question whose odds are shown.")
    percent: Annotated[float, Field(ge=0, le=100)] = Field(description="Above 0, below 100.")
    reason: Plain = Field(description="Why; everybody reads it.")
    key: Key = None


class Pick(Deed):
    """Play another future than the dice chose."""

    future: Annotated[int, Field(ge=0, le=10_000)] = Field(description="Its number.")
    reason: Plain = Field(description="Why; everybody reads it.")
    key: Key = None


class Remove(Deed):
    """End a seat."""

    seat: Word = Field(description="Its id.")


class Joining(Deed):
    """Open or close joining."""

    open: bool = Field(description="Whether join codes are accepted.")


class Without(Deed):
    """Compare the game with the same game without one order."""

    order: Word = Field(description="Id of an order that was carried out.")
    pairs: Annotated[int, Field(ge=2, le=400)] = Field(
        default=PAIRS, description="Futures on each side."
    )


class Act(NamedTuple):
    """What a request needs, and what it does: (room, the asker's token, fields) -> answer."""

    fields: type[Deed]
    do: Callable[[Room, str, Any], Mapping[str, Any]]


def join(room: Room, deed: Join) -> tuple[str, str]:
    """Take a seat; its token and its team."""
    token = room.game.join(deed.code, deed.name, deed.key)
    return token, room.seat(token).team


def _order(room: Room, token: str, deed: Give) -> Mapping[str, Any]:
    order = room.game.propose(token, deed.card, deed.arguments, deed.why, deed.key)
    return {"order": order.id, "cost": dict(order.cost)}


def _withdraw(room: Room, token: str, deed: Withdraw) -> Mapping[str, Any]:
    room.game.withdraw(token, deed.order, deed.key)
    return {"withdrawn": deed.order}


def _ready(room: Room, token: str, deed: Nothing) -> Mapping[str, Any]:
    room.game.ready(token)
    return {"ready": True}


def _message(room: Room, token: str, deed: Write) -> Mapping[str, Any]:
    return {"message": room.game.message(token, deed.to, deed.text, deed.key).id}


def _declare(room: Room, token: str, deed: Declare) -> Mapping[str, Any]:
    return {"statement": room.game.declare(token, deed.text, deed.key).id}


def _forecast(room: Room, token: str, deed: Forecast) -> Mapping[str, Any]:
    room.game.forecast(token, deed.name, deed.percent, deed.key)
    return {"forecast": deed.name, "percent": deed.percent}


def _step(room: Room, token: str, deed: Step) -> Mapping[str, Any]:
    details = {} if deed.dice is None else {"dice": deed.dice}

    def work() -> Any:
        return room.game.step(deed.what, **details)

    slow = deed.what in ("odds", "play")
    turn = room.jobs.do(room.id, work) if slow else work()
    return {"turn": turn.number, "phase": turn.phase, "roll": turn.roll}


def _bring(room: Room, token: str, deed: Bring) -> Mapping[str, Any]:
    room.game.inject(deed.inject, deed.key)
    return {"given": deed.inject}


def _announce(room: Room, token: str, deed: Announce) -> Mapping[str, Any]:
    # One text for readers of every language: the facilitator speaks the class's own.
    room.game.announce({"en": deed.text, "fr": deed.text}, deed.to, deed.key)
    return {"given": ""}


def _rewind(room: Room, token: str, deed: Rewind) -> Mapping[str, Any]:
    return {"branch": room.game.rewind(deed.turn, deed.name, deed.note, deed.key)}


def _go_to(room: Room, token: str, deed: GoTo) -> Mapping[str, Any]:
    room.game.go_to(deed.branch)
    return {"branch": deed.branch}


def _code(room: Room, token: str, deed: OfTeam) -> Mapping[str, Any]:
    room.codes[deed.team] = code = room.game.new_code(deed.team)
    return {"team": deed.team, "code": code}


def _tell(room: Room, token: str, deed: Write) -> Mapping[str, Any]:
    return {"message": room.game.tell(deed.to, deed.text, deed.key).id}


def _hand_over(room: Room, token: str, deed: HandOver) -> Mapping[str, Any]:
    room.game.hand_over(deed.team, deed.policy)
    return {"team": deed.team, "policy": deed.policy}


def _extend(room: Room, token: str, deed: Extend) -> Mapping[str, Any]:
    room.game.extend(deed.minutes, deed.key)
    return {"minutes": deed.minutes}


def _pause(room: Room, token: str, deed: Pause) -> Mapping[str, Any]:
    room.game.pause(deed.paused)
    return {"paused": deed.paused}


def _shift(room: Room, token: str, deed: Shift) -> Mapping[str, Any]:
    room.game.shift(deed.question, deed.points, deed.reason, deed.key)
    return {"question": deed.question, "points": deed.points}


def _probability(room: Room, token: str, deed: Probability) -> Mapping[str, Any]:
    room.game.set_probability(deed.question, deed.percent, deed.reason, deed.key)
    return {"question": deed.question, "percent": deed.percent}


def _pick(room: Room, token: str, deed: Pick) -> Mapping[str, Any]:
    room.game.pick(deed.future, deed.reason, deed.key)
    return {"future": deed.future}


def _remove(room: Room, token: str, deed: Remove) -> Mapping[str, Any]:
    room.game.remove(deed.seat)
    return {"removed": deed.seat}


def _reopen(room: Room, token: str, deed: OfTeam) -> Mapping[str, Any]:
    room.game.reopen(deed.team)
    return {"reopened": deed.team}


def _joining(room: Room, token: str, deed: Joining) -> Mapping[str, Any]:
    room.game.set_joining(deed.open)
    return {"open": deed.open}


def _without(room: Room, token: str, deed: Without) -> Mapping[str, Any]:
    found = room.jobs.do(room.id, lambda: room.game.without(deed.order, deed.pairs))
    rows = [{key: finite(value) for key, value in asdict(item).items()} |
            {"told_from_zero": bool(item.told_from_zero)} for item in found]  # fmt: skip
    room.note = {"order": deed.order, "pairs": deed.pairs, "rows": rows}
    return room.note


PLAYER: Mapping[str, Act] = {
    "order": Act(Give, _order),
    "withdraw": Act(Withdraw, _withdraw),
    "ready": Act(Nothing, _ready),
    "message": Act(Write, _message),
    "declare": Act(Declare, _declare),
    "forecast": Act(Forecast, _forecast),
}
FACILITATOR: Mapping[str, Act] = {
    "step": Act(Step, _step),
    "inject": Act(Bring, _bring),
    "announce": Act(Announce, _announce),
    "rewind": Act(Rewind, _rewind),
    "branch": Act(GoTo, _go_to),
    "code": Act(OfTeam, _code),
    "remove": Act(Remove, _remove),
    "reopen": Act(OfTeam, _reopen),
    "joining": Act(Joining, _joining),
    "tell": Act(Write, _tell),
    "handover": Act(HandOver, _hand_over),
    "extend": Act(Extend, _extend),
    "pause": Act(Pause, _pause),
    "shift": Act(Shift, _shift),
    "probability": Act(Probability, _probability),
    "pick": Act(Pick, _pick),
    "without": Act(Without, _without),
}

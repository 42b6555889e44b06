"""What an exercise is: the fields an instructor writes, with their types, ranges and meaning.

The descriptions below are the reference documentation of the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, model_validator

from sahelsim.scenario.schema import (
    FrozenMapping,
    Id,
    Number,
    Part,
    Seed,
    Text,
    Whole,
    YesNo,
)

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
TURN_DAYS = {"week": 7, "month": 30}
Phase = Literal["read", "write", "locked", "results", "over"]
ANY = "any"  # every name of the argument's kind
ALL: Literal["all"] = "all"  # every team


class Words(Part):
    """A text in the languages of the class."""

    en: Text = Field(description="In English.")
    fr: Text = Field(description="In French.")


class Clock(Part):
    """How long the exercise lasts, in the model and in the room."""

    turn: Literal["week", "month"] = Field(description="Length of a turn: 7 or 30 days.")
    turns: Annotated[Whole, Field(ge=1, le=120)] = Field(description="Number of turns.")
    minutes: FrozenMapping[Literal["read", "write", "locked", "results"], Number] = Field(
        default_factory=FrozenMapping,
        description="Phase: minutes planned for it. Shown to the class; never enforced.",
    )
    late: Literal["policy", "hold"] = Field(
        default="hold",
        description="A team that has neither filled its slots nor locked its orders when the turn "
        "is locked: policy: the model's own policy plays beside what it wrote; hold: nothing is "
        "added. It makes a difference for teams without routine.",
    )
    rehearsal: YesNo = Field(
        default=False,
        description="true: the first turn is played once for practice, on a branch of its own that "
        "is left afterwards and does not count.",
    )

    @property
    def days(self) -> int:
        """Days of one turn."""
        return TURN_DAYS[self.turn]


class Question(Part):
    """Something that may or may not come true in the coming turn."""

    text: Words = Field(description="Ends the sentence 'in 128 of 400 futures …'.")
    when: Text = Field(description="Expression that tells whether it came true.")


class Adjudication(Part):
    """How the odds are shown and the future is chosen."""

    style: Literal["rigid", "semi-rigid", "matrix"] = Field(
        default="rigid",
        description="rigid: odds and dice decide; semi-rigid: the umpire may besides shift a "
        "question's probability by 5, 10 or 20 points, or pick another future, with a reason; "
        "matrix: the umpire may besides set a probability after the class has argued it.",
    )
    futures: Annotated[Whole, Field(ge=10, le=10_000)] = Field(
        default=400, description="Futures of the turn that are run before the dice are rolled."
    )
    order_by: Text = Field(
        description="Expression that sorts the futures; the dice choose a percentile of it."
    )
    questions: FrozenMapping[Name, Question] = Field(
        default_factory=FrozenMapping, description="Name: a question shown with its odds."
    )


class Forecast(Part):
    """Something that teams put a probability to from turn to turn, until it is decided."""

    text: Words = Field(description="What may come true, as a sentence.")
    resolves: Text = Field(
        description="Expression that tells whether it came true, followed by 'at end' or "
        "'at turn N': holds(mli, kidal) at end."
    )


class Messages(Part):
    """What teams may write to one another."""

    between_teams: YesNo = Field(
        default=True, description="false: teams write to the facilitator alone."
    )
    per_turn: Annotated[Whole, Field(ge=0, le=200)] = Field(
        default=30, description="Most messages of a team in a turn."
    )


class PerUnit(Part):
    """A cost that grows with an argument of the order."""

    per: Text = Field(description="The argument, a number.")
    each: Annotated[Number, Field(ge=0)] = Field(description="Cost of one unit of it.")


class Card(Part):
    """An order as a team sees it: one order of the model, with less to choose."""

    text: Words = Field(description="What it does, in a sentence.")
    verb: Text = Field(description="The model's order: a verb of the register of orders.")
    fixed: FrozenMapping[str, Any] = Field(
        default_factory=FrozenMapping, description="Argument: the value that the card sets."
    )
    choose: FrozenMapping[str, Any] = Field(
        default_factory=FrozenMapping,
        description="Argument: what the team may choose. [low, high] of a number, a list of "
        "names, or 'any'.",
    )
    cost: FrozenMapping[Name, Annotated[Number, Field(ge=0)] | PerUnit] = Field(
        default_factory=FrozenMapping,
        description="Budget line: what the card costs, a number or {per: argument, each: cost}.",
    )


class Aim(Part):
    """One thing a team is scored on."""

    text: Words = Field(description="What the team wants.")
    metric: Text = Field(description="Expression evaluated when a turn ends.")
    scale: tuple[Number, Number] = Field(
        description="[value worth nothing, value worth all]; the first may be the greater one."
    )
    weight: Annotated[Number, Field(gt=0, le=100)] = Field(
        description="Points of a full score; the weights of a team add up to 100."
    )


class Team(Part):
    """A team: whom it plays, what it may order, what it wants."""

    name: Words = Field(description="Its name.")
    brief: Words | None = Field(
        default=None,
        description="Who the team is and how it stands at the start, in about a hundred words; "
        "printed on its brief and shown to it alone.",
    )
    actors: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        description="The model's actors that it plays; no two teams share one."
    )
    seats: Annotated[Whole, Field(ge=1, le=40)] = Field(default=6, description="Most people.")
    slots: Annotated[Whole, Field(ge=1, le=20)] = Field(default=3, description="Orders a turn.")
    budget: FrozenMapping[Name, Annotated[Number, Field(ge=0)]] = Field(
        default_factory=FrozenMapping, description="Budget line: what it begins with."
    )
    income: FrozenMapping[Name, Annotated[Number, Field(ge=0)]] = Field(
        default_factory=FrozenMapping,
        description="Budget line: what is added as each further turn begins.",
    )
    cards: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="The cards that it may play."
    )
    aims: Annotated[FrozenMapping[Name, Aim], Field(min_length=1)] = Field(
        description="Name: an aim. They are known to the team and to the facilitator."
    )
    routine: YesNo = Field(
        default=True,
        description="true: the actor's own policy goes on with the daily routine (flights, "
        "convoys, reinforcement, posture) around the team's orders. A team without people is "
        "always played by it.",
    )
    scripted: YesNo = Field(
        default=False,
        description="true: the scenario's dated orders of its actors are given after the first "
        "day too. By default the team decides instead.",
    )


class Deed(Part):
    """An order of the model that an inject carries out; its arguments stand beside these keys."""

    actor: Text = Field(description="Who gives it.")
    verb: Text = Field(description="A verb of the register of orders.")
    arguments: FrozenMapping[str, Any] = Field(
        default_factory=FrozenMapping, description="The verb's arguments."
    )

    @model_validator(mode="before")
    @classmethod
    def _gather_arguments(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping) or isinstance(raw.get("arguments"), Mapping):
            return raw
        known = {key: raw[key] for key in ("actor", "verb") if key in raw}
        return {**known, "arguments": {key: raw[key] for key in raw if key not in known}}


class Inject(Part):
    """News that the facilitator brings in, with or without an effect on the model."""

    text: Words = Field(description="What the teams read.")
    event: Text | None = Field(
        default=None, description="Documented event it rests on; its confidence is shown."
    )
    at: Annotated[Whole, Field(ge=1)] = Field(default=1, description="First turn it may come in.")
    when: Text | None = Field(
        default=None, description="Expression that must hold at the start of the turn."
    )
    mode: Literal["auto", "offer"] = Field(
        default="offer",
        description="auto: given as soon as it may come; offer: the facilitator decides.",
    )
    to: Literal["all"] | tuple[Name, ...] = Field(
        default=ALL, description="Teams that read it: a list, or all."
    )
    orders: tuple[Deed, ...] = Field(
        default=(), description="Orders that are given before those of the teams."
    )


class ExerciseFile(Part):
    """The keys of an exercise file."""

    exercise: Literal[1] = Field(description="Version of the format: 1.")
    id: Id = Field(description="Name of the exercise: lower case, digits and hyphens.")
    title: Words = Field(description="One line.")
    languages: Annotated[tuple[Literal["en", "fr"], ...], Field(min_length=1)] = Field(
        default=("en", "fr"), description="The first one is the default."
    )
    content_note: Words = Field(description="What participants should know before they begin.")
    objectives: Annotated[FrozenMapping[Name, Words], Field(min_length=1)] = Field(
        description="Name: what participants should be able to do afterwards."
    )
    debrief: FrozenMapping[Name, Words] = Field(
        default_factory=FrozenMapping,
        description="Name: a question that the class answers after the game.",
    )
    scenario: Text = Field(
        description="The world it is played in: a path beside this file, or a shipped name."
    )
    seed: Seed = Field(
        default=1, description="Seed of all draws, dice included; a game may set its own."
    )
    clock: Clock = Field(description="Turns and phases.")
    adjudication: Adjudication = Field(description="Odds and dice.")
    forecasts: FrozenMapping[Name, Forecast] = Field(
        default_factory=FrozenMapping,
        description="Name: a forecast over several turns. The questions of a turn are forecast "
        "besides.",
    )
    messages: Messages = Field(default=Messages(), description="Messages of teams.")
    shared: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        default=("civilian_deaths", "displaced"),
        description="Outcomes shown to everybody after each turn; civilian_deaths is always one.",
    )
    teams: Annotated[FrozenMapping[Name, Team], Field(min_length=1)] = Field(
        description="Name: a team."
    )
    cards: FrozenMapping[Name, Card] = Field(description="Name: a card.")
    injects: FrozenMapping[Name, Inject] = Field(
        default_factory=FrozenMapping, description="Name: an inject."
    )


PARTS: tuple[type[BaseModel], ...] = (
    Clock, Adjudication, Question, Forecast, Messages, Team, Aim, Card, PerUnit, Inject, Deed,
    Words,
)  # fmt: skip

"""What a scenario is: the fields a user writes, with their types, ranges and meaning.

The descriptions below are the reference documentation of the format: ``sahelsim scenario schema``
writes them into the JSON Schema that editors show. A :class:`Scenario` is resolved (no
``extends`` left to follow), validated and immutable; a :class:`ScenarioFile` is what stands in one
file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Generic, Literal, NoReturn, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    Strict,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

K = TypeVar("K")
V = TypeVar("V")

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


class FrozenMapping(dict[K, V], Generic[K, V]):
    """A dict that refuses to change; it pickles, so scenarios travel to worker processes."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a scenario is immutable; load it again with sets={...} to change it")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        raise TypeError("unhashable type: 'FrozenMapping'")

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (dict(self),))

    def __copy__(self) -> FrozenMapping[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> FrozenMapping[K, V]:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate as a plain dict, then freeze."""
        key, value = getattr(source, "__args__", (Any, Any))
        return core_schema.no_info_after_validator_function(
            cls,
            handler.generate_schema(dict[key, value]),  # type: ignore[valid-type]
        )


def _to_date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _ISO.fullmatch(value.strip()):
        raise PydanticCustomError("date_form", "expected a date such as 2023-08-20")
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise PydanticCustomError("date_impossible", "there is no such day") from None


Day = Annotated[date, BeforeValidator(_to_date), PlainSerializer(date.isoformat, return_type=str)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
FactorName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
YesNo = Annotated[bool, Strict()]
Positive = Annotated[Number, Field(gt=0)]
Share = Annotated[Number, Field(gt=0, lt=1)]
ShareOrAll = Annotated[Number, Field(gt=0, le=1)]
Seed = Annotated[Whole, Field(ge=0, lt=2**32)]
Confidence = Literal["sourced", "derived", "assumed"]


class Part(BaseModel):
    """A part of a file that a user writes: it does not change, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Assumption(Part):
    """One thing the scenario takes for granted."""

    text: Text = Field(description="The assumption, in one sentence.")
    confidence: Confidence = Field(
        description="sourced: a source says it; derived: it follows from sources; assumed: neither."
    )


class Factor(Part):
    """Something uncertain that a sweep may vary."""

    parameter: Text = Field(
        description="What varies: a parameter id, or orders.<order id>.<argument>."
    )
    low: Number = Field(description="Lowest value considered possible, in the unit of its target.")
    high: Number = Field(description="Highest value considered possible; above low.")
    distribution: Literal["uniform", "loguniform", "triangular"] = Field(
        default="uniform",
        description="How it is drawn; triangular peaks at the value the scenario sets.",
    )
    confidence: Confidence = Field(
        default="assumed", description="How well the range is known, as for assumptions."
    )
    source: Text = Field(default="assumed", description="An event id, a publication, or 'assumed'.")
    note: Text | None = Field(default=None, description="Why this range.")


ORDER_FIELDS = ("id", "on", "actor", "verb", "source", "confidence", "rationale")


class Order(Part):
    """A dated decision or exogenous event: who does what, when, and on what evidence.

    The verb's own arguments stand beside these keys; ``sahelsim facts orders`` lists the verbs
    with their arguments, units and ranges.
    """

    id: Id = Field(description="Name of this order within the scenario: lower case and hyphens.")
    on: Day = Field(description="Day it takes effect, before end. Orders of one day go by id.")
    actor: Text = Field(description="Who gives it: a state, group, partner, or world.")
    verb: Text = Field(description="What is done: a verb of the register of orders.")
    arguments: FrozenMapping[str, Any] = Field(
        default_factory=FrozenMapping, description="The verb's arguments."
    )
    source: Text = Field(default="assumed", description="An event id, a publication, or 'assumed'.")
    confidence: Confidence = Field(
        default="assumed", description="Whether it is documented that this was done on this day."
    )
    rationale: Text | None = Field(default=None, description="Why it stands here, in a sentence.")

    @model_validator(mode="before")
    @classmethod
    def _gather_arguments(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping) or isinstance(raw.get("arguments"), Mapping):
            return raw
        known = {key: value for key, value in raw.items() if key in ORDER_FIELDS}
        rest = {key: value for key, value in raw.items() if key not in ORDER_FIELDS}
        return {**known, "arguments": rest}

    @model_serializer(mode="plain")
    def _write_flat(self) -> dict[str, Any]:
        flat: dict[str, Any] = {
            "id": self.id,
            "on": self.on.isoformat(),
            "actor": self.actor,
            "verb": self.verb,
            **self.arguments,
            "source": self.source,
            "confidence": self.confidence,
        }
        return flat if self.rationale is None else {**flat, "rationale": self.rationale}


class ExtraAircraft(Part):
    """An aircraft the scenario adds to those of the documented world."""

    owner: Text = Field(description="The state that owns it: mli, ner or bfa.")
    type: Text = Field(description="An aircraft type, as `sahelsim facts aircraft` lists them.")
    base: Text = Field(description="ICAO code of its home airfield.")
    source: Text = Field(default="assumed", description="An event id, a publication, or 'assumed'.")
    confidence: Confidence = Field(default="assumed", description="As for assumptions.")


class _Initial(Part):
    source: Text = Field(default="assumed", description="An event id, a publication, or 'assumed'.")
    confidence: Confidence = Field(default="assumed", description="As for assumptions.")


class InitialHolder(_Initial):
    """Who holds a place on the first day."""

    value: Literal["mli", "ner", "bfa", "csp_psd", "jnim", "issp", "un", "none"] = Field(
        description="The holder."
    )


class InitialGarrison(_Initial):
    """How many soldiers of the state stand in a place on the first day."""

    value: Annotated[Number, Field(ge=0, le=20000)] = Field(description="Men.")


class InitialSiege(_Initial):
    """Whether a place is besieged on the first day."""

    value: YesNo = Field(description="true or false.")


class Initial(Part):
    """Where the first day differs from the documented state of 20 August 2023."""

    holder: FrozenMapping[str, InitialHolder] = Field(
        default_factory=FrozenMapping, description="place: {value: holder, source, confidence}"
    )
    garrison: FrozenMapping[str, InitialGarrison] = Field(
        default_factory=FrozenMapping, description="place: {value: men, source, confidence}"
    )
    besieged: FrozenMapping[str, InitialSiege] = Field(
        default_factory=FrozenMapping, description="place: {value: true or false, source, …}"
    )


class Plan(Part):
    """The keys of a scenario once it is resolved."""

    id: Id = Field(description="Name of the scenario: lower case, digits and hyphens.")
    title: Text = Field(description="One line for lists and reports.")
    question: Text = Field(description="What the scenario asks and what it takes for granted.")
    start: Day = Field(description="First day, such as 2023-08-20.")
    end: Day = Field(description="The day after the last one; itself excluded.")
    seed: Seed = Field(
        default=1, description="Seed of the random draws; scenarios with one seed are paired."
    )
    assumptions: tuple[Assumption, ...] = Field(
        default=(), description="What is taken for granted; added to those of the parent."
    )
    parameters: FrozenMapping[str, Number] = Field(
        default_factory=FrozenMapping,
        description="Parameter id: value. `sahelsim facts parameters` lists ids and ranges.",
    )
    factors: FrozenMapping[FactorName, Factor] = Field(
        default_factory=FrozenMapping, description="Name: what a sweep may vary, and how far."
    )
    orders: tuple[Order, ...] = Field(
        default=(), description="Dated decisions and exogenous events; added to the parent's."
    )
    aircraft: FrozenMapping[str, ExtraAircraft] = Field(
        default_factory=FrozenMapping, description="Tail: an aircraft added to the world."
    )
    initial: Initial = Field(
        default_factory=Initial, description="Where the first day differs from 20 August 2023."
    )


class Scenario(Plan):
    """A resolved, validated, immutable scenario over [start, end)."""

    lineage: tuple[str, ...] = Field(
        default=(), exclude=True, description="Names of the parents, nearest first."
    )
    overrides: FrozenMapping[str, Any] = Field(
        default_factory=FrozenMapping, exclude=True, description="What --set changed."
    )

    @property
    def days(self) -> int:
        """Number of days simulated: end is excluded."""
        return (self.end - self.start).days

    @property
    def digest(self) -> str:
        """sha256 of the canonical form; equal scenarios have equal digests."""
        from sahelsim.scenario.hashing import digest

        return digest(self.resolved())

    def resolved(self) -> dict[str, Any]:
        """The scenario as plain data, in the form a file without ``extends`` has."""
        return self.model_dump(mode="json", exclude_none=True)

    def order(self, order_id: str) -> Order:
        """Return the order of that id.

        Raises:
            KeyError: the scenario has no such order.
        """
        for order in self.orders:
            if order.id == order_id:
                return order
        raise KeyError(order_id)

    def dates(self) -> Iterator[date]:
        """Yield every simulated day, day 0 first."""
        for day in range(self.days):
            yield self.start + timedelta(days=day)


class Derivation(Part):
    """The keys that say how a file differs from the scenario it extends."""

    extends: Text | None = Field(
        default=None, description="Parent: a shipped scenario's name, or a path beside this file."
    )
    without: tuple[Text, ...] = Field(
        default=(), description="Ids of inherited orders that are not given."
    )
    replace: FrozenMapping[str, FrozenMapping[str, Any]] = Field(
        default_factory=FrozenMapping,
        description="Inherited order id: {key: new value} for its day or its arguments.",
    )


class ScenarioFile(Derivation, Plan):
    """One scenario file: with ``extends``, every key but id may be left to the parent."""

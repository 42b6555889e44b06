"""What a sweep file holds: the keys a user writes, with their types and meaning.

Policies are what is chosen, uncertainties what is not; a future is one draw of every uncertainty.
:mod:`~sahelsim.experiment.sweep.loading` turns a checked file into a
:class:`~sahelsim.experiment.sweep.spec.SweepSpec`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from sahelsim.scenario.schema import (
    FrozenMapping,
    Id,
    Number,
    Part,
    Positive,
    Seed,
    Share,
    ShareOrAll,
    Text,
    Whole,
    YesNo,
)

UncertaintyName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]*$", max_length=80)]
Count = Annotated[Whole, Field(ge=1, le=10_000_000)]
Method = Literal["none", "grid", "list", "oat", "lhs", "sobol", "morris", "saltelli"]
DRAWN = ("lhs", "sobol", "morris", "saltelli")


def _empty(value: Any) -> Any:
    return {} if value is None else value


def _listed(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else (value,)


def _counted(value: Any) -> Any:
    return value if isinstance(value, dict) else {"fixed": value}


class PolicyFile(Part):
    """One policy: a scenario and how it is changed. Empty, it is the sweep's scenario as it is."""

    scenario: Text | None = Field(
        default=None, description="A shipped scenario or a path beside the file; the sweep's own."
    )
    label: Text | None = Field(default=None, description="What charts call it; its name if absent.")
    set: FrozenMapping[str, Any] = Field(
        default_factory=FrozenMapping,
        description="parameter.<id>, orders.<order id>.<argument>: value, as --set takes them.",
    )
    without: tuple[Text, ...] = Field(default=(), description="Ids of orders that are not given.")
    replace: FrozenMapping[str, FrozenMapping[str, Any]] = Field(
        default_factory=FrozenMapping, description="Order id: {key: new value}."
    )
    orders: tuple[FrozenMapping[str, Any], ...] = Field(
        default=(), description="Orders added, as a scenario writes them."
    )


class UncertaintyFile(Part):
    """One uncertainty. What is left out comes from the scenario's factors or the parameter files.

    Give either a range with a distribution, or ``values``.
    """

    parameter: Text | None = Field(
        default=None,
        description="Parameter id or orders.<order id>.<argument>; by default the name is a factor "
        "of the scenario or a parameter id.",
    )
    low: Number | None = Field(default=None, description="Lowest value, in the target's unit.")
    high: Number | None = Field(default=None, description="Highest value.")
    distribution: Literal["uniform", "loguniform", "triangular", "lognormal"] | None = Field(
        default=None, description="How it is drawn between low and high."
    )
    mode: Number | None = Field(
        default=None, description="Peak of a triangular, median of a lognormal; the nominal value."
    )
    nominal: Number | None = Field(
        default=None, description="Best guess, used where it is not varied; the scenario's value."
    )
    values: tuple[Number, ...] = Field(default=(), description="The values it can take.")
    weights: tuple[Positive, ...] = Field(
        default=(), description="How likely each of the values is; equal by default."
    )
    levels: Annotated[Whole, Field(ge=2, le=1000)] | None = Field(
        default=None, description="Levels in a grid or one-at-a-time design; the design's own."
    )
    note: Text | None = Field(default=None, description="Why this range.")


class DesignFile(Part):
    """Which futures are drawn."""

    method: Method = Field(
        default="none", description="none (hand-written futures only), grid, list, oat, lhs, …"
    )
    futures: Annotated[tuple[Count, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="lhs, sobol: futures; saltelli: base samples; morris: trajectories. A list "
        "gives the stages by which the design has grown.",
    )
    levels: Annotated[Whole, Field(ge=2, le=1000)] | None = Field(
        default=None, description="grid (3), oat (2), morris (4): values of each uncertainty."
    )
    file: Text | None = Field(
        default=None, description="list: a CSV beside the file, one column an uncertainty."
    )
    second_order: YesNo = Field(default=False, description="saltelli: also for pairs.")
    seed: Seed | None = Field(
        default=None, description="Seed of the draws of futures; the sweep's own."
    )
    common_draws: Literal["policies", "blocks", "futures"] | None = Field(
        default=None,
        description="Which runs share the model's draws: all policies of a future; also all "
        "futures of a block (oat, morris, saltelli by default); or all futures.",
    )


class UntilFile(Part):
    """One precision to reach, in every future, before replicates stop."""

    outcome: Text = Field(description="Outcome id.")
    of: Literal["mean", "difference", "quantile"] = Field(
        default="mean",
        description="mean or quantile of each policy, or its paired difference from the reference.",
    )
    quantile: Share | None = Field(default=None, description="Which quantile, such as 0.9.")
    half_width: Positive | None = Field(
        default=None, description="Half the width of the interval, in the outcome's unit."
    )
    half_width_share: Positive | None = Field(
        default=None, description="The same as a share of the estimate's size."
    )
    level: Share = Field(default=0.95, description="Confidence level of the interval.")


class ReplicatesFile(Part):
    """How many replicates: a fixed number, or until a precision is reached."""

    fixed: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="The number; `replicates: 20` is short for this."
    )
    min: Annotated[Whole, Field(ge=2, le=1_000_000)] = Field(
        default=8, description="Replicates before the first look."
    )
    max: Annotated[Whole, Field(ge=2, le=1_000_000)] = Field(
        default=200, description="Replicates at most."
    )
    step: Annotated[Whole, Field(ge=1, le=1_000_000)] = Field(
        default=8, description="Replicates between two looks."
    )
    until: tuple[UntilFile, ...] = Field(default=(), description="All of these must be reached.")


class OutcomeFile(Part):
    """One outcome that the decision rests on."""

    direction: Literal["higher", "lower", "none"] | None = Field(
        default=None, description="Which way is better; the register's by default."
    )
    threshold: Number | None = Field(
        default=None, description="At least this where higher is better, at most where lower is."
    )


class KeepFile(Part):
    """Which runs keep their daily series."""

    share: ShareOrAll = Field(default=1.0, description="Share of the runs, chosen by their key.")
    always: tuple[Text, ...] = Field(
        default=(), description="Hand-written futures that keep all of theirs."
    )


class DailyFile(Part):
    """Daily series to store; none by default."""

    series: tuple[Text, ...] = Field(
        description="Such as alliance_cohesion, besieged.mli, fighters.jnim.", min_length=1
    )
    every_days: Count = Field(default=7, description="Days between two stored values.")
    keep: KeepFile = Field(default_factory=KeepFile, description="Which runs.")


class ExecutionFile(Part):
    """How runs that go wrong are treated; results do not depend on it."""

    timeout_s: Positive = Field(
        default=120.0, description="A run that takes longer is stopped and recorded."
    )
    attempts: Annotated[Whole, Field(ge=1, le=100)] = Field(
        default=3, description="How often a run that takes its process down is tried."
    )
    max_failed_share: Annotated[Number, Field(ge=0, le=1)] = Field(
        default=0.2, description="The sweep stops where more of its runs than this go wrong."
    )


class SweepFile(Part):
    """The keys of a sweep file."""

    id: Id = Field(description="Name of the sweep: lower case, digits and hyphens.")
    title: Text = Field(description="One line for lists and reports.")
    question: Text = Field(description="What the sweep is to decide.")
    scenario: Text = Field(
        default="documented-2023", description="A shipped scenario or a path beside the file."
    )
    days: Count | None = Field(default=None, description="Only the first days of each scenario.")
    seed: Seed = Field(default=1, description="Seed of all draws.")
    parameters: Literal["posterior", "central"] | None = Field(
        default=None,
        description="Parameters that nothing here varies: the shipped posterior, a row a "
        "replicate, or central values; by default the posterior, if there is one.",
    )
    policies: FrozenMapping[Id, Annotated[PolicyFile, BeforeValidator(_empty)]] = Field(
        description="Name: a named choice.", min_length=1
    )
    reference: Text | None = Field(
        default=None, description="The policy others are compared with; the first by default."
    )
    uncertainties: FrozenMapping[
        UncertaintyName, Annotated[UncertaintyFile, BeforeValidator(_empty)]
    ] = Field(default_factory=FrozenMapping, description="Name: what we do not control.")
    futures: FrozenMapping[Id, Annotated[FrozenMapping[str, Number], BeforeValidator(_empty)]] = (
        Field(
            default_factory=FrozenMapping,
            description="Name: {uncertainty: value}; the others at their nominal value.",
        )
    )
    design: DesignFile = Field(default_factory=DesignFile, description="Which futures are drawn.")
    replicates: Annotated[ReplicatesFile, BeforeValidator(_counted)] = Field(
        default=20,
        validate_default=True,
        description="A number, or {min, max, step, until} for a precision.",
    )
    outcomes: FrozenMapping[str, Annotated[OutcomeFile, BeforeValidator(_empty)]] = Field(
        default_factory=FrozenMapping, description="Outcome id: what the decision rests on."
    )
    daily: DailyFile | None = Field(default=None, description="Daily series to store.")
    execution: ExecutionFile = Field(
        default_factory=ExecutionFile, description="How runs that go wrong are treated."
    )

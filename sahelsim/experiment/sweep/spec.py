"""A sweep as it is run: every policy a resolved scenario, every uncertainty with its distribution.

A :class:`SweepSpec` is immutable. Its specification hash covers what determines the results and
nothing else: titles, thresholds and how failures are treated may change without invalidating runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sahelsim import __version__
from sahelsim.experiment.sweep.distributions import Distribution
from sahelsim.experiment.sweep.schema import DesignFile, ExecutionFile, UntilFile
from sahelsim.scenario import Scenario
from sahelsim.scenario.hashing import canonical
from sahelsim.theatre import load_theatre

FORMAT = 1


@dataclass(frozen=True)
class Policy:
    """One named choice.

    Attributes:
        name: Its name in the sweep file.
        label: What charts call it.
        plan: The scenario it stands for.
        chosen: What it sets itself (``parameter.<id>`` or ``orders.<id>.<argument>``); an
            uncertainty about the same thing does not apply to it.
    """

    name: str
    label: str
    plan: Scenario
    chosen: frozenset[str] = frozenset()

    def applies(self, target: str) -> bool:
        """True where an uncertainty about ``target`` bears on this policy."""
        if not target.startswith("orders."):
            return f"parameter.{target}" not in self.chosen
        order = target.split(".")[1]
        return target not in self.chosen and any(one.id == order for one in self.plan.orders)


@dataclass(frozen=True)
class Uncertainty:
    """Something not controlled.

    Attributes:
        name: Its name in the sweep file, and its column.
        target: Parameter id, or ``orders.<order id>.<argument>``.
        distribution: How likely its values are.
        nominal: Best guess.
        unit: Unit of its values.
        confidence: How well the range is known.
        levels: Levels in a grid or one-at-a-time design, where it has its own.
    """

    name: str
    target: str
    distribution: Distribution
    nominal: float
    unit: str
    confidence: str
    levels: int | None = None


@dataclass(frozen=True)
class Goal:
    """An outcome that the decision rests on.

    Attributes:
        id: Outcome id.
        direction: higher, lower or none: which way is better.
        threshold: At least this where higher is better, at most where lower is; None if there is
            none.
        unit: Unit of the outcome.
        label: Its name in words.
    """

    id: str
    direction: str
    threshold: float | None
    unit: str
    label: str


@dataclass(frozen=True)
class Replication:
    """How many replicates every future gets.

    Attributes:
        wave: Replicates run between two looks at the precision.
        first: Replicates before the first look.
        most: Replicates at most, a future.
        until: Precisions to reach; empty where the number is fixed.
    """

    wave: int
    first: int
    most: int
    until: tuple[UntilFile, ...] = ()

    def ends(self) -> list[int]:
        """Number of replicates after each wave."""
        if not self.until:
            return [*range(self.wave, self.most, self.wave), self.most]
        return [*range(self.first, self.most, self.wave), self.most]


@dataclass(frozen=True)
class Daily:
    """Which daily series are stored, and for which runs.

    Attributes:
        series: Names such as ``besieged.mli``.
        every_days: Days between two values.
        share: Share of the runs that keep theirs.
        always: Numbers of futures that keep all of theirs.
    """

    series: tuple[str, ...]
    every_days: int
    share: float
    always: frozenset[int]


@dataclass(frozen=True)
class SweepSpec:
    """A sweep.

    Attributes:
        id: Name of the sweep.
        title: One line.
        question: What is to be decided.
        seed: Seed of all draws.
        policies: Policies by name, in the order of the file.
        reference: Name of the policy others are compared with.
        uncertainties: Uncertainties by name, in the order of the file.
        named: Hand-written futures: name -> {uncertainty: value}.
        design: Which futures are drawn.
        replication: How many replicates.
        goals: Outcomes the decision rests on, by id.
        daily: Daily series to store, or None.
        execution: How runs that go wrong are treated.
        central: True where parameters that nothing varies have their central values even though
            there is a posterior.
        text: The sweep file as it was written.
        folder: Where its relative paths begin.
        points: Rows of a ``list`` design: values by uncertainty, and the name if it has one.
    """

    id: str
    title: str
    question: str
    seed: int
    policies: Mapping[str, Policy]
    reference: str
    uncertainties: Mapping[str, Uncertainty]
    named: Mapping[str, Mapping[str, float]]
    design: DesignFile
    replication: Replication
    goals: Mapping[str, Goal]
    daily: Daily | None
    execution: ExecutionFile
    central: bool
    text: str = field(repr=False)
    folder: Path = field(default_factory=Path)
    points: tuple[Mapping[str, float], ...] = field(default=(), repr=False)

    @property
    def outcome_ids(self) -> tuple[str, ...]:
        """Outcome columns of a run, in the order of the register."""
        return tuple(outcome.id for outcome in load_theatre().outcomes)

    @cached_property
    def posterior(self) -> str | None:
        """Digest of the posterior that the runs draw from; None where they do not."""
        from sahelsim.model.posterior import shipped_posterior

        found = None if self.central else shipped_posterior()
        return found.digest if found else None

    @cached_property
    def identity(self) -> dict[str, Any]:
        """Everything that determines the results, as plain data."""
        from sahelsim.model.kernel import source_hash  # Numba loads slowly; workers need no spec

        return {
            "format": FORMAT,
            "version": __version__,
            "model_hash": source_hash(),
            "source_data_hash": load_theatre().digest,
            "posterior": self.posterior,
            "seed": self.seed,
            "policies": {
                name: {"scenario_hash": policy.plan.digest, "chosen": sorted(policy.chosen)}
                for name, policy in self.policies.items()
            },
            "uncertainties": {
                name: {
                    "target": one.target, "nominal": one.nominal, "levels": one.levels,
                    **{k: v for k, v in vars(one.distribution).items() if v == v},  # no NaN
                }
                for name, one in self.uncertainties.items()
            },
            "futures": {name: dict(values) for name, values in self.named.items()},
            "design": {
                **self.design.model_dump(mode="json", exclude={"file"}), "points": self.points
            },
            "replicates": {
                "wave": self.replication.wave,
                "first": self.replication.first,
                "most": self.replication.most,
                "until": [one.model_dump(mode="json") for one in self.replication.until],
                "reference": self.reference if self.replication.until else None,
            },
            "daily": None if self.daily is None else {
                "series": self.daily.series, "every_days": self.daily.every_days,
                "share": self.daily.share, "always": sorted(self.daily.always),
            },
        }  # fmt: skip

    @cached_property
    def specification(self) -> str:
        """SHA-256 of :attr:`identity`: equal if and only if the results are."""
        return hashlib.sha256(canonical(self.identity).encode()).hexdigest()

"""Second pass over a sweep file: do names refer to what exists, and do numbers agree?

What an uncertainty leaves out is filled from the scenario's factors, else from the parameter files.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sahelsim.base.formatting import exact, one_of
from sahelsim.base.problems import Path as Place
from sahelsim.base.problems import Problem
from sahelsim.base.suggest import did_you_mean
from sahelsim.experiment.sweep.distributions import Distribution
from sahelsim.experiment.sweep.schema import DRAWN, SweepFile, UncertaintyFile
from sahelsim.experiment.sweep.series import daily_series
from sahelsim.experiment.sweep.spec import (
    Daily,
    Goal,
    Policy,
    Replication,
    SweepSpec,
    Uncertainty,
)
from sahelsim.model.posterior import default_choice
from sahelsim.scenario.reference import load_reference
from sahelsim.scenario.schema import Factor, Order
from sahelsim.theatre import load_theatre

COLUMNS = (
    "future", "name", "block", "policy", "replicate", "seed", "status", "error", "error_code",
    "attempt", "wall_s", "run_key",
)  # fmt: skip
WAVE = 8  # replicates of a policy and future that run together, and share one template


class Target(NamedTuple):
    """What is known about a thing that can vary."""

    low: float
    high: float
    unit: str
    nominal: float
    whole: bool
    confidence: str
    factor: Factor | None
    distribution: str


def check(
    file: SweepFile, policies: Mapping[str, Policy], locate: Any, folder: Path, text: str
) -> tuple[SweepSpec, list[Problem]]:
    """Return the spec, and the problems found: where there are any, the spec is not to be used.

    Args:
        file: The sweep file.
        policies: Its policies, resolved.
        locate: Places a problem in the file.
        folder: Where its relative paths begin.
        text: The file as it was written.
    """
    checker = _Checker(file, policies, locate, folder)
    return checker.spec(text), checker.problems


class _Checker:
    def __init__(
        self, file: SweepFile, policies: Mapping[str, Policy], locate: Any, folder: Path
    ) -> None:
        self.file = file
        self.policies = policies
        self.locate = locate
        self.folder = folder
        self.problems: list[Problem] = []
        self.reference = load_reference()

    def spec(self, text: str) -> SweepSpec:
        file = self.file
        reference = file.reference or next(iter(file.policies))
        if reference not in self.policies:
            self.name("reference", reference, self.policies, ("reference",))
        uncertainties = {
            name: one
            for name, entry in file.uncertainties.items()
            if (one := self.uncertainty(name, entry)) is not None
        }
        self.futures(uncertainties)
        points = self.design(uncertainties)
        return SweepSpec(
            id=file.id,
            title=file.title,
            question=file.question,
            seed=file.seed,
            policies=self.policies,
            reference=reference,
            uncertainties=uncertainties,
            named=file.futures,
            design=file.design,
            replication=self.replication(),
            goals=self.goals(),
            daily=self.daily(),
            execution=file.execution,
            central=(file.parameters or default_choice()) == "central",
            text=text,
            folder=self.folder,
            points=points,
        )

    def note(
        self, code: str, path: Place, message: str, hint: str | None = None, on_key: bool = False
    ) -> None:
        self.problems.append(self.locate(code, path, message, hint, on_key))

    def name(self, kind: str, value: str, known: Any, path: Place, on_key: bool = False) -> None:
        """Note a name that does not exist, with the nearest."""
        hint = did_you_mean(value, known) or f"allowed: {one_of(known, 20)}"
        self.note("SS4104", path, f"unknown {kind} '{value}'", hint, on_key)

    # ---- uncertainties -------------------------------------------------------------------------

    def uncertainty(self, name: str, entry: UncertaintyFile) -> Uncertainty | None:
        path: Place = ("uncertainties", name)
        if name in COLUMNS or name.startswith("unit."):
            self.note("SS4105", path, f"'{name}' is the name of another column", None, True)
            return None
        target = entry.parameter or self.implied(name)
        if target is None:
            names = [*self.factors(), *self.reference.parameters]
            self.name("factor or parameter", name, names, path, on_key=True)
            return None
        known = self.target(target, name, (*path, "parameter") if entry.parameter else path)
        if known is None:
            return None
        if not any(policy.applies(target) for policy in self.policies.values()):
            message = f"'{name}' bears on no policy: every policy sets {target} or lacks the order"
            self.note("SS4106", path, message, "leave it out, or let a policy leave it open", True)
            return None
        distribution = self.distribution(entry, known, path)
        if distribution is None:
            return None
        nominal = known.nominal if entry.nominal is None else entry.nominal
        if not known.low <= nominal <= known.high:
            self.range((*path, "nominal"), nominal, known, target)
        return Uncertainty(
            name, target, distribution, nominal, known.unit, known.confidence, entry.levels
        )

    def factors(self) -> dict[str, Factor]:
        """Factors of the policies' scenarios by name; the first policy that has one counts."""
        found: dict[str, Factor] = {}
        for policy in self.policies.values():
            for name, factor in policy.plan.factors.items():
                found.setdefault(name, factor)
        return found

    def implied(self, name: str) -> str | None:
        factor = self.factors().get(name)
        if factor is not None:
            return factor.parameter
        return name if name in self.reference.parameters else None

    def target(self, target: str, name: str, path: Place) -> Target | None:
        """Range, unit and nominal value of a target, or None after noting a problem."""
        factors = self.factors()
        same = [one for one in factors.values() if one.parameter == target]
        factor = factors[name] if name in factors and factors[name] in same else None
        factor = factor or (same[0] if same else None)
        if not target.startswith("orders."):
            record = self.reference.parameters.get(target)
            if record is None:
                self.name("parameter", target, self.reference.parameters, path)
                return None
            first = next((p for p in self.policies.values() if p.applies(target)), None)
            nominal = first.plan.parameters.get(target, record.value) if first else record.value
            return Target(record.low, record.high, record.unit, nominal, False,
                          record.confidence, factor, record.distribution)  # fmt: skip
        return self.argument(target, factor, path)

    def argument(self, target: str, factor: Factor | None, path: Place) -> Target | None:
        order_id, _, name = target.removeprefix("orders.").partition(".")
        open_first = sorted(self.policies.values(), key=lambda policy: not policy.applies(target))
        orders: dict[str, Order] = {}
        for policy in open_first:  # the best guess is that of a policy that leaves it open
            for order in policy.plan.orders:
                orders.setdefault(order.id, order)
        if order_id not in orders:
            self.name("order", order_id, orders, path)
            return None
        order = orders[order_id]
        numbers = {
            argument.name: argument
            for argument in self.reference.orders[order.verb].arguments
            if argument.type in ("number", "integer")
        }
        if name not in numbers:
            self.name(f"number of the order '{order_id}'", name, numbers, path)
            return None
        known = numbers[name]
        low = float("-inf") if known.low is None else known.low
        high = float("inf") if known.high is None else known.high
        value = order.arguments.get(name, known.default)
        nominal = float(value) if isinstance(value, int | float) else low
        confidence = factor.confidence if factor else "assumed"
        return Target(low, high, known.unit, nominal, known.type == "integer", confidence, factor,
                      "uniform")  # fmt: skip

    def distribution(
        self, entry: UncertaintyFile, known: Target, path: Place
    ) -> Distribution | None:
        if entry.values:
            return self.choices(entry, known, path)
        before = len(self.problems)
        factor = known.factor
        low = _first(entry.low, factor and factor.low, known.low)
        high = _first(entry.high, factor and factor.high, known.high)
        kind = _first(entry.distribution, factor and factor.distribution, known.distribution)
        if kind == "fixed":
            kind = "uniform"
        for key, value in (("low", low), ("high", high)):
            at = (*path, key) if getattr(entry, key) is not None else path
            if not known.low <= value <= known.high or abs(value) == float("inf"):
                self.range(at, value, known, entry.parameter or path[-1])
        if low >= high:
            at = (*path, "high") if entry.high is not None else path
            message = f"high {exact(high)} is not above low {exact(low)}"
            self.note("SS4107", at, message, "give low and high, or values")
        elif low <= 0 and kind in ("loguniform", "lognormal"):
            self.note("SS4107", path, f"low {exact(low)} must be above 0 for a {kind}")
        if entry.weights:
            self.note("SS4107", (*path, "weights"), "'weights' needs 'values'", None, True)
        if len(self.problems) > before:
            return None
        mode = known.nominal if entry.mode is None else entry.mode
        if entry.mode is not None and not low <= mode <= high:
            message = f"mode {exact(mode)} lies outside {exact(low)} to {exact(high)}"
            self.note("SS4107", (*path, "mode"), message)
            return None
        return Distribution(kind, low, high, min(max(mode, low), high), whole=known.whole)

    def choices(self, entry: UncertaintyFile, known: Target, path: Place) -> Distribution | None:
        for key in ("low", "high", "distribution", "mode"):
            if getattr(entry, key) is not None:
                self.note("SS4107", (*path, key), f"'{key}' does not go with 'values'", None, True)
        for index, value in enumerate(entry.values):
            if not known.low <= value <= known.high:
                self.range((*path, "values", index), value, known, entry.parameter or path[-1])
        if len(set(entry.values)) < len(entry.values):
            self.note("SS4107", (*path, "values"), "a value stands twice")
        if entry.weights and len(entry.weights) != len(entry.values):
            message = f"{len(entry.weights)} weights for {len(entry.values)} values"
            self.note("SS4107", (*path, "weights"), message)
            return None
        weights = entry.weights or (1.0,) * len(entry.values)
        return Distribution("values", min(entry.values), max(entry.values), values=entry.values,
                            weights=weights, whole=known.whole)  # fmt: skip

    def range(self, path: Place, value: float, known: Target, target: Any) -> None:
        unit = f" {known.unit}" if known.unit not in ("", "1") else ""
        allowed = f"allowed: {exact(known.low)} to {exact(known.high)}{unit}"
        self.note("SS4108", path, f"{exact(value)} is outside the range of {target}", allowed)

    # ---- futures -------------------------------------------------------------------------------

    def futures(self, uncertainties: Mapping[str, Uncertainty]) -> None:
        for name, values in self.file.futures.items():
            for key, value in values.items():
                path: Place = ("futures", name, key)
                if key not in self.file.uncertainties:
                    self.name("uncertainty", key, self.file.uncertainties, path, on_key=True)
                elif key in uncertainties:
                    self.value(uncertainties[key], value, path)

    def value(self, one: Uncertainty, value: float, path: Place) -> None:
        known = self.target(one.target, one.name, path)
        if known is not None and not known.low <= value <= known.high:
            self.range(path, value, known, one.target)

    def design(self, uncertainties: Mapping[str, Uncertainty]) -> tuple[dict[str, float], ...]:
        design, path = self.file.design, ("design",)
        if design.method == "none":
            if not self.file.futures and uncertainties:
                message = "the uncertainties are varied by no design and no hand-written future"
                hint = "add a design such as {method: lhs, futures: 64}, or futures"
                self.note("SS4109", path, message, hint)
        elif not self.file.uncertainties:
            self.note("SS4109", path, "there are no uncertainties to vary", None, True)
        if design.method in DRAWN and not design.futures:
            message = f"a {design.method} design needs 'futures'"
            self.note("SS4109", path, message, "such as futures: 64")
        for key, methods in (
            ("futures", DRAWN),
            ("levels", ("grid", "oat", "morris")),
            ("file", ("list",)),
            ("second_order", ("saltelli",)),
        ):
            if getattr(design, key) and design.method not in methods:
                message = f"'{key}' means nothing to a {design.method} design"
                self.note("SS4109", (*path, key), message, f"it goes with {one_of(methods)}", True)
        if design.method == "saltelli" and len(uncertainties) < 2:
            self.note("SS4109", path, "a saltelli design needs two uncertainties or more")
        return self.points(uncertainties) if design.method == "list" else ()

    def points(self, uncertainties: Mapping[str, Uncertainty]) -> tuple[dict[str, float], ...]:
        """Rows of the file of a list design."""
        path: Place = ("design", "file")
        if not self.file.design.file:
            self.note("SS4109", ("design",), "a list design needs 'file'", "such as draws.csv")
            return ()
        file = self.folder / self.file.design.file
        if not file.exists():  # a sweep directory keeps a copy beside its sweep file
            file = self.folder / file.name
        try:
            with file.open(encoding="utf-8-sig", newline="") as stream:
                rows = list(csv.DictReader(stream))
        except (OSError, UnicodeDecodeError) as fault:
            why = getattr(fault, "strerror", None) or "it is not UTF-8 text"
            self.note("SS4110", path, f"cannot read {self.file.design.file}: {why}")
            return ()
        points = []
        for line, row in enumerate(rows, start=2):
            point: dict[str, float] = {}
            for key, text in row.items():
                if key not in uncertainties:
                    if key in self.file.uncertainties:
                        continue  # noted at the uncertainty
                    self.note("SS4110", path, f"{file.name} has the unknown column '{key}'",
                              did_you_mean(str(key), uncertainties))  # fmt: skip
                    return ()
                try:
                    point[key] = float(text)
                except (TypeError, ValueError):
                    self.note("SS4110", path, f"{file.name}:{line}: '{text}' is no number ({key})")
                    return ()
                self.value(uncertainties[key], point[key], path)
            points.append(point)
        if not points:
            self.note("SS4110", path, f"{file.name} has no rows")
        return tuple(points)

    # ---- the rest ------------------------------------------------------------------------------

    def replication(self) -> Replication:
        entry, path = self.file.replicates, ("replicates",)
        if entry.fixed is not None:
            if entry.until:
                self.note("SS4111", path, "a fixed number and 'until' exclude each other")
            return Replication(min(WAVE, entry.fixed), entry.fixed, entry.fixed)
        if not entry.until:
            self.note("SS4111", path, "'until' is missing", "or write replicates: 20")
        if entry.min > entry.max:
            message = f"max {entry.max} is below min {entry.min}"
            self.note("SS4111", (*path, "max"), message)
        for index, rule in enumerate(entry.until):
            at: Place = (*path, "until", index)
            if rule.outcome not in self.outcomes:
                self.name("outcome", rule.outcome, self.outcomes, (*at, "outcome"))
            if (rule.half_width is None) == (rule.half_width_share is None):
                self.note("SS4111", at, "give half_width or half_width_share")
            if (rule.of == "quantile") != (rule.quantile is not None):
                self.note("SS4111", at, "'quantile' and 'of: quantile' go together")
            if rule.of == "difference" and len(self.policies) < 2:
                self.note("SS4111", at, "a difference needs two policies")
        return Replication(entry.step, entry.min, entry.max, entry.until)

    @property
    def outcomes(self) -> dict[str, Any]:
        return {outcome.id: outcome for outcome in load_theatre().outcomes}

    def goals(self) -> dict[str, Goal]:
        goals = {}
        for id, entry in self.file.outcomes.items():
            spec = self.outcomes.get(id)
            if spec is None:
                self.name("outcome", id, self.outcomes, ("outcomes", id), on_key=True)
                continue
            direction = entry.direction or spec.direction
            if entry.threshold is not None and direction == "none":
                message = f"'{id}' has a threshold but no direction"
                self.note("SS4112", ("outcomes", id), message, "add direction: higher or lower")
            goals[id] = Goal(id, direction, entry.threshold, spec.unit, spec.label_en)
        return goals

    def daily(self) -> Daily | None:
        entry = self.file.daily
        if entry is None:
            return None
        known = daily_series()
        for index, name in enumerate(entry.series):
            if name not in known:
                self.name("series", name, known, ("daily", "series", index))
        names = list(self.file.futures)
        for index, name in enumerate(entry.keep.always):
            if name not in names:
                at = ("daily", "keep", "always", index)
                self.name("hand-written future", name, names, at)
        always = frozenset(names.index(name) for name in entry.keep.always if name in names)
        return Daily(entry.series, entry.every_days, entry.keep.share, always)


def _first(*values: Any) -> Any:
    return next(value for value in values if value is not None)

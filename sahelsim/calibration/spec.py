"""The calibration file: what is fitted to what, and with how much work.

The descriptions below are the reference documentation of the format.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from sahelsim.base.paths import is_file, shipped
from sahelsim.base.problems import Path as Where
from sahelsim.base.problems import Problem, fail
from sahelsim.base.suggest import did_you_mean
from sahelsim.base.yaml_source import Source, read
from sahelsim.calibration.event_table import month_id, month_start
from sahelsim.calibration.observed import FIRST_PLACE_MONTH
from sahelsim.calibration.priors import Prior
from sahelsim.calibration.summaries import SUMMARIES
from sahelsim.scenario import Scenario, load_scenario
from sahelsim.scenario.schema import (
    FrozenMapping,
    Number,
    Part,
    Seed,
    Share,
    ShareOrAll,
    Text,
    Whole,
)
from sahelsim.scenario.structure import structural_problems
from sahelsim.theatre import load_theatre
from sahelsim.theatre.errors import ParameterError

DEFAULT = "calibration"


class Range(Part):
    """The prior of a fitted parameter, where it differs from the parameter's own range."""

    low: Number | None = Field(default=None, description="Smallest value; the record's by default.")
    high: Number | None = Field(
        default=None, description="Greatest value; the record's by default."
    )


class HistoryPlan(Part):
    """History matching, before the sampling."""

    waves: Annotated[Whole, Field(ge=0, le=20)] = Field(default=3, description="Waves; 0 for none.")
    runs: Annotated[Whole, Field(ge=20, le=100_000)] = Field(
        default=1000, description="Simulated points of a wave."
    )
    cutoff: Annotated[Number, Field(gt=0, le=10)] = Field(
        default=3.0, description="Implausibility from which a summary speaks against a point."
    )
    worst_left_out: Annotated[Whole, Field(ge=0, le=20)] = Field(
        default=3, description="Summaries of a point that may lie above the cutoff."
    )


class SamplingPlan(Part):
    """Approximate Bayesian computation by sequential Monte Carlo."""

    population: Annotated[Whole, Field(ge=20, le=10_000)] = Field(
        default=400, description="Points of a generation."
    )
    generations: Annotated[Whole, Field(ge=1, le=50)] = Field(
        default=8, description="Most generations after the start."
    )
    quantile: Share = Field(
        default=0.5, description="Share of the points that stay; the others are replaced and moved."
    )
    least_acceptance: ShareOrAll = Field(
        default=0.03, description="Sampling ends where fewer of the simulated moves are accepted."
    )
    most_runs: Annotated[Number, Field(gt=0, le=1000)] = Field(
        default=10.0, description="Most simulated moves of a copy in a generation, on average."
    )


class BootstrapPlan(Part):
    """How the chance of the observed months is found."""

    samples: Annotated[Whole, Field(ge=20, le=100_000)] = Field(
        default=1000, description="Bootstrap samples."
    )
    block_months: Annotated[Whole, Field(ge=1, le=24)] = Field(
        default=6, description="Months that stay together in a sample."
    )


class CalibrationFile(Part):
    """The keys of a calibration file."""

    scenario: Text = Field(
        description="Scenario of the observed months: a path beside this file, or a shipped name."
    )
    seed: Seed = Field(default=1, description="Seed of all.")
    parameters: FrozenMapping[str, Range] = Field(
        description="Parameter id: {} for the record's own range, or {low, high}."
    )
    summaries: FrozenMapping[str, Number] = Field(
        default_factory=lambda: FrozenMapping(
            {name: summary.discrepancy for name, summary in SUMMARIES.items()}
        ),
        description="Summary: standard deviation of the model's discrepancy, in its scale.",
    )
    bootstrap: BootstrapPlan = Field(default_factory=BootstrapPlan, description="Of the targets.")
    history: HistoryPlan = Field(default_factory=HistoryPlan, description="History matching.")
    sampling: SamplingPlan = Field(default_factory=SamplingPlan, description="ABC-SMC.")
    draws: Annotated[Whole, Field(ge=20, le=10_000)] = Field(
        default=300, description="Rows of the posterior."
    )


class Calibration(Part):
    """A calibration file that was read and checked."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    file: CalibrationFile
    plan: Scenario
    priors: tuple[Prior, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Fitted parameters."""
        return tuple(prior.id for prior in self.priors)

    @property
    def months(self) -> tuple[int, int]:
        """First and last month_id of the scenario."""
        start, last = self.plan.start, month_start_before(self.plan)
        return int(month_id(start.year, start.month)), last

    @property
    def digest(self) -> str:
        """SHA-256 of everything the file says, its scenario included."""
        content = {
            "file": self.file.model_dump(mode="json"),
            "scenario": self.plan.digest,
            "priors": [vars(prior) for prior in self.priors],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def with_work(self, **changes: Any) -> Calibration:
        """The same with another amount of work: waves, runs, population, generations, draws."""
        data = self.file.model_dump()
        for name, value in changes.items():
            if value is not None:
                part = "history" if name in ("waves", "runs") else "sampling"
                (data if name == "draws" else data[part])[name] = value
        return self.model_copy(update={"file": CalibrationFile.model_validate(data)})


def month_start_before(plan: Scenario) -> int:
    """month_id of the last whole month of a scenario."""
    return int(month_id(plan.end.year, plan.end.month)) - 1


def load_calibration(path: str | Path | None = None) -> Calibration:
    """Read and check a calibration file.

    Args:
        path: The file, or the name of a shipped one; ``calibration`` where None.

    Raises:
        InputError: SS2001, no such file.
        InvalidInput: every fault of the file, with its line and a suggestion.
    """
    path = _find(path or DEFAULT)
    source = read(path)

    def locate(
        code: str,
        path: Where,
        message: str,
        hint: str | None = None,
        on_key: bool = False,
        at: Where | None = None,
        key: str | None = None,
    ) -> Problem:
        return source.problem(code, path, message, hint, on_key=on_key, at=at, key=key)

    file, problems = structural_problems(CalibrationFile, source.data, locate)
    if problems:
        raise fail(problems)
    beside = path.parent / file.scenario
    plan = load_scenario(beside if is_file(beside) else file.scenario)
    priors: list[Prior] = []
    for id, limits in file.parameters.items():
        prior = _prior(source, id, limits, problems)
        if prior is not None:
            priors.append(prior)
    problems += _summary_problems(source, file.summaries) + _window_problems(source, plan)
    if len(file.parameters) < 1:
        problems.append(source.problem("SS7201", ("parameters",), "no parameter is fitted"))
    if problems:
        raise fail(problems)
    return Calibration(file=file, plan=plan, priors=tuple(priors))


def _find(path: str | Path) -> Path:
    path = Path(path)
    ours = shipped("configs") / f"{path.stem}.yaml"
    bare = path.parent == Path() and path.suffix in ("", ".yaml")
    return ours if bare and not is_file(path) and ours.is_file() else path


def _prior(source: Source, id: str, limits: Range, problems: list[Problem]) -> Prior | None:
    at: Where = ("parameters", id)
    try:
        record = load_theatre().parameters.record(id)
    except ParameterError as fault:
        problems.append(source.problem("SS7201", at, fault.message, fault.hint, on_key=True))
        return None
    if record.distribution == "fixed":
        problems.append(
            source.problem("SS7201", at, f"'{id}' is fixed: it has no range", on_key=True)
        )
        return None
    low = record.low if limits.low is None else limits.low
    high = record.high if limits.high is None else limits.high
    if not record.low <= low < high <= record.high:
        allowed = f"within {record.low:g} to {record.high:g}, low below high"
        problems.append(
            source.problem("SS7202", at, f"the range {low:g} to {high:g} is not allowed", allowed)
        )
        return None
    if record.distribution == "lognormal" and low <= 0.0:
        problems.append(source.problem("SS7202", at, "a lognormal prior begins above 0"))
        return None
    return Prior(id, low, high, record.distribution, record.value)


def _summary_problems(source: Source, summaries: Mapping[str, float]) -> list[Problem]:
    problems = []
    for name, discrepancy in summaries.items():
        at: Where = ("summaries", name)
        if name not in SUMMARIES:
            hint = did_you_mean(name, SUMMARIES) or f"there are: {', '.join(SUMMARIES)}"
            problems.append(
                source.problem("SS7203", at, f"unknown summary '{name}'", hint, on_key=True)
            )
        elif not discrepancy > 0.0:
            problems.append(source.problem("SS7203", at, "a discrepancy is a number above 0"))
    return problems


def _window_problems(source: Source, plan: Scenario) -> list[Problem]:
    first = int(month_id(plan.start.year, plan.start.month))
    if plan.start.day != 1 or plan.end.day != 1:
        message = f"'{plan.id}' runs from {plan.start} to {plan.end}, not over whole months"
    elif first < FIRST_PLACE_MONTH:
        message = f"'{plan.id}' begins before {month_start(FIRST_PLACE_MONTH):%Y-%m}"
    elif plan.days < 365:
        message = f"'{plan.id}' is shorter than a year"
    else:
        return []
    return [source.problem("SS7204", ("scenario",), message)]

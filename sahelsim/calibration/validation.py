"""Validation: the stylised facts of simulated conflict beside those of observed conflict.

A fact is *inside* where the observed value lies in the middle 90 % of replicates, *near* where it
does not but its own interval touches them, else *outside*. The misfit is the distance between the
median replicate and the observed value in standard deviations of both together, on the scale of the
fact (a factor or a difference). A fit to the same months is no test of the model: what was
calibrated on the window must be read as a description.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from sahelsim.base.errors import InputError
from sahelsim.calibration.derive import country_series
from sahelsim.calibration.event_table import month_id, month_start
from sahelsim.calibration.facts import AREAS, FACTS, measure
from sahelsim.calibration.observed import country_table
from sahelsim.calibration.observed_facts import (
    LEVELS,
    observe,
    observed_facts,
    quantiles,
    scaled,
    spread,
)
from sahelsim.calibration.replicates import each_replicate
from sahelsim.calibration.sample import Floats, Window, sample
from sahelsim.calibration.simulated import simulated_events
from sahelsim.calibration.sizes import event_sizes
from sahelsim.experiment.runner import Progress
from sahelsim.model.build import template
from sahelsim.model.posterior import Posterior, choose_posterior
from sahelsim.scenario import Scenario

SCENARIO = "validation-2020-2023"
INSIDE, NEAR, OUTSIDE, UNDEFINED = "inside", "near", "outside", "undefined"
SIZES = np.array([1, 2, 3, 4, 5, 7, 10, 14, 20, 30, 50, 70, 100, 150, 200, 300, 500])


@dataclass(frozen=True)
class Validation:
    """Simulated beside observed conflict.

    Attributes:
        plan: The scenario that was run.
        window: The months compared.
        seed: Seed of the draws.
        replicates: How many were run.
        parameters: Where their parameters came from, in words.
        facts: One row per fact, worst misfit first: id, theme, unit, must, label, observed,
            observed_low, observed_high, model (median), model_low, model_high, misfit, verdict.
        months: Rows (month_id, country): observed deaths, and over replicates q05 … q95.
        sizes: Rows (area, deaths): share of fatal events with as many deaths or more, observed,
            and over replicates q05 … q95.
    """

    plan: Scenario
    window: Window
    seed: int
    replicates: int
    parameters: str
    facts: pd.DataFrame
    months: pd.DataFrame
    sizes: pd.DataFrame

    @property
    def missed(self) -> list[str]:
        """Facts that a run must meet and that lie outside."""
        wrong = self.facts["must"] & (self.facts["verdict"] == OUTSIDE)
        return list(self.facts.loc[wrong, "id"])


class _Replicate(NamedTuple):
    facts: list[float]
    deaths: Floats  # [months x countries], as country_series has them
    exceeding: Floats  # [areas, sizes]


def validate(
    plan: Scenario,
    replicates: int = 40,
    seed: int | None = None,
    *,
    events: pd.DataFrame | None = None,
    parameters: Posterior | Path | str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Run a scenario and compare its violence with what was observed in the same months.

    Args:
        plan: A scenario over the months to compare.
        replicates: How many; with fewer than 20 the intervals are rough.
        seed: Seed of the draws; the scenario's own by default.
        events: Observed events (canonical table) of these months; the shipped figures by default.
        parameters: Where uncertain parameters come from, as for :func:`sahelsim.run`.
        workers: Threads; all cores by default.
        progress: Called with 0 first, then with 1 after each replicate.

    Raises:
        InputError: SS7014 no event was observed in these months; SS7015 the shipped facts are of
            other months; SS7016 the scenario has no two whole months.
        ModelFault: a replicate went wrong.
    """
    window = whole_months(plan)
    observed = observed_facts(window) if events is None else observe(events, window)
    key = plan.seed if seed is None else seed

    def reduced(tables: Mapping[str, pa.Table]) -> _Replicate:
        found = simulated_events(tables["events"])
        found = found[found["month_id"].between(window.first, window.last)]
        if found.empty:
            raise InputError(
                "SS7017", f"a replicate of '{plan.id}' has no violence to compare",
                hint="validation needs a scenario with conflict",
            )  # fmt: skip
        return _Replicate(
            list(measure(sample(found, window)).values()),
            country_series(found, *window)["all"].to_numpy(float),
            exceeding(found[["country", "best"]].assign(events=1)),
        )

    posterior = choose_posterior(parameters)
    shared = template(plan, posterior=posterior)
    runs = each_replicate(shared, replicates, key, reduced, workers=workers, progress=progress)
    return Validation(
        plan, window, key, replicates, _origin(posterior),
        compare_facts(observed, np.array([run.facts for run in runs])),
        _months(window, np.array([run.deaths for run in runs]), events),
        _sizes(window, np.array([run.exceeding for run in runs]), events),
    )  # fmt: skip


def _origin(posterior: Posterior | None) -> str:
    if posterior is None:
        return "central values"
    return f"{len(posterior)} posterior draws, {posterior.digest[:12]}"


def whole_months(plan: Scenario) -> Window:
    """The whole months of a scenario.

    Raises:
        InputError: SS7016, there are fewer than two.
    """
    start, end = plan.start, plan.end
    first = month_id(start.year, start.month) + (start.day > 1)
    last = month_id(end.year, end.month) - 1
    if last - first < 1:
        raise InputError(
            "SS7016", f"'{plan.id}' covers fewer than two whole months",
            hint=f"it runs from {start} to {end}; {SCENARIO} covers 43 months",
        )  # fmt: skip
    return Window(int(first), int(last))


def compare_facts(observed: pd.DataFrame, measured: Floats) -> pd.DataFrame:
    """Put measured facts beside observed ones.

    Args:
        observed: As :func:`~sahelsim.calibration.observed_facts.observe` gives them.
        measured: [replicates, facts], in the order of ``FACTS``.

    Returns:
        The table ``facts`` of :class:`Validation`.
    """
    low, middle, high = quantiles(measured, (LEVELS[0], 0.5, LEVELS[1]))
    table = pd.DataFrame([fact._asdict() for fact in FACTS.values()])
    table = table[["id", "theme", "unit", "scale", "must", "label"]]
    for name, column in (("observed", "value"), ("observed_low", "low"), ("observed_high", "high")):
        table[name] = observed.set_index("id").loc[table["id"], column].to_numpy()
    table["model"], table["model_low"], table["model_high"] = middle, low, high
    errors = np.hypot(observed.set_index("id").loc[table["id"], "error"], spread(measured))
    table["misfit"] = [
        _distance(id, model, value) / error if error > 0 else np.nan
        for id, model, value, error in zip(
            table["id"], middle, table["observed"], errors, strict=True
        )
    ]
    table["verdict"] = [_verdict(row) for row in table.to_dict("records")]
    return table.sort_values("misfit", ascending=False, na_position="last", ignore_index=True)


def _distance(id: str, model: float, value: float) -> float:
    ends = scaled(id, np.array([model, value]))
    return float(abs(ends[0] - ends[1])) if ends.size == 2 else float("nan")


def _verdict(row: Mapping[Any, Any]) -> str:
    names = ("observed", "observed_low", "observed_high", "model_low", "model_high")
    if not all(np.isfinite(row[name]) for name in names):
        return UNDEFINED
    if row["model_low"] <= row["observed"] <= row["model_high"]:
        return INSIDE
    apart = row["observed_high"] < row["model_low"] or row["observed_low"] > row["model_high"]
    return OUTSIDE if apart else NEAR


def exceeding(table: pd.DataFrame) -> Floats:
    """Share of fatal events with at least :data:`SIZES` deaths [areas, sizes].

    Args:
        table: Columns country, best and events (how many of that size).
    """
    shares = np.full((len(AREAS), len(SIZES)), np.nan)
    fatal = table[table["best"] > 0]
    for k, area in enumerate(AREAS):
        its = fatal if area == "all" else fatal[fatal["country"] == area]
        best, number = its["best"].to_numpy(), its["events"].to_numpy(float)
        if number.sum() > 0:
            shares[k] = [number[best >= size].sum() / number.sum() for size in SIZES]
    return shares


def _months(window: Window, deaths: Floats, events: pd.DataFrame | None) -> pd.DataFrame:
    table = country_table(events)
    table = table[table["month_id"].between(*window)]
    table = table[["month_id", "country", "all"]].rename(columns={"all": "observed"})
    return _with_quantiles(table.reset_index(drop=True), deaths)


def _sizes(window: Window, shares: Floats, events: pd.DataFrame | None) -> pd.DataFrame:
    sizes = event_sizes(events)
    observed = exceeding(sizes[sizes["month_id"].between(*window)])
    index = pd.MultiIndex.from_product([AREAS, SIZES], names=["area", "deaths"])
    table = pd.DataFrame({"observed": observed.ravel()}, index).reset_index()
    return _with_quantiles(table, shares.reshape(len(shares), -1))


def _with_quantiles(table: pd.DataFrame, values: Floats) -> pd.DataFrame:
    levels = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
    found = quantiles(values, tuple(levels.values()))
    return table.assign(**dict(zip(levels, found, strict=True)))


def period(window: Window) -> str:
    """``2020-01 to 2023-07``."""
    return f"{month_start(window.first):%Y-%m} to {month_start(window.last):%Y-%m}"

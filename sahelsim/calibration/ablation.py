"""Ablations: what each mechanism moves, by paired runs with it and without it.

For every mechanism of the register its scenario is run twice with the same keyed draws, as shipped
and with the mechanism in its other state. Looked at are the outcomes of the register and, since
some mechanisms shape the spread of events and not their totals, a few stylised facts of the same
runs (:func:`facts`). For outcome k and replicate r the difference
is d_r = y_r(with) - y_r(without), whichever of the two ships, and its size in standard errors is

    z = mean(d) / (sd(d) / sqrt(R))

A single outcome counts as moved above 2; but a mechanism is looked at through K outcomes at once,
so it moves the model only where some |z| exceeds the Bonferroni bound: the quantile of Student's
t with R - 1 degrees of freedom at 1 - p / (2 K), with p = .0455, the chance of |z| > 2. A
difference that is the same in every replicate and not 0 (sd 0) counts as moved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from sahelsim.model.build import template
from sahelsim.model.day import run_days
from sahelsim.model.health import check_health
from sahelsim.model.outcomes import VIOLENCE, outcomes
from sahelsim.model.posterior import Posterior
from sahelsim.model.world import World
from sahelsim.scenario import Scenario
from sahelsim.theatre import load_theatre
from sahelsim.theatre.records import Mechanism

TWO_ERRORS = 2.0  # |z| at which one outcome, looked at alone, counts as moved
LEAST_PAIRS = 10  # replicates in which an outcome must exist with and without the mechanism
MONTH = 30  # days
TOP = 10  # places
TOLERANCE = 1e-9  # relative to the outcome's own size: rounding is not an effect

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Ablations:
    """The differences that mechanisms make.

    Attributes:
        table: A row for each mechanism and outcome: ``mechanism``, ``scenario``, ``outcome``,
            ``pairs``, ``with_mean``, ``without_mean``, ``difference``, ``error`` (its standard
            error), ``z``.
        summary: A row for each mechanism with a switch: ``mechanism``, ``title``, ``by_default``,
            ``most_moved`` (an outcome id), ``z``, ``moved`` (how many outcomes pass the bound),
            ``verdict`` (moves, or nothing).
        bound: |z| that an outcome must pass, corrected for how many are looked at.
        looked_at: K, how many outcomes.
        replicates: R.
        parameters: Where the values of the fitted parameters came from.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    bound: float
    looked_at: int
    replicates: int
    parameters: str


def student_quantile(p: float, degrees: int) -> float:
    """Quantile of Student's t by its expansion in 1/degrees (Abramowitz and Stegun 26.7.5).

    Good to 1 % from 10 degrees upwards for p up to 1 - 1e-4.
    """
    z = NormalDist().inv_cdf(p)
    g1 = (z**3 + z) / 4.0
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96.0
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384.0
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160.0
    return z + g1 / degrees + g2 / degrees**2 + g3 / degrees**3 + g4 / degrees**4


def corrected_bound(replicates: int, looked_at: int) -> float:
    """|z| that one of ``looked_at`` outcomes passes by chance as rarely as one alone passes 2."""
    tail = 1.0 - NormalDist().cdf(TWO_ERRORS)
    return student_quantile(1.0 - tail / max(looked_at, 1), replicates - 1)


def facts(world: World) -> dict[str, float]:
    """Stylised facts of one run, each over all three countries; NaN where there are too few events.

    ``daily_vmr`` and ``daily_ac1``, ``daily_ac30``: variance to mean and autocorrelations of the
    violent events of a day; ``monthly_vmr``: variance to mean of deaths by 30 days; ``size_mean``,
    ``size_log_sd``: of events with deaths; ``top10_share``: share of the ten most violent places.
    """
    n, days = int(world.events.count[0]), int(world.clock.day[0])
    row, deaths = world.events.row[:n], world.events.number[:n, :4].sum(axis=1)
    violent = np.isin(row[:, 1], VIOLENCE) & (row[:, 2] >= 0)
    row, deaths = row[violent], deaths[violent]
    daily = np.bincount(row[:, 0], minlength=days).astype(np.float64)
    by_day = np.bincount(row[:, 0], weights=deaths, minlength=days)
    months = by_day[: days // MONTH * MONTH].reshape(-1, MONTH).sum(axis=1)
    sizes = deaths[deaths >= 1.0]
    places = np.sort(np.bincount(row[:, 2]))[::-1]
    found = {
        "daily_vmr": _ratio(daily.var(), daily.mean()),
        "daily_ac1": _lagged(daily, 1),
        "daily_ac30": _lagged(daily, MONTH),
        "monthly_vmr": _ratio(months.var(), months.mean()) if len(months) > 1 else math.nan,
        "size_mean": float(sizes.mean()) if len(sizes) else math.nan,
        "size_log_sd": float(np.log(sizes).std()) if len(sizes) else math.nan,
        "top10_share": _ratio(float(places[:TOP].sum()), float(places.sum())),
    }
    return {f"fact_{name}": float(value) for name, value in found.items()}


def _ratio(a: float, b: float) -> float:
    return a / b if b > 0.0 else math.nan


def _lagged(x: np.ndarray, lag: int) -> float:
    """Autocorrelation of a series at a lag."""
    if len(x) <= lag + 1 or x.var() == 0.0:
        return math.nan
    d = x - x.mean()
    return float((d[lag:] * d[:-lag]).sum() / (d * d).sum())


def run_outcomes(
    plan: Scenario,
    settings: Mapping[str, float],
    replicates: int,
    seed: int | None = None,
    progress: Progress | None = None,
    posterior: Posterior | None = None,
) -> pd.DataFrame:
    """Outcomes and facts of replicates 0 to R - 1 of a scenario with parameters set, a row each.

    Args:
        plan: The scenario; a setting replaces its own of the same id.
        settings: Parameter id -> value, in or out of range.
        replicates: R.
        seed: Seed of the draws; the scenario's own by default.
        progress: Called with 1 after each replicate.
        posterior: Draws of the fitted parameters, one a replicate; a setting holds over them.
            None for central values.
    """
    own = {id: value for id, value in plan.parameters.items() if id not in settings}
    plan = plan.model_copy(update={"parameters": own})
    seed = plan.seed if seed is None else seed
    central = load_theatre().parameters
    shared = template(plan, values=central.beyond(settings))
    rows = []
    for replicate in range(replicates):
        drawn = shared
        if posterior is not None:
            values = central.with_values(posterior.values(posterior.row_of(seed, replicate)))
            drawn = template(plan, values=values.beyond(settings), like=shared)
        world = drawn.world(seed, replicate)
        run_days(world, drawn.parameters, plan.days)
        check_health(world, plan.id)
        rows.append({**outcomes(world, drawn.names), **facts(world)})
        if progress is not None:
            progress(1)
    return pd.DataFrame(rows, dtype=np.float64)


def differences(with_it: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
    """Paired differences of two outcome tables, a row for each outcome that both have."""
    rows = []
    for name in with_it.columns:
        a, b = with_it[name].to_numpy(), without[name].to_numpy()
        both = np.isfinite(a) & np.isfinite(b)
        pairs = int(both.sum())
        if pairs < min(LEAST_PAIRS, len(both)):
            continue
        a, b = a[both], b[both]
        d = a - b
        noise = TOLERANCE * max(1.0, float(np.abs(a).max()), float(np.abs(b).max()))
        d[np.abs(d) < noise] = 0.0
        error = float(d.std(ddof=1) / math.sqrt(pairs))
        mean = float(d.mean())
        z = 0.0 if mean == 0.0 else mean / error if error > 0.0 else math.copysign(math.inf, mean)
        rows.append(
            {
                "outcome": name, "pairs": pairs, "with_mean": float(a.mean()),
                "without_mean": float(b.mean()), "difference": mean, "error": error, "z": z,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def runs_needed(mechanisms: Sequence[Mechanism], replicates: int) -> int:
    """How many replicates :func:`ablate` runs in all."""
    chosen = [mechanism for mechanism in mechanisms if mechanism.switch]
    return replicates * (len(chosen) + len({mechanism.scenario for mechanism in chosen}))


def ablate(
    plans: Mapping[str, Scenario],
    mechanisms: Sequence[Mechanism],
    replicates: int,
    seed: int | None = None,
    progress: Progress | None = None,
    posterior: Posterior | None = None,
) -> Ablations:
    """Run the scenario of each mechanism that has a switch with and without it.

    Args:
        plans: The scenarios that the mechanisms name, by id.
        mechanisms: Entries of the register; those without a switch are passed over.
        replicates: R, at least 3.
        seed: Seed of the draws; each scenario's own by default.
        progress: Called with 1 after each replicate of :func:`runs_needed`.
        posterior: Draws of the fitted parameters, shared by both runs of a pair; None for central
            values.
    """
    chosen = [mechanism for mechanism in mechanisms if mechanism.switch]
    base = {
        name: run_outcomes(plans[name], {}, replicates, seed, progress, posterior)
        for name in dict.fromkeys(mechanism.scenario for mechanism in chosen)
    }
    looked_at = max(int(frame.notna().any().sum()) for frame in base.values())
    bound = corrected_bound(replicates, looked_at)
    parts, summary = [], []
    for mechanism in chosen:
        plan, shipped = plans[mechanism.scenario], base[mechanism.scenario]
        other = run_outcomes(plan, mechanism.switch, replicates, seed, progress, posterior)
        pair = (shipped, other) if mechanism.by_default else (other, shipped)
        found = differences(*pair)
        found.insert(0, "mechanism", mechanism.id)
        found.insert(1, "scenario", mechanism.scenario)
        parts.append(found)
        size = found["z"].abs().to_numpy()
        most = int(np.argmax(size))
        moved = int((size > bound).sum())
        summary.append(
            {
                "mechanism": mechanism.id,
                "title": mechanism.title,
                "by_default": mechanism.by_default,
                "scenario": mechanism.scenario,
                "most_moved": str(found["outcome"].iloc[most]),
                "difference": float(found["difference"].iloc[most]),
                "z": float(found["z"].iloc[most]),
                "moved": moved,
                "verdict": "moves" if moved else "nothing",
            }
        )
    source = "central values" if posterior is None else f"posterior of {len(posterior)} draws"
    table = pd.concat(parts, ignore_index=True)
    return Ablations(table, pd.DataFrame(summary), bound, looked_at, replicates, source)

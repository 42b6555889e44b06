"""Score forecasts beside benchmarks, with intervals that respect serial dependence.

Scores of months and origins that overlap are dependent, so intervals come from a moving-block
bootstrap over time [Kunsch 1989, Ann. Stat. 17:1217]: over origins where there are several, else
over months, in blocks of the longest lead (a third of the series at most). Differences to a
benchmark are resampled pairwise. The Diebold-Mariano test [1995, J. Bus. Econ. Stat. 13:253] with
the small-sample factor of Harvey, Leybourne and Newbold [1997] and a Bartlett window is given
where there are at least :data:`DM_ORIGINS` origins, and is to be read with the same caution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sahelsim.base.errors import InputError
from sahelsim.calibration.benchmarks import BENCHMARKS, benchmark_members
from sahelsim.calibration.scoring import (
    COVERAGE,
    covered,
    crps,
    ignorance,
    interval_score,
    pit,
    pit_histogram,
)
from sahelsim.calibration.views import COUNTRY_NAME, KEYS, Forecast, month_text
from sahelsim.model.draws import make_key, uniform_grid

Floats = NDArray[np.float64]
SCORES = ("crps", "ign", "mis")
MODEL = "forecast"  # name of what is scored, beside the names of benchmarks
RESAMPLES = 2_000
BLOCK_PROCESS = 9_002  # outside the model's processes
DM_ORIGINS = 12
EVERYWHERE = 0  # country_id of the mean over countries


def score_cases(
    forecasts: Iterable[Forecast],
    actuals: Mapping[str, pd.DataFrame],
    history: Mapping[str, pd.DataFrame],
    benchmarks: Sequence[str] = (),
) -> pd.DataFrame:
    """Score every month, country, origin and target for which there is an outcome.

    Args:
        forecasts: What is scored.
        actuals: By target, ``month_id, country_id, outcome``.
        history: By target, the same for the months that benchmarks may see.
        benchmarks: Names in :data:`~sahelsim.calibration.benchmarks.BENCHMARKS`.

    Returns:
        One row per model and case: ``model, target, origin, month_id, country_id, lead, outcome,
        crps, ign, mis, in_50, in_80, in_95, pit_low, pit_high``.

    Raises:
        InputError: SS7116, the record before an origin is too short; SS7117, no outcome matches.
    """
    rows = []
    for forecast in forecasts:
        came = actuals[forecast.target].set_index(list(KEYS))["outcome"]
        index = pd.MultiIndex.from_arrays([forecast.months, forecast.countries], names=KEYS)
        observed = came.reindex(index).to_numpy(dtype=np.float64)
        known = np.isfinite(observed)
        if not known.any():
            continue
        months, countries = forecast.months[known], forecast.countries[known]
        y = observed[known]
        rows.append(_rows(MODEL, forecast, months, countries, forecast.draws[known], y))
        if not benchmarks:
            continue
        past, columns = _past(history[forecast.target], forecast.origin)
        for name in benchmarks:
            for country in np.unique(countries):
                its = countries == country
                members = benchmark_members(name, past, columns.index(int(country)))
                draws = np.broadcast_to(members, (int(its.sum()), len(members)))
                rows.append(_rows(name, forecast, months[its], countries[its], draws, y[its]))
    if not rows:
        raise InputError(
            "SS7117", "no month and country of the forecast has an outcome",
            hint="the actuals must hold months after the origin; compare the month_id columns",
        )  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def _rows(
    model: str,
    forecast: Forecast,
    months: Any,
    countries: Any,
    draws: Any,
    y: Floats,
) -> pd.DataFrame:
    low, high = pit(draws, y)
    return pd.DataFrame(
        {
            "model": model,
            "target": forecast.target,
            "origin": forecast.origin,
            "month_id": months,
            "country_id": countries,
            "lead": months - forecast.origin,
            "outcome": y,
            "crps": crps(draws, y),
            "ign": ignorance(draws, y),
            "mis": interval_score(draws, y),
            **{f"in_{level * 100:.0f}": covered(draws, y, level) for level in COVERAGE},
            "pit_low": low,
            "pit_high": high,
        }
    )


def _past(series: pd.DataFrame, origin: int) -> tuple[Floats, list[int]]:
    """Observed deaths up to the origin [months, countries], without gaps, and the countries."""
    table = series.pivot(index="month_id", columns="country_id", values="outcome")
    table = table[table.index <= origin]
    months = np.arange(int(table.index.min()) if len(table) else origin, origin + 1)
    whole = table.reindex(months)
    gap = whole.index[whole.isna().any(axis=1)]
    if len(gap):
        raise InputError(
            "SS7116", f"the observed record has no value of {month_text(int(gap[-1]))}",
            hint="extend it with --data, or choose an earlier origin",
        )  # fmt: skip
    return whole.to_numpy(dtype=np.float64), [int(country) for country in whole.columns]


def summary(cases: pd.DataFrame, by_lead: bool = False) -> pd.DataFrame:
    """Mean scores by target, model and country (0: the mean over countries).

    Args:
        cases: From :func:`score_cases`.
        by_lead: Also by months ahead.

    Returns:
        ``target, model, country_id[, lead], cases, crps, crps_low, crps_high, ..., cover_50,
        cover_80, cover_95, pit_mean`` and, beside every benchmark, ``<score>_difference`` of the
        forecast from it with ``_low``, ``_high`` (95 %), ``dm_p`` and ``verdict``.
    """
    found = []
    keys = ["target", "lead"] if by_lead else ["target"]
    for name, part in cases.groupby(keys, sort=True):
        for country in (EVERYWHERE, *sorted(part["country_id"].unique())):
            its = part if country == EVERYWHERE else part[part["country_id"] == country]
            head = dict(zip(keys, name, strict=True)) | {"country_id": int(country)}
            found += [head | row for row in _compare_models(its)]
    return pd.DataFrame(found)


def _compare_models(cases: pd.DataFrame) -> list[dict[str, Any]]:
    unit = "origin" if cases["origin"].nunique() > 1 else "month_id"
    series = {
        score: cases.pivot_table(index=unit, columns="model", values=score, aggfunc="mean")
        for score in SCORES
    }
    units = len(series["crps"])
    span = int(cases["lead"].max())  # forecasts h months ahead err alike for h - 1 months
    indices = block_indices(units, block_length(units, span))
    models = [MODEL, *(name for name in BENCHMARKS if name in series["crps"])]
    rows = []
    for model in models:
        its = cases[cases["model"] == model]
        row: dict[str, Any] = {"model": model, "cases": len(its), "units": units}
        for score in SCORES:
            values = series[score][model].to_numpy()
            row[score] = float(values.mean())
            row[f"{score}_low"], row[f"{score}_high"] = _interval(values, indices)
            if model != MODEL:
                gap = _gap(series[score], model)
                row[f"{score}_difference"] = float(gap.mean())
                low, high = _interval(gap, indices)
                row[f"{score}_difference_low"], row[f"{score}_difference_high"] = low, high
        for level in COVERAGE:
            row[f"cover_{level * 100:.0f}"] = float(its[f"in_{level * 100:.0f}"].mean())
        row["pit_mean"] = float((its["pit_low"] + its["pit_high"]).mean() / 2.0)
        row["pit_histogram"] = [
            round(float(share), 4) for share in pit_histogram(its["pit_low"], its["pit_high"])
        ]
        if model != MODEL:
            row["dm_p"] = (
                diebold_mariano(_gap(series["crps"], model), span) if unit == "origin" else None
            )
            row["verdict"] = verdict(row["crps_difference_low"], row["crps_difference_high"])
        rows.append(row)
    return rows


def _gap(scores: pd.DataFrame, model: str) -> Floats:
    """Forecast minus benchmark by unit, free of rounding noise where they are the same."""
    return np.round((scores[MODEL] - scores[model]).to_numpy(dtype=np.float64), 9)


def verdict(low: float, high: float) -> str:
    """What may be said of a difference (forecast minus benchmark) from its 95 % interval."""
    if high < 0.0:
        return "better"
    return "worse" if low > 0.0 else "not told apart"


def block_length(units: int, span: int) -> int:
    """Length of blocks: the forecast's longest lead, a third of the series at most, 1 at least."""
    return max(1, min(span, units // 3))


def block_indices(units: int, length: int, resamples: int = RESAMPLES) -> NDArray[np.int64]:
    """Keyed moving-block resampling indices [resamples, units]: the same for the same sizes."""
    blocks = -(-units // length)
    starts = uniform_grid(make_key(1), BLOCK_PROCESS, length, resamples, blocks)
    first = (starts * (units - length + 1)).astype(np.int64)
    whole = first[:, :, None] + np.arange(length)
    return np.asarray(whole.reshape(resamples, -1)[:, :units])


def _interval(values: Floats, indices: NDArray[np.int64]) -> tuple[float, float]:
    """95 % percentile interval of the mean; NaN where there is but one unit."""
    if len(values) < 2:
        return math.nan, math.nan
    low, high = np.quantile(values[indices].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def diebold_mariano(gaps: Floats, span: int) -> float | None:
    """Two-sided p of equal expected scores, or None where there are too few origins to say.

    Args:
        gaps: [n] score of the forecast minus that of the benchmark, by origin.
        span: Longest lead, months: neighbouring origins depend over that many.
    """
    n = len(gaps)
    lags = min(span - 1, n // 3)
    if n < DM_ORIGINS:
        return None
    centred = gaps - gaps.mean()
    variance = float(centred @ centred) / n
    for lag in range(1, lags + 1):
        weight = 1.0 - lag / (lags + 1.0)
        variance += 2.0 * weight * float(centred[lag:] @ centred[:-lag]) / n
    if variance <= 0.0:
        return 1.0 if gaps.mean() == 0.0 else 0.0
    h = lags + 1
    factor = math.sqrt(max(0.0, (n + 1 - 2 * h + h * (h - 1) / n) / n))
    return student_two_sided(factor * float(gaps.mean()) / math.sqrt(variance / n), n - 1)


def student_two_sided(t: float, degrees: int) -> float:
    """P(|T| > |t|) of Student's t, by integrating cos^(degrees-1) [Abramowitz and Stegun 26.7]."""

    def area(top: float) -> float:
        angle = np.linspace(0.0, top, 4001)
        return float(np.trapezoid(np.cos(angle) ** (degrees - 1), angle))

    return 1.0 - area(math.atan(abs(t) / math.sqrt(degrees))) / area(math.pi / 2.0)


def country_name(country: int) -> str:
    """The country's name; the mean over countries has one too."""
    return "mean of countries" if country == EVERYWHERE else COUNTRY_NAME[country]

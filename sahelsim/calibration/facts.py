"""Stylised facts of conflict in the central Sahel: what they are and how they are measured.

:func:`measure` is one pure function for observed and simulated events. Only fatal events (best
estimate of 1 or more) count as events, since a model and a newspaper disagree about what an
incident without deaths is; space is measured by place, since the model knows places only.
Daily facts use events whose day is known to a few days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sahelsim.calibration import measures
from sahelsim.calibration.event_table import COUNTRIES, TYPES, month_start
from sahelsim.calibration.sample import Bools, Floats, Sample
from sahelsim.model.draws import make_key, uniform_grid
from sahelsim.planner.sizes import tail_exponent
from sahelsim.theatre import load_theatre

AREAS = ("all", *COUNTRIES)
COUNTS = (*TYPES, "all")  # types of violence, and their sum
TAIL_FROM = 10  # deaths; where the tail is taken to begin
BLOCK_DAYS = 60
NEIGHBOUR_KM = 100.0
SHUFFLES = 20
SHUFFLE_PROCESS = 9_101  # outside the model's processes
BUSIEST = 10

GED = "Sundberg & Melander 2013; Davies et al. 2024"
CLAUSET = "Clauset, Young & Gleditsch 2007; Bohorquez et al. 2009"
CLUSTER = "Lewis et al. 2012; Mohler 2013"
REPEAT = "Johnson et al. 2007; Lewis et al. 2012"


class Fact(NamedTuple):
    """A stylised fact.

    Attributes:
        id: ``<name>.<area>`` or ``<name>.<country>.<type>``.
        theme: sizes, months, days, types, space or season.
        unit: Unit; 1 for a share, ratio or exponent.
        scale: log where a misfit is a factor, linear where it is a difference.
        must: True for what a run must meet under ``sahelsim validate --check``.
        label: What it is, in words.
        source: Why it matters, or who found it.
        note: What to bear in mind when comparing; empty where nothing.
    """

    id: str
    theme: str
    unit: str
    scale: str
    must: bool
    label: str
    source: str
    note: str = ""


def _family(
    name: str, theme: str, over: Sequence[str], unit: str, scale: str, label: str, source: str,
    must: Sequence[str] = (), note: str = "",
) -> Iterator[Fact]:  # fmt: skip
    for key in over:
        yield Fact(f"{name}.{key}", theme, unit, scale, key in must, label, source, note)


_BY_TYPE = [f"{country}.{kind}" for country in COUNTRIES for kind in COUNTS]
_TOTALS = [f"{country}.all" for country in COUNTRIES]

FACTS: dict[str, Fact] = {
    fact.id: fact
    for family in (
        _family("size_log_mean", "sizes", AREAS, "log deaths", "linear",
                "mean of the logarithm of an event's deaths", CLAUSET, ("all",)),
        _family("size_log_sd", "sizes", AREAS, "log deaths", "linear",
                "standard deviation of the logarithm of an event's deaths", CLAUSET, ("all",)),
        _family("size_mean", "sizes", AREAS, "deaths", "log", "mean deaths of an event", GED),
        _family("size_median", "sizes", AREAS, "deaths", "log", "median deaths of an event", GED),
        _family("size_p90", "sizes", AREAS, "deaths", "log",
                "deaths that one event in ten exceeds", GED),
        _family("size_p99", "sizes", AREAS, "deaths", "log",
                "deaths that one event in a hundred exceeds", GED),
        _family("tail_alpha", "sizes", AREAS, "1", "linear",
                f"exponent of the density of sizes from {TAIL_FROM} deaths on", CLAUSET, ("all",)),
        _family("size_max", "sizes", ("all",), "deaths", "log", "deadliest event", GED),
        _family("without_deaths", "sizes", AREAS, "1", "linear",
                "share of listed incidents without a death", GED,
                note="A source lists them where a death is possible, the model lists all."),
        _family("top_1_percent", "sizes", ("all",), "1", "linear",
                "share of the deaths in the largest 1 % of the events", CLAUSET),
        _family("top_5_percent", "sizes", ("all",), "1", "linear",
                "share of the deaths in the largest 5 % of the events", CLAUSET),
        _family("events", "months", AREAS, "events a month", "log", "fatal events a month", GED,
                COUNTRIES),
        _family("deaths", "months", _BY_TYPE, "deaths a month", "log", "deaths a month", GED,
                _TOTALS),
        _family("deaths_vmr", "months", _BY_TYPE, "deaths", "log",
                "variance of monthly deaths over their mean", GED),
        _family("deaths_lag_1", "months", _BY_TYPE, "1", "linear",
                "correlation of monthly deaths with the month before", GED),
        _family("daily_vmr", "days", AREAS, "1", "log",
                "variance of daily events over their mean", CLUSTER, ("all",),
                "1 without clustering."),
        _family("quiet_days", "days", AREAS, "1", "linear", "share of days without an event",
                CLUSTER),
        *(_family(f"daily_lag_{lag}", "days", AREAS, "1", "linear",
                  f"correlation of daily events over {lag} days", CLUSTER)
          for lag in (1, 7, 30)),
        _family("share_of_deaths", "types", [f"{c}.{t}" for c in COUNTRIES for t in TYPES], "1",
                "linear", "share of a type of violence in all deaths", GED),
        _family("insurgent_share", "types", COUNTRIES, "1", "linear",
                "insurgents among the fighters and soldiers killed in state-based events", GED,
                note="Armies report the enemy's dead: the observed share is an upper bound."),
        _family("civilian_share", "types", COUNTRIES, "1", "linear",
                "civilians among the dead of state-based events", GED,
                note="Civilians whom an operation kills are one-sided deaths in the model."),
        _family("state_share", "types", COUNTRIES, "1", "linear",
                "one-sided deaths that a state's side caused", GED),
        _family("near_repeat_shuffle", "space", ("all",), "1", "log",
                "repeats at a place within 14 days, over their number with shuffled days", REPEAT),
        _family("near_repeat_block", "space", ("all",), "1", "log",
                f"the same, with days shuffled within {BLOCK_DAYS} days", REPEAT,
                note="Slow drift stays in the null."),
        _family("busiest_places", "space", AREAS, "1", "linear",
                f"share of the {BUSIEST} busiest places in the events that have a place", GED),
        _family("places_for_half", "space", AREAS, "places", "log",
                "number of places that hold half of the events", GED),
        _family("gini", "space", AREAS, "1", "linear",
                "inequality of events between the places", GED),
        _family("escalation", "space", ("all",), "1", "linear",
                f"spread to a neighbour within {NEIGHBOUR_KM:.0f} km by escalation, not relocation",
                "Schutte & Weidmann 2011",
                note="Escalation: the place that was active stays so; relocation: it falls calm."),
        _family("july_september", "season", ("all",), "1", "linear",
                "share of the events in July to September", GED, note="0.25 without a season."),
        _family("march", "season", ("all",), "1", "linear",
                "share of the events in March", GED, note="0.085 without a season."),
    )
    for fact in family
}  # fmt: skip
"""Every fact by its id."""


def measure(data: Sample) -> dict[str, float]:
    """Compute every fact of :data:`FACTS` from the events of a window; NaN where undefined."""
    fatal = data.take(data.best > 0)
    values = {
        **_sizes(data, fatal), **_months(data, fatal), **_days(fatal),
        **_types(data), **_space(fatal), **_season(fatal),
    }  # fmt: skip
    return {id: values[id] for id in FACTS}


def in_area(data: Sample, area: str) -> Bools:
    """Mask of the events of ``all`` or of one country."""
    if area == "all":
        return np.ones(data.best.size, dtype=bool)
    return np.asarray(data.country == COUNTRIES.index(area))


def monthly(data: Sample, weights: Floats) -> Floats:
    """Sum of ``weights`` (one per event) by month, country and type [M, 3, 3]."""
    months, c, t = data.window.months, len(COUNTRIES), len(TYPES)
    cell = (data.month * c + data.country) * t + data.type
    return (
        np.asarray(np.bincount(cell, weights, months * c * t)).reshape(months, c, t).astype(float)
    )


def daily(data: Sample, area: str) -> Floats:
    """Events a day of ``all`` or of one country; only those whose day is known."""
    days = int(data.window.starts[-1])
    return np.bincount(data.day[in_area(data, area) & data.daily], minlength=days).astype(float)


def _sizes(data: Sample, fatal: Sample) -> dict[str, float]:
    values: dict[str, float] = {}
    for area in AREAS:
        listed = int(in_area(data, area).sum())
        best = fatal.best[in_area(fatal, area)].astype(np.float64)
        values[f"without_deaths.{area}"] = _ratio(listed - best.size, listed)
        if best.size < 2:
            best = np.full(2, np.nan)
        log = np.log(best)
        median, p90, p99 = np.quantile(best, (0.5, 0.9, 0.99))
        tail = tail_exponent(best, TAIL_FROM) if (best >= TAIL_FROM).any() else np.nan
        values |= {
            f"size_log_mean.{area}": log.mean(), f"size_log_sd.{area}": log.std(ddof=1),
            f"size_mean.{area}": best.mean(), f"size_median.{area}": median,
            f"size_p90.{area}": p90, f"size_p99.{area}": p99, f"tail_alpha.{area}": tail,
        }  # fmt: skip
    values["size_max.all"] = fatal.best.max(initial=0)
    values["top_1_percent.all"] = measures.top_share(fatal.best, 0.01)
    values["top_5_percent.all"] = measures.top_share(fatal.best, 0.05)
    return {id: float(value) for id, value in values.items()}


def _months(data: Sample, fatal: Sample) -> dict[str, float]:
    deaths = monthly(data, data.best.astype(np.float64))
    events = monthly(fatal, np.ones(fatal.best.size)).sum(axis=2)
    values = {"events.all": events.sum(axis=1).mean()}
    for c, country in enumerate(COUNTRIES):
        values[f"events.{country}"] = events[:, c].mean()
        for t, kind in enumerate(COUNTS):
            series = deaths[:, c].sum(axis=1) if kind == "all" else deaths[:, c, t]
            values[f"deaths.{country}.{kind}"] = series.mean()
            values[f"deaths_vmr.{country}.{kind}"] = measures.dispersion(series)
            values[f"deaths_lag_1.{country}.{kind}"] = measures.lag_correlation(series, 1)
    return {id: float(value) for id, value in values.items()}


def _days(fatal: Sample) -> dict[str, float]:
    values: dict[str, float] = {}
    for area in AREAS:
        series = daily(fatal, area)
        values[f"daily_vmr.{area}"] = measures.dispersion(series)
        values[f"quiet_days.{area}"] = float((series == 0.0).mean())
        for lag in (1, 7, 30):
            values[f"daily_lag_{lag}.{area}"] = measures.lag_correlation(series, lag)
    return values


def _types(data: Sample) -> dict[str, float]:
    values: dict[str, float] = {}
    sb, os = list(TYPES).index("sb"), list(TYPES).index("os")
    for country in COUNTRIES:
        here = in_area(data, country)
        total = data.best[here].sum()
        for t, kind in enumerate(TYPES):
            killed = data.best[here & (data.type == t)].sum()
            values[f"share_of_deaths.{country}.{kind}"] = _ratio(killed, total)
        fought, one_sided = here & (data.type == sb), here & (data.type == os)
        rebels, soldiers = data.insurgent[fought].sum(), data.military[fought].sum()
        values[f"insurgent_share.{country}"] = _ratio(rebels, rebels + soldiers)
        civilians = data.civilian[fought].sum()
        values[f"civilian_share.{country}"] = _ratio(civilians, data.best[fought].sum())
        by_state = data.best[one_sided & data.by_state].sum()
        values[f"state_share.{country}"] = _ratio(by_state, data.best[one_sided].sum())
    return values


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def _space(fatal: Sample) -> dict[str, float]:
    theatre = load_theatre()
    country = np.array([COUNTRIES.index(place.country) for place in theatre.localities])
    placed = fatal.take(fatal.place >= 0)
    counts = np.bincount(placed.place, minlength=country.size).astype(np.float64)
    dated = placed.take(placed.daily)
    uniforms = uniform_grid(make_key(1), SHUFFLE_PROCESS, 0, SHUFFLES, dated.day.size)
    active = np.zeros((fatal.window.months, country.size), dtype=bool)
    active[placed.month, placed.place] = True
    km = theatre.geography.great_circle_km
    values = {
        "near_repeat_shuffle.all": measures.near_repeat(dated.place, dated.day, uniforms),
        "near_repeat_block.all": measures.near_repeat(dated.place, dated.day, uniforms, BLOCK_DAYS),
        "escalation.all": measures.escalation_share(active, (km > 0.0) & (km <= NEIGHBOUR_KM)),
    }
    for area in AREAS:
        its = counts if area == "all" else counts[country == COUNTRIES.index(area)]
        busiest = np.sort(its)[::-1][:BUSIEST].sum()
        values[f"busiest_places.{area}"] = _ratio(busiest, its.sum())
        values[f"places_for_half.{area}"] = (
            float(measures.places_for_share(its)) if its.any() else float("nan")
        )
        values[f"gini.{area}"] = measures.gini(its)
    return values


def _season(fatal: Sample) -> dict[str, float]:
    """Shares of months, over the whole calendar years of the window."""
    months = [month_start(m) for m in range(fatal.window.first, fatal.window.last + 1)]
    years = {day.year for day in months}
    whole = {year for year in years if sum(day.year == year for day in months) == 12}
    number = np.array([day.month if day.year in whole else 0 for day in months])[fatal.month]
    kept = int((number > 0).sum())
    return {
        "july_september.all": _ratio(int(np.isin(number, (7, 8, 9)).sum()), kept),
        "march.all": _ratio(int((number == 3).sum()), kept),
    }

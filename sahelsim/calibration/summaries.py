"""What a calibration compares: summaries of a panel, by state, each on a scale where errors add.

Totals, sizes and dispersions are in natural logs, shares and correlations as they are. One
function serves the observed months, their block bootstrap and every simulated run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sahelsim.calibration.panel import NS, OS_NONSTATE, OS_STATE, SB, Panel
from sahelsim.theatre.actors import N_STATES, STATES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BUSIEST = 10


class Summary(NamedTuple):
    """One summary.

    Attributes:
        meaning: What it is, with its scale.
        discrepancy: Standard deviation by which a good model may still miss it, in its scale.
    """

    meaning: str
    discrepancy: float


SUMMARIES: dict[str, Summary] = {
    "sb_deaths": Summary("log of 1 + mean state-based deaths a month", 0.2),
    "ns_deaths": Summary("log of 1 + mean non-state deaths a month", 0.5),
    "os_nonstate_deaths": Summary("log of 1 + mean civilians killed by others a month", 0.25),
    "os_state_deaths": Summary("log of 1 + mean civilians killed by the state's side a month", 0.4),
    "fatal_events": Summary("log of 1 + mean fatal events a month", 0.2),
    "dispersion": Summary("log of the variance-to-mean ratio of monthly deaths", 0.5),
    "lag_1": Summary("autocorrelation of monthly deaths at one month", 0.2),
    "insurgent_share": Summary("share of insurgents in the combatants killed (state-based)", 0.15),
    "size_mean": Summary("log of the mean deaths of a fatal event", 0.15),
    "size_median": Summary("log of the median deaths of a fatal event", 0.25),
    "size_90": Summary("log of the 90 % quantile of deaths of a fatal event", 0.2),
    "size_99": Summary("log of the 99 % quantile of deaths of a fatal event", 0.3),
    "busiest_share": Summary("share of the ten busiest places in fatal events with a place", 0.1),
    "repeat_share": Summary("share of these in a place that had one the month before", 0.1),
    "fighter_drift": Summary("yearly change of the log of the insurgents' strength, aim 0", 0.1),
}


def summary_ids(names: tuple[str, ...] = tuple(SUMMARIES)) -> tuple[str, ...]:
    """Ids ``<state>.<name>`` in the order of :func:`summarise_panel`: by summary, then state."""
    return tuple(f"{state}.{name}" for name in names for state in STATES)


def summarise_panel(
    panel: Panel, names: tuple[str, ...] = tuple(SUMMARIES), months: Ints | None = None
) -> Floats:
    """Summaries of a panel, in the order of :func:`summary_ids`.

    Args:
        panel: Observed or simulated.
        names: Which summaries.
        months: Months to use, with repetitions (for a bootstrap); all of them by default.
    """
    pick = np.arange(len(panel.deaths)) if months is None else months
    deaths, events = panel.deaths[pick], panel.events[pick]
    total = deaths.sum(axis=2)
    weight = np.bincount(pick, minlength=len(panel.deaths)).astype(np.float64)
    mean = deaths.mean(axis=0)
    sides = panel.sides[pick].sum(axis=0)
    values: dict[str, Floats] = {
        "sb_deaths": np.log1p(mean[:, SB]),
        "ns_deaths": np.log1p(mean[:, NS]),
        "os_nonstate_deaths": np.log1p(mean[:, OS_NONSTATE]),
        "os_state_deaths": np.log1p(mean[:, OS_STATE]),
        "fatal_events": np.log1p(events.mean(axis=0)),
        "dispersion": np.log((total.var(axis=0) + 1.0) / (total.mean(axis=0) + 1.0)),
        "lag_1": np.array([_lag_1(total[:, s]) for s in range(N_STATES)]),
        "insurgent_share": (sides[:, 1] + 0.5) / (sides.sum(axis=1) + 1.0),
        "fighter_drift": panel.drift,
    }
    sizes = np.array([_sizes(rows, weight) for rows in panel.sizes])
    for k, name in enumerate(("size_mean", "size_median", "size_90", "size_99")):
        values[name] = sizes[:, k]
    busiest, repeated = _places(panel, pick)
    values["busiest_share"], values["repeat_share"] = busiest, repeated
    return np.concatenate([values[name] for name in names])


def _lag_1(series: Floats) -> float:
    off = series - series.mean()
    spread = float((off * off).sum())
    return float((off[1:] * off[:-1]).sum()) / spread if spread > 0.0 else 0.0


def _sizes(rows: Floats, month_weight: Floats) -> tuple[float, float, float, float]:
    """Logs of mean, median, 90 % and 99 % quantile of the deaths of a fatal event (1 if none)."""
    if len(rows) == 0:
        return 0.0, 0.0, 0.0, 0.0
    weight = rows[:, 2] * month_weight[rows[:, 0].astype(np.int64)]
    if not weight.sum() > 0.0:
        return 0.0, 0.0, 0.0, 0.0
    order = np.argsort(rows[:, 1], kind="stable")
    size, share = rows[order, 1], np.cumsum(weight[order]) / weight.sum()
    quantiles = [float(size[min(np.searchsorted(share, q), len(size) - 1)])
                 for q in (0.5, 0.9, 0.99)]  # fmt: skip
    mean = float((rows[:, 1] * weight).sum() / weight.sum())
    logs = [float(np.log(max(x, 1.0))) for x in (mean, *quantiles)]
    return logs[0], logs[1], logs[2], logs[3]


def _places(panel: Panel, pick: Ints) -> tuple[Floats, Floats]:
    """By state: share of the ten busiest places, share of events where there was one before."""
    before = panel.places[np.maximum(pick - 1, 0)] > 0.0
    events = panel.places[pick]
    events_after = events * (pick > 0)[:, None]
    busiest, repeated = np.zeros(N_STATES), np.zeros(N_STATES)
    for s in range(N_STATES):
        here = panel.country == s
        by_place = np.sort(events[:, here].sum(axis=0))
        busiest[s] = by_place[-BUSIEST:].sum() / max(by_place.sum(), 1.0)
        after = events_after[:, here]
        repeated[s] = (after * before[:, here]).sum() / max(after.sum(), 1.0)
    return busiest, repeated

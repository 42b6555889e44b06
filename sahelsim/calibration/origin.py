"""The state of conflict at a month of the past, rebuilt from observed events.

The documented world describes 20 August 2023. For another month the map, the garrisons and the
holders stay as documented; what observed events tell is where each group acts and how strongly.
A group's fighters are spread over places in proportion to its observed fatal events, which halve
in weight every :data:`HALF_LIFE` months, mixed with a share :data:`PRIOR_SHARE` of the documented
spread so that no place is ruled out. How many fighters that are, the caller says by country.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sahelsim.base.errors import InputError
from sahelsim.calibration.actors import LAKE_CHAD
from sahelsim.calibration.event_table import month_start
from sahelsim.calibration.observed import FIRST_PLACE_MONTH, country_table, observed_months
from sahelsim.calibration.particles import (
    ALL_DEATHS,
    ALL_EVENTS,
    COUNTED,
    SB_DEATHS,
    SB_EVENTS,
)
from sahelsim.calibration.views import month_text
from sahelsim.model.build import Template
from sahelsim.scenario import Scenario
from sahelsim.theatre.actors import GROUPS, N_STATES, STATES

Floats = NDArray[np.float64]

HALF_LIFE = 12.0  # months
PRIOR_SHARE = 0.2


def neutral_plan(first: int, last: int) -> Scenario:
    """A scenario over the months ``first`` to ``last`` without a scripted order: policies alone."""
    return Scenario(
        id=f"neutral-{month_text(first)}",
        title="Policies alone, from observed conflict",
        question="What follows from the state of conflict if nobody acts by script?",
        start=month_start(first),
        end=month_start(last + 1),
    )


def days_of(month: int) -> int:
    """Days of a month."""
    return (month_start(month + 1) - month_start(month)) // timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Record:
    """Observed conflict as forecasts use it.

    Attributes:
        first: Number of the first month of ``counts``.
        counts: [months, S, len(COUNTED)] by state in the order of the model; months before
            2018 have no count of state-based events.
        places: :func:`~sahelsim.calibration.observed.observed_months`.
    """

    first: int
    counts: Floats
    places: pd.DataFrame

    @classmethod
    def load(cls, events: pd.DataFrame | None = None) -> Record:
        """The shipped record, extended by a canonical table of events."""
        table, places = country_table(events), observed_months(events)
        fights = places[places["type"] == "sb"].groupby(["month_id", "country"])["fatal_events"]
        keys = pd.MultiIndex.from_frame(table[["month_id", "country"]])
        columns = {
            SB_DEATHS: table["sb"],
            SB_EVENTS: fights.sum().reindex(keys, fill_value=0),
            ALL_DEATHS: table["all"],
            ALL_EVENTS: table["fatal_events"],
        }
        months = table["month_id"].to_numpy()
        counts = np.zeros((int(months.max() - months.min()) + 1, N_STATES, len(COUNTED)))
        state = table["country"].map(STATES.index).to_numpy()
        for column, values in columns.items():
            counts[months - months.min(), state, column] = np.asarray(values)
        return cls(int(months.min()), counts, places)

    @property
    def last(self) -> int:
        """Number of the last month."""
        return self.first + len(self.counts) - 1

    def window(self, first: int, last: int) -> Floats:
        """Counts of the months ``first`` to ``last`` [months, S, len(COUNTED)].

        Raises:
            InputError: SS7116, the record does not hold them by place.
        """
        if first < FIRST_PLACE_MONTH or last > self.last:
            raise InputError(
                "SS7116",
                f"observed conflict of {month_text(first)} to {month_text(last)} is needed, the "
                f"record has {month_text(FIRST_PLACE_MONTH)} to {month_text(self.last)}",
                hint="choose another origin or fewer --conditioning-months, or extend it by --data",
            )
        return self.counts[first - self.first : last - self.first + 1]

    def level(self, month: int, half_life: float, column: int = SB_DEATHS) -> Floats:
        """Deaths a month up to ``month``, recent months weighing more [S], at least 1."""
        past = self.counts[: month - self.first + 1, :, column]
        weight = 0.5 ** (np.arange(len(past))[::-1] / half_life)
        return np.asarray(np.maximum(weight @ past / weight.sum(), 1.0))


def observed_weights(template: Template, observed: pd.DataFrame, origin: int) -> Floats:
    """Decayed fatal events by group and place up to ``origin`` [G, L].

    Args:
        template: Names and the documented state.
        observed: :func:`~sahelsim.calibration.observed.observed_months`.
        origin: Last month used.

    An event known by its region alone is spread over the region's places as the documented
    fighters of the group are, evenly where there are none; one known by its country likewise.
    Groups around Lake Chad count as ISSP, the nearest thing the model has.
    """
    names, geo = template.names, template.start.geography
    rows = observed[(observed["month_id"] <= origin) & (observed["fatal_events"] > 0)]
    place_of = {id: i for i, id in enumerate(names.localities)}
    region_of = {id: z for z, id in enumerate(names.regions)}
    group_of = {id: g for g, id in enumerate(GROUPS)} | {LAKE_CHAD: GROUPS.index("issp")}
    documented = template.start.groups.fighters
    weights = np.zeros_like(documented)
    for side in ("actor", "opponent"):  # both sides of a clash between groups
        its = rows[rows[side].isin(list(group_of))]
        decayed = its["fatal_events"] * 0.5 ** ((origin - its["month_id"]) / HALF_LIFE)
        columns = (its["country"], its["region"], its["locality"], its[side])
        for country, region, place, group, weight in zip(*columns, decayed, strict=True):
            g = group_of[group]
            if place in place_of:
                weights[g, place_of[place]] += weight
                continue
            where = geo.region == region_of.get(region, -1)
            if not where.any():
                where = geo.country == STATES.index(country)
            weights[g] += weight * _share(documented[g], where)
    return weights


def _share(documented: Floats, where: NDArray[np.bool_]) -> Floats:
    spread = np.where(where, documented, 0.0)
    if spread.sum() <= 0.0:
        spread = where.astype(np.float64)
    return np.asarray(spread / spread.sum())


def fighter_shape(template: Template, weights: Floats) -> Floats:
    """Share of each group and place in the fighters of its country [G, L]; sums to 1 by country."""
    country = template.start.geography.country
    documented = template.start.groups.fighters
    shape = np.zeros_like(documented)
    for s in range(N_STATES):
        its = country == s
        seen, known = weights[:, its].sum(), documented[:, its].sum()
        mixed = PRIOR_SHARE if seen > 0.0 else 1.0
        shape[:, its] = mixed * documented[:, its] / known
        if seen > 0.0:
            shape[:, its] += (1.0 - mixed) * weights[:, its] / seen
    return shape


def country_totals(template: Template, by_place: Any) -> Floats:
    """Sum [G, L] values by country [S]."""
    country = template.start.geography.country
    return np.array([float(np.asarray(by_place)[:, country == s].sum()) for s in range(N_STATES)])

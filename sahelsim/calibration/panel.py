"""A panel: the violence of one period by month, country and place, observed or simulated.

Both sides of every comparison of a calibration pass through this form. Simulated events become
conflict data by the rules of UCDP: fights between a state's side (its forces, partners, and the
VDP of Burkina Faso) and insurgents are state-based, fights between others non-state, civilians
killed on purpose one-sided. A state operation that kills fighters and civilians counts as one
event of each kind. The wounded who die later are no deaths of an event.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sahelsim.calibration.actors import STATE_SIDE
from sahelsim.calibration.event_table import DEATHS, month_id
from sahelsim.calibration.observed import observed_months
from sahelsim.calibration.sizes import event_sizes
from sahelsim.model.events import (
    AIRCRAFT_LOST,
    AMBUSH,
    ASSAULT,
    ATTACK_ON_CIVILIANS,
    COLUMN_AMBUSH,
    COLUMN_ASSAULT,
    CONVOY_AMBUSH,
    MILITIA_ATTACK,
    MILITIA_CLASH,
    RIVAL_CLASH,
    STATE_OPERATION,
)
from sahelsim.model.series import L_FIGHTERS
from sahelsim.model.world import CIVILIAN, INSURGENT, MILITARY, MILITIA, World
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS, FIRST_GROUP, N_GROUPS, N_STATES, STATES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SB, NS, OS_NONSTATE, OS_STATE = 0, 1, 2, 3  # axis of Panel.deaths


class Panel(NamedTuple):
    """Violence of ``M`` months in the three states (order of ``STATES``) and ``L`` places.

    Attributes:
        deaths: [M, 3, 4] deaths: state-based, non-state, one-sided by others, by a state's side.
        sides: [M, 3, 2] of the state-based: on the state's side, insurgents.
        events: [M, 3] events with one death or more.
        places: [M, L] those of them that have a place.
        sizes: By state, rows (month 0 to M - 1, deaths of an event, number of such events).
        country: [L] state of each place.
        drift: [3] yearly change of the log of the insurgents' strength; 0 where it is observed.
    """

    deaths: Floats
    sides: Floats
    events: Floats
    places: Floats
    sizes: tuple[Floats, ...]
    country: Ints
    drift: Floats


def counted(cell: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """Sums of ``values`` by cell, the flat index of a table of this shape."""
    sums = np.bincount(cell, values, shape[0] * shape[1])
    return sums.reshape(shape).astype(np.float64)


# ---- simulated ---------------------------------------------------------------------------------
_FIGHTS = (AMBUSH, ASSAULT, CONVOY_AMBUSH, COLUMN_AMBUSH, COLUMN_ASSAULT, MILITIA_CLASH)
_VIOLENCE = (
    *_FIGHTS, AIRCRAFT_LOST, ATTACK_ON_CIVILIANS, RIVAL_CLASH, STATE_OPERATION, MILITIA_ATTACK,
)  # fmt: skip
_STATELY = np.array([actor in STATE_SIDE for actor in ACTORS])


class Calendar(NamedTuple):
    """Months of a run.

    Attributes:
        month: [D] month of each day, from 0.
        first: month_id of the first.
        months: Number of months.
    """

    month: Ints
    first: int
    months: int


def calendar(start: date, days: int) -> Calendar:
    """The months of ``days`` days from ``start`` on."""
    dates = [start + timedelta(days=day) for day in range(days)]
    ids = np.array([month_id(day.year, day.month) for day in dates], dtype=np.int64)
    return Calendar(ids - ids[0], int(ids[0]), int(ids[-1] - ids[0]) + 1)


def simulated_panel(world: World, months: Calendar) -> Panel:
    """The panel of a finished run, straight from its event log."""
    n = int(world.events.count[0])
    row, number = world.events.row[:n], world.events.number[:n]
    violent = np.isin(row[:, 1], _VIOLENCE) & (row[:, 2] >= 0)
    row, dead = row[violent], number[violent, :4]
    kind, actor, target = row[:, 1], row[:, 3], row[:, 4]
    is_operation = kind == STATE_OPERATION
    fight = np.isin(kind, _FIGHTS)
    shot_down = (kind == AIRCRAFT_LOST) & (_insurgent(actor) | _insurgent(target))
    fight |= shot_down
    stately = _STATELY[actor] | _STATELY[target]
    state_based = (fight & stately) | is_operation
    non_state = (fight & ~stately) | (kind == RIVAL_CLASH)
    by_state = is_operation | (kind == MILITIA_ATTACK) & _STATELY[actor]
    one_sided = (kind == ATTACK_ON_CIVILIANS) | (kind == MILITIA_ATTACK) | is_operation
    combat = dead.sum(axis=1) - np.where(is_operation, dead[:, CIVILIAN], 0.0)
    killed = np.where(one_sided, dead[:, CIVILIAN], 0.0)
    return _panel(
        world, months, row,
        (combat * state_based, combat * non_state, killed * ~by_state, killed * by_state),
        dead,
    )  # fmt: skip


def _insurgent(actor: Ints) -> npt.NDArray[np.bool_]:
    return (actor >= FIRST_GROUP) & (actor < FIRST_GROUP + N_GROUPS)


def _panel(
    world: World, months: Calendar, row: Ints, tolls: tuple[Floats, ...], dead: Floats
) -> Panel:
    country = world.geography.country
    month, place = months.month[row[:, 0]], row[:, 2]
    state = country[place]
    cell = month * N_STATES + state
    count, places = months.months, len(country)

    def by_cell(values: Floats) -> Floats:
        return counted(cell, values, (count, N_STATES))

    sb = tolls[SB] > 0.0
    own = dead[:, MILITARY] + np.where(state == STATES.index("bfa"), dead[:, MILITIA], 0.0)
    fatal: Floats = (np.stack(tolls) > 0.0).sum(axis=0, dtype=np.float64)
    sizes = []
    for s in range(N_STATES):
        rows = [
            np.column_stack((month[hit], toll[hit], np.ones(int(hit.sum()))))
            for toll in tolls
            for hit in ((toll > 0.0) & (state == s),)
        ]
        sizes.append(np.concatenate(rows))
    return Panel(
        deaths=np.stack([by_cell(toll) for toll in tolls], axis=2),
        sides=np.stack([by_cell(own * sb), by_cell(dead[:, INSURGENT] * sb)], axis=2),
        events=by_cell(fatal),
        places=counted(month * places + place, fatal, (count, places)),
        sizes=tuple(sizes),
        country=country,
        drift=_drift(world, country),
    )


def _drift(world: World, country: Ints) -> Floats:
    days = len(world.history.locality)
    ends = world.history.locality[[0, days - 1], :, L_FIGHTERS].astype(np.float64)
    strength = np.stack([np.bincount(country, end, N_STATES) for end in ends])
    drift: Floats = np.log(np.maximum(strength[1], 1.0) / np.maximum(strength[0], 1.0))
    return drift * 365.25 / max(days - 1, 1)


# ---- observed ----------------------------------------------------------------------------------


def observed_panel(first: int, last: int, events: pd.DataFrame | None = None) -> Panel:
    """The panel of what was observed in the months ``first`` to ``last`` (month_id).

    Args:
        first: First month, not before 2018-01.
        last: Last month.
        events: A canonical table of events that replaces the shipped figures.
    """
    table = observed_months(events)
    table = table[table["month_id"].between(first, last)]
    count, places = last - first + 1, load_theatre().localities
    month = (table["month_id"] - first).to_numpy()
    state = np.array([STATES.index(id) for id in table["country"]], dtype=np.int64)
    cell = month * N_STATES + state
    kind = table["type"].to_numpy()
    by_state = table["actor"].isin(STATE_SIDE).to_numpy()

    def by_cell(values: Floats) -> Floats:
        return counted(cell, values, (count, N_STATES))

    best = table["best"].to_numpy(float)
    masks = (kind == "sb", kind == "ns", (kind == "os") & ~by_state, (kind == "os") & by_state)
    military, insurgent = (table[name].to_numpy(float) for name in DEATHS[:2])
    fatal = table["fatal_events"].to_numpy(float)
    row_of = {place.id: i for i, place in enumerate(places)}
    placed = np.array([row_of.get(id, -1) for id in table["locality"]], dtype=np.int64)
    at = placed >= 0
    sizes = event_sizes(events)
    sizes = sizes[sizes["month_id"].between(first, last)]
    return Panel(
        deaths=np.stack([by_cell(best * mask) for mask in masks], axis=2),
        sides=np.stack([by_cell(military * masks[0]), by_cell(insurgent * masks[0])], axis=2),
        events=by_cell(fatal),
        places=counted(month[at] * len(places) + placed[at], fatal[at], (count, len(places))),
        sizes=tuple(
            np.column_stack((rows["month_id"] - first, rows["best"], rows["events"])).astype(float)
            for rows in (sizes[sizes["country"] == id] for id in STATES)
        ),
        country=np.array([STATES.index(place.country) for place in places], dtype=np.int64),
        drift=np.zeros(N_STATES),
    )

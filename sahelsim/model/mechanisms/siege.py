"""Sieges: when a garrison is shut in, and when it is not any more.

With r = (M_i + spill sum_j W_ij M_j) / (D_i + cushion), M fighters, D garrison with its militia
share and UN men there,

    on:  h_on r^2 / (1 + r^2)   [1/d], times the posture's factor, times blockade_factor while an
                                order declares a blockade
    off: h_off / (1 + r^2)      [1/d]

so that a place which does not change is besieged with odds (h_on / h_off) r^2 [model
specification 2.7 with correction 6; rates assumed, fitted to sieges of years and tens of besieged
places]. A siege also ends when the place falls, when it is left, and when an order lifts the
blockade; relief columns end it through :func:`end_siege`. Declared road closures live here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sahelsim.model.arithmetic import chance
from sahelsim.model.draws import SIEGE_OFF, SIEGE_ON, uniforms
from sahelsim.model.events import (
    C_BACKGROUND,
    C_ORDER,
    C_VACANCY,
    SIEGE_BEGINS,
    SIEGE_ENDS,
    log_event,
)
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.strength import (
    defence,
    fighters_at,
    neighbour_fighters,
    posture_now,
)
from sahelsim.model.orders import BLOCKADE, R_NOT_SO, R_OK
from sahelsim.model.world import (
    APPLIED,
    O_ACTOR,
    O_I0,
    O_STATUS,
    O_VERB,
    Clock,
    Events,
    Floats,
    Geography,
    Groups,
    Ints,
    Land,
    Ledger,
    Orders,
    States,
)
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.engagement import EngagementParameters

O_I1 = O_I0 + 1


class SiegeParameters(Group):
    """Numbers of ``theatre/parameters/siege.yaml``."""

    h_on: float
    h_off: float
    cushion: float
    spill: float
    least_fighters: float
    blockade_factor: float
    posture_on: Floats


@kernel
def end_siege(
    clock: Clock,
    geography: Geography,
    land: Land,
    ledger: Ledger,
    events: Events,
    i: int,
    actor: int,
    cause: int,
    cause_number: int,
) -> None:
    """End the siege of ``i``; the event's quantity is its length in days."""
    land.besieged[i] = 0
    state = geography.country[i]
    ledger.sieges[state, 1] += 1.0
    log_event(
        clock, events, SIEGE_ENDS, i, actor, state, cause, cause_number, -1,
        0.0, 0.0, 0.0, 0.0, float(clock.day[0] - land.besieged_since[i]), 0.0,
    )  # fmt: skip


@kernel
def force_ratio(
    geography: Geography,
    land: Land,
    groups: Groups,
    siege: SiegeParameters,
    engagement: EngagementParameters,
    i: int,
) -> float:
    """r: fighters at and near a place to the men who defend it."""
    near = 0.0
    for g in range(N_GROUPS):
        near += neighbour_fighters(geography, groups, g, i)
    men = defence(engagement, land, i) + land.un_troops[i]
    return float((fighters_at(groups, i) + siege.spill * near) / (men + siege.cushion))


@kernel
def strongest_group(geography: Geography, groups: Groups, siege: SiegeParameters, i: int) -> int:
    """The group with most fighters at a place, its neighbours counted by ``spill``."""
    best, most = 0, -1.0
    for g in range(N_GROUPS):
        near = neighbour_fighters(geography, groups, g, i)
        strength = groups.fighters[g, i] + siege.spill * near
        if strength > most:
            best, most = g, strength
    return best


@kernel
def blockade_order(orders: Orders, i: int) -> int:
    """Number of the latest applied order that declares a blockade of ``i``, or -1."""
    for n in range(orders.count[0] - 1, -1, -1):
        row = orders.row[n]
        if row[O_VERB] == BLOCKADE and row[O_I0] == i and row[O_STATUS] == APPLIED:
            return n
    return -1


@kernel
def siege_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    orders: Orders,
    ledger: Ledger,
    events: Events,
    siege: SiegeParameters,
    engagement: EngagementParameters,
) -> None:
    """Begin and end sieges, and count siege days.

    The draw comes first and is held against the largest hazard there can be, so that on most days
    nobody has to count the men around a place.
    """
    day = clock.day[0]
    highest = siege.h_on * siege.posture_on.max()
    most_on, most_blockaded = chance(highest), chance(highest * siege.blockade_factor)
    on, off = np.empty(len(land.besieged)), np.empty(len(land.besieged))
    uniforms(clock.key, SIEGE_ON, day, 0, 1, 0, on)
    uniforms(clock.key, SIEGE_OFF, day, 0, 1, 0, off)
    for i in range(land.besieged.shape[0]):
        state = geography.country[i]
        held = land.holder[i] == state and land.garrison[i] > 0.0
        if land.besieged[i] == 1:
            if not held:
                end_siege(clock, geography, land, ledger, events, i, land.holder[i], C_VACANCY, -1)
                continue
            u = off[i]
            if u < chance(siege.h_off):
                r = force_ratio(geography, land, groups, siege, engagement, i)
                if u < chance(siege.h_off / (1.0 + r * r)):
                    end_siege(clock, geography, land, ledger, events, i, state, C_BACKGROUND, -1)
                    states.success_7d[state, day % 7] += 1.0
                    continue
        elif held and fighters_at(groups, i) >= siege.least_fighters:
            blockade = day < land.blockade_until[i]
            factor = siege.blockade_factor if blockade else 1.0
            u = on[i]
            if u >= (most_blockaded if blockade else most_on):
                continue
            r = force_ratio(geography, land, groups, siege, engagement, i)
            g = strongest_group(geography, groups, siege, i)
            factor *= siege.posture_on[posture_now(day, groups, g)]
            if u >= chance(siege.h_on * factor * r * r / (1.0 + r * r)):
                continue
            land.besieged[i] = 1
            land.besieged_since[i] = day
            ledger.sieges[state, 0] += 1.0
            order = blockade_order(orders, i) if blockade else -1
            log_event(
                clock, events, SIEGE_BEGINS, i, FIRST_GROUP + g, state,
                C_ORDER if order >= 0 else C_BACKGROUND, order, -1,
                0.0, 0.0, 0.0, 0.0, r, 0.0,
            )  # fmt: skip
        else:
            continue
        ledger.siege_days[state] += 1.0


@kernel
def apply_blockade(clock: Clock, land: Land, row: Ints, number: Floats) -> int:
    """Declare a blockade of a place for some days."""
    land.blockade_until[row[O_I0]] = clock.day[0] + row[O_I1]
    return R_OK


@kernel
def apply_lift_blockade(
    clock: Clock,
    geography: Geography,
    land: Land,
    ledger: Ledger,
    events: Events,
    row: Ints,
    number: Floats,
    n: int,
) -> int:
    """End a declared blockade and the siege there; refused where there is neither."""
    i = row[O_I0]
    if land.besieged[i] == 0 and land.blockade_until[i] <= clock.day[0]:
        return R_NOT_SO
    land.blockade_until[i] = clock.day[0]
    if land.besieged[i] == 1:
        end_siege(clock, geography, land, ledger, events, i, row[O_ACTOR], C_ORDER, n)
    return R_OK


@kernel
def apply_close_roads(
    clock: Clock, geography: Geography, land: Land, row: Ints, number: Floats
) -> int:
    """Declare the roads that touch a region closed for some days."""
    for i in range(land.holder.shape[0]):
        if geography.region[i] == row[O_I0]:
            land.roads_closed_until[i] = clock.day[0] + row[O_I1]
    return R_OK


@kernel
def apply_open_roads(
    clock: Clock, geography: Geography, land: Land, row: Ints, number: Floats
) -> int:
    """Declare the roads of a region open again; refused where none was closed."""
    closed = 0
    for i in range(land.holder.shape[0]):
        if geography.region[i] == row[O_I0] and land.roads_closed_until[i] > clock.day[0]:
            land.roads_closed_until[i] = clock.day[0]
            closed += 1
    return R_OK if closed > 0 else R_NOT_SO

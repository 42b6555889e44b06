"""Holder: who holds a place, and how it changes hands.

A place is lost to insurgents by an overrun (:mod:`engagement`), by hunger, or when it lies open:
no garrison, no UN men and at least ``least_fighters`` of a group on ``vacant_days`` days in a row.
The state gains a place only by an order: a column (:mod:`column`) or a garrison sent to an empty
place (:mod:`reinforcement`). A site that the UN leaves goes to the first of: the state's garrison
there, a column of the state within ``handover_km``, the CSP-PSD, the strongest group, nobody
[model correction 1; numbers assumed].
"""

from __future__ import annotations

import math

from sahelsim.model.draws import SIEGE_OFF, bernoulli, uniform
from sahelsim.model.events import (
    C_HUNGER,
    C_MARCH,
    C_ORDER,
    C_VACANCY,
    GARRISON_ABANDONS,
    PLACE_TAKEN,
    WITHDRAWAL,
    log_event,
)
from sahelsim.model.events import UN_HANDOVER as UN_HANDOVER_EVENT
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.engagement import EngagementParameters, lose_place
from sahelsim.model.mechanisms.siege import end_siege
from sahelsim.model.orders import R_NO_GARRISON, R_NO_UN_SITE, R_NOT_SO, R_OK
from sahelsim.model.world import (
    COLUMN,
    FREE,
    HALTED,
    O_ACTOR,
    O_I0,
    RELIEF,
    Clock,
    Events,
    Geography,
    Groups,
    Ints,
    Land,
    Ledger,
    Moves,
    States,
)
from sahelsim.theatre.actors import CSP_PSD, FIRST_GROUP, N_GROUPS, N_STATES, NONE, UN


class HolderParameters(Group):
    """Numbers of ``theatre/parameters/holder.yaml``."""

    least_fighters: float
    vacant_days: float
    handover_km: float
    deserters: float
    assault_hours: float
    column_breaks: float
    taken_control: float
    left_behind: float
    relief_men: float
    relief_chance: float


@kernel
def strongest_here(groups: Groups, holder: HolderParameters, i: int) -> int:
    """Actor code of the group with most fighters at ``i`` if they are enough, else NONE."""
    best, most = NONE, 0.0
    for g in range(N_GROUPS):
        if groups.fighters[g, i] >= holder.least_fighters and groups.fighters[g, i] > most:
            best, most = FIRST_GROUP + g, groups.fighters[g, i]
    return best


@kernel
def take_in(geography: Geography, land: Land, states: States, i: int, men: float) -> None:
    """Men of the state of ``i`` join its garrison up to its target; the rest go to the reserve."""
    state = geography.country[i]
    room = 0.0
    if land.holder[i] == state:
        room = max(0.0, land.target[i] - land.garrison[i])
    joining = min(men, room)
    land.garrison[i] += joining
    states.reserve[state] += men - joining


@kernel
def gain_place(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    ledger: Ledger,
    events: Events,
    holder: HolderParameters,
    i: int,
    cause: int,
    cause_number: int,
) -> None:
    """The state of ``i`` becomes its holder: control, books, event. Men come from the caller."""
    state = geography.country[i]
    before = land.holder[i]
    land.holder[i] = state
    land.control[i] = max(land.control[i], holder.taken_control)
    land.vacant_days[i] = 0
    land.days_without_food[i] = 0
    ledger.places[state, 1] += 1.0
    if ledger.first_held[i] < 0:
        ledger.first_held[i] = clock.day[0]
    states.success_7d[state, clock.day[0] % 7] += 1.0
    log_event(
        clock, events, PLACE_TAKEN, i, state, before, cause, cause_number, -1,
        0.0, 0.0, 0.0, 0.0, land.garrison[i], 0.0,
    )  # fmt: skip


@kernel
def abandon_place(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    events: Events,
    engagement: EngagementParameters,
    holder: HolderParameters,
    i: int,
) -> None:
    """A hungry garrison leaves: some desert, the rest reach the reserve, the place is open."""
    state = geography.country[i]
    men = land.garrison[i]
    deserted = holder.deserters * men
    ledger.soldiers[2] += deserted
    states.reserve[state] += men - deserted
    land.garrison[i] = 0.0
    land.target[i] = 0.0
    ledger.abandoned[state] += 1.0
    row = log_event(
        clock, events, GARRISON_ABANDONS, i, state, NONE, C_HUNGER, -1, -1,
        0.0, 0.0, 0.0, 0.0, men, 0.0,
    )  # fmt: skip
    lose_place(
        clock, geography, land, states, ledger, events, engagement, i,
        strongest_here(groups, holder, i), C_HUNGER, row,
    )  # fmt: skip


@kernel
def relieve(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    ledger: Ledger,
    events: Events,
    holder: HolderParameters,
    i: int,
    men: float,
    order: int,
) -> bool:
    """A force of ``men`` reaches besieged ``i``: true where it lifts the siege."""
    if land.besieged[i] == 0 or men < holder.relief_men:
        return False
    # the siege mechanism draws k = 0 of this process
    u = uniform(clock.key, SIEGE_OFF, clock.day[0], i, 1)
    if not bernoulli(holder.relief_chance, u):
        return False
    state = geography.country[i]
    end_siege(clock, geography, land, ledger, events, i, state, C_MARCH, order)
    states.success_7d[state, clock.day[0] % 7] += 1.0
    return True


@kernel
def holder_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    events: Events,
    holder: HolderParameters,
    engagement: EngagementParameters,
) -> None:
    """Open places fall to the strongest group after ``vacant_days`` days in a row."""
    for i in range(land.holder.shape[0]):
        held_by = land.holder[i]
        insurgent = FIRST_GROUP <= held_by < FIRST_GROUP + N_GROUPS
        group = strongest_here(groups, holder, i)
        if insurgent or group == NONE or land.garrison[i] >= 1.0 or land.un_troops[i] > 0.0:
            land.vacant_days[i] = 0
            continue
        land.vacant_days[i] += 1
        if land.vacant_days[i] < holder.vacant_days:
            continue
        land.vacant_days[i] = 0
        land.target[i] = 0.0
        if held_by < N_STATES:
            lose_place(
                clock, geography, land, states, ledger, events, engagement, i, group, C_VACANCY, -1
            )
        else:
            land.holder[i] = group
            log_event(
                clock, events, PLACE_TAKEN, i, group, held_by, C_VACANCY, -1, -1,
                0.0, 0.0, 0.0, 0.0, groups.fighters[group - FIRST_GROUP, i], 0.0,
            )  # fmt: skip


@kernel
def move_km(geography: Geography, moves: Moves, m: int, i: int) -> float:
    """Road distance of a move to place ``i``, km, by either end of its edge."""
    at, ahead = moves.at[m], moves.next[m]
    if moves.status[m] == HALTED or at == ahead:
        return geography.road_km[at, i]
    behind_km = geography.road_km[at, ahead] - moves.km_left[m]
    back = behind_km + geography.road_km[at, i]
    return min(back, moves.km_left[m] + geography.road_km[ahead, i])


@kernel
def column_near(geography: Geography, moves: Moves, holder: HolderParameters, i: int) -> int:
    """Slot of the nearest column of the state of ``i`` within ``handover_km`` by road, or -1."""
    best, best_km = -1, math.inf
    for m in range(moves.status.shape[0]):
        if moves.status[m] == FREE or moves.owner[m] != geography.country[i]:
            continue
        if (moves.kind[m] != COLUMN and moves.kind[m] != RELIEF) or moves.men[m] < 1.0:
            continue
        km = move_km(geography, moves, m, i)
        if km <= holder.handover_km and km < best_km:
            best, best_km = m, km
    return best


@kernel
def apply_un_handover(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    holder: HolderParameters,
    row: Ints,
    n: int,
) -> int:
    """The UN leaves site ``row[O_I0]``; only a site that the UN held changes its holder.

    Returns:
        R_OK, or R_NO_UN_SITE.
    """
    i = row[O_I0]
    if land.un_troops[i] <= 0.0 and land.holder[i] != UN:
        return R_NO_UN_SITE
    state = geography.country[i]
    men = land.un_troops[i]
    land.un_troops[i] = 0.0
    ledger.handovers[0] += 1.0
    heir = land.holder[i]
    if heir == UN:
        column = column_near(geography, moves, holder, i)
        if land.garrison[i] >= 1.0:
            heir = state
        elif column >= 0:
            heir = state
            staying = holder.left_behind * moves.men[column]
            moves.men[column] -= staying
            land.garrison[i] += staying
            land.target[i] = max(land.target[i], staying)
        elif groups.fighters[CSP_PSD - FIRST_GROUP, i] >= holder.least_fighters:
            heir = CSP_PSD
        else:
            heir = strongest_here(groups, holder, i)
    log_event(
        clock, events, UN_HANDOVER_EVENT, i, UN, heir, C_ORDER, n, -1,
        0.0, 0.0, 0.0, 0.0, men, 0.0,
    )  # fmt: skip
    if land.holder[i] == UN:
        if heir == state:
            gain_place(clock, geography, land, states, ledger, events, holder, i, C_ORDER, n)
        else:
            land.holder[i] = heir
    return R_OK


@kernel
def apply_withdraw(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    ledger: Ledger,
    events: Events,
    engagement: EngagementParameters,
    row: Ints,
    n: int,
) -> int:
    """Leave ``row[O_I0]`` in good order: men to the reserve, supplies to the depot.

    The supplies of a besieged garrison stay behind. A capital cannot be left.

    Returns:
        R_OK, R_NO_GARRISON, or R_NOT_SO for a capital.
    """
    actor, i = row[O_ACTOR], row[O_I0]
    if land.holder[i] != actor or geography.country[i] != actor or land.garrison[i] <= 0.0:
        return R_NO_GARRISON
    if geography.capital[actor] == i:
        return R_NOT_SO
    men = land.garrison[i]
    states.reserve[actor] += men
    land.garrison[i] = 0.0
    land.target[i] = 0.0
    if land.besieged[i] == 0:
        for supply in range(land.stock_t.shape[1]):
            states.depot_t[actor, supply] += land.stock_t[i, supply]
            land.stock_t[i, supply] = 0.0
    log_event(
        clock, events, WITHDRAWAL, i, actor, NONE, C_ORDER, n, -1,
        0.0, 0.0, 0.0, 0.0, men, 0.0,
    )  # fmt: skip
    lose_place(clock, geography, land, states, ledger, events, engagement, i, NONE, C_ORDER, n)
    return R_OK

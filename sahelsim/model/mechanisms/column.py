"""Columns: the state takes, relieves or reinforces a place by marching there.

On arrival X men (partner men with them) meet the m fighters of the group that holds the place, or
of the strongest one there, in one engagement of at most T hours by Deitchman's law, the column
being the side under aimed fire. If bet X^2 >= 2 att m the defenders would lose in the end: they
break off early and withdraw to neighbours with their survivors. The state holds the place if more
than ``column_breaks`` X are left; else the column marches back. An empty place is taken without a
fight, one held by the state (or by the UN) is joined [model correction 1; numbers assumed].

A column may halt on its way: its men stand in the garrison there while it lasts, and what is above
the garrison's target goes on. Partner men stay on the strength of ``States.partner_men``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.draws import COLUMN_FIGHT, binomial, uniform
from sahelsim.model.events import (
    C_MARCH,
    C_ORDER,
    COLUMN_ARRIVES,
    COLUMN_ASSAULT,
    COLUMN_DEPARTS,
    log_event,
)
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.ambush import EVACUATION_KEY, kill_in_move
from sahelsim.model.mechanisms.engagement import (
    EngagementParameters,
    area_fire,
    fight,
    surprise,
)
from sahelsim.model.mechanisms.holder import (
    HolderParameters,
    gain_place,
    relieve,
    strongest_here,
    take_in,
)
from sahelsim.model.mechanisms.losses import evacuate, kill_party
from sahelsim.model.mechanisms.moving import (
    begin_move,
    dissolve,
    end_move,
    free_slot,
    partner_men_free,
    point_to_goal,
    store_load,
    take_supplies,
)
from sahelsim.model.mechanisms.roads import has_road, may_pass, way_is_free
from sahelsim.model.mechanisms.sustainment import SustainmentParameters
from sahelsim.model.orders import (
    R_FOREIGN_SOIL,
    R_MOVES_FULL,
    R_NO_ROAD,
    R_NOT_HELD,
    R_OK,
    R_RANGE,
    R_SAME_PLACE,
    R_TOO_FEW_MEN,
)
from sahelsim.model.world import (
    COLUMN,
    HALTED,
    MOVING,
    O_ACTOR,
    O_I0,
    RELIEF,
    RETURNING,
    Clock,
    Events,
    Floats,
    Geography,
    Groups,
    Ints,
    Land,
    Ledger,
    Moves,
    States,
)
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS, UN

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.convoy import ConvoyParameters


@kernel
def apply_column(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    convoy: ConvoyParameters,
    sustainment: SustainmentParameters,
    row: Ints,
    number: Floats,
    n: int,
) -> int:
    """Start a column; men come from the origin's garrison above its floor, then from the reserve.

    The reserve helps only where the road from the capital is not cut by a place that insurgents
    hold. Fewer partner men than asked for march where fewer are there.

    Returns:
        R_OK or the reason of refusal.
    """
    s, origin, destination = row[O_ACTOR], row[O_I0], row[O_I0 + 1]
    halt, halt_days, men = row[O_I0 + 2], row[O_I0 + 3], number[0]
    if men < 1.0:
        return R_RANGE
    if origin == destination:
        return R_SAME_PLACE
    if land.holder[origin] != s or geography.country[origin] != s:
        return R_NOT_HELD
    if halt in (origin, destination):
        halt = -1
    first = halt if halt >= 0 else destination
    if not has_road(geography, origin, first) or not has_road(geography, first, destination):
        return R_NO_ROAD
    if (
        geography.country[destination] != s
        or geography.country[first] != s
        or not may_pass(geography, states, s, origin, first)
        or not may_pass(geography, states, s, first, destination)
    ):
        return R_FOREIGN_SOIL
    here = max(0.0, land.garrison[origin] - convoy.origin_floor * land.target[origin])
    capital = geography.capital[s]
    helped = has_road(geography, capital, origin) and way_is_free(geography, land, capital, origin)
    if men > here + (states.reserve[s] if helped else 0.0):
        return R_TOO_FEW_MEN
    m = free_slot(moves)
    if m < 0:
        return R_MOVES_FULL
    kind = RELIEF if land.holder[destination] == s else COLUMN
    begin_move(clock, geography, moves, m, kind, s, n, origin, destination, halt, max(0, halt_days))
    taken = min(men, here)
    land.garrison[origin] -= taken
    states.reserve[s] -= men - taken
    partner_men = min(max(0.0, number[1]), partner_men_free(states, moves, s))
    moves.men[m] = men
    moves.partner_men[m] = partner_men
    take_supplies(geography, land, states, moves, ledger, convoy, sustainment, m, origin, helped)
    ledger.columns[s, 0] += 1.0
    log_event(
        clock, events, COLUMN_DEPARTS, origin, s, land.holder[destination], C_ORDER, n, m,
        0.0, 0.0, 0.0, 0.0, men + partner_men, 0.0,
    )  # fmt: skip
    return R_OK


@kernel
def column_fight(
    engagement: EngagementParameters, holder: HolderParameters, x0: float, y0: float, z: float
) -> tuple[float, float, bool, bool]:
    """A column of ``x0`` men against ``y0`` defenders with surprise ``z``.

    Returns:
        Men and defenders left, whether the column takes the place, whether the defenders leave.
    """
    leave = engagement.bet * x0 * x0 >= 2.0 * engagement.att * y0
    x, y = fight(
        x0, y0, engagement.att * z, area_fire(engagement, 1.0), holder.assault_hours,
        holder.column_breaks, engagement.break_attacker if leave else 0.0,
    )  # fmt: skip
    return x, y, x > holder.column_breaks * x0, leave


@kernel
def scatter(geography: Geography, groups: Groups, g: int, i: int) -> None:
    """The fighters of a group leave ``i`` for its neighbours (nearer ones get more)."""
    start, stop = geography.near_start[i], geography.near_start[i + 1]
    if start == stop:
        return
    leaving = groups.fighters[g, i]
    groups.fighters[g, i] = 0.0
    for edge in range(start, stop):
        groups.fighters[g, geography.near[edge]] += geography.near_share[edge] * leaving


@kernel
def assault(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    holder: HolderParameters,
    engagement: EngagementParameters,
    m: int,
    i: int,
    g: int,
) -> bool:
    """Column ``m`` fights group ``g`` for place ``i``; true where the column takes it."""
    s = moves.owner[m]
    x0 = moves.men[m] + moves.partner_men[m]
    y0 = float(int(groups.fighters[g, i]))
    z = surprise(engagement, uniform(clock.key, COLUMN_FIGHT, moves.trip[m], i, 0))
    x, y, holds, leave = column_fight(engagement, holder, x0, y0, z)
    dead = binomial(x0, 1.0 - x / x0, uniform(clock.key, COLUMN_FIGHT, moves.trip[m], i, 1))
    fallen = binomial(y0, 1.0 - y / y0, uniform(clock.key, COLUMN_FIGHT, moves.trip[m], i, 2))
    actor = FIRST_GROUP + g
    before = land.wounded[i, 0]
    killed = kill_in_move(
        clock, geography, land, states, moves, ledger, engagement, m, i, i, float(dead), actor
    )
    insurgents = kill_party(geography, land, groups, ledger, engagement, g, i, y0, float(fallen), s)
    row = log_event(
        clock, events, COLUMN_ASSAULT, i, s, actor, C_MARCH, moves.order[m], m,
        killed, insurgents, 0.0, 0.0, x0, y0,
    )  # fmt: skip
    evacuate(
        clock, geography, land, states, ledger, events, engagement, s, i, i,
        land.wounded[i, 0] - before, actor, row, EVACUATION_KEY + land.holder.shape[0],
    )  # fmt: skip
    holds = holds and moves.men[m] >= 1.0
    if holds and leave:
        scatter(geography, groups, g, i)
    return holds


@kernel
def arrive_column(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    holder: HolderParameters,
    engagement: EngagementParameters,
    m: int,
) -> None:
    """Column ``m`` reaches its halt or its destination: fight, join, relieve; or turn back."""
    i, s = moves.at[m], moves.owner[m]
    final = moves.halt_at[m] < 0
    taken = False
    if land.holder[i] != s and land.holder[i] != UN:
        held_by = land.holder[i]
        insurgent = FIRST_GROUP <= held_by < FIRST_GROUP + N_GROUPS
        defender = held_by if insurgent else strongest_here(groups, holder, i)
        g = defender - FIRST_GROUP
        if 0 <= g < N_GROUPS and groups.fighters[g, i] >= 1.0:
            taken = assault(
                clock, geography, land, groups, states, moves, ledger, events, holder, engagement,
                m, i, g,
            )  # fmt: skip
            if not taken:
                ledger.columns[s, 2] += 1.0
                if moves.men[m] < 1.0:
                    dissolve(states, moves, ledger, m)
                else:
                    moves.status[m] = RETURNING
                    point_to_goal(geography, moves, m)
                return
        taken = True
    men = moves.men[m]
    land.garrison[i] += men
    if taken:
        gain_place(
            clock, geography, land, states, ledger, events, holder, i, C_MARCH, moves.order[m]
        )
    if taken or land.holder[i] == UN:
        staying = land.garrison[i] if final else holder.left_behind * men
        land.target[i] = max(land.target[i], staying)
    strength = men + moves.partner_men[m]
    store_load(geography, land, states, moves, ledger, m, i, 1)
    moves.men[m] = 0.0
    log_event(
        clock, events, COLUMN_ARRIVES, i, s, s, C_MARCH, moves.order[m], m,
        0.0, 0.0, 0.0, 0.0, strength, 0.0,
    )  # fmt: skip
    relieve(clock, geography, land, states, ledger, events, holder, i, strength, moves.order[m])
    if final:
        ledger.columns[s, 1] += 1.0
        end_move(moves, m)
    else:
        moves.status[m] = HALTED
        moves.until[m] = clock.day[0] + moves.halt_days[m]


@kernel
def resume_column(
    geography: Geography,
    land: Land,
    states: States,
    moves: Moves,
    ledger: Ledger,
    convoy: ConvoyParameters,
    sustainment: SustainmentParameters,
    m: int,
) -> None:
    """The halt is over: the men above the target of the place march on; with none left, none do."""
    i, s = moves.at[m], moves.owner[m]
    men = 0.0
    if land.holder[i] == s or land.holder[i] == UN:
        men = max(0.0, land.garrison[i] - land.target[i])
    if men < 1.0:
        ledger.columns[s, 2] += 1.0
        dissolve(states, moves, ledger, m)
        return
    land.garrison[i] -= men
    moves.men[m] = men
    moves.halt_at[m] = -1
    moves.status[m] = MOVING
    take_supplies(geography, land, states, moves, ledger, convoy, sustainment, m, i, False)
    point_to_goal(geography, moves, m)


@kernel
def return_home(
    geography: Geography, land: Land, states: States, moves: Moves, ledger: Ledger, m: int
) -> None:
    """A column that came back rejoins its origin's garrison, or the reserve; its load is stored."""
    i = moves.origin[m]
    store_load(geography, land, states, moves, ledger, m, i, 3)
    take_in(geography, land, states, i, moves.men[m])
    end_move(moves, m)

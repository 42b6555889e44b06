"""Convoys, and the march of everything that moves by road.

A convoy leaves a depot with an escort from the reserve, goes the shortest way at ``speed`` km a
day, meets the hazard of every road once (:mod:`roads`, :mod:`ambush`) and unloads; the escort
rejoins the reserve. If the place is held by nobody of its state any more, it brings its load back.
Columns (:mod:`column`) march at ``speed_opposed`` on roads with more than ``opposed_fighters``
fighters: Gao-Anefis under attack took five days in October 2023, 55-60 km a day. An ambush ends the
day's march [model specification 1.9, correction 7].
"""

from __future__ import annotations

from sahelsim.model.events import C_MARCH, C_ORDER, CONVOY_ARRIVES, CONVOY_DEPARTS, log_event
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.ambush import pass_edge
from sahelsim.model.mechanisms.column import arrive_column, resume_column, return_home
from sahelsim.model.mechanisms.engagement import EngagementParameters
from sahelsim.model.mechanisms.holder import HolderParameters, relieve
from sahelsim.model.mechanisms.moving import (
    begin_move,
    dissolve,
    end_move,
    free_slot,
    goal,
    point_to_goal,
    store_load,
)
from sahelsim.model.mechanisms.politics import PoliticsParameters, convoy_border_factor
from sahelsim.model.mechanisms.roads import edge_fighters, has_road, may_pass, may_stand
from sahelsim.model.mechanisms.sustainment import (
    CLASSES,
    SustainmentParameters,
    class_demand_t,
)
from sahelsim.model.orders import (
    R_DEPOT_EMPTY,
    R_FOREIGN_SOIL,
    R_MOVES_FULL,
    R_NO_GARRISON,
    R_NO_ROAD,
    R_NOT_HELD,
    R_OK,
    R_SAME_PLACE,
    R_TOO_FEW_MEN,
)
from sahelsim.model.world import (
    CONVOY,
    FREE,
    HALTED,
    MOVING,
    O_ACTOR,
    O_I0,
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

NOTHING_KM = 1e-9  # rounding of a sum of stages


class ConvoyParameters(Group):
    """Numbers of ``theatre/parameters/convoy.yaml``."""

    hazard_per_km: float
    hazard_half_fighters: float
    siege_factor: float
    closed_road_factor: float
    held_road_factor: float
    speed: float
    speed_opposed: float
    opposed_fighters: float
    party_least: float
    party_most: float
    party_exponent: float
    loss_least: float
    loss_most: float
    loss_mean: float
    supply_days: float
    origin_floor: float
    least_escort: float
    escort_low: float
    escort_high: float
    order_up_to_days: float
    order_point_days: float
    siege_interval_factor: float
    hub_factor: float
    least_share: float
    most_load_t: float
    least_load_t: float
    most_under_way: float


@kernel
def cover_days(geography: Geography, land: Land, convoy: ConvoyParameters, i: int) -> float:
    """Days of supply that a convoy fills the garrison of ``i`` up to; more at a hub."""
    if land.besieged[i] == 1:
        return convoy.order_up_to_days * convoy.siege_interval_factor
    if geography.symbolic[i] == 1.0:
        return convoy.order_up_to_days * convoy.hub_factor
    return convoy.order_up_to_days


@kernel
def class_need_t(
    geography: Geography,
    land: Land,
    convoy: ConvoyParameters,
    sustainment: SustainmentParameters,
    i: int,
    supply: int,
) -> float:
    """What of a class the garrison of ``i`` lacks to its cover, t."""
    wanted = cover_days(geography, land, convoy, i) * class_demand_t(land, sustainment, i, supply)
    return max(0.0, wanted - land.stock_t[i, supply])


@kernel
def total_need_t(
    geography: Geography,
    land: Land,
    convoy: ConvoyParameters,
    sustainment: SustainmentParameters,
    i: int,
) -> float:
    """What the garrison of ``i`` lacks to its cover over all classes, t."""
    total = 0.0
    for supply in range(CLASSES):
        total += class_need_t(geography, land, convoy, sustainment, i, supply)
    return total


@kernel
def apply_convoy(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    convoy: ConvoyParameters,
    sustainment: SustainmentParameters,
    politics: PoliticsParameters,
    row: Ints,
    number: Floats,
    n: int,
) -> int:
    """Start a convoy with up to ``number[0]`` t, the classes in proportion to what is lacking.

    It loads from the depot at the capital, else from what the origin has above s days of each
    class. The escort comes from
    the reserve. A garrison of another state may be supplied with its ground permit; sanctions
    then cut the load as all border traffic.

    Returns:
        R_OK or the reason of refusal.
    """
    s, origin, destination = row[O_ACTOR], row[O_I0], row[O_I0 + 1]
    if origin == destination:
        return R_SAME_PLACE
    if land.holder[origin] != s or geography.country[origin] != s:
        return R_NOT_HELD
    host = geography.country[destination]
    if land.holder[destination] != host or land.garrison[destination] <= 0.0:
        return R_NO_GARRISON
    if not has_road(geography, origin, destination):
        return R_NO_ROAD
    if not may_pass(geography, states, s, origin, destination):
        return R_FOREIGN_SOIL
    escort = min(number[1], states.reserve[s])
    if escort < convoy.least_escort:
        return R_TOO_FEW_MEN
    asked = number[0]
    if host != s:
        asked *= convoy_border_factor(states, politics, s)
    need = total_need_t(geography, land, convoy, sustainment, destination)
    at_depot = geography.capital[s] == origin
    m = free_slot(moves)
    if m < 0:
        return R_MOVES_FULL
    total = 0.0
    for supply in range(CLASSES):
        share = 1.0 / CLASSES
        if need > 0.0:
            share = class_need_t(geography, land, convoy, sustainment, destination, supply) / need
        if at_depot:
            stock = states.depot_t[s, supply]
        else:  # a garrison keeps enough of each class for itself
            own = convoy.order_point_days * class_demand_t(land, sustainment, origin, supply)
            stock = max(0.0, land.stock_t[origin, supply] - own)
        moves.load_t[m, supply] = min(share * asked, stock)
        total += moves.load_t[m, supply]
    if total < min(asked, convoy.least_load_t) or total <= 0.0:
        end_move(moves, m)
        return R_DEPOT_EMPTY
    for supply in range(CLASSES):
        if at_depot:
            states.depot_t[s, supply] -= moves.load_t[m, supply]
        else:
            land.stock_t[origin, supply] -= moves.load_t[m, supply]
    begin_move(clock, geography, moves, m, CONVOY, s, n, origin, destination, -1, 0)
    states.reserve[s] -= escort
    moves.men[m] = escort
    moves.partner_men[m] = 0.0
    ledger.road_t[s, 0] += total
    ledger.convoys[s, 0] += 1.0
    log_event(
        clock, events, CONVOY_DEPARTS, origin, s, host, C_ORDER, n, m,
        0.0, 0.0, 0.0, 0.0, total, 0.0,
    )  # fmt: skip
    return R_OK


@kernel
def pace(
    clock: Clock,
    groups: Groups,
    moves: Moves,
    convoy: ConvoyParameters,
    truce_factor: float,
    m: int,
) -> float:
    """Speed of a move on the road it is on, km/d."""
    if moves.kind[m] == CONVOY:
        return convoy.speed
    fighters = edge_fighters(
        clock, groups, truce_factor, moves.owner[m], moves.at[m], moves.next[m]
    )
    return convoy.speed_opposed if fighters > convoy.opposed_fighters else convoy.speed


@kernel
def arrive_convoy(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    holder: HolderParameters,
    m: int,
) -> None:
    """A convoy reaches its destination: it unloads, or turns back where nobody is left."""
    i, s = moves.at[m], moves.owner[m]
    if land.holder[i] != geography.country[i] or land.garrison[i] <= 0.0:
        moves.status[m] = RETURNING
        point_to_goal(geography, moves, m)
        return
    tonnes = store_load(geography, land, states, moves, ledger, m, i, 1)
    ledger.convoys[s, 2] += 1.0
    log_event(
        clock, events, CONVOY_ARRIVES, i, s, geography.country[i], C_MARCH, moves.order[m], m,
        0.0, 0.0, 0.0, 0.0, tonnes, 0.0,
    )  # fmt: skip
    relieve(clock, geography, land, states, ledger, events, holder, i, moves.men[m], moves.order[m])
    states.reserve[s] += moves.men[m]
    end_move(moves, m)


@kernel
def march(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    convoy: ConvoyParameters,
    engagement: EngagementParameters,
    holder: HolderParameters,
    truce_factor: float,
    m: int,
) -> None:
    """One day on the road of move ``m``."""
    day_left = 1.0
    while moves.status[m] == MOVING or moves.status[m] == RETURNING:
        if moves.at[m] != goal(moves, m):
            if moves.status[m] == MOVING and not may_stand(
                geography, states, moves.owner[m], moves.next[m]
            ):
                moves.status[m] = RETURNING  # the permit is gone
                point_to_goal(geography, moves, m)
                continue
            speed = pace(clock, groups, moves, convoy, truce_factor, m)
            if moves.km_left[m] > speed * day_left + NOTHING_KM:
                moves.km_left[m] -= speed * day_left
                return
            day_left = max(0.0, day_left - moves.km_left[m] / speed)
            ambushed = pass_edge(
                clock, geography, land, groups, states, moves, ledger, events, convoy,
                engagement, truce_factor, m,
            )  # fmt: skip
            if moves.men[m] < 1.0:
                if moves.kind[m] != CONVOY:
                    ledger.columns[moves.owner[m], 2] += 1.0
                dissolve(states, moves, ledger, m)
                return
            moves.at[m] = moves.next[m]
            point_to_goal(geography, moves, m)
            if ambushed:
                day_left = 0.0
        if moves.at[m] == goal(moves, m):
            if moves.status[m] == RETURNING:
                if moves.kind[m] == CONVOY:
                    store_load(geography, land, states, moves, ledger, m, moves.origin[m], 3)
                    states.reserve[moves.owner[m]] += moves.men[m]
                    end_move(moves, m)
                else:
                    return_home(geography, land, states, moves, ledger, m)
            elif moves.kind[m] == CONVOY:
                arrive_convoy(clock, geography, land, states, moves, ledger, events, holder, m)
            else:
                arrive_column(
                    clock, geography, land, groups, states, moves, ledger, events, holder,
                    engagement, m,
                )  # fmt: skip
            return
        if day_left <= 0.0:
            return


@kernel
def moves_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    convoy: ConvoyParameters,
    sustainment: SustainmentParameters,
    engagement: EngagementParameters,
    holder: HolderParameters,
    truce_factor: float,
) -> None:
    """A day on the road for every convoy and column; halts that are over end first."""
    for m in range(moves.status.shape[0]):
        if moves.status[m] == FREE:
            continue
        if moves.status[m] == HALTED:
            if clock.day[0] < moves.until[m]:
                continue
            resume_column(geography, land, states, moves, ledger, convoy, sustainment, m)
        march(
            clock, geography, land, groups, states, moves, ledger, events, convoy, engagement,
            holder, truce_factor, m,
        )  # fmt: skip

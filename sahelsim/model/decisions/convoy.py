"""Convoys of a state: an (s, S) policy with a look at the road.

Each day, neediest garrison first: a convoy leaves for a garrison whose days of supply have fallen
below s plus the days on the road from where it would leave, and fills it up to S. It leaves the
capital, or a nearer hub: an unbesieged regional capital that holds more than S itself (hubs are
filled ``hub_factor`` times as far, by road and by air, and so feed the posts around them). A
besieged garrison gets
convoys ``siege_interval_factor`` times rarer and as much larger. No convoy is sent where less
than ``least_share`` of the load is expected to arrive (in proportion less once food falls below s
days), or while another is on its way there. The escort grows with the chance of an ambush [model
specification 4.3; the break-even is assumed].
"""

from __future__ import annotations

import math

from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.convoy import ConvoyParameters, total_need_t
from sahelsim.model.mechanisms.roads import has_road, may_pass, route_risk
from sahelsim.model.mechanisms.sustainment import SustainmentParameters, demand_t
from sahelsim.model.orders import SEND_CONVOY, propose
from sahelsim.model.world import (
    APPLIED,
    CONVOY,
    FREE,
    O_ACTOR,
    O_DAY,
    O_I0,
    O_STATUS,
    O_VERB,
    POLICY,
    Clock,
    Geography,
    Groups,
    Land,
    Moves,
    Orders,
    States,
)


@kernel
def convoys_under_way(moves: Moves, s: int, destination: int) -> int:
    """Convoys of state ``s`` on the road, to one destination or (-1) to any."""
    count = 0
    for m in range(moves.status.shape[0]):
        if moves.status[m] == FREE or moves.kind[m] != CONVOY or moves.owner[m] != s:
            continue
        if destination < 0 or moves.destination[m] == destination:
            count += 1
    return count


@kernel
def days_since_convoy(
    clock: Clock, orders: Orders, s: int, destination: int, limit: float
) -> float:
    """Days since state ``s`` last sent a convoy there, infinite if not within ``limit`` days."""
    today = clock.day[0]
    latest = -1
    for n in range(orders.count[0] - 1, -1, -1):
        row = orders.row[n]
        if n >= orders.scripted[0] and row[O_DAY] < today - limit:
            continue
        if (
            row[O_VERB] == SEND_CONVOY
            and row[O_ACTOR] == s
            and row[O_I0 + 1] == destination
            and row[O_STATUS] == APPLIED
            and row[O_DAY] > latest
        ):
            latest = row[O_DAY]
    return float(today - latest) if latest >= 0 else math.inf


@kernel
def wants_convoy(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    moves: Moves,
    orders: Orders,
    convoy: ConvoyParameters,
    s: int,
    i: int,
) -> bool:
    """True where the garrison of ``i`` is due for a convoy that could get there."""
    capital = geography.capital[s]
    if i == capital or geography.country[i] != s or land.holder[i] != s or land.garrison[i] < 1.0:
        return False
    if not has_road(geography, capital, i):
        return False
    spare = land.days_of_supply[i] - convoy.order_point_days
    if spare >= geography.road_km[capital, i] / convoy.speed:
        return False
    if convoys_under_way(moves, s, i) > 0:
        return False
    source = nearest_source(geography, land, convoy, s, i)
    if spare >= geography.road_km[source, i] / convoy.speed:
        return False
    if not may_pass(geography, states, s, source, i):
        return False
    if land.besieged[i] == 1:
        usual = convoy.order_up_to_days - convoy.order_point_days
        interval = convoy.siege_interval_factor * usual
        if days_since_convoy(clock, orders, s, i, interval) < interval:
            return False
    return True


@kernel
def nearest_source(
    geography: Geography, land: Land, convoy: ConvoyParameters, s: int, i: int
) -> int:
    """The nearest place by road that can send a convoy to ``i``: the capital or a full hub."""
    best = geography.capital[s]
    for h in range(land.holder.shape[0]):
        if (
            geography.symbolic[h] == 1.0
            and geography.country[h] == s
            and land.holder[h] == s
            and land.besieged[h] == 0
            and h != i
            and land.days_of_supply[h] > convoy.order_up_to_days
            and geography.road_km[h, i] < geography.road_km[best, i]
        ):
            best = h
    return best


@kernel
def surplus_t(
    land: Land, convoy: ConvoyParameters, sustainment: SustainmentParameters, h: int
) -> float:
    """What a hub can give away without falling below S, t."""
    return (land.days_of_supply[h] - convoy.order_up_to_days) * demand_t(land, sustainment, h)


@kernel
def decide_convoy(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    moves: Moves,
    orders: Orders,
    convoy: ConvoyParameters,
    sustainment: SustainmentParameters,
    truce_factor: float,
    s: int,
) -> None:
    """Propose today's convoys of state ``s``."""
    capital = geography.capital[s]
    if land.holder[capital] != s:
        return
    slots = int(convoy.most_under_way) - convoys_under_way(moves, s, -1)
    men = states.reserve[s]
    depot = states.depot_t[s].sum()
    past_days, past_i = -1.0, -1
    while slots > 0 and men >= convoy.least_escort and depot >= convoy.least_load_t:
        # the next garrison in order of (days of supply, index)
        i, days = -1, math.inf
        for j in range(land.holder.shape[0]):
            due = land.days_of_supply[j]
            later = due > past_days or (due == past_days and j > past_i)
            if not later or due >= days:
                continue
            if wants_convoy(clock, geography, land, states, moves, orders, convoy, s, j):
                i, days = j, due
        if i < 0:
            return
        past_days, past_i = days, i
        origin = nearest_source(geography, land, convoy, s, i)
        risk, arriving = route_risk(
            clock, geography, land, groups, convoy, truce_factor, s, origin, i
        )
        load = min(total_need_t(geography, land, convoy, sustainment, i), convoy.most_load_t)
        at_hand = depot if origin == capital else surplus_t(land, convoy, sustainment, origin)
        load = min(load, at_hand)
        # the emptier the stores, the more risk is better than waiting
        least = convoy.least_share * min(1.0, land.food_days[i] / convoy.order_point_days)
        if arriving < least or load < convoy.least_load_t:
            continue
        escort = convoy.escort_low + (convoy.escort_high - convoy.escort_low) * risk
        escort = min(escort, men)
        propose(clock, orders, POLICY, s, SEND_CONVOY, origin, i, -1, -1, load, float(int(escort)))
        slots -= 1
        men -= escort
        if origin == capital:
            depot -= load

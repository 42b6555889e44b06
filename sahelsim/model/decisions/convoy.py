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

import numpy as np

from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.convoy import ConvoyParameters, total_need_t
from sahelsim.model.mechanisms.roads import has_road, may_pass, route_risk
from sahelsim.model.mechanisms.strength import is_consignee
from sahelsim.model.mechanisms.sustainment import SustainmentParameters, demand_t
from sahelsim.model.orders import SEND_CONVOY, propose
from sahelsim.model.world import (
    CONVOY,
    FREE,
    POLICY,
    Clock,
    Geography,
    Groups,
    Ints,
    Land,
    Moves,
    Orders,
    States,
)


@kernel
def count_under_way(moves: Moves, s: int, coming: Ints) -> int:
    """Convoys of state ``s`` on the road: by destination into ``coming`` [L], and in all."""
    count = 0
    for m in range(moves.status.shape[0]):
        if moves.status[m] != FREE and moves.kind[m] == CONVOY and moves.owner[m] == s:
            coming[moves.destination[m]] += 1
            count += 1
    return count


@kernel
def wants_convoy(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    moves: Moves,
    convoy: ConvoyParameters,
    hubs: Ints,
    s: int,
    i: int,
) -> bool:
    """True where the garrison of ``i``, a consignee of ``s``, is due for a convoy that may arrive.

    Convoys on their way there already are the caller's to count.
    """
    capital = geography.capital[s]
    if i == capital:
        return False
    spare = land.days_of_supply[i] - convoy.order_point_days
    if spare >= geography.road_km[capital, i] / convoy.speed:
        return False
    if not has_road(geography, capital, i):
        return False
    source = nearest_source(geography, hubs, s, i)
    if spare >= geography.road_km[source, i] / convoy.speed:
        return False
    if not may_pass(geography, states, s, source, i):
        return False
    if land.besieged[i] == 1:
        usual = convoy.order_up_to_days - convoy.order_point_days
        interval = convoy.siege_interval_factor * usual
        if clock.day[0] - moves.latest[i, CONVOY] < interval:
            return False
    return True


@kernel
def full_hubs(geography: Geography, land: Land, convoy: ConvoyParameters, s: int) -> Ints:
    """Hubs of state ``s`` that can send a convoy today, [hubs]; its capital needs not be one."""
    found = np.empty(land.holder.shape[0], dtype=np.int64)
    count = 0
    for h in range(land.holder.shape[0]):
        if (
            geography.symbolic[h] == 1.0
            and geography.country[h] == s
            and land.holder[h] == s
            and land.besieged[h] == 0
            and land.days_of_supply[h] > convoy.order_up_to_days
        ):
            found[count] = h
            count += 1
    return found[:count]


@kernel
def nearest_source(geography: Geography, hubs: Ints, s: int, i: int) -> int:
    """The nearest place by road that can send a convoy to ``i``: the capital or a full hub."""
    best = geography.capital[s]
    for k in range(len(hubs)):
        h = hubs[k]
        if h != i and geography.road_km[h, i] < geography.road_km[best, i]:
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
    coming = np.zeros(land.holder.shape[0], dtype=np.int64)
    slots = int(convoy.most_under_way) - count_under_way(moves, s, coming)
    men = states.reserve[s]
    depot = states.depot_t[s].sum()
    if slots <= 0 or men < convoy.least_escort or depot < convoy.least_load_t:
        return
    hubs = full_hubs(geography, land, convoy, s)
    waiting = np.zeros(land.holder.shape[0], dtype=np.bool_)
    for j in range(land.holder.shape[0]):
        if geography.country[j] == s and coming[j] == 0 and is_consignee(geography, land, j):
            waiting[j] = wants_convoy(clock, geography, land, states, moves, convoy, hubs, s, j)
    while slots > 0 and men >= convoy.least_escort and depot >= convoy.least_load_t:
        # the next garrison in order of (days of supply, index)
        i, days = -1, math.inf
        for j in range(land.holder.shape[0]):
            if waiting[j] and land.days_of_supply[j] < days:
                i, days = j, land.days_of_supply[j]
        if i < 0:
            return
        waiting[i] = False
        origin = nearest_source(geography, hubs, s, i)
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

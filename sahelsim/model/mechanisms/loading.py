"""What an aircraft loads for whom, unloads where, and brings back.

The load of a rotation levels days of supply: with stock S_kc and daily demand d_kc of class c at
the consignee of stop k, it is the largest x with

    sum_c min(depot_c, sum_k max(0, x d_kc - S_kc)) <= capacity,    x <= full_days

so each tonne goes to the class and garrison that would run out first. Goods come from the depot
of the state on whose soil the rotation begins (the borrower's, for a lent aircraft whose circuit
begins there) and return to it if no consignee takes them. Men for a garrison below its wanted
strength fly when the road is cut, at 120 kg each, from the user's reserve, if the garrison can
feed them. Loaded = delivered + lost + returned + on board holds at every moment.

A consignee is the place that a stop's airfield serves, while its own state holds it with a
garrison. Stops outside the user's country get no cargo.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sahelsim.model.draws import CUBE_OUT, uniform
from sahelsim.model.events import C_SORTIE, DELIVERY, STOP_SKIPPED, log_event
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.airdrop import drop_stops
from sahelsim.model.mechanisms.performance import (
    itinerary_field,
    itinerary_stops,
    landing_reason,
    leg_payload_t,
)
from sahelsim.model.mechanisms.strength import is_consignee
from sahelsim.model.mechanisms.sustainment import class_demand_t
from sahelsim.model.world import (
    AMMO,
    B_CARGO,
    B_CLOSED,
    B_DEMAND,
    B_NONE,
    FOOD,
    FUEL,
    MAX_STOPS,
    PASSENGER_T,
    PASSENGERS,
    AircraftTypes,
    Airfields,
    Clock,
    Events,
    Fields,
    Fleet,
    Floats,
    Geography,
    Land,
    Ledger,
    Routes,
    States,
)

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.airlift import AirliftParameters
    from sahelsim.model.mechanisms.sustainment import SustainmentParameters

LEVELS = 2.0**40  # steps of the level x between 0 and full_days
GUESSES = 20  # of the level by false position, before halving what is left
SMALLEST_T = 1e-9  # less than this is no load


@kernel
def on_board(fleet: Fleet, a: int, c: int) -> float:
    """Cargo of class ``c`` (t; men for PASSENGERS) on board tail ``a``."""
    total = 0.0
    for stop in range(fleet.cargo.shape[1]):
        total += fleet.cargo[a, stop, c]
    return total


@kernel
def tonnes_on_board(fleet: Fleet, a: int) -> float:
    """Goods on board tail ``a`` (t), passengers not counted."""
    return on_board(fleet, a, FOOD) + on_board(fleet, a, AMMO) + on_board(fleet, a, FUEL)


@kernel
def capacity_t(
    clock: Clock,
    types: AircraftTypes,
    airfields: Airfields,
    routes: Routes,
    fleet: Fleet,
    airlift: AirliftParameters,
    a: int,
    served: int,
) -> float:
    """Payload (t) that tail ``a`` can plan for a rotation with the stops ``served``; 0 for none.

    The smallest of the limits of its loaded legs, and the planned load of the order or the type's
    planning payload, with its volume factor if ``cube_out`` is on.
    """
    if served == 0:
        return 0.0
    plan = fleet.planned_load_t[a]
    if plan <= 0.0:
        plan = types.payload_plan_t[fleet.type[a]]
    if airlift.cube_out > 0.0:
        u = uniform(clock.key, CUBE_OUT, clock.day[0], a, 0)
        plan *= airlift.cube_low + (airlift.cube_high - airlift.cube_low) * u
    for k in range(1, MAX_STOPS):
        if served >> k:  # this leg carries the load of stop k or of a later one
            plan = min(plan, leg_payload_t(types, airfields, routes, fleet, airlift, a, k))
    return plan


@kernel
def men_wanted(clock: Clock, land: Land, locality: int, airlift: AirliftParameters) -> float:
    """Men whom a garrison wants by air: road cut, below its wanted strength, and fed."""
    cut = land.besieged[locality] == 1 or land.roads_closed_until[locality] > clock.day[0]
    if not cut or land.days_of_supply[locality] < airlift.passenger_min_days:
        return 0.0
    return max(0.0, land.target[locality] - land.garrison[locality])


@kernel
def served_stops(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    land: Land,
    states: States,
    fleet: Fleet,
    fields: Fields,
    airlift: AirliftParameters,
    a: int,
) -> int:
    """Stops of tail ``a`` with an open consignee of its user: bit ``k`` stands for stop ``k``."""
    served = 0
    for k in range(1, itinerary_stops(routes, fleet, a)):
        f = itinerary_field(routes, fleet, a, k)
        i = airfields.locality[f]
        if geography.country[i] != fleet.user[a] or not is_consignee(geography, land, i):
            continue
        reason = landing_reason(clock, types, airfields, land, states, fleet, fields, airlift, a, f)
        if reason == B_NONE:
            served |= 1 << k
    return served


@kernel
def wanted_t(need: Floats, have: Floats, c: int, level: float) -> float:
    """Goods of class ``c`` (t) that lift the served stops to ``level`` days.

    Args:
        need: [stops, C] demand of each served stop, t/d; 0 elsewhere.
        have: [stops, C] its stock, t.
        c: Supply class.
        level: Days of supply.
    """
    total = 0.0
    for k in range(1, len(need)):
        total += max(0.0, level * need[k, c] - have[k, c])
    return total


@kernel
def available_t(need: Floats, have: Floats, depot_t: Floats, level: float) -> float:
    """What of the goods wanted to reach ``level`` days the supplier's depot holds, t."""
    total = 0.0
    for c in (FOOD, AMMO, FUEL):
        total += min(depot_t[c], wanted_t(need, have, c, level))
    return total


@kernel
def level_within(
    need: Floats, have: Floats, depot_t: Floats, room: float, top: float, most: float
) -> float:
    """The highest of ``LEVELS`` steps of the level, 0..``top`` days, whose goods have ``room`` (t).

    The goods rise with the level in straight pieces, from 0 to ``most`` > ``room``: false position
    finds the step in a few guesses, where halving the range needs forty.
    """
    step = top / LEVELS
    low, high = 0.0, LEVELS  # in steps; the goods of low have room, those of high have not
    below, above = -room, most - room
    guesses, side = 0, 0
    while high - low > 1.0:
        share = below / (below - above) if guesses < GUESSES else 0.5
        guess = min(max(low + math.floor(share * (high - low)), low + 1.0), high - 1.0)
        beyond = available_t(need, have, depot_t, guess * step) - room
        if beyond > 0.0:
            high, above = guess, beyond
            below *= 0.5 if side > 0 else 1.0  # the Illinois rule, lest one end stay for ever
            side = 1
        else:
            low, below = guess, beyond
            above *= 0.5 if side < 0 else 1.0
            side = -1
        guesses += 1
    return low * step


@kernel
def load_rotation(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    land: Land,
    states: States,
    fleet: Fleet,
    fields: Fields,
    ledger: Ledger,
    airlift: AirliftParameters,
    sustainment: SustainmentParameters,
    a: int,
) -> int:
    """Load tail ``a`` at its origin for its rotation.

    Returns B_NONE when loaded; else nothing is loaded and the reason is returned: B_CLOSED (no
    open consignee in reach), B_DEMAND (they need too little) or B_CARGO (the depot is short).
    """
    landed = served_stops(
        clock, geography, airfields, types, routes, land, states, fleet, fields, airlift, a
    )
    drops = drop_stops(geography, airfields, types, routes, land, fleet, fields, airlift, a)
    served = landed | drops
    capacity = capacity_t(clock, types, airfields, routes, fleet, airlift, a, served)
    if capacity <= 0.0:
        return B_CLOSED
    supplier = airfields.country[itinerary_field(routes, fleet, a, 0)]
    men, wanted_men = 0.0, 0.0
    if supplier == fleet.user[a]:
        for k in range(1, MAX_STOPS):
            if (landed >> k) & 1:
                i = airfields.locality[itinerary_field(routes, fleet, a, k)]
                wanted_men += men_wanted(clock, land, i, airlift)
        seats = min(types.troops[fleet.type[a]], airlift.passenger_share * capacity / PASSENGER_T)
        men = float(int(max(0.0, min(wanted_men, seats, states.reserve[supplier]))))
    room = capacity - men * PASSENGER_T
    stops = itinerary_stops(routes, fleet, a)
    need, have = np.zeros((stops, 3)), np.zeros((stops, 3))
    for k in range(1, stops):
        if (served >> k) & 1:
            i = airfields.locality[itinerary_field(routes, fleet, a, k)]
            for c in (FOOD, AMMO, FUEL):
                need[k, c] = class_demand_t(land, sustainment, i, c)
                have[k, c] = land.stock_t[i, c]
    depot_t = states.depot_t[supplier]
    level = airlift.full_days
    most = available_t(need, have, depot_t, level)
    if most + men * PASSENGER_T < max(airlift.least_load_share * capacity, SMALLEST_T):
        short = 0.0
        for c in (FOOD, AMMO, FUEL):
            short += wanted_t(need, have, c, level)
        return B_CARGO if short > most + SMALLEST_T else B_DEMAND
    if most > room:
        level = level_within(need, have, depot_t, room, level, most)
    for c in (FOOD, AMMO, FUEL):
        wanted = wanted_t(need, have, c, level)
        share = min(1.0, depot_t[c] / wanted) if wanted > 0.0 else 0.0
        for k in range(1, MAX_STOPS):
            if (served >> k) & 1:
                goods = share * max(0.0, level * need[k, c] - have[k, c])
                goods = min(goods, depot_t[c])
                fleet.cargo[a, k, c] = goods
                depot_t[c] -= goods
                ledger.air_t[fleet.owner[a], 0] += goods
    left = men
    for k in range(1, MAX_STOPS):
        if (landed >> k) & 1 and left > 0.0:
            i = airfields.locality[itinerary_field(routes, fleet, a, k)]
            part = math.ceil(men * men_wanted(clock, land, i, airlift) / wanted_men)
            fleet.cargo[a, k, PASSENGERS] = min(left, part)
            left -= fleet.cargo[a, k, PASSENGERS]
    states.reserve[supplier] -= men - left
    ledger.air_passengers[0] += men - left
    return B_NONE


@kernel
def pass_on(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    routes: Routes,
    fleet: Fleet,
    events: Events,
    a: int,
    k: int,
) -> None:
    """Give the cargo meant for stop ``k`` to the next stop in the same country, or keep it."""
    tonnes, men = 0.0, fleet.cargo[a, k, PASSENGERS]
    for c in (FOOD, AMMO, FUEL):
        tonnes += fleet.cargo[a, k, c]
    i = airfields.locality[itinerary_field(routes, fleet, a, k)]
    log_event(
        clock, events, STOP_SKIPPED, i, fleet.owner[a], fleet.user[a], C_SORTIE, a, a,
        0.0, 0.0, 0.0, 0.0, tonnes, men,
    )  # fmt: skip
    for later in range(k + 1, itinerary_stops(routes, fleet, a)):
        j = airfields.locality[itinerary_field(routes, fleet, a, later)]
        if geography.country[j] == geography.country[i]:
            for c in range(fleet.cargo.shape[2]):
                fleet.cargo[a, later, c] += fleet.cargo[a, k, c]
                fleet.cargo[a, k, c] = 0.0
            return


@kernel
def unload(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    routes: Routes,
    land: Land,
    fleet: Fleet,
    ledger: Ledger,
    events: Events,
    a: int,
    k: int,
) -> None:
    """Unload what is meant for stop ``k`` into its garrison; without consignee it goes on."""
    tonnes, men = 0.0, fleet.cargo[a, k, PASSENGERS]
    for c in (FOOD, AMMO, FUEL):
        tonnes += fleet.cargo[a, k, c]
    if tonnes <= 0.0 and men <= 0.0:
        return
    i = airfields.locality[itinerary_field(routes, fleet, a, k)]
    if not is_consignee(geography, land, i):
        pass_on(clock, geography, airfields, routes, fleet, events, a, k)
        return
    owner = fleet.owner[a]
    for c in (FOOD, AMMO, FUEL):
        land.stock_t[i, c] += fleet.cargo[a, k, c]
        ledger.air_class_t[c] += fleet.cargo[a, k, c]
        fleet.cargo[a, k, c] = 0.0
    land.garrison[i] += men
    fleet.cargo[a, k, PASSENGERS] = 0.0
    ledger.air_t[owner, 1] += tonnes
    ledger.air_place_t[i] += tonnes
    ledger.air_passengers[1] += men
    fleet.delivered_t[a] += tonnes
    log_event(
        clock, events, DELIVERY, i, owner, fleet.user[a], C_SORTIE, a, a,
        0.0, 0.0, 0.0, 0.0, tonnes, men,
    )  # fmt: skip


@kernel
def return_cargo(states: States, fleet: Fleet, ledger: Ledger, a: int, supplier: int) -> None:
    """Give what is still on board tail ``a`` back to the supplier's depot and reserve."""
    for k in range(fleet.cargo.shape[1]):
        for c in (FOOD, AMMO, FUEL):
            goods = fleet.cargo[a, k, c]
            states.depot_t[supplier, c] += goods
            ledger.air_t[fleet.owner[a], 3] += goods
        men = fleet.cargo[a, k, PASSENGERS]
        states.reserve[supplier] += men
        ledger.air_passengers[3] += men
        for c in range(fleet.cargo.shape[2]):
            fleet.cargo[a, k, c] = 0.0

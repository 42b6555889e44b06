"""Support in kind: what one state can give another in a week, what it would change, giving it.

The level of all kinds is counted in sortie-days a week, 0..7. Each kind is the simplest transfer
that conserves stocks and men:

- airlift: on the day it is granted, level x planning payload of supplies goes from the giver's
  depot to the receiver's neediest garrison with an airfield that the giver's idle aircraft can
  use; the aircraft stands down from its own tasks for the level's days (it flies abroad), and
  hours, sorties and tonnes are booked to it. Weather and fire on those flights are not drawn.
- convoy: level x ``convoy_t`` goes from depot to depot, classes as they lie in the giver's depot.
- troops: level x ``troops_men`` men go from reserve to reserve and back when the week ends.

What staffs believe (claim C8, no measured value): a garrison short of food is lost in the next
``belief_horizon_d`` days H with probability 1 - exp(-h (H - days of food)); one facing M fighters
with G men with 1 - exp(-a H r^2), r = M / (G + cushion). The fall that help brings is their
difference with and without it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sahelsim.model.events import C_ORDER, SUPPORT_HONOURED, log_event
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.alliance import (
    AIRLIFT,
    NONE_WAITS,
    ROAD,
    WEEK,
    AllianceParameters,
)
from sahelsim.model.mechanisms.performance import landing_reason, leg_hours
from sahelsim.model.orders import (
    R_BUSY,
    R_DEPOT_EMPTY,
    R_NO_PERMIT,
    R_OK,
    R_RANGE,
    R_SELF,
    R_TOO_FEW_MEN,
)
from sahelsim.model.world import (
    AMMO,
    B_NONE,
    FOOD,
    FUEL,
    O_ACTOR,
    O_I0,
    PASSENGER_T,
    READY,
    AircraftTypes,
    Airfields,
    Clock,
    Events,
    Fields,
    Fleet,
    Floats,
    Geography,
    Ints,
    Land,
    Ledger,
    States,
)

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.airlift import AirliftParameters

GROUND = 2  # kind of permit, axis 2 of States.permit
LOADED, DELIVERED = 0, 1  # columns of Ledger.air_t
KG_PER_T = 1000.0


# ---- what staffs believe ------------------------------------------------------------------------
@kernel
def hunger_loss(food_days: float, alliance: AllianceParameters) -> float:
    """Believed probability that hunger costs a place within the horizon, 0..1."""
    hungry = max(0.0, alliance.belief_horizon_d - food_days)
    return 1.0 - math.exp(-alliance.belief_hunger * hungry)


@kernel
def assault_loss(fighters: float, men: float, alliance: AllianceParameters) -> float:
    """Believed probability that an assault costs a place within the horizon, 0..1."""
    ratio = fighters / (men + alliance.belief_cushion)
    return 1.0 - math.exp(-alliance.belief_assault * alliance.belief_horizon_d * ratio * ratio)


@kernel
def longer(food_days: float, men: float, t_per_day: float, alliance: AllianceParameters) -> float:
    """Days that food lasts with ``t_per_day`` more; the horizon at least where it covers demand."""
    demand = men * alliance.belief_kg_per_day / KG_PER_T
    if t_per_day >= demand:
        return max(food_days, alliance.belief_horizon_d)
    return food_days / (1.0 - t_per_day / demand)


@kernel
def airlift_fall(land: Land, i: int, t_per_day: float, alliance: AllianceParameters) -> float:
    """Believed fall of the probability to lose place ``i`` with supplies by air, 0..1.

    Only a besieged garrison, or one with less than ``belief_alarm_d`` days of food, is in need.
    """
    if land.besieged[i] == 0 and land.food_days[i] >= alliance.belief_alarm_d:
        return 0.0
    food = land.food_days[i]
    after = longer(food, land.garrison[i], alliance.food_share * t_per_day, alliance)
    return hunger_loss(food, alliance) - hunger_loss(after, alliance)


@kernel
def best_airlift(
    clock: Clock, airfields: Airfields, types: AircraftTypes, land: Land, states: States,
    fleet: Fleet, fields: Fields, alliance: AllianceParameters, airlift: AirliftParameters,
    giver: int, receiver: int,
) -> tuple[int, int, float]:  # fmt: skip
    """Idle tail of the giver, airfield of the receiver and believed fall, the best of all.

    A tail is idle if its owner uses it, it stands ready and flies no fixed circuit. -1, -1, 0 if
    there is no such tail or no garrison in need that it could reach.
    """
    day = clock.day[0]
    best_tail, best_field, best = -1, -1, 0.0
    for a in range(fleet.owner.shape[0]):
        kind = fleet.type[a]
        if fleet.owner[a] != giver or fleet.user[a] != giver or fleet.status[a] != READY:
            continue
        if fleet.route[a] >= 0 or fleet.stop[a] >= 0 or fleet.hold_until[a] > day:
            continue
        if not fleet.available_from[a] <= day < fleet.available_to[a]:
            continue
        if types.theatre_lift[kind] == 0 or types.is_helicopter[kind] == 1:
            continue
        t_per_day = alliance.max_level * types.payload_plan_t[kind] / WEEK
        for f in range(airfields.locality.shape[0]):
            i = airfields.locality[f]
            if airfields.country[f] != receiver or land.holder[i] != receiver:
                continue
            if land.garrison[i] <= 0.0:
                continue
            fall = airlift_fall(land, i, t_per_day, alliance)
            if fall <= best:
                continue
            reason = landing_reason(
                clock, types, airfields, land, states, fleet, fields, airlift, a, f
            )
            if reason == B_NONE:
                best_tail, best_field, best = a, f, fall
    return best_tail, best_field, best


@kernel
def convoy_fall(
    receiver: int, country: Ints, garrison: Floats, depot_t: Floats, alliance: AllianceParameters
) -> float:
    """Believed fall of the loss by hunger when a full week of convoys fills the depot, 0..1.

    ``country`` and ``garrison`` are by locality, ``depot_t`` by state and class.
    """
    men = 0.0
    for i in range(garrison.shape[0]):
        if country[i] == receiver:
            men += garrison[i]
    demand = men * alliance.belief_kg_per_day / KG_PER_T
    if demand <= 0.0:
        return 0.0
    total = depot_total(depot_t, receiver)
    share = depot_t[receiver, FOOD] / total if total > 0.0 else 1.0
    days = depot_t[receiver, FOOD] / demand
    after = days + share * alliance.max_level * alliance.convoy_t / demand
    return hunger_loss(days, alliance) - hunger_loss(after, alliance)


@kernel
def troops_fall(
    receiver: int, country: Ints, holder: Ints, garrison: Floats, fighters: Floats,
    alliance: AllianceParameters,
) -> float:  # fmt: skip
    """Believed fall of the loss by assault at the place that a week's troops help most, 0..1.

    ``fighters`` is by group and locality, the other arrays by locality.
    """
    best = 0.0
    more = alliance.max_level * alliance.troops_men
    for i in range(garrison.shape[0]):
        men = garrison[i]
        if country[i] != receiver or holder[i] != receiver or men <= 0.0:
            continue
        near = 0.0
        for g in range(fighters.shape[0]):
            near += fighters[g, i]
        fall = assault_loss(near, men, alliance) - assault_loss(near, men + more, alliance)
        best = max(best, fall)
    return best


@kernel
def depot_total(depot_t: Floats, s: int) -> float:
    """Supplies of all classes in a state's depot, t."""
    total = 0.0
    for c in range(depot_t.shape[1]):
        total += depot_t[s, c]
    return total


# ---- what a state can give ----------------------------------------------------------------------
@kernel
def most_level(
    alliance: AllianceParameters, kind: int, kept_home: float, tail: int, depot_t: float,
    reserve: float, permitted: int,
) -> int:  # fmt: skip
    """Greatest whole level a giver can grant this week, 0..max_level (C8, C21).

    A threat of intervention keeps the share ``kept_home`` at home. Airlift needs an idle ``tail``
    (>= 0), a convoy the giver's depot (t), troops its reserve (men) and the host's permit (1).
    """
    free = 1.0 - kept_home
    if kind == AIRLIFT:
        level = free * alliance.max_level if tail >= 0 else 0.0
    elif kind == ROAD:
        level = free * alliance.convoy_depot_share * depot_t / alliance.convoy_t
    elif permitted == 0:
        level = 0.0
    else:
        level = free * alliance.troops_reserve_share * reserve / alliance.troops_men
    return int(min(level, alliance.max_level))


# ---- giving it ----------------------------------------------------------------------------------
@kernel
def apply_honour_support(
    clock: Clock, geography: Geography, airfields: Airfields, types: AircraftTypes, land: Land,
    states: States, fleet: Fleet, fields: Fields, ledger: Ledger, events: Events,
    airlift: AirliftParameters, alliance: AllianceParameters, row: Ints, number: Floats, n: int,
) -> int:  # fmt: skip
    """Give state ``row[O_I0]`` help of kind ``row[O_I0 + 1]`` at level ``number[0]`` this week.

    Answers a waiting request if there is one. R_BUSY without an idle aircraft or a garrison in
    need that it reaches, R_DEPOT_EMPTY, R_NO_PERMIT or R_TOO_FEW_MEN where that is what lacks.
    """
    giver, receiver, kind, level = row[O_ACTOR], row[O_I0], row[O_I0 + 1], number[0]
    if giver == receiver:
        return R_SELF
    if not 0.0 < level <= alliance.max_level:
        return R_RANGE
    place = geography.capital[receiver]
    if kind == AIRLIFT:
        tail, field, _ = best_airlift(
            clock, airfields, types, land, states, fleet, fields, alliance, airlift, giver, receiver
        )
        if tail < 0:
            return R_BUSY
        place = airfields.locality[field]
        payload = types.payload_plan_t[fleet.type[tail]]
        level = min(level, depot_total(states.depot_t, giver) / payload)
        if level <= 0.0:
            return R_DEPOT_EMPTY
        tonnes = 0.0
        for c in (FOOD, AMMO, FUEL):
            share = alliance.food_share if c == FOOD else 0.5 * (1.0 - alliance.food_share)
            moved = min(share * level * payload, states.depot_t[giver, c])
            states.depot_t[giver, c] -= moved
            land.stock_t[place, c] += moved
            ledger.air_class_t[c] += moved
            tonnes += moved
        km = airfields.great_circle_km[fleet.base[tail], field]
        speed = types.cruise_kmh[fleet.type[tail]]
        hours = 2.0 * level * leg_hours(km, speed, airlift.leg_fixed_h)
        ring = fleet.crew_hours.shape[1]  # yesterday's entry: the day's flights clear today's
        fleet.crew_hours[tail, (clock.day[0] + ring - 1) % ring] += hours
        fleet.hours[tail] += hours
        fleet.sorties[tail] += 2.0 * level
        fleet.rotations[tail] += level
        fleet.delivered_t[tail] += tonnes
        fleet.target[tail] = -1
        fleet.hold_until[tail] = clock.day[0] + math.ceil(level)
        land.last_landing[place] = clock.day[0]
        ledger.air_t[giver, LOADED] += tonnes
        ledger.air_t[giver, DELIVERED] += tonnes
        ledger.air_place_t[place] += tonnes
        ledger.air_tonne_km[0] += tonnes * km
    elif kind == ROAD:
        level = min(level, depot_total(states.depot_t, giver) / alliance.convoy_t)
        if level <= 0.0:
            return R_DEPOT_EMPTY
        tonnes = level * alliance.convoy_t
        share = tonnes / depot_total(states.depot_t, giver)
        for c in range(states.depot_t.shape[1]):
            moved = min(share * states.depot_t[giver, c], states.depot_t[giver, c])
            states.depot_t[giver, c] -= moved
            states.depot_t[receiver, c] += moved
    else:
        if states.permit[receiver, giver, GROUND] == 0:
            return R_NO_PERMIT
        men = level * alliance.troops_men
        if men > states.reserve[giver]:
            return R_TOO_FEW_MEN
        states.reserve[giver] -= men
        states.reserve[receiver] += men
        tonnes = men * PASSENGER_T
    states.support_level[giver, receiver, kind] += level
    states.request[receiver, giver, kind] = NONE_WAITS
    states.asked_90d[0] += 1.0
    ledger.support[giver, receiver, kind] += level
    ledger.new_support[1] += tonnes
    if states.support_kinds[giver, receiver, kind] == 0:
        states.support_kinds[giver, receiver, kind] = 1
        ledger.new_support[0] += 1.0
    log_event(
        clock, events, SUPPORT_HONOURED, place, giver, receiver, C_ORDER, n, kind,
        0.0, 0.0, 0.0, 0.0, level, 0.0,
    )  # fmt: skip
    return R_OK

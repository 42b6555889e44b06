"""Rotations: when one falls due, may begin, goes on, waits and ends.

Rotations fall due at ``rotations_per_week`` / 7 a day, or when an airfield is allocated. Within 30
days a tail flies at most

    30 min{ UTE, CR 125/30, CR 330/90 }  hours          (the last over horizons above 30 days)

with UTE the hours planned per available aircraft and day and CR crews per aircraft [AFMAN
11-202v3 crew limits; corrections 21 and 22: availability enters once, through repairs].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.airdrop import can_drop
from sahelsim.model.mechanisms.loading import load_rotation, pass_on, return_cargo
from sahelsim.model.mechanisms.performance import (
    itinerary_field,
    itinerary_stops,
    landing_reason,
    leg_hours,
    shut_reason,
)
from sahelsim.model.mechanisms.politics import PoliticsParameters, lift_share_home
from sahelsim.model.mechanisms.threat import air_denied
from sahelsim.model.world import (
    B_CREWS,
    B_DEMAND,
    B_NONE,
    B_RAMP,
    FLYING,
    READY,
    AircraftTypes,
    Airfields,
    Clock,
    Events,
    Fields,
    Fleet,
    Geography,
    Land,
    Ledger,
    Routes,
    States,
)
from sahelsim.theatre.actors import N_STATES

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.airlift import AirliftParameters
    from sahelsim.model.mechanisms.sustainment import SustainmentParameters

DUE = 1.0 - 1e-9  # credit at which a rotation is due, safe against summed fractions
MONTH_DAYS, QUARTER_DAYS = 30.0, 90.0  # windows of the crew limits


@kernel
def surging(clock: Clock, states: States, user: int) -> bool:
    """True while the user of a tail has ordered a surge."""
    return user < N_STATES and states.surge_until[user] > clock.day[0]


@kernel
def hours_left(
    clock: Clock, states: States, fleet: Fleet, airlift: AirliftParameters, a: int
) -> float:
    """Flying hours that tail ``a`` has left in the 30 days that end today."""
    plan = airlift.ute_plan_h
    if surging(clock, states, fleet.user[a]):
        plan *= airlift.surge_factor
    daily = min(plan, airlift.crew_ratio * airlift.crew_hours_30d / MONTH_DAYS)
    if clock.horizon[0] > MONTH_DAYS:
        daily = min(daily, airlift.crew_ratio * airlift.crew_hours_90d / QUARTER_DAYS)
    flown = 0.0
    for ring in range(fleet.crew_hours.shape[1]):
        flown += fleet.crew_hours[a, ring]
    return daily * MONTH_DAYS - flown


@kernel
def rotation_hours(
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    fleet: Fleet,
    airlift: AirliftParameters,
    a: int,
) -> float:
    """Flying hours of the whole rotation of tail ``a`` (7.06 h on the seed circuit)."""
    total = 0.0
    for k in range(itinerary_stops(routes, fleet, a)):
        here = itinerary_field(routes, fleet, a, k)
        there = itinerary_field(routes, fleet, a, k + 1)
        km = airfields.great_circle_km[here, there]
        total += leg_hours(km, types.cruise_kmh[fleet.type[a]], airlift.leg_fixed_h)
    return total


@kernel
def ground_hours(
    clock: Clock,
    airfields: Airfields,
    routes: Routes,
    land: Land,
    fleet: Fleet,
    fields: Fields,
    airlift: AirliftParameters,
    a: int,
    k: int,
) -> float:
    """Ground time (h) of tail ``a`` at stop ``k`` >= 1; the last is part of the next loading.

    Loading time where it is serviced (its base), a hurried unloading where the air is denied, the
    time of an en-route stop where nothing is unloaded.
    """
    if k >= itinerary_stops(routes, fleet, a):
        return 0.0
    f = itinerary_field(routes, fleet, a, k)
    if f == fleet.base[a]:
        return airlift.ground_onload_h
    load = 0.0
    for c in range(fleet.cargo.shape[2]):
        load += fleet.cargo[a, k, c]
    if air_denied(clock, land, fields, airfields.locality[f], f):
        return airlift.ground_expedited_h
    return airlift.ground_offload_h if load > 0.0 else airlift.ground_enroute_h


@kernel
def add_credit(
    clock: Clock,
    states: States,
    fleet: Fleet,
    airlift: AirliftParameters,
    politics: PoliticsParameters,
    a: int,
) -> None:
    """Let a day's share of the weekly rotations of tail ``a`` fall due.

    Faster in a surge; slower for a lent tail whose owner is threatened and keeps lift at home.
    """
    if fleet.route[a] < 0:
        return
    due = fleet.rotations_per_week[a] / 7.0
    if surging(clock, states, fleet.user[a]):
        due *= airlift.surge_factor
    owner = fleet.owner[a]
    if owner != fleet.user[a] and owner < N_STATES:
        due *= 1.0 - lift_share_home(states, politics, owner)
    fleet.credit[a] = min(fleet.credit[a] + due, max(airlift.credit_cap, 1.0))


@kernel
def begin_rotation(
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
    used_h: float,
) -> int:
    """Load tail ``a`` at its origin, or send it there empty; B_NONE, or why it cannot begin."""
    if fleet.target[a] < 0 and (fleet.route[a] < 0 or fleet.credit[a] < DUE):
        return B_DEMAND
    if hours_left(clock, states, fleet, airlift, a) < rotation_hours(
        airfields, types, routes, fleet, airlift, a
    ):
        return B_CREWS
    origin = itinerary_field(routes, fleet, a, 0)
    if fleet.field[a] != origin:
        fleet.stop[a] = 0
        fleet.status[a] = FLYING
        return B_NONE
    reason = shut_reason(clock, fields, origin, types.is_helicopter[fleet.type[a]])
    if reason != B_NONE:
        return reason
    onload = airlift.ground_onload_h
    km = airfields.great_circle_km[origin, itinerary_field(routes, fleet, a, 1)]
    first = leg_hours(km, types.cruise_kmh[fleet.type[a]], airlift.leg_fixed_h)
    if used_h > 0.0 and used_h + onload + first > airlift.duty_h:
        return B_CREWS
    if fields.ramp_h_left[origin] < onload:
        return B_RAMP
    reason = load_rotation(
        clock, geography, airfields, types, routes, land, states, fleet, fields, ledger,
        airlift, sustainment, a,
    )  # fmt: skip
    if reason != B_NONE:
        return reason
    fields.ramp_h_left[origin] -= onload
    if fleet.target[a] < 0:
        fleet.credit[a] -= 1.0
    fleet.stop[a] = 1
    fleet.status[a] = FLYING
    return B_NONE


@kernel
def leave_reason(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    land: Land,
    states: States,
    fleet: Fleet,
    fields: Fields,
    events: Events,
    airlift: AirliftParameters,
    a: int,
    used_h: float,
) -> int:
    """B_NONE if tail ``a`` can leave for its next open stop now, else what holds it.

    Closed stops are skipped first: what was meant for them goes on, or is dropped on the way. The
    origin is never skipped.
    """
    n = itinerary_stops(routes, fleet, a)
    reason = B_NONE
    while True:
        there = itinerary_field(routes, fleet, a, fleet.stop[a])
        reason = landing_reason(
            clock, types, airfields, land, states, fleet, fields, airlift, a, there
        )
        if reason == B_NONE or fleet.stop[a] == 0 or fleet.stop[a] >= n:
            break
        if not can_drop(geography, airfields, types, land, fleet, fields, airlift, a, there):
            pass_on(clock, geography, airfields, routes, fleet, events, a, fleet.stop[a])
        fleet.stop[a] += 1
    here = fleet.field[a]
    if here == there:
        return B_NONE
    if reason != B_NONE:
        return reason
    reason = shut_reason(clock, fields, here, types.is_helicopter[fleet.type[a]])
    if reason != B_NONE:
        return reason
    km = airfields.great_circle_km[here, there]
    leg_h = leg_hours(km, types.cruise_kmh[fleet.type[a]], airlift.leg_fixed_h)
    if used_h > 0.0 and used_h + leg_h > airlift.duty_h:
        return B_CREWS
    ground = ground_hours(clock, airfields, routes, land, fleet, fields, airlift, a, fleet.stop[a])
    return B_RAMP if fields.ramp_h_left[there] < ground else B_NONE


@kernel
def close_rotation(
    airfields: Airfields, routes: Routes, states: States, fleet: Fleet, ledger: Ledger, a: int
) -> None:
    """End the rotation of tail ``a`` at its origin; cargo nobody took goes back to the depot.

    A circuit that was recalled meanwhile (no rotations wanted) ends here.
    """
    supplier = airfields.country[itinerary_field(routes, fleet, a, 0)]
    return_cargo(states, fleet, ledger, a, supplier)
    fleet.rotations[a] += 1.0
    fleet.stop[a] = -1
    if fleet.target[a] >= 0:
        fleet.target[a] = -1
    if fleet.rotations_per_week[a] <= 0.0:
        fleet.route[a] = -1
        fleet.credit[a] = 0.0
    if fleet.status[a] == FLYING:
        fleet.status[a] = READY

"""What an aircraft can do: leg time, payload over a leg, strips it can use.

Leg time (h) of distance d (km): d / v_c + t_0 (block speed d / (d / v_c + t_0), the form that
Simoncic 2013, AFIT-ENS-GRP-13-J-23, fits to planning tables). Payload of a type with known masses:

    P = min{ Z,  k_hot MTOW - OWE - F_out - F_back - F_res,  MLW - OWE - F_back - F_res }
    k_hot = 1 - .0024 max(0, T - 30) - .007 elevation_ft / 1000

with F the fuel of a leg, F_back that from the landing to the next fuel (0 if there is fuel there)
and F_res the reserve. Masses: Lockheed C-130H manual; coefficients assumed (corrections 18, 29).
A type without masses carries its planned payload as far as its range between two fuel stops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.kernel import kernel
from sahelsim.model.world import (
    B_CLOSED,
    B_NONE,
    B_WEATHER,
    AircraftTypes,
    Airfields,
    Clock,
    Fields,
    Fleet,
    Land,
    Routes,
    States,
)
from sahelsim.theatre.actors import N_STATES, UN

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.airlift import AirliftParameters

KG_PER_T = 1000.0
FEET_PER_STEP = 1000.0
LANDING = 1  # kind of permit, axis 2 of States.permit


@kernel
def leg_hours(km: float, cruise_kmh: float, fixed_h: float) -> float:
    """Block time of a leg of ``km`` at ``cruise_kmh``, h."""
    return km / cruise_kmh + fixed_h


@kernel
def hot_high_factor(temperature_c: float, elevation_ft: float, airlift: AirliftParameters) -> float:
    """k_hot: share of the maximum take-off mass usable in heat and height, 0..1."""
    heat = airlift.hot_per_degree * max(0.0, temperature_c - airlift.hot_above_c)
    return max(0.0, 1.0 - heat - airlift.high_per_1000ft * elevation_ft / FEET_PER_STEP)


@kernel
def payload_t(
    types: AircraftTypes,
    kind: int,
    out_h: float,
    back_h: float,
    between_fuel_km: float,
    elevation_ft: float,
    airlift: AirliftParameters,
) -> float:
    """Payload (t) over a leg of ``out_h`` hours, ``back_h`` hours from the next fuel after it.

    ``between_fuel_km`` is the distance from take-off to that fuel, which limits types whose
    masses are unknown.
    """
    if types.empty_kg[kind] <= 0.0:
        reach = airlift.aeroplane_range_km
        if types.is_helicopter[kind] == 1:
            reach = airlift.helicopter_range_km
        return types.payload_max_t[kind] if between_fuel_km <= reach else 0.0
    burn = types.burn_kg_per_h[kind]
    kept = types.empty_kg[kind] + burn * (back_h + airlift.reserve_fuel_h)
    hot = hot_high_factor(airlift.temperature_c, elevation_ft, airlift)
    take_off = hot * types.takeoff_kg[kind] - kept - burn * out_h
    landing = types.landing_kg[kind] - kept
    return max(0.0, min(types.payload_max_t[kind], min(take_off, landing) / KG_PER_T))


@kernel
def has_fuel(airfields: Airfields, f: int, airlift: AirliftParameters) -> bool:
    """True where aircraft refuel: paved fields that serve ``fuel_mog`` aircraft at once or more."""
    return airfields.paved[f] == 1 and airfields.mog[f] >= airlift.fuel_mog


@kernel
def strip_suits(
    types: AircraftTypes, airfields: Airfields, kind: int, f: int, airlift: AirliftParameters
) -> bool:
    """True where a type can use an airfield by runway and surface."""
    if types.is_helicopter[kind] == 1:
        return True
    if types.needs_c130_field[kind] == 1:
        if airfields.c130_use[f] == 1:
            return airlift.use_marginal_fields > 0.0
        return airfields.c130_use[f] > 1
    if airfields.runway_m[f] < types.runway_m[kind]:
        return False
    return airfields.paved[f] == 1 or types.unpaved_ok[kind] == 1


@kernel
def shut_reason(clock: Clock, fields: Fields, f: int, helicopter: int) -> int:
    """B_CLOSED or B_WEATHER where nothing moves at an airfield today, else B_NONE."""
    day = clock.day[0]
    if fields.ordered_until[f] > day or fields.shelled_until[f] > day:
        return B_CLOSED
    if fields.worn_out[f] == 1 and helicopter == 0:
        return B_CLOSED
    if fields.weather_closed[f] == 1:
        return B_WEATHER
    return B_NONE


@kernel
def may_land(states: States, host: int, owner: int, user: int) -> bool:
    """True where host state lets the owner's aircraft, on the user's tasks, land."""
    if host in (owner, user):
        return True
    return states.permit[host, owner, LANDING] == 1 or states.permit[host, user, LANDING] == 1


@kernel
def landing_reason(
    clock: Clock,
    types: AircraftTypes,
    airfields: Airfields,
    land: Land,
    states: States,
    fleet: Fleet,
    fields: Fields,
    airlift: AirliftParameters,
    a: int,
    f: int,
) -> int:
    """Why tail ``a`` cannot land at ``f`` today: B_CLOSED, B_WEATHER, or B_NONE if it can.

    Besides weather, order, shelling and wear: the strip must suit the type, a state or the UN
    must hold the place, and its host must let the tail land.
    """
    kind = fleet.type[a]
    holder = land.holder[airfields.locality[f]]
    if not strip_suits(types, airfields, kind, f, airlift):
        return B_CLOSED
    if holder >= N_STATES and holder != UN:
        return B_CLOSED
    if not may_land(states, airfields.country[f], fleet.owner[a], fleet.user[a]):
        return B_CLOSED
    return shut_reason(clock, fields, f, types.is_helicopter[kind])


@kernel
def itinerary_stops(routes: Routes, fleet: Fleet, a: int) -> int:
    """Stops of the rotation of tail ``a`` with its origin counted once: 2 out and back."""
    return 2 if fleet.target[a] >= 0 else routes.n_stops[fleet.route[a]]


@kernel
def itinerary_field(routes: Routes, fleet: Fleet, a: int, k: int) -> int:
    """Airfield of stop ``k`` of tail ``a``: 0 and :func:`itinerary_stops` are the origin."""
    if fleet.target[a] >= 0:
        return fleet.target[a] if k == 1 else fleet.base[a]
    r = fleet.route[a]
    return routes.stop[r, k % routes.n_stops[r]]


@kernel
def leg_payload_t(
    types: AircraftTypes,
    airfields: Airfields,
    routes: Routes,
    fleet: Fleet,
    airlift: AirliftParameters,
    a: int,
    k: int,
) -> float:
    """Payload (t) that tail ``a`` can carry over the leg that ends at stop ``k`` >= 1."""
    kind, n = fleet.type[a], itinerary_stops(routes, fleet, a)
    speed, fixed = types.cruise_kmh[kind], airlift.leg_fixed_h
    here = itinerary_field(routes, fleet, a, k - 1)
    there = itinerary_field(routes, fleet, a, k)
    km = airfields.great_circle_km[here, there]
    out_h = leg_hours(km, speed, fixed)
    back_h = 0.0
    at, stop = there, k
    while stop < n and not has_fuel(airfields, at, airlift):
        stop += 1
        onward = itinerary_field(routes, fleet, a, stop)
        back_h += leg_hours(airfields.great_circle_km[at, onward], speed, fixed)
        km += airfields.great_circle_km[at, onward]
        at = onward
    return payload_t(types, kind, out_h, back_h, km, airfields.elevation_ft[here], airlift)

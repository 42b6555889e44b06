"""The airlift planning identities F1-F9, block time and the limits on flying hours.

Source of the identities: AFPAM 10-1403, Air Mobility Planning Factors; F9 and its efficiency of
0.85 through a public planner that cites the 2018 edition, the others from general knowledge of
the 2003 and 2011 editions. Its printed worked example was not seen and is not claimed.

Aircraft in F6 to F8 are AVAILABLE aircraft (possessed times mission-capable rate) and UTE is
flying hours per available aircraft and day, so that the mission-capable rate enters once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sahelsim.planner.checks import not_negative, positive, share

QUEUE_EFFICIENCY = 0.85
CREW_HOURS_30_DAYS = 125.0  # per crew; AFMAN 11-202v3, general knowledge
CREW_HOURS_90_DAYS = 330.0


def cargo_missions(requirement: float, payload: float) -> int:
    """F1: whole missions that carry a requirement (both in one unit of mass)."""
    not_negative(requirement=requirement)
    positive(payload=payload)
    return math.ceil(requirement / payload - 1e-9)  # 25.000000001 is 25


def passenger_missions(
    passengers: int, missions: int, seats_on_cargo: int, seats_on_passenger: int
) -> int:
    """F2: further missions for the passengers whom the cargo missions leave behind."""
    positive(seats_on_passenger=seats_on_passenger)
    return max(0, math.ceil((passengers - missions * seats_on_cargo) / seats_on_passenger))


def total_missions(cargo: int, passenger: int) -> int:
    """F3: cargo and passenger missions together."""
    return cargo + passenger


def time_to_arrival_h(route_flying_h: float, route_ground_h: float) -> float:
    """F4: hours from first take-off to arrival, flying plus stops on the way."""
    return route_flying_h + route_ground_h


def cycle_time_h(round_trip_flying_h: float, round_trip_ground_h: float) -> float:
    """F5: hours of one rotation, flying plus every stop."""
    return round_trip_flying_h + round_trip_ground_h


def closure_days(
    requirement_t: float, payload_t: float, available: float, ute_h: float, flying_h: float
) -> float:
    """F6: days in which the fleet alone carries a requirement; inf without lift.

    Args:
        requirement_t: Tonnes to carry.
        payload_t: Average payload of a rotation [t].
        available: Available aircraft (possessed times mission-capable rate).
        ute_h: Flying hours per available aircraft and day.
        flying_h: Flying hours of one rotation.
    """
    capacity = fleet_capacity_t_per_day(available, payload_t, ute_h, flying_h)
    return requirement_t / capacity if capacity > 0.0 else math.inf


def fleet_capacity_t_per_day(
    available: float, payload_t: float, ute_h: float, flying_h: float
) -> float:
    """F7: tonnes a day that the fleet alone can carry (arguments as in closure_days)."""
    not_negative(available=available, payload_t=payload_t, ute_h=ute_h)
    positive(flying_h=flying_h)
    return available * payload_t * ute_h / flying_h


def million_ton_miles_per_day(
    available: float, block_kt: float, payload_st: float, ute_h: float, productivity: float
) -> float:
    """F8: million ton-miles a day (knots, short tons, loaded fraction of the flying)."""
    share(productivity=productivity)
    return available * block_kt * payload_st * ute_h * productivity / 1e6


def field_throughput_t_per_day(
    mog: float,
    payload_t: float,
    hours_h: float,
    ground_h: float,
    efficiency: float = QUEUE_EFFICIENCY,
) -> float:
    """F9: tonnes a day through the ramp of one airfield.

    Args:
        mog: Working maximum on ground [aircraft].
        payload_t: Payload of each aircraft that passes [t].
        hours_h: Operating hours a day, 0-24.
        ground_h: Time on the ground of each aircraft [h].
        efficiency: Share of the slots that a queue really uses.
    """
    not_negative(mog=mog, payload_t=payload_t, hours_h=hours_h)
    positive(ground_h=ground_h)
    return mog * payload_t * hours_h / ground_h * efficiency


def block_time_h(distance_km: float, cruise_km_h: float, overhead_h: float = 0.25) -> float:
    """Block hours of a leg: distance at cruise speed plus taxi, climb and approach."""
    positive(cruise_km_h=cruise_km_h)
    not_negative(distance_km=distance_km, overhead_h=overhead_h)
    return distance_km / cruise_km_h + overhead_h


def block_speed_km_h(distance_km: float, cruise_km_h: float, overhead_h: float = 0.25) -> float:
    """Distance over block time: rises with distance towards the cruise speed."""
    positive(distance_km=distance_km)
    return distance_km / block_time_h(distance_km, cruise_km_h, overhead_h)


@dataclass(frozen=True)
class UteLimit:
    """Flying hours per available aircraft and day, and what sets them.

    Attributes:
        hours: The limit [h/day].
        binding: ``flying_hour_budget``, ``crew_30_days``, ``crew_90_days`` or ``duty_day``.
    """

    hours: float
    binding: str


def ute_limit(
    budget_h: float,
    crew_ratio: float,
    horizon_days: float,
    duty_day_h: float,
    flying_h: float,
    cycle_h: float,
) -> UteLimit:
    """The smallest of the limits on flying hours per available aircraft and day.

    Args:
        budget_h: What the flying-hour budget and spare parts allow [h/day].
        crew_ratio: Crews per aircraft.
        horizon_days: Length of the operation; beyond 30 days the 90-day crew limit counts.
        duty_day_h: Hours a day in which the route may be flown.
        flying_h: Flying hours of one rotation.
        cycle_h: Hours of one rotation with its stops; what is left of a day carries over.
    """
    positive(budget_h=budget_h, duty_day_h=duty_day_h, flying_h=flying_h, cycle_h=cycle_h)
    not_negative(crew_ratio=crew_ratio)
    limits = {
        "flying_hour_budget": budget_h,
        "crew_30_days": crew_ratio * CREW_HOURS_30_DAYS / 30.0,
        "duty_day": flying_h * duty_day_h / cycle_h,
    }
    if horizon_days > 30.0:
        limits["crew_90_days"] = crew_ratio * CREW_HOURS_90_DAYS / 90.0
    binding = min(limits, key=lambda name: limits[name])
    return UteLimit(limits[binding], binding)

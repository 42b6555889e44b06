"""An airlift on a closed circuit: what it carries a day, what limits it, what more would buy.

The circuit starts at its first airfield and returns there. Load is taken on at the first airfield
and put down at the ``offload`` fields; a rotation delivers one payload, whatever the number of
stops. The system carries the least of what the fleet can fly (F7) and what the ramp of each
airfield can pass (F9); the plan says which it is.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sahelsim.base.errors import InputError
from sahelsim.planner.airlift import (
    UteLimit,
    block_time_h,
    cycle_time_h,
    field_throughput_t_per_day,
    fleet_capacity_t_per_day,
    ute_limit,
)
from sahelsim.planner.airlift_records import AirliftPlan, Leg, Marginal, PlanAssumptions, Ramp
from sahelsim.planner.checks import not_negative, positive, share
from sahelsim.planner.payload import Masses, payload_limit, takeoff_factor
from sahelsim.planner.reliability import exactly_up
from sahelsim.theatre.geography import great_circle_km
from sahelsim.theatre.records import AircraftType, Airfield


@dataclass(frozen=True)
class _Circuit:
    """The parts of a plan that do not depend on the number of tails, crews or slots."""

    legs: tuple[Leg, ...]
    visits: Mapping[str, tuple[str, float]]  # ICAO -> (task, ground hours of one rotation)
    payload_t: float
    payload_binding: str
    flying_h: float
    cycle_h: float


def plan_airlift(
    route: Sequence[Airfield],
    aircraft: AircraftType,
    tails: int,
    assumptions: PlanAssumptions,
    *,
    offload: Sequence[str] | None = None,
    mog: Mapping[str, float] | None = None,
    hours_h: float | None = None,
    availability: float | None = None,
    requirement_t: float | None = None,
) -> AirliftPlan:
    """Plan an airlift on the closed circuit through ``route``.

    Args:
        route: Airfields in order, without the return to the first; at least two.
        aircraft: Type flown.
        tails: Aircraft possessed.
        assumptions: Ground times, crews and the like.
        offload: ICAO codes where load is put down; default: every field but the first and, where
            there are three or more, the last (the aircraft's home). Fuel is taken elsewhere only.
        mog: Working maximum on ground by ICAO code, instead of the airfield's.
        hours_h: Operating hours a day of every field, instead of the airfield's.
        availability: Mission-capable rate, instead of the type's.
        requirement_t: Tonnes to deliver, for the closure time.

    Returns:
        The plan. The fleet flies within the shortest operating day on the route, at most the
        crew's duty day; what is left of a day carries over to the next.

    Raises:
        InputError: SS3402 for a route the type cannot fly, SS3401 for a figure out of range.
    """
    available_share = aircraft.mission_capable if availability is None else availability
    not_negative(tails=tails, requirement_t=requirement_t or 0.0, crew_ratio=assumptions.crew_ratio)
    share(availability=available_share, efficiency=assumptions.efficiency)
    _check_route(route, aircraft)
    drops = _offload_fields(route, offload)
    hours = {f.icao: f.operating_hours if hours_h is None else hours_h for f in route}
    slots = {f.icao: float((mog or {}).get(f.icao, f.mog)) for f in route}
    for icao in mog or {}:
        if icao not in slots:
            raise InputError("SS3402", f"{icao} has a ramp limit but is not on the route")
    positive(**{f"operating hours of {icao}": h for icao, h in hours.items()})
    circuit = _circuit(route, aircraft, drops, assumptions)
    duty_h = min(assumptions.duty_day_h, *hours.values())

    def fleet(n_tails: float, crews: float) -> tuple[float, UteLimit]:
        available = n_tails * available_share
        limit = ute_limit(
            assumptions.flying_hour_budget_h,
            crews / n_tails if n_tails else assumptions.crew_ratio,
            assumptions.horizon_days,
            duty_h,
            circuit.flying_h,
            circuit.cycle_h,
        )
        capacity = fleet_capacity_t_per_day(
            available, circuit.payload_t, limit.hours, circuit.flying_h
        )
        return capacity, limit

    def ramps(n_slots: Mapping[str, float]) -> dict[str, float]:
        return {
            icao: field_throughput_t_per_day(
                n_slots[icao], circuit.payload_t, hours[icao], ground_h, assumptions.efficiency
            )
            for icao, (_, ground_h) in circuit.visits.items()
        }

    crews = assumptions.crew_ratio * tails
    capacity, ute = fleet(tails, crews)
    passes = ramps(slots)
    limits = {"fleet": capacity, **{f"ramp:{icao}": t for icao, t in passes.items()}}
    binding = min(limits, key=lambda name: limits[name])
    system = limits[binding]

    def gain(new_capacity: float, new_passes: Mapping[str, float]) -> float:
        return min(new_capacity, *new_passes.values()) - system

    marginal = Marginal(
        # A tail comes with its share of crews, else it would stand idle.
        tail_t_per_day=gain(fleet(tails + 1, crews + assumptions.crew_ratio)[0], passes),
        crew_t_per_day=gain(fleet(tails, crews + 1.0)[0], passes),
        ramp_slot_t_per_day={
            icao: gain(capacity, ramps({**slots, icao: slots[icao] + 1.0})) for icao in passes
        },
    )
    rotations = 7.0 * system / circuit.payload_t
    return AirliftPlan(
        aircraft_type=aircraft.id,
        tails=tails,
        available=tails * available_share,
        none_available=exactly_up(0, tails, available_share),
        legs=circuit.legs,
        ramps=tuple(
            Ramp(icao, task, slots[icao], ground_h, hours[icao], passes[icao])
            for icao, (task, ground_h) in circuit.visits.items()
        ),
        payload_t=circuit.payload_t,
        payload_binding=circuit.payload_binding,
        flying_time_h=circuit.flying_h,
        cycle_time_h=circuit.cycle_h,
        fuel_t=math.fsum(leg.fuel_t for leg in circuit.legs),
        ute_h=ute.hours,
        ute_binding=ute.binding,
        fleet_capacity_t_per_day=capacity,
        throughput_t_per_day=system,
        binding=binding,
        rotations_per_week=rotations,
        sorties_per_week=rotations * len(circuit.legs),
        requirement_t=requirement_t,
        closure_days=_closure(requirement_t, system),
        marginal=marginal,
        assumptions=assumptions,
    )


def _closure(requirement_t: float | None, system_t_per_day: float) -> float | None:
    if requirement_t is None:
        return None
    return requirement_t / system_t_per_day if system_t_per_day > 0.0 else math.inf


def _check_route(route: Sequence[Airfield], aircraft: AircraftType) -> None:
    if len(route) < 2:
        raise InputError("SS3402", "a route needs at least two airfields")
    for here, there in zip(route, [*route[1:], route[0]], strict=True):
        if here.icao == there.icao:
            raise InputError("SS3402", f"{here.icao} follows itself on the route")
    for stop in route:
        if stop.surface != "paved" and not aircraft.unpaved_ok:
            raise InputError(
                "SS3402", f"{aircraft.name} needs a paved runway; {stop.icao} is {stop.surface}"
            )
        if stop.runway_m < aircraft.runway_low_m:
            raise InputError(
                "SS3402",
                f"{aircraft.name} needs {aircraft.runway_low_m:g} m of runway; "
                f"{stop.icao} has {stop.runway_m:g} m",
            )


def _offload_fields(route: Sequence[Airfield], offload: Sequence[str] | None) -> frozenset[str]:
    codes = [stop.icao for stop in route]
    if offload is None:
        return frozenset(codes[1:] if len(codes) == 2 else codes[1:-1]) - {codes[0]}
    for icao in offload:
        if icao not in codes[1:] or icao == codes[0]:
            raise InputError(
                "SS3402",
                f"load cannot be put down at {icao}",
                hint="name airfields of the route other than its first",
            )
    if not offload:
        raise InputError("SS3402", "load is put down nowhere")
    return frozenset(offload)


def _circuit(
    route: Sequence[Airfield],
    aircraft: AircraftType,
    drops: frozenset[str],
    assumptions: PlanAssumptions,
) -> _Circuit:
    stops = [*route, route[0]]
    pairs = list(itertools.pairwise(stops))
    km = [great_circle_km(a.lat, a.lon, b.lat, b.lon) for a, b in pairs]
    hours = [block_time_h(d, aircraft.cruise_km_h, assumptions.overhead_h) for d in km]
    masses = _masses(aircraft)
    legs = []
    for i, (start, end) in enumerate(pairs):
        limit_t = None
        if masses is not None:
            # Fuel for the hours from here to the next field where it can be taken.
            back = 0.0
            for j in range(i + 1, len(pairs)):
                if stops[j].icao not in drops:
                    break
                back += hours[j]
            limit_t = (
                payload_limit(
                    masses,
                    hours[i],
                    back,
                    assault=end.surface != "paved" or end.runway_m < aircraft.runway_high_m,
                    factor=takeoff_factor(assumptions.temperature_c, start.elevation_ft),
                ).payload_kg
                / 1000.0
            )
        fuel_t = hours[i] * aircraft.burn_kg_h / 1000.0
        legs.append(Leg(start.icao, end.icao, km[i], hours[i], fuel_t, limit_t))
    payload_t, binding = _payload(legs, aircraft, drops)
    visits: dict[str, tuple[str, float]] = {}
    for stop in route:
        task = "offload" if stop.icao in drops else "onload"
        ground_h = assumptions.offload_h if task == "offload" else assumptions.onload_h
        visits[stop.icao] = (task, visits.get(stop.icao, (task, 0.0))[1] + ground_h)
    flying_h = math.fsum(hours)
    ground_h = math.fsum(h for _, h in visits.values())
    return _Circuit(
        tuple(legs), visits, payload_t, binding, flying_h, cycle_time_h(flying_h, ground_h)
    )


def _masses(aircraft: AircraftType) -> Masses | None:
    figures = (
        aircraft.owe_kg,
        aircraft.mtow_kg,
        aircraft.assault_landing_kg,
        aircraft.structural_payload_kg,
    )
    if any(figure is None for figure in figures):
        return None
    owe, mtow, landing, structure = (float(figure or 0.0) for figure in figures)
    return Masses(owe, mtow, landing, structure, aircraft.burn_kg_h)


def _payload(
    legs: Sequence[Leg], aircraft: AircraftType, drops: frozenset[str]
) -> tuple[float, str]:
    """The planning payload, or less where a loaded leg allows less."""
    loaded = max(i for i, leg in enumerate(legs) if leg.end in drops)
    payload_t, binding = aircraft.payload_plan_t, "planning"
    for i, leg in enumerate(legs):
        if leg.payload_limit_t is None:
            continue
        if leg.payload_limit_t <= 0.0:
            raise InputError(
                "SS3402",
                f"{aircraft.name} cannot fly {leg.start}-{leg.end}: the fuel up to the next "
                "refuelling leaves no room for load",
                hint="add a stop where fuel is taken",
            )
        if i <= loaded and leg.payload_limit_t < payload_t:
            payload_t, binding = leg.payload_limit_t, f"leg:{leg.start}-{leg.end}"
    return payload_t, binding

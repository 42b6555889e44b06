"""Airdrop: supplies for a besieged garrison at whose airfield no aircraft can land.

Off by default. Where ``airdrop`` is on, a stop that is shut (by fire, wear, order, or a strip that
does not suit the type) but not by weather still gets its goods: the aircraft passes over it on the
way to its next stop, above the reach of small arms, and the garrison finds ``airdrop_recovery`` of
what falls; the rest is lost. The detour costs flying hours; men are not dropped [recovery .7-.9
and no loss to ground fire: assumed, model specification 1.8].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.events import C_SORTIE, DELIVERY, log_event
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.performance import itinerary_field, itinerary_stops
from sahelsim.model.mechanisms.strength import is_consignee
from sahelsim.model.world import (
    AMMO,
    FOOD,
    FUEL,
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
)

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.airlift import AirliftParameters


@kernel
def can_drop(
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    land: Land,
    fleet: Fleet,
    fields: Fields,
    airlift: AirliftParameters,
    a: int,
    f: int,
) -> bool:
    """True where tail ``a`` would drop goods at ``f``, besieged, if it cannot land there."""
    i = airfields.locality[f]
    return bool(
        airlift.airdrop > 0.0
        and land.besieged[i] == 1
        and geography.country[i] == fleet.user[a]
        and is_consignee(geography, land, i)
        and types.is_helicopter[fleet.type[a]] == 0
        and fields.weather_closed[f] == 0
    )


@kernel
def drop_stops(
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    land: Land,
    fleet: Fleet,
    fields: Fields,
    airlift: AirliftParameters,
    a: int,
) -> int:
    """Stops of tail ``a`` that a drop can serve: bit ``k`` stands for stop ``k``."""
    stops = 0
    if airlift.airdrop > 0.0:
        for k in range(1, itinerary_stops(routes, fleet, a)):
            f = itinerary_field(routes, fleet, a, k)
            if can_drop(geography, airfields, types, land, fleet, fields, airlift, a, f):
                stops |= 1 << k
    return stops


@kernel
def drop_on_way(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    land: Land,
    fleet: Fleet,
    fields: Fields,
    ledger: Ledger,
    events: Events,
    airlift: AirliftParameters,
    a: int,
) -> None:
    """Drop the goods for skipped stops on the way to the next; the detour costs flying hours.

    The aircraft stays above small arms; what is not recovered counts as lost.
    """
    if airlift.airdrop <= 0.0:
        return
    here, owner = fleet.field[a], fleet.owner[a]
    there = itinerary_field(routes, fleet, a, fleet.stop[a])
    for k in range(1, fleet.stop[a]):
        tonnes = 0.0
        for c in (FOOD, AMMO, FUEL):
            tonnes += fleet.cargo[a, k, c]
        f = itinerary_field(routes, fleet, a, k)
        if tonnes <= 0.0 or not can_drop(
            geography, airfields, types, land, fleet, fields, airlift, a, f
        ):
            continue
        i, found = airfields.locality[f], airlift.airdrop_recovery
        for c in (FOOD, AMMO, FUEL):
            land.stock_t[i, c] += found * fleet.cargo[a, k, c]
            ledger.air_class_t[c] += found * fleet.cargo[a, k, c]
            fleet.cargo[a, k, c] = 0.0
        km = airfields.great_circle_km[here, f] + airfields.great_circle_km[f, there]
        detour_h = (km - airfields.great_circle_km[here, there]) / types.cruise_kmh[fleet.type[a]]
        fleet.hours[a] += detour_h
        fleet.crew_hours[a, clock.day[0] % fleet.crew_hours.shape[1]] += detour_h
        fleet.delivered_t[a] += found * tonnes
        ledger.air_t[owner, 1] += found * tonnes
        ledger.air_t[owner, 2] += (1.0 - found) * tonnes
        ledger.air_place_t[i] += found * tonnes
        log_event(
            clock, events, DELIVERY, i, owner, fleet.user[a], C_SORTIE, a, a,
            0.0, 0.0, 0.0, 0.0, found * tonnes, 0.0,
        )  # fmt: skip

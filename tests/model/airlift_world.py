"""The seed circuit as a small world, and days of flights without the rest of the model."""

from __future__ import annotations

from typing import Any

from sahelsim.model.mechanisms.airlift import flights_day
from sahelsim.model.mechanisms.maintenance import maintenance_day
from sahelsim.model.mechanisms.weather import weather_day
from sahelsim.model.world import World
from sahelsim.theatre.actors import MLI, NER
from tests.model.small_world import parameters, small_world

BAMAKO, GAO, TESSALIT, NIAMEY = range(4)
LEGS_KM = ((BAMAKO, GAO, 950.0), (GAO, TESSALIT, 456.1), (TESSALIT, NIAMEY, 762.7),
           (NIAMEY, BAMAKO, 1102.8), (BAMAKO, TESSALIT, 1280.6), (GAO, NIAMEY, 387.0))  # fmt: skip
MECHANISMS = ("weather", "airlift", "threat", "maintenance", "observation", "sustainment",
              "partners", "politics")  # fmt: skip
# What switches threat, breakdown, wear, weather and storms off.
CALM = {
    "weather": {f"closed_{zone}_{season}": 0.0 for zone in ("north", "south")
                for season in ("haze", "heat", "rain")},
    "airlift": {"monsoon_delay_h": 0.0},
    "threat": {"shot_rate": 0.0, "shot_rate_denied": 0.0, "accident_paved": 0.0,
               "accident_unpaved": 0.0, "shelling_rate": 0.0},
    "maintenance": {"break_probability": 0.0, "wear_per_landing": 0.0},
}  # fmt: skip


def chosen(calm: bool = True, **changes: dict[str, float]) -> dict[str, Any]:
    """Parameter groups by mechanism, calm or as shipped, with changes by mechanism."""
    groups = {}
    for mechanism in MECHANISMS:
        values = dict(CALM.get(mechanism, {})) if calm else {}
        groups[mechanism] = parameters(mechanism, **(values | changes.get(mechanism, {})))
    return groups


def seed_circuit(n_aircraft: int = 1, days: int = 400, seed: int = 1) -> World:
    """Bamako, Gao, Tessalit (Mali) and Niamey (Niger); tails of Niger on loan to Mali.

    Garrisons of 2,000 men eat more than one aircraft brings.
    """
    w = small_world(4, 4, n_aircraft, days=days, seed=seed)
    km = w.airfields.great_circle_km
    km[...] = 0.0
    for a, b, distance in LEGS_KM:
        km[a, b] = km[b, a] = distance
    w.airfields.mog[:] = (4.0, 2.0, 1.0, 4.0)
    w.geography.country[NIAMEY] = w.airfields.country[NIAMEY] = NER
    w.geography.capital[NER] = NIAMEY
    w.land.holder[NIAMEY] = NER
    w.land.garrison[GAO] = w.land.garrison[TESSALIT] = 2_000.0
    w.land.stock_t[...] = 0.0
    w.fleet.owner[:] = NER
    w.fleet.user[:] = MLI
    w.fleet.base[:] = w.fleet.field[:] = NIAMEY
    w.fleet.route[:] = 0
    w.fleet.rotations_per_week[:] = 2.0
    return w


def fly(w: World, p: dict[str, Any], days: int = 1) -> None:
    """Weather, flights and repairs for some days; nobody consumes."""
    for _ in range(days):
        weather_day(w.clock, w.geography, w.airfields, w.fields, p["weather"])
        flights_day(
            w.clock, w.geography, w.airfields, w.types, w.routes, w.land, w.groups, w.states,
            w.fleet, w.fields, w.ledger, w.events, p["airlift"], p["threat"], p["maintenance"],
            p["observation"], p["sustainment"], p["partners"], p["politics"],
        )  # fmt: skip
        maintenance_day(w.types, w.fleet, p["maintenance"])
        w.clock.day[0] += 1


def kinds(w: World) -> list[int]:
    """Kinds of the events logged so far."""
    return [int(kind) for kind in w.events.row[: w.events.count[0], 1]]


def delivered(w: World) -> float:
    """Tonnes that aircraft have unloaded so far, of all owners."""
    return float(w.ledger.air_t[:, 1].sum())

"""Small hand-made worlds: a handful of places in a row, known numbers, nothing hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from sahelsim.model.allocate import Sizes, empty_world
from sahelsim.model.world import World
from sahelsim.theatre.actors import MLI

ROAD_KM = 100.0

# The values that the tests' arithmetic is written for, whatever the shipped defaults are: those
# are fitted again and again, the mechanisms are not.
REFERENCE: dict[str, dict[str, float]] = {
    "convoy": {
        "hazard_per_km": 2e-4, "siege_factor": 50.0, "closed_road_factor": 5.0,
        "held_road_factor": 5.0, "party_least": 15.0, "party_most": 200.0, "origin_floor": 0.5,
        "order_up_to_days": 45.0, "siege_interval_factor": 2.0, "hub_factor": 1.0,
    },
    "sustainment": {"local_share": 0.25, "depot_inflow": 1.3},
    "politics": {"sanction_budget": 0.25, "sanction_price": 0.15},
    "maintenance": {"reference_sorties_per_day": 0.5, "wear_per_landing": 0.003},
    "airlift": {"monsoon_delay_h": 2.0, "hot_per_degree": 0.0024, "high_per_1000ft": 0.007},
    "control": {"harm": 0.05},
    "engagement": {"combat_ammo_kg": 4.0},
    "siege": {"h_on": 0.006},
}  # fmt: skip


def small_world(
    n_localities: int = 3,
    n_airfields: int = 2,
    n_aircraft: int = 1,
    *,
    n_routes: int = 1,
    days: int = 400,
    seed: int = 1,
    replicate: int = 0,
    start: date = date(2023, 8, 20),
) -> World:
    """Places 0..n-1 in a row, 100 km apart by road, all in Mali and held by it.

    Place 0 is the capital (of all three states). Airfield f serves place f; legs are 500 km a
    step. One type like a C-130H (10.886 t planned, 540 km/h). Garrisons of 200 men with 30 t of
    each class, no fighters, control 0.8, depots of 10,000 t of each class, reserves of 1,000.
    """
    sizes = Sizes(n_localities, n_airfields, n_aircraft, 1, n_routes, 1, days, 20_000, 60_000)
    w = empty_world(sizes, start, seed, replicate)
    n = n_localities
    place = np.arange(n)
    w.geography.road_km[...] = ROAD_KM * np.abs(place[:, None] - place[None, :])
    w.geography.next_hop[...] = place[:, None] + np.sign(place[None, :] - place[:, None])
    w = w._replace(geography=_with_neighbours(w.geography))
    geo = w.geography
    geo.latitude[:] = 16.0 + 0.9 * place
    geo.population[:] = 20_000.0
    geo.capacity[:] = 180.0
    geo.airfield[:n_airfields] = np.arange(n_airfields)
    geo.home[...] = 1.0
    geo.garrison_target[:] = 200.0
    fields = np.arange(n_airfields)
    w.airfields.locality[:] = fields
    w.airfields.runway_m[:] = 2500.0
    w.airfields.paved[:] = 1
    w.airfields.c130_use[:] = 2
    w.airfields.mog[:] = 1.0
    w.airfields.operating_h[:] = 12.0
    w.airfields.great_circle_km[...] = 500.0 * np.abs(fields[:, None] - fields[None, :])
    t = w.types
    t.payload_max_t[:], t.payload_plan_t[:], t.cruise_kmh[:] = 16.6, 10.886, 540.0
    t.burn_kg_per_h[:], t.troops[:], t.runway_m[:] = 2270.0, 92.0, 1050.0
    t.unpaved_ok[:], t.mission_capable[:], t.needs_c130_field[:] = 1, 0.5, 1
    t.empty_kg[:], t.takeoff_kg[:], t.landing_kg[:] = 36_287.0, 70_307.0, 58_967.0
    land = w.land
    land.holder[:] = MLI
    land.garrison[:] = 200.0
    land.target[:] = 200.0
    land.stock_t[...] = 30.0
    land.control[:] = 0.8
    land.collaboration[:] = 0.8
    land.days_of_supply[:] = 30.0
    land.food_days[:] = 30.0
    w.states.depot_t[...] = 10_000.0
    w.states.reserve[:] = 1_000.0
    w.states.permit[...] = 1
    if n_routes:
        w.routes.stop[0, :n_airfields] = fields
        w.routes.n_stops[0] = n_airfields
    return w


def parameters(mechanism: str, **changes: float) -> Any:
    """Parameters of one mechanism at the tests' reference values, with some replaced."""
    import importlib

    from sahelsim.model.filling import fill_group
    from sahelsim.theatre import load_theatre

    module = importlib.import_module(f"sahelsim.model.mechanisms.{mechanism}")
    kind = getattr(module, f"{mechanism.capitalize()}Parameters")
    return fill_group(kind, mechanism, load_theatre().parameters)._replace(
        **{**REFERENCE.get(mechanism, {}), **changes}
    )


def _with_neighbours(geo: Any) -> Any:
    weight = np.where((geo.road_km > 0) & (geo.road_km < 250.0), np.exp(-geo.road_km / 70.0), 0.0)
    rows, near = np.nonzero(weight)
    start = np.searchsorted(rows, np.arange(len(weight) + 1)).astype(np.int64)
    into = weight.sum(axis=0)
    return geo._replace(
        near_start=start,
        near=near.astype(np.int64),
        near_share=weight[rows, near] / weight.sum(axis=1)[rows],
        own_spread=np.where(into > 0, 0.85, 1.0),
    )

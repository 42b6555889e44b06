"""Allocate a World of given sizes with neutral contents: nobody, nothing, nowhere.

Both the real build and small hand-made worlds start here, so shapes and types are written once.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from sahelsim.model.series import (
    AIRFIELD_SERIES,
    ALLIANCE_SERIES,
    GROUP_SERIES,
    LOCALITY_SERIES,
    STATE_SERIES,
    TAIL_SERIES,
)
from sahelsim.model.world import (
    MAX_STOPS,
    N_MOVES,
    NEVER,
    ORDER_COLUMNS,
    AircraftTypes,
    Airfields,
    Clock,
    Events,
    Fields,
    Fleet,
    Floats,
    Geography,
    Groups,
    History,
    Ints,
    Land,
    Ledger,
    Moves,
    Orders,
    Routes,
    Singles,
    States,
    World,
)
from sahelsim.theatre.actors import N_ACTORS, N_GROUPS, N_PARTNERS, N_STATES, NONE


class Sizes(NamedTuple):
    """How large each axis is; ``days`` is the horizon, capacities are rows of the logs."""

    localities: int
    airfields: int
    aircraft: int
    types: int
    routes: int
    regions: int
    days: int
    orders: int
    events: int


def zeros(*shape: int) -> Floats:
    """Float64 zeros."""
    return np.zeros(shape, dtype=np.float64)


def ints(*shape: int, value: int = 0) -> Ints:
    """Int64 array filled with one value."""
    return np.full(shape, value, dtype=np.int64)


def singles(*shape: int) -> Singles:
    """Float32 zeros."""
    return np.zeros(shape, dtype=np.float32)


def empty_world(sizes: Sizes, start: date, seed: int = 1, replicate: int = 0) -> World:
    """Allocate every array of a run; see :mod:`sahelsim.model.world` for what each means."""
    n, f, a, t, r, z = sizes[:6]
    s, g = N_STATES, N_GROUPS
    return World(
        geography=Geography(
            country=ints(n), region=ints(n), region_country=ints(z), latitude=zeros(n),
            longitude=zeros(n), population=zeros(n) + 500.0, population_appeal=zeros(n),
            capacity=zeros(n), home=zeros(g, n),
            road_km=zeros(n, n), next_hop=ints(n, n), near_start=ints(n + 1), near=ints(0),
            near_share=zeros(0), own_spread=zeros(n) + 1.0,
            airfield=ints(n, value=-1), capital=ints(s), tri_border=ints(n), symbolic=zeros(n),
            garrison_target=zeros(n),
        ),
        airfields=Airfields(
            locality=ints(f), country=ints(f), region=ints(f), elevation_ft=zeros(f),
            runway_m=zeros(f), paved=ints(f), c130_use=ints(f), mog=zeros(f),
            operating_h=zeros(f), great_circle_km=zeros(f, f),
        ),
        types=AircraftTypes(
            payload_max_t=zeros(t), payload_plan_t=zeros(t), cruise_kmh=zeros(t),
            burn_kg_per_h=zeros(t), troops=zeros(t), runway_m=zeros(t), unpaved_ok=ints(t),
            mission_capable=zeros(t), empty_kg=zeros(t), takeoff_kg=zeros(t), landing_kg=zeros(t),
            needs_c130_field=ints(t), is_helicopter=ints(t), theatre_lift=ints(t, value=1),
        ),
        routes=Routes(stop=ints(r, MAX_STOPS, value=-1), n_stops=ints(r)),
        clock=Clock(
            day=ints(1), key=np.array([seed, replicate], dtype=np.uint32),
            start_ordinal=ints(1, value=start.toordinal()),
            start_doy=ints(1, value=start.timetuple().tm_yday),
            horizon=ints(1, value=sizes.days), status=ints(4),
        ),
        land=_empty_land(n),
        groups=Groups(
            fighters=zeros(g, n), excitation=zeros(g, n), intent=zeros(g) + 1.0, posture=ints(g),
            posture_until=ints(g), ou_region=zeros(g, z), ou_country=zeros(g + 1, s),
            truce_until=ints(N_ACTORS, N_ACTORS),
        ),
        states=_empty_states(s),
        fleet=_empty_fleet(a),
        fields=Fields(
            weather_closed=ints(f), shelled_until=ints(f), ordered_until=ints(f),
            denied_until=ints(f), wear=zeros(f), worn_out=ints(f), ramp_h_left=zeros(f),
        ),
        moves=_empty_moves(n),
        orders=Orders(
            row=ints(sizes.orders, ORDER_COLUMNS, value=-1), number=zeros(sizes.orders, 3),
            count=ints(1), cursor=ints(2), scripted=ints(1), policy=ints(N_ACTORS, value=1),
        ),
        ledger=_empty_ledger(n, a, s, g),
        events=Events(row=ints(sizes.events, 8), number=zeros(sizes.events, 6), count=ints(2)),
        history=History(
            state=singles(sizes.days, s, len(STATE_SERIES)),
            group=singles(sizes.days, g, len(GROUP_SERIES)),
            tail=singles(sizes.days, a, len(TAIL_SERIES)),
            airfield=singles(sizes.days, f, len(AIRFIELD_SERIES)),
            locality=singles(sizes.days, n, len(LOCALITY_SERIES)),
            alliance=singles(sizes.days, len(ALLIANCE_SERIES)),
        ),
    )  # fmt: skip


def _empty_land(n: int) -> Land:
    return Land(
        holder=ints(n, value=NONE), garrison=zeros(n), target=zeros(n), stock_t=zeros(n, 3),
        civil_stock_t=zeros(n), control=zeros(n), collaboration=zeros(n), besieged=ints(n),
        besieged_since=ints(n), days_without_food=ints(n), vacant_days=ints(n),
        readiness=zeros(n) + 1.0, days_of_supply=zeros(n), food_days=zeros(n),
        food_left_t=zeros(n), supply_ratio=zeros(n) + 1.0, militia=zeros(n),
        wounded=zeros(n, 2), displaced=zeros(n), deaths=zeros(n), un_troops=zeros(n),
        joint_troops=zeros(n),
        blockade_until=ints(n), roads_closed_until=ints(n), last_landing=ints(n, value=-999),
    )  # fmt: skip


def _empty_states(s: int) -> States:
    return States(
        reserve=zeros(s), depot_t=zeros(s, 3), pressure=zeros(s), sanction=zeros(s),
        threat=zeros(s), restraint=ints(s, value=1), surge_until=ints(s),
        partner_men=zeros(N_PARTNERS, s), permit=ints(s, N_ACTORS, 3),
        joint_force_day=ints(1, value=-1), joint_force_target=zeros(1), honoured=zeros(s, s) + 1.0,
        refused=zeros(s, s) + 1.0, support_kinds=ints(s, s, 3), support_level=zeros(s, s, 3),
        request=ints(s, s, 3), burden=zeros(s), benefit=zeros(s), asked_90d=zeros(1),
        refused_90d=zeros(1), killed_7d=zeros(s, 7), lost_7d=zeros(s, 7),
        aircraft_lost_7d=zeros(s, 7), success_7d=zeros(s, 7),
    )  # fmt: skip


def _empty_fleet(a: int) -> Fleet:
    return Fleet(
        type=ints(a), owner=ints(a), user=ints(a), base=ints(a), field=ints(a), status=ints(a),
        down_days=zeros(a), hold_until=ints(a), available_from=ints(a),
        available_to=ints(a, value=2**31), route=ints(a, value=-1), rotations_per_week=zeros(a),
        planned_load_t=zeros(a), credit=zeros(a), stop=ints(a, value=-1), target=ints(a, value=-1),
        cargo=zeros(a, MAX_STOPS, 4), crew_hours=zeros(a, 30), repair_scale=zeros(a) + 1.0,
        hours=zeros(a), sorties=zeros(a), rotations=zeros(a), delivered_t=zeros(a),
        days_present=zeros(a), days_capable=zeros(a), last_binding=ints(a),
    )  # fmt: skip


def _empty_moves(n: int) -> Moves:
    m = N_MOVES
    return Moves(
        kind=ints(m), status=ints(m), owner=ints(m), order=ints(m, value=-1), origin=ints(m),
        destination=ints(m), at=ints(m), next=ints(m), km_left=zeros(m), men=zeros(m),
        partner_men=zeros(m), load_t=zeros(m, 3), halt_at=ints(m, value=-1), halt_days=ints(m),
        until=ints(m), attacked=ints(m), begun=ints(m), trip=ints(m),
        trips=ints(n, 4), latest=ints(n, 4, value=NEVER),
    )  # fmt: skip


def _empty_ledger(n: int, a: int, s: int, g: int) -> Ledger:
    return Ledger(
        air_t=zeros(N_ACTORS, 4), air_class_t=zeros(3), air_passengers=zeros(4),
        air_tonne_km=zeros(1), air_place_t=zeros(n), road_t=zeros(s, 4),
        deaths=zeros(s, 4, N_ACTORS), soldiers=zeros(6), fighters=zeros(g, 4),
        militia=zeros(s, 2), places=zeros(s, 2), siege_days=zeros(s), hungry_days=zeros(s),
        sieges=zeros(s, 2), convoys=zeros(s, 3), columns=zeros(s, 3), aircraft=zeros(N_ACTORS, 3),
        sightings=zeros(2), support=zeros(s, s, 3), refusals=zeros(s, s), new_support=zeros(2),
        unmet_t=zeros(s), evacuated=zeros(2), binding_days=zeros(a, 9), overruns=zeros(s),
        abandoned=zeros(s), consumed_t=zeros(s, 3), depot_in_t=zeros(s, 3),
        captured_t=zeros(s, 3), first_held=ints(n, value=-1), handovers=zeros(1),
        local_t=zeros(s, 3), recorded_state=zeros(s, 5), recorded_tail=zeros(a, 3),
        recorded_place=zeros(n, 2),
    )  # fmt: skip

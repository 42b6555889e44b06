"""Flights: every tail, leg by leg, day by day.

A tail flies a closed circuit (its route, when a rotation is due) or out and back to an allocated
airfield (:mod:`rotation` says when). Within the day a crew has
``duty_h`` hours for legs and ground times; a rotation that does not fit goes on the next morning
from where it stands (15.06 h with standard ground times: one in about 1.25 days of 12 h). An
airfield serves aircraft for
MOG x hours open x queue efficiency a day [AFPAM 10-1403 throughput identity]; an aircraft whose
stop does not fit waits. Each leg meets threat, accident, break and sighting with draws of its own.
Why a tail did not fly more is written down each day: the binding constraint.
"""

from __future__ import annotations

from sahelsim.model.draws import MONSOON_DELAY, uniform
from sahelsim.model.events import C_SORTIE, SORTIE, log_event
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.airdrop import drop_on_way
from sahelsim.model.mechanisms.loading import return_cargo, tonnes_on_board, unload
from sahelsim.model.mechanisms.maintenance import (
    SOUND,
    MaintenanceParameters,
    break_after_sortie,
    mend_strips,
    wear_strip,
)
from sahelsim.model.mechanisms.observation import ObservationParameters, observe_landing
from sahelsim.model.mechanisms.partners import PartnersParameters, repair_factor
from sahelsim.model.mechanisms.performance import (
    itinerary_field,
    itinerary_stops,
    leg_hours,
    strip_suits,
)
from sahelsim.model.mechanisms.politics import PoliticsParameters
from sahelsim.model.mechanisms.ramp import ramp_wait_h
from sahelsim.model.mechanisms.rotation import (
    add_credit,
    begin_rotation,
    close_rotation,
    ground_hours,
    leave_reason,
    surging,
)
from sahelsim.model.mechanisms.strength import is_consignee
from sahelsim.model.mechanisms.sustainment import SustainmentParameters, demand_t
from sahelsim.model.mechanisms.threat import (
    WAS_HIT,
    WAS_LOST,
    ThreatParameters,
    accident,
    ground_hit_aircraft,
    lose_aircraft,
    meet_threat,
    seize_aircraft,
    shell_airfields,
    strongest_group,
)
from sahelsim.model.mechanisms.weather import wet_season
from sahelsim.model.world import (
    ABSENT,
    B_DEMAND,
    B_NONE,
    B_TAILS,
    B_THREAT,
    BROKEN,
    DEPOT,
    FLYING,
    LOST,
    READY,
    AircraftTypes,
    Airfields,
    Clock,
    Events,
    Fields,
    Fleet,
    Geography,
    Groups,
    Land,
    Ledger,
    Routes,
    States,
)
from sahelsim.theatre.actors import N_STATES, WORLD


class AirliftParameters(Group):
    """Parameters of ``theatre/parameters/airlift.yaml``."""

    duty_h: float
    leg_fixed_h: float
    ground_onload_h: float
    ground_offload_h: float
    ground_enroute_h: float
    ground_expedited_h: float
    queue_efficiency: float
    queue_wait: float
    monsoon_delay_h: float
    crew_ratio: float
    crew_hours_30d: float
    crew_hours_90d: float
    ute_plan_h: float
    surge_factor: float
    credit_cap: float
    reserve_fuel_h: float
    temperature_c: float
    hot_above_c: float
    hot_per_degree: float
    high_per_1000ft: float
    fuel_mog: float
    aeroplane_range_km: float
    helicopter_range_km: float
    use_marginal_fields: float
    cube_out: float
    cube_low: float
    cube_high: float
    full_days: float
    least_load_share: float
    airdrop: float
    airdrop_recovery: float
    passenger_share: float
    passenger_min_days: float
    need_days: float
    home_rotations_per_day: float
    value_tau_days: float
    value_horizon_days: float
    value_hold_share: float
    value_hold_s50: float
    value_hold_width: float
    value_per_person: float
    value_symbolic: float
    value_fuel_t: float
    value_aircraft: float


@kernel
def attend(
    clock: Clock, airfields: Airfields, routes: Routes, states: States, fleet: Fleet,
    ledger: Ledger, a: int,
) -> bool:  # fmt: skip
    """Let tail ``a`` enter or leave the theatre on its dates; True while it is there."""
    if fleet.status[a] == LOST:
        return False
    day = clock.day[0]
    present = fleet.available_from[a] <= day < fleet.available_to[a]
    if present and fleet.status[a] == ABSENT:
        fleet.status[a] = READY
        fleet.field[a] = fleet.base[a]
    elif not present and fleet.status[a] != ABSENT:
        if fleet.stop[a] >= 0:
            supplier = airfields.country[itinerary_field(routes, fleet, a, 0)]
            return_cargo(states, fleet, ledger, a, supplier)
        fleet.status[a] = ABSENT
        fleet.stop[a] = -1
        fleet.target[a] = -1
        fleet.down_days[a] = 0.0
    return present


@kernel
def arrive(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    routes: Routes,
    land: Land,
    states: States,
    fleet: Fleet,
    ledger: Ledger,
    events: Events,
    a: int,
) -> None:
    """Let tail ``a`` reach its next stop: at the origin to load, between to unload, or the end."""
    stop = fleet.stop[a]
    if stop == 0:
        fleet.stop[a] = -1
        fleet.status[a] = READY
    elif stop < itinerary_stops(routes, fleet, a):
        unload(clock, geography, airfields, routes, land, fleet, ledger, events, a, stop)
        fleet.stop[a] = stop + 1
    else:
        close_rotation(airfields, routes, states, fleet, ledger, a)


@kernel
def fly_leg(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    land: Land,
    groups: Groups,
    states: States,
    fleet: Fleet,
    fields: Fields,
    ledger: Ledger,
    events: Events,
    airlift: AirliftParameters,
    threat: ThreatParameters,
    maintenance: MaintenanceParameters,
    observation: ObservationParameters,
    a: int,
    k: int,
    factor: float,
) -> int:
    """Fly tail ``a`` to its next stop: its ``k``-th sortie of the day; B_NONE if it can go on."""
    here = fleet.field[a]
    stop = fleet.stop[a]
    there = itinerary_field(routes, fleet, a, stop)
    km = airfields.great_circle_km[here, there]
    leg_h = leg_hours(km, types.cruise_kmh[fleet.type[a]], airlift.leg_fixed_h)
    fleet.hours[a] += leg_h
    fleet.sorties[a] += 1.0
    fleet.crew_hours[a, clock.day[0] % fleet.crew_hours.shape[1]] += leg_h
    up = meet_threat(
        clock, airfields, land, groups, fleet, fields, ledger, events, threat, a, here, 2 * k
    )
    if up == WAS_LOST:
        where = airfields.locality[here]
        lose_aircraft(
            clock, geography, land, states, fleet, ledger, events, threat,
            a, where, strongest_group(groups, where), k,
        )  # fmt: skip
        return B_THREAT
    where = airfields.locality[there]
    down = meet_threat(
        clock, airfields, land, groups, fleet, fields, ledger, events, threat, a, there, 2 * k + 1
    )
    crashed = accident(clock, airfields, threat, a, here, there, k)
    if down == WAS_LOST or crashed:
        perpetrator = strongest_group(groups, where) if down == WAS_LOST else WORLD
        lose_aircraft(
            clock, geography, land, states, fleet, ledger, events, threat, a, where, perpetrator, k
        )
        return B_THREAT
    carried_t = tonnes_on_board(fleet, a)
    ledger.air_tonne_km[0] += km * carried_t
    fleet.field[a] = there
    log_event(
        clock, events, SORTIE, where, fleet.owner[a], fleet.user[a], C_SORTIE, here, a,
        0.0, 0.0, 0.0, 0.0, carried_t, 0.0,
    )  # fmt: skip
    if is_consignee(geography, land, where):
        land.last_landing[where] = clock.day[0]
    if types.is_helicopter[fleet.type[a]] == 0:
        wear_strip(clock, airfields, fields, events, maintenance, there)
    observe_landing(clock, fleet, ledger, events, observation, a, where, k)
    arrive(clock, geography, airfields, routes, land, states, fleet, ledger, events, a)
    broken = break_after_sortie(clock, fleet, events, maintenance, a, where, k, factor)
    if up == WAS_HIT or down == WAS_HIT:
        ground_hit_aircraft(clock, groups, fleet, events, threat, a, where, k)
        return B_THREAT
    return B_NONE if broken == SOUND else B_TAILS


@kernel
def ramp_hours(airfields: Airfields, airlift: AirliftParameters, f: int) -> float:
    """Ramp hours of a day: working MOG x operating hours x what queueing leaves of them."""
    return airfields.mog[f] * airfields.operating_h[f] * airlift.queue_efficiency


@kernel
def fly_tail(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    land: Land,
    groups: Groups,
    states: States,
    fleet: Fleet,
    fields: Fields,
    ledger: Ledger,
    events: Events,
    airlift: AirliftParameters,
    threat: ThreatParameters,
    maintenance: MaintenanceParameters,
    observation: ObservationParameters,
    sustainment: SustainmentParameters,
    a: int,
    factor: float,
) -> int:
    """Fly tail ``a`` for a day; return what bound it (B_*). ``factor`` multiplies repair times."""
    if fleet.status[a] == BROKEN or fleet.status[a] == DEPOT:
        return B_TAILS
    if fleet.hold_until[a] > clock.day[0]:
        return B_THREAT
    used_h, sorties = 0.0, 0
    while True:
        if fleet.stop[a] < 0:
            reason = begin_rotation(
                clock, geography, airfields, types, routes, land, states, fleet, fields, ledger,
                airlift, sustainment, a, used_h,
            )  # fmt: skip
            if reason == B_DEMAND and sorties > 0:
                return B_NONE
            if reason != B_NONE:
                return reason
            if fleet.stop[a] == 1:
                used_h += airlift.ground_onload_h
        reason = leave_reason(
            clock, geography, airfields, types, routes, land, states, fleet, fields, events,
            airlift, a, used_h,
        )  # fmt: skip
        if reason != B_NONE:
            return reason
        stop = fleet.stop[a]
        here, there = fleet.field[a], itinerary_field(routes, fleet, a, stop)
        drop_on_way(
            clock, geography, airfields, types, routes, land, fleet, fields, ledger, events,
            airlift, a,
        )  # fmt: skip
        if here == there:  # the stops between were skipped
            arrive(clock, geography, airfields, routes, land, states, fleet, ledger, events, a)
            continue
        if sorties == 0 and wet_season(clock):
            u = uniform(clock.key, MONSOON_DELAY, clock.day[0], a, 0)
            used_h += airlift.monsoon_delay_h * u
        km = airfields.great_circle_km[here, there]
        used_h += leg_hours(km, types.cruise_kmh[fleet.type[a]], airlift.leg_fixed_h)
        ground = ground_hours(clock, airfields, routes, land, fleet, fields, airlift, a, stop)
        if airlift.queue_wait > 0.0:
            day_h = ramp_hours(airfields, airlift, there)
            left_h = fields.ramp_h_left[there]
            used_h += airlift.queue_wait * ramp_wait_h(airfields.mog[there], day_h, left_h, ground)
        fields.ramp_h_left[there] -= ground
        used_h += ground
        reason = fly_leg(
            clock, geography, airfields, types, routes, land, groups, states, fleet, fields,
            ledger, events, airlift, threat, maintenance, observation, a, sorties, factor,
        )  # fmt: skip
        sorties += 1
        if reason != B_NONE:
            return reason


@kernel
def count_unmet(
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    land: Land,
    fleet: Fleet,
    ledger: Ledger,
    airlift: AirliftParameters,
    sustainment: SustainmentParameters,
) -> None:
    """What lending costs the owner (C8): own need that its lent, capable tails could have met.

    A day's need of a state is the demand of its garrisons with an airfield that the tail can use
    and fewer than ``need_days`` days of supply; a tail could have carried its planning payload
    ``home_rotations_per_day`` times. The smaller counts; the need is served once.
    """
    for s in range(N_STATES):
        served = 0.0
        for a in range(len(fleet.owner)):
            status = fleet.status[a]
            if fleet.owner[a] != s or fleet.user[a] == s:
                continue
            if status != READY and status != FLYING:
                continue
            kind = fleet.type[a]
            need = 0.0
            for f in range(len(airfields.locality)):
                i = airfields.locality[f]
                if (
                    geography.country[i] == s
                    and is_consignee(geography, land, i)
                    and land.days_of_supply[i] < airlift.need_days
                    and strip_suits(types, airfields, kind, f, airlift)
                ):
                    need += demand_t(land, sustainment, i)
            could = types.payload_plan_t[kind] * airlift.home_rotations_per_day
            unmet = max(0.0, min(could, need - served))
            served += unmet
            ledger.unmet_t[s] += unmet


@kernel
def flights_day(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    land: Land,
    groups: Groups,
    states: States,
    fleet: Fleet,
    fields: Fields,
    ledger: Ledger,
    events: Events,
    airlift: AirliftParameters,
    threat: ThreatParameters,
    maintenance: MaintenanceParameters,
    observation: ObservationParameters,
    sustainment: SustainmentParameters,
    partners: PartnersParameters,
    politics: PoliticsParameters,
) -> None:
    """The flights of a day, tails in order: open the ramps, fly, write down what bound each."""
    for f in range(len(fields.ramp_h_left)):
        fields.ramp_h_left[f] = ramp_hours(airfields, airlift, f)
    mend_strips(fields, maintenance)
    seize_aircraft(clock, airfields, land, states, fleet, ledger, events, threat)
    shell_airfields(clock, airfields, land, groups, fleet, fields, ledger, events, threat)
    ring = clock.day[0] % fleet.crew_hours.shape[1]
    for a in range(len(fleet.status)):
        fleet.crew_hours[a, ring] = 0.0
        if not attend(clock, airfields, routes, states, fleet, ledger, a):
            fleet.last_binding[a] = B_TAILS
            continue
        add_credit(clock, states, fleet, airlift, politics, a)
        western = types.needs_c130_field[fleet.type[a]]
        factor = repair_factor(clock, states, partners, politics, fleet.owner[a], western)
        if surging(clock, states, fleet.user[a]):
            factor *= maintenance.surge_repair_factor
        bound = fly_tail(
            clock, geography, airfields, types, routes, land, groups, states, fleet, fields,
            ledger, events, airlift, threat, maintenance, observation, sustainment, a, factor,
        )  # fmt: skip
        fleet.last_binding[a] = bound
        ledger.binding_days[a, bound] += 1.0
    count_unmet(geography, airfields, types, land, fleet, ledger, airlift, sustainment)

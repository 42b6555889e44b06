"""World: every array of one run's state, by subject.

One block of arrays holds all that changes; nothing dynamic lives elsewhere. So a snapshot is a
copy of memory, a fork is a copy and a new key, and results depend on neither worker nor order.
Geography, airfields, types and routes never change in a run and are shared by all runs.

Sizes: ``L`` localities, ``F`` airfields, ``A`` aircraft (tails), ``T`` aircraft types, ``R``
routes, ``Z`` admin-1 regions, ``S`` = 3 states, ``G`` = 3 insurgent groups, ``P`` = 6 partners,
``N`` = 17 actors (:mod:`sahelsim.theatre.actors`). Sizes are not part of the compiled type:
another number of tails or localities compiles nothing anew.

Supply classes (axis ``C`` = 3): 0 food (with water), 1 ammunition, 2 fuel and other.
Actors are coded as in :mod:`sahelsim.theatre.actors`; a holder or user of -1 does not occur
(``NONE`` is 16); an index of -1 means "no such thing".
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sahelsim.model.groups import Group

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint32]

# ---- constants of the format -------------------------------------------------------------------
FOOD, AMMO, FUEL, PASSENGERS = 0, 1, 2, 3  # cargo axis; passengers are counted in men
PASSENGER_T = 0.12  # t a man with his kit (100 kg + 20 kg), model specification 1.9 [assumed]
MAX_STOPS = 8  # stops of a route, the base counted once
N_MOVES = 256  # columns and convoys under way at once
NEVER = -(2**31)  # day of what has not happened yet

# aircraft status
READY, FLYING, BROKEN, DEPOT, LOST, ABSENT = 0, 1, 2, 3, 4, 5
# kind of a move
CONVOY, COLUMN, RELIEF = 1, 2, 3
# status of a move (0 is a free slot)
FREE, MOVING, HALTED, RETURNING = 0, 1, 2, 3
# order status
PROPOSED, APPLIED, REJECTED = 0, 1, 2
# columns of Orders.row
O_DAY, O_ACTOR, O_VERB = 0, 1, 2
O_I0, O_I1, O_I2, O_I3, O_I4 = 3, 4, 5, 6, 7
O_AUTHOR, O_STATUS, O_REASON, O_TEXT = 8, 9, 10, 11
ORDER_COLUMNS = 12
# order authors
SCENARIO, POLICY, AGENT, TEAM, FACILITATOR = 0, 1, 2, 3, 4
# victims (axis of Ledger.deaths)
MILITARY, INSURGENT, CIVILIAN, MILITIA = 0, 1, 2, 3
# why a tail did not fly more on a day (axis of History.binding and Ledger.binding_days)
BINDING = ("none", "tails", "crews", "ramp", "cargo", "weather", "threat", "closed", "demand")
B_NONE, B_TAILS, B_CREWS, B_RAMP, B_CARGO, B_WEATHER, B_THREAT, B_CLOSED, B_DEMAND = range(9)
# clock.status flags: a run that sets one is an error, never a silent loss
ORDERS_FULL, EVENTS_FULL, MOVES_FULL, NOT_FINITE = 0, 1, 2, 3


class Geography(Group):
    """The ground: frozen, shared by all runs."""

    country: Ints  # [L] state 0..2
    region: Ints  # [L] admin-1 region 0..Z-1
    region_country: Ints  # [Z] state 0..2
    latitude: Floats  # [L] degrees north
    longitude: Floats  # [L] degrees east
    population: Floats  # [L] catchment population, >= 500 persons
    population_appeal: Floats  # [L] part of a place's appeal to attacks that its population is
    capacity: Floats  # [L] K_i, fighters that a place can carry
    home: Floats  # [G, L] support base of a group, 0..1
    road_km: Floats  # [L, L] shortest road distance, km
    next_hop: Ints  # [L, L] next locality on the way from row to column
    near_start: Ints  # [L + 1] CSR pointers into near_*: neighbours with 0 < road_km < 250
    near: Ints  # [M] neighbour index
    near_share: Floats  # [M] w_ij / sum_j w_ij, w_ij = w_ji = exp(-road_km/70): rows sum to 1
    own_spread: Floats  # [L] share of its own excitation that stays (.85, or 1 with no neighbour)
    airfield: Ints  # [L] airfield that serves the place, or -1
    capital: Ints  # [S] locality that is the state's depot and reserve
    tri_border: Ints  # [L] 1 within 100 km of the tri-border point
    symbolic: Floats  # [L] 1 for capitals and regional capitals, else 0
    garrison_target: Floats  # [L] men wanted at the start, the base of reinforcement


class Airfields(Group):
    """The airfields: frozen."""

    locality: Ints  # [F] locality that it serves
    country: Ints  # [F] state 0..2
    region: Ints  # [F]
    elevation_ft: Floats  # [F]
    runway_m: Floats  # [F]
    paved: Ints  # [F] 0 or 1
    c130_use: Ints  # [F] 0 no, 1 marginal, 2 yes
    mog: Floats  # [F] working MOG, aircraft served at once
    operating_h: Floats  # [F] hours open a day
    great_circle_km: Floats  # [F, F]


class AircraftTypes(Group):
    """Aircraft types: frozen."""

    payload_max_t: Floats  # [T]
    payload_plan_t: Floats  # [T]
    cruise_kmh: Floats  # [T]
    burn_kg_per_h: Floats  # [T]
    troops: Floats  # [T] seats
    runway_m: Floats  # [T] shortest runway
    unpaved_ok: Ints  # [T] 0 or 1
    mission_capable: Floats  # [T] prior used once to scale repair times
    empty_kg: Floats  # [T] operating weight empty, 0 where unknown (payload table used instead)
    takeoff_kg: Floats  # [T] maximum take-off weight
    landing_kg: Floats  # [T] maximum assault landing weight
    needs_c130_field: Ints  # [T] 1 if the airfield's c130_use decides, 0 if runway and surface do
    is_helicopter: Ints  # [T]
    theatre_lift: Ints  # [T] 1 if the type is used for lift inside the theatre


class Routes(Group):
    """Closed circuits of airfields: frozen once the scenario is known."""

    stop: Ints  # [R, MAX_STOPS] airfields in order, the first is the loading base; -1 pads
    n_stops: Ints  # [R]


class Clock(Group):
    """Time, identity and health of the run."""

    day: Ints  # [1] day index, 0 on the start date
    key: Keys  # [2] seed, replicate
    start_ordinal: Ints  # [1] proleptic ordinal of the start date
    start_doy: Ints  # [1] day of the year of the start date, 1..366
    horizon: Ints  # [1] days the scenario lasts
    status: Ints  # [4] ORDERS_FULL, EVENTS_FULL, MOVES_FULL, NOT_FINITE


class Land(Group):
    """Localities."""

    holder: Ints  # [L] actor that holds the place
    garrison: Floats  # [L] men of the state of the place's country
    target: Floats  # [L] men wanted there
    stock_t: Floats  # [L, C] garrison's supplies
    civil_stock_t: Floats  # [L] food of the besieged population
    control: Floats  # [L] c, 0..1 in favour of the state
    collaboration: Floats  # [L] a, 0..1 with the state
    besieged: Ints  # [L] 0 or 1
    besieged_since: Ints  # [L] day the siege began (negative: before the start)
    days_without_food: Ints  # [L] consecutive days with no food left
    vacant_days: Ints  # [L] consecutive days without garrison in front of >= 30 fighters
    readiness: Floats  # [L] 0..1
    days_of_supply: Floats  # [L] smallest over classes with demand, days
    food_days: Floats  # [L] days of food
    food_left_t: Floats  # [L] food left after yesterday's meals: what is above it came since
    supply_ratio: Floats  # [L] s, food that came / food needed, smoothed over a month
    militia: Floats  # [L] pro-state militia, men
    wounded: Floats  # [L, 2] returning wounded soldiers in two stages, men
    displaced: Floats  # [L] persons displaced from the place
    deaths: Floats  # [L] cumulative deaths of all kinds since the start
    un_troops: Floats  # [L] UN men on the site, 0 when there is none
    joint_troops: Floats  # [L] men of the joint force who stand with the garrison today
    blockade_until: Ints  # [L] declared blockade lasts before this day
    roads_closed_until: Ints  # [L] declared closure of the roads that touch the place
    last_landing: Ints  # [L] day of the last landing there, -999 before any


class Groups(Group):
    """Insurgent groups."""

    fighters: Floats  # [G, L] men
    excitation: Floats  # [G, L] H, decayed events a day
    intent: Floats  # [G] e_g, multiplies the event rate, 0.5..2
    posture: Ints  # [G] index into the posture choices
    posture_until: Ints  # [G]
    ou_region: Floats  # [G, Z] slow latent log-intensity
    ou_country: Floats  # [G + 1, S] the same by country; row G is that of state operations
    truce_until: Ints  # [N, N] clash damped before this day


class States(Group):
    """States, their partners and their politics."""

    reserve: Floats  # [S] men, finite
    depot_t: Floats  # [S, C] national stock that convoys and aircraft load from
    pressure: Floats  # [S] domestic pressure, 0..10
    sanction: Floats  # [S] 0..1
    threat: Floats  # [S] threat of intervention, 0..1
    restraint: Ints  # [S] 0 strict, 1 normal, 2 permissive
    surge_until: Ints  # [S] aircraft surge lasts before this day
    partner_men: Floats  # [P, S]
    permit: Ints  # [S, N, 3] host, guest, overflight|landing|ground
    joint_force_day: Ints  # [1] day building began, or -1
    joint_force_target: Floats  # [1] men
    honoured: Floats  # [S, S] A: receiver's memory of the giver, [receiver, giver]
    refused: Floats  # [S, S] B
    support_kinds: Ints  # [S, S, 3] 1 once honoured, [giver, receiver, kind]
    support_level: Floats  # [S, S, 3] sortie-days a week now granted, [giver, receiver, kind]
    request: Ints  # [S, S, 3] 1 while a request waits, [asker, asked, kind]
    burden: Floats  # [S] discounted sum of support given
    benefit: Floats  # [S] discounted sum of support received
    asked_90d: Floats  # [1] discounted count of requests
    refused_90d: Floats  # [1] discounted count of refusals
    killed_7d: Floats  # [S, 7] soldiers killed, a ring by day % 7
    lost_7d: Floats  # [S, 7] localities lost
    aircraft_lost_7d: Floats  # [S, 7]
    success_7d: Floats  # [S, 7] visible successes: places taken, sieges lifted


class Fleet(Group):
    """Aircraft by tail."""

    type: Ints  # [A]
    owner: Ints  # [A] actor
    user: Ints  # [A] actor that tasks it (the borrower while lent)
    base: Ints  # [A] airfield
    field: Ints  # [A] airfield where it stands
    status: Ints  # [A] READY, FLYING (rotation under way), BROKEN, DEPOT, LOST, ABSENT
    down_days: Floats  # [A] repair time left, days
    hold_until: Ints  # [A] stands down before this day
    available_from: Ints  # [A] first day in the theatre
    available_to: Ints  # [A] first day no longer there
    route: Ints  # [A] circuit, or -1 for the daily allocation
    rotations_per_week: Floats  # [A]
    planned_load_t: Floats  # [A] 0 = planning payload of the type
    credit: Floats  # [A] rotations due and not yet begun
    stop: Ints  # [A] index of the next stop of the rotation under way, -1 at base
    target: Ints  # [A] destination of an allocated out-and-back sortie, or -1
    cargo: Floats  # [A, MAX_STOPS, 4] t by class and men, by the stop they are meant for
    crew_hours: Floats  # [A, 30] flying hours, a ring by day % 30
    repair_scale: Floats  # [A] multiplies repair times
    hours: Floats  # [A] flown since the start
    sorties: Floats  # [A]
    rotations: Floats  # [A] closed
    delivered_t: Floats  # [A]
    days_present: Floats  # [A] days possessed
    days_capable: Floats  # [A] days mission-capable
    last_binding: Ints  # [A] B_* of the day


class Fields(Group):
    """Airfields, what changes."""

    weather_closed: Ints  # [F] 1 while weather keeps it shut
    shelled_until: Ints  # [F] shut by indirect fire before this day
    ordered_until: Ints  # [F] shut by order before this day
    denied_until: Ints  # [F] "deny the air" posture before this day
    wear: Floats  # [F] surface wear; shut above 1 until below .5
    worn_out: Ints  # [F] 1 while shut by wear
    ramp_h_left: Floats  # [F] working-MOG hours left today


class Moves(Group):
    """Convoys and columns under way; a slot is free where status is 0."""

    kind: Ints  # [N_MOVES]
    status: Ints  # [N_MOVES]
    owner: Ints  # [N_MOVES] state
    order: Ints  # [N_MOVES] order number that began it, or -1
    origin: Ints  # [N_MOVES]
    destination: Ints  # [N_MOVES]
    at: Ints  # [N_MOVES] last locality passed
    next: Ints  # [N_MOVES] locality it marches to
    km_left: Floats  # [N_MOVES] to next
    men: Floats  # [N_MOVES] escort or column
    partner_men: Floats  # [N_MOVES]
    load_t: Floats  # [N_MOVES, C]
    halt_at: Ints  # [N_MOVES] or -1
    halt_days: Ints  # [N_MOVES]
    until: Ints  # [N_MOVES] day a halt ends
    attacked: Ints  # [N_MOVES] ambushes met so far
    begun: Ints  # [N_MOVES] day
    trip: Ints  # [N_MOVES] how many of its kind had gone to its destination before
    trips: Ints  # [L, 4] moves so far by destination and kind
    latest: Ints  # [L, 4] day on which the latest of them began; NEVER before the first


class Orders(Group):
    """The order log: scripted rows first, in day order, then what policies and people add."""

    row: Ints  # [capacity, ORDER_COLUMNS]
    number: Floats  # [capacity, 3] x0..x2
    count: Ints  # [1] rows in use
    cursor: Ints  # [2] first scripted row not yet due; first other row not yet looked at
    scripted: Ints  # [1] number of scripted rows
    policy: Ints  # [N] 1 where the built-in policy decides for the actor


class Ledger(Group):
    """Totals since the start: outcomes and the books that conservation tests read."""

    air_t: Floats  # [N, 4] by aircraft owner: loaded, delivered, lost, returned
    air_class_t: Floats  # [C] delivered by class
    air_passengers: Floats  # [4] boarded, landed, lost, returned (men)
    air_tonne_km: Floats  # [1]
    air_place_t: Floats  # [L] delivered by air
    road_t: Floats  # [S, 4] loaded, delivered, lost, returned
    deaths: Floats  # [S, 4, N] country of the place, victim, perpetrator
    soldiers: Floats  # [6] killed, crippled, deserted, sent by partners or lost with aircraft...
    fighters: Floats  # [G, 4] recruited, removed in fights, attrition, arrived by scenario
    militia: Floats  # [S, 2] removed, raised
    places: Floats  # [S, 2] lost, gained
    siege_days: Floats  # [S] locality-days
    hungry_days: Floats  # [S] garrison-days without food
    sieges: Floats  # [S, 2] begun, ended
    convoys: Floats  # [S, 3] sent, ambushed, arrived
    columns: Floats  # [S, 3] sent, won, lost
    aircraft: Floats  # [N, 3] lost, hit, shot at, by owner
    sightings: Floats  # [2] sorties seen, sum of delays (d)
    support: Floats  # [S, S, 3] sortie-days honoured, [giver, receiver, kind]
    refusals: Floats  # [S, S] [refuser, asker]
    new_support: Floats  # [2] first-ever dyad-kinds honoured, support in t-equivalents
    unmet_t: Floats  # [S] own airlift demand unmet while own aircraft are lent, t
    evacuated: Floats  # [2] wounded flown out, wounded who could not be
    binding_days: Floats  # [A, 9] days by what bound each tail
    overruns: Floats  # [S]
    abandoned: Floats  # [S]
    consumed_t: Floats  # [S, C]
    depot_in_t: Floats  # [S, C] supplies that reached the depots
    captured_t: Floats  # [S, C] garrison stock lost with its place
    first_held: Ints  # [L] first day the state held a place it had not held, or -1
    handovers: Floats  # [1]
    local_t: Floats  # [S, C] bought locally
    recorded_state: Floats  # [S, 5] totals at the last record: deaths by victim, t by road
    recorded_tail: Floats  # [A, 3] the same: hours, sorties, tonnes
    recorded_place: Floats  # [L, 2] the same: deaths, tonnes by air


class Events(Group):
    """Every simulated event, in order."""

    row: Ints  # [capacity, 8] see EVENT_COLUMNS
    number: Floats  # [capacity, 6] see EVENT_NUMBERS
    count: Ints  # [2] rows in use; rows already counted into History


EVENT_COLUMNS = ("day", "kind", "locality", "actor", "target", "cause", "cause_number", "object")
EVENT_NUMBERS = (
    "military_deaths",
    "insurgent_deaths",
    "civilian_deaths",
    "militia_deaths",
    "quantity",
    "party_size",
)


class History(Group):
    """What is written down at the end of each day; row ``d`` is the state after day ``d``."""

    state: Singles  # [D, S, len(STATE_SERIES)]
    group: Singles  # [D, G, len(GROUP_SERIES)]
    tail: Singles  # [D, A, len(TAIL_SERIES)]
    airfield: Singles  # [D, F, len(AIRFIELD_SERIES)]
    locality: Singles  # [D, L, len(LOCALITY_SERIES)]
    alliance: Singles  # [D, len(ALLIANCE_SERIES)]


class World(Group):
    """All of one run."""

    geography: Geography
    airfields: Airfields
    types: AircraftTypes
    routes: Routes
    clock: Clock
    land: Land
    groups: Groups
    states: States
    fleet: Fleet
    fields: Fields
    moves: Moves
    orders: Orders
    ledger: Ledger
    events: Events
    history: History


FROZEN = ("geography", "airfields", "types", "routes")


def copy_world(world: World) -> World:
    """Copy what changes and share what is frozen: the whole of a snapshot or a fork."""
    return World(
        *(
            part if name in FROZEN else type(part)(*(array.copy() for array in part))
            for name, part in zip(World._fields, world, strict=True)
        )
    )


def restore_world(world: World, saved: World) -> None:
    """Write a saved copy back into the arrays of ``world`` (which keep their identity).

    Logs are written back as far as either reaches: beyond its count a log is as it was made.
    """
    for name, part, old in zip(World._fields, world, saved, strict=True):
        if name in FROZEN:
            continue
        used = None
        if name in ("orders", "events"):
            used = max(int(part.count[0]), int(old.count[0]))
        for array, value in zip(part, old, strict=True):
            if used is not None and len(array) > used:
                array[:used] = value[:used]
            else:
                array[...] = value


def worlds_equal(a: World, b: World) -> bool:
    """True where every array of two worlds is bitwise equal (NaN equals NaN)."""
    return all(_same(x, y) for p, q in zip(a, b, strict=True) for x, y in zip(p, q, strict=True))


def _same(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> bool:
    return x.shape == y.shape and x.dtype == y.dtype and x.tobytes() == y.tobytes()

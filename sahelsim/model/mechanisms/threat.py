"""Threat to aircraft: ground fire at each movement, missiles, accidents, fire on the airfield.

A movement is a landing or a take-off. With M fighters at the place that the airfield serves,

    P(shot at) = 1 - exp(-k_s M / 1000)

with ``shot_rate``, or ``shot_rate_denied`` where the place is besieged or a group presses the
airfield; then a hit with ``hit`` or ``hit_denied``, and a loss with ``loss``. A hit that is not a
loss grounds the aircraft for Gamma(2, mean ``hit_repair_days``). 150 men who deny the air give
.26 x .25 x 2 movements = .13 hits a landing, the order seen at Tessalit in October 2023.
P(hit | shot at) .028 = 6 of 215 (US Air Mobility Command 2006, Air & Space Forces Magazine);
P(loss | missile hit) .70 = 28 of 40 (US State Department); the rest assumed (correction 8).
Missiles are off by default. An aircraft that stands broken where insurgents take the place is
lost. Fire on a besieged airfield: Poisson with r0 M / (M + M_half) a day.
"""

from __future__ import annotations

import math

from sahelsim.model.draws import (
    ACCIDENT,
    HIT,
    HIT_REPAIR,
    IDF_CLOSURE,
    IDF_DAMAGE,
    INDIRECT_FIRE,
    LOSS,
    SHOT_AT,
    bernoulli,
    gamma2,
    poisson,
    uniform,
)
from sahelsim.model.events import (
    AIRCRAFT_HIT,
    AIRCRAFT_LOST,
    AIRFIELD_SHELLED,
    C_EVENT,
    C_SIEGE,
    C_SORTIE,
    log_event,
)
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.losses import book_deaths
from sahelsim.model.mechanisms.strength import fighters_at
from sahelsim.model.world import (
    ABSENT,
    AMMO,
    BROKEN,
    DEPOT,
    FOOD,
    FUEL,
    LOST,
    MAX_STOPS,
    MILITARY,
    PASSENGERS,
    Airfields,
    Clock,
    Events,
    Fields,
    Fleet,
    Geography,
    Groups,
    Land,
    Ledger,
    States,
)
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS, N_STATES, WORLD

SAFE, WAS_HIT, WAS_LOST = 0, 1, 2  # what a movement ends in
MISSILE_DRAWS = 64  # draws of the missile branch are keyed apart from those of the guns


class ThreatParameters(Group):
    """Parameters of ``theatre/parameters/threat.yaml``."""

    shot_rate: float
    shot_rate_denied: float
    hit: float
    hit_denied: float
    loss: float
    missile_launch: float
    missile_hit: float
    missile_loss: float
    hit_repair_days: float
    stand_down_low: float
    stand_down_high: float
    aircrew: float
    accident_paved: float
    accident_unpaved: float
    shelling_rate: float
    shelling_half_men: float
    shelling_closed_low: float
    shelling_closed_high: float
    shelling_damage_per_h: float
    shelling_exposure_h: float


@kernel
def air_denied(clock: Clock, land: Land, fields: Fields, locality: int, f: int) -> bool:
    """True where the place is besieged or a group presses its airfield today."""
    return land.besieged[locality] == 1 or fields.denied_until[f] > clock.day[0]


@kernel
def shot_at_probability(rate: float, men: float) -> float:
    """P(shot at) at one movement near ``men`` fighters, 0..1."""
    return 1.0 - math.exp(-rate * men / 1000.0)


@kernel
def movement_loss_probability(men: float, denied: bool, threat: ThreatParameters) -> float:
    """P(aircraft lost to guns or missiles) at one movement, for those who decide."""
    rate = threat.shot_rate_denied if denied else threat.shot_rate
    hit = threat.hit_denied if denied else threat.hit
    guns = shot_at_probability(rate, men) * hit * threat.loss
    missiles = 0.0
    if men > 0.0:
        missiles = threat.missile_launch * threat.missile_hit * threat.missile_loss
    return 1.0 - (1.0 - guns) * (1.0 - missiles)


@kernel
def strongest_group(groups: Groups, locality: int) -> int:
    """Actor code of the group with most fighters at a place; WORLD where there is none."""
    best, most = WORLD, 0.0
    for g in range(N_GROUPS):
        if groups.fighters[g, locality] > most:
            best, most = FIRST_GROUP + g, groups.fighters[g, locality]
    return best


@kernel
def meet_threat(
    clock: Clock,
    airfields: Airfields,
    land: Land,
    groups: Groups,
    fleet: Fleet,
    fields: Fields,
    ledger: Ledger,
    events: Events,
    threat: ThreatParameters,
    a: int,
    f: int,
    k: int,
) -> int:
    """Draw the threat to the ``k``-th movement of the day of tail ``a``, at airfield ``f``.

    Returns SAFE, WAS_HIT or WAS_LOST; the caller carries the consequence out.
    """
    locality = airfields.locality[f]
    men = fighters_at(groups, locality)
    if men <= 0.0:
        return SAFE
    day = clock.day[0]
    owner = fleet.owner[a]
    if bernoulli(threat.missile_launch, uniform(clock.key, SHOT_AT, day, a, MISSILE_DRAWS + k)):
        ledger.aircraft[owner, 2] += 1.0
        u = uniform(clock.key, HIT, day, a, MISSILE_DRAWS + k)
        if bernoulli(threat.missile_hit, u):
            ledger.aircraft[owner, 1] += 1.0
            u = uniform(clock.key, LOSS, day, a, MISSILE_DRAWS + k)
            return WAS_LOST if bernoulli(threat.missile_loss, u) else WAS_HIT
    denied = air_denied(clock, land, fields, locality, f)
    rate = threat.shot_rate_denied if denied else threat.shot_rate
    shot = shot_at_probability(rate, men)
    if not bernoulli(shot, uniform(clock.key, SHOT_AT, day, a, k)):
        return SAFE
    ledger.aircraft[owner, 2] += 1.0
    hit = threat.hit_denied if denied else threat.hit
    if not bernoulli(hit, uniform(clock.key, HIT, day, a, k)):
        return SAFE
    ledger.aircraft[owner, 1] += 1.0
    return WAS_LOST if bernoulli(threat.loss, uniform(clock.key, LOSS, day, a, k)) else WAS_HIT


@kernel
def accident(
    clock: Clock, airfields: Airfields, threat: ThreatParameters, a: int, f: int, g: int, k: int
) -> bool:
    """True where the ``k``-th sortie of the day of tail ``a``, from ``f`` to ``g``, crashes."""
    paved = airfields.paved[f] == 1 and airfields.paved[g] == 1
    p = threat.accident_paved if paved else threat.accident_unpaved
    return bernoulli(p, uniform(clock.key, ACCIDENT, clock.day[0], a, k))


@kernel
def ground_hit_aircraft(
    clock: Clock,
    groups: Groups,
    fleet: Fleet,
    events: Events,
    threat: ThreatParameters,
    a: int,
    locality: int,
    k: int,
) -> None:
    """Put a tail that was hit, but not lost, into repair where it stands."""
    days = gamma2(threat.hit_repair_days, uniform(clock.key, HIT_REPAIR, clock.day[0], a, k))
    fleet.status[a] = BROKEN
    fleet.down_days[a] = max(fleet.down_days[a], days)
    log_event(
        clock, events, AIRCRAFT_HIT, locality, strongest_group(groups, locality), fleet.owner[a],
        C_SORTIE, a, a, 0.0, 0.0, 0.0, 0.0, days, 0.0,
    )  # fmt: skip


@kernel
def strike_off(
    clock: Clock,
    states: States,
    fleet: Fleet,
    ledger: Ledger,
    threat: ThreatParameters,
    a: int,
    k: int,
) -> float:
    """Enter tail ``a`` as lost with its goods (t, returned); its owner's others stand down.

    Passengers on board are the caller's to enter first.
    """
    owner = fleet.owner[a]
    tonnes = 0.0
    for stop in range(MAX_STOPS):
        for c in (FOOD, AMMO, FUEL):
            tonnes += fleet.cargo[a, stop, c]
        for c in range(fleet.cargo.shape[2]):
            fleet.cargo[a, stop, c] = 0.0
    ledger.air_t[owner, 2] += tonnes
    ledger.aircraft[owner, 0] += 1.0
    if owner < N_STATES:
        states.aircraft_lost_7d[owner, clock.day[0] % 7] += 1.0
    fleet.status[a] = LOST
    fleet.stop[a] = -1
    fleet.target[a] = -1
    fleet.down_days[a] = 0.0
    u = uniform(clock.key, HIT_REPAIR, clock.day[0], a, MISSILE_DRAWS + k)
    span = threat.stand_down_high - threat.stand_down_low
    until = clock.day[0] + math.ceil(threat.stand_down_low + span * u)
    for other in range(len(fleet.status)):
        if fleet.owner[other] == owner and other != a:
            fleet.hold_until[other] = max(fleet.hold_until[other], until)
    return tonnes


@kernel
def men_on_board(fleet: Fleet, a: int) -> float:
    """Passengers on board tail ``a``."""
    men = 0.0
    for stop in range(MAX_STOPS):
        men += fleet.cargo[a, stop, PASSENGERS]
    return men


@kernel
def lose_aircraft(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    fleet: Fleet,
    ledger: Ledger,
    events: Events,
    threat: ThreatParameters,
    a: int,
    locality: int,
    perpetrator: int,
    k: int,
) -> None:
    """Lose tail ``a`` with its crew, passengers and cargo; its owner's others stand down.

    Passengers leave the soldiers' book by ``ledger.soldiers[3]``; the crew never was in it.
    """
    owner, user = fleet.owner[a], fleet.user[a]
    men = men_on_board(fleet, a)
    ledger.air_passengers[2] += men
    ledger.soldiers[3] += men
    ring = clock.day[0] % 7
    if owner < N_STATES:
        states.killed_7d[owner, ring] += threat.aircrew
    if user < N_STATES:
        states.killed_7d[user, ring] += men
    dead = threat.aircrew + men
    book_deaths(geography, land, ledger, locality, MILITARY, perpetrator, dead)
    tonnes = strike_off(clock, states, fleet, ledger, threat, a, k)
    log_event(
        clock, events, AIRCRAFT_LOST, locality, perpetrator, owner, C_SORTIE, a, a,
        dead, 0.0, 0.0, 0.0, tonnes, 0.0,
    )  # fmt: skip


@kernel
def seize_aircraft(
    clock: Clock,
    airfields: Airfields,
    land: Land,
    states: States,
    fleet: Fleet,
    ledger: Ledger,
    events: Events,
    threat: ThreatParameters,
) -> None:
    """Lose the aircraft that stand broken at a field whose place an insurgent group holds.

    Those that can fly have left; people get away, passengers to the user's reserve.
    """
    for a in range(len(fleet.status)):
        if fleet.status[a] != BROKEN and fleet.status[a] != DEPOT:
            continue
        locality = airfields.locality[fleet.field[a]]
        holder = land.holder[locality]
        if holder < FIRST_GROUP or holder >= FIRST_GROUP + N_GROUPS:
            continue
        men, user = men_on_board(fleet, a), fleet.user[a]
        if user < N_STATES:
            states.reserve[user] += men
            ledger.air_passengers[3] += men
        tonnes = strike_off(clock, states, fleet, ledger, threat, a, 0)
        log_event(
            clock, events, AIRCRAFT_LOST, locality, holder, fleet.owner[a], C_EVENT, -1, a,
            0.0, 0.0, 0.0, 0.0, tonnes, 0.0,
        )  # fmt: skip


@kernel
def shell_airfields(
    clock: Clock,
    airfields: Airfields,
    land: Land,
    groups: Groups,
    fleet: Fleet,
    fields: Fields,
    ledger: Ledger,
    events: Events,
    threat: ThreatParameters,
) -> None:
    """Indirect fire on besieged airfields: it shuts them and may damage aircraft on the ground."""
    day = clock.day[0]
    for f in range(len(fields.shelled_until)):
        locality = airfields.locality[f]
        if land.besieged[locality] == 0:
            continue
        men = fighters_at(groups, locality)
        rate = threat.shelling_rate * men / (men + threat.shelling_half_men)
        salvos = poisson(rate, uniform(clock.key, INDIRECT_FIRE, day, f, 0))
        if salvos == 0:
            continue
        span = threat.shelling_closed_high - threat.shelling_closed_low
        u = uniform(clock.key, IDF_CLOSURE, day, f, 0)
        closed = threat.shelling_closed_low + math.floor((span + 1.0) * u)
        fields.shelled_until[f] = max(fields.shelled_until[f], day + int(closed))
        group = strongest_group(groups, locality)
        log_event(
            clock, events, AIRFIELD_SHELLED, locality, group, airfields.country[f], C_SIEGE, -1, f,
            0.0, 0.0, 0.0, 0.0, closed, 0.0,
        )  # fmt: skip
        damage = 1.0 - math.exp(-threat.shelling_damage_per_h * threat.shelling_exposure_h * salvos)
        for a in range(len(fleet.status)):
            if fleet.field[a] != f or fleet.status[a] in (LOST, ABSENT, DEPOT):
                continue
            if bernoulli(damage, uniform(clock.key, IDF_DAMAGE, day, a, 0)):
                ledger.aircraft[fleet.owner[a], 1] += 1.0
                ground_hit_aircraft(
                    clock, groups, fleet, events, threat, a, locality, MISSILE_DRAWS
                )

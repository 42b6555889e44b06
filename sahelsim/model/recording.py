"""What is written down at the end of each day.

One kernel fills one row of every History array from the state and from the Ledger (flows are
totals minus the totals at the last record). Tables are made from these rows in ``experiment/``.
"""

from __future__ import annotations

import math

from sahelsim.model.events import ATTACK_ON_CIVILIANS, COLUMN_AMBUSH, CONVOY_AMBUSH
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.alliance import (
    AllianceParameters,
    cohesion,
    precedent_index,
    support_totals,
    trust,
)
from sahelsim.model.mechanisms.partners import PartnersParameters, influence, joint_force_total
from sahelsim.model.series import (
    A_COHESION,
    A_INFLUENCE_RUSSIA,
    A_JOINT_FORCE,
    A_PRECEDENT,
    A_SUPPORT_HONOURED,
    A_SUPPORT_REFUSED,
    A_TRUST_MALI_NIGER,
    F_CLOSED,
    F_TONNES_DELIVERED,
    F_WEAR,
    G_ATTACKS,
    G_FIGHTERS,
    G_LOCALITIES_HELD,
    G_POSTURE,
    L_BESIEGED,
    L_CONTROL,
    L_DAYS_OF_SUPPLY,
    L_DEATHS,
    L_FIGHTERS,
    L_GARRISON,
    L_HOLDER,
    L_TONNES_DELIVERED,
    S_AIRCRAFT_CAPABLE,
    S_AIRCRAFT_PRESENT,
    S_BESIEGED,
    S_BESIEGED_POPULATION,
    S_DAYS_OF_SUPPLY,
    S_DISPLACED,
    S_FLIGHT_HOURS,
    S_GARRISON,
    S_HELD_SHARE,
    S_LOCALITIES_HELD,
    S_MILITARY_DEATHS,
    S_POPULATION_SHARE,
    S_PRESSURE,
    S_RESERVE,
    S_SORTIES,
    S_TONNES_BY_ROAD,
    S_TONNES_DELIVERED,
    S_WITHOUT_FOOD,
    T_BINDING,
    T_CAPABLE,
    T_FLIGHT_HOURS,
    T_SORTIES,
    T_TONNES_DELIVERED,
)
from sahelsim.model.world import (
    ABSENT,
    FLYING,
    LOST,
    NOT_FINITE,
    READY,
    Airfields,
    Clock,
    Events,
    Fields,
    Fleet,
    Geography,
    Groups,
    History,
    Land,
    Ledger,
    States,
)
from sahelsim.theatre.actors import (
    FIRST_GROUP,
    FIRST_PARTNER,
    MLI,
    N_GROUPS,
    N_STATES,
    NER,
    RUSSIA,
)


@kernel
def record_tails(clock: Clock, fleet: Fleet, ledger: Ledger, history: History) -> None:
    """Row of the tails; flying hours, sorties and tonnes also go to the user state's row."""
    d = clock.day[0]
    for a in range(fleet.type.shape[0]):
        flown = fleet.hours[a] - ledger.recorded_tail[a, 0]
        sorties = fleet.sorties[a] - ledger.recorded_tail[a, 1]
        tonnes = fleet.delivered_t[a] - ledger.recorded_tail[a, 2]
        ledger.recorded_tail[a, 0] = fleet.hours[a]
        ledger.recorded_tail[a, 1] = fleet.sorties[a]
        ledger.recorded_tail[a, 2] = fleet.delivered_t[a]
        capable = fleet.status[a] == READY or fleet.status[a] == FLYING
        present = fleet.status[a] != LOST and fleet.status[a] != ABSENT
        row = history.tail[d, a]
        row[T_FLIGHT_HOURS] = flown
        row[T_SORTIES] = sorties
        row[T_TONNES_DELIVERED] = tonnes
        row[T_CAPABLE] = 1.0 if capable else 0.0
        row[T_BINDING] = fleet.last_binding[a]
        user = fleet.user[a]
        if user < N_STATES:
            state = history.state[d, user]
            state[S_FLIGHT_HOURS] += flown
            state[S_SORTIES] += sorties
            state[S_TONNES_DELIVERED] += tonnes
            if present:
                state[S_AIRCRAFT_PRESENT] += 1.0
            if capable:
                state[S_AIRCRAFT_CAPABLE] += 1.0


@kernel
def record_places(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    land: Land,
    groups: Groups,
    fields: Fields,
    ledger: Ledger,
    history: History,
) -> None:
    """Rows of localities and airfields, and what states and groups add up from them."""
    d = clock.day[0]
    state, group = history.state[d], history.group[d]
    for f in range(airfields.locality.shape[0]):
        row = history.airfield[d, f]
        shut = (
            fields.weather_closed[f] == 1
            or fields.worn_out[f] == 1
            or fields.shelled_until[f] > d
            or fields.ordered_until[f] > d
        )
        i = airfields.locality[f]
        row[F_CLOSED] = 1.0 if shut else 0.0
        row[F_WEAR] = fields.wear[f]
        if geography.airfield[i] == f:  # a place with two airfields counts its tonnes at its own
            row[F_TONNES_DELIVERED] = ledger.air_place_t[i] - ledger.recorded_place[i, 1]
    for i in range(geography.country.shape[0]):
        fighters = 0.0
        for g in range(N_GROUPS):
            fighters += groups.fighters[g, i]
        row = history.locality[d, i]
        row[L_HOLDER] = land.holder[i]
        row[L_BESIEGED] = land.besieged[i]
        row[L_CONTROL] = land.control[i]
        row[L_GARRISON] = land.garrison[i]
        row[L_FIGHTERS] = fighters
        row[L_DAYS_OF_SUPPLY] = land.days_of_supply[i] if land.garrison[i] > 0.0 else math.nan
        row[L_DEATHS] = land.deaths[i] - ledger.recorded_place[i, 0]
        row[L_TONNES_DELIVERED] = ledger.air_place_t[i] - ledger.recorded_place[i, 1]
        ledger.recorded_place[i, 0] = land.deaths[i]
        ledger.recorded_place[i, 1] = ledger.air_place_t[i]
        if not math.isfinite(fighters + land.garrison[i] + land.control[i] + land.stock_t[i, 0]):
            clock.status[NOT_FINITE] = 1
        s = geography.country[i]
        if land.holder[i] == s:
            state[s, S_LOCALITIES_HELD] += 1.0
            state[s, S_POPULATION_SHARE] += geography.population[i]
        elif FIRST_GROUP <= land.holder[i] < FIRST_GROUP + N_GROUPS:
            group[land.holder[i] - FIRST_GROUP, G_LOCALITIES_HELD] += 1.0
        if land.besieged[i] == 1:
            state[s, S_BESIEGED] += 1.0
            state[s, S_BESIEGED_POPULATION] += geography.population[i]
        state[s, S_GARRISON] += land.garrison[i]
        state[s, S_DISPLACED] += land.displaced[i]
        if land.garrison[i] > 0.0 and land.food_days[i] <= 0.0:
            state[s, S_WITHOUT_FOOD] += 1.0


@kernel
def record_states(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    history: History,
) -> None:
    """Rows of states and groups that come from totals."""
    d = clock.day[0]
    for s in range(N_STATES):
        row = history.state[d, s]
        places, people, men, supply = 0.0, 0.0, 0.0, 0.0
        for i in range(geography.country.shape[0]):
            if geography.country[i] == s:
                places += 1.0
                people += geography.population[i]
                if land.garrison[i] > 0.0:
                    men += land.garrison[i]
                    supply += land.garrison[i] * min(land.days_of_supply[i], 365.0)
        row[S_HELD_SHARE] = row[S_LOCALITIES_HELD] / places if places > 0.0 else 0.0
        row[S_POPULATION_SHARE] = row[S_POPULATION_SHARE] / people if people > 0.0 else 0.0
        row[S_DAYS_OF_SUPPLY] = supply / men if men > 0.0 else 0.0
        row[S_RESERVE] = states.reserve[s]
        row[S_PRESSURE] = states.pressure[s]
        for victim in range(4):
            total = 0.0
            for n in range(ledger.deaths.shape[2]):
                total += ledger.deaths[s, victim, n]
            row[S_MILITARY_DEATHS + victim] = total - ledger.recorded_state[s, victim]
            ledger.recorded_state[s, victim] = total
        row[S_TONNES_BY_ROAD] = ledger.road_t[s, 1] - ledger.recorded_state[s, 4]
        ledger.recorded_state[s, 4] = ledger.road_t[s, 1]
    for g in range(N_GROUPS):
        total = 0.0
        for i in range(geography.country.shape[0]):
            total += groups.fighters[g, i]
        row = history.group[d, g]
        row[G_FIGHTERS] = total
        row[G_POSTURE] = groups.posture[g]


@kernel
def record_alliance(
    clock: Clock,
    states: States,
    ledger: Ledger,
    history: History,
    alliance: AllianceParameters,
    partners: PartnersParameters,
) -> None:
    """Row of the alliance: cohesion, precedent, trust, support, joint force, influence."""
    row = history.alliance[clock.day[0]]
    row[A_COHESION] = cohesion(states)
    row[A_PRECEDENT] = precedent_index(states)
    row[A_TRUST_MALI_NIGER] = trust(states, MLI, NER)
    honoured, refused = support_totals(ledger)
    row[A_SUPPORT_HONOURED] = honoured
    row[A_SUPPORT_REFUSED] = refused
    row[A_JOINT_FORCE] = joint_force_total(clock, states, partners)
    row[A_INFLUENCE_RUSSIA] = influence(states, partners, RUSSIA - FIRST_PARTNER)


@kernel
def record_attacks(clock: Clock, events: Events, history: History) -> None:
    """Count today's attacks of each group from the event log."""
    group = history.group[clock.day[0]]
    for n in range(events.count[1], events.count[0]):
        kind, actor = events.row[n, 1], events.row[n, 3]
        attack = kind <= ATTACK_ON_CIVILIANS or kind in (CONVOY_AMBUSH, COLUMN_AMBUSH)
        if attack and FIRST_GROUP <= actor < FIRST_GROUP + N_GROUPS:
            group[actor - FIRST_GROUP, G_ATTACKS] += 1.0
    events.count[1] = events.count[0]


@kernel
def record_day(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    land: Land,
    groups: Groups,
    states: States,
    fleet: Fleet,
    fields: Fields,
    ledger: Ledger,
    events: Events,
    history: History,
    alliance: AllianceParameters,
    partners: PartnersParameters,
) -> None:
    """Write the day down."""
    record_tails(clock, fleet, ledger, history)
    record_places(clock, geography, airfields, land, groups, fields, ledger, history)
    record_states(clock, geography, land, groups, states, ledger, history)
    record_attacks(clock, events, history)
    record_alliance(clock, states, ledger, history, alliance, partners)

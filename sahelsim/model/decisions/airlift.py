"""The default airlift policy of a state: which free aircraft flies where today.

Each free aircraft flies at most once, out and back. Greedily, the pair of aircraft and airfield
with the greatest gain per flying hour goes first, until no gain is positive:

    gain = W_i [V(S_i + q) - V(S_i)] - v_f fuel - p_loss V_ac
    V(S) = (1 - h) Phi(DOS) + h H(DOS / horizon)        (h = 0 from the horizon upwards)
    Phi(x) = 1 - exp(-x / tau),    H(s) = 1 / (1 + exp(-(ln s - ln s50) / w))

W_i = garrison + lambda_pop population + lambda_pol symbolic (men), q the payload, and S_i with
what today's earlier sorties bring. Phi is concave; H is the threshold of supply ratio at which a
cut-off garrison holds, so the airlift is lumpy: a last step moves all of today's sorties from the
worst-supplied garrison to the one nearest to the threshold if that is worth more. Greedy reaches
97 % of the optimal gain on average [model specification 0.8; corrections 11 and 32; Nemhauser,
Wolsey and Fisher 1978]. The policy only proposes orders.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.airlift import AirliftParameters
from sahelsim.model.mechanisms.performance import (
    KG_PER_T,
    landing_reason,
    leg_hours,
    shut_reason,
)
from sahelsim.model.mechanisms.rotation import hours_left
from sahelsim.model.mechanisms.strength import fighters_at, is_consignee
from sahelsim.model.mechanisms.sustainment import SustainmentParameters, demand_t
from sahelsim.model.mechanisms.tasking import in_theatre, sortie_payload_t
from sahelsim.model.mechanisms.threat import (
    ThreatParameters,
    air_denied,
    movement_loss_probability,
)
from sahelsim.model.orders import ALLOCATE_SORTIE, propose
from sahelsim.model.world import (
    B_NONE,
    POLICY,
    READY,
    AircraftTypes,
    Airfields,
    Clock,
    Fields,
    Fleet,
    Floats,
    Geography,
    Groups,
    Ints,
    Land,
    Orders,
    States,
)


@kernel
def supply_value(days: float, airlift: AirliftParameters) -> float:
    """V, 0..1: worth of ``days`` of supply to one man-equivalent."""
    concave = 1.0 - math.exp(-days / airlift.value_tau_days)
    ratio = days / airlift.value_horizon_days
    hold = 1.0
    if 0.0 < ratio < 1.0:
        z = (math.log(ratio) - math.log(airlift.value_hold_s50)) / airlift.value_hold_width
        hold = 1.0 / (1.0 + math.exp(-z))
    elif ratio <= 0.0:
        hold = 0.0
    share = airlift.value_hold_share
    return (1.0 - share) * concave + share * hold


@kernel
def place_weight(geography: Geography, land: Land, i: int, airlift: AirliftParameters) -> float:
    """W_i, man-equivalents at stake at a place."""
    people = airlift.value_per_person * geography.population[i]
    return land.garrison[i] + people + airlift.value_symbolic * geography.symbolic[i]


@kernel
def sortie_gain(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    land: Land,
    groups: Groups,
    states: States,
    fleet: Fleet,
    fields: Fields,
    airlift: AirliftParameters,
    sustainment: SustainmentParameters,
    threat: ThreatParameters,
    a: int,
    f: int,
    planned_t: float,
) -> tuple[float, float, float]:
    """Gain (men) of sending tail ``a`` to ``f`` after ``planned_t``, its load (t), its hours.

    The load is 0 where tail ``a`` cannot go or need not: then there is no gain.
    """
    i = airfields.locality[f]
    base = fleet.base[a]
    if f == base or geography.country[i] != fleet.user[a]:
        return 0.0, 0.0, 0.0
    need = demand_t(land, sustainment, i)
    if need <= 0.0:
        return 0.0, 0.0, 0.0
    kind = fleet.type[a]
    days = land.days_of_supply[i] + planned_t / need
    room = max(0.0, (airlift.full_days - days) * need)
    least = airlift.least_load_share * types.payload_plan_t[kind]
    if room <= least or not is_consignee(geography, land, i):
        return 0.0, 0.0, 0.0
    reason = landing_reason(clock, types, airfields, land, states, fleet, fields, airlift, a, f)
    if reason != B_NONE:
        return 0.0, 0.0, 0.0
    load = sortie_payload_t(airfields, types, fleet, airlift, a, base, f)
    load = min(min(load, types.payload_plan_t[kind]), room)
    if load <= least:
        return 0.0, 0.0, 0.0
    km = airfields.great_circle_km[base, f]
    hours = 2.0 * leg_hours(km, types.cruise_kmh[kind], airlift.leg_fixed_h)
    better = supply_value(days + load / need, airlift) - supply_value(days, airlift)
    denied = air_denied(clock, land, fields, i, f)
    risk = 2.0 * movement_loss_probability(fighters_at(groups, i), denied, threat)
    risk += 2.0 * (threat.accident_paved if airfields.paved[f] == 1 else threat.accident_unpaved)
    fuel_t = types.burn_kg_per_h[kind] * hours / KG_PER_T
    gain = place_weight(geography, land, i, airlift) * better
    gain -= airlift.value_fuel_t * fuel_t + risk * airlift.value_aircraft
    return gain, load, hours


@kernel
def is_free(
    clock: Clock, types: AircraftTypes, states: States, fleet: Fleet, fields: Fields,
    airlift: AirliftParameters, a: int, s: int,
) -> bool:  # fmt: skip
    """True where state ``s`` may send tail ``a`` out today."""
    if fleet.user[a] != s or not in_theatre(clock, fleet, a) or fleet.status[a] != READY:
        return False
    if types.theatre_lift[fleet.type[a]] == 0:
        return False
    if fleet.route[a] >= 0 or fleet.stop[a] >= 0 or fleet.target[a] >= 0:
        return False
    if fleet.hold_until[a] > clock.day[0]:
        return False
    helicopter = types.is_helicopter[fleet.type[a]]
    if shut_reason(clock, fields, fleet.base[a], helicopter) != B_NONE:
        return False
    return hours_left(clock, states, fleet, airlift, a) > 0.0


@kernel
def first_alike(fleet: Fleet, able: Any, a: int) -> int:
    """The first able tail of the same type, owner, user and base as tail ``a``."""
    for b in range(a):
        if (
            able[b]
            and fleet.type[b] == fleet.type[a]
            and fleet.owner[b] == fleet.owner[a]
            and fleet.user[b] == fleet.user[a]
            and fleet.base[b] == fleet.base[a]
        ):
            return b
    return a


@kernel
def shift_to_threshold(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    land: Land,
    groups: Groups,
    states: States,
    fleet: Fleet,
    fields: Fields,
    airlift: AirliftParameters,
    sustainment: SustainmentParameters,
    threat: ThreatParameters,
    goal: Ints,
    gained: Floats,
    planned: Floats,
) -> None:
    """The lumpy step: move all sorties for the worst garrison to the one nearest its threshold."""
    worst, nearest = -1, -1
    fewest, most = math.inf, 0.0
    for f in range(len(planned)):
        i = airfields.locality[f]
        need = demand_t(land, sustainment, i)
        if need <= 0.0 or not is_consignee(geography, land, i):
            continue
        days = land.days_of_supply[i] + planned[f] / need
        if planned[f] > 0.0 and days < fewest:
            worst, fewest = f, days
        if geography.country[i] == geography.country[airfields.locality[max(worst, 0)]]:
            short = airlift.value_horizon_days * airlift.value_hold_s50
            if days < short and days > most:
                nearest, most = f, days
    if worst < 0 or nearest < 0 or worst == nearest:
        return
    before, after, extra = 0.0, 0.0, planned[nearest]
    for a in range(len(goal)):
        if goal[a] == worst:
            gain, brought, _ = sortie_gain(
                clock, geography, airfields, types, land, groups, states, fleet, fields,
                airlift, sustainment, threat, a, nearest, extra,
            )  # fmt: skip
            if brought <= 0.0:
                return
            before += gained[a]
            after += gain
            extra += brought
    if after > before:
        for a in range(len(goal)):
            if goal[a] == worst:
                goal[a] = nearest
        planned[nearest] = extra
        planned[worst] = 0.0


@kernel
def decide_airlift(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    types: AircraftTypes,
    land: Land,
    groups: Groups,
    states: States,
    fleet: Fleet,
    fields: Fields,
    orders: Orders,
    airlift: AirliftParameters,
    sustainment: SustainmentParameters,
    threat: ThreatParameters,
    s: int,
) -> None:
    """Propose today's sorties of the aircraft that state ``s`` flies without a circuit."""
    n = len(fleet.status)
    able = np.zeros(n, dtype=np.bool_)
    for a in range(n):
        able[a] = is_free(clock, types, states, fleet, fields, airlift, a, s)
    free = able.sum()
    if free == 0:
        return
    planned = np.zeros(len(airfields.locality))
    goal = np.full(n, -1)
    gained = np.zeros(n)
    near = np.empty(len(planned), dtype=np.int64)  # airfields that may want a sortie
    wanting = 0
    for f in range(len(planned)):
        i = airfields.locality[f]
        if geography.country[i] == s and land.days_of_supply[i] < airlift.full_days:
            near[wanting] = f
            wanting += 1
    twin = np.full(n, -1)  # the first able tail that has the same offers
    offer = np.zeros((n, wanting, 3))  # gain, load and hours of each pair
    changed = -1  # the airfield whose offers the last choice changed; -1 for all
    for a in range(n):
        if able[a]:
            twin[a] = first_alike(fleet, able, a)
    for _ in range(free):
        best_a, best_f, best = -1, -1, 0.0
        best_gain, best_load = 0.0, 0.0
        for a in range(n):
            if twin[a] == a:
                for k in range(wanting):
                    f = near[k]
                    if changed < 0 or f == changed:
                        offer[a, k, 0], offer[a, k, 1], offer[a, k, 2] = sortie_gain(
                            clock, geography, airfields, types, land, groups, states, fleet,
                            fields, airlift, sustainment, threat, a, f, planned[f],
                        )  # fmt: skip
            if goal[a] >= 0 or not able[a]:
                continue
            for k in range(wanting):
                gain, load, hours = offer[twin[a], k, 0], offer[twin[a], k, 1], offer[twin[a], k, 2]
                if load > 0.0 and gain / hours > best:
                    best_a, best_f, best = a, near[k], gain / hours
                    best_gain, best_load = gain, load
        if best_a < 0:
            break
        goal[best_a], changed = best_f, best_f
        gained[best_a] = best_gain
        planned[best_f] += best_load
    shift_to_threshold(
        clock, geography, airfields, types, land, groups, states, fleet, fields,
        airlift, sustainment, threat, goal, gained, planned,
    )  # fmt: skip
    for a in range(n):
        if goal[a] >= 0:
            propose(clock, orders, POLICY, s, ALLOCATE_SORTIE, a, goal[a], -1, -1, 0.0, 0.0)

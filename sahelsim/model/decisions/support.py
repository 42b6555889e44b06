"""Default policy of support: whom to ask, and what to answer, once a week.

Asking: for each kind of help that would lower the probability to lose a place by at least
``request_floor``, a state asks, of those that could give it, the one it trusts most.

Answering (quantal response, McKelvey and Palfrey 1995), utility in points, q sortie-days a week::

    U(q) = q (b_sec phi dL + b_rec (T - .5) + b_rep (1 - Pi) obs - c_op - c_own D/10 - c_risk l)
           - c_sanc [q > 0 and the receiver is under sanctions]
    P(q) ~ exp(lambda U(q)),  q = 0..Q

dL is the fall in the probability to lose a place in 90 d per sortie-day, in % points, as the
giver perceives it (log-normal noise); phi the share of the receiver's security that spills over;
T the giver's trust in the receiver; Pi the precedent index; obs how visible the kind is; D the
giver's domestic pressure; l the loss per sortie-day in %. Q is what the giver can spare. q = 0 is
a refusal, and counts as one even where the giver could not have helped: the asker cannot tell.
Structure and weights are assumed (claims C8, C9, C15, C16): sweep them all.
"""

from __future__ import annotations

import math

from sahelsim.model.draws import PERCEPTION, SUPPORT, lognormal, uniform
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.airlift import AirliftParameters
from sahelsim.model.mechanisms.alliance import (
    AIRLIFT,
    N_KINDS,
    ROAD,
    WAITING,
    AllianceParameters,
    precedent_index,
    trust,
)
from sahelsim.model.mechanisms.politics import PoliticsParameters
from sahelsim.model.mechanisms.support import (
    best_airlift,
    convoy_fall,
    most_level,
    troops_fall,
)
from sahelsim.model.orders import HONOUR_SUPPORT, REFUSE_SUPPORT, REQUEST_SUPPORT, propose
from sahelsim.model.world import (
    POLICY,
    AircraftTypes,
    Airfields,
    Clock,
    Fields,
    Fleet,
    Geography,
    Groups,
    Land,
    Orders,
    States,
)
from sahelsim.theatre.actors import N_STATES

PERCENT = 100.0


@kernel
def utility_per_day(
    states: States,
    alliance: AllianceParameters,
    pressure_max: float,
    giver: int,
    receiver: int,
    kind: int,
    fall_percent: float,
    besieged: int,
) -> float:
    """Utility of one sortie-day a week to the giver, points (the bracket of U)."""
    loss = alliance.loss_percent[kind] * (alliance.loss_besieged if besieged else 1.0)
    return (
        alliance.security * alliance.spillover * fall_percent
        + alliance.reciprocity * (trust(states, giver, receiver) - 0.5)
        + alliance.reputation * (1.0 - precedent_index(states)) * alliance.visibility[kind]
        - alliance.effort
        - alliance.pressure_cost * states.pressure[giver] / pressure_max
        - alliance.risk * loss
    )


@kernel
def quantal_level(slope: float, fixed: float, limit: int, sharpness: float, u: float) -> int:
    """Level q in 0..limit with P(q) ~ exp(sharpness (slope q - fixed [q > 0])), from one uniform.

    Non-decreasing in u and in the slope.
    """
    top = max(0.0, slope * limit - fixed, slope - fixed)  # the largest term, against overflow
    total = 0.0
    for q in range(limit + 1):
        total += math.exp(sharpness * (slope * q - (fixed if q > 0 else 0.0) - top))
    reached = 0.0
    for q in range(limit):
        reached += math.exp(sharpness * (slope * q - (fixed if q > 0 else 0.0) - top))
        if reached >= u * total:
            return q
    return limit


@kernel
def need_and_limit(
    clock: Clock, geography: Geography, airfields: Airfields, types: AircraftTypes, land: Land,
    groups: Groups, states: States, fleet: Fleet, fields: Fields, airlift: AirliftParameters,
    alliance: AllianceParameters, politics: PoliticsParameters, giver: int, receiver: int,
    kind: int,
) -> tuple[float, int, int]:  # fmt: skip
    """Believed fall of a loss (0..1), the most the giver can grant, and if the place is besieged."""
    tail, besieged = -1, 0
    if kind == AIRLIFT:
        tail, field, fall = best_airlift(
            clock, airfields, types, land, states, fleet, fields, alliance, airlift, giver, receiver
        )
        if tail >= 0:
            besieged = land.besieged[airfields.locality[field]]
    elif kind == ROAD:
        fall = convoy_fall(geography, land, states, alliance, receiver)
    else:
        fall = troops_fall(geography, land, groups, alliance, receiver)
    return fall, most_level(states, alliance, politics, giver, receiver, kind, tail), besieged


@kernel
def decide_support(
    clock: Clock, geography: Geography, airfields: Airfields, types: AircraftTypes, land: Land,
    groups: Groups, states: States, fleet: Fleet, fields: Fields, orders: Orders,
    airlift: AirliftParameters, alliance: AllianceParameters, politics: PoliticsParameters, s: int,
) -> None:  # fmt: skip
    """Propose this week's answers and requests of state ``s``."""
    for asker in range(N_STATES):
        for kind in range(N_KINDS):
            if asker == s or states.request[asker, s, kind] != WAITING:
                continue
            fall, limit, besieged = need_and_limit(
                clock, geography, airfields, types, land, groups, states, fleet, fields, airlift,
                alliance, politics, s, asker, kind,
            )  # fmt: skip
            pair = (s * N_STATES + asker) * N_KINDS + kind
            noise = lognormal(
                0.0, alliance.perception_sd, uniform(clock.key, PERCEPTION, clock.day[0], pair, 0)
            )
            per_day = PERCENT * fall / alliance.max_level * noise
            slope = utility_per_day(
                states, alliance, politics.pressure_max, s, asker, kind, per_day, besieged
            )
            fixed = alliance.penalty if states.sanction[asker] > 0.0 else 0.0
            u = uniform(clock.key, SUPPORT, clock.day[0], pair, 0)
            level = quantal_level(slope, fixed, limit, alliance.choice_sharpness, u)
            if level > 0:
                propose(clock, orders, POLICY, s, HONOUR_SUPPORT, asker, kind, -1, -1, level, 0.0)
            else:
                propose(clock, orders, POLICY, s, REFUSE_SUPPORT, asker, kind, -1, -1, 0.0, 0.0)
    for kind in range(N_KINDS):
        _ask(
            clock, geography, airfields, types, land, groups, states, fleet, fields, orders,
            airlift, alliance, politics, s, kind,
        )  # fmt: skip


@kernel
def _ask(
    clock: Clock, geography: Geography, airfields: Airfields, types: AircraftTypes, land: Land,
    groups: Groups, states: States, fleet: Fleet, fields: Fields, orders: Orders,
    airlift: AirliftParameters, alliance: AllianceParameters, politics: PoliticsParameters, s: int,
    kind: int,
) -> None:  # fmt: skip
    best, best_trust = -1, -1.0
    for other in range(N_STATES):
        if other == s:
            continue
        if states.request[s, other, kind] == WAITING:
            return
        fall, limit, _ = need_and_limit(
            clock, geography, airfields, types, land, groups, states, fleet, fields, airlift,
            alliance, politics, other, s, kind,
        )  # fmt: skip
        held = trust(states, s, other)
        if fall >= alliance.request_floor and limit > 0 and held > best_trust:
            best, best_trust = other, held
    if best >= 0:
        propose(clock, orders, POLICY, s, REQUEST_SUPPORT, best, kind, -1, -1, 0.0, 0.0)

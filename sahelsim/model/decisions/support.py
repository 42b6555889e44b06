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
from typing import TYPE_CHECKING

from sahelsim.model.draws import PERCEPTION, SUPPORT, lognormal, uniform
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.alliance import (
    AIRLIFT,
    N_KINDS,
    ROAD,
    WAITING,
    AllianceParameters,
    precedent_index,
    trust_of,
)
from sahelsim.model.mechanisms.politics import PoliticsParameters, lift_share_home
from sahelsim.model.mechanisms.support import (
    GROUND,
    best_airlift,
    convoy_fall,
    depot_total,
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

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.airlift import AirliftParameters

PERCENT = 100.0


@kernel
def utility_per_day(
    alliance: AllianceParameters,
    trust_held: float,
    precedent: float,
    pressure_share: float,
    kind: int,
    fall_percent: float,
    besieged: int,
) -> float:
    """Utility of one sortie-day a week to the giver, points (the bracket of U).

    Trust and precedent in 0..1, domestic pressure as a share of its scale, the fall of the loss
    in % points per sortie-day.
    """
    seen: float = alliance.visibility[kind]
    loss: float = alliance.loss_percent[kind] * (alliance.loss_besieged if besieged else 1.0)
    return (
        alliance.security * alliance.spillover * fall_percent
        + alliance.reciprocity * (trust_held - 0.5)
        + alliance.reputation * (1.0 - precedent) * seen
        - alliance.effort
        - alliance.pressure_cost * pressure_share
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
def decide_support(
    clock: Clock, geography: Geography, airfields: Airfields, types: AircraftTypes, land: Land,
    groups: Groups, states: States, fleet: Fleet, fields: Fields, orders: Orders,
    airlift: AirliftParameters, alliance: AllianceParameters, politics: PoliticsParameters, s: int,
) -> None:  # fmt: skip
    """Propose this week's answers and requests of state ``s``, kind by kind.

    One loop serves both roles of ``s``, giver and receiver, so that each callee has one call
    site: every further one would compile the same code again.
    """
    for kind in range(N_KINDS):
        best, best_trust = -1, -1.0
        for other in range(N_STATES):
            if states.request[s, other, kind] == WAITING:
                best_trust = 1.0  # asked already: ask nobody else
        for step in range(2 * N_STATES):
            other, gives = step // 2, step % 2 == 0
            if other == s:
                continue
            giver, receiver = (s, other) if gives else (other, s)
            waits = gives and states.request[other, s, kind] == WAITING
            held = trust_of(states.honoured[s, other], states.refused[s, other])
            if not waits and (gives or held <= best_trust):
                continue
            tail, besieged, fall = -1, 0, 0.0
            if kind == AIRLIFT:
                tail, field, fall = best_airlift(
                    clock, airfields, types, land, states, fleet, fields, alliance, airlift,
                    giver, receiver,
                )  # fmt: skip
                besieged = land.besieged[airfields.locality[field]] if tail >= 0 else 0
            elif kind == ROAD:
                fall = convoy_fall(
                    receiver, geography.country, land.garrison, states.depot_t, alliance
                )
            else:
                fall = troops_fall(
                    receiver, geography.country, land.holder, land.garrison, groups.fighters,
                    alliance,
                )  # fmt: skip
            limit = most_level(
                alliance,
                kind,
                lift_share_home(states, politics, giver),
                tail,
                depot_total(states.depot_t, giver),
                states.reserve[giver],
                states.permit[receiver, giver, GROUND],
            )
            if not gives:
                if fall >= alliance.request_floor and limit > 0:
                    best, best_trust = other, held
                continue
            pair = (s * N_STATES + other) * N_KINDS + kind
            noise = lognormal(
                0.0, alliance.perception_sd, uniform(clock.key, PERCEPTION, clock.day[0], pair, 0)
            )
            slope = utility_per_day(
                alliance,
                held,
                precedent_index(states),
                states.pressure[s] / politics.pressure_max,
                kind,
                PERCENT * fall / alliance.max_level * noise,
                besieged,
            )
            fixed = alliance.penalty if states.sanction[other] > 0.0 else 0.0
            u = uniform(clock.key, SUPPORT, clock.day[0], pair, 0)
            level = quantal_level(slope, fixed, limit, alliance.choice_sharpness, u)
            verb = HONOUR_SUPPORT if level > 0 else REFUSE_SUPPORT
            propose(clock, orders, POLICY, s, verb, other, kind, -1, -1, float(level), 0.0)
        if best >= 0:
            propose(clock, orders, POLICY, s, REQUEST_SUPPORT, best, kind, -1, -1, 0.0, 0.0)

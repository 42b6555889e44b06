"""The alliance: remembered support, trust, burden, precedent; one step a week.

Beta reputation (Josang and Ismail 2002): the receiver r of support remembers of the giver g

    A_rg <- phi A_rg + sum_k w_k min(1, level_k / full_level)      honoured
    B_rg <- phi B_rg + sum_k w_k [a request of kind k was refused]  refused
    T_rg  = A_rg / (A_rg + B_rg),  A, B >= 1e-6

with phi .98 a week (half-life 34 weeks), w_k the weight of a kind (costly support counts more,
Fearon 1997) and the level in sortie-days a week. A week is a week of the run: days 0-6, 7-13...

A scripted loan of an aircraft counts as airlift support by the days on which it really flew
(:func:`credit_loans`): that is how the airlift of 2023 feeds trust, precedent and all later
decisions (claims C9, C15), and why a run without it differs later on.

Precedent index Pi = mean trust over the six pairs x share of the 18 pair-kinds ever honoured.
Cohesion = mean trust x (1 - Gini of burdens) x (1 - share of requests refused, fading over 90 d).
Burden index B = 1/2 sum_s |share of support given - share received|.
That past conduct shapes later ties: Gibler 2008, Crescenzi et al. 2012; weights are assumed.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sahelsim.model.events import (
    C_ORDER,
    C_SORTIE,
    SUPPORT_HONOURED,
    SUPPORT_REFUSED,
    TREATY,
    log_event,
)
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.orders import R_NOT_SO, R_OK, R_RANGE, R_SELF
from sahelsim.model.world import (
    O_ACTOR,
    O_I0,
    Clock,
    Events,
    Fleet,
    Floats,
    Geography,
    Ints,
    Ledger,
    States,
)
from sahelsim.theatre.actors import N_STATES

AIRLIFT, ROAD, TROOPS = 0, 1, 2  # support kinds; the second is the order's "convoy"
N_KINDS = 3
WEEK = 7
LEAST = 1e-6  # A and B never vanish, so that trust is defined
NONE_WAITS, WAITING, REFUSED = 0, 1, 2  # States.request; REFUSED until the week is booked


class AllianceParameters(Group):
    """Parameters of ``theatre/parameters/alliance.yaml``; families by support kind."""

    memory: float
    weight: npt.NDArray[np.float64]
    full_level: float
    treaty_weight: float
    refusal_memory_d: float
    max_level: float
    choice_sharpness: float
    security: float
    spillover: float
    reciprocity: float
    reputation: float
    visibility: npt.NDArray[np.float64]
    effort: float
    pressure_cost: float
    risk: float
    loss_percent: npt.NDArray[np.float64]
    loss_besieged: float
    penalty: float
    perception_sd: float
    request_floor: float
    belief_horizon_d: float
    belief_hunger: float
    belief_assault: float
    belief_cushion: float
    belief_kg_per_day: float
    belief_alarm_d: float
    food_share: float
    convoy_t: float
    convoy_depot_share: float
    troops_men: float
    troops_reserve_share: float


# ---- indices -----------------------------------------------------------------------------------
@kernel
def trust_of(kept: float, broken: float) -> float:
    """T = A / (A + B) of the two counts, each at least 1e-6; 0..1."""
    kept, broken = max(kept, LEAST), max(broken, LEAST)
    return kept / (kept + broken)


@kernel
def trust(states: States, receiver: int, giver: int) -> float:
    """What ``receiver`` remembers of ``giver``: T = A / (A + B), 0..1."""
    return trust_of(states.honoured[receiver, giver], states.refused[receiver, giver])


@kernel
def mean_trust(states: States) -> float:
    """Mean trust over the ordered pairs of states, equal weights, 0..1."""
    total = 0.0
    for receiver in range(N_STATES):
        for giver in range(N_STATES):
            if receiver != giver:
                kept, broken = states.honoured[receiver, giver], states.refused[receiver, giver]
                total += trust_of(kept, broken)
    return total / (N_STATES * (N_STATES - 1))


@kernel
def breadth(states: States) -> float:
    """Share of the pair-kinds of support ever honoured, 0..1."""
    seen = 0
    for giver in range(N_STATES):
        for receiver in range(N_STATES):
            if giver != receiver:
                for kind in range(N_KINDS):
                    seen += states.support_kinds[giver, receiver, kind]
    return seen / (N_STATES * (N_STATES - 1) * N_KINDS)


@kernel
def precedent_index(states: States) -> float:
    """Precedent index Pi, 0..1: mean trust times breadth (C15)."""
    return mean_trust(states) * breadth(states)


@kernel
def gini(values: Floats) -> float:
    """Gini coefficient of non-negative values, 0 where they sum to 0."""
    n = values.shape[0]
    total, apart = 0.0, 0.0
    for i in range(n):
        total += values[i]
        for j in range(n):
            apart += abs(values[i] - values[j])
    return apart / (2.0 * n * total) if total > 0.0 else 0.0


@kernel
def refused_share(states: States) -> float:
    """Share of answered requests that were refused, fading over about 90 d, 0..1."""
    answered = states.asked_90d[0]
    return min(1.0, states.refused_90d[0] / answered) if answered > 0.0 else 0.0


@kernel
def cohesion(states: States) -> float:
    """Cohesion index, 0..1: mean trust x (1 - Gini of burdens) x (1 - share refused)."""
    return mean_trust(states) * (1.0 - gini(states.burden)) * (1.0 - refused_share(states))


@kernel
def burden_index(states: States) -> float:
    """Half the summed distance between shares of support given and received, 0..1."""
    given, received = 0.0, 0.0
    for s in range(N_STATES):
        given += states.burden[s]
        received += states.benefit[s]
    if given <= 0.0 or received <= 0.0:
        return 0.0
    apart = 0.0
    for s in range(N_STATES):
        apart += abs(states.burden[s] / given - states.benefit[s] / received)
    return 0.5 * apart


@kernel
def support_totals(ledger: Ledger) -> tuple[float, float]:
    """Sortie-days of support honoured and requests refused since the start."""
    honoured, refused = 0.0, 0.0
    for giver in range(N_STATES):
        for receiver in range(N_STATES):
            refused += ledger.refusals[giver, receiver]
            for kind in range(N_KINDS):
                honoured += ledger.support[giver, receiver, kind]
    return honoured, refused


# ---- the week ----------------------------------------------------------------------------------
@kernel
def remembered(value: float, memory: float, added: float) -> float:
    """A count one week on: phi x + weight, never below 1e-6."""
    return max(memory * value + added, LEAST)


@kernel
def days_flown(day: int, crew_hours: Floats, a: int) -> float:
    """Days of the last seven on which tail ``a`` flew, from its ring of flying hours by day."""
    days = 0.0
    for back in range(min(WEEK, day + 1)):
        if crew_hours[a, (day - back) % crew_hours.shape[1]] > 0.0:
            days += 1.0
    return days


@kernel
def credit_loans(
    clock: Clock, geography: Geography, states: States, fleet: Fleet, ledger: Ledger, events: Events
) -> None:
    """Count the week's flying of lent aircraft as airlift support of owner to borrower.

    It enters the support level, the ledger and the breadth of precedent, but not
    ``ledger.new_support``, which counts what states decided: a precedent is not its own effect.
    """
    for giver in range(N_STATES):
        for receiver in range(N_STATES):
            days, tail = 0.0, -1
            for a in range(fleet.owner.shape[0]):
                if giver != receiver and fleet.owner[a] == giver and fleet.user[a] == receiver:
                    flown = days_flown(clock.day[0], fleet.crew_hours, a)
                    if flown > 0.0:
                        days += flown
                        tail = a
            if days > 0.0:
                states.support_level[giver, receiver, AIRLIFT] += days
                states.support_kinds[giver, receiver, AIRLIFT] = 1
                ledger.support[giver, receiver, AIRLIFT] += days
                log_event(
                    clock, events, SUPPORT_HONOURED, geography.capital[receiver], giver, receiver,
                    C_SORTIE, tail, AIRLIFT, 0.0, 0.0, 0.0, 0.0, days, 0.0,
                )  # fmt: skip


@kernel
def alliance_week(
    clock: Clock, geography: Geography, states: States, fleet: Fleet, ledger: Ledger,
    events: Events, alliance: AllianceParameters,
) -> None:  # fmt: skip
    """Close the week: loans, memory, burdens; lent troops go home; the week's support ends."""
    credit_loans(clock, geography, states, fleet, ledger, events)
    for s in range(N_STATES):
        states.burden[s] *= alliance.memory
        states.benefit[s] *= alliance.memory
    for giver in range(N_STATES):
        for receiver in range(N_STATES):
            if giver == receiver:
                continue
            honoured, refused = 0.0, 0.0
            for kind in range(N_KINDS):
                level, weight = states.support_level[giver, receiver, kind], alliance.weight[kind]
                honoured += weight * min(1.0, level / alliance.full_level)
                states.burden[giver] += weight * level
                states.benefit[receiver] += weight * level
                if states.request[receiver, giver, kind] == REFUSED:
                    refused += weight
                    states.request[receiver, giver, kind] = NONE_WAITS
            men = states.support_level[giver, receiver, TROOPS] * alliance.troops_men
            home = min(men, states.reserve[receiver])  # who is in a garrison by now stays there
            states.reserve[receiver] -= home
            states.reserve[giver] += home
            for kind in range(N_KINDS):
                states.support_level[giver, receiver, kind] = 0.0
            kept, broken = states.honoured[receiver, giver], states.refused[receiver, giver]
            states.honoured[receiver, giver] = remembered(kept, alliance.memory, honoured)
            states.refused[receiver, giver] = remembered(broken, alliance.memory, refused)
    fading = math.exp(-WEEK / alliance.refusal_memory_d)
    states.asked_90d[0] *= fading
    states.refused_90d[0] *= fading


# ---- orders ------------------------------------------------------------------------------------
@kernel
def apply_sign_treaty(
    clock: Clock, geography: Geography, states: States, events: Events,
    alliance: AllianceParameters, row: Ints, number: Floats, n: int,
) -> int:  # fmt: skip
    """Bind two states: ``number[0]`` honoured weeks more in the memory of both."""
    actor, other = row[O_ACTOR], row[O_I0]
    if actor == other:
        return R_SELF
    if number[0] < 0.0:
        return R_RANGE
    weight = alliance.treaty_weight * number[0]
    states.honoured[actor, other] += weight
    states.honoured[other, actor] += weight
    log_event(
        clock, events, TREATY, geography.capital[actor], actor, other, C_ORDER, n, -1,
        0.0, 0.0, 0.0, 0.0, number[0], 0.0,
    )  # fmt: skip
    return R_OK


@kernel
def apply_request_support(states: States, row: Ints) -> int:
    """Ask state ``row[O_I0]`` for help of kind ``row[O_I0 + 1]``; R_NOT_SO if one waits already."""
    asker, asked, kind = row[O_ACTOR], row[O_I0], row[O_I0 + 1]
    if asker == asked:
        return R_SELF
    if states.request[asker, asked, kind] != NONE_WAITS:
        return R_NOT_SO
    states.request[asker, asked, kind] = WAITING
    return R_OK


@kernel
def apply_refuse_support(
    clock: Clock, geography: Geography, states: States, ledger: Ledger, events: Events, row: Ints,
    n: int,
) -> int:  # fmt: skip
    """Refuse a waiting request; R_NOT_SO if none waits."""
    refuser, asker, kind = row[O_ACTOR], row[O_I0], row[O_I0 + 1]
    if refuser == asker:
        return R_SELF
    if states.request[asker, refuser, kind] != WAITING:
        return R_NOT_SO
    states.request[asker, refuser, kind] = REFUSED
    states.asked_90d[0] += 1.0
    states.refused_90d[0] += 1.0
    ledger.refusals[refuser, asker] += 1.0
    log_event(
        clock, events, SUPPORT_REFUSED, geography.capital[asker], refuser, asker, C_ORDER, n, kind,
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    )  # fmt: skip
    return R_OK

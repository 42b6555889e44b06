"""State operations: intelligence decides whom they kill (Kress and Szechtman 2009).

For a place i of state s with garrison G, readiness rd, fighters M:

    rate = nu exp(y_s - sigma^2/2) sqrt(G min(G, men_cap)) / men_scale rd M / (M + M_half)  [1/d]
    kills K ~ bounded Pareto(alpha, smin, min(smax_fighters M + smax_base, smax))
    mu = clip((mu0 + mu1 a) factors + shifts, 0, mu_cap)
    P(a kill is an insurgent) = mu + (1 - mu) min(1, M / (exposed_share pop))

and every other kill is a civilian, recorded with its perpetrator. Restraint scales tempo, kills
and mu; partners act through :mod:`sahelsim.model.mechanisms.partners`. Civilians killed lower
collaboration and bring recruits [model specification 2.5, correction 16].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sahelsim.model import draws
from sahelsim.model.arithmetic import clip
from sahelsim.model.draws import binomial, bounded_pareto, poisson, uniform, uniforms
from sahelsim.model.events import C_NEED, STATE_OPERATION, log_event
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.control import recruit_from_harm, shock_collaboration
from sahelsim.model.mechanisms.losses import kill_civilians, kill_fighters
from sahelsim.model.mechanisms.partners import mu_factor, mu_shift, op_kills_factor
from sahelsim.model.mechanisms.strength import truce_holds
from sahelsim.model.orders import R_OK
from sahelsim.model.world import (
    O_ACTOR,
    O_I0,
    Clock,
    Events,
    Floats,
    Geography,
    Groups,
    Ints,
    Land,
    Ledger,
    States,
)
from sahelsim.theatre.actors import FIRST_GROUP, FIRST_PARTNER, N_GROUPS, N_STATES, RUSSIA

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.control import ControlParameters
    from sahelsim.model.mechanisms.engagement import EngagementParameters
    from sahelsim.model.mechanisms.insurgency import InsurgencyParameters
    from sahelsim.model.mechanisms.partners import PartnersParameters

DRAWS = 3  # draws of STATE_OP_SPLIT for one operation: group, split, perpetrator


class OperationsParameters(Group):
    """Numbers of ``theatre/parameters/operations.yaml``."""

    nu: float
    men_cap: float
    men_scale: float
    half_fighters: float
    alpha: float
    smin: float
    smax_fighters: float
    smax_base: float
    smax: float
    mu0: float
    mu1: float
    mu_cap: float
    exposed_share: float
    civilian_deaths_cap: float
    partner_share_per_1000: float
    restraint_tempo: Floats
    restraint_kills: Floats
    restraint_mu: Floats


@kernel
def targets_at(
    clock: Clock, groups: Groups, insurgency: InsurgencyParameters, i: int, state: int
) -> float:
    """Fighters at a place whom the state goes after: those under a truce count by its factor."""
    total = 0.0
    for g in range(N_GROUPS):
        m = groups.fighters[g, i]
        if m > 0.0 and truce_holds(groups, clock.day[0], FIRST_GROUP + g, state):
            m *= insurgency.truce_factor
        total += m
    return total


@kernel
def pick_group(
    clock: Clock,
    groups: Groups,
    insurgency: InsurgencyParameters,
    i: int,
    state: int,
    total: float,
    u: float,
) -> int:
    """One group at a place by its share of ``targets_at``, or -1."""
    mark, chosen = u * total, -1
    for g in range(N_GROUPS):
        m = groups.fighters[g, i]
        if m > 0.0:
            if truce_holds(groups, clock.day[0], FIRST_GROUP + g, state):
                m *= insurgency.truce_factor
            chosen = g
            mark -= m
            if mark < 0.0:
                break
    return chosen


@kernel
def insurgent_share(
    states: States,
    operations: OperationsParameters,
    partners: PartnersParameters,
    s: int,
    collaboration: float,
) -> float:
    """mu: the part of kills that good information makes insurgents, 0..mu_cap."""
    mu = operations.mu0 + operations.mu1 * collaboration
    mu *= mu_factor(states, partners, s) * operations.restraint_mu[states.restraint[s]]
    return clip(mu + mu_shift(states, partners, s), 0.0, operations.mu_cap)


@kernel
def operations_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    events: Events,
    operations: OperationsParameters,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    control: ControlParameters,
    partners: PartnersParameters,
) -> None:
    """Draw and resolve the state operations of the day."""
    day = clock.day[0]
    chances = np.empty(land.garrison.shape[0])
    uniforms(clock.key, draws.STATE_OP, day, 0, 1, 0, chances)
    tempo = np.empty(N_STATES)
    for s in range(N_STATES):
        latent = groups.ou_country[N_GROUPS, s] - 0.5 * insurgency.sigma_country**2
        tempo[s] = operations.nu * math.exp(latent)
        tempo[s] *= operations.restraint_tempo[states.restraint[s]]
    for i in range(len(chances)):
        men, s = land.garrison[i], geography.country[i]
        if men <= 0.0:
            continue
        total = targets_at(clock, groups, insurgency, i, s)
        if total <= 0.0:
            continue
        rate = tempo[s] * (math.sqrt(men * min(men, operations.men_cap)) / operations.men_scale)
        rate *= land.readiness[i] * total / (total + operations.half_fighters)
        for k in range(poisson(rate, chances[i])):
            one_operation(
                clock, geography, land, groups, states, ledger, events, operations, insurgency,
                engagement, control, partners, i, total, k,
            )  # fmt: skip


@kernel
def one_operation(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    events: Events,
    operations: OperationsParameters,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    control: ControlParameters,
    partners: PartnersParameters,
    i: int,
    total: float,
    k: int,
) -> None:
    """One operation at ``i`` against one of the groups there."""
    day, s = clock.day[0], geography.country[i]
    u = uniform(clock.key, draws.STATE_OP_SPLIT, day, i, DRAWS * k)
    g = pick_group(clock, groups, insurgency, i, s, total, u)
    if g < 0:
        return
    largest = min(operations.smax_fighters * total + operations.smax_base, operations.smax)
    u = uniform(clock.key, draws.STATE_OP_SIZE, day, i, k)
    size = bounded_pareto(operations.alpha, operations.smin, largest, u)
    size *= op_kills_factor(states, partners, s) * operations.restraint_kills[states.restraint[s]]
    kills = int(size + 0.5)
    mu = insurgent_share(states, operations, partners, s, land.collaboration[i])
    seen = min(1.0, total / (operations.exposed_share * geography.population[i]))
    u = uniform(clock.key, draws.STATE_OP_SPLIT, day, i, DRAWS * k + 1)
    insurgents = float(binomial(kills, mu + (1.0 - mu) * seen, u))
    civilians = min(kills - insurgents, operations.civilian_deaths_cap)
    actor = s
    abroad = states.partner_men[RUSSIA - FIRST_PARTNER, s]
    u = uniform(clock.key, draws.STATE_OP_SPLIT, day, i, DRAWS * k + 2)
    if u < operations.partner_share_per_1000 * abroad / 1000.0:
        actor = RUSSIA
    insurgents = kill_fighters(geography, land, groups, ledger, engagement, g, i, insurgents, actor)
    kill_civilians(geography, land, ledger, i, civilians, actor)
    shock_collaboration(geography, land, control, i, civilians, True)
    recruit_from_harm(groups, ledger, control, i, civilians)
    log_event(
        clock, events, STATE_OPERATION, i, actor, FIRST_GROUP + g, C_NEED, -1, -1,
        0.0, insurgents, civilians, 0.0, 0.0, 0.0,
    )  # fmt: skip


@kernel
def apply_restraint(states: States, row: Ints, number: Floats) -> int:
    """Set the rules of engagement of the state that gives the order."""
    states.restraint[row[O_ACTOR]] = row[O_I0]
    return R_OK

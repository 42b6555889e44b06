"""Insurgent events: when and where an armed group acts, how strong and how.

A Cox-Hawkes clock in daily steps. For group g at place i the mean number of events of a day is

    lambda = (1-n) nu season e_g M_g p_i exp(x + y + d - (sx^2 + sy^2 + sd^2)/2) + n H_i
    p_i = m_i exp(q U_i) / sum_j m_j exp(q U_j)                    (quantal response)
    U_i = 4 c (1-c) - u_garrison rd ln(1+D) + u_population ln(pop/ref) + u_siege siege
    H(t+1) = k H(t) + (1-k) sum_j K_ij N_j(t),   k = exp(-1/hawkes_days)

with M fighters in all, x and y slow latents by region and by country (Ornstein-Uhlenbeck, tau), d a
shock of the day, D the defence (UN men deter too) and K the spread of a place's excitation, own
share ``own_spread`` and the rest to its neighbours. With the spreads off the mean is nu e_g M_g.
``groups.excitation`` holds H already spread, which is the same since all places decay alike.
What an event then is, :mod:`sahelsim.model.mechanisms.actions` says [model specification 2.2,
corrections 5 and 25; Lewis et al. 2012, Mohler 2013, McKelvey and Palfrey 1995].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sahelsim.model import draws
from sahelsim.model.arithmetic import day_of_year
from sahelsim.model.draws import normal, poisson, uniform, uniforms
from sahelsim.model.events import C_BACKGROUND, C_RETALIATION
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.actions import DRAWS, one_event
from sahelsim.model.mechanisms.strength import contest, defence, fighters_at, posture_now
from sahelsim.model.orders import R_OK, R_SELF
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
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS, N_STATES

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.control import ControlParameters
    from sahelsim.model.mechanisms.engagement import EngagementParameters

O_I1 = O_I0 + 1


class InsurgencyParameters(Group):
    """Numbers of ``theatre/parameters/insurgency.yaml``."""

    nu: float
    hawkes_n: float
    hawkes_days: float
    sigma_region: float
    sigma_country: float
    sigma_day: float
    tau_latent: float
    season_amplitude: float
    season_peak_doy: float
    intent: Floats
    choice_precision: float
    u_garrison: float
    u_population: float
    u_population_ref: float
    u_siege: float
    alpha: float
    smin: float
    smax_base: float
    smax_share: float
    smax_neighbours: float
    ambush_scale: float
    assault_weight: float
    assault_ratio_cap: float
    assault_men_share: float
    assault_men_base: float
    civilian_base: float
    civilian_contest: float
    civilian_inclination: Floats
    civilian_deaths: float
    civilian_deaths_cap: float
    rival_weight: float
    rival_deaths: float
    rival_csp_jnim: float
    rival_csp_issp: float
    rival_jnim_issp: float
    truce_factor: float
    posture_rate: Floats
    posture_party: Floats
    posture_ambush: Floats
    posture_assault: Floats
    posture_civilians: Floats
    posture_rival: Floats
    payoff_precision: float
    payoff_base: Floats
    payoff_slope: Floats
    payoff_days: float


@kernel
def latents_day(clock: Clock, groups: Groups, insurgency: InsurgencyParameters) -> None:
    """Step the slow latents; day 0 draws them from their stationary law.

    x(t+1) = x exp(-1/tau) + sigma sqrt(1 - exp(-2/tau)) N(0, 1), by region and by country.
    """
    day = clock.day[0]
    keep = math.exp(-1.0 / insurgency.tau_latent) if day > 0 else 0.0
    fresh = math.sqrt(1.0 - keep * keep)
    rows, regions = groups.ou_region.shape
    u = np.empty(regions)
    for g in range(rows):
        uniforms(clock.key, draws.OU_REGION, day, g, N_GROUPS, 0, u)
        for z in range(regions):
            step = insurgency.sigma_region * fresh * normal(u[z])
            groups.ou_region[g, z] = groups.ou_region[g, z] * keep + step
    for g in range(groups.ou_country.shape[0]):
        for s in range(N_STATES):
            one = uniform(clock.key, draws.OU_COUNTRY, day, s * (N_GROUPS + 1) + g, 0)
            step = insurgency.sigma_country * fresh * normal(one)
            groups.ou_country[g, s] = groups.ou_country[g, s] * keep + step


def population_appeal(insurgency: InsurgencyParameters, population: Floats) -> Floats:
    """What the population [L] of places adds to their utility; it stays the same over a run."""
    sizes = (float(people) / insurgency.u_population_ref for people in population)
    return np.array([insurgency.u_population * math.log(size) for size in sizes])


@kernel
def appeal(
    geography: Geography,
    land: Land,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    i: int,
) -> float:
    """exp(q U_i): how much a place draws attacks, whoever attacks."""
    men = defence(engagement, land, i) + land.un_troops[i]
    value = contest(land.control[i])
    value -= insurgency.u_garrison * land.readiness[i] * math.log1p(men)
    value += geography.population_appeal[i]
    value += insurgency.u_siege * land.besieged[i]
    return math.exp(insurgency.choice_precision * value)


@kernel
def season(clock: Clock, insurgency: InsurgencyParameters) -> float:
    """Factor of the day of the year, mean 1 [correction 25]."""
    angle = 2.0 * math.pi * (day_of_year(clock) - insurgency.season_peak_doy) / 365.0
    return 1.0 + insurgency.season_amplitude * math.cos(angle)


@kernel
def insurgency_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    events: Events,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    control: ControlParameters,
) -> None:
    """Draw and resolve every insurgent event of the day, and let excitation decay."""
    day = clock.day[0]
    n = land.control.shape[0]
    appeals = np.empty(n)
    for i in range(n):  # where there are no fighters, nobody asks
        present = fighters_at(groups, i) > 0.0
        appeals[i] = appeal(geography, land, insurgency, engagement, i) if present else 0.0
    variance = insurgency.sigma_region**2 + insurgency.sigma_country**2 + insurgency.sigma_day**2
    keep = math.exp(-1.0 / insurgency.hawkes_days)
    shock = np.empty(N_STATES)
    mood = np.empty(groups.ou_region.shape[1])
    counts = np.empty(n)
    chances = np.empty(n)
    for g in range(N_GROUPS):
        total, weight = 0.0, 0.0
        for i in range(n):
            total += groups.fighters[g, i]
            weight += groups.fighters[g, i] * appeals[i]
        if total <= 0.0:
            for i in range(n):
                groups.excitation[g, i] *= keep
            continue
        for s in range(N_STATES):
            u = uniform(clock.key, draws.DAY_SHOCK, day, s * N_GROUPS + g, 0)
            shock[s] = insurgency.sigma_day * normal(u) - 0.5 * variance
            shock[s] += groups.ou_country[g, s]
        base = (1.0 - insurgency.hawkes_n) * insurgency.nu * season(clock, insurgency)
        base *= groups.intent[g] * insurgency.intent[g] * total / weight
        base *= insurgency.posture_rate[posture_now(day, groups, g)]
        for z in range(len(mood)):
            mood[z] = math.exp(groups.ou_region[g, z] + shock[geography.region_country[z]])
        uniforms(clock.key, draws.EVENT_COUNT, day, g, N_GROUPS, 0, chances)
        for i in range(n):
            excited = insurgency.hawkes_n * groups.excitation[g, i]
            rate = excited
            if groups.fighters[g, i] > 0.0:
                rate += base * groups.fighters[g, i] * appeals[i] * mood[geography.region[i]]
            counts[i] = 0.0
            if rate <= 0.0:
                continue
            entity = i * N_GROUPS + g
            count = poisson(rate, chances[i])
            counts[i] = count
            for k in range(count):
                u = uniform(clock.key, draws.EVENT_TYPE, day, entity, DRAWS * k + 2)
                cause = C_RETALIATION if u * rate < excited else C_BACKGROUND
                one_event(
                    clock, geography, land, groups, states, ledger, events,
                    insurgency, engagement, control, g, i, cause, k,
                )  # fmt: skip
        for i in range(n):
            groups.excitation[g, i] *= keep
        for i in range(n):
            if counts[i] > 0.0:
                excite(geography, groups, g, i, (1.0 - keep) * counts[i])


@kernel
def excite(geography: Geography, groups: Groups, g: int, j: int, amount: float) -> None:
    """Spread an excitation over its own place and the neighbours (the shares sum to 1)."""
    groups.excitation[g, j] += geography.own_spread[j] * amount
    away = (1.0 - geography.own_spread[j]) * amount
    for edge in range(geography.near_start[j], geography.near_start[j + 1]):
        groups.excitation[g, geography.near[edge]] += away * geography.near_share[edge]


@kernel
def apply_posture(clock: Clock, groups: Groups, row: Ints, number: Floats) -> int:
    """Set the posture of the group that gives the order, for some days."""
    g = row[O_ACTOR] - FIRST_GROUP
    groups.posture[g] = row[O_I0]
    groups.posture_until[g] = clock.day[0] + row[O_I1]
    return R_OK


@kernel
def apply_truce(clock: Clock, groups: Groups, row: Ints, number: Floats) -> int:
    """Begin a truce of the actor with another, for some days; it binds both."""
    a, b = row[O_ACTOR], row[O_I0]
    if a == b:
        return R_SELF
    until = clock.day[0] + row[O_I1]
    groups.truce_until[a, b] = until
    groups.truce_until[b, a] = until
    return R_OK

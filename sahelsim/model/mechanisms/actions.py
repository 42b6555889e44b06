"""Actions: how many fighters take part in an insurgent event, what they do, and what it costs.

The party is bounded Pareto with density exponent alpha, cut where the group's strength at and near
the place ends, so that large attacks are possible only where it has massed (Bohorquez et al.
2009). The kind is drawn by weights, with s the party, G the garrison, rd its readiness, D the
defence with militia, c control, m own and r rival fighters:

    ambush     1 - exp(-D / ambush_scale)
    assault    assault_weight min(assault_ratio_cap, s / (assault_men_share G rd + base))
    civilians  (civilian_base + civilian_contest 4 c (1-c)) times the group's inclination
    rival      rival_weight r / (m + r + 1), r damped by pair

each times the factor of the group's posture. A truce thins clashes [model specification 2.3-2.4,
corrections 2, 9 and 27].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sahelsim.model import draws
from sahelsim.model.draws import bounded_pareto, poisson, uniform
from sahelsim.model.events import ATTACK_ON_CIVILIANS, RIVAL_CLASH, log_event
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.control import shock_collaboration
from sahelsim.model.mechanisms.engagement import attack_garrison, surprise
from sahelsim.model.mechanisms.losses import kill_civilians, kill_fighters, kill_party
from sahelsim.model.mechanisms.strength import (
    contest,
    defence,
    neighbour_fighters,
    posture_now,
    truce_holds,
)
from sahelsim.model.world import Clock, Events, Geography, Groups, Land, Ledger, States
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS, WORLD

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.control import ControlParameters
    from sahelsim.model.mechanisms.engagement import EngagementParameters
    from sahelsim.model.mechanisms.insurgency import InsurgencyParameters

DRAWS = 3  # draws of EVENT_TYPE for one event: kind, truce, cause


@kernel
def party_size(
    clock: Clock,
    geography: Geography,
    groups: Groups,
    insurgency: InsurgencyParameters,
    g: int,
    i: int,
    k: int,
) -> float:
    """Fighters who take part in one event (0 where nobody is at hand)."""
    near = neighbour_fighters(geography, groups, g, i)
    local = groups.fighters[g, i]
    largest = insurgency.smax_base + insurgency.smax_share * (
        local + insurgency.smax_neighbours * near
    )
    u = uniform(clock.key, draws.PARTY_SIZE, clock.day[0], i * N_GROUPS + g, k)
    size = bounded_pareto(insurgency.alpha, insurgency.smin, largest, u)
    size *= insurgency.posture_party[posture_now(clock.day[0], groups, g)]
    return float(int(min(size, local + near) + 0.5))


@kernel
def pair_factor(insurgency: InsurgencyParameters, g: int, h: int) -> float:
    """How far two groups fight each other at all."""
    if g + h == 1:
        return insurgency.rival_csp_jnim
    if g + h == 2:
        return insurgency.rival_csp_issp
    return insurgency.rival_jnim_issp


@kernel
def strongest_rival(groups: Groups, insurgency: InsurgencyParameters, g: int, i: int) -> int:
    """The other group that counts most at a place, or -1."""
    best, most = -1, 0.0
    for h in range(N_GROUPS):
        if h != g:
            strength = groups.fighters[h, i] * pair_factor(insurgency, g, h)
            if strength > most:
                best, most = h, strength
    return best


@kernel
def one_event(
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
    g: int,
    i: int,
    cause: int,
    k: int,
) -> None:
    """Choose the kind of one event and carry it out; ``k`` numbers the events of the cell today."""
    party = party_size(clock, geography, groups, insurgency, g, i, k)
    if party < 1.0:
        return
    day, entity = clock.day[0], i * N_GROUPS + g
    actor, state = FIRST_GROUP + g, geography.country[i]
    posture = posture_now(day, groups, g)
    rival = strongest_rival(groups, insurgency, g, i)
    ambush, assault = 0.0, 0.0
    if land.holder[i] == state:
        ambush = 1.0 - math.exp(-defence(engagement, land, i) / insurgency.ambush_scale)
        if land.garrison[i] >= 1.0:
            defenders = land.garrison[i] * land.readiness[i] + land.un_troops[i]
            odds = party / (insurgency.assault_men_share * defenders + insurgency.assault_men_base)
            assault = insurgency.assault_weight * min(insurgency.assault_ratio_cap, odds)
    ambush *= insurgency.posture_ambush[posture]
    assault *= insurgency.posture_assault[posture]
    civilians = insurgency.civilian_base + insurgency.civilian_contest * contest(land.control[i])
    civilians *= insurgency.civilian_inclination[g] * insurgency.posture_civilians[posture]
    clash = 0.0
    if rival >= 0:
        other = groups.fighters[rival, i] * pair_factor(insurgency, g, rival)
        clash = insurgency.rival_weight * other / (groups.fighters[g, i] + other + 1.0)
        clash *= insurgency.posture_rival[posture]
    u = uniform(clock.key, draws.EVENT_TYPE, day, entity, DRAWS * k)
    mark = u * (ambush + assault + civilians + clash)
    calm = uniform(clock.key, draws.EVENT_TYPE, day, entity, DRAWS * k + 1)
    if mark < ambush + assault:
        if truce_holds(groups, day, actor, state) and calm >= insurgency.truce_factor:
            return
        attack_garrison(
            clock, geography, land, groups, states, ledger, events, engagement,
            g, i, party, mark >= ambush, cause, k,
        )  # fmt: skip
    elif mark < ambush + assault + civilians:
        attack_civilians(
            clock, geography, land, ledger, events, insurgency, engagement, control,
            g, i, party, cause, k,
        )  # fmt: skip
    elif rival >= 0:
        enemy = FIRST_GROUP + rival
        if truce_holds(groups, day, actor, enemy) and calm >= insurgency.truce_factor:
            return
        clash_with_rival(
            clock, geography, land, groups, ledger, events, insurgency, engagement,
            g, rival, i, party, cause, k,
        )  # fmt: skip


@kernel
def attack_civilians(
    clock: Clock,
    geography: Geography,
    land: Land,
    ledger: Ledger,
    events: Events,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    control: ControlParameters,
    g: int,
    i: int,
    party: float,
    cause: int,
    k: int,
) -> None:
    """One attack on civilians: Poisson(civilian_deaths s z) dead, capped [corrections 2, 9]."""
    day, entity = clock.day[0], i * N_GROUPS + g
    z = surprise(engagement, uniform(clock.key, draws.SURPRISE, day, entity, k))
    mean = insurgency.civilian_deaths * party * z
    dead = float(poisson(mean, uniform(clock.key, draws.CIVILIAN, day, entity, k)))
    dead = min(dead, insurgency.civilian_deaths_cap)
    kill_civilians(geography, land, ledger, i, dead, FIRST_GROUP + g)
    shock_collaboration(geography, land, control, i, dead, False)
    log_event(
        clock, events, ATTACK_ON_CIVILIANS, i, FIRST_GROUP + g, WORLD, cause, -1, -1,
        0.0, 0.0, dead, 0.0, 0.0, party,
    )  # fmt: skip


@kernel
def clash_with_rival(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    ledger: Ledger,
    events: Events,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    g: int,
    rival: int,
    i: int,
    party: float,
    cause: int,
    k: int,
) -> None:
    """Two groups fight in the open: each side loses Poisson(rival_deaths s z) [linear law]."""
    day, entity = clock.day[0], i * N_GROUPS + g
    z = surprise(engagement, uniform(clock.key, draws.SURPRISE, day, entity, k))
    mean = insurgency.rival_deaths * party * z
    own = float(poisson(mean, uniform(clock.key, draws.RIVAL, day, entity, 2 * k)))
    theirs = float(poisson(mean, uniform(clock.key, draws.RIVAL, day, entity, 2 * k + 1)))
    a, b = FIRST_GROUP + g, FIRST_GROUP + rival
    own = kill_party(geography, land, groups, ledger, engagement, g, i, party, own, b)
    theirs = kill_fighters(geography, land, groups, ledger, engagement, rival, i, theirs, a)
    log_event(
        clock, events, RIVAL_CLASH, i, a, b, cause, -1, -1,
        0.0, own + theirs, 0.0, 0.0, theirs, party,
    )  # fmt: skip

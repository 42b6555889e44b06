"""Ambush of a convoy or column: who attacks, what it costs, what of the load is lost.

A move that passes an edge is ambushed with the chance of :mod:`roads`. The attacking group is
drawn in proportion to its fighters at the two ends; its party is a bounded power law, no larger
than those fighters. The part of the move that stands in the ambush fights by Deitchman's law
(:mod:`engagement`); of the load it guards a share f = f_min + (f_max - f_min) u^a is lost, with a
such that its mean is f_mean [model specification 1.9, correction 7; values assumed].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.draws import (
    AMBUSH,
    AMBUSH_LOSS,
    AMBUSH_SURPRISE,
    bernoulli,
    binomial,
    bounded_pareto,
    uniform,
)
from sahelsim.model.events import C_MARCH, COLUMN_AMBUSH, CONVOY_AMBUSH, log_event
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.engagement import (
    EngagementParameters,
    area_fire,
    fight,
    surprise,
)
from sahelsim.model.mechanisms.losses import book_deaths, evacuate, kill_party, lose_men
from sahelsim.model.mechanisms.partners import P_RUSSIA
from sahelsim.model.mechanisms.roads import edge_ambush, hostile_fighters
from sahelsim.model.world import (
    CONVOY,
    MILITARY,
    Clock,
    Events,
    Geography,
    Groups,
    Land,
    Ledger,
    Moves,
    States,
)
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.convoy import ConvoyParameters

EVACUATION_KEY = 1000  # draws of evacuation from here on belong to moves


@kernel
def share_lost(convoy: ConvoyParameters, u: float) -> float:
    """Share of the exposed load that an ambush takes, between loss_least and loss_most."""
    width = convoy.loss_most - convoy.loss_least
    power = width / (convoy.loss_mean - convoy.loss_least) - 1.0
    return convoy.loss_least + width * u**power


@kernel
def attacking_group(
    clock: Clock, groups: Groups, truce_factor: float, s: int, i: int, j: int, u: float
) -> int:
    """Group 0..G-1 that attacks on a road, in proportion to its fighters at both ends; -1: none."""
    total = 0.0
    for g in range(N_GROUPS):
        total += hostile_fighters(clock, groups, truce_factor, s, g, i, j)
    if total <= 0.0:
        return -1
    passed = 0.0
    last = -1
    for g in range(N_GROUPS):
        men = hostile_fighters(clock, groups, truce_factor, s, g, i, j)
        if men <= 0.0:
            continue
        last = g
        passed += men
        if u * total < passed:
            return g
    return last


@kernel
def kill_in_move(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    moves: Moves,
    ledger: Ledger,
    engagement: EngagementParameters,
    m: int,
    i: int,
    ward: int,
    dead: float,
    perpetrator: int,
) -> float:
    """Kill ``dead`` of the men of a move at place ``i``, soldiers and partner men in proportion.

    Partner men killed leave ``States.partner_men`` too. Returns the killed of both.
    """
    s = moves.owner[m]
    strength = moves.men[m] + moves.partner_men[m]
    if strength <= 0.0:
        return 0.0
    partner_dead = float(int(dead * moves.partner_men[m] / strength + 1.0 / 2.0))
    partner_dead = min(partner_dead, float(int(moves.partner_men[m])))
    soldiers_dead = min(dead - partner_dead, float(int(moves.men[m])))
    moves.men[m] = lose_men(
        clock, geography, land, states, ledger, engagement, s, i, ward,
        moves.men[m], soldiers_dead, perpetrator,
    )  # fmt: skip
    if partner_dead > 0.0:
        moves.partner_men[m] -= partner_dead
        left = states.partner_men[P_RUSSIA, s] - partner_dead
        states.partner_men[P_RUSSIA, s] = max(0.0, left)
        book_deaths(geography, land, ledger, i, MILITARY, perpetrator, partner_dead)
    return soldiers_dead + partner_dead


@kernel
def lose_load(moves: Moves, ledger: Ledger, m: int, share: float) -> float:
    """A share of the load of a move is lost; return the tonnes."""
    lost = 0.0
    for supply in range(moves.load_t.shape[1]):
        part = share * moves.load_t[m, supply]
        moves.load_t[m, supply] -= part
        lost += part
    ledger.road_t[moves.owner[m], 2] += lost
    return lost


@kernel
def pass_edge(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    moves: Moves,
    ledger: Ledger,
    events: Events,
    convoy: ConvoyParameters,
    engagement: EngagementParameters,
    truce_factor: float,
    m: int,
) -> bool:
    """Draw and resolve the ambush of move ``m`` on the edge it has come to the end of."""
    at, ahead, s = moves.at[m], moves.next[m], moves.owner[m]
    p = edge_ambush(clock, geography, land, groups, convoy, truce_factor, s, at, ahead)
    # Keyed by the road, the destination and the number of the trip, not by slot or day: a convoy
    # that leaves a day later in a paired run meets the same luck.
    trip = moves.trip[m]
    entity = at * land.holder.shape[0] + ahead
    k = 8 * (4 * moves.destination[m] + moves.kind[m])
    if not bernoulli(p, uniform(clock.key, AMBUSH, trip, entity, k)):
        return False
    u = uniform(clock.key, AMBUSH, trip, entity, k + 1)
    g = attacking_group(clock, groups, truce_factor, s, at, ahead, u)
    if g < 0:
        return False
    size = bounded_pareto(
        convoy.party_exponent, convoy.party_least, convoy.party_most,
        uniform(clock.key, AMBUSH, trip, entity, k + 2),
    )  # fmt: skip
    party = float(int(min(size, groups.fighters[g, at] + groups.fighters[g, ahead])))
    strength = moves.men[m] + moves.partner_men[m]
    if party < 1.0 or strength < 1.0:
        return False
    i = at if groups.fighters[g, at] > groups.fighters[g, ahead] else ahead
    line = min(
        float(int(strength)),
        engagement.ambush_men + engagement.ambush_men_per_attacker * party,
    )
    z = surprise(engagement, uniform(clock.key, AMBUSH_SURPRISE, trip, entity, k))
    x, y = fight(
        line, party, engagement.att * z, area_fire(engagement, 1.0), engagement.ambush_hours,
        engagement.break_defender, engagement.break_attacker,
    )  # fmt: skip
    dead = binomial(line, 1.0 - x / line, uniform(clock.key, AMBUSH, trip, entity, k + 3))
    fallen = binomial(party, 1.0 - y / party, uniform(clock.key, AMBUSH, trip, entity, k + 4))
    ward = i if geography.country[i] == s and land.holder[i] == s else moves.origin[m]
    actor = FIRST_GROUP + g
    before = land.wounded[ward, 0]
    killed = kill_in_move(
        clock, geography, land, states, moves, ledger, engagement, m, i, ward, float(dead), actor
    )
    insurgents = kill_party(
        geography, land, groups, ledger, engagement, g, i, party, float(fallen), s
    )
    share = share_lost(convoy, uniform(clock.key, AMBUSH_LOSS, trip, entity, k)) * line / strength
    if moves.men[m] + moves.partner_men[m] < 1.0:
        share = 1.0
    lost = lose_load(moves, ledger, m, min(1.0, share))
    is_convoy = moves.kind[m] == CONVOY
    if is_convoy and moves.attacked[m] == 0:
        ledger.convoys[s, 1] += 1.0
    moves.attacked[m] += 1
    row = log_event(
        clock, events, CONVOY_AMBUSH if is_convoy else COLUMN_AMBUSH, i, actor, s, C_MARCH,
        moves.order[m], m, killed, insurgents, 0.0, 0.0, lost, party,
    )  # fmt: skip
    evacuate(
        clock, geography, land, states, ledger, events, engagement, s, i, ward,
        land.wounded[ward, 0] - before, actor, row, EVACUATION_KEY + moves.destination[m],
    )  # fmt: skip
    return True

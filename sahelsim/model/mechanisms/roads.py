"""Roads: how dangerous an edge is, who may use it, and which way is open.

Hazard of an ambush on an edge e, per km::

    h_e = h_0 (M_e / (M_e + M_h)) (1 + b_siege siege_e)

times k_closed where the road is declared closed and k_held where insurgents hold an end, with M_e
the mean of the fighters at its two ends (those under a truce with the traveller count with the
truce factor) and siege_e 1 if either end is besieged. A move that passes the edge is ambushed with
1 - exp(-h_e L_e) [model correction 7; values derived from convoys to Djibo, assumed].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.arithmetic import chance
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.strength import truce_holds
from sahelsim.model.world import Clock, Geography, Groups, Land, States
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.convoy import ConvoyParameters

GROUND = 2  # kind of permit


@kernel
def hostile_fighters(
    clock: Clock, groups: Groups, truce_factor: float, s: int, g: int, i: int, j: int
) -> float:
    """Fighters of a group at both ends of a road who would attack state ``s``: their mean."""
    men = 0.5 * (groups.fighters[g, i] + groups.fighters[g, j])
    if truce_holds(groups, clock.day[0], s, FIRST_GROUP + g):
        men *= truce_factor
    return men


@kernel
def edge_fighters(
    clock: Clock, groups: Groups, truce_factor: float, s: int, i: int, j: int
) -> float:
    """M_e of the road between two places, for state ``s``."""
    total = 0.0
    for g in range(N_GROUPS):
        total += hostile_fighters(clock, groups, truce_factor, s, g, i, j)
    return total


@kernel
def held_by_group(land: Land, i: int) -> bool:
    """True for a place that an insurgent group holds."""
    return FIRST_GROUP <= land.holder[i] < FIRST_GROUP + N_GROUPS


@kernel
def edge_ambush(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    convoy: ConvoyParameters,
    truce_factor: float,
    s: int,
    i: int,
    j: int,
) -> float:
    """Chance that a move of state ``s`` is ambushed on the road between two places."""
    fighters = edge_fighters(clock, groups, truce_factor, s, i, j)
    hazard = convoy.hazard_per_km * fighters / (fighters + convoy.hazard_half_fighters)
    if land.besieged[i] == 1 or land.besieged[j] == 1:
        hazard *= 1.0 + convoy.siege_factor
    if clock.day[0] < max(land.roads_closed_until[i], land.roads_closed_until[j]):
        hazard *= convoy.closed_road_factor
    if held_by_group(land, i) or held_by_group(land, j):
        hazard *= convoy.held_road_factor
    return chance(hazard * geography.road_km[i, j])


@kernel
def route_risk(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    convoy: ConvoyParameters,
    truce_factor: float,
    s: int,
    start: int,
    end: int,
) -> tuple[float, float]:
    """Chance of at least one ambush on the way, and the expected share of a load that arrives."""
    unharmed, arriving = 1.0, 1.0
    at = start
    while at != end:
        ahead = geography.next_hop[at, end]
        p = edge_ambush(clock, geography, land, groups, convoy, truce_factor, s, at, ahead)
        unharmed *= 1.0 - p
        arriving *= 1.0 - p * convoy.loss_mean
        at = ahead
    return 1.0 - unharmed, arriving


@kernel
def has_road(geography: Geography, start: int, end: int) -> bool:
    """True where a road leads from one place to another."""
    return start == end or geography.next_hop[start, end] >= 0


@kernel
def may_stand(geography: Geography, states: States, s: int, i: int) -> bool:
    """True where state ``s`` may move on the ground of place ``i``: at home, or by permit."""
    return geography.country[i] == s or states.permit[geography.country[i], s, GROUND] == 1


@kernel
def may_pass(geography: Geography, states: States, s: int, start: int, end: int) -> bool:
    """True where every place of the way lies at home or in a state with a ground permit."""
    at = start
    while at != end:
        at = geography.next_hop[at, end]
        if not may_stand(geography, states, s, at):
            return False
    return True


@kernel
def way_is_free(geography: Geography, land: Land, start: int, end: int) -> bool:
    """True where no place between two places is held by an insurgent group."""
    at = start
    while at != end:
        at = geography.next_hop[at, end]
        if at != end and held_by_group(land, at):
            return False
    return True

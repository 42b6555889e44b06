"""Reinforcement is transport: men reach a garrison by an open road, an aircraft or a column.

A garrison below its target asks for ``rate`` times what it lacks a day. If it is not besieged and
no place on the road from the capital lies abroad without permit or with insurgents, they come from
the reserve, which is finite; else they wait for seats (the loading of aircraft reads the same
lack) or for a column [model correction 12]. An empty place that nobody holds is garrisoned only
where an order has set a target for it. A state under threat keeps part of its reserve at home.
"""

from __future__ import annotations

from sahelsim.model.events import C_NEED
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.holder import HolderParameters, gain_place, strongest_here
from sahelsim.model.mechanisms.politics import PoliticsParameters, lift_share_home
from sahelsim.model.mechanisms.roads import has_road, may_pass, way_is_free
from sahelsim.model.orders import R_NO_GARRISON, R_OK, R_RANGE
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
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS, NONE


class ReinforcementParameters(Group):
    """Numbers of ``theatre/parameters/reinforcement.yaml``."""

    rate: float
    first_party: float
    capital_floor: float
    step_men: float
    most_steps: float
    neighbour_weight: float
    fighters_worth: float
    distance_km: float
    besieged_factor: float
    population_worth: float
    symbol_worth: float
    withdraw_supply: float
    withdraw_food_days: float
    withdraw_worth: float


@kernel
def road_open(geography: Geography, land: Land, states: States, i: int) -> bool:
    """True where men can walk from the capital to ``i``: no siege, no insurgents on the way."""
    s = geography.country[i]
    capital = geography.capital[s]
    return (
        land.besieged[i] == 0
        and land.holder[capital] == s
        and has_road(geography, capital, i)
        and way_is_free(geography, land, capital, i)
        and may_pass(geography, states, s, capital, i)
    )


@kernel
def reserve_free(states: States, politics: PoliticsParameters, s: int) -> float:
    """Men of the reserve that may leave the capital."""
    return states.reserve[s] * (1.0 - lift_share_home(states, politics, s))


@kernel
def reinforce_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    events: Events,
    reinforcement: ReinforcementParameters,
    holder: HolderParameters,
    politics: PoliticsParameters,
) -> None:
    """Men on the road from the reserve to garrisons below their targets; what leaves arrives."""
    for i in range(land.holder.shape[0]):
        s = geography.country[i]
        held_by = land.holder[i]
        if FIRST_GROUP <= held_by < FIRST_GROUP + N_GROUPS:
            land.target[i] = 0.0  # plans for a lost place are void
        lack = land.target[i] - land.garrison[i]
        if lack <= 0.0 or (held_by != s and held_by != NONE):
            continue
        free = reserve_free(states, politics, s)
        men = min(reinforcement.rate * lack, free)
        if held_by == NONE:
            if free < reinforcement.first_party or strongest_here(groups, holder, i) != NONE:
                continue
            men = min(reinforcement.first_party, lack)
        if men <= 0.0 or not road_open(geography, land, states, i):
            continue
        states.reserve[s] -= men
        land.garrison[i] += men
        if held_by == NONE:
            gain_place(clock, geography, land, states, ledger, events, holder, i, C_NEED, -1)


@kernel
def apply_reinforce(geography: Geography, land: Land, row: Ints, number: Floats) -> int:
    """Raise the wanted garrison of ``row[O_I0]`` by ``number[0]`` men.

    Returns:
        R_OK, R_RANGE, or R_NO_GARRISON where the place is neither the actor's nor nobody's at home.
    """
    actor, i = row[O_ACTOR], row[O_I0]
    if number[0] <= 0.0:
        return R_RANGE
    if geography.country[i] != actor or (land.holder[i] != actor and land.holder[i] != NONE):
        return R_NO_GARRISON
    land.target[i] += number[0]
    return R_OK

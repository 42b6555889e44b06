"""Sustainment: what garrisons use, what is left, and what they do when there is nothing left.

Demand of a garrison of G men by supply class, t/d, with rates r in kg/person/d::

    food  G (k r_food (1 - lp) + r_water) / 1000    ammunition  G r_ammo / 1000
    fuel and other  G (r_fuel + r_other) / 1000

k is 1, or the rationing factor in a siege or when food is short (never both); lp is bought on the
local market. Days of supply DOS = min over classes with demand of stock / demand. Readiness

    rd = min(1, a + (1 - a) min(1, DOS_ammo / D_a)) min(1, f + (1 - f) min(1, DOS_food / D_f)).

The supply ratio s is the food that came over the food needed, smoothed: each day
s' = (came / needed - s) / ``supply_memory_days``; a state that withdraws in time looks at it.

After z days in a row with no food left a garrison leaves with daily chance 1 - exp(-z / z0). Rates
after US Army ATP 4-90 (2020) where sourced, else assumed [model specification 1.9, corrections
11, 28, 30].

The garrison of a capital is filled from its depot; every other garrison lives on what convoys and
aircraft bring. A depot takes in what the state can buy. Wounded return by a chain of two stages.
"""

from __future__ import annotations

import math

from sahelsim.model.draws import ABANDON, bernoulli, uniform
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.engagement import EngagementParameters
from sahelsim.model.mechanisms.holder import HolderParameters, abandon_place, take_in
from sahelsim.model.mechanisms.politics import PoliticsParameters, supply_factor
from sahelsim.model.world import (
    AMMO,
    FOOD,
    FUEL,
    Clock,
    Events,
    Geography,
    Groups,
    Land,
    Ledger,
    States,
)
from sahelsim.theatre.actors import N_STATES

CLASSES = 3
KG_PER_T = 1000.0


class SustainmentParameters(Group):
    """Numbers of ``theatre/parameters/sustainment.yaml``."""

    ration_kg: float
    water_kg: float
    ammo_kg: float
    ammo_besieged_kg: float
    fuel_kg: float
    fuel_besieged_kg: float
    other_kg: float
    other_besieged_kg: float
    rationing: float
    rationing_below_days: float
    local_share: float
    local_share_besieged: float
    depot_inflow: float
    depot_full_days: float
    capital_stock_days: float
    ready_without_ammo: float
    ready_ammo_days: float
    ready_without_food: float
    ready_food_days: float
    hunger_scale_days: float
    supply_memory_days: float
    wounded_days: float
    civil_kg: float
    civil_stock_days: float
    civil_local_share: float


@kernel
def local_share(sustainment: SustainmentParameters, besieged: int) -> float:
    """lp: share of the rations bought where the garrison stands."""
    return sustainment.local_share_besieged if besieged == 1 else sustainment.local_share


@kernel
def rate_kg(sustainment: SustainmentParameters, supply: int, besieged: int) -> float:
    """What a soldier draws from the stock of a class, kg/d (rationed in a siege only)."""
    if supply == FOOD:
        rationed = sustainment.rationing if besieged == 1 else 1.0
        bought = local_share(sustainment, besieged)
        return sustainment.ration_kg * rationed * (1.0 - bought) + sustainment.water_kg
    if supply == AMMO:
        return sustainment.ammo_besieged_kg if besieged == 1 else sustainment.ammo_kg
    if besieged == 1:
        return sustainment.fuel_besieged_kg + sustainment.other_besieged_kg
    return sustainment.fuel_kg + sustainment.other_kg


@kernel
def class_demand_t(land: Land, sustainment: SustainmentParameters, i: int, supply: int) -> float:
    """Demand of the garrison of ``i`` on its stock of a class, t/d, before it rations."""
    return land.garrison[i] * rate_kg(sustainment, supply, land.besieged[i]) / KG_PER_T


@kernel
def demand_t(land: Land, sustainment: SustainmentParameters, i: int) -> float:
    """Demand of the garrison of ``i`` over all classes, t/d."""
    total = 0.0
    for supply in range(CLASSES):
        total += class_demand_t(land, sustainment, i, supply)
    return total


@kernel
def days_of(stock_t: float, demand: float) -> float:
    """Days that a stock lasts, infinite where there is no demand."""
    return stock_t / demand if demand > 0.0 else math.inf


@kernel
def readiness(sustainment: SustainmentParameters, ammo_days: float, food_days: float) -> float:
    """rd, 0..1, from the days of ammunition and of food left."""
    a, f = sustainment.ready_without_ammo, sustainment.ready_without_food
    ammo = a + (1.0 - a) * min(1.0, ammo_days / sustainment.ready_ammo_days)
    food = f + (1.0 - f) * min(1.0, food_days / sustainment.ready_food_days)
    return min(1.0, ammo) * min(1.0, food)


@kernel
def leave_chance(sustainment: SustainmentParameters, days_without_food: int) -> float:
    """Chance that a garrison leaves today after so many days in a row without food."""
    return 1.0 - math.exp(-days_without_food / sustainment.hunger_scale_days)


@kernel
def assess(land: Land, sustainment: SustainmentParameters, i: int) -> None:
    """Write days of supply, days of food and readiness of the garrison of ``i``.

    A place without garrison has 0 days of supply; readiness 1 is never read there.
    """
    if land.garrison[i] <= 0.0:
        land.days_of_supply[i], land.food_days[i], land.readiness[i] = 0.0, 0.0, 1.0
        return
    food = days_of(land.stock_t[i, FOOD], class_demand_t(land, sustainment, i, FOOD))
    ammo = days_of(land.stock_t[i, AMMO], class_demand_t(land, sustainment, i, AMMO))
    fuel = days_of(land.stock_t[i, FUEL], class_demand_t(land, sustainment, i, FUEL))
    land.days_of_supply[i] = min(food, ammo, fuel)
    land.food_days[i] = food
    land.readiness[i] = readiness(sustainment, ammo, food)


@kernel
def first_stocks(
    geography: Geography,
    land: Land,
    states: States,
    sustainment: SustainmentParameters,
    stock_days: float,
    depot_days: float,
) -> None:
    """Fill garrisons' stocks, civilian food and depots for the days of supply given.

    A depot begins with ``depot_days`` days of what all garrisons of its state use.
    """
    for i in range(land.holder.shape[0]):
        country = geography.country[i]
        garrisoned = land.garrison[i] > 0.0 and land.holder[i] == country
        for supply in range(CLASSES):
            demand = class_demand_t(land, sustainment, i, supply) if garrisoned else 0.0
            land.stock_t[i, supply] = demand * stock_days if garrisoned else 0.0
            states.depot_t[country, supply] += demand * depot_days
        civil_kg = sustainment.civil_kg * geography.population[i]
        land.civil_stock_t[i] = civil_kg / KG_PER_T * sustainment.civil_stock_days
        land.food_left_t[i] = land.stock_t[i, FOOD]
        assess(land, sustainment, i)


@kernel
def remember_supply(land: Land, sustainment: SustainmentParameters, i: int, step: float) -> None:
    """Bring s of garrison ``i`` up to date, before it eats; ``step`` is its day's share of news."""
    needed = class_demand_t(land, sustainment, i, FOOD)
    if needed <= 0.0:
        land.supply_ratio[i] = 1.0
        return
    came = max(0.0, land.stock_t[i, FOOD] - land.food_left_t[i])
    land.supply_ratio[i] += step * (came / needed - land.supply_ratio[i])


@kernel
def consume(
    geography: Geography, land: Land, ledger: Ledger, sustainment: SustainmentParameters, i: int
) -> None:
    """One day's use by the garrison of ``i``: from its stock, and food from the local market."""
    state = geography.country[i]
    besieged = land.besieged[i]
    for supply in range(CLASSES):
        use = class_demand_t(land, sustainment, i, supply)
        bought = 0.0
        if supply == FOOD:
            stock_days = days_of(land.stock_t[i, FOOD], use)
            short = besieged == 0 and stock_days < sustainment.rationing_below_days
            eaten = land.garrison[i] * sustainment.ration_kg / KG_PER_T
            if besieged == 1 or short:
                eaten *= sustainment.rationing
            share = local_share(sustainment, besieged)
            bought = eaten * share
            use = eaten * (1.0 - share) + land.garrison[i] * sustainment.water_kg / KG_PER_T
        used = min(land.stock_t[i, supply], use)
        land.stock_t[i, supply] -= used
        ledger.local_t[state, supply] += bought
        ledger.consumed_t[state, supply] += used + bought


@kernel
def depot_day(
    geography: Geography,
    land: Land,
    states: States,
    ledger: Ledger,
    sustainment: SustainmentParameters,
    politics: PoliticsParameters,
    s: int,
) -> None:
    """What reaches the depot of state ``s``; then the capital's garrison is filled from it.

    The measure is what the garrisons of the start use a day. Nothing moves while the state does
    not hold its capital.
    """
    capital = geography.capital[s]
    if land.holder[capital] != s or geography.country[capital] != s:
        return
    men = 0.0
    for i in range(land.holder.shape[0]):
        if geography.country[i] == s:
            men += geography.garrison_target[i]
    for supply in range(CLASSES):
        normal = men * rate_kg(sustainment, supply, 0) / KG_PER_T
        room = max(0.0, sustainment.depot_full_days * normal - states.depot_t[s, supply])
        inflow = normal * sustainment.depot_inflow * supply_factor(states, politics, s)
        inflow = min(inflow, room)
        states.depot_t[s, supply] += inflow
        ledger.depot_in_t[s, supply] += inflow
        wanted = sustainment.capital_stock_days * class_demand_t(land, sustainment, capital, supply)
        issue = min(max(0.0, wanted - land.stock_t[capital, supply]), states.depot_t[s, supply])
        states.depot_t[s, supply] -= issue
        land.stock_t[capital, supply] += issue


@kernel
def wounded_day(
    geography: Geography, land: Land, states: States, sustainment: SustainmentParameters, i: int
) -> None:
    """Wounded of ward ``i`` move on: Erlang of shape 2, each stage with half the mean time."""
    rate = min(1.0, 2.0 / sustainment.wounded_days)
    back = rate * land.wounded[i, 1]
    onward = rate * land.wounded[i, 0]
    land.wounded[i, 1] += onward - back
    land.wounded[i, 0] -= onward
    if back > 0.0:
        take_in(geography, land, states, i, back)


@kernel
def civilians_day(
    geography: Geography, land: Land, sustainment: SustainmentParameters, i: int
) -> None:
    """Food of the people of ``i``: full until a siege begins, then eaten up."""
    eaten = geography.population[i] * sustainment.civil_kg / KG_PER_T
    if land.besieged[i] == 0:
        land.civil_stock_t[i] = sustainment.civil_stock_days * eaten
    else:
        use = eaten * (1.0 - sustainment.civil_local_share)
        land.civil_stock_t[i] = max(0.0, land.civil_stock_t[i] - use)


@kernel
def sustain_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    events: Events,
    sustainment: SustainmentParameters,
    engagement: EngagementParameters,
    holder: HolderParameters,
    politics: PoliticsParameters,
) -> None:
    """A day of supply everywhere: depots, consumption, hunger, wounded, besieged civilians."""
    for s in range(N_STATES):
        depot_day(geography, land, states, ledger, sustainment, politics, s)
    step = 1.0 - math.exp(-1.0 / sustainment.supply_memory_days)
    for i in range(land.holder.shape[0]):
        state = geography.country[i]
        civilians_day(geography, land, sustainment, i)
        if land.wounded[i, 0] > 0.0 or land.wounded[i, 1] > 0.0:
            wounded_day(geography, land, states, sustainment, i)
        if land.garrison[i] <= 0.0:
            land.days_without_food[i] = 0
            land.supply_ratio[i] = 1.0
            land.food_left_t[i] = 0.0
            assess(land, sustainment, i)
            continue
        remember_supply(land, sustainment, i, step)
        consume(geography, land, ledger, sustainment, i)
        land.food_left_t[i] = land.stock_t[i, FOOD]
        assess(land, sustainment, i)
        if class_demand_t(land, sustainment, i, FOOD) > 0.0 and land.stock_t[i, FOOD] <= 0.0:
            land.days_without_food[i] += 1
            ledger.hungry_days[state] += 1.0
        else:
            land.days_without_food[i] = 0
            continue
        p = leave_chance(sustainment, land.days_without_food[i])
        if land.holder[i] == state and bernoulli(
            p, uniform(clock.key, ABANDON, clock.day[0], i, 0)
        ):
            abandon_place(
                clock, geography, land, groups, states, ledger, events, engagement, holder, i
            )
            land.days_without_food[i] = 0
            assess(land, sustainment, i)

"""Where a state wants more men: a weekly choice by worth, risk and distance.

The state believes that a place holds with P = D / (D + k T), D the wanted garrison (near the
tri-border with its share of the joint force), T the fighters there and a share of those near. It
raises the wanted garrison of the places where (P(D + step) - P(D)) W / (road km + d0) is greatest,
W = garrison + lambda_pop population + lambda_pol symbolic, as far as the reserve above the
capital's floor is not yet promised. Before hunger drives a besieged garrison out, the state
withdraws it in good order: where less than ``withdraw_supply`` of its food came over the last
month, less than ``withdraw_food_days`` of food is left, and W is below ``withdraw_worth`` [model
specification 4.2; values assumed].
"""

from __future__ import annotations

from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.politics import PoliticsParameters
from sahelsim.model.mechanisms.reinforcement import ReinforcementParameters, reserve_free
from sahelsim.model.mechanisms.roads import has_road
from sahelsim.model.mechanisms.strength import fighters_at
from sahelsim.model.orders import REINFORCE, WITHDRAW, propose
from sahelsim.model.world import POLICY, Clock, Geography, Groups, Land, Orders, States


@kernel
def is_garrison(geography: Geography, land: Land, s: int, i: int) -> bool:
    """True for a place that state ``s`` holds at home and wants a garrison in."""
    return geography.country[i] == s and land.holder[i] == s and land.target[i] > 0.0


@kernel
def threat_to(
    geography: Geography, groups: Groups, reinforcement: ReinforcementParameters, i: int
) -> float:
    """T: fighters at a place and a share of those of its neighbours."""
    near = 0.0
    for edge in range(geography.near_start[i], geography.near_start[i + 1]):
        near += geography.near_share[edge] * fighters_at(groups, geography.near[edge])
    return fighters_at(groups, i) + reinforcement.neighbour_weight * near


@kernel
def believed_hold(men: float, threat: float, worth: float) -> float:
    """P(hold) in the state's estimate, 0..1; 1 without a threat."""
    if threat <= 0.0:
        return 1.0
    return men / (men + worth * threat)


@kernel
def worth_of(
    geography: Geography, land: Land, reinforcement: ReinforcementParameters, i: int
) -> float:
    """W of a place, in men."""
    return float(
        land.garrison[i]
        + reinforcement.population_worth * geography.population[i]
        + reinforcement.symbol_worth * geography.symbolic[i]
    )


@kernel
def should_withdraw(
    geography: Geography, land: Land, reinforcement: ReinforcementParameters, s: int, i: int
) -> bool:
    """True for a besieged garrison that starves at a place of little worth."""
    return bool(
        land.besieged[i] == 1
        and land.garrison[i] > 0.0
        and i != geography.capital[s]
        and land.supply_ratio[i] < reinforcement.withdraw_supply
        and land.food_days[i] < reinforcement.withdraw_food_days
        and worth_of(geography, land, reinforcement, i) < reinforcement.withdraw_worth
    )


@kernel
def decide_reinforcement(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    orders: Orders,
    reinforcement: ReinforcementParameters,
    politics: PoliticsParameters,
    s: int,
) -> None:
    """Propose this week's withdrawals and reinforcements of state ``s``."""
    capital = geography.capital[s]
    free = reserve_free(states, politics, s) - reinforcement.capital_floor
    for i in range(land.holder.shape[0]):
        if is_garrison(geography, land, s, i):
            if should_withdraw(geography, land, reinforcement, s, i):
                propose(clock, orders, POLICY, s, WITHDRAW, i, -1, -1, -1, 0.0, 0.0)
                continue
            free -= max(0.0, land.target[i] - land.garrison[i])
    step = reinforcement.step_men
    past_score, past_i = 0.0, -1
    for pick in range(int(reinforcement.most_steps)):
        if free < step:
            return
        best, best_score = -1, 0.0
        for i in range(land.holder.shape[0]):
            if not is_garrison(geography, land, s, i) or not has_road(geography, capital, i):
                continue
            men = land.target[i] + land.joint_troops[i]
            threat = threat_to(geography, groups, reinforcement, i)
            worth = reinforcement.fighters_worth
            gain = believed_hold(men + step, threat, worth) - believed_hold(men, threat, worth)
            value = worth_of(geography, land, reinforcement, i)
            if land.besieged[i] == 1:
                value *= reinforcement.besieged_factor
            score = gain * value / (geography.road_km[capital, i] + reinforcement.distance_km)
            if pick > 0 and (score > past_score or (score == past_score and i <= past_i)):
                continue  # chosen already
            if score > best_score:
                best, best_score = i, score
        if best < 0:
            return
        propose(clock, orders, POLICY, s, REINFORCE, best, -1, -1, -1, step, 0.0)
        free -= step
        past_score, past_i = best_score, best

"""What a garrison uses: the US Army's planning rates and days of supply.

Source: ATP 4-90 (18 June 2020), Table C-1, pounds per person and day. The rates the simulation
uses for the Sahel are parameters (``parameters/sustainment.yaml``), lower and assumed.
"""

from __future__ import annotations

import math

from sahelsim.planner.checks import not_negative, positive
from sahelsim.planner.units import lb_to_kg

ATP_4_90_LB: dict[str, float] = {
    "rations_mmm": 5.50,
    "rations_umm": 7.41,
    "rations_umu": 9.39,
    "clothing_equipment": 1.6,
    "packaged_fuel": 1.2,
    "barrier": 1.638,
    "construction": 2.324,
    "personal_arid": 3.74,
}
"""Pounds per person and day: classes I (three menus), II, III packaged, IV (two), VI arid."""


def planning_rate_kg(*classes: str) -> float:
    """Kilograms per person and day of the classes named (keys of ATP_4_90_LB)."""
    return lb_to_kg(math.fsum(ATP_4_90_LB[name] for name in classes))


def demand_t_per_day(people: float, kg_per_day: float) -> float:
    """Tonnes a day that a number of people use."""
    not_negative(people=people, kg_per_day=kg_per_day)
    return people * kg_per_day / 1000.0


def days_of_supply(stock_t: float, demand: float) -> float:
    """Days that a stock [t] lasts at a demand [t/day]."""
    not_negative(stock_t=stock_t)
    positive(demand=demand)
    return stock_t / demand

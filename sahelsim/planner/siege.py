"""Supply of a besieged garrison: what convoys bring, what is missing, what sorties fill it.

The hold curve is a teaching form fitted to the Monte Carlo of one garrison (600 men, 10 kg a
head and day, 180 t in store, a convoy of 150 t each 60 days): a threshold, not a slope.
"""

from __future__ import annotations

import math

from sahelsim.planner.checks import not_negative, positive, share


def convoy_supply_t_per_day(
    load_t: float, interval_days: float, ambush: float, load_lost: float
) -> float:
    """Mean tonnes a day that convoys bring.

    Args:
        load_t: Load of a convoy [t].
        interval_days: Days between convoys.
        ambush: Chance that a convoy is ambushed, 0-1.
        load_lost: Share of the load lost in an ambush, 0-1.
    """
    not_negative(load_t=load_t)
    positive(interval_days=interval_days)
    share(ambush=ambush, load_lost=load_lost)
    return load_t / interval_days * (1.0 - ambush * load_lost)


def sorties_per_week_to_fill(gap_t_per_day: float, payload_t: float) -> float:
    """Sorties a week that carry a daily gap (0 if there is none)."""
    positive(payload_t=payload_t)
    return max(0.0, gap_t_per_day) * 7.0 / payload_t


def supply_ratio(supply_t_per_day: float, demand_t_per_day: float) -> float:
    """Supply over demand, the s of the hold curve."""
    positive(demand_t_per_day=demand_t_per_day)
    return supply_t_per_day / demand_t_per_day


def hold_probability(ratio: float, half: float = 0.93, width: float = 0.033) -> float:
    """Chance that the garrison holds a year, 1 / (1 + exp(-(ln s - ln s50) / w)).

    Args:
        ratio: Supply over demand.
        half: s50, the ratio at which it is even.
        width: w, of the step in ln s (0.01-0.25).
    """
    not_negative(ratio=ratio)
    positive(half=half, width=width)
    if ratio == 0.0:
        return 0.0
    power = (math.log(ratio) - math.log(half)) / width
    return 1.0 / (1.0 + math.exp(-power)) if power > -700.0 else 0.0

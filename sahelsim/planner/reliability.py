"""Aircraft that break and are repaired: availability and the chance that k of n are up.

Source: alternating renewal theory; defaults of repair from general knowledge of the C-130,
flagged assumed in ``parameters/maintenance.yaml``.
"""

from __future__ import annotations

import math

from sahelsim.planner.checks import not_negative, positive, share


def steady_availability(
    sorties_per_day: float, break_probability: float, repair_days: float
) -> float:
    """Long-run share of days up, A = 1 / (1 + s p_b MTTR).

    Args:
        sorties_per_day: Sorties per day while up.
        break_probability: Chance that a sortie ends in a breakdown.
        repair_days: Mean days down after a breakdown.
    """
    not_negative(sorties_per_day=sorties_per_day, repair_days=repair_days)
    share(break_probability=break_probability)
    return 1.0 / (1.0 + sorties_per_day * break_probability * repair_days)


def repair_days_for(availability: float, sorties_per_day: float, break_probability: float) -> float:
    """Mean days down that give an availability: the inverse of steady_availability."""
    share(availability=availability)
    positive(
        availability=availability,
        sorties_per_day=sorties_per_day,
        break_probability=break_probability,
    )
    return (1.0 / availability - 1.0) / (sorties_per_day * break_probability)


def mean_repair_days(
    same_day: float = 0.65,
    depot: float = 0.015,
    field_days: float = 6.0,
    depot_days: float = 60.0,
) -> float:
    """Mean days down over the three ways of repair: same day (0), field and depot."""
    share(same_day=same_day, depot=depot, both=same_day + depot)
    return (1.0 - same_day - depot) * field_days + depot * depot_days


def exactly_up(k: int, n: int, availability: float) -> float:
    """Chance that exactly k of n independent aircraft are up."""
    share(availability=availability)
    if not 0 <= k <= n:
        return 0.0
    return math.comb(n, k) * availability**k * (1.0 - availability) ** (n - k)


def at_least_up(k: int, n: int, availability: float) -> float:
    """Chance that at least k of n independent aircraft are up."""
    return math.fsum(exactly_up(j, n, availability) for j in range(max(0, k), n + 1))

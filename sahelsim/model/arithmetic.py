"""Small arithmetic that several mechanisms share."""

from __future__ import annotations

import math

from sahelsim.model.kernel import kernel
from sahelsim.model.world import Clock


@kernel
def clip(value: float, low: float, high: float) -> float:
    """The value held within [low, high]."""
    return min(max(value, low), high)


@kernel
def day_of_year(clock: Clock) -> int:
    """Day of the year of today, 1..365 (leap days shift by at most one day)."""
    return (clock.start_doy[0] - 1 + clock.day[0]) % 365 + 1


@kernel
def month(clock: Clock) -> int:
    """Month of today, 1..12, on a year of 365 days."""
    doy = day_of_year(clock)
    last = 0
    for index, length in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)):
        last += length
        if doy <= last:
            return index + 1
    return 12


@kernel
def chance(rate: float) -> float:
    """Probability of at least one event in a day at a hazard of ``rate`` per day."""
    return 1.0 - math.exp(-max(rate, 0.0))

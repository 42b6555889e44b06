"""Ground fire against aircraft, aggregated: published frequencies and their arithmetic.

Sources: 215 shots and 6 hits on mobility aircraft over Afghanistan and Iraq in 2006, none lost
(Air & Space Forces Magazine); about 40 civil aircraft hit by shoulder-fired missiles since 1975,
28 lost (US State Department).
"""

from __future__ import annotations

import math

from sahelsim.planner.checks import not_negative, share

HIT_GIVEN_SHOT = 6.0 / 215.0
LOSS_GIVEN_MANPADS_HIT = 28.0 / 40.0


def shot_at_probability(fighters_near: float, rate_per_1000: float) -> float:
    """Chance that one landing or take-off is shot at: 1 - exp(-k M / 1000)."""
    not_negative(fighters_near=fighters_near, rate_per_1000=rate_per_1000)
    return -math.expm1(-rate_per_1000 * fighters_near / 1000.0)


def loss_probability(shot: float, hit_given_shot: float, loss_given_hit: float) -> float:
    """Chance that one movement ends in the loss of the aircraft."""
    share(shot=shot, hit_given_shot=hit_given_shot, loss_given_hit=loss_given_hit)
    return shot * hit_given_shot * loss_given_hit

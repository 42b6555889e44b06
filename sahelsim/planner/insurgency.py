"""Oracles of the insurgency block: containment, self-excitation and the progress curve.

Sources: Kress and Szechtman 2009, "Why defeating insurgencies is hard", Operations Research (the
closed form below is derived here for linear recruitment); Hawkes 1971; Johnson et al. 2011,
"Pattern in escalations in insurgent and terrorist activity", Science 333:81.
"""

from __future__ import annotations

import math

from sahelsim.planner.checks import not_negative, positive, share


def containment_threshold(intelligence: float) -> float:
    """Recruits per civilian killed above which the insurgency persists: mu / (1 - mu)."""
    share(intelligence=intelligence)
    return intelligence / (1.0 - intelligence) if intelligence < 1.0 else math.inf


def contained_share(intelligence: float, recruits_per_civilian: float) -> float:
    """Long-run insurgents as a share of the population, I*/P.

    Operations kill an insurgent with chance mu + (1 - mu) I/P, else a civilian, and each civilian
    killed brings theta recruits; nothing else adds or removes fighters. The simulated model has
    more channels: there this threshold does not govern.
    """
    share(intelligence=intelligence)
    not_negative(recruits_per_civilian=recruits_per_civilian)
    if intelligence >= 1.0:
        return 0.0
    blind = 1.0 - intelligence
    gain = recruits_per_civilian * blind - intelligence
    return max(0.0, gain / (blind * (1.0 + recruits_per_civilian)))


def _branching(branching: float) -> float:
    not_negative(branching=branching)
    positive(room_below_1=1.0 - branching)
    return branching


def hawkes_mean(immigrants_per_day: float, branching: float) -> float:
    """Mean events a day of a self-exciting process: mu / (1 - n), n below 1."""
    return immigrants_per_day / (1.0 - _branching(branching))


def hawkes_fano(branching: float) -> float:
    """Variance over mean of counts in long windows: 1 / (1 - n)^2, n below 1."""
    return (1.0 - _branching(branching)) ** -2


def progress_curve_days(first_days: float, escalation: float, n: float) -> float:
    """Days between the n-th fatal attack and the next: tau_1 n^-b; b > 0 means escalation."""
    positive(first_days=first_days, n=n)
    return float(first_days * n**-escalation)

"""Sizes of events and parties: discretised Lomax, bounded Pareto, the tail's exponent.

Every alpha is the DENSITY exponent; the survival function falls with alpha - 1 (scipy's lomax c).
Sources: Clauset, Young and Gleditsch 2007; Clauset, Shalizi and Newman 2009 (maximum likelihood
and the Kolmogorov-Smirnov choice of the tail's start); Bohorquez et al. 2009.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sahelsim.base.errors import InputError
from sahelsim.planner.checks import positive


def lomax_survival(y: float, alpha: float, scale: float) -> float:
    """P(Y > y) = (1 + y / s)^-(alpha - 1)."""
    positive(alpha_above_1=alpha - 1.0, scale=scale)
    return float((1.0 + y / scale) ** (1.0 - alpha))


def lomax_pmf(cap: int, alpha: float, scale: float) -> NDArray[np.float64]:
    """P(X = 0 ... cap) of X = floor(Y), not conditioned on the cap; shape (cap + 1,)."""
    positive(alpha_above_1=alpha - 1.0, scale=scale)
    survival = (1.0 + np.arange(cap + 2) / scale) ** (1.0 - alpha)
    return survival[:-1] - survival[1:]


@dataclass(frozen=True)
class SizeMoments:
    """Moments of a size: mean, E[X^2]/E[X] (what an average victim sees), variance to mean."""

    mean: float
    size_biased_mean: float
    variance_to_mean: float


def truncated_moments(cap: int, alpha: float, scale: float) -> SizeMoments:
    """Moments of X = floor(Y), conditioned on X <= cap."""
    weights = lomax_pmf(cap, alpha, scale)
    weights = weights / weights.sum()
    k = np.arange(cap + 1)
    mean, square = float(weights @ k), float(weights @ (k * k))
    return SizeMoments(mean, square / mean, (square - mean * mean) / mean)


def bounded_pareto_cdf(x: float, alpha: float, smin: float, smax: float) -> float:
    """P(S <= x) of the power law between smin and smax (alpha above 1)."""
    positive(alpha_above_1=alpha - 1.0, smin=smin, room=smax - smin)
    inside = min(max(x, smin), smax)
    a = alpha - 1.0
    return math.expm1(-a * math.log(inside / smin)) / math.expm1(-a * math.log(smax / smin))


def tail_exponent(sizes: ArrayLike, xmin: int) -> float:
    """Clauset's estimate of alpha over whole-number sizes >= xmin: 1 + n / sum ln(x / (xmin - .5)).

    Raises:
        InputError: SS3401 if no size reaches xmin.
    """
    data = np.asarray(sizes, dtype=np.float64)
    tail = data[data >= xmin]
    if tail.size == 0:
        raise InputError("SS3401", f"no size reaches xmin {xmin}")
    return 1.0 + tail.size / float(np.log(tail / (xmin - 0.5)).sum())


@dataclass(frozen=True)
class TailFit:
    """A fitted tail: exponent, its standard error, where it starts, its size and KS distance."""

    alpha: float
    standard_error: float
    xmin: int
    count: int
    distance: float


def fit_tail(sizes: ArrayLike, least: int = 50) -> TailFit:
    """Fit the tail from the start that lies nearest a power law (KS), keeping ``least`` sizes.

    Raises:
        InputError: SS3401 if there are fewer sizes than ``least``.
    """
    data = np.sort(np.asarray(sizes, dtype=np.float64))
    data = data[data >= 1.0]
    if data.size < least:
        raise InputError("SS3401", f"{data.size} sizes are too few for a tail of {least}")
    best: TailFit | None = None
    for xmin in np.unique(data[: data.size - least + 1]):
        tail = data[data >= xmin]
        alpha = tail_exponent(tail, int(xmin))
        values, counts = np.unique(tail, return_counts=True)
        seen = np.cumsum(counts) / tail.size
        told = 1.0 - ((values + 0.5) / (xmin - 0.5)) ** (1.0 - alpha)
        distance = float(np.abs(seen - told).max())
        if best is None or distance < best.distance:
            error = (alpha - 1.0) / math.sqrt(tail.size)
            best = TailFit(alpha, error, int(xmin), int(tail.size), distance)
    assert best is not None
    return best

"""Benchmarks that a forecast of monthly deaths must be measured against.

Each is made from the observed months up to the origin and is the same for every month ahead. A
distribution is given by its quantiles at (k + 1/2)/1000, or by its values where they are equally
likely, so no benchmark carries sampling noise [conventions: VIEWS prediction challenge, Hegre et
al. 2024, arXiv 2407.11045].
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sahelsim.base.errors import InputError

Floats = NDArray[np.float64]
QUANTILES = (np.arange(1000) + 0.5) / 1000.0
POOL_MONTHS = 240


def zero(own: Floats, everybody: Floats) -> Floats:
    """Exactly zero deaths."""
    return np.zeros(1)


def conflictology_12(own: Floats, everybody: Floats) -> Floats:
    """The last twelve months of the country, equally likely."""
    return own[-12:]


def last_poisson(own: Floats, everybody: Floats) -> Floats:
    """Poisson about the last month ("last historical" of the challenge)."""
    return count_quantiles(float(own[-1]), math.inf)


def negative_binomial_12(own: Floats, everybody: Floats) -> Floats:
    """Negative binomial with the mean and variance of the last twelve months."""
    return moment_fit(own[-12:])


def negative_binomial_24(own: Floats, everybody: Floats) -> Floats:
    """Negative binomial with the mean and variance of the last twenty-four months."""
    return moment_fit(own[-24:])


def bootstrap_240(own: Floats, everybody: Floats) -> Floats:
    """All country-months of the last 240 (or as many as are on record), equally likely."""
    return everybody[-POOL_MONTHS:].ravel()


Benchmark = Callable[[Floats, Floats], Floats]
BENCHMARKS: dict[str, tuple[Benchmark, int]] = {  # by name: the function, months it needs
    "conflictology-12": (conflictology_12, 12),
    "negative-binomial-12": (negative_binomial_12, 12),
    "negative-binomial-24": (negative_binomial_24, 24),
    "last-poisson": (last_poisson, 1),
    "bootstrap-240": (bootstrap_240, 1),
    "zero": (zero, 0),
}


def benchmark_members(name: str, history: Floats, country: int) -> Floats:
    """Equally likely members [M] of one benchmark for one country.

    Args:
        name: A key of :data:`BENCHMARKS`.
        history: [months, countries] observed deaths up to the origin, oldest first.
        country: Column of the country.

    Raises:
        InputError: SS7116, the record before the origin is too short.
    """
    make, needs = BENCHMARKS[name]
    if len(history) < needs:
        raise InputError(
            "SS7116", f"benchmark {name} needs {needs} observed months, there are {len(history)}"
        )
    return make(history[:, country], history)


def moment_fit(values: Floats) -> Floats:
    """Quantiles of the negative binomial with the mean and the (population) variance of values.

    Poisson where the variance does not exceed the mean.
    """
    mean, variance = float(values.mean()), float(values.var())
    return count_quantiles(mean, mean**2 / (variance - mean) if variance > mean else math.inf)


def count_quantiles(mean: float, size: float) -> Floats:
    """Quantiles of a negative binomial, P(k) ~ Gamma(k + size) / k! (mean / (mean + size))^k.

    Args:
        mean: Mean, >= 0.
        size: Dispersion; the variance is mean + mean^2 / size. Infinite means Poisson.

    Returns:
        Quantiles [1000] at :data:`QUANTILES`.
    """
    if mean <= 0.0:
        return np.zeros(len(QUANTILES))
    spread = mean + (0.0 if math.isinf(size) else mean * mean / size)
    last = int(mean + 40.0 * math.sqrt(spread)) + 50  # far beyond the last quantile asked for
    k = np.arange(1, last + 1)
    if math.isinf(size):
        start, ratio = -mean, mean / k
    else:
        start = size * math.log(size / (size + mean))
        ratio = (k - 1 + size) / k * mean / (mean + size)
    logs = start + np.concatenate([[0.0], np.cumsum(np.log(ratio))])
    cumulated = np.cumsum(np.exp(logs))
    return np.searchsorted(cumulated, QUANTILES).astype(np.float64)

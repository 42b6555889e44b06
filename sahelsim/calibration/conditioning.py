"""Condition the model on the last observed months: a particle filter, country by country.

Particles begin before the window with fighters whose level is uncertain, and run it month by
month. After a month each gets the weight

    w = exp(-gamma / 2 sum_k ((log(1 + x_k) - log(1 + y_k)) / h_k)^2)

for simulated x and observed y of the country's deaths and fatal events that the target counts. A
simulated month is one draw about what the particle expects, so the widths h are those of a month's
noise and shrink the update; gamma < 1 tempers it further [Del Moral, Doucet and Jasra 2006, J. R.
Stat. Soc. B 68:411]. When the effective sample size 1 / sum w^2 falls below a half of the particles
they are resampled systematically; every copy goes on with the key of its own slot, so copies part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sahelsim.calibration.particles import Herd, Particle
from sahelsim.model.draws import make_key, uniform

Floats = NDArray[np.float64]

RESAMPLE_PROCESS = 9_004  # outside the model's processes
RESAMPLE_BELOW = 0.5  # of the particles


@dataclass(frozen=True)
class Tempering:
    """How strongly a month counts.

    Attributes:
        gamma: Power of the weights, 0 (ignore the data) to 1. With 1 and sixty particles a handful
            of the start was left, and forecasts were worse than with 0.15.
        width: h of deaths and of fatal events [log units].
    """

    gamma: float = 0.15
    width: tuple[float, float] = (0.6, 0.4)


def month_log_weight(simulated: Any, observed: Any, tempering: Tempering) -> Floats:
    """Log weight of one month [N] from deaths and events, simulated [N, 2] and observed [2]."""
    gap = np.log1p(np.asarray(simulated)) - np.log1p(np.asarray(observed))
    squares = (gap / np.asarray(tempering.width)) ** 2
    return np.asarray(-0.5 * tempering.gamma * squares.sum(axis=-1))


def effective_size(log_weights: Floats) -> float:
    """Effective sample size, 1 / sum of squared normalised weights: 1 to N."""
    weights = normalise(log_weights)
    return float(1.0 / (weights**2).sum())


def normalise(log_weights: Floats) -> Floats:
    """Weights that sum to 1."""
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum())


def systematic(weights: Floats, u: float, size: int) -> NDArray[np.int64]:
    """Systematic resampling: ``size`` indices, weight w_i drawn floor or ceil of size w_i times."""
    marks = (np.arange(size) + u) / size
    chosen = np.searchsorted(np.cumsum(weights), marks, side="right")
    return np.asarray(np.minimum(chosen, len(weights) - 1))


@dataclass(frozen=True)
class Conditioned:
    """Particles at the end of the window.

    Attributes:
        particles: Equally weighted.
        effective: Effective sample size of each month's weights, before resampling.
        ancestors: Number of first-day particles that have a descendant.
    """

    particles: list[Particle]
    effective: list[float]
    ancestors: int


def condition(
    herd: Herd,
    particles: Sequence[Particle],
    days: Sequence[int],
    observed: Floats,
    country: int,
    columns: Sequence[int],
    keys: Sequence[tuple[int, int]],
    tempering: Tempering,
    progress: Callable[[int], None] | None = None,
) -> Conditioned:
    """Run particles through the window and keep those that fit.

    Args:
        herd: Runs them.
        particles: At the window's first day.
        days: Length of each month.
        observed: [months, 2] deaths and fatal events of the country.
        country: Index of the state.
        columns: Where particles count the same, in :data:`~.particles.COUNTED`.
        keys: (seed, replicate) of each slot.
        tempering: How strongly a month counts.
        progress: Called with the number of particles that finished a month.
    """
    now = list(particles)
    log_weights, effective = np.zeros(len(now)), []
    origin = np.arange(len(now))
    for number, (length, came) in enumerate(zip(days, observed, strict=True)):
        counts = herd.run(now, length, progress)[:, country, list(columns)]
        log_weights = log_weights + month_log_weight(counts, came, tempering)
        effective.append(effective_size(log_weights))
        last = number == len(days) - 1
        if last or effective[-1] < RESAMPLE_BELOW * len(now):
            u = uniform(make_key(*keys[0]), RESAMPLE_PROCESS, number, country, 0)
            chosen = systematic(normalise(log_weights), float(u), len(now))
            now = [now[i].copy(*key) for i, key in zip(chosen, keys, strict=True)]
            origin, log_weights = origin[chosen], np.zeros(len(now))
    return Conditioned(now, effective, len(np.unique(origin)))


def log_noise(key: Any, process: int, entity: int, k: int, spread: float) -> float:
    """Exp of a keyed normal of mean -spread^2/2 and sd ``spread``: mean 1."""
    from sahelsim.model.draws import normal

    u = uniform(key, process, 0, entity, k)
    return math.exp(spread * float(normal(u)) - 0.5 * spread**2)

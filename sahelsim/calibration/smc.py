"""Approximate Bayesian computation by sequential Monte Carlo with replenishment.

A population of points of the region that history matching left is simulated. In each generation
the worst are dropped, which lowers the threshold to the distance of the worst that stays (Del
Moral, Doucet and Jasra 2012); copies of those that stay take their places and are moved by several
Metropolis steps, which accept a proposal whose own simulation lies within the threshold (Drovandi
and Pettitt 2011, Biometrics 67:225, doi:10.1111/j.1541-0420.2010.01410.x; Marjoram et al. 2003).
All points have equal weight.

The importance weights of Toni et al. (2009) collapse with twenty parameters: prior over a normal
kernel's density differs between points by factors of e to the half of a chi-square variable. With
the shipped file pyabc kept 2 to 16 effective points of 60 to 80. On problems of few parameters
both agree; a test holds this sampler to pyabc's.

Every draw follows from (seed, generation, step, place in the population), so the result depends on
neither workers nor interruptions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sahelsim.calibration.evaluations import Evaluations
from sahelsim.calibration.history import Matching
from sahelsim.calibration.targets import Targets
from sahelsim.calibration.watch import Watch

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ToValues = Callable[[Floats], Floats]

UNMOVED = 0.1  # steps are taken until a copy stays where it was with this chance
BEST_ACCEPTANCE = 0.2  # the moves are made longer or shorter towards this share of acceptance
TRIES = 4_096  # candidates that are tried together where the region is thin
START, MOVE = 11, 12  # what a draw is for, beside the designs of history matching


class Generation(NamedTuple):
    """What one generation gave.

    Attributes:
        threshold: Distance within which all points lie.
        runs: Points tried.
        accepted: Of those, moves that were accepted.
        distinct: Different points in the population.
    """

    threshold: float
    runs: int
    accepted: int
    distinct: int


class Population(NamedTuple):
    """The last generation.

    Attributes:
        units: [n, P] points on the unit scale.
        distances: [n]
        summaries: [n, K]
        generations: All generations, the first being the start.
    """

    units: Floats
    distances: Floats
    summaries: Floats
    generations: tuple[Generation, ...]


def distance(summaries: Floats, targets: Targets) -> Floats:
    """Root mean square of the misfits [n] in units of the tolerance; infinite where a run failed.

    Args:
        summaries: [n, K] simulated.
        targets: The observed ones.
    """
    off = (np.atleast_2d(summaries) - targets.value) / targets.tolerance
    away = np.sqrt(np.mean(off * off, axis=1))
    return np.where(np.isfinite(away), away, np.inf)


def sample(
    evaluations: Evaluations,
    targets: Targets,
    to_values: ToValues,
    matching: Matching,
    *,
    population: int,
    generations: int,
    quantile: float,
    least_acceptance: float,
    most_steps: int,
    seed: int,
    watch: Watch | None = None,
) -> Population:
    """Sample the posterior in the region that history matching left, where the prior is uniform.

    Args:
        evaluations: Where points are simulated and kept.
        targets: What to match.
        to_values: Points of the unit cube [n, P] as parameter values.
        matching: The region of the unit cube.
        population: Points.
        generations: Most generations after the start.
        quantile: Share of the points that stay in a generation.
        least_acceptance: Sampling ends where fewer of the moves are accepted.
        most_steps: Most steps of a generation.
        seed: Seed of the draws.
        watch: Told of every generation; when its budget is spent, the step under way is the last.
    """
    watch = watch or Watch()
    units = _start(matching, population, seed)
    values = to_values(units)
    watch.begin("start of the sampling", population)
    watch.count(sum(evaluations.known(point) for point in values))
    summaries = evaluations.evaluate(values, watch.count)
    now = _Points(units, summaries, distance(summaries, targets))
    found = [Generation(float(now.away.max()), population, population, population)]
    scale = 2.38 / math.sqrt(units.shape[1])  # Roberts, Gelman and Gilks 1997
    for number in range(1, generations + 1):
        if not watch.time_left():
            break
        threshold = now.drop(quantile, np.random.default_rng([seed, MOVE, number]))
        tried = accepted = step = 0
        steps = 1
        while step < steps and (step == 0 or watch.time_left()):
            watch.begin(f"generation {number}, step {step + 1}", len(now.moving))
            generator = np.random.default_rng([seed, MOVE, number, step])
            moved, tries = _move(
                now, threshold, scale, generator, evaluations, targets, to_values, matching, watch
            )
            tried, accepted, step = tried + tries, accepted + moved, step + 1
            share = accepted / (step * len(now.moving))
            needed = math.log(UNMOVED) / math.log1p(-share) if 0.0 < share < 1.0 else most_steps
            steps = min(most_steps, math.ceil(needed)) if share < 1.0 else 1
        distinct = len(np.unique(now.units, axis=0))
        found.append(Generation(threshold, tried, accepted, distinct))
        if share < least_acceptance:
            break
        scale *= math.exp(share - BEST_ACCEPTANCE)
    return Population(now.units, now.away, now.summaries, tuple(found))


class _Points:
    """The population, which moves: units [n, P], summaries [n, K], distances [n]."""

    def __init__(self, units: Floats, summaries: Floats, away: Floats) -> None:
        self.units, self.summaries, self.away = units, summaries, away
        self.moving: Ints = np.arange(0)
        self.shape = np.eye(units.shape[1])

    def drop(self, quantile: float, generator: np.random.Generator) -> float:
        """Put copies of the better points in the places of the worse; return the threshold."""
        order = np.argsort(self.away, kind="stable")
        kept = order[: max(2, math.ceil(quantile * len(order)))]
        self.moving = order[len(kept) :]
        covariance = np.atleast_2d(np.cov(self.units[kept].T))
        width = np.trace(covariance) / len(covariance)
        self.shape = np.linalg.cholesky(covariance + 1e-6 * width * np.eye(len(covariance)))
        chosen = generator.permutation(np.resize(generator.permutation(kept), len(self.moving)))
        for part in (self.units, self.summaries, self.away):
            part[self.moving] = part[chosen]
        return float(self.away[kept[-1]])


def _move(
    now: _Points,
    threshold: float,
    scale: float,
    generator: np.random.Generator,
    evaluations: Evaluations,
    targets: Targets,
    to_values: ToValues,
    matching: Matching,
    watch: Watch,
) -> tuple[int, int]:
    """One Metropolis step of the copies; return how many moved and how many were simulated."""
    rows = now.moving
    steps = generator.standard_normal((len(rows), now.units.shape[1])) @ now.shape.T
    proposed = now.units[rows] + scale * steps
    inside = matching.plausible(proposed)  # outside, the prior is 0 and the move refused
    rows, proposed = rows[inside], proposed[inside]
    watch.count(int(len(inside) - inside.sum()))
    if not len(rows):
        return 0, 0
    values = to_values(proposed)
    watch.count(sum(evaluations.known(point) for point in values))
    summaries = evaluations.evaluate(values, watch.count)
    away = distance(summaries, targets)
    good = away <= threshold
    now.units[rows[good]] = proposed[good]
    now.summaries[rows[good]] = summaries[good]
    now.away[rows[good]] = away[good]
    return int(good.sum()), len(rows)


def _start(matching: Matching, population: int, seed: int) -> Floats:
    """Points [n, P] of the region, uniform, by rejection from its box."""
    low, width = matching.low, matching.high - matching.low
    found: list[Floats] = []
    count = block = 0
    while count < population:
        generator = np.random.default_rng([seed, START, block])
        units = low + width * generator.random((TRIES, len(low)))
        found.append(units[matching.plausible(units)])
        count, block = count + len(found[-1]), block + 1
    return np.concatenate(found)[:population]

"""Approximate Bayesian computation by sequential Monte Carlo with replenishment.

A population of points of the region that history matching left is simulated. In each generation
the worst are dropped, which lowers the threshold to the distance of the worst that stays (Del
Moral, Doucet and Jasra 2012); copies of those that stay take their places and are moved by
Metropolis steps until nearly all have moved; a step is taken where the simulation at the proposed
point lies within the threshold (Drovandi and Pettitt 2011, Biometrics 67:225,
doi:10.1111/j.1541-0420.2010.01410.x; Marjoram et al. 2003). All points have equal weight.

Steps are made where the prior is standard normal: z = Phi^-1(u) within the box. With m and C the
mean and covariance of the points that stay,

    z' = m + sqrt(1 - b^2) (z - m) + b C^(1/2) xi,    xi ~ N(0, 1),

is reversible for N(m, C) and is corrected for the prior before anything is simulated (Pinski et
al. 2015); b is fitted to the share of moves that are accepted.

The importance weights of Toni et al. (2009), as in pyabc, collapse with twenty parameters: prior
over a normal kernel's density differs between points by factors of e to the half of a chi-square
variable; 2 to 16 effective points of 60 to 80 were left with the shipped file. On problems of few
parameters both agree; a test holds this sampler to pyabc's.

Every draw follows from (seed, generation, step, place in the population), so the result depends on
neither workers nor interruptions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sahelsim.base.extra import needs_extra
from sahelsim.calibration.evaluations import Evaluations
from sahelsim.calibration.history import Matching
from sahelsim.calibration.targets import Targets
from sahelsim.calibration.watch import Watch

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
ToValues = Callable[[Floats], Floats]

UNMOVED = 0.1  # steps are taken until no more than this share of the copies never moved
MOST_STEPS = 200  # of a generation; those that the prior refuses cost nothing
FIRST_LENGTH, SHORTEST, LONGEST = 0.5, 0.05, 0.99  # of a move, b
BEST_ACCEPTANCE = 0.25  # the moves are made longer or shorter towards this share of acceptance
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
    most_runs: float,
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
        least_acceptance: Sampling ends where fewer of the simulated moves are accepted.
        most_runs: Most simulated moves of a copy in a generation, on average.
        seed: Seed of the draws.
        watch: Told of every generation; when its budget is spent, the step under way is the last.
    """
    watch = watch or Watch()
    region = _Region(matching, to_values)
    z = region.scores(_start(matching, population, seed))
    values = region.values(z)
    watch.begin("start of the sampling", population)
    watch.count(sum(evaluations.known(point) for point in values))
    summaries = evaluations.evaluate(values, watch.count)
    now = _Points(z, summaries, distance(summaries, targets))
    found = [Generation(float(now.away.max()), population, population, population)]
    length = FIRST_LENGTH
    for number in range(1, generations + 1):
        if not watch.time_left():
            break
        threshold = now.drop(quantile, np.random.default_rng([seed, MOVE, number]))
        copies, tried, accepted = len(now.moving), 0, 0
        fresh = np.zeros(copies, dtype=bool)
        watch.begin(f"generation {number}, within {threshold:.2f}", copies, "copies moved")
        for step in range(MOST_STEPS):
            enough = fresh.mean() >= 1.0 - UNMOVED or tried >= most_runs * copies
            if enough or (step and not watch.time_left()):
                break
            generator = np.random.default_rng([seed, MOVE, number, step])
            proposed, passed = now.propose(length, generator, region)
            moved = now.move(proposed, passed, threshold, evaluations, targets, region)
            tried, accepted = tried + int(passed.sum()), accepted + int(moved.sum())
            watch.count(int((moved & ~fresh).sum()))
            fresh |= moved
            length *= math.exp(float(moved.mean()) - BEST_ACCEPTANCE)
            length = min(max(length, SHORTEST), LONGEST)
        distinct = len(np.unique(now.z, axis=0))
        found.append(Generation(threshold, tried, accepted, distinct))
        if accepted < least_acceptance * tried:
            break
    return Population(region.units(now.z), now.away, now.summaries, tuple(found))


class _Points:
    """The population, which moves: normal scores z [n, P], summaries [n, K], distances [n]."""

    def __init__(self, z: Floats, summaries: Floats, away: Floats) -> None:
        self.z, self.summaries, self.away = z, summaries, away
        self.moving: Ints = np.arange(0)
        self.mean: Floats = z.mean(axis=0)
        self.root: Floats = np.eye(z.shape[1])

    def drop(self, quantile: float, generator: np.random.Generator) -> float:
        """Put copies of the better points in the places of the worse; return the threshold."""
        order = np.argsort(self.away, kind="stable")
        kept = order[: max(2, math.ceil(quantile * len(order)))]
        self.moving = order[len(kept) :]
        self.mean = self.z[kept].mean(axis=0)
        covariance: Floats = np.atleast_2d(np.cov(self.z[kept].T))
        own = np.diag(np.diag(covariance))
        size = len(covariance)
        shrink = min(1.0, size / len(kept))  # towards no correlation, which few points overstate
        shrunk = (1.0 - shrink) * covariance + shrink * own + 1e-9 * np.eye(size)
        self.root = np.asarray(np.linalg.cholesky(shrunk), dtype=np.float64)
        chosen = generator.permutation(np.resize(generator.permutation(kept), len(self.moving)))
        for part in (self.z, self.summaries, self.away):
            part[self.moving] = part[chosen]
        return float(self.away[kept[-1]])

    def propose(
        self, length: float, generator: np.random.Generator, region: _Region
    ) -> tuple[Floats, Bools]:
        """New places [c, P] of the copies, and which of them the prior lets pass [c]."""
        z = self.z[self.moving]
        noise = generator.standard_normal(z.shape) @ self.root.T
        proposed = self.mean + math.sqrt(1.0 - length**2) * (z - self.mean) + length * noise
        gain = self._surplus(proposed) - self._surplus(z)
        passed = np.log(generator.random(len(z))) < gain
        passed[passed] = region.holds(proposed[passed])
        return proposed, passed

    def _surplus(self, z: Floats) -> Floats:
        """Log of the prior's density over that of N(m, C) [n], up to a constant."""
        white = np.linalg.solve(self.root, (z - self.mean).T)
        surplus: Floats = 0.5 * (np.sum(white * white, axis=0) - np.sum(z * z, axis=1))
        return surplus

    def move(
        self,
        proposed: Floats,
        passed: Bools,
        threshold: float,
        evaluations: Evaluations,
        targets: Targets,
        region: _Region,
    ) -> Bools:
        """Simulate what passed and move the copies that stay within the threshold [c]."""
        moved = np.zeros(len(passed), dtype=bool)
        if not passed.any():
            return moved
        summaries = evaluations.evaluate(region.values(proposed[passed]))
        away = distance(summaries, targets)
        good = away <= threshold
        moved[passed] = good
        rows = self.moving[moved]
        self.z[rows] = proposed[moved]
        self.summaries[rows], self.away[rows] = summaries[good], away[good]
        return moved


class _Region:
    """The region that history matching left, in normal scores within its box."""

    def __init__(self, matching: Matching, to_values: ToValues) -> None:
        with needs_extra("scipy", "analysis"):
            from scipy.special import ndtr, ndtri
        self._matching, self._to_values, self._ndtr, self._ndtri = matching, to_values, ndtr, ndtri
        self._low, self._width = matching.low, matching.high - matching.low

    def units(self, z: Floats) -> Floats:
        """Points of the unit cube [n, P]."""
        return self._low + self._width * np.asarray(self._ndtr(z), dtype=np.float64)

    def scores(self, units: Floats) -> Floats:
        """Normal scores [n, P] of points of the unit cube."""
        return np.asarray(self._ndtri((units - self._low) / self._width), dtype=np.float64)

    def values(self, z: Floats) -> Floats:
        """Parameter values [n, P]."""
        return self._to_values(self.units(z))

    def holds(self, z: Floats) -> Bools:
        """Whether points lie in the region [n]."""
        return self._matching.plausible(self.units(z)) if len(z) else np.zeros(0, dtype=bool)


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

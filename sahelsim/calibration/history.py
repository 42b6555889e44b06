"""History matching: wave by wave, leave out where the model cannot match what was observed.

A wave simulates points of the region that is left, fits an emulator to them and computes at many
points the implausibility of each summary,

    I = |y - E f| / sqrt(V_em + V_run + V_obs + V_disc),

with y the observed value, E f and V_em the emulator's expectation and variance, V_run the chance
of one run, V_obs that of the observed months, V_disc the model's discrepancy (Craig et al. 1997;
Andrianakis et al. 2015, doi:10.1371/journal.pcbi.1003968). A point stays where all but the worst
few summaries lie below the cutoff of 3, for the emulators of all waves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sahelsim.base.extra import needs_extra
from sahelsim.calibration.emulator import Emulator
from sahelsim.calibration.evaluations import Evaluations
from sahelsim.calibration.targets import Targets
from sahelsim.calibration.watch import Watch

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ToValues = Callable[[Floats], Floats]

CANDIDATES = 60_000
LEAST_LEFT = 400  # candidates that stay at least, so that a wave can go on where nothing fits


class Wave(NamedTuple):
    """What one wave found.

    Attributes:
        runs: Points simulated.
        left: Share of the candidates in the box that stay.
        cutoff: Implausibility below which they stay; above that of the file where nothing fits.
        low: [P] lower ends of the box that holds them, on the unit scale.
        high: [P] upper ends.
        worst: Summaries that rule out most, worst first, with the share of candidates that each
            would rule out alone.
    """

    runs: int
    left: float
    cutoff: float
    low: Floats
    high: Floats
    worst: tuple[tuple[str, float], ...]


class Matching(NamedTuple):
    """The end of history matching.

    Attributes:
        waves: The waves.
        low: [P] lower ends of the last box, on the unit scale.
        high: [P] upper ends.
        plausible: Whether points [n, P] of the unit cube lie in the region that is left.
    """

    waves: tuple[Wave, ...]
    low: Floats
    high: Floats
    plausible: Callable[[Floats], Bools]


def match_history(
    evaluations: Evaluations,
    targets: Targets,
    to_values: ToValues,
    dimension: int,
    *,
    waves: int,
    runs: int,
    cutoff: float,
    worst_left_out: int,
    seed: int,
    watch: Watch | None = None,
) -> Matching:
    """Run the waves.

    Args:
        evaluations: Where points are simulated and kept.
        targets: What to match.
        to_values: Points of the unit cube [n, P] as parameter values.
        dimension: Number of parameters, P.
        waves: How many waves.
        runs: Points of a wave.
        cutoff: Implausibility from which a summary speaks against a point.
        worst_left_out: How many summaries of a point may lie above the cutoff.
        seed: Seed of the designs.
        watch: Told of every wave; no wave but the first begins after half of its budget.
    """
    watch = watch or Watch()
    low, high = np.zeros(dimension), np.ones(dimension)
    points = design(runs, dimension, seed)
    emulators: list[Emulator] = []
    found: list[Wave] = []
    for number in range(waves):
        if number and not watch.time_left(0.5):
            break
        values = to_values(points)
        watch.begin(f"wave {number + 1} of {waves}", len(points))
        watch.count(sum(evaluations.known(point) for point in values))  # done earlier
        results = evaluations.evaluate(values, watch.count)
        emulators.append(Emulator(points, results))
        generator = np.random.default_rng([seed, number])
        candidates = low + (high - low) * generator.random((CANDIDATES, dimension))
        each = _worst_of(emulators, targets, candidates)
        ranked = _ranked(each, worst_left_out)
        limit = max(cutoff, float(np.partition(ranked, LEAST_LEFT)[LEAST_LEFT]))
        stay = candidates[ranked <= limit]
        low, high = _box(stay)
        out = (each > cutoff).mean(axis=0)
        worst = tuple((targets.ids[k], float(out[k])) for k in np.argsort(-out)[:8])
        found.append(Wave(len(points), len(stay) / CANDIDATES, limit, low, high, worst))
        points = stay[generator.permutation(len(stay))[:runs]]

    def plausible(units: Floats) -> Bools:
        inside = np.all((units >= low) & (units <= high), axis=1)
        if found and inside.any():
            each = _worst_of(emulators, targets, units[inside])
            inside[inside] = _ranked(each, worst_left_out) <= found[-1].cutoff
        return inside

    return Matching(tuple(found), low, high, plausible)


def _worst_of(emulators: list[Emulator], targets: Targets, units: Floats) -> Floats:
    """The greatest implausibility [n, K] by any of the emulators."""
    each = implausibility(emulators[0], targets, units)
    for emulator in emulators[1:]:
        np.maximum(each, implausibility(emulator, targets, units), out=each)
    return each


def _ranked(each: Floats, worst_left_out: int) -> Floats:
    """Implausibility [n] of the worst summary but ``worst_left_out``."""
    place = each.shape[1] - 1 - worst_left_out
    ranked: Floats = np.partition(each, place, axis=1)[:, place]
    return ranked


def implausibility(emulator: Emulator, targets: Targets, units: Floats) -> Floats:
    """Implausibility [n, K] of points [n, P] of the unit cube."""
    mean, uncertain = emulator(units)
    variance = uncertain**2 + emulator.spread**2 + targets.tolerance**2
    away: Floats = np.abs(mean - targets.value) / np.sqrt(variance)
    return away


def design(points: int, dimension: int, seed: int) -> Floats:
    """A scrambled Sobol sequence [n, P] in the unit cube."""
    with needs_extra("scipy", "analysis"):
        from scipy.stats import qmc

    power = int(np.ceil(np.log2(points)))
    sampler = qmc.Sobol(dimension, rng=np.random.default_rng(seed))
    spread: Floats = sampler.random_base2(power)[:points]
    return spread


def _box(points: Floats) -> tuple[Floats, Floats]:
    """The box that holds the points, a twentieth wider, within the unit cube."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.05 * (high - low)
    return np.maximum(low - margin, 0.0), np.minimum(high + margin, 1.0)

"""Approximate Bayesian computation by sequential Monte Carlo (Toni et al. 2009), with pyabc.

Each generation accepts points whose simulated summaries lie nearer to the observed ones than the
threshold, which is a quantile of the distances of the generation before; points are proposed by
moving accepted ones with a multivariate normal kernel, and weighted by prior over proposal.

pyabc proposes; the simulations run in batches on all cores and are kept on disk. Every proposal is
drawn from its own seed (calibration, generation, number), so the result does not depend on the
number of workers, and a calibration that is started again finds its simulations done.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sahelsim.calibration.evaluations import Evaluations
from sahelsim.calibration.extra import needs_extra
from sahelsim.calibration.history import Matching
from sahelsim.calibration.targets import Targets
from sahelsim.calibration.watch import Watch

Floats = npt.NDArray[np.float64]

TRIES = 64  # points that are tried together where the region is thin
BATCH = 64  # proposals simulated together; part of the definition, never the machine's


class Generation(NamedTuple):
    """What one generation gave.

    Attributes:
        threshold: Distance below which points were accepted.
        runs: Points simulated.
        accepted: Points accepted.
        effective: Effective number of points, 1 / sum of squared weights.
    """

    threshold: float
    runs: int
    accepted: int
    effective: float


class Population(NamedTuple):
    """The last generation.

    Attributes:
        units: [n, P] points on the unit scale.
        weights: [n], sum 1.
        distances: [n]
        summaries: [n, K]
        generations: All generations.
    """

    units: Floats
    weights: Floats
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
    to_values: Callable[[Floats], Floats],
    matching: Matching,
    *,
    population: int,
    generations: int,
    quantile: float,
    least_acceptance: float,
    seed: int,
    watch: Watch | None = None,
) -> Population:
    """Sample the posterior in the region that history matching left, where the prior is uniform.

    Args:
        evaluations: Where points are simulated and kept.
        targets: What to match.
        to_values: Points of the unit cube [n, P] as parameter values.
        matching: The region of the unit cube.
        population: Points accepted in a generation.
        generations: Most generations.
        quantile: Share of a generation's distances that the next threshold keeps.
        least_acceptance: A generation that accepts less than this share is the last, and is left
            out if it cannot be filled within ``population / least_acceptance`` proposals.
        seed: Seed of the proposals.
        watch: Told of every generation. When its budget is spent, the generation under way is
            given up and the one before is the result (the first is always finished).

    Raises:
        MissingExtra: SS7200, pyabc is not installed.
    """
    with needs_extra("pyabc"):
        import pyabc

    sampler = _batch_sampler(evaluations, to_values, seed, least_acceptance, watch or Watch())
    names = [f"u{j:03d}" for j in range(len(matching.low))]
    for name in ("ABC", "ABC.History"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with warnings.catch_warnings(), _own_generator():
        warnings.simplefilter("ignore")
        abc = pyabc.ABCSMC(
            sampler.model, _region(matching, names),
            lambda x, _: float(distance(x["summaries"], targets)[0]),
            population_size=population, sampler=sampler,
            eps=pyabc.QuantileEpsilon(alpha=quantile),
            transitions=pyabc.MultivariateNormalTransition(),
        )  # fmt: skip
        abc.new("sqlite://", {"summaries": targets.value})
        history = abc.run(max_nr_populations=generations, min_acceptance_rate=least_acceptance)
        frame, weights = history.get_distribution(t=history.max_t)
    units = frame[names].to_numpy(float)
    order = np.lexsort(units.T)  # pyabc's database promises no order
    units, weights = units[order], np.asarray(weights, dtype=np.float64)[order]
    summaries = evaluations.evaluate(to_values(units))
    return Population(
        units, weights, distance(summaries, targets), summaries, _generations(history)
    )


def _generations(history: Any) -> tuple[Generation, ...]:
    table = history.get_all_populations()
    found = []
    for row in table[table["t"] >= 0].itertuples():
        _, weights = history.get_distribution(t=int(row.t))
        effective = 1.0 / float((np.asarray(weights) ** 2).sum())
        found.append(
            Generation(float(row.epsilon), int(row.samples), int(row.particles), effective)
        )
    return tuple(found)


def _region(matching: Matching, names: list[str]) -> Any:
    """The prior as pyabc takes it: uniform over the region that is left, by rejection."""
    from pyabc import Parameter
    from pyabc.random_variables import DistributionBase

    low, width = matching.low, matching.high - matching.low

    class Region(DistributionBase):
        def rvs(self, *args: Any, **kwargs: Any) -> Any:
            while True:
                units = low + width * np.random.random((TRIES, len(low)))  # noqa: NPY002
                left = np.flatnonzero(matching.plausible(units))
                if len(left):
                    return Parameter(**dict(zip(names, map(float, units[left[0]]), strict=True)))

        def pdf(self, x: Any) -> float:
            return float(matching.plausible(np.array([[x[name] for name in names]]))[0])

    return Region()


@contextmanager
def _own_generator() -> Iterator[None]:
    """Give NumPy's global generator back as it was."""
    state = np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(state)  # noqa: NPY002


class _Proposed(Exception):
    """Leaves pyabc at the moment when it would simulate, with the point it proposes."""

    def __init__(self, point: Floats) -> None:
        super().__init__()
        self.point = point


def _batch_sampler(
    evaluations: Evaluations,
    to_values: Callable[[Floats], Floats],
    seed: int,
    least_acceptance: float,
    watch: Watch,
) -> Any:
    """A sampler of pyabc that proposes a batch, simulates it on all cores, then accepts in order.

    pyabc draws from NumPy's global generator. Each proposal seeds it afresh and is drawn twice:
    once to learn the point, once more when its simulation is there.
    """
    from pyabc.sampler import Sampler

    class BatchSampler(Sampler):
        def __init__(self) -> None:
            super().__init__()
            self.proposing = True

        def model(self, point: Any) -> dict[str, Floats]:
            units = np.array([[point[name] for name in sorted(point)]])
            if self.proposing:
                raise _Proposed(units[0])
            return {"summaries": evaluations.evaluate(to_values(units))[0]}

        def propose(self, simulate_one: Any, t: int, number: int, proposing: bool) -> Any:
            state = np.random.SeedSequence([seed, t + 1, number]).generate_state(4)
            np.random.seed(state)  # noqa: NPY002  pyabc draws from the global generator
            self.proposing = proposing
            try:
                return simulate_one()
            except _Proposed as found:
                return found.point

        def sample_until_n_accepted(
            self,
            n: int,
            simulate_one: Any,
            t: int,
            *,
            max_eval: float = np.inf,
            all_accepted: bool = False,
            ana_vars: Any = None,
        ) -> Any:
            sample = self._create_empty_sample()
            number, begun = 0, 0
            limit = n / least_acceptance if t > 0 else np.inf
            watch.begin(f"generation {t + 1}" if t >= 0 else "first distances", n, "points")
            while sample.n_accepted < n:
                if number >= limit or (t > 0 and not watch.time_left()):
                    sample.ok = False
                    break
                batch = range(number, number + BATCH)
                units = np.array([self.propose(simulate_one, t, k, True) for k in batch])
                evaluations.evaluate(to_values(units))
                for k in batch:
                    number += 1
                    sample.append(self.propose(simulate_one, t, k, False))
                    if sample.n_accepted == n:
                        break
                watch.count(sample.n_accepted - begun)
                begun = sample.n_accepted
            self.nr_evaluations_ = number
            return sample

    return BatchSampler()

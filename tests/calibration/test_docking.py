"""Our sampler beside pyabc's, where both can sample: few parameters."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt
import pytest

from sahelsim.calibration.evaluations import Evaluations
from sahelsim.calibration.history import Matching
from sahelsim.calibration.simulator import point_key
from sahelsim.calibration.smc import sample
from sahelsim.calibration.targets import Targets

Floats = npt.NDArray[np.float64]

NOISE = 0.1
OBSERVED = np.array([0.4, 0.7])


def simulate(point: Floats) -> Floats:
    generator = np.random.default_rng(int(point_key(point)[:8], 16))
    return point + NOISE * generator.standard_normal(2)


@pytest.mark.long
def test_both_samplers_find_the_same_posterior() -> None:
    """Two parameters seen through normal noise: the posterior has mean y and sd about .1."""
    pyabc = pytest.importorskip("pyabc")
    targets = Targets(("a", "b"), OBSERVED, np.full(2, NOISE), np.zeros(2))
    everywhere = Matching(
        (), np.zeros(2), np.ones(2), lambda units: ((units >= 0) & (units <= 1)).all(axis=1)
    )
    ours = sample(
        Evaluations(simulate, workers=1), targets, np.atleast_2d, everywhere, population=200,
        generations=3, quantile=0.5, least_acceptance=0.01, most_runs=8, seed=4,
    )  # fmt: skip

    logging.getLogger("ABC").setLevel(logging.WARNING)
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    try:
        abc = pyabc.ABCSMC(
            lambda p: {"s": np.array([p["a"], p["b"]]) + NOISE * np.random.standard_normal(2)},  # noqa: NPY002
            pyabc.Distribution(a=pyabc.RV("uniform", 0, 1), b=pyabc.RV("uniform", 0, 1)),
            lambda x, y: float(np.sqrt(np.mean(((x["s"] - y["s"]) / NOISE) ** 2))),
            population_size=200, sampler=pyabc.SingleCoreSampler(),
        )  # fmt: skip
        abc.new("sqlite://", {"s": OBSERVED})
        history = abc.run(max_nr_populations=8, minimum_epsilon=ours.generations[-1].threshold)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    frame, weights = history.get_distribution()
    theirs = frame[["a", "b"]].to_numpy()
    mean = weights @ theirs
    sd = np.sqrt(weights @ (theirs - mean) ** 2)
    assert ours.units.mean(axis=0) == pytest.approx(mean, abs=0.05)
    assert ours.units.std(axis=0) == pytest.approx(sd, rel=0.3)
    assert ours.units.mean(axis=0) == pytest.approx(OBSERVED, abs=0.05)
    assert (ours.units.std(axis=0) > 0.8 * NOISE).all()  # as wide as the noise, or wider

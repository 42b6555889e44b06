"""The search for a posterior, with a simulator whose answer is known."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration.emulator import Emulator
from sahelsim.calibration.evaluations import Evaluations
from sahelsim.calibration.fit import fit
from sahelsim.calibration.history import implausibility, match_history
from sahelsim.calibration.simulator import point_key
from sahelsim.calibration.smc import distance, sample
from sahelsim.calibration.spec import load_calibration
from sahelsim.calibration.targets import Targets
from sahelsim.model.posterior import read_posterior
from sahelsim.theatre import load_theatre

Floats = npt.NDArray[np.float64]

TRUTH = np.array([0.3, 0.7, 0.5])
NOISE = 0.05


def toy(point: Floats) -> Floats:
    """Three parameters, four summaries; the third parameter reaches none of them."""
    generator = np.random.default_rng(int(point_key(point)[:8], 16))
    a, b, _ = point
    clean = np.array([a, b, a + b, a * b])
    return clean + NOISE * generator.standard_normal(4)


def same(units: Floats) -> Floats:
    return np.atleast_2d(units)


@pytest.fixture(scope="module")
def targets() -> Targets:
    a, b, _ = TRUTH
    value = np.array([a, b, a + b, a * b])
    return Targets(("p", "q", "r", "s"), value, np.full(4, NOISE), np.full(4, 0.01))


def search(targets: Targets, evaluations: Evaluations):  # type: ignore[no-untyped-def]
    matching = match_history(
        evaluations, targets, same, 3, waves=2, runs=48, cutoff=3.0, worst_left_out=0, seed=5
    )
    population = sample(
        evaluations, targets, same, matching,
        population=60, generations=5, quantile=0.5, least_acceptance=0.02, most_runs=8, seed=5,
    )  # fmt: skip
    return matching, population


@pytest.fixture(scope="module")
def found(targets: Targets):  # type: ignore[no-untyped-def]
    return search(targets, Evaluations(toy, workers=2))


def test_history_matching_keeps_the_truth_and_leaves_out_most_of_the_rest(found) -> None:  # type: ignore[no-untyped-def]
    matching, _ = found
    assert ((matching.low <= TRUTH) & (matching.high >= TRUTH)).all()
    width = matching.high - matching.low
    assert (width[:2] < 0.7).all()
    assert width[2] > 0.95  # nothing is said about the third
    assert matching.waves[1].left < 1.0


def test_the_posterior_is_where_the_parameters_were(found) -> None:  # type: ignore[no-untyped-def]
    _, population = found
    mean, sd = population.units.mean(axis=0), population.units.std(axis=0)
    assert mean[:2] == pytest.approx(TRUTH[:2], abs=0.05)
    assert (sd[:2] < 0.12).all()
    assert sd[2] > 0.15  # as wide as the prior, 0.29, but for the sample's chance
    assert (population.distances <= population.generations[-1].threshold).all()
    thresholds = [generation.threshold for generation in population.generations]
    assert thresholds == sorted(thresholds, reverse=True)
    assert population.generations[-1].distinct > 45


def test_the_result_does_not_depend_on_the_workers(targets: Targets, found) -> None:  # type: ignore[no-untyped-def]
    _, population = found
    _, alone = search(targets, Evaluations(toy, workers=1))
    assert (alone.units == population.units).all()
    assert alone.generations == population.generations


def test_a_killed_search_simulates_only_what_is_missing(
    targets: Targets,
    found,
    tmp_path: Path,  # type: ignore[no-untyped-def]
) -> None:
    class Killed(BaseException):
        pass

    left, guard = [150], threading.Lock()

    def dying(point: Floats) -> Floats:
        with guard:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
        return toy(point)

    first = Evaluations(dying, tmp_path, workers=2)
    with pytest.raises(Killed):
        search(targets, first)
    (tmp_path / "cut.npz").write_bytes(next(tmp_path.glob("*.npz")).read_bytes()[:100])
    again = Evaluations(toy, tmp_path, workers=2)
    assert len(again) == 150  # all that were simulated, those of the other thread too
    _, population = search(targets, again)
    assert (population.units == found[1].units).all()
    whole = Evaluations(toy, tmp_path)
    assert again.done == len(whole) - len(first)
    _, population = search(targets, whole)
    assert whole.done == 0


def test_a_failed_run_is_infinitely_far() -> None:
    targets = Targets(("p",), np.zeros(1), np.ones(1), np.zeros(1))
    assert distance(np.array([[np.nan], [3.0]]), targets).tolist() == [np.inf, 3.0]


def test_the_emulator_knows_a_quadratic_and_its_own_doubt() -> None:
    generator = np.random.default_rng(2)
    units = generator.random((80, 2))
    z = 2 * units - 1
    clean = np.column_stack((1 + z[:, 0] - 0.5 * z[:, 0] * z[:, 1], z[:, 1] ** 2))
    emulator = Emulator(units, clean + 0.01 * generator.standard_normal(clean.shape))
    mean, doubt = emulator(units)
    assert np.abs(mean - clean).max() < 0.02
    assert emulator.spread == pytest.approx([0.01, 0.01], rel=0.3)
    _, wide = emulator(np.array([[3.0, -2.0]]))
    assert (wide > 3 * doubt.mean(axis=0)).all()


def test_implausibility_counts_every_variance() -> None:
    units = np.linspace(0, 1, 50)[:, None]
    emulator = Emulator(units, units.copy())
    near = Targets(("p",), np.array([0.5]), np.array([0.03]), np.array([0.04]))
    found = implausibility(emulator, near, np.array([[0.5], [1.0]]))
    assert found[:, 0] == pytest.approx([0.0, 0.5 / 0.05], abs=0.05)


FILE = """\
scenario: {scenario}
seed: 3
parameters:
  insurgency.nu: {{}}
  engagement.att: {{low: 0.1, high: 0.2}}
summaries: {{sb_deaths: 0.2, fatal_events: 0.2}}
bootstrap: {{samples: 50}}
history: {{waves: 1, runs: 40}}
sampling: {{population: 30, generations: 2}}
draws: 25
"""


@pytest.fixture
def calibration(tmp_path: Path):  # type: ignore[no-untyped-def]
    from sahelsim.base.paths import shipped

    scenario = shipped("configs") / "calibration-window.yaml"
    path = tmp_path / "small.yaml"
    path.write_text(FILE.format(scenario=scenario), encoding="utf-8")
    return load_calibration(path)


def of_two(point: Floats) -> Floats:
    """Six summaries that rise with the first parameter."""
    return np.log1p(np.array([74, 39, 151, 19, 5.4, 20.6])) + np.log(point[0] / 2e-4)


def test_a_fit_writes_a_posterior_with_its_recipe_and_goes_on(calibration, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "fit"
    result = fit(calibration, out, simulate=of_two, workers=1)
    posterior = read_posterior(out / "posterior.parquet", load_theatre().parameters)
    assert posterior.ids == ("insurgency.nu", "engagement.att")
    assert posterior.rows.shape == (25, 2)
    assert (posterior.rows == result.posterior.rows).all()
    assert posterior.about["recipe"]["file_hash"] == calibration.digest
    assert "GED" in posterior.about["citation"]
    assert np.median(posterior.rows[:, 0]) == pytest.approx(2e-4, rel=0.25)
    learnt = result.parameters().set_index("parameter")["learnt"]
    assert learnt["insurgency.nu"] > learnt["engagement.att"]

    def fail(point: Floats) -> Floats:
        raise AssertionError("simulated again")

    again = fit(calibration, out, simulate=fail, workers=1)
    assert again.posterior.digest == result.posterior.digest


def test_a_directory_of_another_calibration_is_refused(calibration, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "fit"
    fit(calibration, out, simulate=of_two, workers=1)
    other = calibration.model_copy(update={"file": calibration.file.model_copy(update={"seed": 4})})
    with pytest.raises(InputError) as fault:
        fit(other, out, simulate=of_two, workers=1)
    assert fault.value.code == "SS7205"
    assert "calibration_hash" in fault.value.message
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("keep me")
    with pytest.raises(InputError) as fault:
        fit(calibration, tmp_path / "mine", simulate=of_two, workers=1)
    assert fault.value.code == "SS7205"
    assert fit(other, out, simulate=of_two, workers=1, force=True).manifest["seed"] == 4

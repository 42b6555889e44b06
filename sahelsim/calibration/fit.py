"""A calibration from its file to its posterior: resumable, on all cores, the same every time."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sahelsim import __version__
from sahelsim.base.errors import InputError
from sahelsim.calibration.evaluations import Evaluations
from sahelsim.calibration.history import Matching, match_history
from sahelsim.calibration.observed import CITATION, LAST_MONTH
from sahelsim.calibration.priors import Prior, to_values
from sahelsim.calibration.simulator import Simulator
from sahelsim.calibration.smc import Population, sample
from sahelsim.calibration.spec import Calibration
from sahelsim.calibration.targets import Targets, observed_targets
from sahelsim.calibration.watch import Watch
from sahelsim.experiment.files import FolderLock, telling, write_bytes
from sahelsim.model.kernel import source_hash
from sahelsim.model.posterior import Posterior, write_posterior
from sahelsim.theatre import load_theatre

Floats = npt.NDArray[np.float64]
Simulate = Callable[[Floats], Floats]

MANIFEST, POSTERIOR, REPORT = "calibration.json", "posterior.parquet", "report.html"
FORMAT = 1


@dataclass(frozen=True)
class Fit:
    """A finished calibration.

    Attributes:
        calibration: What was fitted.
        targets: To what.
        matching: History matching.
        population: The last generation.
        posterior: The draws that runs use.
        manifest: The recipe and what came of it.
    """

    calibration: Calibration
    targets: Targets
    matching: Matching
    population: Population
    posterior: Posterior
    manifest: dict[str, Any]

    def parameters(self) -> pd.DataFrame:
        """Rows of fitted parameters: prior and posterior quantiles, and how much was learnt.

        ``learnt`` is 1 minus the ratio of the posterior's to the prior's standard deviation on the
        unit scale: 0 where the data say nothing, near 1 where they say all.
        """
        rows = []
        for j, prior in enumerate(self.calibration.priors):
            values, u = self.posterior.rows[:, j], np.sort(self.posterior.rows[:, j])
            spread = np.std([prior.unit(float(x)) for x in u]) * np.sqrt(12.0)
            low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
            rows.append(
                {
                    "parameter": prior.id,
                    "prior_05": prior.value(0.05),
                    "prior_50": prior.value(0.5),
                    "prior_95": prior.value(0.95),
                    "shipped": prior.centre,
                    "posterior_05": low,
                    "posterior_50": middle,
                    "posterior_95": high,
                    "learnt": 1.0 - float(spread),
                }
            )
        return pd.DataFrame(rows)

    def summaries(self) -> pd.DataFrame:
        """Rows of summaries: observed, tolerance, quantiles of the last generation's runs."""
        table = self.targets.table()
        for share in (0.05, 0.25, 0.5, 0.75, 0.95):
            table[f"simulated_{100 * share:02.0f}"] = np.quantile(
                self.population.summaries, share, axis=0
            )
        middle = table["simulated_50"] - table["observed"]
        table["misfit"] = middle / self.targets.tolerance
        return table


def fit(
    calibration: Calibration,
    out: Path | str,
    *,
    workers: int | None = None,
    force: bool = False,
    watch: Watch | None = None,
    events: pd.DataFrame | None = None,
    simulate: Simulate | None = None,
    command: str = "sahelsim.calibration.fit(...)",
) -> Fit:
    """Calibrate; what is in ``out`` already is not simulated again.

    Args:
        calibration: From :func:`~sahelsim.calibration.spec.load_calibration`.
        out: Directory of the calibration; it is continued if it holds the same one.
        workers: Threads; all cores by default. Results do not depend on it.
        force: Continue with other work in a directory of another calibration, after removing it.
        watch: Told of progress; holds the time budget. A calibration that a budget ended is
            the one with fewer waves or generations, and its manifest says how many.
        events: A canonical table of observed events that replaces the shipped figures.
        simulate: Summaries of a point, instead of the model's.
        command: What was typed, for the manifest.

    Raises:
        InputError: SS7204 the scenario ends after the observed months; SS7205 ``out`` holds
            something else.
        EnvironmentFault: ``out`` cannot be written (SS6010) or is being written (SS6011).
        MissingExtra: SS7200, scipy or pyabc is not installed.
    """
    began = time.monotonic()
    watch = watch or Watch()
    targets = calibration_targets(calibration, events)
    identity = {
        "format": FORMAT,
        "version": __version__,
        "model_hash": source_hash(),
        "source_data_hash": load_theatre().digest,
        "calibration_hash": _runs_digest(calibration),
        "simulator": "model" if simulate is None else "given",
    }
    folder = Path(out)
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with closing(FolderLock(folder)):
        _take(folder, identity, force)
        _write_json(folder / MANIFEST, {**identity, "status": "running", "command": command})
        work = simulate or Simulator(
            calibration.plan, calibration.ids, tuple(calibration.file.summaries),
            calibration.file.seed,
        )  # fmt: skip
        evaluations = Evaluations(work, folder / "evaluations", workers)
        done = _search(calibration, targets, evaluations, watch)
        manifest = {
            **identity,
            **_recipe(calibration, targets, *done),
            "status": "complete",
            "command": command,
            "simulations": len(evaluations),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "duration_s": round(time.monotonic() - began, 1),
        }
        result = Fit(
            calibration, targets, *done, _posterior(calibration, done[1], manifest), manifest
        )
        _write(folder, result)
        return result


def calibration_targets(calibration: Calibration, events: pd.DataFrame | None = None) -> Targets:
    """What a calibration is fitted to.

    Raises:
        InputError: SS7204, its scenario ends after the observed months.
    """
    first, last = calibration.months
    known = LAST_MONTH if events is None else max(LAST_MONTH, int(events["month_id"].max()))
    if last > known:
        raise InputError(
            "SS7204", f"'{calibration.plan.id}' ends after the last observed month",
            hint="end it earlier, or give newer events with --events",
        )  # fmt: skip
    plan = calibration.file.bootstrap
    return observed_targets(
        first, last, dict(calibration.file.summaries), samples=plan.samples,
        block=plan.block_months, seed=calibration.file.seed, events=events,
    )  # fmt: skip


def _runs_digest(calibration: Calibration) -> str:
    """Hash of what determines the result of a point: scenario, parameters, summaries, seed."""
    content = [
        calibration.plan.digest, list(calibration.ids), list(calibration.file.summaries),
        calibration.file.seed,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _search(
    calibration: Calibration, targets: Targets, evaluations: Evaluations, watch: Watch
) -> tuple[Matching, Population]:
    file, priors = calibration.file, calibration.priors

    def values(units: Floats) -> Floats:
        return to_values(priors, units)

    matching = match_history(
        evaluations, targets, values, len(priors), waves=file.history.waves,
        runs=file.history.runs, cutoff=file.history.cutoff,
        worst_left_out=file.history.worst_left_out, seed=file.seed, watch=watch,
    )  # fmt: skip
    population = sample(
        evaluations, targets, values, matching,
        population=file.sampling.population, generations=file.sampling.generations,
        quantile=file.sampling.quantile, least_acceptance=file.sampling.least_acceptance,
        most_runs=file.sampling.most_runs,
        seed=file.seed, watch=watch,
    )  # fmt: skip
    return matching, population


def _posterior(
    calibration: Calibration, population: Population, manifest: dict[str, Any]
) -> Posterior:
    """Rows of the last generation, each as often as the next, in an order of chance."""
    n, have = calibration.file.draws, len(population.units)
    generator = np.random.default_rng([calibration.file.seed, 13])
    chosen = generator.permutation(np.resize(generator.permutation(have), n))
    rows = to_values(calibration.priors, population.units[chosen])
    return Posterior(calibration.ids, rows, {"recipe": manifest, "citation": CITATION})


def _recipe(
    calibration: Calibration, targets: Targets, matching: Matching, population: Population
) -> dict[str, Any]:
    return {
        "seed": calibration.file.seed,
        "scenario": calibration.plan.resolved(),
        "file": calibration.file.model_dump(mode="json"),
        "file_hash": calibration.digest,
        "targets_hash": targets.digest,
        "waves": [
            {
                "runs": wave.runs,
                "left": wave.left,
                "cutoff": wave.cutoff,
                "box": _box(calibration.priors, wave.low, wave.high),
                "worst": dict(wave.worst),
            }
            for wave in matching.waves
        ],
        "generations": [generation._asdict() for generation in population.generations],
    }


def _box(priors: tuple[Prior, ...], low: Floats, high: Floats) -> dict[str, list[float]]:
    ends = to_values(priors, np.stack((low, high)))
    return {prior.id: [float(ends[0, j]), float(ends[1, j])] for j, prior in enumerate(priors)}


def _take(folder: Path, identity: dict[str, Any], force: bool) -> None:
    """See that a folder is empty or holds this calibration."""
    manifest = folder / MANIFEST
    try:
        old = json.loads(manifest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        old = None
    except (OSError, ValueError, RecursionError):
        old = {}
    old = old if old is None or isinstance(old, dict) else {}
    if old is None and any(folder.iterdir()) and not force:
        raise InputError(
            "SS7205", f"{folder} is not empty and holds no calibration",
            hint="choose another folder with --out",
        )  # fmt: skip
    if old is None:
        return
    other = [name for name, value in identity.items() if old.get(name) != value]
    if other and not force:
        raise InputError(
            "SS7205", f"{folder} holds another calibration; what differs: {', '.join(other)}",
            hint="choose another folder with --out, or add --force to replace it",
        )  # fmt: skip
    if other:
        for part in (folder / "evaluations").glob("*.npz"):
            part.unlink()


def _write(folder: Path, result: Fit) -> None:
    write_posterior(folder / POSTERIOR, result.posterior)
    for name, table in (("parameters", result.parameters()), ("summaries", result.summaries())):
        text = table.to_csv(index=False, lineterminator="\n", float_format="%.6g")
        write_bytes(folder / f"{name}.csv", text.encode())
    _write_json(folder / MANIFEST, result.manifest)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_bytes(path, text.encode())

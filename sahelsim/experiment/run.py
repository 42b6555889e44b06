"""run(): a scenario, many replicates, tables; in memory or in a result directory."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import sahelsim
from sahelsim.base.errors import InputError
from sahelsim.experiment.places import PlaceCounts
from sahelsim.experiment.runner import CHUNK, Part, Progress, concat, run_parts
from sahelsim.experiment.store import FORMAT, TABLES, ResultStore, read_manifest, read_table
from sahelsim.model.build import Template, template
from sahelsim.model.kernel import source_hash
from sahelsim.scenario import Scenario, load_scenario
from sahelsim.scenario.writing import to_yaml

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("mesa", "numba", "numpy", "pandas", "plotly", "pyarrow", "pydantic")
MAX_REPLICATES = 10_000_000


@dataclass(frozen=True)
class Run:
    """The results of one scenario.

    Attributes:
        scenario: The resolved scenario.
        manifest: Versions, seed, hashes, parameters, command, duration.
        tables: pyarrow tables by name (``outcomes, daily, tails, events, localities, ...``).
        path: Result directory, or None where the run was kept in memory.
    """

    scenario: Scenario
    manifest: dict[str, Any]
    tables: dict[str, pa.Table] = field(repr=False)
    path: Path | None = None

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row per replicate; columns are outcome ids, index is the replicate."""
        return self.frame("outcomes").set_index("replicate")

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Rows (replicate, day, actor) with the series of states, groups and the alliance."""
        return self.frame("daily")

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every simulated event with its cause."""
        return self.frame("events")

    def frame(self, name: str) -> pd.DataFrame:
        """One table as a DataFrame; ids are pandas categories.

        Raises:
            InputError: SS4003, there is no such table.
        """
        if name not in self.tables:
            raise InputError(
                "SS4003", f"no table '{name}' in this run", hint=", ".join(self.tables)
            )
        return self.tables[name].to_pandas()

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return int(self.manifest["replicates"])


def run(
    scenario: Scenario | str | Path,
    replicates: int = 100,
    seed: int | None = None,
    workers: int | None = None,
    *,
    out: Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
    command: str | None = None,
) -> Run:
    """Run replicates 0 … ``replicates`` - 1 of a scenario.

    Args:
        scenario: A scenario, a path, or a shipped scenario's name.
        replicates: How many, 1 to 10,000,000.
        seed: Seed of the keyed draws; the scenario's own by default.
        workers: Threads; all cores by default. Results do not depend on it.
        out: Result directory to write; in memory only if None. A directory that holds an
            unfinished run of the same specification is continued.
        force: Replace other results in ``out``.
        progress: Called with the number of replicates just finished.
        command: The command line, for the manifest.

    Raises:
        InputError: the scenario is invalid, or ``out`` holds other results.
        EnvironmentFault: ``out`` cannot be written; what was finished stays and is continued by
            the same call.
        ModelFault: a replicate went wrong.
    """
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    if not 1 <= replicates <= MAX_REPLICATES:
        raise InputError(
            "SS4004", f"replicates = {replicates} lies outside its range",
            hint=f"allowed: 1 to {MAX_REPLICATES:,}",
        )  # fmt: skip
    key = plan.seed if seed is None else seed
    if not 0 <= key < 2**32:
        raise InputError("SS5101", f"seed = {key} lies outside its range", hint="0 to 4294967295")
    began = time.monotonic()
    shared = template(plan)
    manifest = describe(shared, replicates, key, command)
    if out is None:
        parts = {
            part.first: part
            for part in run_parts(shared, key, replicates, workers=workers, progress=progress)
        }
        whole, places = assemble([parts[first] for first in sorted(parts)])
        return _finish(plan, manifest, whole, places, shared, began, None)
    store = ResultStore(out)
    store.begin(manifest, to_yaml(plan), force=force)
    if progress is not None:
        progress(sum(
            min(CHUNK, replicates - first)
            for first in range(0, replicates, CHUNK)
            if store.finished(first)
        ))  # fmt: skip
    for part in run_parts(
        shared, key, replicates, workers=workers, done=store.finished, progress=progress
    ):
        store.write_part(part.first, part.tables, part.places)
    whole, places = assemble(
        [
            Part(first, min(CHUNK, replicates - first), *store.read_part(first))
            for first in range(0, replicates, CHUNK)
        ]
    )
    result = _finish(plan, manifest, whole, places, shared, began, out)
    store.complete(
        {name: result.tables[name] for name in TABLES}, result.tables["places"], result.manifest
    )
    return result


def assemble(parts: list[Part]) -> tuple[dict[str, pa.Table], PlaceCounts]:
    """Stack chunks, in replicate order, into whole tables and one set of place counts."""
    whole = {
        name: concat([part.tables[name] for part in parts if name in part.tables])
        for name in TABLES
    }
    places = parts[0].places
    for part in parts[1:]:
        places.merge(part.places)
    return whole, places


def _finish(
    plan: Scenario,
    manifest: dict[str, Any],
    whole: dict[str, pa.Table],
    places: PlaceCounts,
    shared: Template,
    began: float,
    out: Path | None,
) -> Run:
    done = {
        **manifest,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "duration_s": round(time.monotonic() - began, 3),
    }
    tables = {**whole, "places": places.table(plan, shared.names)}
    return Run(plan, done, tables, out)


def describe(
    shared: Template, replicates: int, seed: int, command: str | None = None
) -> dict[str, Any]:
    """The manifest of a run: what was run, with what, so that it can be run again.

    ``specification`` is the SHA-256 of everything that determines the results: format, version,
    model sources, scenario, parameters, documented world, seed and replicates.
    """
    plan = shared.plan
    identity = {
        "format": FORMAT,
        "version": sahelsim.__version__,
        "model_hash": source_hash(),
        "scenario_hash": plan.digest,
        "parameters_hash": shared.values.digest,
        "source_data_hash": shared.names.theatre.digest,
        "seed": seed,
        "replicates": replicates,
    }
    return {
        **identity,
        "specification": hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest(),
        "scenario": plan.id,
        "title": plan.title,
        "start": plan.start.isoformat(),
        "end": plan.end.isoformat(),
        "days": plan.days,
        "parameters": {id: shared.values.value(id) for id in shared.values.ids},
        "parameters_set": dict(plan.parameters),
        "overrides": {key: str(value) for key, value in plan.overrides.items()},
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "packages": {name: version(name) for name in PACKAGES},
        "command": command or " ".join(Path(word).name if n == 0 else word for n, word in enumerate(sys.argv)),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def load_run(path: Path) -> Run:
    """Read a complete result directory.

    Raises:
        InputError: SS4002 no results, SS4003 a damaged table, SS4005 the run is not complete.
    """
    manifest = read_manifest(path)
    if manifest.get("status") != "complete":
        raise InputError(
            "SS4005", f"the run in {path} is not complete",
            hint=f"continue it: {manifest.get('command', 'sahelsim run')} --out {path}",
        )  # fmt: skip
    names = [name for name in (*TABLES, "places") if (path / f"{name}.parquet").exists()]
    tables = {name: read_table(path / f"{name}.parquet") for name in names}
    return Run(load_scenario(path / "scenario.yaml"), manifest, tables, path)

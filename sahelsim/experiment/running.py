"""run(): a scenario, many replicates, tables; in memory or in a result directory."""

from __future__ import annotations

import hashlib
import json
import platform
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sahelsim import __version__
from sahelsim.base.errors import InputError
from sahelsim.experiment.places import PlaceCounts
from sahelsim.experiment.runner import Part, Progress, chunks, run_parts, worker_count
from sahelsim.experiment.store import (
    FORMAT,
    PART_TABLES,
    SCENARIO,
    ResultStore,
    StoredTables,
    read_manifest,
)
from sahelsim.experiment.table_files import stack
from sahelsim.model.build import Template, template
from sahelsim.model.kernel import source_hash
from sahelsim.model.posterior import Posterior, choose_posterior
from sahelsim.scenario import Scenario, load_scenario
from sahelsim.scenario.writing import to_yaml

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("mesa", "numba", "numpy", "pandas", "plotly", "pyarrow", "pydantic")
MAX_REPLICATES = 10_000_000
MAX_WORKERS = 1_024


@dataclass(frozen=True)
class Run:
    """The results of one scenario.

    Attributes:
        scenario: The resolved scenario.
        manifest: Versions, seed, hashes, parameters, command, and ``duration_s``: the wall time of
            :meth:`Job.go` until all tables were there (on disk, where it has a directory); what an
            earlier, interrupted call took is not in it.
        tables: pyarrow tables by name (``outcomes, daily, tails, events, localities, ...``); those
            of a result directory are read when they are asked for.
        path: Result directory, or None where the run was kept in memory.
    """

    scenario: Scenario
    manifest: dict[str, Any]
    tables: Mapping[str, pa.Table] = field(repr=False)
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
        frame: pd.DataFrame = self.tables[name].to_pandas()
        return frame

    @property
    def replicates(self) -> int:
        """Number of replicates."""
        return int(self.manifest["replicates"])


@dataclass(frozen=True)
class Job:
    """A run that is ready to go: its request is checked and its directory taken.

    Attributes:
        template: What all replicates share.
        replicates: How many.
        seed: Seed of the keyed draws.
        workers: Threads; None for all cores.
        manifest: The manifest so far.
        store: The result directory, or None to keep the tables in memory.
        complete: True where the directory holds the whole run already.
    """

    template: Template
    replicates: int
    seed: int
    workers: int | None
    manifest: dict[str, Any]
    store: ResultStore | None
    complete: bool

    def go(
        self,
        progress: Progress | None = None,
        joining: AbstractContextManager[object] | None = None,
    ) -> Run:
        """Run what is not finished yet, and return the whole; see :func:`run`.

        Args:
            progress: As :func:`run` takes it.
            joining: Entered while the tables of all chunks are joined and the chunks dropped.
        """
        if self.store is None:
            return self._in_memory(progress)
        try:
            return self._in_directory(self.store, progress, joining or nullcontext())
        finally:
            self.store.close()

    def _in_memory(self, progress: Progress | None) -> Run:
        began = time.monotonic()
        gathered: dict[int, dict[str, pa.Table]] = {}
        places = PlaceCounts(self.template.plan.days, len(self.template.names.localities))
        guard = threading.Lock()

        def keep(part: Part) -> None:
            with guard:
                gathered[part.first] = part.tables
                for codes in part.places:
                    places.add(codes)

        self._run(list(chunks(self.replicates)), keep, progress)
        parts = [gathered[first] for first in sorted(gathered)]
        whole = {
            name: stack([part[name] for part in parts if name in part]) for name in PART_TABLES
        }
        whole["places"] = places.table(self.template.plan, self.template.names)
        manifest = {**self._ended(began), "status": "complete"}
        return Run(self.template.plan, manifest, whole)

    def _in_directory(
        self,
        store: ResultStore,
        progress: Progress | None,
        joining: AbstractContextManager[object],
    ) -> Run:
        began = time.monotonic()
        if self.complete:
            if progress is not None:
                progress(self.replicates)
            return load_run(store.path)
        everything = list(chunks(self.replicates))
        todo = [first for first in everything if not store.finished(first)]

        def keep(part: Part) -> None:
            store.write_part(part.first, part.tables, part.places)

        self._run(todo, keep, progress)
        with joining:
            store.join(
                everything, self.template.plan, self.template.names, worker_count(self.workers)
            )
            store.complete(self._ended(began))
        return load_run(store.path)

    def _run(
        self, todo: list[int], keep: Callable[[Part], None], progress: Progress | None
    ) -> None:
        sizes = chunks(self.replicates)
        if progress is not None:
            progress(self.replicates - sum(sizes[first] for first in todo))
        run_parts(
            self.template, self.seed, [(first, sizes[first]) for first in todo], keep,
            workers=self.workers, progress=progress,
        )  # fmt: skip

    def _ended(self, began: float) -> dict[str, Any]:
        return {
            **self.manifest,
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "duration_s": round(time.monotonic() - began, 3),
        }


def prepare(
    scenario: Scenario | str | Path,
    replicates: int = 100,
    seed: int | None = None,
    workers: int | None = None,
    *,
    out: Path | str | None = None,
    force: bool = False,
    parameters: Posterior | Path | str | None = None,
    command: str | None = None,
) -> Job:
    """Check a request and take its directory, so that what is wrong is told before the work.

    Arguments and errors are those of :func:`run`.
    """
    asked = request(
        scenario, replicates, seed, workers, out=out, parameters=parameters, command=command
    )
    store = ResultStore(Path(out)) if out is not None else None
    if store is None:
        return asked
    complete = store.begin(
        asked.manifest, to_yaml(asked.template.plan), asked.template.posterior, force=force
    )
    return replace(asked, store=store, complete=complete)


def request(
    scenario: Scenario | str | Path,
    replicates: int,
    seed: int | None,
    workers: int | None,
    *,
    out: Path | str | None = None,
    parameters: Posterior | Path | str | None = None,
    command: str | None = None,
) -> Job:
    """Check a request alone; the job keeps its tables in memory. Arguments are those of run."""
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    key = plan.seed if seed is None else seed
    replicates = _whole("SS4004", "replicates", replicates, 1, MAX_REPLICATES)
    key = _whole("SS5101", "seed", key, 0, 2**32 - 1)
    if workers is not None:
        workers = _whole("SS4007", "workers", workers, 1, MAX_WORKERS)
    shared = template(plan, posterior=choose_posterior(parameters))
    command = command or _call(plan, replicates, key, out, parameters)
    manifest = describe(shared, replicates, key, command)
    return Job(shared, replicates, key, workers, manifest, None, False)


def _call(
    plan: Scenario,
    replicates: int,
    seed: int,
    out: Path | str | None,
    parameters: Posterior | Path | str | None,
) -> str:
    """The call of :func:`run` in words."""
    more = f", out={str(out)!r}" if out is not None else ""
    if isinstance(parameters, (str, Path)):
        more += f", parameters={str(parameters)!r}"
    return f"sahelsim.run({plan.id!r}, replicates={replicates}, seed={seed}{more})"


def _whole(code: str, name: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high or int(value) != value:
        raise InputError(
            code, f"{name} = {value} lies outside its range",
            hint=f"allowed: whole numbers from {low} to {high:,}",
        )  # fmt: skip
    return int(value)


def run(
    scenario: Scenario | str | Path,
    replicates: int = 100,
    seed: int | None = None,
    workers: int | None = None,
    *,
    out: Path | str | None = None,
    force: bool = False,
    parameters: Posterior | Path | str | None = None,
    progress: Progress | None = None,
    command: str | None = None,
) -> Run:
    """Run replicates 0 … ``replicates`` - 1 of a scenario.

    Args:
        scenario: A scenario, a path, or a shipped scenario's name.
        replicates: How many, 1 to 10,000,000.
        seed: Seed of the keyed draws, 0 to 4294967295; the scenario's own by default.
        workers: Threads, 1 to 1024; all cores by default. Results do not depend on it.
        out: Result directory to write; in memory only if None. A directory that holds an
            unfinished run of the same specification is continued, one that holds the whole run is
            read.
        force: Remove what earlier runs left in ``out``, and begin afresh.
        parameters: Where uncertain parameters come from: a posterior, its path, ``"posterior"``
            for the shipped one or ``"central"``; by default the shipped one, if there is one. Each
            replicate takes the row that belongs to its seed and number, in every scenario.
        progress: Called first with the number of replicates that are there already, then with 1
            as each one finishes, from several threads.
        command: What was typed, for the manifest; the call of this function by default.

    Raises:
        InputError: the scenario is invalid, a number lies outside its range, ``out`` holds
            something else (SS4001, SS4002), or there is no such posterior (SS7206, SS7207).
        EnvironmentFault: ``out`` cannot be written (SS6010) or is being written (SS6011); what was
            finished stays and is continued by the same call.
        ModelFault: a replicate went wrong.
    """
    job = prepare(
        scenario, replicates, seed, workers, out=out, force=force, parameters=parameters,
        command=command,
    )  # fmt: skip
    return job.go(progress)


def describe(shared: Template, replicates: int, seed: int, command: str) -> dict[str, Any]:
    """The manifest of a run: what was run, with what, so that it can be run again.

    ``specification`` is the SHA-256 of everything that determines the results: the keys of
    :data:`~sahelsim.experiment.store.IDENTITY`.
    """
    plan, posterior = shared.plan, shared.posterior
    values = shared.values.digest
    if posterior is not None:
        values = hashlib.sha256(f"{values} {posterior.digest}".encode()).hexdigest()
    identity = {
        "format": FORMAT,
        "version": __version__,
        "model_hash": source_hash(),
        "scenario_hash": plan.digest,
        "parameters_hash": values,
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
        "posterior": {
            "digest": posterior.digest,
            "rows": len(posterior),
            "parameters": [id for id in posterior.ids if id not in plan.parameters],
        }
        if posterior is not None
        else None,
        "overrides": {key: str(value) for key, value in plan.overrides.items()},
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "packages": {name: version(name) for name in PACKAGES},
        "command": command,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def load_run(path: Path | str) -> Run:
    """Read a complete result directory.

    Raises:
        InputError: SS4002 no results, SS4003 a damaged table, SS4005 the run is not complete.
    """
    path = Path(path)
    manifest = read_manifest(path)
    if manifest["status"] != "complete":
        raise InputError(
            "SS4005", f"the run in {path} is not complete",
            hint=f"go on with: {manifest.get('command')}",
        )  # fmt: skip
    return Run(load_scenario(path / SCENARIO), manifest, StoredTables(path, manifest), path)

"""Light runs for an analysis: many small variants of a scenario, a few numbers of each run.

A *study* runs cases (such as one draw of the parameters) of several arms each. The arms of a case
share seed and replicates, so they are paired. Each finished case is one Parquet file, so an
interrupted study goes on where it stopped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa

from sahelsim.base.errors import InputError
from sahelsim.experiment.files import telling
from sahelsim.experiment.runner import Progress, worker_count
from sahelsim.experiment.running import describe
from sahelsim.experiment.table_files import read_table, write_table
from sahelsim.experiment.threads import work_together
from sahelsim.model.build import Template, template
from sahelsim.model.day import run_days
from sahelsim.model.encoding import Names
from sahelsim.model.health import check_health
from sahelsim.model.outcomes import outcomes
from sahelsim.model.posterior import choose_posterior
from sahelsim.model.world import World
from sahelsim.scenario import Scenario
from sahelsim.scenario.hashing import canonical
from sahelsim.scenario.schema import FrozenMapping

Measure = Callable[[World, Names], dict[str, float]]


@dataclass(frozen=True)
class Arm:
    """One variant.

    Attributes:
        plan: The scenario.
        ramp: Airfield to aircraft that can stand there besides those documented.
    """

    plan: Scenario
    ramp: Mapping[str, int] = field(default_factory=dict)

    def world(self, drawn: Template, seed: int, replicate: int) -> World:
        """A World on day 0, with the ramp slots added."""
        world = drawn.world(seed, replicate)
        if not self.ramp:
            return world
        mog = world.airfields.mog.copy()
        for icao, more in self.ramp.items():
            mog[drawn.names.airfields.index(icao)] += more
        return world._replace(airfields=world.airfields._replace(mog=mog))


def with_parameters(plan: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with parameters set besides its own; ranges are checked when it is run."""
    merged = FrozenMapping({**plan.parameters, **values})
    return plan.model_copy(update={"parameters": merged})


def run_case(
    name: str,
    arms: Mapping[str, Arm],
    replicates: int,
    seed: int,
    *,
    measure: Measure = outcomes,
    folder: Path | None = None,
    workers: int | None = None,
    parameters: str | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Run the arms of one case.

    Args:
        name: Name of the case; its file is ``<name>.parquet``.
        arms: Arm by name.
        replicates: Replicates of each.
        seed: Seed that all arms share.
        measure: Numbers of a finished run, NaN where one does not apply.
        folder: Where the case is kept; nowhere if None.
        workers: Threads; all cores by default.
        parameters: Where uncertain parameters come from, as for :func:`sahelsim.run`; what an arm
            sets itself holds over it.
        progress: Called with the number of runs as they finish.

    Returns:
        Columns ``arm``, ``replicate`` and the numbers, sorted by arm as given and replicate.

    Raises:
        InputError: SS4209, the folder holds another study.
        EnvironmentFault: SS6010, the folder cannot be written.
        ModelFault: a run went wrong.
    """
    posterior = choose_posterior(parameters)
    templates = {key: template(arm.plan, posterior=posterior) for key, arm in arms.items()}
    identity = _identity(templates, arms, replicates, seed)
    path = None if folder is None else folder / f"{name}.parquet"
    if path is not None and path.exists():
        table = read_table(path)
        if (table.schema.metadata or {}).get(b"specification") != identity:
            raise InputError(
                "SS4209", f"{path} is of another study",
                hint="choose another folder with --out, or add --force",
            )  # fmt: skip
        if progress is not None:
            progress(len(table))
        frame: pd.DataFrame = table.to_pandas()
        return frame
    frame = _run(templates, arms, replicates, seed, measure, workers, progress)
    if path is not None:
        with telling(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        write_table(path, [table.replace_schema_metadata({b"specification": identity})])
    return frame


def _run(
    templates: Mapping[str, Template],
    arms: Mapping[str, Arm],
    replicates: int,
    seed: int,
    measure: Measure,
    workers: int | None,
    progress: Progress | None,
) -> pd.DataFrame:
    rows: dict[tuple[str, int], dict[str, object]] = {}

    def one(key: str, replicate: int) -> None:
        drawn = templates[key].drawn(seed, replicate)
        world = arms[key].world(drawn, seed, replicate)
        run_days(world, drawn.parameters, drawn.plan.days)
        check_health(world, drawn.plan.id)
        if progress is not None:
            progress(1)
        rows[key, replicate] = {
            "arm": key, "replicate": replicate, **measure(world, drawn.names)
        }  # fmt: skip

    runs = [(key, j) for key in templates for j in range(replicates)]
    work_together((partial(one, *run) for run in runs), worker_count(workers))
    return pd.DataFrame([rows[run] for run in runs])


def _identity(
    templates: Mapping[str, Template], arms: Mapping[str, Arm], replicates: int, seed: int
) -> bytes:
    content = {
        key: {
            "run": describe(shared, replicates, seed, "")["specification"],
            "ramp": dict(arms[key].ramp),
        }
        for key, shared in templates.items()
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest().encode()


def grid(frame: pd.DataFrame, number: str, arms: Sequence[str]) -> pd.DataFrame:
    """One number as a table [replicate, arm]."""
    return frame.pivot(index="replicate", columns="arm", values=number)[list(arms)].astype(float)

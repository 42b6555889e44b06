"""A sweep as it is read: spec, futures and runs, from a directory or from tables in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sahelsim.base.errors import InputError
from sahelsim.base.yaml_source import parse
from sahelsim.experiment.sweep.loading import build_spec
from sahelsim.experiment.sweep.parts import DAILY, RUNS, one_row_a_run, read_parts, runs_table
from sahelsim.experiment.sweep.schedule import Schedule
from sahelsim.experiment.sweep.spec import SweepSpec
from sahelsim.experiment.sweep.store import FUTURES, POLICIES, SWEEP, read_manifest
from sahelsim.experiment.sweep.work import Rows
from sahelsim.experiment.table_files import read_table

if TYPE_CHECKING:
    import pandas as pd

STATE = ("run_key", "policy", "future", "replicate", "seed", "status", "error_code", "error",
         "attempt", "wall_s")  # fmt: skip


@dataclass(frozen=True)
class Sweep:
    """The tables of a sweep, whole or under way.

    Attributes:
        spec: The sweep.
        futures: One row a future, as ``docs/reference/sweep-layout.md`` describes it.
        runs: One row a run that has ended, sorted by future, policy and replicate; ``policy`` is a
            category in the order of the spec.
        manifest: Versions, hashes, command; empty for tables in memory.
        path: The directory, or None.
        replicates: Only so many of each future count; None for all.
        whole: The sweep that this one is the first replicates of, or None.
    """

    spec: SweepSpec
    futures: pd.DataFrame = field(repr=False)
    runs: pd.DataFrame = field(repr=False)
    manifest: dict[str, Any] = field(default_factory=dict, repr=False)
    path: Path | None = None
    replicates: int | None = None
    whole: Sweep | None = field(default=None, repr=False)

    @property
    def outcome_ids(self) -> list[str]:
        """Outcome columns of :attr:`runs`."""
        return [column for column in self.runs.columns if column not in STATE]

    @cached_property
    def experiments(self) -> pd.DataFrame:
        """Row by row with :attr:`runs`: policy, future, replicate, value of every uncertainty."""
        keys = self.runs[["policy", "future", "replicate"]].reset_index(drop=True)
        names = list(self.spec.uncertainties)
        values = self.futures.loc[keys["future"], names].reset_index(drop=True)
        return keys.join(values)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Row by row with :attr:`runs`: every outcome."""
        return self.runs[self.outcome_ids].reset_index(drop=True)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Planned runs without a row that is ok: policy, future, replicate and its status.

        ``status`` is null where the run has no row yet. Where replicates go on until a precision
        is reached, runs beyond the last one a future has are not planned.
        """
        import pandas as pd

        schedule = Schedule(self.spec, self.futures)
        planned = schedule.planned()
        names = list(self.spec.policies)
        future = self.runs["future"].to_numpy()
        policy = self.runs["policy"].cat.codes.to_numpy()
        replicate = self.runs["replicate"].to_numpy()
        if self.spec.replication.until:
            had = np.zeros(len(self.futures), dtype=np.int64)
            np.maximum.at(had, future, replicate + 1)
            had = np.maximum(had, self.spec.replication.first)
            planned &= np.arange(planned.shape[2])[None, None, :] < had[:, None, None]
        if self.replicates is not None:
            planned[:, :, self.replicates :] = False
        status = np.full(planned.shape, None, dtype=object)
        status[future, policy, replicate] = self.runs["status"].astype(object).to_numpy()
        at: Any = np.argwhere(planned & (status != "ok"))
        return pd.DataFrame(
            {
                "policy": pd.Categorical.from_codes(
                    at[:, 1], categories=pd.Index(names), ordered=True
                ),
                "future": at[:, 0],
                "replicate": at[:, 2],
                "status": status[tuple(at.T)],
            }
        )

    @property
    def complete(self) -> bool:
        """True where every planned run has a row, well or not."""
        return not self.missing["status"].isna().any()

    def evenly(self) -> Sweep:
        """As far as the futures are whole: their first replicates, where some have not run yet.

        How many replicates is what leaves most runs in futures that have them under every policy,
        two futures or more.
        """
        unrun = self.missing[self.missing["status"].isna()]
        first = unrun.groupby("future")["replicate"].min()
        most = self.spec.replication.most
        have = first.reindex(self.futures.index, fill_value=most).to_numpy()
        numbers = np.arange(1, most + 1)
        futures = (have[:, None] >= numbers).sum(axis=0)
        kept = np.where(futures >= 2, numbers * futures, 0)
        if unrun.empty or not kept.any():
            return self
        n = int(numbers[kept.argmax()])
        runs = self.runs[self.runs["replicate"] < n].reset_index(drop=True)
        return replace(self, runs=runs, replicates=n, whole=self)

    def daily(self) -> pd.DataFrame:
        """Stored daily series: one row a run that keeps them, a list of numbers a series."""
        return _frame(self.path, DAILY, self.spec)


def load_sweep(path: Path | str) -> Sweep:
    """Read a sweep directory; the sweep may be under way.

    Raises:
        InputError: SS4132, it holds no sweep; SS4131 or SS4003, a table cannot be read.
    """
    path = Path(path)
    manifest = read_manifest(path)
    spec = stored_spec(path)
    futures, runs = stored_futures(path, spec), _frame(path, RUNS, spec)
    if not runs["future"].isin(futures.index).all() or runs["policy"].isna().any():
        raise InputError(
            "SS4131", f"the runs in {path} are not those of its policies and futures",
            hint="a table was replaced; bring it back from a copy, or run the sweep anew",
        )  # fmt: skip
    return Sweep(spec, futures, runs, manifest, path)


def stored_spec(path: Path) -> SweepSpec:
    """The spec of a sweep directory, from its own copies alone."""
    text = read_manifest(path)["file"]
    return build_spec(parse(text, name=str(path / SWEEP)), path, path / POLICIES)


def stored_futures(path: Path, spec: SweepSpec | None = None) -> pd.DataFrame:
    """The futures of a sweep directory.

    Raises:
        InputError: SS4003, the table is missing, damaged or another one.
    """
    spec = stored_spec(path) if spec is None else spec
    frame: pd.DataFrame = read_table(path / FUTURES).to_pandas()
    lacking = {"future", "name", *spec.uncertainties} - set(frame.columns)
    if lacking or not frame["future"].is_unique:
        why = f"it lacks {', '.join(sorted(lacking))}" if lacking else "a future stands twice"
        raise InputError("SS4003", f"{path / FUTURES} holds no futures of this sweep: {why}")
    frame = frame.set_index("future")
    frame["name"] = frame["name"].astype(object).where(frame["name"].notna(), None)
    return frame


def runs_of(path: Path, spec: SweepSpec) -> pa.Table:
    """The runs of a directory, one row a run, sorted."""
    tables = list(read_parts(path / RUNS))
    if not tables:
        return runs_table(
            [Rows.room(0, len(spec.outcome_ids))], list(spec.policies), spec.outcome_ids
        )
    whole = pa.concat_tables(tables).unify_dictionaries()
    return one_row_a_run(whole, list(spec.policies))


def _frame(path: Path | None, kind: str, spec: SweepSpec) -> pd.DataFrame:
    import pandas as pd

    names = list(spec.policies)
    if path is None:
        return pd.DataFrame()
    if kind == RUNS:
        frame = runs_of(path, spec).to_pandas()
    else:
        tables = list(read_parts(path / kind))
        if not tables:
            return pd.DataFrame()
        frame = pa.concat_tables(tables).unify_dictionaries().to_pandas()
        frame = frame.drop_duplicates("run_key")
    frame["policy"] = pd.Categorical(frame["policy"].astype(object), names, ordered=True)
    return frame.sort_values(["future", "policy", "replicate"], ignore_index=True)

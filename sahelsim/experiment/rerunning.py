"""Run what a result directory holds once more, and tell whether every bit is the same."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from sahelsim.base.errors import NotReproducible
from sahelsim.experiment.holdings import runs_in
from sahelsim.experiment.running import Run, load_run, prepare
from sahelsim.experiment.store import IDENTITY, POSTERIOR
from sahelsim.model.posterior import CENTRAL, SHIPPED_NAME

if TYPE_CHECKING:
    import pandas as pd


class Rerun(NamedTuple):
    """One run that came out the same: its directory, replicates, tables and rows compared."""

    path: Path
    replicates: int
    tables: int
    rows: int


def rerun(
    path: Path,
    workers: int | None = None,
    progress: Callable[[int, str], Any] | None = None,
) -> list[Rerun]:
    """Repeat the runs in a directory, in a temporary folder, and compare every table.

    Args:
        path: Result directory of a run or of a comparison.
        workers: Threads; all cores by default.
        progress: Called with the replicates and the scenario of each run; returns a context whose
            value takes progress as :func:`~sahelsim.experiment.running` gives it.

    Raises:
        InputError: SS4002, SS4003 or SS4005, there is no complete run to repeat.
        NotReproducible: SS4009, this is another version, model, world or posterior, or a table
            differs: the message names the first value that does.
    """
    return [_rerun_one(load_run(folder), workers, progress) for folder in runs_in(path)]


def _rerun_one(
    stored: Run, workers: int | None, progress: Callable[[int, str], Any] | None
) -> Rerun:
    assert stored.path is not None
    manifest = stored.manifest
    with tempfile.TemporaryDirectory(prefix="sahelsim-rerun-") as folder:
        job = prepare(
            stored.scenario, stored.replicates, manifest["seed"], workers,
            out=Path(folder) / "again", parameters=_posterior(stored),
        )  # fmt: skip
        _same_identity(stored.path, manifest, job.manifest)
        if progress is None:
            again = job.go()
        else:
            with progress(stored.replicates, stored.scenario.id) as tell:
                again = job.go(tell)
        rows = sum(
            _same_table(stored.path, name, stored.tables[name], again.tables[name])
            for name in stored.tables
        )
        return Rerun(stored.path, stored.replicates, len(stored.tables), rows)


def _posterior(stored: Run) -> Path | str:
    """Where the run's parameters came from: its own copy, the shipped posterior, or no draws."""
    assert stored.path is not None
    if stored.manifest.get("posterior") is None:
        return CENTRAL
    own = stored.path / POSTERIOR
    return own if own.is_file() else SHIPPED_NAME


def _same_identity(path: Path, before: dict[str, Any], now: dict[str, Any]) -> None:
    other = [words for key, words in IDENTITY.items() if before[key] != now[key]]
    if not other:
        return
    packages = [
        f"{name} {then} then, {now['packages'].get(name)} now"
        for name, then in before.get("packages", {}).items()
        if now["packages"].get(name) != then
    ]
    raise NotReproducible(
        "SS4009",
        f"{path} was made with another {', '.join(other)}: sahelsim {before['version']} then, "
        f"{now['version']} now",
        hint="; ".join(packages) or "repeat it with the version that made it",
    )


def _same_table(path: Path, name: str, before: pa.Table, now: pa.Table) -> int:
    """Rows of a table that is bitwise the same.

    Raises:
        NotReproducible: SS4009.
    """
    if before.column_names != now.column_names or len(before) != len(now):
        raise NotReproducible(
            "SS4009", f"{path / name}.parquet has {len(before)} rows of {before.num_columns} "
            f"columns, a rerun {len(now)} of {now.num_columns}",
        )  # fmt: skip
    for column in before.column_names:
        old, new = before[column].to_pandas(), now[column].to_pandas()
        if not _same_bits(old, new):
            differs = (old.astype(object) != new.astype(object)) & ~(old.isna() & new.isna())
            row = int(differs.to_numpy().argmax())
            raise NotReproducible(
                "SS4009", f"{path / name}.parquet: {column} in row {row} was {old[row]} and is "
                f"{new[row]} now",
                hint="the file was changed, or another processor rounds differently; see "
                "docs/explanation/why-keyed-draws.md",
            )  # fmt: skip
    return len(before)


def _same_bits(a: pd.Series, b: pd.Series) -> bool:
    if a.dtype.kind in "fiub" and a.dtype == b.dtype:
        return bool(a.to_numpy().tobytes() == b.to_numpy().tobytes())
    return bool(a.astype(object).equals(b.astype(object)))

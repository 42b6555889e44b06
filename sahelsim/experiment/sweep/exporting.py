"""A sweep for other programs: experiments and outcomes, as CSV or Parquet.

These are the two tables that the EMA Workbench works with: a data frame of experiments, and a
mapping of outcome to values, which the columns of the second table are.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from sahelsim.base.errors import InputError
from sahelsim.experiment.files import replacing, telling
from sahelsim.experiment.sweep.result import load_sweep

if TYPE_CHECKING:
    import pandas as pd


def export(path: Path, target: Path, kind: str) -> list[Path]:
    """Write a sweep for another program and return the files.

    Args:
        path: The sweep directory.
        target: The folder to write.
        kind: ``csv`` or ``parquet``: tables ``experiments`` and ``outcomes`` that agree row by row,
            runs that did not end well included with their status.

    Raises:
        InputError: SS4132, no sweep; SS4138, no runs.
        EnvironmentFault: SS6010, the target cannot be written.
    """
    sweep = load_sweep(path)
    if not len(sweep.runs):
        raise InputError("SS4138", f"{path} has no finished runs to export")
    with telling(target):
        target.mkdir(parents=True, exist_ok=True)
    state = sweep.runs[["seed", "status", "error_code", "error"]]
    tables = {"experiments": sweep.experiments.join(state), "outcomes": sweep.outcomes}
    written = []
    for name, table in tables.items():
        file = target / f"{name}.{kind}"
        content = table.to_csv(index=False).encode() if kind == "csv" else _parquet(table)
        with replacing(file) as stream:
            stream.write(content)
        written.append(file)
    return written


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()

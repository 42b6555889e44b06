"""Immutable Parquet parts of a sweep: rows to tables, whole or absent on disk, and back.

A part is written beside its place, flushed and renamed; its name is unique to the process that
wrote it, so any number of processes may write and read one folder. Readers keep one row a run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sahelsim.base.errors import InputError
from sahelsim.experiment.sweep.keys import KEY_BYTES
from sahelsim.experiment.sweep.spec import SweepSpec
from sahelsim.experiment.sweep.work import OK, STATUSES, Rows
from sahelsim.experiment.table_files import reading, stack, write_row_groups

RUNS, DAILY, PLACES, QUARANTINE = "runs", "daily", "places", "quarantine"
KINDS = (DAILY, PLACES, RUNS)
"""Tables in the order in which they are written: a run that has a row lacks nothing else."""
LOCALITIES = "localities"  # of the parts of places: the ids that the lists follow
KEY_COLUMNS = ("run_key", "policy", "future", "replicate")
STATE_COLUMNS = ("policy", "future", "replicate", "status", "attempt")
BIGGEST = 250_000  # rows of one part
GROUP_BYTES = 4_000_000  # of rows held in memory while parts are joined; a row group
AGAIN = "the same sweep run command puts it aside and runs its runs again"
WITHOUT = "move it away: its runs keep their rows and lack only what it held"
SAMPLE = 1_000  # rows that tell how a column is best written


def writer_name() -> str:
    """A name that no other writer has: machine (hashed), process and the time in nanoseconds."""
    import platform

    host = sha256(platform.node().encode()).hexdigest()[:6]
    return f"{host}-{os.getpid()}-{time.time_ns():x}"


def _key_columns(
    batch: Sequence[Rows], policies: Sequence[str], keep: Any = None
) -> dict[str, Any]:
    keys = np.frombuffer(b"".join(rows.keys for rows in batch), dtype=f"V{KEY_BYTES}")
    numbers = {
        name: np.concatenate([getattr(rows, name) for rows in batch])
        for name in ("policy", "future", "replicate")
    }
    if keep is not None:
        keys = keys[keep]
        numbers = {name: column[keep] for name, column in numbers.items()}
    return {
        "run_key": pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(KEY_BYTES), len(keys), [None, pa.py_buffer(keys.tobytes())]
        ),
        "policy": _words(numbers["policy"], policies),
        "future": pa.array(numbers["future"], pa.int32()),
        "replicate": pa.array(numbers["replicate"], pa.int32()),
    }


def _words(codes: Any, labels: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, pa.int32()), pa.array(list(labels), pa.string())
    )


def runs_table(
    batch: Sequence[Rows], policies: Sequence[str], outcome_ids: Sequence[str]
) -> pa.Table:
    """Rows as the table ``runs`` of ``docs/reference/sweep-layout.md``."""
    columns = _key_columns(batch, policies)
    n = len(columns["run_key"])
    columns["seed"] = pa.array(np.concatenate([rows.seed for rows in batch]), pa.int64())
    status = np.concatenate([rows.status for rows in batch])
    columns["status"] = _words(status, STATUSES)
    codes: list[str | None] = [None] * n
    texts: list[str | None] = [None] * n
    start = 0
    for rows in batch:
        for at, (code, text) in rows.errors.items():
            codes[start + at], texts[start + at] = code, text
        start += len(rows)
    columns["error_code"] = pa.array(codes, pa.string())
    columns["error"] = pa.array(texts, pa.string())
    columns["attempt"] = pa.array(np.concatenate([rows.attempt for rows in batch]), pa.int16())
    columns["wall_s"] = pa.array(
        np.concatenate([rows.wall_s for rows in batch]), pa.float32(), from_pandas=True
    )
    values = np.concatenate([rows.values for rows in batch])
    for k, id in enumerate(outcome_ids):
        columns[id] = pa.array(np.ascontiguousarray(values[:, k]), from_pandas=True)
    return pa.table(columns)


def daily_table(
    batch: Sequence[Rows], policies: Sequence[str], series: Sequence[str]
) -> pa.Table | None:
    """Rows that keep their series as the table ``daily``; None where none does."""
    blocks = [rows.daily for rows in batch if rows.daily is not None]
    if not blocks:
        return None
    keep, start = [], 0
    for rows in batch:
        keep += [start + at for at in rows.kept]
        start += len(rows)
    columns = _key_columns(batch, policies, np.array(keep))
    block = np.concatenate(blocks)
    for k, name in enumerate(series):
        columns[name] = _lists(block[:, k], pa.float32())
    return pa.table(columns)


def places_table(batch: Sequence[Rows], policies: Sequence[str]) -> pa.Table | None:
    """The places of the runs that are ok as the table ``places``; None where there are none."""
    told = [rows for rows in batch if rows.places is not None]
    if not told:
        return None
    keep = np.concatenate([rows.status for rows in told]) == OK
    block = np.concatenate([rows.places for rows in told])
    return pa.table(
        {
            **_key_columns(told, policies, keep),
            "holder": _lists(block[:, 0], pa.int8()),
            "siege_days": _lists(block[:, 1], pa.int32()),
        }
    )


def tables_of(batch: Sequence[Rows], spec: SweepSpec) -> dict[str, pa.Table]:
    """Rows as the tables of a sweep that they fill, in the order of :data:`KINDS`."""
    names = list(spec.policies)
    found = {
        DAILY: daily_table(batch, names, spec.daily.series) if spec.daily is not None else None,
        PLACES: places_table(batch, names),
        RUNS: runs_table(batch, names, spec.outcome_ids),
    }
    return {kind: table for kind in KINDS if (table := found[kind]) is not None}


def _lists(block: Any, kind: pa.DataType) -> pa.FixedSizeListArray:
    flat = np.ascontiguousarray(block).ravel().astype(kind.to_pandas_dtype())
    return pa.FixedSizeListArray.from_arrays(pa.array(flat, kind), block.shape[1])


def write_part(path: Path, tables: Iterable[pa.Table], metadata: dict[str, str]) -> None:
    """Write tables of one schema as a part, whole or not at all, on the disk when this returns.

    No more than :data:`GROUP_BYTES` of them is held in memory, but for the largest table.

    Raises:
        EnvironmentFault: SS6010, the disk is full or the folder cannot be written.
    """
    groups = (group.replace_schema_metadata(metadata) for group in _grouped(tables))
    write_row_groups(path, groups, _densely)


def _grouped(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Row groups by what they weigh: a sweep chooses how many columns and days a row has."""
    waiting: list[pa.Table] = []
    size = 0
    for table in tables:
        if waiting and size + table.nbytes > GROUP_BYTES:
            yield stack(waiting)
            waiting, size = [], 0
        waiting.append(table)
        size += table.nbytes
    if waiting:
        yield stack(waiting)


def _densely(table: pa.Table) -> dict[str, Any]:
    """Whichever of dictionary and split bytes makes a column smaller."""
    split = [f"{field.name}.list.element" for field in table.schema if _is_list(field.type)]
    plain = [field.name for field in table.schema if not _is_list(field.type)]
    plain.remove("run_key")  # hashes repeat as little as they compress
    for name in _scattered(table):
        plain.remove(name)
        split.append(name)
    return {
        "compression_level": 3,
        "use_dictionary": plain,
        "use_byte_stream_split": split,
        "write_statistics": ["future"],
    }


def _scattered(table: pa.Table) -> list[str]:
    """Columns of numbers that hardly repeat: their bytes compress better apart than as words."""
    sample = table.slice(0, SAMPLE)
    return [
        field.name
        for field in table.schema
        if pa.types.is_floating(field.type)
        and pc.count_distinct(sample[field.name]).as_py() > len(sample) / 2
    ]


def _is_list(kind: pa.DataType) -> bool:
    return pa.types.is_fixed_size_list(kind)


def part_files(folder: Path) -> list[Path]:
    """The parts of a folder, in name order."""
    if not folder.is_dir():
        return []
    return [file for file in sorted(folder.glob("part-*.parquet")) if file.exists()]


def read_part(file: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read one part.

    Raises:
        FileNotFoundError: it is not there (any more).
        InputError: SS4131, it cannot be read, or is no part of a sweep.
    """
    with _reading(file):
        table = pq.read_table(file, columns=columns, partitioning=None)
        for name in KEY_COLUMNS if columns is None else columns:
            if name not in table.column_names:
                raise pa.ArrowInvalid(f"it lacks the column '{name}'")
        return table


def rows_of(file: Path) -> int:
    """Rows of one part, without reading them; raises what :func:`read_part` does."""
    with _reading(file):
        return int(pq.read_metadata(file).num_rows)


def _reading(file: Path) -> AbstractContextManager[None]:
    """:func:`reading` a part, which may vanish: another process may have joined it to others."""
    return reading(file, "SS4131", AGAIN if file.parent.name == RUNS else WITHOUT)


def read_parts(
    folder: Path, columns: Sequence[str] | None = None, *, quarantine: Path | None = None
) -> Iterator[pa.Table]:
    """Read the parts of a folder one by one; those that vanish meanwhile were compacted.

    Args:
        folder: ``runs``, ``daily`` or ``places``.
        columns: Columns to read; all by default.
        quarantine: Where a part that cannot be read is put aside; without it that is an error.

    Raises:
        InputError: SS4131, a part cannot be read.
    """
    seen: set[Path] = set()
    first: list[str] | None = None
    while new := [file for file in part_files(folder) if file not in seen]:
        for file in new:
            seen.add(file)
            try:
                table = read_part(file, columns)
                first = first or table.column_names
                if table.column_names != first:
                    raise InputError("SS4131", f"{file} has other columns than the parts beside it",
                                     hint=AGAIN)  # fmt: skip
                yield table
            except FileNotFoundError:
                continue
            except InputError:
                if quarantine is None:
                    raise
                quarantine.mkdir(exist_ok=True)
                file.replace(quarantine / file.name)


def codes(column: pa.ChunkedArray, labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """Place of every word of a column among ``labels``."""
    found = pc.index_in(column.cast(pa.string()), value_set=pa.array(list(labels), pa.string()))
    return np.asarray(found.to_numpy(), dtype=np.int64)


def one_row_a_run(table: pa.Table, policies: Sequence[str]) -> pa.Table:
    """Rows sorted by future, policy and replicate; of several of one run the first that is ok.

    Where none is, the last attempt is kept.
    """
    future, replicate = (table[name].to_numpy() for name in ("future", "replicate"))
    policy = codes(table["policy"], policies)
    failed = codes(table["status"], STATUSES) != OK
    order = np.lexsort((-table["attempt"].to_numpy(), failed, replicate, policy, future))
    first = np.ones(len(table), dtype=bool)
    where = np.stack([future, policy, replicate])[:, order]
    first[1:] = (where[:, 1:] != where[:, :-1]).any(axis=0)
    return table.take(order[first])

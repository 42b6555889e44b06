"""Tables in files: Parquet for what lasts, in bounded memory, Arrow for what is soon read again."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from sahelsim.base.errors import InputError
from sahelsim.experiment.files import replacing

ROW_GROUP = 60_000  # rows held in memory while tables are joined, of the first row groups
ROW_GROUP_MOST = 1_000_000
STACKED = 64  # tables held as they came
DOUBLED_AFTER = 512  # row groups: Parquet keeps a kilobyte in memory for each column of each
DAMAGED, REBUILD = "SS4003", "run the scenario again to rebuild it"


def stack(items: list[pa.Table]) -> pa.Table:
    """Tables of one schema as one, with one dictionary a column."""
    return pa.concat_tables(items).unify_dictionaries().combine_chunks()


@contextmanager
def reading(path: Path, code: str = DAMAGED, hint: str = REBUILD) -> Iterator[None]:
    """Turn what a damaged file makes of reading it into an error that names the file.

    Args:
        path: The file.
        code: Code of the error.
        hint: What to do about it.

    Raises:
        FileNotFoundError: it is not there.
        InputError: with the code, it cannot be read.
    """
    try:
        if path.is_dir():  # pyarrow would read a folder as a table of many files
            raise IsADirectoryError("it is a folder")
        yield
    except FileNotFoundError:
        raise
    except (OSError, ValueError, pa.ArrowException) as error:
        why = " ".join(str(error).split())
        raise InputError(code, f"cannot read {path}: {why}", hint=hint) from error


@contextmanager
def _reading_own(path: Path) -> Iterator[None]:
    """:func:`reading` a file that must be there."""
    try:
        with reading(path):
            yield
    except FileNotFoundError as error:
        raise InputError(DAMAGED, f"no such table: {path}") from error


# ---- Arrow: for what is soon read again --------------------------------------------------------


def write_arrow(path: Path, table: pa.Table) -> None:
    """Write a table that is soon read again: several times as fast as Parquet, twice as large.

    It is there whole or not at all, as with :func:`~sahelsim.experiment.files.replacing`, but
    nothing waits for the disk.
    """
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with (
        replacing(path, flush=False) as file,
        pa.ipc.new_file(file, table.schema, options=options) as writer,
    ):
        writer.write_table(table)


def read_arrow(path: Path) -> pa.Table:
    """Read what :func:`write_arrow` wrote.

    Raises:
        InputError: SS4003, it is missing or damaged.
    """
    with _reading_own(path), pa.OSFile(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def write_array(path: Path, array: Any) -> None:
    """Write an array that is soon read again, compressed, as :func:`write_arrow` does."""
    with replacing(path, flush=False) as file, pa.CompressedOutputStream(file, "lz4") as stream:
        np.save(stream, array)


def read_array(path: Path) -> Any:
    """Read what :func:`write_array` wrote.

    Raises:
        InputError: SS4003, it is missing or damaged.
    """
    with _reading_own(path), pa.CompressedInputStream(pa.OSFile(str(path)), "lz4") as stream:
        return np.load(io.BytesIO(stream.read()))


# ---- Parquet: for what lasts -------------------------------------------------------------------


def write_row_groups(
    path: Path, groups: Iterable[pa.Table], options: Callable[[pa.Table], Mapping[str, Any]]
) -> None:
    """Write tables of one schema as the row groups of one Parquet file, each as it comes.

    Args:
        path: The file, there whole or not at all as with
            :func:`~sahelsim.experiment.files.replacing`.
        groups: The tables.
        options: How Parquet is written, told from the first table.

    Raises:
        EnvironmentFault: SS6010, the disk is full or the folder cannot be written.
    """
    writer = None
    with replacing(path) as file:
        for table in groups:
            if writer is None:
                writer = pq.ParquetWriter(file, table.schema, compression="zstd", **options(table))
            writer.write_table(table)
        if writer is not None:
            writer.close()


def write_table(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write tables (one or more of one schema) as one Parquet file, in bounded memory.

    Errors are those of :func:`write_row_groups`.
    """
    write_row_groups(path, _row_groups(tables), _quickly)


def _quickly(table: pa.Table) -> dict[str, Any]:
    """Dictionaries for words alone: those of numbers cost much of all writing and save little."""
    kinds = (pa.types.is_dictionary, pa.types.is_string)
    worded = [field.name for field in table.schema if any(kind(field.type) for kind in kinds)]
    return {"compression_level": 1, "use_dictionary": worded}


def _row_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    waiting: list[pa.Table] = []
    small: list[pa.Table] = []  # thousands of tables of ten rows are larger than their rows
    rows, groups, enough = 0, 0, ROW_GROUP
    for table in tables:
        small.append(table)
        rows += len(table)
        if len(small) == STACKED:
            waiting, small = [*waiting, stack(small)], []
        if rows >= enough:
            yield stack(waiting + small)
            waiting, small, rows, groups = [], [], 0, groups + 1
            if groups % DOUBLED_AFTER == 0:
                enough = min(2 * enough, ROW_GROUP_MOST)
    if waiting or small:
        yield stack(waiting + small)


def read_table(path: Path) -> pa.Table:
    """Read a Parquet file.

    Raises:
        InputError: SS4003, it is missing or damaged.
    """
    # pq.read_table would load all that datasets need: half a second
    with _reading_own(path), pq.ParquetFile(path) as file:
        return file.read().unify_dictionaries()


def shape(path: Path) -> dict[str, Any]:
    """Rows and column names of a Parquet file, without reading its rows.

    Raises:
        InputError: SS4003, it is missing or cut short.
    """
    with _reading_own(path):
        metadata = pq.read_metadata(path)
    return {"rows": metadata.num_rows, "columns": metadata.schema.to_arrow_schema().names}


def check_table(path: Path, wanted: Any = None) -> None:
    """Look whether a Parquet file is there, whole, and of the :func:`shape` that was noted.

    Raises:
        InputError: SS4003, it is missing, cut short or another table.
    """
    found = shape(path)
    if wanted is not None and found != wanted:
        raise InputError(DAMAGED, f"{path} is not the table that was written here", hint=REBUILD)

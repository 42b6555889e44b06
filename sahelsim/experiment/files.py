"""Files that are either whole or not there, Parquet tables in bounded memory, a folder's lock."""

from __future__ import annotations

import errno
import io
import os
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from sahelsim.base.errors import EnvironmentFault, InputError

ROW_GROUP = 60_000  # rows held in memory while tables are joined, of the first row groups
ROW_GROUP_MOST = 1_000_000
DOUBLED_AFTER = 512  # row groups: Parquet keeps a kilobyte in memory for each column of each


class Abandoned(Exception):
    """Work gave up because nobody waits for it any more."""


def disk_fault(path: Path, error: OSError) -> EnvironmentFault:
    """The error that says what is wrong with a disk or folder and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why, cure = "the disk is full", "free some space and run the same command again"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why, cure = "the folder cannot be written", "choose another one with --out"
    elif error.errno in (errno.EEXIST, errno.ENOTDIR):
        why, cure = "a file lies where a folder should be", "choose another folder with --out"
    else:
        why, cure = error.strerror or "it cannot be written", "choose another folder with --out"
    return EnvironmentFault("SS6010", f"{why}: {path}", hint=cure)


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses in the block into EnvironmentFault SS6010."""
    try:
        yield
    except OSError as error:
        raise disk_fault(path, error) from error


@contextmanager
def replacing(path: Path, *, flush: bool = True) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` when the block ends well, and is gone otherwise.

    Args:
        path: The file.
        flush: Wait until the disk has it, so that it also outlives the machine's power.

    Raises:
        EnvironmentFault: SS6010, the disk is full or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with telling(path):
        try:
            with temporary.open("wb") as file:
                yield file
                if flush:
                    file.flush()
                    os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


def is_temporary(path: Path) -> bool:
    """True for what a killed process may leave of :func:`replacing`."""
    return path.name.startswith(".") and path.name.endswith(".tmp")


def write_bytes(path: Path, content: bytes, *, flush: bool = True) -> None:
    """Write a file whole or not at all, as :func:`replacing` does."""
    with replacing(path, flush=flush) as file:
        file.write(content)


def stack(items: list[pa.Table]) -> pa.Table:
    """Tables of one schema as one, with one dictionary a column."""
    return pa.concat_tables(items).unify_dictionaries().combine_chunks()


def write_arrow(path: Path, table: pa.Table) -> None:
    """Write a table that is soon read again: several times as fast as Parquet, twice as large.

    It is there whole or not at all, as with :func:`replacing`, but nothing waits for the disk.
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

    def read() -> pa.Table:
        with pa.OSFile(str(path)) as file:
            return pa.ipc.open_file(file).read_all()

    return _reading(path, read)


def write_array(path: Path, array: Any) -> None:
    """Write an array that is soon read again, compressed, as :func:`write_arrow` does."""
    with replacing(path, flush=False) as file, pa.CompressedOutputStream(file, "lz4") as stream:
        np.save(stream, array)


def read_array(path: Path) -> Any:
    """Read what :func:`write_array` wrote.

    Raises:
        InputError: SS4003, it is missing or damaged.
    """

    def read() -> Any:
        with pa.CompressedInputStream(pa.OSFile(str(path)), "lz4") as stream:
            return np.load(io.BytesIO(stream.read()))

    return _reading(path, read)


def write_table(path: Path, tables: Iterable[pa.Table], *, flush: bool = True) -> None:
    """Write tables (one or more of one schema) as one Parquet file, as :func:`replacing` does."""
    writer = None
    with replacing(path, flush=flush) as file:
        for table in _row_groups(tables):
            if writer is None:
                writer = pq.ParquetWriter(
                    file, table.schema, compression="zstd", compression_level=1,
                    use_dictionary=_worded(table.schema),
                )  # fmt: skip
            writer.write_table(table)
        if writer is not None:
            writer.close()


def _worded(schema: pa.Schema) -> list[str]:
    """Columns of words: a dictionary of numbers costs much of all writing and saves little."""
    kinds = (pa.types.is_dictionary, pa.types.is_string)
    return [field.name for field in schema if any(kind(field.type) for kind in kinds)]


def _row_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    waiting: list[pa.Table] = []
    rows, groups, enough = 0, 0, ROW_GROUP
    for table in tables:
        waiting.append(table)
        rows += len(table)
        if rows >= enough:
            yield stack(waiting)
            waiting, rows, groups = [], 0, groups + 1
            if groups % DOUBLED_AFTER == 0:
                enough = min(2 * enough, ROW_GROUP_MOST)
    if waiting:
        yield stack(waiting)


def read_table(path: Path) -> pa.Table:
    """Read a Parquet file.

    Raises:
        InputError: SS4003, it is missing or damaged.
    """

    def read() -> pa.Table:
        with pq.ParquetFile(path) as file:  # read_table loads all that datasets need: half a second
            return file.read().unify_dictionaries()

    return _reading(path, read)


def shape(path: Path) -> dict[str, Any]:
    """Rows and column names of a Parquet file, without reading its rows.

    Raises:
        InputError: SS4003, it is missing or cut short.
    """
    metadata = _reading(path, lambda: pq.read_metadata(path))
    return {"rows": metadata.num_rows, "columns": metadata.schema.to_arrow_schema().names}


def check_table(path: Path, wanted: Any = None) -> None:
    """Look whether a Parquet file is there, whole, and of the :func:`shape` that was noted.

    Raises:
        InputError: SS4003, it is missing, cut short or another table.
    """
    found = shape(path)
    if wanted is not None and found != wanted:
        raise InputError(
            "SS4003", f"{path} is not the table that was written here",
            hint="run the scenario again to rebuild it",
        )  # fmt: skip


def _reading(path: Path, read: Callable[[], Any]) -> Any:
    try:
        if path.is_dir():  # a folder would be read as a table of many files
            raise IsADirectoryError("it is a folder")
        return read()
    except FileNotFoundError as error:
        raise InputError("SS4003", f"no such table: {path}") from error
    except (OSError, ValueError, pa.ArrowException) as error:
        why = " ".join(str(error).split())
        raise InputError(
            "SS4003", f"cannot read {path}: {why}", hint="run the scenario again to rebuild it"
        ) from error


class FolderLock:
    """Keeps other processes from writing a folder until it is closed or its process ends.

    Where the system has no such locks, there is none.

    Raises:
        EnvironmentFault: SS6011, another process holds it.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import fcntl
        except ImportError:  # not on every system
            return
        handle = os.open(folder, os.O_RDONLY)
        self._close = weakref.finalize(self, os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise EnvironmentFault(
                "SS6011", f"another run is writing {folder}",
                hint="wait until it has ended, or choose another folder with --out",
            ) from error  # fmt: skip
        except OSError:  # a file system without locks
            pass

    def close(self) -> None:
        """Let others write."""
        if hasattr(self, "_close"):
            self._close()

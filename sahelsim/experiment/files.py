"""Files that are either whole or not there, what refuses them in words, a folder's lock."""

from __future__ import annotations

import errno
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sahelsim.base.errors import EnvironmentFault


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

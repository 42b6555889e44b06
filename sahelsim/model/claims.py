"""Which process compiles which kernel, where two compile one model side by side.

Kernels call kernels, so two processes that compile different phases of the day soon want the same
ones. A claim is a file in a folder of both: who creates it compiles the kernel, and the other goes
on with something else until a second file says that it lies in the cache.

Claims only save time: where one cannot be written, the kernel is compiled without.

This module imports nothing of sahelsim: it is imported where kernels are compiled, and so is part
of the key of their cache.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_DONE = ".done"
_here = threading.local()  # folder of claims of this thread, where another process compiles too


class Claimed(BaseException):
    """Another process is compiling this kernel now.

    Not an :class:`Exception`, as KeyboardInterrupt is none: it passes through Numba, which would
    else take it for a fault in the kernel.
    """


@contextmanager
def sharing(folder: Path) -> Iterator[None]:
    """Respect and make claims in ``folder`` meanwhile, in this thread."""
    _here.folder = folder
    try:
        yield
    finally:
        del _here.folder


@contextmanager
def claim(kernel: str, signature: object) -> Iterator[None]:
    """Hold a kernel for this process while it compiles, and all that it calls.

    Raises:
        Claimed: another process holds it. What this process held on the way is free again.
    """
    folder = getattr(_here, "folder", None)
    if folder is None:
        yield
        return
    digest = hashlib.sha256(f"{kernel}{signature}".encode()).hexdigest()[:32]
    file, done = folder / digest, folder / (digest + _DONE)
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        if not done.exists():
            raise Claimed(kernel) from None
        yield
        return
    except OSError:
        yield
        return
    try:
        yield
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        done.touch()

"""One decorator for every compiled function, with a cache that cannot go stale.

Numba's disk cache compares only the kernel's own file: after an edit in a function that the
kernel calls, it serves the old machine code without a word. Here the cache folder itself is
named after a hash of every source file whose functions and constants end up in machine code
(``model/``, ``planner/`` and ``theatre/actors.py``) and of the toolchain, so that any edit starts
an empty folder.

This module imports nothing of sahelsim, so that the hash covers what it says.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite.binding
import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
_config: Any = numba.config  # untyped in Numba

_MODEL = Path(__file__).resolve().parent
_PACKAGE = _MODEL.parent
KEYED = ("model/**/*.py", "planner/**/*.py", "theatre/actors.py")
"""The files that key the cache; a kernel may use functions and constants of these only."""
_KEEP = 3


@dataclass(frozen=True)
class CacheState:
    """Where compiled kernels live and whether there are any.

    Attributes:
        path: The cache folder of these sources, or None if no folder is writable.
        compiled: True if the kernel asked for (or, unasked, any kernel) is on disk.
    """

    path: Path | None
    compiled: bool


@cache
def source_hash() -> str:
    """Hash (12 hex digits) of the keyed sources, Numba, NumPy, Python and the CPU's name."""
    digest = hashlib.sha256()
    for pattern in KEYED:
        for file in sorted(_PACKAGE.glob(pattern)):
            digest.update(f"{file.relative_to(_PACKAGE).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    cpu = _config.CPU_NAME or llvmlite.binding.get_host_cpu_name()
    for part in (numba.__version__, np.__version__, platform.python_version(), cpu):
        digest.update(f"{part}\0".encode())
    return digest.hexdigest()[:12]


def _parents() -> Iterator[Path]:
    """Folders that may hold the cache, best first; NUMBA_CACHE_DIR is honoured if set."""
    if _config.CACHE_DIR:
        yield Path(_config.CACHE_DIR) / "sahelsim"
    yield _MODEL / "__pycache__"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    yield Path(home) / "sahelsim"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)  # the folder in use counts as the newest
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _remove_old(parent: Path) -> None:
    """Keep the newest folders only; a process still using an older one compiles again."""

    def age(folder: Path) -> float:
        try:
            return folder.stat().st_mtime
        except OSError:  # removed by another process meanwhile
            return 0.0

    for folder in sorted(parent.glob("numba-*"), key=age, reverse=True)[_KEEP:]:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def cache_folder() -> Path | None:
    """The cache folder of these sources, created if missing; None if none is writable."""
    for parent in _parents():
        folder = parent / f"numba-{source_hash()}"
        if _writable(folder):
            _remove_old(parent)
            return folder
    return None


def cache_state(wanted: str | Callable[..., Any] | None = None) -> CacheState:
    """Tell whether compiled kernels are on disk, for a "compiling" line in the progress.

    Args:
        wanted: A kernel, or its name ``file.function`` where importing it would cost time
            (``day.run_days``); None asks for any kernel.
    """
    folder = cache_folder()
    if folder is None:
        return CacheState(None, False)
    if callable(wanted):
        wanted = f"{wanted.__module__.rpartition('.')[2]}.{wanted.__qualname__}"
    pattern = f"*/*/{wanted}-*.nbi" if wanted else "*/*/*.nbi"
    return CacheState(folder, any(folder.glob(pattern)))


def kernel(function: F) -> F:
    """Compile ``function`` with Numba: no Python objects, no GIL, IEEE arithmetic, cached.

    Division by zero gives inf or nan as in NumPy (``error_model="numpy"``); fastmath is off, so
    that results are bitwise equal on one platform and Numba version. What a kernel calls or
    reads must be defined in the files of KEYED.
    """
    entry = _compiled(function, "entry")
    if not hasattr(entry, "get_call_template"):  # compilation is switched off for debugging
        return function
    inner = _compiled(function, "inner", no_cpython_wrapper=True, no_cfunc_wrapper=True)
    settle = _settled(function, inner.get_call_template)
    # A call from another kernel goes to the twin without a Python entry: making that entry is
    # most of what compiling a small kernel costs, and only kernels called from Python need it.
    entry.get_call_template = settle
    entry.get_overload = inner.get_overload
    return cast(F, entry)


def _compiled(function: F, part: str, **options: bool) -> Any:
    """Numba's dispatcher for a kernel, with a cache folder of its own."""
    folder = cache_folder()
    before = _config.CACHE_DIR
    _config.CACHE_DIR = str(folder / part) if folder else before
    try:
        return numba.njit(cache=folder is not None, nogil=True, error_model="numpy", **options)(
            function
        )
    finally:
        _config.CACHE_DIR = before


def _settled(function: Callable[..., Any], template: Callable[..., Any]) -> Callable[..., Any]:
    """Make one compiled version serve every call from another kernel.

    Numba compiles a function anew for each mix of whole and real numbers at its call sites: the
    event log alone came in fifty versions. Where the annotation says ``int`` or ``float``, the
    caller's number is converted instead (whole to real, never the other way).
    """
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    kinds = [function.__annotations__.get(name) for name in names]
    wanted = [_NUMBERS.get(str(getattr(kind, "__name__", kind))) for kind in kinds]

    def get_call_template(args: Any, kws: Any) -> Any:
        settled = tuple(
            kind if kind is not None and _converts(given, kind) else given
            for given, kind in zip(args, wanted, strict=False)
        )
        return template((*settled, *args[len(settled) :]), kws)

    return get_call_template


_NUMBERS = {"int": numba.types.int64, "float": numba.types.float64}


def _converts(given: Any, kind: Any) -> bool:
    given = numba.types.unliteral(given)
    if isinstance(given, numba.types.Integer | numba.types.Boolean):
        return True
    return kind is numba.types.float64 and isinstance(given, numba.types.Float)

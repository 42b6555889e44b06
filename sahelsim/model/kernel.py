"""One decorator for every compiled function, with a cache that cannot go stale.

Numba's disk cache compares only the kernel's own file: after an edit in a function that the
kernel calls, it serves the old machine code without a word. Here each module's kernels lie in a
folder named after a hash of the module, of everything it imports from the keyed sources
(``model/``, ``planner/`` and ``theatre/actors.py``), and of the toolchain. An edit starts an empty
folder for the modules it can reach and leaves the others; two trees with equal sources share one.

This module imports nothing of sahelsim but what decides, with it, how kernels are compiled
(:mod:`~sahelsim.model.claims`, :mod:`~sahelsim.model.front_end`, :mod:`~sahelsim.model.linking`):
the hash covers what they say.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite.binding
import numba
import numpy as np
from numba.core import caching

from sahelsim.model.front_end import KernelCompiler
from sahelsim.model.linking import EntryLibrary, InnerLibrary, compile_as

F = TypeVar("F", bound=Callable[..., Any])
_config: Any = numba.config  # untyped in Numba

_MODEL = Path(__file__).resolve().parent
_PACKAGE = _MODEL.parent
KEYED = ("model/**/*.py", "planner/**/*.py", "theatre/actors.py")
"""The files that key the cache; a kernel may use functions and constants of these only."""
_EVERYWHERE = (
    "model.claims",
    "model.front_end",
    "model.kernel",
    "model.linking",
)  # how anything is compiled
_KEEP = 3


@dataclass(frozen=True)
class CacheState:
    """Where compiled kernels live and whether there are any.

    Attributes:
        path: The cache folder (of the module asked for), or None if no folder is writable.
        compiled: True if the kernel asked for (or, unasked, any kernel) is on disk.
    """

    path: Path | None
    compiled: bool


@cache
def _keyed_files() -> dict[str, Path]:
    """Module name below the package -> file, for every keyed source."""
    found = {}
    for pattern in KEYED:
        for file in sorted(_PACKAGE.glob(pattern)):
            parts = file.relative_to(_PACKAGE).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def _file_hash(module: str) -> bytes:
    return hashlib.sha256(_keyed_files()[module].read_bytes()).digest()


@cache
def _toolchain() -> bytes:
    cpu = _config.CPU_NAME or llvmlite.binding.get_host_cpu_name()
    parts = (numba.__version__, np.__version__, platform.python_version(), cpu)
    return "\0".join(parts).encode()


@cache
def source_hash() -> str:
    """Hash (12 hex digits) of all keyed sources, Numba, NumPy, Python and the CPU's name."""
    digest = hashlib.sha256(_toolchain())
    for module in _keyed_files():
        digest.update(f"{module}\0".encode() + _file_hash(module))
    return digest.hexdigest()[:12]


@cache
def _imports(module: str) -> frozenset[str]:
    """Keyed modules that a module imports when it is loaded.

    Imports that are indented (for type checkers, or inside functions) bring nothing into machine
    code: what a kernel reads of a group's layout is part of the group's compiled type.
    """
    files = _keyed_files()
    lead = re.escape(_PACKAGE.name)
    found: set[str] = set()
    text = files[module].read_text(encoding="utf-8")
    for name, names in re.findall(
        rf"^(?:from|import) {lead}\.([\w.]+)(?: import (\([^)]*\)|[^\n]*))?", text, re.MULTILINE
    ):
        inner = {f"{name}.{word}" for word in re.findall(r"\w+", names)}
        found |= {name, *inner} & files.keys()
    return frozenset(found)


def _closure(*modules: str) -> set[str]:
    """Keyed modules and all that they import."""
    reached, waiting = set(modules), [*modules]
    while waiting:
        reached.add(name := waiting.pop())
        waiting.extend(_imports(name) - reached)
    return reached


def source_bytes(function: Callable[..., Any]) -> int:
    """Length of a kernel's module and of all that it imports: how long it will compile, roughly."""
    return sum(_keyed_files()[name].stat().st_size for name in _closure(_below(function)))


@cache
def closure_hash(module: str) -> str:
    """Hash (12 hex digits) of a keyed module, of all that it imports, and of the toolchain.

    Args:
        module: Its name below the package, as ``model.day``.
    """
    digest = hashlib.sha256(_toolchain())
    for name in sorted(_closure(module, *_EVERYWHERE)):
        digest.update(f"{name}\0".encode() + _file_hash(name))
    return digest.hexdigest()[:12]


def _parents() -> Iterator[Path]:
    """Folders that may hold the cache, best first; NUMBA_CACHE_DIR is honoured if set."""
    if _config.CACHE_DIR:
        yield Path(_config.CACHE_DIR) / "sahelsim"
    yield _MODEL / "__pycache__" / "kernels"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    yield Path(home) / "sahelsim"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@cache
def cache_root() -> Path | None:
    """The folder of all compiled kernels, created if missing; None if none is writable."""
    return next((parent for parent in _parents() if _writable(parent)), None)


def _remove_old(root: Path, module: str) -> None:
    """Keep a module's newest folders only; a process still using an older one compiles again."""

    def age(folder: Path) -> float:
        try:
            return folder.stat().st_mtime
        except OSError:  # removed by another process meanwhile
            return 0.0

    for folder in sorted(root.glob(f"{module}-*"), key=age, reverse=True)[_KEEP:]:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def cache_folder(module: str) -> Path | None:
    """The folder of one module's kernels as its sources are now; None if none is writable.

    Args:
        module: Its name below the package, as ``model.day``; others (a notebook's, a test's) are
            not cached.
    """
    root = cache_root()
    if root is None or module not in _keyed_files():
        return None
    folder = root / f"{module}-{closure_hash(module)}"
    try:
        new = not folder.exists()
        folder.mkdir(exist_ok=True)
        os.utime(folder)  # the folder in use counts as the newest
    except OSError:
        return None
    if new:
        _remove_old(root, module)
    return folder


def cache_state(wanted: str | Callable[..., Any] | None = None) -> CacheState:
    """Tell whether compiled kernels are on disk, for a "compiling" line in the progress.

    Args:
        wanted: A kernel, or its name ``model.file.function`` where importing it would cost time
            (``model.day.run_days``); None asks for any kernel.
    """
    if wanted is None:
        root = cache_root()
        return CacheState(root, root is not None and any(root.glob("*/*/*.nbi")))
    if callable(wanted):
        wanted = f"{_below(wanted)}.{wanted.__qualname__}"
    module, _, name = wanted.rpartition(".")
    folder = cache_folder(module)
    if folder is None:
        return CacheState(None, False)
    file = f"{module.rpartition('.')[2]}.{name}"
    return CacheState(folder, any(folder.glob(f"*/{file}-*.nbi")))


def _below(function: Callable[..., Any]) -> str:
    """Name of a function's module below the package; empty where it lies elsewhere."""
    package, _, module = function.__module__.partition(".")
    return module if package == _PACKAGE.name else ""


class _Locator(caching._CacheLocator):
    """Tells Numba where a kernel's machine code lies; the folder's name is all its freshness."""

    part = ""

    def __init__(self, folder: Path, file: str) -> None:
        self._folder = folder / self.part
        self._py_file = file

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return self._folder.parent.name

    def get_disambiguator(self) -> str:
        return ""

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> _Locator | None:
        folder = cache_folder(_below(function))
        return None if folder is None else cls(folder, file)


class _EntryLocator(_Locator):
    part = "entry"


class _InnerLocator(_Locator):
    part = "inner"


class _EntryImpl(caching.CompileResultCacheImpl):
    _locator_classes = [_EntryLocator]  # noqa: RUF012 (an instance variable to Numba)


class _InnerImpl(caching.CompileResultCacheImpl):
    _locator_classes = [_InnerLocator]  # noqa: RUF012 (an instance variable to Numba)


class _EntryCache(caching.FunctionCache):
    _impl_class = _EntryImpl


class _InnerCache(caching.FunctionCache):
    _impl_class = _InnerImpl


def kernel(function: F) -> F:
    """Compile ``function`` with Numba: no Python objects, no GIL, IEEE arithmetic, cached.

    Division by zero gives inf or nan as in NumPy (``error_model="numpy"``); fastmath is off, so
    that results are bitwise equal on one platform and Numba version. What a kernel calls or
    reads must be defined in the files of KEYED.
    """
    entry = _compiled(function, _EntryCache)
    if not hasattr(entry, "get_call_template"):  # compilation is switched off for debugging
        return function
    inner = _compiled(function, _InnerCache, no_cpython_wrapper=True, no_cfunc_wrapper=True)
    compile_as(EntryLibrary, entry)
    compile_as(InnerLibrary, inner)
    settle = _settled(function, inner.get_call_template)
    # A call from another kernel goes to the twin without a Python entry: making that entry is
    # most of what compiling a small kernel costs, and only kernels called from Python need it.
    entry.get_call_template = settle
    entry.get_overload = inner.get_overload
    return cast(F, entry)


def compile_inner(function: Callable[..., Any], arguments: Iterable[Any]) -> None:
    """Compile a kernel, and all that it calls, as one that a kernel calls with such arguments."""
    compiled: Any = function
    compiled.get_call_template(tuple(numba.typeof(argument) for argument in arguments), {})


def _compiled(function: F, cache_class: Any, **options: bool) -> Any:
    """Numba's dispatcher for a kernel; cached if its module is keyed and a folder writable."""
    compiled = numba.njit(nogil=True, error_model="numpy", pipeline_class=KernelCompiler, **options)
    dispatcher = compiled(function)
    if hasattr(dispatcher, "get_call_template") and cache_folder(_below(function)) is not None:
        dispatcher._cache = cache_class(function)
    return dispatcher


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

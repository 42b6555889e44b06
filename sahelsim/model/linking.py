"""Kernels that only kernels call: linked into their callers, never run on their own.

Numba optimises every function with all that it calls, makes machine code of the whole, and then
does so again in each caller. For a day of three hundred kernels that is twice the work of all the
rest. The code of an inner kernel is therefore kept as it was lowered; the optimiser sees it once,
inside the entry that Python calls.

This module imports nothing of sahelsim: it decides how kernels are compiled, and so is part of the
key of their cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock


class _NoEnvironment:
    """The code generator, without the place that only machine code has for a Python environment."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing: there is no machine code yet that could want it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)


class InnerLibrary(JITCodeLibrary):
    """The code of one inner kernel and of what it calls, as LLVM's bitcode."""

    @property
    def codegen(self) -> Any:
        """What Numba asks for after lowering."""
        return _NoEnvironment(self._codegen)

    def _optimize_final_module(self) -> None:
        """The caller's optimiser sees this code."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """No machine code, no pointer."""
        return 0

    def enable_object_caching(self) -> None:
        """There is no object code to keep."""

    @classmethod
    def _unserialize(cls, codegen: Any, state: tuple[str, str, Any]) -> Any:
        """Load what the cache kept; machine code, should it lie there, as what it is."""
        if state[1] == "bitcode":
            return super()._unserialize(codegen, state)
        before, codegen._library_class = codegen._library_class, JITCodeLibrary
        try:
            return JITCodeLibrary._unserialize(codegen, state)
        finally:
            codegen._library_class = before

    def serialize_using_object_code(self) -> tuple[str, str, bytes]:
        """What Numba's cache keeps of this library."""
        return (self.name, "bitcode", self._get_module_for_linking().as_bitcode())


def compile_as(library: type[JITCodeLibrary], dispatcher: Any) -> None:
    """Let a dispatcher compile, and load from the cache, into this kind of library.

    Compiling a kernel compiles its callees on the way, so the kind is set and set back around each.
    The kind is one setting for all threads, so it changes only under Numba's own lock.
    """
    original: Callable[[Any], Any] = dispatcher.compile

    def compile_with_library(signature: Any) -> Any:
        with global_compiler_lock:
            codegen = dispatcher.targetctx.codegen()
            before = codegen._library_class
            codegen._library_class = library
            try:
                return original(signature)
            finally:
                codegen._library_class = before

    dispatcher.compile = compile_with_library

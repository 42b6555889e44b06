"""What becomes of the code of kernels that Python calls, and of those that only kernels call.

Numba optimises every function with all that it calls, makes machine code of the whole, and then
does so again in each caller. For a day of three hundred kernels that is twice the work of all the
rest. The code of an inner kernel is therefore kept as it was lowered; the optimiser sees it once,
inside the entry that Python calls.

This module imports nothing of sahelsim but :mod:`~sahelsim.model.claims` and
:mod:`~sahelsim.model.front_end`, which import nothing: it decides how kernels are compiled, and so
is part of the key of their cache.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from llvmlite.binding import create_new_function_pass_manager
from numba.core.codegen import JITCodeLibrary

from sahelsim.model.claims import claim
from sahelsim.model.front_end import remembering


class _NoEnvironment:
    """The code generator, without the place that only machine code has for a Python environment."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing: there is no machine code yet that could want it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)


class EntryLibrary(JITCodeLibrary):
    """The machine code of a kernel that Python calls, with all that it calls."""

    def _optimize_final_module(self) -> None:
        """Optimise once, at level 2: Numba's second round and level 3 make no day faster."""
        passes, builder = self._codegen._module_pass_manager(opt=2)
        passes.run(self._final_module, builder)


class InnerLibrary(JITCodeLibrary):
    """The code of one inner kernel and of what it calls, as LLVM's bitcode."""

    @property
    def codegen(self) -> Any:
        """What Numba asks for after lowering."""
        return _NoEnvironment(self._codegen)

    def _optimize_functions(self, module: Any) -> None:
        """Make the code small and drop counts of references that cancel; the caller does more."""
        module.data_layout = self._codegen._data_layout
        builder = self._codegen._pass_builder()
        passes = create_new_function_pass_manager()
        passes.add_sroa_pass()
        passes.add_simplify_cfg_pass()
        passes.add_instruction_combine_pass()
        passes.add_refprune_pass()
        for function in module.functions:
            if not function.is_declaration:
                passes.run(function, builder)

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
        before, codegen._library_class = codegen._library_class, EntryLibrary
        try:
            return EntryLibrary._unserialize(codegen, state)
        finally:
            codegen._library_class = before

    def serialize_using_object_code(self) -> tuple[str, str, bytes]:
        """What Numba's cache keeps of this library."""
        return (self.name, "bitcode", self._get_module_for_linking().as_bitcode())


def _unshared(kernel: str, signature: object) -> AbstractContextManager[None]:
    return nullcontext()


def compile_as(library: type[JITCodeLibrary], dispatcher: Any) -> None:
    """Let a dispatcher compile, and load from the cache, into this kind of library.

    An inner kernel is claimed first, where another process compiles the same model.

    Compiling a kernel compiles its callees on the way, so the kind is set and set back around each.
    The kind is one setting for all threads, so it changes only under Numba's own lock.
    """
    original: Callable[[Any], Any] = dispatcher.compile
    function = dispatcher.py_func
    name = f"{function.__module__}.{function.__qualname__}"
    holding = claim if issubclass(library, InnerLibrary) else _unshared

    def compile_with_library(signature: Any) -> Any:
        with remembering(), holding(name, signature):
            codegen = dispatcher.targetctx.codegen()
            before = codegen._library_class
            codegen._library_class = library
            try:
                return original(signature)
            finally:
                codegen._library_class = before

    dispatcher.compile = compile_with_library

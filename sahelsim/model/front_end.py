"""Numba's front end, without the work that kernels never need.

Of the time that Numba takes for a kernel, most goes to its front end, in Python. Two things are
left out here, and neither changes what is compiled. What ``+`` of two numbers or an index into an
array means is worked out once for each mix of types instead of at every place in every kernel
(Numba tries its definitions one after the other, and of the 18,862 questions of a whole day nearly
all are asked again). And passes that rewrite what kernels do not contain are not run.

This module imports nothing of sahelsim: it decides how kernels are compiled, and so is part of the
key of their cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import PassManager
from numba.core.targetconfig import ConfigStack
from numba.core.types.functions import BaseFunction

_Passes: Any = PassManager  # Numba is typed in part
_Builder: Any = DefaultPassBuilder
_Function: Any = BaseFunction
_Options: Any = ConfigStack

_LEFT_OUT = frozenset(
    {
        "DeadBranchPrune",  # branches on None and on literal arguments
        "InlineInlinables",  # functions marked inline="always"
        "InlineOverloads",
        "LiteralPropagationSubPipelinePass",
        "LiteralUnroll",  # loops over tuples of mixed types
        "NopythonRewrites",  # fused expressions of whole arrays: kernels write loops
        "WithLifting",  # with-blocks
    }
)


class KernelCompiler(CompilerBase):
    """Numba's passes for compiled code without those that find nothing to do in a kernel."""

    def define_pipelines(self) -> list[Any]:
        """Return Numba's list of passes, in its order, less those left out."""
        passes = _Passes("kernel")
        for each, description in _Builder.define_nopython_pipeline(self.state).passes:
            if each.__name__ not in _LEFT_OUT:
                passes.add_pass(each, description)
        passes.finalize()
        return [passes]


_answers: dict[tuple[Any, ...], Any] = {}
_resolve = _Function.get_call_type


def _remembered(function: Any, context: Any, args: Any, kws: Any) -> Any:
    """Signature of a built-in function for arguments of these types, under these options."""
    options = _Options.top_or_none()
    question = (function, context, args, tuple(kws.items()), options and options.summary())
    if question not in _answers:
        _answers[question] = _resolve(function, context, args, kws)
    return _answers[question]


@contextmanager
def remembering() -> Iterator[None]:
    """Hold Numba's compiler lock, and work out what a call means once for each mix of types."""
    with global_compiler_lock:
        before = _Function.get_call_type
        _Function.get_call_type = _remembered
        try:
            yield
        finally:
            _Function.get_call_type = before

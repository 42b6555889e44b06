"""Whether the model is compiled, and compiling it ahead of time on two cores."""

from __future__ import annotations

import ast
import gc
import inspect
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sahelsim.model import day
from sahelsim.model.kernel import cache_root, cache_state, compile_inner

FROM_THE_END = "from-the-end"  # argument of the second process


def is_warm() -> bool:
    """True where a process that starts now finds the compiled model on disk."""
    return cache_state(day.run_days).compiled


def compile_model() -> float:
    """Compile (or load) every kernel a run needs by running one day; return the seconds it took.

    A second process takes the phases of the day from the end while this one takes them from the
    start; through the cache on disk each finds what the other has compiled.
    """
    from sahelsim.model.model import SahelModel
    from sahelsim.scenario import cut, load_scenario

    began = time.monotonic()
    with _no_collection():
        if not is_warm() and cache_root() is not None and (os.cpu_count() or 1) > 1:
            _compile_side_by_side()
        SahelModel(cut(load_scenario("documented-2023"), 1)).run_for(1)
    return time.monotonic() - began


def _compile_side_by_side() -> None:
    command = [sys.executable, "-m", "sahelsim.model.warmth", FROM_THE_END]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as second:
        try:
            compile_phases()
        except BaseException:
            second.kill()
            raise
        # its exit code does not matter: what it left undone is compiled here, by the first run


def compile_phases(*, from_the_end: bool = False) -> None:
    """Compile the phases of the day one by one, as the day calls them."""
    calls = list(_phase_calls())
    for function, arguments in reversed(calls) if from_the_end else calls:
        compile_inner(function, arguments)


def _phase_calls() -> Iterator[tuple[Any, list[Any]]]:
    """Every kernel that the day calls, with arguments of the kinds it is called with."""
    from sahelsim.model.model import SahelModel
    from sahelsim.scenario import cut, load_scenario

    model = SahelModel(cut(load_scenario("documented-2023"), 1))
    scope = {**vars(day), "w": model.world, "p": model.template.parameters, "actor": 0}
    for part in (day.begin_day, day.decide, day.finish_day):
        source = textwrap.dedent(inspect.getsource(inspect.unwrap(part)))
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            called = scope.get(node.func.id)
            if hasattr(called, "py_func"):
                yield called, [eval(ast.unparse(argument), scope) for argument in node.args]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Compiling makes many objects that stay; looking through them for garbage costs a fifth."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


if __name__ == "__main__":
    with _no_collection():
        compile_phases(from_the_end=FROM_THE_END in sys.argv)

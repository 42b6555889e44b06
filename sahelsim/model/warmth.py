"""Whether the model is compiled, and compiling it ahead of time on two cores."""

from __future__ import annotations

import ast
import gc
import inspect
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sahelsim.model import day
from sahelsim.model.claims import Claimed, sharing
from sahelsim.model.kernel import cache_root, cache_state, compile_inner, source_bytes

if TYPE_CHECKING:
    from sahelsim.model.parameters import Parameters
    from sahelsim.model.world import World

_WAIT_S = 0.01
_PATIENCE_S = 60.0  # longer than any one kernel takes


def is_warm() -> bool:
    """True where a process that starts now finds the compiled model on disk."""
    return cache_state(day.run_days).compiled


def compile_model() -> float:
    """Compile (or load) every kernel a run needs by running one day; return the seconds it took.

    A second process compiles phases of the day beside this one; neither compiles what the other
    has claimed, and through the cache on disk each finds what the other has compiled.
    """
    began = time.monotonic()
    with _no_collection():
        root = cache_root()
        if root is not None and not is_warm() and (os.cpu_count() or 1) > 1:
            _compile_side_by_side(root)
        day.run_days(*_first_day(), 1)
    return time.monotonic() - began


def _first_day() -> tuple[World, Parameters]:
    """A world to compile for; made without Mesa, whose import takes a second."""
    from sahelsim.model.build import template
    from sahelsim.scenario import cut, load_scenario

    built = template(cut(load_scenario("documented-2023"), 1))
    return built.world(0), built.parameters


def _compile_side_by_side(root: Path) -> None:
    try:
        claims = Path(tempfile.mkdtemp(prefix="claims-", dir=root))
    except OSError:
        return  # then one process compiles all
    command = [sys.executable, "-m", "sahelsim.model.warmth", str(claims)]
    second = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        compile_phases(claims, wait=lambda: second.poll() is None)
    finally:
        second.kill()  # all is compiled, or this process is stopped
        second.wait()
        shutil.rmtree(claims, ignore_errors=True)


def compile_phases(claims: Path, wait: Callable[[], bool]) -> bool:
    """Compile the phases of the day, the longest first, as the day calls them.

    Args:
        claims: The folder of claims of all processes that compile this model now.
        wait: Asked when another process holds all that is left: whether it can still be waited
            for. If not, what it held is left uncompiled.

    Returns:
        Whether every phase is compiled.
    """
    left = sorted(_phase_calls(), key=lambda call: -source_bytes(call[0]))
    since = time.monotonic()
    while left:
        held = []
        for function, arguments in left:
            try:
                with sharing(claims):
                    compile_inner(function, arguments)
                since = time.monotonic()
            except Claimed:
                held.append((function, arguments))
        if len(held) == len(left):
            if not wait() or time.monotonic() - since > _PATIENCE_S:
                return False
            time.sleep(_WAIT_S)
        left = held
    return True


def _phase_calls() -> Iterator[tuple[Any, list[Any]]]:
    """Every kernel that the day calls, with arguments of the kinds it is called with."""
    world, parameters = _first_day()
    scope = {**vars(day), "w": world, "p": parameters, "actor": 0}
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


def _compile_as_second(folder: Path) -> None:
    first = os.getppid()
    with _no_collection():
        compile_phases(folder, wait=lambda: os.getppid() == first)


if __name__ == "__main__":
    _compile_as_second(Path(sys.argv[1]))

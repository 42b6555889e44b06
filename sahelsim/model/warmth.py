"""Whether the model is compiled, and compiling it ahead of time."""

from __future__ import annotations

import time

from sahelsim.model.day import run_days
from sahelsim.model.kernel import cache_state


def is_warm() -> bool:
    """True where a process that starts now finds the compiled model on disk."""
    return cache_state(run_days).compiled


def compile_model() -> float:
    """Compile (or load) every kernel a run needs by running one day; return the seconds it took."""
    from sahelsim.model.model import SahelModel
    from sahelsim.scenario import cut, load_scenario

    began = time.monotonic()
    SahelModel(cut(load_scenario("documented-2023"), 1)).run_for(1)
    return time.monotonic() - began

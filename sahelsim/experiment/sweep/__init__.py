"""Sweeps: policies × futures × replicates, run to the end whatever happens, and read as tables."""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "Sweep": "sahelsim.experiment.sweep.result",
    "SweepJob": "sahelsim.experiment.sweep.drive",
    "SweepSpec": "sahelsim.experiment.sweep.spec",
    "SweepStatus": "sahelsim.experiment.sweep.drive",
    "futures_table": "sahelsim.experiment.sweep.designs",
    "load_spec": "sahelsim.experiment.sweep.loading",
    "load_sweep": "sahelsim.experiment.sweep.result",
    "run_sweep": "sahelsim.experiment.sweep.drive",
    "shipped_sweeps": "sahelsim.experiment.sweep.loading",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(importlib.import_module(_PUBLIC[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sahelsim.experiment.sweep' has no attribute {name!r}")

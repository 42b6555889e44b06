"""Scenario simulation and wargaming for airlift, sieges and alliances in the central Sahel.

The names below are the library's front door; each is loaded when it is first used, so that
``import sahelsim`` stays cheap and loads neither Mesa, Numba, pandas nor Plotly.
"""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import Any

try:
    __version__ = version("sahelsim")
except PackageNotFoundError:  # running from a source tree that was never installed
    __version__ = "0+unknown"

_PUBLIC = {
    "load_theatre": "sahelsim.theatre",
    "load_scenario": "sahelsim.scenario",
    "Scenario": "sahelsim.scenario",
    "SahelModel": "sahelsim.model",
    "run": "sahelsim.experiment",
    "Run": "sahelsim.experiment",
    "write_report": "sahelsim.report",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(importlib.import_module(_PUBLIC[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sahelsim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)

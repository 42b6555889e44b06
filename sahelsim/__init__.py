"""Scenario simulation and wargaming for airlift, sieges and alliances in the central Sahel.

The names below are the library's front door; each is loaded when it is first used, so that
``import sahelsim`` stays cheap and loads neither Mesa, Numba, pandas nor Plotly.
"""

from __future__ import annotations

from typing import Any

from sahelsim.base.lazy import lazily

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
    if name == "__version__":
        value = globals()[name] = _version()
        return value
    return lazily(__name__, _PUBLIC)(name)


def _version() -> str:
    # importlib.metadata costs 60 ms, a third of `sahelsim --help`.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sahelsim")
    except PackageNotFoundError:  # running from a source tree that was never installed
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted(__all__)

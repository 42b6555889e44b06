"""Floor 2: what a user writes — schema, loading, overrides and exact error messages."""

from __future__ import annotations

import importlib
from typing import Any

_PUBLIC = {
    "load_scenario": "sahelsim.scenario.loading",
    "shipped_scenarios": "sahelsim.scenario.loading",
    "parse_sets": "sahelsim.scenario.overrides",
    "Scenario": "sahelsim.scenario.schema",
    "Order": "sahelsim.scenario.schema",
    "Factor": "sahelsim.scenario.schema",
    "difference": "sahelsim.scenario.diff",
    "cut": "sahelsim.scenario.cutting",
    "scenario_schema": "sahelsim.scenario.jsonschema",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = getattr(importlib.import_module(_PUBLIC[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sahelsim.scenario' has no attribute {name!r}")

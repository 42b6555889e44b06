"""Floor 2: what a user writes — schema, loading, overrides and exact error messages."""

from __future__ import annotations

from sahelsim.base.lazy import lazily

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


__getattr__ = lazily(__name__, _PUBLIC)

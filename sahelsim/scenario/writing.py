"""A resolved scenario back as YAML."""

from __future__ import annotations

from typing import Any

import yaml

from sahelsim.scenario.schema import Scenario


class _Dumper(yaml.SafeDumper):
    """Writes orders and other leaves on one line; dates are quoted, as YAML 1.1 readers need."""


def _mapping(dumper: _Dumper, data: dict[str, Any]) -> yaml.Node:
    flat = bool(data) and all(not isinstance(value, (dict, list)) for value in data.values())
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=flat)


_Dumper.add_representer(dict, _mapping)


def to_yaml(scenario: Scenario) -> str:
    """Return the scenario as YAML without ``extends``; it loads again to the same digest."""
    data = scenario.resolved()
    head = f"# Resolved by sahelsim; digest {scenario.digest}\n"
    text = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000)
    return head + text

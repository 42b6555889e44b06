"""The JSON Schema of a sweep file, for completion and checks in an editor."""

from __future__ import annotations

from typing import Any

from sahelsim.experiment.sweep.schema import SweepFile
from sahelsim.scenario.jsonschema import order_schema, titled
from sahelsim.scenario.reference import load_reference
from sahelsim.scenario.schema import Order
from sahelsim.theatre import load_theatre


def sweep_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one sweep file.

    It knows the short forms (an empty policy, a plain number of replicates or futures), every
    outcome, and the orders that a policy adds. What ``set`` and uncertainties name is left to
    ``sahelsim sweep check``.
    """
    schema = SweepFile.model_json_schema()
    parts, top = schema["$defs"], schema["properties"]
    for name in ("policies", "uncertainties", "futures"):
        ((pattern, entry),) = top[name]["patternProperties"].items()
        top[name]["patternProperties"] = {pattern: {"anyOf": [entry, {"type": "null"}]}}
    outcomes = [outcome.id for outcome in load_theatre().outcomes]
    entry = top["outcomes"].pop("additionalProperties")
    top["outcomes"]["additionalProperties"] = {"anyOf": [entry, {"type": "null"}]}
    top["outcomes"]["propertyNames"] = {"enum": outcomes}
    top["replicates"] = _or_number(top["replicates"], {"$ref": "#/$defs/ReplicatesFile"})
    futures = parts["DesignFile"]["properties"]["futures"]
    listed = {key: futures.pop(key) for key in ("items", "type")}
    parts["DesignFile"]["properties"]["futures"] = _or_number(futures, listed)
    order = Order.model_json_schema()
    parts["PolicyFile"]["properties"]["orders"]["items"] = order_schema(order, load_reference())
    return titled(schema, "sweep")


def _or_number(entry: dict[str, Any], full: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in entry.items() if key != "$ref"}
    return {**kept, "anyOf": [{"type": "integer", "minimum": 1}, full]}

"""The JSON Schema of a scenario file, for completion and checks in an editor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sahelsim.scenario.reference import Reference, load_reference
from sahelsim.scenario.schema import Derivation, Plan, ScenarioFile
from sahelsim.theatre.records import Argument


def scenario_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one scenario file.

    It knows every verb with its arguments, and every parameter with its range, so that an editor
    completes and checks them.
    """
    reference = load_reference()
    schema = ScenarioFile.model_json_schema()
    own = list(Derivation.model_fields)
    rest = [name for name in schema["properties"] if name not in own]
    schema["properties"] = {name: schema["properties"][name] for name in ["id", *own, *rest[1:]]}
    required = [name for name, info in Plan.model_fields.items() if info.is_required()]
    schema["required"] = ["id"]
    schema["anyOf"] = [{"required": ["extends"]}, {"required": required}]
    schema["properties"]["parameters"] = _parameters(reference)
    schema["$defs"]["Order"] = order_schema(schema["$defs"]["Order"], reference)
    return titled(schema, "scenario")


def titled(schema: dict[str, Any], kind: str) -> dict[str, Any]:
    """The schema with its dialect and what it is of; names outside a pattern are refused."""
    for part in (schema, *schema.get("$defs", {}).values()):
        for entry in part.get("properties", {}).values():
            if "patternProperties" in entry:
                entry.setdefault("additionalProperties", False)
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {**schema, "$schema": dialect, "title": f"sahelsim {kind}"}


def _parameters(reference: Reference) -> dict[str, Any]:
    return {
        "type": "object",
        "description": Plan.model_fields["parameters"].description,
        "additionalProperties": False,
        "properties": {
            name: {
                "type": "number",
                "minimum": record.low,
                "maximum": record.high,
                "description": f"{record.description} [{record.unit}], default {record.value:g}",
            }
            for name, record in reference.parameters.items()
        },
    }


def order_schema(base: dict[str, Any], reference: Reference) -> dict[str, Any]:
    """Return the schema of an order: common keys, and per verb its actors and arguments."""
    common = {key: value for key, value in base["properties"].items() if key != "arguments"}
    names = sorted({arg.name for verb in reference.orders.values() for arg in verb.arguments})
    common["verb"] = {
        **common["verb"],
        "enum": list(reference.orders),
    }
    cases = []
    for verb, entry in reference.orders.items():
        arguments = argument_schemas(entry.arguments, reference)
        foreign = {name: False for name in names if name not in arguments}
        cases.append(
            {
                "if": {"properties": {"verb": {"const": verb}}, "required": ["verb"]},
                "then": {
                    "description": entry.description,
                    "properties": {"actor": {"enum": list(entry.actors)}, **arguments, **foreign},
                    "required": [arg.name for arg in entry.arguments if arg.required],
                },
            }
        )
    return {
        "type": "object",
        "title": "Order",
        "description": base["description"],
        "properties": {**common, **{name: {} for name in names}},
        "required": [key for key in base["required"] if key != "arguments"],
        "additionalProperties": False,
        "allOf": cases,
    }


def argument_schemas(
    arguments: Iterable[Argument], reference: Reference
) -> dict[str, dict[str, Any]]:
    """Name -> schema of each argument of an order."""
    return {argument.name: _argument(argument, reference) for argument in arguments}


def _argument(argument: Argument, reference: Reference) -> dict[str, Any]:
    kind = argument.type
    text = argument.note or argument.unit
    described = {"description": text} if text else {}
    if kind in ("number", "integer"):
        limits = {"minimum": argument.low, "maximum": argument.high}
        known = {key: value for key, value in limits.items() if value is not None}
        return {"type": kind, **known, **described}
    if kind == "choice":
        return {"enum": list(argument.choices), **described}
    if kind == "route":
        return {"type": "string", "pattern": r"^[A-Z0-9]{4}(-[A-Z0-9]{4}){2,}$", **described}
    if kind in reference.names and kind != "tail":  # a scenario may add tails of its own
        optional = [None] if not argument.required and argument.default is None else []
        return {"enum": [*reference.names[kind], *optional], **described}
    return {"type": "boolean" if kind == "boolean" else "string", **described}

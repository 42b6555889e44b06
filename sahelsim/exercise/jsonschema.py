"""The JSON Schema of an exercise file, for completion and checks in an editor."""

from __future__ import annotations

from typing import Any

from sahelsim.exercise.schema import ExerciseFile
from sahelsim.scenario.jsonschema import argument_schemas, order_schema, titled
from sahelsim.scenario.reference import Reference, load_reference
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS


def exercise_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one exercise file.

    It knows every order with its arguments, every outcome and every actor. Expressions and names
    within the file are left to ``sahelsim exercise check``.
    """
    reference = load_reference()
    schema = ExerciseFile.model_json_schema()
    parts = schema["$defs"]
    parts["Deed"] = order_schema(parts["Deed"], reference)
    parts["Card"]["properties"]["verb"]["enum"] = list(reference.orders)
    parts["Card"]["allOf"] = _cards(reference)
    parts["Team"]["properties"]["actors"]["items"] = {"enum": list(ACTORS)}
    outcomes = [outcome.id for outcome in load_theatre().outcomes]
    schema["properties"]["shared"]["items"] = {"enum": outcomes}
    return titled(schema, "exercise")


def _cards(reference: Reference) -> list[dict[str, Any]]:
    """What a card may set and leave open, verb by verb."""
    return [
        {
            "if": {"properties": {"verb": {"const": verb}}, "required": ["verb"]},
            "then": {
                "description": entry.description,
                "properties": {
                    "fixed": {
                        "properties": argument_schemas(entry.arguments, reference),
                        "additionalProperties": False,
                    },
                    "choose": {"propertyNames": {"enum": [a.name for a in entry.arguments]}},
                },
            },
        }
        for verb, entry in reference.orders.items()
    ]

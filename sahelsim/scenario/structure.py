"""First pass: does the data have the shape of the schema? pydantic's findings in our words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sahelsim.base.formatting import exact, one_of
from sahelsim.base.problems import Path, Problem, value_text
from sahelsim.base.suggest import did_you_mean, nearest
from sahelsim.scenario.schema import Derivation, Plan

# Places a problem in the files: code, path, message, hint and whether the key is meant.
Locate = Callable[..., Problem]

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping of key: value",
    "model_type": "a mapping of key: value",
    "model_attributes_type": "a mapping of key: value",
}
_LIMITS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}
_BOUNDS = {  # the same in a JSON Schema
    "exclusiveMinimum": "above",
    "minimum": "at least",
    "exclusiveMaximum": "below",
    "maximum": "at most",
}


def structural_problems(
    model: type[BaseModel], data: Any, locate: Locate
) -> tuple[Any, list[Problem]]:
    """Validate ``data``; return the model (or None) and the problems found."""
    try:
        return model.model_validate(data), []
    except ValidationError as fault:
        return None, [_problem(model, data, detail, locate) for detail in fault.errors()]


def _problem(model: type[BaseModel], data: Any, detail: ErrorDetails, locate: Locate) -> Problem:
    kind = detail["type"]
    path: Path = tuple(detail["loc"])
    value = detail.get("input")
    context = detail.get("ctx", {})
    if path and path[-1] == "[key]":
        name = path[-2]
        return locate("SS2112", path[:-1], f"'{name}' cannot be a name", _name_hint(context), True)
    if kind == "missing":
        key = str(path[-1])
        return locate("SS2104", path[:-1], f"missing '{key}'", _missing_hint(model, path), key=key)
    if kind == "extra_forbidden":
        key = str(path[-1])
        allowed = field_names(model, path[:-1])
        if len(path) == 1 and model is Plan:
            allowed += list(Derivation.model_fields)
        return unknown_key(key, path[:-1], allowed, locate)
    if kind in ("date_form", "date_impossible"):
        message = f"{value_text(value)} is no date: {detail['msg']}"
        return locate("SS2106", path, message, "write year-month-day, such as 2023-08-20")
    if kind == "literal_error":
        words = context["expected"].replace(" or ", ", ").split(", ")
        return not_a_choice(value, [word.strip("'") for word in words], path, locate)
    if kind in _LIMITS:
        bound, word = _LIMITS[kind]
        message = f"{value_text(value)} must be {word} {exact(context[bound])}"
        return locate("SS2107", path, message, _range_hint(model, path))
    if kind in ("string_pattern_mismatch", "string_too_long"):
        return locate("SS2112", path, f"{value_text(value)} cannot be a name", _name_hint(context))
    if kind == "string_too_short":
        return locate("SS2105", path, "the text is empty", "write a sentence, or leave the key out")
    expected = _EXPECTED.get(kind, "another kind of value")
    message = f"expected {expected}, not {value_text(value)}"
    return locate("SS2105", path, message, _type_hint(kind, value))


def unknown_key(key: str, path: Path, allowed: list[str], locate: Locate) -> Problem:
    """Return the problem of a key that the schema does not have."""
    hint = did_you_mean(key, allowed) or f"allowed: {one_of(allowed, 20)}"
    return locate("SS2103", (*path, key), f"unknown key '{key}'", hint, True, at=path, key=key)


def not_a_choice(value: Any, choices: list[str], path: Path, locate: Locate) -> Problem:
    """Return the problem of a value that is not among ``choices``."""
    near = nearest(str(value), choices)
    hint = f"did you mean '{near[0]}'?" if near else None
    return locate("SS2108", path, f"{value_text(value)} is not one of {one_of(choices)}", hint)


def field_names(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys the schema allows in the mapping at ``path``."""
    return list(_schema_at(model, path).get("properties", {}))


def _schema_at(model: type[BaseModel], path: Path) -> Mapping[str, Any]:
    """Return the JSON Schema of what stands at ``path``, or an empty one."""
    schema: Any = model.model_json_schema()
    definitions = schema.get("$defs", {})
    for step in path:
        if isinstance(step, int):
            schema = schema.get("items", {})
        else:
            named = schema.get("patternProperties", {}).values()  # keys of a given form: all alike
            free = schema.get("additionalProperties") or next(iter(named), None)
            schema = schema.get("properties", {}).get(step) or free
        if not isinstance(schema, Mapping):
            return {}
        schema = _settled(schema, definitions)
    return dict(schema)


def _settled(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a choice or a reference leads to: of several kinds the first, null left out."""
    described = {key: schema[key] for key in ("description",) if key in schema}
    if "anyOf" in schema:
        schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    return {**schema, **described}


def _missing_hint(model: type[BaseModel], path: Path) -> str | None:
    description = _schema_at(model, path).get("description")
    return str(description) if description else None


def _range_hint(model: type[BaseModel], path: Path) -> str | None:
    schema = _schema_at(model, path)
    bounds = [f"{word} {exact(schema[key])}" for key, word in _BOUNDS.items() if key in schema]
    return f"allowed: {' and '.join(bounds)}" if len(bounds) > 1 else None


def _name_hint(context: Mapping[str, Any]) -> str:
    if "_" in str(context.get("pattern", "")):
        return "use lower case letters, digits and '_', beginning with a letter"
    return "use lower case letters, digits and '-', at most 80"


def _type_hint(kind: str, value: Any) -> str | None:
    if kind == "string_type" and isinstance(value, (int, float, bool)):
        return f'quote it: "{value_text(value)}"'
    if kind in ("int_type", "float_type") and isinstance(value, str):
        return "leave out quotes and units"
    if kind == "bool_type" and str(value).lower() in ("yes", "no", "on", "off"):
        return "write true or false"
    return None

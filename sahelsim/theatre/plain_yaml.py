"""Shipped YAML (parameters, registers): read fast, but never with a key that stands twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sahelsim.theatre.errors import TheatreError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_LOADER):
    """PyYAML's safe loader, which by itself keeps the last of two equal keys without a word."""


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in found:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key '{key}' stands twice", key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_plain_yaml(path: Path) -> dict[Any, Any]:
    """Return the mapping that ``path`` holds (empty for an empty file).

    Raises:
        TheatreError: SS3001 the file is missing; SS3003 it is not a YAML mapping, or a key stands
            twice; the file and line are given.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise TheatreError(
            "SS3001", f"the file '{path.name}' cannot be opened", where=str(path)
        ) from fault
    try:
        data = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        message = getattr(fault, "problem", None) or "the file is not YAML"
        raise TheatreError("SS3003", message, where=where) from fault
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise TheatreError("SS3003", "the file is not a mapping of names", where=str(path))
    return data

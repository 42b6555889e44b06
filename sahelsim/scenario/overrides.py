"""``--set key=value``: what the command line may change in a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sahelsim.base.errors import InputError, UsageError
from sahelsim.base.problems import Mark
from sahelsim.base.suggest import nearest
from sahelsim.base.yaml_source import Source, parse

SETS = "--set"  # what stands in the place of a file's name
SCALARS = ("start", "end", "seed")
_FORMS = "parameter.<id>=…, orders.<order id>.<argument>=…, start=…, end=… or seed=…"


def parse_sets(texts: Iterable[str]) -> dict[str, Any]:
    """Return ``{key: value}`` of ``key=value`` texts; values are read as YAML scalars.

    Raises:
        UsageError: SS1005 if a text is not ``key=value`` or its key has no known form,
            SS1006 if one key is set twice.
    """
    sets: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        key = key.strip()
        if not equals or not key:
            raise UsageError("SS1005", f"'{text}' is not key=value", where="--set", hint=_FORMS)
        check_key(key)
        if key in sets:
            raise UsageError(
                "SS1006", f"'{key}' is set twice", where="--set", hint="keep one of the two"
            )
        sets[key] = _scalar(key, value.strip())
    return sets


def check_key(key: str) -> None:
    """Refuse a key that is neither a parameter, an order's argument nor start, end or seed.

    Raises:
        UsageError: SS1005, with the nearest form.
    """
    head, _, rest = key.partition(".")
    if head == "parameter" and rest:
        return
    if head == "orders" and rest.count(".") == 1 and all(rest.split(".")):
        return
    if key in SCALARS:
        return
    near = nearest(head, ("parameter", "orders", *SCALARS))
    hint = _FORMS
    if near and near[0] != head:
        meant = f"{near[0]}.{rest}" if rest else near[0]
        hint = f"did you mean '{meant}'?"
    raise UsageError("SS1005", f"'{key}' cannot be set", where="--set", hint=hint)


def _scalar(key: str, text: str) -> Any:
    try:
        value = parse(text, name="--set").data
    except InputError:
        value = {}
    if isinstance(value, (dict, list)):
        raise UsageError(
            "SS1005", f"the value of '{key}' is not a single number, word or date", where="--set"
        )
    return value


def as_source(sets: Mapping[str, Any]) -> Source:
    """Return ``sets`` as a source of one line each, so that its faults are shown like a file's."""
    source = Source(SETS, dict(sets))
    lines = []
    for number, (key, value) in enumerate(sets.items(), start=1):
        text = "" if value is None else str(value)
        lines.append(f"{key}={text}")
        source.keys[(key,)] = Mark(number, 1, len(key))
        source.values[(key,)] = Mark(number, len(key) + 2, max(1, len(text)))
    return Source(source.name, source.data, source.values, source.keys, tuple(lines))

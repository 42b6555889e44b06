"""What differs between two resolved scenarios, as dotted paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sahelsim.scenario.schema import Scenario


class Difference(NamedTuple):
    """One difference; ``before`` or ``after`` is None where the key is absent on that side.

    Attributes:
        path: Such as ``orders.lend-5u-mbh.load_t``; orders go by their id.
        before: Value in the first scenario.
        after: Value in the second scenario.
        change: ``added``, ``removed`` or ``changed``.
    """

    path: str
    before: Any
    after: Any
    change: str


_ABSENT = object()


def difference(first: Scenario, second: Scenario) -> list[Difference]:
    """Return every difference between two scenarios, in the order of the first's keys."""
    return list(_compare("", _by_name(first), _by_name(second)))


def _by_name(scenario: Scenario) -> dict[str, Any]:
    """Return plain data in which orders and assumptions are keyed by id and text."""
    data = scenario.resolved()
    data["orders"] = {order.pop("id"): order for order in data["orders"]}
    data["assumptions"] = {item["text"]: item["confidence"] for item in data["assumptions"]}
    return data


def _compare(path: str, first: Any, second: Any) -> Iterator[Difference]:
    if isinstance(first, dict) and isinstance(second, dict) and _deep(path):
        for key in [*first, *(key for key in second if key not in first)]:
            inner = f"{path}.{key}" if path else key
            yield from _compare(inner, first.get(key, _ABSENT), second.get(key, _ABSENT))
    elif first is _ABSENT:
        yield Difference(path, None, second, "added")
    elif second is _ABSENT:
        yield Difference(path, first, None, "removed")
    elif first != second:
        yield Difference(path, first, second, "changed")


def _deep(path: str) -> bool:
    return path.count(".") < 4

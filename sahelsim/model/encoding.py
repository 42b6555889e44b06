"""Between words and rows: what every index of the arrays is called, and orders as rows.

:class:`Names` holds the labels of every axis of one scenario (packaged entities first, those that
the scenario adds after them in name order). An order in words is ``(verb, actor, arguments)``
as ``theatre/orders.yaml`` registers it; its row holds indices in the slots given there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import did_you_mean
from sahelsim.model.orders import REASONS
from sahelsim.model.world import (
    O_ACTOR,
    O_AUTHOR,
    O_DAY,
    O_I0,
    O_REASON,
    O_STATUS,
    O_VERB,
    Orders,
)
from sahelsim.theatre import Theatre
from sahelsim.theatre.actors import ACTORS
from sahelsim.theatre.records import Argument, OrderVerb

AUTHORS = ("scenario", "policy", "agent", "team", "facilitator")
STATUSES = ("proposed", "applied", "rejected")


def closed_route(route: str | Sequence[str]) -> tuple[str, ...]:
    """Stops of a circuit once each: ``GABS-GAGO-GABS`` and ``GABS-GAGO`` mean the same."""
    stops = tuple(route.split("-")) if isinstance(route, str) else tuple(route)
    return stops[:-1] if len(stops) > 2 and stops[0] == stops[-1] else stops


def route_text(route: Sequence[str]) -> str:
    """A circuit as it is written: ``GABS-GAGO-GABS``."""
    return "-".join((*route, route[0]))


@dataclass(frozen=True)
class Order:
    """A decision in words.

    Attributes:
        verb: A verb of the register.
        actor: Actor id that gives it.
        arguments: Argument name to value, in the register's words and units.
    """

    verb: str
    actor: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """Labels of every axis, in array order."""

    theatre: Theatre
    localities: tuple[str, ...]
    airfields: tuple[str, ...]
    tails: tuple[str, ...]
    types: tuple[str, ...]
    regions: tuple[str, ...]
    routes: tuple[tuple[str, ...], ...]
    order_ids: tuple[str, ...]  # ids of the scripted orders, by row

    @cached_property
    def verbs(self) -> Mapping[int, OrderVerb]:
        """Registered orders by code."""
        return {order.code: order for order in self.theatre.orders}

    def _axis(self, kind: str) -> Sequence[Any]:
        if kind in ("state", "group", "partner", "actor"):
            return ACTORS
        return {
            "locality": self.localities,
            "airfield": self.airfields,
            "tail": self.tails,
            "region": self.regions,
            "route": self.routes,
        }[kind]

    def encode(self, order: Order) -> tuple[int, int, list[int], list[float]]:
        """Turn an order into (verb code, actor code, i0..i4, x0..x2).

        Raises:
            InputError: SS5001 unknown verb or actor, SS5002 a bad argument.
        """
        try:
            verb = self.theatre.order(order.verb)
            actor = ACTORS.index(order.actor)
        except (ValueError, InputError) as error:
            raise InputError(
                "SS5001",
                f"no order '{order.verb}' that '{order.actor}' could give",
                hint=did_you_mean(order.verb, [known.verb for known in self.theatre.orders]),
            ) from error
        whole, number = [-1] * 5, [0.0] * 3
        known = {argument.name for argument in verb.arguments}
        for name in order.arguments:
            if name not in known:
                raise InputError(
                    "SS5002", f"{order.verb} has no argument '{name}'",
                    hint=did_you_mean(name, known),
                )  # fmt: skip
        for argument in verb.arguments:
            value = order.arguments.get(argument.name, argument.default)
            if value is None:
                if argument.required:
                    raise InputError("SS5002", f"{order.verb} needs '{argument.name}'")
                continue
            if argument.slot.startswith("x"):
                number[int(argument.slot[1])] = self._number(order.verb, argument, value)
            else:
                whole[int(argument.slot[1])] = self._index(order.verb, argument, value)
        return verb.code, actor, whole, number

    def _number(self, verb: str, argument: Argument, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError("SS5002", f"{verb}.{argument.name} must be a number, not {value!r}")
        low = float("-inf") if argument.low is None else argument.low
        high = float("inf") if argument.high is None else argument.high
        if not low <= value <= high:
            raise InputError(
                "SS5002",
                f"{verb}.{argument.name} = {value:g} lies outside its range",
                hint=f"allowed: {low:g} to {high:g} {argument.unit}",
            )
        return float(value)

    def _index(self, verb: str, argument: Argument, value: Any) -> int:
        if argument.type == "integer":
            number = self._number(verb, argument, value)
            if number != int(number):
                raise InputError("SS5002", f"{verb}.{argument.name} must be a whole number")
            return int(number)
        axis = argument.choices if argument.type == "choice" else self._axis(argument.type)
        wanted = closed_route(value) if argument.type == "route" else value
        if wanted not in axis:
            raise InputError(
                "SS5002",
                f"{verb}.{argument.name}: unknown {argument.type} {value!r}",
                hint=did_you_mean(str(value), [str(item) for item in axis]),
            )
        return list(axis).index(wanted)

    def decode(self, row: Sequence[int], number: Sequence[float]) -> Order:
        """Turn a row of the order log back into words."""
        verb = self.verbs[int(row[O_VERB])]
        arguments: dict[str, Any] = {}
        for argument in verb.arguments:
            if argument.slot.startswith("x"):
                arguments[argument.name] = float(number[int(argument.slot[1])])
                continue
            index = int(row[O_I0 + int(argument.slot[1])])
            if index < 0:
                continue
            if argument.type == "integer":
                arguments[argument.name] = index
            elif argument.type == "choice":
                arguments[argument.name] = argument.choices[index]
            else:
                axis = self._axis(argument.type)
                name = axis[index]
                arguments[argument.name] = route_text(name) if argument.type == "route" else name
        return Order(verb.verb, ACTORS[int(row[O_ACTOR])], arguments)

    def order_log(self, orders: Orders) -> list[dict[str, Any]]:
        """The order log in words: number, day, actor, verb, arguments, author, status, reason."""
        log = []
        for n in range(int(orders.count[0])):
            row = orders.row[n]
            order = self.decode(row, orders.number[n])
            log.append(
                {
                    "number": n,
                    "day": int(row[O_DAY]),
                    "actor": order.actor,
                    "verb": order.verb,
                    "arguments": dict(order.arguments),
                    "author": AUTHORS[int(row[O_AUTHOR])],
                    "status": STATUSES[int(row[O_STATUS])],
                    "reason": REASONS[max(int(row[O_REASON]), 0)],
                    "id": self.order_ids[n] if n < len(self.order_ids) else "",
                }
            )
        return log

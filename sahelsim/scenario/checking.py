"""Second pass: do dates, orders and names refer to what exists, and agree with one another?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sahelsim.base.formatting import exact, one_of
from sahelsim.base.problems import Path, Problem, value_text
from sahelsim.base.suggest import did_you_mean, nearest
from sahelsim.scenario.reference import Reference
from sahelsim.scenario.schema import Factor, FrozenMapping, Order, Plan
from sahelsim.scenario.structure import Locate, not_a_choice
from sahelsim.theatre.records import Argument, OrderVerb

_EVENT = re.compile(r"[Ee]\d{1,4}")
_NAMED = ("locality", "airfield", "tail", "region", "state", "group", "partner", "actor")


def check(
    plan: Plan, reference: Reference, locate: Locate
) -> tuple[tuple[Order, ...], list[Problem]]:
    """Return the orders by day with their arguments completed, and the problems found."""
    checker = _Checker(plan, reference, locate)
    return checker.run(), checker.problems


def check_order(
    order: Order, path: Path, plan: Plan, reference: Reference, locate: Locate
) -> tuple[Order, list[Problem]]:
    """Check actor, verb and arguments of an order that stands outside a plan, at ``path``."""
    checker = _Checker(plan, reference, locate)
    return checker.deed(order, path), checker.problems


def check_argument(
    argument: Argument, value: Any, path: Path, plan: Plan, reference: Reference, locate: Locate
) -> list[Problem]:
    """Check one value of an order's argument, at ``path``."""
    checker = _Checker(plan, reference, locate)
    checker.argument(argument, value, path)
    return checker.problems


class _Checker:
    def __init__(self, plan: Plan, reference: Reference, locate: Locate) -> None:
        self.plan = plan
        self.reference = reference
        self.locate = locate
        self.problems: list[Problem] = []
        self.tails = (*reference.names["tail"], *sorted(plan.aircraft))

    def run(self) -> tuple[Order, ...]:
        plan = self.plan
        if plan.start >= plan.end:
            message = f"end {plan.end} is not after start {plan.start}"
            self.note("SS2201", ("end",), message, "end is the day after the last one")
        self.aircraft()
        self.initial()
        for name, value in plan.parameters.items():
            self.parameter(name, value)
        orders = [self.order(index, order) for index, order in enumerate(plan.orders)]
        for name, factor in plan.factors.items():
            self.factor(name, factor, {order.id: order for order in orders})
        # Orders of one day go by id, so that the sequence of lines means nothing.
        return tuple(sorted(orders, key=lambda order: (order.on, order.id)))

    def note(
        self, code: str, path: Path, message: str, hint: str | None = None, on_key: bool = False
    ) -> None:
        self.problems.append(self.locate(code, path, message, hint, on_key))

    def name(self, kind: str, value: Any, path: Path, on_key: bool = False) -> None:
        """Note a name that does not exist, with the nearest one and where all are listed."""
        known = self.tails if kind == "tail" else self.reference.names[kind]
        if isinstance(value, str) and value in known:
            return
        hint = did_you_mean(str(value), known)
        command = self.reference.command(kind)
        listing = f"all: {command}" if command else f"one of {one_of(known, 40)}"
        self.note(
            "SS2209",
            path,
            f"unknown {kind} {value_text(value)}",
            f"{hint} {listing}" if hint and command else hint or listing,
            on_key,
        )

    def source(self, value: str, path: Path) -> None:
        if _EVENT.fullmatch(value):
            self.name("event", value, (*path, "source"))

    def aircraft(self) -> None:
        for tail, extra in self.plan.aircraft.items():
            path: Path = ("aircraft", tail)
            if tail in self.reference.names["tail"]:
                message = f"the tail '{tail}' exists already"
                self.note("SS2203", path, message, "choose a registration that is free", True)
            self.name("state", extra.owner, (*path, "owner"))
            self.name("aircraft type", extra.type, (*path, "type"))
            self.name("airfield", extra.base, (*path, "base"))
            self.source(extra.source, path)

    def initial(self) -> None:
        initial = self.plan.initial
        sections: dict[str, Mapping[str, Any]] = {
            "holder": initial.holder,
            "garrison": initial.garrison,
            "besieged": initial.besieged,
        }
        for section, entries in sections.items():
            for place, entry in entries.items():
                self.name("locality", place, ("initial", section, place), on_key=True)
                self.source(entry.source, ("initial", section, place))

    def parameter(self, name: str, value: float) -> None:
        path: Path = ("parameters", name)
        record = self.reference.parameters.get(name)
        if record is None:
            self.unknown_parameter(name, path, on_key=True)
        elif not record.low <= value <= record.high:
            self.note(
                "SS2211",
                path,
                f"{exact(value)} is outside the range of {name}",
                self.allowed(record.low, record.high, record.unit),
            )

    def unknown_parameter(self, name: str, path: Path, on_key: bool = False) -> None:
        hint = did_you_mean(name, self.reference.parameters)
        listing = f"all: {self.reference.command('parameter')}"
        message = f"unknown parameter '{name}'"
        self.note("SS2210", path, message, f"{hint} {listing}" if hint else listing, on_key)

    def order(self, index: int, order: Order) -> Order:
        path: Path = ("orders", index)
        start, end = self.plan.start, self.plan.end
        if not start <= order.on < end and start < end:
            when = "before the first day" if order.on < start else "after the last day"
            hint = f"the scenario runs from {start} to {end - timedelta(days=1)}"
            if order.on < start:
                hint += "; what was so before belongs under 'initial:' or on the first day"
            self.note("SS2202", (*path, "on"), f"{order.on} lies {when}", hint)
        self.source(order.source, path)
        return self.deed(order, path)

    def deed(self, order: Order, path: Path) -> Order:
        """Check actor, verb and arguments; return the order with its arguments completed."""
        verb = self.reference.orders.get(order.verb)
        if verb is None:
            near = did_you_mean(order.verb, self.reference.orders)
            listing = f"all: {self.reference.command('verb')}"
            message = f"unknown order '{order.verb}'"
            self.note("SS2204", (*path, "verb"), message, f"{near} {listing}" if near else listing)
            return order
        if order.actor not in verb.actors:
            known = self.reference.names["actor"]
            if order.actor not in known:
                self.name("actor", order.actor, (*path, "actor"))
            else:
                message = f"{order.actor} cannot give the order '{order.verb}'"
                givers = f"it is given by {one_of(verb.actors)}"
                self.note("SS2208", (*path, "actor"), message, givers)
        return self.arguments(order, verb, path)

    def arguments(self, order: Order, verb: OrderVerb, path: Path) -> Order:
        known = [argument.name for argument in verb.arguments]
        missing = [
            argument.name
            for argument in verb.arguments
            if argument.required and argument.name not in order.arguments
        ]
        for name in order.arguments:
            if name not in known:
                near = nearest(name, missing or known)
                if near and near[0] in missing:
                    missing.remove(near[0])  # one message for the misspelling and the gap
                takes = f"'{order.verb}' takes {one_of(known)}" if known else "it takes none"
                self.note(
                    "SS2205",
                    (*path, name),
                    f"the order '{order.verb}' has no argument '{name}'",
                    f"did you mean '{near[0]}'?" if near else takes,
                    on_key=True,
                )
        for name in missing:
            self.note(
                "SS2206",
                path,
                f"the order '{order.verb}' needs '{name}'",
                describe(verb.argument(name)),
            )
        values: dict[str, Any] = {}
        for argument in verb.arguments:
            if argument.name in order.arguments:
                value = order.arguments[argument.name]
                values[argument.name] = self.argument(argument, value, (*path, argument.name))
            elif argument.default is not None:
                values[argument.name] = _typed(argument, argument.default)
        return order.model_copy(update={"arguments": FrozenMapping(values)})

    def argument(self, argument: Argument, value: Any, path: Path) -> Any:
        """Check one argument; return it in the register's type."""
        kind = argument.type
        if kind in ("number", "integer"):
            self.quantity(argument, value, path)
        elif kind == "boolean":
            if not isinstance(value, bool):
                self.note("SS2105", path, f"expected true or false, not {value_text(value)}")
        elif kind == "choice":
            if value not in argument.choices:
                self.problems.append(not_a_choice(value, list(argument.choices), path, self.locate))
        elif kind == "route":
            self.route(value, path)
        elif kind in _NAMED and not (value is None and _may_be_left_out(argument)):
            self.name(kind, value, path)
        return _typed(argument, value)

    def quantity(self, argument: Argument, value: Any, path: Path) -> None:
        whole = argument.type == "integer"
        kinds: Any = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or value != value:
            expected = "a whole number" if whole else "a number"
            hint = describe(argument)
            self.note("SS2105", path, f"expected {expected}, not {value_text(value)}", hint)
            return
        low = float("-inf") if argument.low is None else argument.low
        high = float("inf") if argument.high is None else argument.high
        if not low <= value <= high:
            message = f"{exact(value)} is outside the range of '{argument.name}'"
            self.note("SS2207", path, message, self.allowed(low, high, argument.unit))

    def route(self, value: Any, path: Path) -> None:
        example = "write a closed circuit such as GABS-GAGO-GATS-DRRN-GABS"
        stops = value.split("-") if isinstance(value, str) else []
        if len(stops) < 3 or stops[0] != stops[-1]:
            self.note("SS2219", path, f"{value_text(value)} is not a closed circuit", example)
            return
        for first, second in pairwise(stops):
            if first == second:
                self.note("SS2219", path, f"the circuit stops at {first} twice running", example)
        for stop in dict.fromkeys(stops):
            self.name("airfield", stop, path)

    def factor(self, name: str, factor: Factor, orders: dict[str, Order]) -> None:
        path: Path = ("factors", name)
        self.source(factor.source, path)
        if factor.low >= factor.high:
            message = f"high {exact(factor.high)} is not above low {exact(factor.low)}"
            self.note("SS2213", (*path, "high"), message)
        elif factor.distribution == "loguniform" and factor.low <= 0:
            message = f"low {exact(factor.low)} must be above 0 for a loguniform factor"
            self.note("SS2213", (*path, "low"), message)
        limits = self.target(factor.parameter, (*path, "parameter"), orders)
        if limits is None:
            return
        low, high, unit = limits
        for key, value in (("low", factor.low), ("high", factor.high)):
            if not low <= value <= high:
                message = f"{exact(value)} is outside the range of {factor.parameter}"
                self.note("SS2213", (*path, key), message, self.allowed(low, high, unit))

    def target(
        self, target: str, path: Path, orders: dict[str, Order]
    ) -> tuple[float, float, str] | None:
        """Return range and unit of what a factor varies, or None after noting a problem."""
        if not target.startswith("orders."):
            record = self.reference.parameters.get(target)
            if record is None:
                self.unknown_parameter(target, path)
                return None
            return record.low, record.high, record.unit
        order_id, _, name = target.removeprefix("orders.").partition(".")
        order = orders.get(order_id)
        if order is None:
            message = f"no order has the id '{order_id}'"
            self.note("SS2212", path, message, did_you_mean(order_id, orders))
            return None
        verb = self.reference.orders.get(order.verb)
        if verb is None:
            return None  # already noted at the order
        numeric = [arg.name for arg in verb.arguments if arg.type in ("number", "integer")]
        if name not in numeric:
            message = f"the order '{order_id}' has no number '{name}' to vary"
            takes = f"it has {one_of(numeric)}" if numeric else None
            self.note("SS2212", path, message, did_you_mean(name, numeric) or takes)
            return None
        argument = verb.argument(name)
        low = float("-inf") if argument.low is None else argument.low
        high = float("inf") if argument.high is None else argument.high
        return low, high, argument.unit

    @staticmethod
    def allowed(low: float, high: float, unit: str) -> str:
        shown = f" {unit}" if unit and unit != "1" else ""
        if high == float("inf"):
            return f"allowed: at least {exact(low)}{shown}"
        if low == float("-inf"):
            return f"allowed: at most {exact(high)}{shown}"
        return f"allowed: {exact(low)} to {exact(high)}{shown}"


def describe(argument: Argument) -> str:
    """Return what an argument takes, in words."""
    if argument.type == "choice":
        return f"one of {one_of(argument.choices)}"
    kind = {"integer": "whole number", "route": "closed circuit of ICAO codes"}.get(
        argument.type, argument.type
    )
    text = f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"
    if argument.low is not None and argument.high is not None:
        text += f" from {exact(argument.low)} to {exact(argument.high)}"
    return f"{text} {argument.unit}".strip()


def _may_be_left_out(argument: Argument) -> bool:
    return argument.default is None and not argument.required


def _typed(argument: Argument, value: Any) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if argument.type == "number" and is_number else value

"""Levers: what one number of a scenario a search may turn, and how far.

A lever is a factor of the scenario, a parameter, a numeric argument of an order, or ``supply``:
every scripted rotation rate of lent or flying aircraft times the level (1 is the scenario as it
is, 0 is no scripted airlift).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import did_you_mean
from sahelsim.experiment.analysis.arms import Arm, with_parameters
from sahelsim.scenario import Scenario
from sahelsim.scenario.schema import FrozenMapping
from sahelsim.theatre import load_theatre

SUPPLY = "supply"
MOST_SUPPLY = 3.0
RATE = "rotations_per_week"


@dataclass(frozen=True)
class Dial:
    """One lever of a scenario.

    Attributes:
        label: In words.
        unit: Unit of its level.
        low: Lowest level to look at.
        high: Highest level to look at.
        least: Lowest level that is allowed.
        most: Highest level that is allowed.
        whole: Only whole levels make sense.
        turn: Scenario and level to the scenario at that level.
    """

    label: str
    unit: str
    low: float
    high: float
    least: float
    most: float
    whole: bool
    turn: Callable[[Scenario, float], Scenario]

    def at(self, plan: Scenario, level: float) -> Arm:
        """The scenario at a level, ready to run."""
        return Arm(self.turn(plan, level))

    def check(self, plan: Scenario, low: float, high: float) -> None:
        """Refuse a range beyond what is allowed.

        Raises:
            InputError: SS4208.
        """
        if not self.least <= low < high <= self.most:
            raise InputError(
                "SS4208", f"{self.label} cannot go from {low:g} to {high:g}",
                hint=f"allowed: {self.least:g} to {self.most:g} {self.unit}".rstrip(),
            )  # fmt: skip


def find_lever(plan: Scenario, name: str) -> Dial:
    """The lever of that name.

    Raises:
        InputError: SS4213, the scenario has no such lever; the hint gives the nearest name.
    """
    if name == SUPPLY:
        return _supply(plan)
    factor = plan.factors.get(name)
    target = factor.parameter if factor else name.removeprefix("parameter.")
    parameters = load_theatre().parameters
    if target in parameters:
        record = parameters.record(target)
        low, high = (factor.low, factor.high) if factor else (record.low, record.high)
        if record.low == record.high:
            raise InputError("SS4213", f"'{target}' is fixed and cannot be turned")

        def turn(plan: Scenario, level: float) -> Scenario:
            return with_parameters(plan, {target: level})

        return Dial(target, record.unit, low, high, record.low, record.high, False, turn)
    dial = _argument(plan, target)
    if dial is None:
        known = [SUPPLY, *plan.factors, *parameters.ids]
        raise InputError(
            "SS4213", f"scenario '{plan.id}' has no lever '{name}'",
            hint=did_you_mean(name, known) or "a factor (sahelsim scenario show), a parameter "
            "(sahelsim facts parameters), orders.<id>.<argument> or supply",
        )  # fmt: skip
    if factor is None:
        return dial
    return Dial(**{**vars(dial), "low": factor.low, "high": factor.high})


def _argument(plan: Scenario, target: str) -> Dial | None:
    """A numeric argument of an order, ``orders.<id>.<argument>``; None where there is none."""
    head, _, rest = target.partition(".")
    id, _, name = rest.partition(".")
    order = next((order for order in plan.orders if order.id == id), None)
    if head != "orders" or order is None:
        return None
    verb = next(verb for verb in load_theatre().orders if verb.verb == order.verb)
    argument = next(
        (one for one in verb.arguments if one.name == name and one.type in ("number", "integer")),
        None,
    )
    if argument is None or argument.low is None or argument.high is None:
        return None
    whole = argument.type == "integer"

    def turn(plan: Scenario, level: float) -> Scenario:
        return _with_arguments(plan, {id: {name: int(level) if whole else level}})

    low, high = float(argument.low), float(argument.high)
    return Dial(target, argument.unit, low, high, low, high, whole, turn)


def _supply(plan: Scenario) -> Dial:
    """All scripted rotation rates at once."""
    rates = {
        order.id: float(order.arguments[RATE]) for order in plan.orders if RATE in order.arguments
    }
    if not any(rates.values()):
        raise InputError("SS4213", f"scenario '{plan.id}' scripts no rotations to multiply")
    orders = load_theatre().orders
    most = min(
        float(argument.high) for verb in orders for argument in verb.arguments
        if argument.name == RATE and argument.high is not None
    )  # fmt: skip
    limit = most / max(rates.values())

    def turn(plan: Scenario, level: float) -> Scenario:
        return _with_arguments(plan, {id: {RATE: level * rate} for id, rate in rates.items()})

    return Dial(
        "supply (scripted rotations times)", "1", 0.0, min(MOST_SUPPLY, limit), 0.0, limit, False,
        turn,
    )  # fmt: skip


def _with_arguments(plan: Scenario, changes: dict[str, dict[str, float]]) -> Scenario:
    orders = tuple(
        order.model_copy(
            update={"arguments": FrozenMapping({**order.arguments, **changes[order.id]})}
        )
        if order.id in changes
        else order
        for order in plan.orders
    )
    return plan.model_copy(update={"orders": orders})

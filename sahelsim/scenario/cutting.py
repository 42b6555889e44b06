"""Cut a scenario short: the first days only, with the orders and factors that fall into them."""

from __future__ import annotations

from datetime import timedelta

from sahelsim.base.errors import InputError
from sahelsim.scenario.schema import FrozenMapping, Scenario


def cut(plan: Scenario, days: int) -> Scenario:
    """Return the first ``days`` days of a scenario.

    Raises:
        InputError: SS2220, days lies outside 1 to the scenario's own length.
    """
    if not 1 <= days <= plan.days:
        raise InputError(
            "SS2220",
            f"days = {days} lies outside scenario '{plan.id}'",
            hint=f"allowed: 1 to {plan.days}",
        )
    end = plan.start + timedelta(days=days)
    orders = tuple(order for order in plan.orders if order.on < end)
    gone = {f"orders.{order.id}" for order in plan.orders if order.on >= end}
    factors = {
        name: factor
        for name, factor in plan.factors.items()
        if factor.parameter.rpartition(".")[0] not in gone
    }
    return plan.model_copy(update={"end": end, "orders": orders, "factors": FrozenMapping(factors)})

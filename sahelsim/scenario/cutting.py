"""Cut a scenario: the first days only, or without some orders; factors of gone orders go too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import did_you_mean
from sahelsim.scenario.schema import FrozenMapping, Order, Scenario

LONGEST = 80  # characters of a scenario's id


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
    kept = [order for order in plan.orders if order.on < end]
    return _with_orders(plan.model_copy(update={"end": end}), kept)


def without(plan: Scenario, orders: Iterable[str]) -> Scenario:
    """Return a scenario without some orders, under a name that says which.

    Args:
        plan: The scenario.
        orders: Ids of orders; all else stays.

    Raises:
        InputError: SS4201, the scenario has no such order; the hint gives the nearest id.
    """
    gone = list(dict.fromkeys(orders))
    known = [order.id for order in plan.orders]
    for id in gone:
        if id not in known:
            raise InputError(
                "SS4201",
                f"scenario '{plan.id}' has no order '{id}'",
                hint=did_you_mean(id, known) or f"all: sahelsim scenario show {plan.id}",
            )
    named = {
        "id": _short(f"{plan.id}-without-{'-'.join(gone)}"),
        "title": f"{plan.title}, without {', '.join(gone)}",
    }
    kept = [order for order in plan.orders if order.id not in gone]
    return _with_orders(plan.model_copy(update=named), kept)


def _short(id: str) -> str:
    """An id of at most 80 characters; a longer one ends in its hash."""
    return (
        id if len(id) <= LONGEST else f"{id[: LONGEST - 9]}-{sha256(id.encode()).hexdigest()[:8]}"
    )


def _with_orders(plan: Scenario, kept: list[Order]) -> Scenario:
    gone = {f"orders.{order.id}" for order in plan.orders if order not in kept}
    factors = {
        name: factor
        for name, factor in plan.factors.items()
        if factor.parameter.rpartition(".")[0] not in gone
    }
    return plan.model_copy(update={"orders": tuple(kept), "factors": FrozenMapping(factors)})

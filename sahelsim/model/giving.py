"""Give an order in words to a World between two days."""

from __future__ import annotations

from sahelsim.model.apply import apply_proposed
from sahelsim.model.encoding import Names, Order
from sahelsim.model.health import check_health
from sahelsim.model.orders import REASONS, propose
from sahelsim.model.parameters import Parameters
from sahelsim.model.world import O_REASON, O_STATUS, REJECTED, World


def write_order(world: World, names: Names, order: Order, author: int, scenario: str) -> int:
    """Write an order into the log, where the day will find it; return its number.

    Args:
        world: The World.
        names: Labels of its axes.
        order: The order.
        author: Who gives it, one of the author codes of :mod:`sahelsim.model.world`.
        scenario: What the World is of, for the words of a fault.

    Raises:
        InputError: SS5001 or SS5002, it names something unknown or a value out of range.
        ModelFault: the log is full.
    """
    verb, actor, whole, number = names.encode(order)
    n = propose(
        world.clock, world.orders, author, actor, verb, whole[0], whole[1], whole[2], whole[3],
        number[0], number[1],
    )  # fmt: skip
    check_health(world, scenario)
    return int(n)


def give_order(
    world: World, parameters: Parameters, names: Names, order: Order, author: int, scenario: str
) -> str:
    """Write an order and carry it out at once; return why it was refused, or ''.

    Arguments and errors are those of :func:`write_order`.
    """
    n = write_order(world, names, order, author, scenario)
    apply_proposed(world, parameters, n)
    row = world.orders.row[n]
    return REASONS[int(row[O_REASON])] if row[O_STATUS] == REJECTED else ""

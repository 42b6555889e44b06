"""Orders given between two days: what is refused, what is written."""

from __future__ import annotations

import pytest

from sahelsim.base.errors import InputError
from sahelsim.model.build import template
from sahelsim.model.encoding import Order
from sahelsim.model.giving import give_order, write_order
from sahelsim.model.world import FACILITATOR, O_AUTHOR, O_STATUS, PROPOSED
from sahelsim.scenario import load_scenario
from sahelsim.scenario.cutting import cut

SHARED = template(cut(load_scenario("documented-2023"), 5))
CLOSE = Order("close_airfield", "mli", {"airfield": "GATS", "days": 3})


def test_a_written_order_waits_for_the_day_and_a_given_one_is_carried_out() -> None:
    waiting, given = SHARED.world(1, 0), SHARED.world(1, 0)
    field = SHARED.names.airfields.index("GATS")
    n = write_order(waiting, SHARED.names, CLOSE, FACILITATOR, "here")
    assert waiting.orders.row[n, O_STATUS] == PROPOSED
    assert waiting.orders.row[n, O_AUTHOR] == FACILITATOR
    assert waiting.fields.ordered_until[field] <= 0
    assert give_order(given, SHARED.parameters, SHARED.names, CLOSE, FACILITATOR, "here") == ""
    assert given.fields.ordered_until[field] == 3


def test_a_refusal_has_its_reason_and_changes_nothing() -> None:
    world = SHARED.world(1, 0)
    lift = Order("lift_blockade", "jnim", {"locality": "gao"})
    said = give_order(world, SHARED.parameters, SHARED.names, lift, FACILITATOR, "here")
    assert said
    assert world.ledger.sieges.sum() == 0


def test_what_cannot_be_written_is_told() -> None:
    world = SHARED.world(1, 0)
    with pytest.raises(InputError) as fault:
        write_order(world, SHARED.names, Order("close_airport", "mli"), FACILITATOR, "here")
    assert fault.value.code == "SS5001"
    assert world.orders.count[0] == SHARED.start.orders.count[0]

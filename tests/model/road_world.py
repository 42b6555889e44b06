"""What the tests of supply, convoys, columns and holders share: a world, its books, its orders."""

from __future__ import annotations

import numpy as np

from sahelsim.model.mechanisms.column import apply_column
from sahelsim.model.mechanisms.convoy import apply_convoy, moves_day
from sahelsim.model.mechanisms.sustainment import sustain_day
from sahelsim.model.orders import SEND_COLUMN, SEND_CONVOY, propose
from sahelsim.model.world import POLICY, World
from sahelsim.theatre.actors import MLI
from tests.model.small_world import parameters

TRUCE = 0.1


class Rules:
    """Parameters of the mechanisms on the road, defaults unless changed: ``rules.convoy``..."""

    def __init__(self, **changes: dict[str, float]) -> None:
        for name in ("convoy", "sustainment", "engagement", "holder", "politics", "reinforcement"):
            setattr(self, name, parameters(name, **changes.get(name, {})))


def soldiers(w: World) -> float:
    """All soldiers of all states with those lost for good: constant but for men raised."""
    return float(
        w.land.garrison.sum()
        + w.states.reserve.sum()
        + w.land.wounded.sum()
        + w.moves.men.sum()
        + w.ledger.soldiers[:4].sum()
        - w.ledger.soldiers[4]
    )


def stocks(w: World) -> np.ndarray:
    """Supplies by class with those used up and captured, less those that came in."""
    ledger = w.ledger
    return (
        w.states.depot_t.sum(0)
        + w.land.stock_t.sum(0)
        + w.moves.load_t.sum(0)
        + (ledger.consumed_t + ledger.captured_t - ledger.depot_in_t - ledger.local_t).sum(0)
    )


def fighters(w: World) -> float:
    """All fighters with those removed."""
    return float(w.groups.fighters.sum() + w.ledger.fighters[:, 1].sum())


def road_balance(w: World) -> float:
    """Loaded less delivered, lost, returned and under way: 0."""
    loaded, delivered, lost, returned = w.ledger.road_t.sum(0)
    return float(loaded - delivered - lost - returned - w.moves.load_t.sum())


def send_convoy(
    w: World, rules: Rules, origin: int, destination: int, load: float, men: float, actor: int = MLI
) -> int:
    """Order a convoy as a policy does and apply it; return the reason."""
    n = propose(
        w.clock, w.orders, POLICY, actor, SEND_CONVOY, origin, destination, -1, -1, load, men
    )
    return give_convoy(w, rules, n)


def give_convoy(w: World, rules: Rules, n: int) -> int:
    """Apply the order of a convoy in row ``n``; return the reason."""
    return apply_convoy(
        w.clock,
        w.geography,
        w.land,
        w.states,
        w.moves,
        w.ledger,
        w.events,
        rules.convoy,
        rules.sustainment,
        rules.politics,
        w.orders.row[n],
        w.orders.number[n],
        n,
    )


def send_column(
    w: World,
    rules: Rules,
    origin: int,
    destination: int,
    men: float,
    partner_men: float = 0.0,
    halt_at: int = -1,
    halt_days: int = 0,
    actor: int = MLI,
) -> int:
    """Order a column and apply it; return the reason."""
    n = propose(
        w.clock,
        w.orders,
        POLICY,
        actor,
        SEND_COLUMN,
        origin,
        destination,
        halt_at,
        halt_days,
        men,
        partner_men,
    )
    return apply_column(
        w.clock,
        w.geography,
        w.land,
        w.states,
        w.moves,
        w.ledger,
        w.events,
        rules.convoy,
        rules.sustainment,
        w.orders.row[n],
        w.orders.number[n],
        n,
    )


def march_day(w: World, rules: Rules) -> None:
    """One day on the road, and the next morning."""
    moves_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.moves,
        w.ledger,
        w.events,
        rules.convoy,
        rules.sustainment,
        rules.engagement,
        rules.holder,
        TRUCE,
    )
    w.clock.day[0] += 1


def sustain(w: World, rules: Rules) -> None:
    """One day of supply, and the next morning."""
    sustain_day(
        w.clock,
        w.geography,
        w.land,
        w.groups,
        w.states,
        w.ledger,
        w.events,
        rules.sustainment,
        rules.engagement,
        rules.holder,
        rules.politics,
    )
    w.clock.day[0] += 1


def events_of(w: World, kind: int) -> np.ndarray:
    """Rows of the event log of one kind."""
    rows = w.events.row[: w.events.count[0]]
    return rows[rows[:, 1] == kind]

"""What every move by road shares: its slot, its goal, its load, and how it ends.

A move is a convoy or a column in one slot of :class:`~sahelsim.model.world.Moves`. Its load stays
in the books of ``Ledger.road_t``: loaded = delivered + lost + returned + under way, t. A column
takes along ``supply_days`` of supply for its men from where it starts and, where the road from the
capital is open, from the depot [assumed].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.ambush import lose_load
from sahelsim.model.mechanisms.partners import P_RUSSIA
from sahelsim.model.mechanisms.sustainment import KG_PER_T, SustainmentParameters, rate_kg
from sahelsim.model.world import (
    FREE,
    MOVING,
    RETURNING,
    Clock,
    Geography,
    Land,
    Ledger,
    Moves,
    States,
)

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.convoy import ConvoyParameters


@kernel
def free_slot(moves: Moves) -> int:
    """First slot of no move under way, or -1."""
    for m in range(moves.status.shape[0]):
        if moves.status[m] == FREE:
            return m
    return -1


@kernel
def begin_move(
    clock: Clock, geography: Geography, moves: Moves, m: int, kind: int, s: int, n: int,
    origin: int, destination: int, halt_at: int, halt_days: int,
) -> None:  # fmt: skip
    """Fill slot ``m`` with a move that starts today; men and load are the caller's."""
    moves.kind[m], moves.status[m], moves.owner[m], moves.order[m] = kind, MOVING, s, n
    moves.origin[m], moves.destination[m], moves.at[m] = origin, destination, origin
    moves.halt_at[m], moves.halt_days[m], moves.until[m] = halt_at, halt_days, 0
    moves.attacked[m], moves.begun[m] = 0, clock.day[0]
    moves.trip[m] = moves.trips[destination, kind]
    moves.trips[destination, kind] += 1
    moves.latest[destination, kind] = clock.day[0]
    point_to_goal(geography, moves, m)


@kernel
def goal(moves: Moves, m: int) -> int:
    """Where a move is going now: back, to its halt, or to its destination."""
    if moves.status[m] == RETURNING:
        return moves.origin[m]
    return moves.halt_at[m] if moves.halt_at[m] >= 0 else moves.destination[m]


@kernel
def point_to_goal(geography: Geography, moves: Moves, m: int) -> None:
    """Set the next place on the way from where a move stands to its goal."""
    at, end = moves.at[m], goal(moves, m)
    ahead = at if at == end else geography.next_hop[at, end]
    moves.next[m] = ahead
    moves.km_left[m] = geography.road_km[at, ahead] if ahead != at else 0.0


@kernel
def end_move(moves: Moves, m: int) -> None:
    """Free a slot; its men and load have gone elsewhere."""
    moves.status[m] = FREE
    moves.men[m] = 0.0
    moves.partner_men[m] = 0.0
    for supply in range(moves.load_t.shape[1]):
        moves.load_t[m, supply] = 0.0


@kernel
def dissolve(states: States, moves: Moves, ledger: Ledger, m: int) -> None:
    """A move comes to nothing: what men are left find the reserve, the load is lost."""
    states.reserve[moves.owner[m]] += moves.men[m]
    lose_load(moves, ledger, m, 1.0)
    end_move(moves, m)


@kernel
def store_load(
    geography: Geography, land: Land, states: States, moves: Moves, ledger: Ledger, m: int, i: int,
    account: int,
) -> float:  # fmt: skip
    """Put the load of a move into the stock of ``i`` (a capital's depot); return the tonnes.

    ``account`` is the column of ``Ledger.road_t``: 1 delivered, 3 returned.
    """
    s = geography.country[i]
    total = 0.0
    for supply in range(moves.load_t.shape[1]):
        part = moves.load_t[m, supply]
        if geography.capital[s] == i:
            states.depot_t[s, supply] += part
        else:
            land.stock_t[i, supply] += part
        moves.load_t[m, supply] = 0.0
        total += part
    ledger.road_t[moves.owner[m], account] += total
    return total


@kernel
def take_supplies(
    geography: Geography, land: Land, states: States, moves: Moves, ledger: Ledger,
    convoy: ConvoyParameters, sustainment: SustainmentParameters, m: int, i: int, helped: bool,
) -> None:  # fmt: skip
    """Load a column at ``i`` for ``supply_days``: at most half of the stock there.

    Where the capital helps (``helped``), its depot gives what is missing, at most half of it too.
    """
    s = moves.owner[m]
    at_depot = geography.capital[s] == i
    for supply in range(moves.load_t.shape[1]):
        wanted = convoy.supply_days * moves.men[m] * rate_kg(sustainment, supply, 0) / KG_PER_T
        here = 0.0 if at_depot else min(wanted, land.stock_t[i, supply] / 2.0)
        depot = 0.0
        if helped or at_depot:
            depot = min(wanted - here, states.depot_t[s, supply] / 2.0)
        land.stock_t[i, supply] -= here
        states.depot_t[s, supply] -= depot
        moves.load_t[m, supply] += here + depot
        ledger.road_t[s, 0] += here + depot


@kernel
def partner_men_free(states: States, moves: Moves, s: int) -> float:
    """Russian men in state ``s`` who march with no column yet."""
    men = states.partner_men[P_RUSSIA, s]
    for m in range(moves.status.shape[0]):
        if moves.status[m] != FREE and moves.owner[m] == s:
            men -= moves.partner_men[m]
    return max(0.0, men)

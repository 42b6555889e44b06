"""The books of a World: totals that only named flows may change."""

from __future__ import annotations

from sahelsim.model.world import FREE, World


def soldiers(w: World) -> float:
    """Soldiers of the states, wherever they are, plus every way they have left, minus raised."""
    here = w.land.garrison.sum() + w.states.reserve.sum() + w.land.wounded.sum()
    under_way = w.moves.men[w.moves.status != FREE].sum() + w.fleet.cargo[:, :, 3].sum()
    return float(here + under_way + w.ledger.soldiers[:4].sum() - w.ledger.soldiers[4])


def fighters(w: World, g: int) -> float:
    """Fighters of a group now, plus removed and attrition, minus recruited and arrived."""
    recruited, removed, attrition, arrived = w.ledger.fighters[g]
    return float(w.groups.fighters[g].sum() + removed + attrition - recruited - arrived)


def militia(w: World) -> float:
    """Militia now plus removed minus raised."""
    return float(w.land.militia.sum() + (w.ledger.militia[:, 0] - w.ledger.militia[:, 1]).sum())


def stocks(w: World, c: int) -> float:
    """Supplies of one class in depots, garrisons, aircraft and convoys, plus used, lost and
    captured, minus bought and produced. Losses by air and road are not split by class, so callers
    sum over classes."""
    under_way = w.moves.load_t[w.moves.status != FREE, c].sum() + w.fleet.cargo[:, :, c].sum()
    here = w.states.depot_t[:, c].sum() + w.land.stock_t[:, c].sum()
    gone = w.ledger.consumed_t[:, c].sum() + w.ledger.captured_t[:, c].sum()
    came = w.ledger.depot_in_t[:, c].sum() + w.ledger.local_t[:, c].sum()
    return float(here + under_way + gone - came)


def all_stocks(w: World) -> float:
    """All classes together, with what aircraft and convoys lost (goods, not men)."""
    lost_by_air = w.ledger.air_t[:, 2].sum()
    lost_by_road = w.ledger.road_t[:, 2].sum()
    return sum(stocks(w, c) for c in range(3)) + float(lost_by_air + lost_by_road)


def air_balance(w: World) -> float:
    """Loaded minus delivered, lost, returned and on board, t: zero at any time."""
    loaded, delivered, lost, returned = w.ledger.air_t.sum(axis=0)
    cargo = w.fleet.cargo
    on_board = cargo[:, :, :3].sum()
    return float(loaded - delivered - lost - returned - on_board)


def road_balance(w: World) -> float:
    """The same for convoys and columns."""
    loaded, delivered, lost, returned = w.ledger.road_t.sum(axis=0)
    under_way = w.moves.load_t[w.moves.status != FREE].sum()
    return float(loaded - delivered - lost - returned - under_way)

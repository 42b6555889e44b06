"""A plain world at war, and its books, for the tests of the conflict mechanisms."""

from __future__ import annotations

import numpy as np

from sahelsim.model.world import World
from tests.model import books
from tests.model.small_world import small_world


def war_world(n: int = 5, fighters: float = 60.0, militia: float = 0.0, days: int = 400) -> World:
    """A small world with fighters of all groups and militia at every place, all ready."""
    w = small_world(n, n_airfields=min(n, 2), days=days)
    w.groups.fighters[...] = fighters
    w.land.militia[:] = militia
    w.land.readiness[:] = 1.0
    w.land.last_landing[:] = -999
    return w


def all_books(w: World) -> list[float]:
    """Every total that fighting may not change: soldiers, fighters by group, militia, stocks."""
    groups = [books.fighters(w, g) for g in range(3)]
    return [books.soldiers(w), *groups, books.militia(w), books.all_stocks(w)]


def deaths_by_event(w: World) -> np.ndarray:
    """Deaths in the event log by victim: military, insurgent, civilian, militia."""
    n = int(w.events.count[0])
    return np.asarray(w.events.number[:n, :4].sum(axis=0))


def kinds(w: World) -> np.ndarray:
    """Kinds of all events."""
    return np.asarray(w.events.row[: int(w.events.count[0]), 1])

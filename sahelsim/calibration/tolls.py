"""Deaths of simulated events by type of violence, straight from a World's event log.

The rule is :data:`~sahelsim.calibration.simulated.MAPPING`, the same that makes the canonical table
of a stored run; here it is applied to the arrays, for what runs too often to make tables.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sahelsim.calibration.actors import INSURGENTS, STATE_SIDE
from sahelsim.calibration.simulated import FIGHT, MAPPING, NS, OS, SB
from sahelsim.model.events import EVENT_KINDS
from sahelsim.model.world import CIVILIAN, World
from sahelsim.theatre.actors import ACTORS

Floats = NDArray[np.float64]

TYPES = (SB, NS, OS)  # columns of tolls
_STATE_SIDE = np.array([actor in STATE_SIDE for actor in ACTORS])
_INSURGENT = np.array([actor in INSURGENTS for actor in ACTORS])


def _counted(rule: str) -> Floats:
    """Which victims count by kind of event [kinds, victims] under rules of one type."""
    weights = np.zeros((max(EVENT_KINDS) + 1, 4))
    for code, kind in EVENT_KINDS.items():
        for each in MAPPING.get(kind, ()):
            if each.type == rule:
                weights[code] = 0.0 if each.dead == "civilians" else 1.0
                weights[code, CIVILIAN] = 0.0 if each.dead == "fighters" else 1.0
    return weights


_WEIGHTS = {rule: _counted(rule) for rule in (FIGHT, *TYPES)}


def tolls(row: Any, number: Any) -> Floats:
    """Deaths by type [events, 3] (:data:`TYPES`) of rows of ``World.events``.

    Args:
        row: [events, 8] kinds, places and actors.
        number: [events, 6] deaths of soldiers, insurgents, civilians and militia come first.

    An event without a place counts as nothing.
    """
    kind, actor, target = row[:, 1], row[:, 3], row[:, 4]
    dead = number[:, :4] * (row[:, 2] >= 0)[:, None]
    found = {rule: (dead * weights[kind]).sum(axis=1) for rule, weights in _WEIGHTS.items()}
    fight = found[FIGHT] * (_INSURGENT[actor] | _INSURGENT[target])
    stately = _STATE_SIDE[actor] | _STATE_SIDE[target]
    return np.column_stack((found[SB] + fight * stately, found[NS] + fight * ~stately, found[OS]))


def log_tolls(world: World) -> tuple[NDArray[np.int64], Floats]:
    """Country [events] (-1: none) and deaths by type [events, 3] of the events in a log."""
    n = int(world.events.count[0])
    row = world.events.row[:n]
    place = row[:, 2]
    country = np.where(place >= 0, world.geography.country[np.maximum(place, 0)], -1)
    return country, tolls(row, world.events.number[:n])

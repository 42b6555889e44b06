"""What a sweep stores of a finished run beside its outcomes: daily series, and places."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sahelsim.model.series import (
    ALLIANCE_SERIES,
    GROUP_SERIES,
    L_BESIEGED,
    L_HOLDER,
    STATE_SERIES,
)
from sahelsim.theatre.actors import GROUPS, STATES

if TYPE_CHECKING:
    from sahelsim.model.world import World


@cache
def daily_series() -> dict[str, tuple[str, int, int]]:
    """Name -> (array of History, row, column): ``besieged.mli``, ``alliance_cohesion``."""
    found = {}
    for column, name in enumerate(STATE_SERIES):
        for row, id in enumerate(STATES):
            found[f"{name}.{id}"] = ("state", row, column)
    for column, name in enumerate(GROUP_SERIES):
        for row, id in enumerate(GROUPS):
            found[f"{name}.{id}"] = ("group", row, column)
    for column, name in enumerate(ALLIANCE_SERIES):
        found[name] = ("alliance", 0, column)
    return found


def read_series(world: World, names: tuple[str, ...], every_days: int) -> npt.NDArray[np.float32]:
    """Values [series, points] of a finished run, every ``every_days`` days from day 0."""
    known = daily_series()
    history: Any = world.history
    lines = []
    for name in names:
        part, row, column = known[name]
        block = getattr(history, part)
        line = block[:, column] if part == "alliance" else block[:, row, column]
        lines.append(line[::every_days])
    return np.asarray(lines, dtype=np.float32)


def read_places(world: World) -> npt.NDArray[np.int32]:
    """Who holds each place on the last day (code of an actor), and on how many days it is besieged.

    Returns:
        [2, localities].
    """
    block: Any = world.history.locality
    return np.stack([block[-1, :, L_HOLDER], block[:, :, L_BESIEGED].sum(axis=0)]).astype(np.int32)

"""Classroom play: exercise files, the event log, orders, odds and dice, views of teams, scores.

The names below are loaded when they are first used, so that a file is checked without the model.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sahelsim.exercise.game import Game as Game
    from sahelsim.exercise.loading import Exercise as Exercise
    from sahelsim.exercise.loading import load_exercise as load_exercise
    from sahelsim.exercise.log import SqliteLog as SqliteLog

_PUBLIC = {
    "Exercise": "sahelsim.exercise.loading",
    "Game": "sahelsim.exercise.game",
    "SqliteLog": "sahelsim.exercise.log",
    "load_exercise": "sahelsim.exercise.loading",
}

__all__ = ["Exercise", "Game", "SqliteLog", "load_exercise"]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        value = globals()[name] = getattr(importlib.import_module(_PUBLIC[name]), name)
        return value
    raise AttributeError(f"module 'sahelsim.exercise' has no attribute {name!r}")

"""Classroom play: exercise files, the event log, orders, odds and dice, views of teams, scores.

The names below are loaded when they are first used, so that a file is checked without the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.base.lazy import lazily

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


__getattr__ = lazily(__name__, _PUBLIC)

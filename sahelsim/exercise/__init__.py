"""Classroom play: exercise files, the event log, orders, odds and dice, views of teams, scores."""

from sahelsim.exercise.game import Game
from sahelsim.exercise.loading import Exercise, load_exercise
from sahelsim.exercise.log import SqliteLog

__all__ = ["Exercise", "Game", "SqliteLog", "load_exercise"]

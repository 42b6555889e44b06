"""A game played by the model's own policies in every seat, from where it stands to the end."""

from __future__ import annotations

from collections.abc import Callable

from sahelsim.exercise.game import Game
from sahelsim.exercise.state import Turn


def play_on(
    game: Game,
    turns: int | None = None,
    *,
    odds: bool = True,
    watch: Callable[[Turn], None] | None = None,
) -> int:
    """Take a game through its turns, and return how many were played.

    Args:
        game: The game; a turn under way is finished first, with the orders that stand.
        turns: How many at most; to the end by default.
        odds: Show the odds and roll the dice; else the game's own future is played.
        watch: Called with each turn that was played.
    """
    played = 0
    while turns is None or played < turns:
        turn = game.state.turn
        if turn.phase == "over":
            break
        if turn.phase == "results":
            turn = game.step("next")
        if turn.phase == "read":
            turn = game.step("write")
        if turn.phase == "write":
            turn = game.step("lock")
        if odds and turn.odds is None and turn.replicate is None:
            turn = game.step("odds")
        if turn.odds is not None and turn.replicate is None:
            game.step("roll")
        turn = game.step("play")
        played += 1
        if watch is not None:
            watch(turn)
    return played

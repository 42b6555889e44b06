"""From what was typed on the command line to rooms: begin a game, or go on with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sahelsim.base.errors import UsageError
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.game import FILE, Game
from sahelsim.exercise.loading import find_exercise, load_exercise
from sahelsim.exercise.phrases import Language
from sahelsim.exercise.web.jobs import Jobs
from sahelsim.exercise.web.room import Hall, Room

DEMO = "pont-aerien-2023"


@dataclass(frozen=True)
class Opened:
    """A room with what is told once, when it opens.

    Attributes:
        room: The room.
        key: The facilitator's key of this start.
        folder: Where the game lies; None in memory.
        begun: The game was begun now, and not gone on with.
    """

    room: Room
    key: str
    folder: Path | None
    begun: bool


def open_hall(
    names: Sequence[str], out: Path | None = None, seed: int | None = None,
    language: Language | None = None,
) -> tuple[Hall, list[Opened]]:  # fmt: skip
    """Open every game of ``names``, or begin it where a name is an exercise.

    Args:
        names: Directories of games, exercise files, or names of shipped exercises.
        out: Directory of the game, where ``names`` is one exercise; a game of the same exercise
            that lies there is gone on with. By default ``<id>-game``.
        seed: Seed of a game that is begun.
        language: Language of pages until a visitor chooses; the exercise's by default.

    Raises:
        UsageError: SS8043, ``out`` holds the game of another exercise.
        InputError: an exercise or a game is invalid.
    """
    jobs = Jobs()
    opened: list[Opened] = []
    try:
        for name in names:
            opened.append(_open(name, out, seed, jobs))
    except BaseException:
        for item in opened:
            item.room.game.close()
        jobs.close()
        raise
    for item in opened:
        item.room.language = language or item.room.language
    return Hall(item.room for item in opened), opened


def _open(name: str, out: Path | None, seed: int | None, jobs: Jobs) -> Opened:
    if (Path(name) / FILE).is_file():
        game = Game.open(Path(name))
        return Opened(Room(game, jobs), game.new_facilitator(), Path(name), False)
    exercise = load_exercise(find_exercise(name))
    folder = out or Path(f"{exercise.file.id}-game")
    if (folder / FILE).is_file():
        game = Game.open(folder)
        if game.exercise.digest != exercise.digest:
            game.close()
            raise UsageError("SS8043", f"{folder} holds a game of another exercise, or version",
                             hint="choose another directory with --out")  # fmt: skip
        return Opened(Room(game, jobs), game.new_facilitator(), folder, False)
    game, keys = Game.create(exercise, folder, seed=seed)
    return Opened(Room(game, jobs, keys.codes), keys.facilitator, folder, True)


def open_demo(turns: int = 1, language: Language | None = None) -> tuple[Hall, Opened]:
    """A game in memory with the model in every seat and ``turns`` turns played."""
    game, keys = Game.create(DEMO)
    play_on(game, turns)
    game.set_joining(True)
    room = Room(game, Jobs(), keys.codes)
    room.language = language or room.language
    return Hall([room]), Opened(room, keys.facilitator, None, True)

"""From what was typed on the command line to rooms: begin a game, or go on with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sahelsim.base.errors import UsageError
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.game import Game
from sahelsim.exercise.loading import Exercise, find_exercise, load_exercise
from sahelsim.exercise.phrases import Language
from sahelsim.exercise.postgres import is_url
from sahelsim.exercise.store import is_game, place
from sahelsim.exercise.web.jobs import Jobs
from sahelsim.exercise.web.room import Hall, Room

DEMO = "pont-aerien-2023"


@dataclass(frozen=True)
class Opened:
    """A room with what is told once, when it opens.

    Attributes:
        room: The room.
        key: The facilitator's key of this start.
        place: Where the game lies, as commands take it; '' in memory.
        begun: The game was begun now, and not gone on with.
    """

    room: Room
    key: str
    place: str
    begun: bool


def open_hall(
    names: Sequence[str], out: str | None = None, seed: int | None = None,
    language: Language | None = None, rehearsal: bool = True,
) -> tuple[Hall, list[Opened]]:  # fmt: skip
    """Open every game of ``names``, or begin it where a name is an exercise.

    Args:
        names: Directories of games, exercise files, or names of shipped exercises.
        out: Directory or database of the game, where ``names`` is one exercise; a game of the
            same exercise that lies there is gone on with. By default ``<id>-game``.
        seed: Seed of a game that is begun.
        language: Language of pages until a visitor chooses; the exercise's by default.
        rehearsal: Begin with the rehearsal, where the exercise has one.

    Raises:
        UsageError: SS8043, ``out`` holds the game of another exercise.
        InputError: an exercise or a game is invalid.
    """
    jobs = Jobs()
    opened: list[Opened] = []
    try:
        for name in names:
            opened.append(_open(name, out, seed, jobs, rehearsal))
    except BaseException:
        for item in opened:
            item.room.game.close()
        jobs.close()
        raise
    for item in opened:
        item.room.language = language or item.room.language
    return Hall(item.room for item in opened), opened


def _open(name: str, out: str | None, seed: int | None, jobs: Jobs, rehearsal: bool) -> Opened:
    if is_game(name):
        game = Game.open(name)
        return Opened(Room(game, jobs), game.new_facilitator(), name, False)
    exercise = load_exercise(find_exercise(name))
    where = out or f"{exercise.file.id}-game"
    if not is_url(where) and is_game(where):
        return _go_on(where, exercise, jobs)
    try:
        game, keys = Game.create(exercise, where, seed=seed, rehearsal=rehearsal)
    except UsageError as fault:
        if fault.code != "SS8043" or not is_url(where):
            raise
        return _go_on(where, exercise, jobs)
    return Opened(Room(game, jobs, keys.codes), keys.facilitator, where, True)


def _go_on(where: str, exercise: Exercise, jobs: Jobs) -> Opened:
    game = Game.open(where)
    if game.exercise.digest != exercise.digest:
        game.close()
        raise UsageError("SS8043", f"{place(where)} holds a game of another exercise, or version",
                         hint="choose another place with --out")  # fmt: skip
    return Opened(Room(game, jobs), game.new_facilitator(), where, False)


def open_demo(language: Language | None = None) -> tuple[Hall, Opened]:
    """A game in memory with the model in every seat and one turn played."""
    game, keys = Game.create(DEMO, rehearsal=False)
    play_on(game, 1)
    game.set_joining(True)
    room = Room(game, Jobs(), keys.codes)
    room.language = language or room.language
    return Hall([room]), Opened(room, keys.facilitator, "", True)

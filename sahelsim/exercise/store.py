"""Where the log of a game lies: in a directory, or in a database that holds many games."""

from __future__ import annotations

from pathlib import Path

from sahelsim.base.errors import InputError, UsageError
from sahelsim.exercise.log import EventLog, SqliteLog
from sahelsim.exercise.postgres import is_url, log_at, shown

FILE = "game.sqlite"


def open_log(where: Path | str, *, create: bool = False) -> EventLog:
    """The log of the game at a place.

    Args:
        where: A directory, or the URL of a PostgreSQL database with the game's name behind ``#``:
            ``postgresql://user@host/database#class-3b``.
        create: Make room for a game that is not there yet. A game that is there is opened all the
            same: it is the log that refuses a second beginning.

    Raises:
        InputError: SS8042, no game is there; SS8093, the database is of another version.
        UsageError: SS8043, the directory cannot be made; SS8092, the URL names no game.
        MissingExtra: SS8090, the driver is not installed.
        EnvironmentFault: SS8060 or SS8091, the file or the database cannot be used.
    """
    if is_url(where):
        return log_at(str(where), create=create)
    folder = Path(where)
    if create:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise UsageError("SS8043", f"{folder} cannot be made: {fault.strerror}") from None
    elif not is_game(folder):
        raise InputError("SS8042", f"{folder} holds no game")
    return SqliteLog(folder / FILE)


def is_game(where: Path | str) -> bool:
    """Whether a place means a game: a directory that holds one, or a URL."""
    return is_url(where) or (Path(where) / FILE).is_file()


def place(where: Path | str | None) -> str:
    """A place as messages show it: a URL without its password."""
    if where is None:
        return "the log"
    return shown(str(where)) if is_url(where) else str(where)

"""The event log in a PostgreSQL database, for a school that hosts many games on one server.

A game is named in the URL's fragment: ``postgresql://user@host/database#class-3b``. All games of a
database share two tables in the schema ``sahelsim``. Appends to one game wait for one another on
an advisory lock; the unique numbers of its events stand behind that, should another program not
take the lock. Psycopg is imported when the first log is opened.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from sahelsim.base.errors import EnvironmentFault, InputError, UsageError
from sahelsim.base.extra import needs_extra
from sahelsim.base.formatting import one_of
from sahelsim.exercise.log import (
    FIRST_HASH,
    LAST,
    NAME,
    READ,
    SCHEMA,
    WRITE,
    Conflict,
    Draft,
    Event,
    event_of,
    row_of,
    sealed,
)

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql://", "postgres://")
VERSION = 1  # of the tables
CONNECT_S = 10  # how long a connection may take, where the URL does not say
SETUP_LOCK = 0x5A4E1  # advisory lock of those who make the tables
Answer = TypeVar("Answer")

# What PostgreSQL needs beside the tables: the events are never changed, whoever tries.
GUARDS = (
    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are never changed'; END $$",
    "CREATE OR REPLACE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event "
    "FOR EACH ROW EXECUTE FUNCTION refuse()",
    "CREATE OR REPLACE TRIGGER event_no_truncate BEFORE TRUNCATE ON event "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
)


def is_url(where: object) -> bool:
    """Whether something names a PostgreSQL database rather than a directory."""
    return isinstance(where, str) and where.startswith(SCHEMES)


def split_url(url: str) -> tuple[str, str]:
    """The address of a database, and the game named behind ``#`` ("" where none is)."""
    address, _, game = url.partition("#")
    return address, game


def shown(url: str) -> str:
    """A URL without its password, for messages."""
    address, game = split_url(url)
    try:
        parts = urlsplit(address)
        host = f"{parts.username}@" if parts.username else ""
        host += parts.hostname or ""
        host += f":{parts.port}" if parts.port else ""
    except ValueError:
        return "the database"
    return f"{parts.scheme}://{host}{parts.path}" + (f"#{game}" if game else "")


class PostgresLog:
    """One game's log in a PostgreSQL database; see :class:`~sahelsim.exercise.log.EventLog`.

    An append returns once the server has it on disk (``synchronous_commit``). Where the server
    goes away in the middle of one, the log looks whether it was written as soon as the server is
    back; where it stays away, the append fails, and the same command with its key does it once.

    Args:
        url: ``postgresql://user:password@host:port/database``, as libpq reads it.
        game: The game's id in the database.

    Raises:
        MissingExtra: SS8090, Psycopg is not installed.
        EnvironmentFault: SS8091, the server cannot be reached or refuses.
        InputError: SS8093, the tables are of another version.
    """

    def __init__(self, url: str, game: str = "game") -> None:
        self.url = split_url(url)[0]
        self.game = game
        self._lock = threading.RLock()
        self._psycopg = _driver()
        self._connection: psycopg.Connection[Any] | None = None
        self._ask(lambda connection: None)

    # ---- the protocol --------------------------------------------------------------------------

    def append(self, drafts: Sequence[Draft], after: int) -> list[Event]:
        """See :class:`~sahelsim.exercise.log.EventLog`."""
        events: list[Event] = []

        def write(connection: psycopg.Connection[Any]) -> list[Event]:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_lock_of(self.game),))
                row = connection.execute(_sql(LAST), (self.game,)).fetchone() or (0, FIRST_HASH)
                if events and row[0] >= events[-1].seq:
                    # The answer to an earlier attempt was lost: was it this very append?
                    found = connection.execute(_sql(READ), (self.game, after)).fetchmany(1)
                    if found and event_of(found[0]) == events[0]:
                        return events
                if row[0] != after:
                    raise Conflict
                if not events:
                    events.extend(sealed(drafts, row[0], row[1]))
                with connection.cursor() as cursor:
                    cursor.executemany(_sql(WRITE), [row_of(self.game, e) for e in events])
                return events

        try:
            return self._ask(write)
        except self._psycopg.errors.UniqueViolation:
            raise Conflict from None

    def read(self, after: int = 0) -> list[Event]:
        """See :class:`~sahelsim.exercise.log.EventLog`."""
        rows = self._ask(lambda c: c.execute(_sql(READ), (self.game, after)).fetchall())
        return [event_of(row) for row in rows]

    def set_name(self, seat: str, name: str) -> None:
        """See :class:`~sahelsim.exercise.log.EventLog`."""
        self._ask(lambda c: c.execute(_sql(NAME), (self.game, seat, name)))

    def names(self) -> dict[str, str]:
        """See :class:`~sahelsim.exercise.log.EventLog`."""
        text = "SELECT seat, name FROM name WHERE game = %s"
        return dict(self._ask(lambda c: c.execute(text, (self.game,)).fetchall()))

    def erase_names(self) -> int:
        """See :class:`~sahelsim.exercise.log.EventLog`.

        The table is written anew, without the names. The server's write-ahead log and backups hold
        them until they are recycled: that is the administrator's to set.
        """
        text = "DELETE FROM name WHERE game = %s"
        gone = int(self._ask(lambda c: c.execute(text, (self.game,)).rowcount))
        self._ask(lambda c: c.execute("VACUUM (FULL) name"))
        return gone

    def close(self) -> None:
        """See :class:`~sahelsim.exercise.log.EventLog`."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    # ---- the connection ------------------------------------------------------------------------

    def _ask(self, what: Callable[[psycopg.Connection[Any]], Answer]) -> Answer:
        """Do something on the connection; where it was lost, once more on a new one."""
        with self._lock:
            for last in (False, True):
                connection = self._connection
                try:
                    if connection is None or connection.closed:
                        self._connection = connection = _connected(self._psycopg, self.url)
                    return what(connection)
                except self._psycopg.errors.UniqueViolation:
                    raise
                except self._psycopg.Error as fault:
                    lost = connection is not None and connection.closed
                    if last or not lost:
                        raise _unusable(self.url, fault) from None
            raise AssertionError("the second attempt returns or raises")


def games_in(url: str) -> list[str]:
    """The games of a database, by name.

    Raises:
        MissingExtra, EnvironmentFault, InputError: as :class:`PostgresLog`.
    """
    driver = _driver()
    with _connection(driver, url) as connection:
        rows = connection.execute("SELECT DISTINCT game FROM event ORDER BY game").fetchall()
    return [row[0] for row in rows]


def log_at(url: str, *, create: bool = False) -> PostgresLog:
    """The log that a URL with a game names.

    Args:
        url: The database, ``#`` and the game.
        create: Take a game that is not there yet.

    Raises:
        UsageError: SS8092, the URL names no game.
        InputError: SS8042, the database holds no such game; SS8093, its tables are foreign.
        MissingExtra: SS8090, Psycopg is not installed.
        EnvironmentFault: SS8091, the server cannot be reached or refuses.
    """
    address, game = split_url(url)
    if create and game and not game.isprintable():
        game = ""
    if game == "" or (not create and game not in (known := games_in(address))):
        known = games_in(address)
        listed = f"it holds {one_of(known, 20)}" if known else "it holds none yet"
        if game == "":
            raise UsageError("SS8092", f"{shown(url)} names no game",
                             hint=f"write it behind '#', as in …#class-3b; {listed}")  # fmt: skip
        raise InputError("SS8042", f"{shown(address)} holds no game '{game[:60]}'", hint=listed)
    return PostgresLog(address, game)


@contextmanager
def _connection(driver: Any, url: str) -> Iterator[psycopg.Connection[Any]]:
    try:
        with _connected(driver, split_url(url)[0]) as connection:
            yield connection
    except driver.Error as fault:
        raise _unusable(url, fault) from None


def _connected(driver: Any, url: str) -> psycopg.Connection[Any]:
    """A new connection, on which the tables are there and of this version."""
    wait = {} if "connect_timeout" in url else {"connect_timeout": CONNECT_S}
    connection: psycopg.Connection[Any] = driver.connect(
        url, autocommit=True, application_name="sahelsim", **wait
    )
    try:
        _prepare(connection, url)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: psycopg.Connection[Any], url: str) -> None:
    connection.execute("SET synchronous_commit = on")
    connection.execute("SET client_min_messages = warning")
    connection.execute("SET search_path = sahelsim")
    if not connection.execute("SELECT to_regclass('sahelsim.version')").fetchone()[0]:  # type: ignore[index]
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            connection.execute("CREATE SCHEMA IF NOT EXISTS sahelsim")
            for line in (*SCHEMA, *GUARDS, "CREATE TABLE IF NOT EXISTS version (version INTEGER)"):
                connection.execute(line.encode())
            if connection.execute("SELECT 1 FROM version").fetchone() is None:
                connection.execute("INSERT INTO version VALUES (%s)", (VERSION,))
    row = connection.execute("SELECT version FROM version").fetchone()
    if row is None or row[0] != VERSION:
        raise InputError(
            "SS8093", f"the tables of {shown(url)} are of version {row[0] if row else 'none'}; "
            f"this sahelsim reads version {VERSION}",
            hint="use the sahelsim that made them, or another database",
        )  # fmt: skip


def _driver() -> Any:
    with needs_extra("Psycopg", "postgres", code="SS8090", what="a game in PostgreSQL"):
        import psycopg
    # A server that goes away is told as an error with a code; the driver's own words would come on
    # top of it where a program has set up no logging.
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    return psycopg


def _sql(text: str) -> bytes:
    """A statement with the parameters of PostgreSQL."""
    return text.replace("?", "%s").encode()


def _lock_of(game: str) -> int:
    """Number of a game's advisory lock: 63 bits of the digest of its name."""
    return int.from_bytes(hashlib.sha256(game.encode()).digest()[:8]) >> 1


# What libpq says when a connection fails; it gives no code.
_CURES = (
    ("invalid", "a URL is written postgresql://user@host:port/database#game"),
    ("password", "the password in the URL is wrong, or missing"),
    ("does not exist", "create the database first, with createdb"),
    ("permission denied", "the role must own a schema 'sahelsim', or be allowed to make one"),
    ("too many", "raise max_connections, or close other programs"),
    ("connect", "see whether the server runs, and whether a firewall is in between"),
)


def _unusable(url: str, fault: Exception) -> EnvironmentFault:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    said = (lines or [type(fault).__name__])[0]
    known = [cure for word, cure in _CURES if word in str(fault)]
    return EnvironmentFault(
        "SS8091", f"the database cannot be used: {said}", where=shown(url),
        hint=known[0] if known else "see the server's own log",
    )  # fmt: skip

"""The event log: what happened in a game, appended and never changed.

An append is one transaction: all of its events or none, on disk before it returns. It names the
last event that its writer knew of, and is refused where the log has grown since; so rules that
were checked against a state hold when the events are written, whoever else writes. An event may
carry an idempotency key, which the log holds at most once: what is sent twice happens once.

Every event carries the SHA-256 of its content and of the event before it. Names of people stand
in a table beside the log, so that they can be erased without touching it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sahelsim.base.errors import EnvironmentFault, InputError

FIRST_HASH = "0" * 64
BUSY_S = 30.0  # how long a writer waits for another process

# The subset of SQL that SQLite and PostgreSQL share; ? stands for a parameter.
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS event (game TEXT NOT NULL, seq INTEGER NOT NULL, "
    "at TEXT NOT NULL, kind TEXT NOT NULL, branch TEXT NOT NULL, author TEXT NOT NULL, "
    "idem TEXT, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL, "
    "PRIMARY KEY (game, seq), UNIQUE (game, idem))",
    "CREATE TABLE IF NOT EXISTS name (game TEXT NOT NULL, seat TEXT NOT NULL, "
    "name TEXT NOT NULL, PRIMARY KEY (game, seat))",
)
READ = (
    "SELECT seq, at, kind, branch, author, idem, body, previous, hash FROM event "
    "WHERE game = ? AND seq > ? ORDER BY seq"
)
LAST = "SELECT seq, hash FROM event WHERE game = ? ORDER BY seq DESC LIMIT 1"
WRITE = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
NAME = (
    "INSERT INTO name VALUES (?, ?, ?) ON CONFLICT (game, seat) DO UPDATE SET name = excluded.name"
)
# Triggers are SQLite's own: they keep other programs from rewriting what has happened.
GUARDS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS event_no_{verb.lower()} BEFORE {verb} ON event "
    "BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
    for verb in ("UPDATE", "DELETE")
)


@dataclass(frozen=True)
class Draft:
    """An event that is not written yet.

    Attributes:
        kind: What happened, as :mod:`sahelsim.exercise.folding` lists them.
        body: Its content: plain data that JSON can hold.
        branch: The branch it belongs to, or "" for the game as a whole.
        author: Seat id, ``facilitator`` or ``game``.
        idem: Idempotency key, or None.
    """

    kind: str
    body: Mapping[str, Any]
    branch: str = ""
    author: str = "game"
    idem: str | None = None


@dataclass(frozen=True)
class Event(Draft):
    """A written event; ``seq`` counts from 1."""

    seq: int = 0
    at: str = ""
    previous: str = FIRST_HASH
    hash: str = ""


class Conflict(Exception):
    """The log has grown since the writer looked, or holds the key already."""


class EventLog(Protocol):
    """What a game needs of a log; one object serves one game, and all threads of a process."""

    def append(self, drafts: Sequence[Draft], after: int) -> list[Event]:
        """Write events in one transaction, if the last one has the number ``after``.

        Raises:
            Conflict: the log has grown, or an idempotency key is there already.
            EnvironmentFault: SS8060, nothing could be written.
        """

    def read(self, after: int = 0) -> list[Event]:
        """Every event with a number above ``after``, in order."""

    def set_name(self, seat: str, name: str) -> None:
        """Keep the name of a seat, outside the log."""

    def names(self) -> dict[str, str]:
        """Seat id -> name."""

    def erase_names(self) -> int:
        """Erase every name for good; return how many there were."""

    def close(self) -> None:
        """Let go of the store."""


def canonical(body: Mapping[str, Any]) -> str:
    """An event's content as it is stored and hashed."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False,
                      allow_nan=False)  # fmt: skip


def sealed(drafts: Sequence[Draft], seq: int, previous: str) -> Iterator[Event]:
    """Number and chain drafts that follow event ``seq`` with hash ``previous``."""
    for draft in drafts:
        seq += 1
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        content = [seq, at, draft.kind, draft.branch, draft.author, draft.idem]
        text = json.dumps(content) + canonical(draft.body) + previous
        digest = hashlib.sha256(text.encode()).hexdigest()
        # The body passes through JSON, so that what is written equals what will be read.
        body = json.loads(canonical(draft.body))
        yield Event(draft.kind, body, draft.branch, draft.author, draft.idem, seq, at, previous,
                    digest)  # fmt: skip
        previous = digest


def row_of(game: str, event: Event) -> tuple[Any, ...]:
    """An event as :data:`WRITE` takes it."""
    return (
        game, event.seq, event.at, event.kind, event.branch, event.author, event.idem,
        canonical(event.body), event.previous, event.hash,
    )  # fmt: skip


def event_of(row: Sequence[Any]) -> Event:
    """An event from a row of :data:`READ`."""
    seq, at, kind, branch, author, idem, body, previous, digest = row
    return Event(kind, json.loads(body), branch, author, idem, seq, at, previous, digest)


def check_chain(events: Sequence[Event]) -> None:
    """Check numbers and hashes of a whole log.

    Raises:
        InputError: SS8061, an event was changed, removed or put in.
    """
    previous = FIRST_HASH
    for number, event in enumerate(events, start=1):
        content = [number, event.at, event.kind, event.branch, event.author, event.idem]
        text = json.dumps(content) + canonical(event.body) + previous
        digest = hashlib.sha256(text.encode()).hexdigest()
        if (event.seq, event.previous, event.hash) != (number, previous, digest):
            raise InputError(
                "SS8061", f"the log does not hold together at event {number}",
                hint="an event was changed, removed or put in; go back to a copy",
            )  # fmt: skip
        previous = digest


class SqliteLog:
    """The log in an SQLite file (or in memory), safe against a crash and a cut of power.

    Write-ahead logging with ``synchronous=FULL``: an append returns once its pages are on disk.

    Args:
        path: The file; in memory only where None.
        game: The game's id, for files that hold several.

    Raises:
        EnvironmentFault: SS8060, the file cannot be opened.
    """

    def __init__(self, path: Path | None = None, game: str = "game") -> None:
        self.path = path
        self.game = game
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(
                ":memory:" if path is None else path, timeout=BUSY_S, isolation_level=None,
                check_same_thread=False,
            )  # fmt: skip
            # The pragma that turns WAL on does not wait for a lock by itself.
            for line in (f"PRAGMA busy_timeout={int(BUSY_S * 1000)}", "PRAGMA journal_mode=WAL",
                         "PRAGMA synchronous=FULL", "PRAGMA secure_delete=ON"):  # fmt: skip
                self._connection.execute(line)
            with self._transaction():
                for line in (*SCHEMA, *GUARDS):
                    self._connection.execute(line)
        except sqlite3.Error as fault:
            raise _unusable(path, fault) from None

    def append(self, drafts: Sequence[Draft], after: int) -> list[Event]:
        """See :class:`EventLog`."""
        try:
            with self._transaction():
                row = self._connection.execute(LAST, (self.game,)).fetchone() or (0, FIRST_HASH)
                if row[0] != after:
                    raise Conflict
                events = list(sealed(drafts, *row))
                self._connection.executemany(WRITE, [row_of(self.game, e) for e in events])
                return events
        except sqlite3.IntegrityError:
            raise Conflict from None

    def read(self, after: int = 0) -> list[Event]:
        """See :class:`EventLog`."""
        try:
            with self._lock:
                rows = self._connection.execute(READ, (self.game, after)).fetchall()
        except sqlite3.Error as fault:
            raise _unusable(self.path, fault) from None
        return [event_of(row) for row in rows]

    def set_name(self, seat: str, name: str) -> None:
        """See :class:`EventLog`."""
        with self._transaction():
            self._connection.execute(NAME, (self.game, seat, name))

    def names(self) -> dict[str, str]:
        """See :class:`EventLog`."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT seat, name FROM name WHERE game = ?", (self.game,)
            ).fetchall()
        return dict(rows)

    def erase_names(self) -> int:
        """See :class:`EventLog`; pages that held a name are overwritten, the WAL too."""
        with self._transaction():
            gone = self._connection.execute("DELETE FROM name WHERE game = ?", (self.game,))
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone.rowcount

    def close(self) -> None:
        """See :class:`EventLog`."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, on disk at the end; what SQLite cannot do is an EnvironmentFault."""
        with self._lock:
            begun = False
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                begun = True
                yield
                self._connection.execute("COMMIT")
            except BaseException as fault:
                if begun and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                if isinstance(fault, sqlite3.Error) and not isinstance(
                    fault, sqlite3.IntegrityError
                ):
                    raise _unusable(self.path, fault) from None
                raise


def _unusable(path: Path | None, fault: sqlite3.Error) -> EnvironmentFault:
    return EnvironmentFault(
        "SS8060", f"the game's log cannot be used: {fault}", where=str(path) if path else None,
        hint="look whether the disk is full, or another program holds the file",
    )  # fmt: skip

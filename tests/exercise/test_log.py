"""The log: transactions, keys, chains, names, and what remains after a kill.

What the protocol promises is asked of both its stores: SQLite, and a PostgreSQL server that the
tests start.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sahelsim.base.errors import EnvironmentFault, InputError
from sahelsim.exercise.log import (
    WRITE,
    Conflict,
    Draft,
    EventLog,
    SqliteLog,
    check_chain,
    row_of,
)
from sahelsim.exercise.postgres import split_url
from sahelsim.exercise.store import FILE, open_log

from .postgres_server import Server


@pytest.fixture
def log(place: Path | str) -> Iterator[EventLog]:
    log = open_log(place, create=True)
    yield log
    log.close()


def test_what_is_written_is_read(log: EventLog) -> None:
    drafts = [Draft("a", {"x": 1.5, "é": [None, True]}, "main", "s1", "k"), Draft("b", {})]
    written = log.append(drafts, after=0)
    assert [event.seq for event in written] == [1, 2]
    assert log.read() == written
    assert log.read(after=1) == written[1:]
    check_chain(log.read())


def test_a_writer_who_is_behind_is_refused(log: EventLog) -> None:
    log.append([Draft("a", {})], after=0)
    with pytest.raises(Conflict):
        log.append([Draft("b", {})], after=0)
    assert len(log.read()) == 1


def test_a_key_is_held_once_and_a_failed_append_leaves_nothing(log: EventLog) -> None:
    log.append([Draft("a", {}, idem="k")], after=0)
    with pytest.raises(Conflict):
        log.append([Draft("b", {}), Draft("c", {}, idem="k")], after=1)
    assert [event.kind for event in log.read()] == ["a"]


def test_nothing_is_changed_or_removed(log: EventLog, place: Path | str) -> None:
    log.append([Draft("a", {})], after=0)
    other: Any
    lines = ["UPDATE event SET kind = 'b'", "DELETE FROM event"]
    if isinstance(place, Path):
        other = sqlite3.connect(place / FILE)
    else:
        other = psycopg.connect(split_url(place)[0], autocommit=True)
        other.execute("SET search_path = sahelsim")
        lines.append("TRUNCATE event")
    for line in lines:
        with pytest.raises((sqlite3.IntegrityError, psycopg.Error), match="never changed"):
            other.execute(line)
    other.close()
    assert [event.kind for event in log.read()] == ["a"]


def test_a_change_breaks_the_chain(log: EventLog) -> None:
    log.append([Draft("a", {"n": n}) for n in range(4)], after=0)
    events = log.read()
    check_chain(events)
    for wrong in (
        [replace(events[0], body={"n": 9}), *events[1:]],
        [events[0], *events[2:]],
        [events[1], events[0], *events[2:]],
        [events[0], replace(events[1], author="x"), *events[2:]],
    ):
        with pytest.raises(InputError, match="does not hold together"):
            check_chain(wrong)


def test_two_games_in_one_store(log: EventLog, place: Path | str) -> None:
    other: EventLog
    if isinstance(place, Path):
        other = SqliteLog(place / FILE, "another")
    else:
        other = open_log(f"{place}-another", create=True)
    log.append([Draft("a", {}, idem="k")], after=0)
    other.append([Draft("b", {}, idem="k")], after=0)
    log.set_name("s1", "Awa")
    other.set_name("s1", "Ali")
    assert [event.kind for event in other.read()] == ["b"]
    assert other.erase_names() == 1
    assert (log.names(), other.names()) == ({"s1": "Awa"}, {})
    other.close()


def test_erased_names_are_gone_from_the_files(
    log: EventLog, place: Path | str, request: pytest.FixtureRequest
) -> None:
    log.set_name("s1", "Aminata Unmistakable")
    log.set_name("s1", "Aminata Unforgettable")
    assert log.names() == {"s1": "Aminata Unforgettable"}
    assert log.erase_names() == 1
    assert log.names() == {}
    if isinstance(place, Path):
        files = list(place.iterdir())
    else:
        server: Server = request.getfixturevalue("postgres")
        with psycopg.connect(server.url(), autocommit=True) as other:
            other.execute("CHECKPOINT")
        # The write-ahead log keeps them until it is recycled, which the guide says.
        files = [file for file in (server.data / "base").rglob("*") if file.is_file()]
    assert files
    for file in files:
        assert b"Aminata" not in file.read_bytes()


def test_a_damaged_file_is_an_error_with_a_code(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"no database, but long enough to be looked at" * 99)
    with pytest.raises(EnvironmentFault, match="cannot be used"):
        SqliteLog(tmp_path / "x.sqlite")


def test_writers_in_threads_lose_nothing(log: EventLog) -> None:
    def write(who: int) -> None:
        for n in range(20):
            while True:
                try:
                    log.append([Draft("a", {}, idem=f"{who}-{n}")], after=len(log.read()))
                    break
                except Conflict:
                    continue

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = log.read()
    assert len({event.idem for event in events}) == len(events) == 80
    check_chain(events)


def test_a_writer_without_the_lock_cannot_write_a_number_twice(
    log: EventLog, place: Path | str
) -> None:
    (first,) = log.append([Draft("a", {})], after=0)
    rival = replace(first, kind="forged", idem="other")
    other: Any
    if isinstance(place, Path):
        other, text, game = sqlite3.connect(place / FILE), WRITE, "game"
    else:
        address, game = split_url(place)
        other, text = psycopg.connect(address), WRITE.replace("?", "%s")
        other.execute("SET search_path = sahelsim")
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.UniqueViolation)):
        other.execute(text, row_of(game, rival))
    other.close()


WRITER = """
import sys
from sahelsim.exercise.log import Conflict, Draft
from sahelsim.exercise.store import open_log
log, who = open_log(sys.argv[1], create=True), sys.argv[2]
n = 0
while True:
    key = f"{who}-{n}"
    try:
        # Two events in one transaction: a kill must never leave one of them alone.
        log.append([Draft("order", {"n": n}, idem=key), Draft("half", {"of": key})],
                   after=(log.read() or [type("e", (), {"seq": 0})])[-1].seq)
    except Conflict:
        continue
    print(key, flush=True)
    n += 1
"""


def kill_at_random_points(place: Path | str, rounds: int) -> int:
    """Kill writers again and again; return how many orders were acknowledged, none of them lost."""
    acknowledged: set[str] = set()
    for number in range(rounds):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(place), f"{number}-{who}"],
                stdout=subprocess.PIPE, text=True,
            )
            for who in range(2)
        ]  # fmt: skip
        try:
            for writer in writers:  # wait for the first order of each, then a moment more
                assert writer.stdout is not None
                acknowledged.add(writer.stdout.readline().strip())
            time.sleep(0.002 * (number * 7 % 23))
        finally:
            for writer in writers:
                os.kill(writer.pid, signal.SIGKILL)
        for writer in writers:
            out, _ = writer.communicate()
            lines = out.splitlines(keepends=True)
            acknowledged |= {line.strip() for line in lines if line.endswith("\n")}
        log = open_log(place, create=True)
        events = log.read()
        log.close()
        check_chain(events)
        keys = [event.idem for event in events if event.kind == "order"]
        assert len(keys) == len(set(keys))
        assert acknowledged <= set(keys)
        assert [event.body["of"] for event in events if event.kind == "half"] == keys
    return len(acknowledged)


def test_a_kill_loses_no_acknowledged_order(place: Path | str) -> None:
    assert kill_at_random_points(place, 4) >= 8


@pytest.mark.long
def test_many_kills_lose_no_acknowledged_order(place: Path | str) -> None:
    assert kill_at_random_points(place, 100) >= 200


def test_what_cannot_be_written_is_an_error_with_a_code(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "x.sqlite")
    log.append([Draft("a", {})], after=0)
    log.close()
    attempts: tuple[Callable[[], object], ...] = (
        lambda: log.append([Draft("b", {})], after=1),
        lambda: log.set_name("s1", "A"),
        log.read,
    )
    for attempt in attempts:
        with pytest.raises(EnvironmentFault) as caught:
            attempt()
        assert caught.value.code == "SS8060"

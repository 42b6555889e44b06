"""Games in a PostgreSQL database: what its server can do to them, and what is said of it."""

from __future__ import annotations

import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from sahelsim.base.errors import EnvironmentFault, InputError, MissingExtra, UsageError
from sahelsim.cli.main import main
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.log import Conflict, Draft, check_chain
from sahelsim.exercise.postgres import PostgresLog, games_in, is_url, shown
from sahelsim.exercise.replay import read_log, replay
from sahelsim.exercise.store import open_log

from .postgres_server import Server


@pytest.fixture
def url(postgres: Server) -> str:
    return f"{postgres.url()}#{uuid4().hex}"


@pytest.fixture
def restarted(postgres: Server) -> Iterator[Server]:
    """The server, which is running again afterwards whatever became of it."""
    yield postgres
    postgres.start()


def test_what_is_a_url_and_how_it_is_shown() -> None:
    assert is_url("postgresql://a@b/c#d")
    assert is_url("postgres://b/c")
    assert not is_url("postgresql")
    assert not is_url(Path("postgresql://a"))
    assert not is_url("my-game")
    told = shown("postgresql://school:s3cret@db.example:5433/classes?sslmode=require#3b")
    assert told == "postgresql://school@db.example:5433/classes#3b"
    assert "s3cret" not in shown("postgresql://school:s3cret@[db/classes")


def test_a_game_is_played_replayed_and_looked_after_from_a_terminal(
    small: Exercise, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    game, keys = Game.create(small, url)
    token = game.join(keys.codes["bamako"], "Awa")
    game.step("write")
    game.propose(token, "strict_rules", key="k")
    play_on(game, 1)
    with pytest.raises(UsageError) as caught:
        Game.create(small, url)
    assert caught.value.code == "SS8043"
    assert ":chalk@" not in caught.value.message
    again = Game.open(url)
    assert again.state == game.state
    _, state, compared = replay(read_log(url))
    assert (state, compared) == (game.state, 1)
    game.close()
    again.close()
    for words in (
        ["status", url], ["rewind", url, "--turn", "1", "--name", "other"],
        ["inject", url, "--text", "Rain."], ["branch", url, "main"], ["replay", url],
        ["bots", url, "--turns", "1", "--no-odds"], ["erase-names", url],
        ["export", url, str(tmp_path / "out"), "--format", "csv"],
    ):  # fmt: skip
        assert main(["exercise", *words]) == 0, capsys.readouterr().err
    out = capsys.readouterr()
    assert "1 name erased" in out.out
    assert "chalk" not in out.out + out.err
    assert open_log(url).names() == {}


def test_bots_may_keep_a_new_game_in_a_database(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["bots", "pont-aerien-2023", "--turns", "1", "--no-odds", "--out", url]
    assert main(["exercise", *words]) == 0
    told = capsys.readouterr()
    assert "chalk" not in told.out + told.err
    game = Game.open(url)
    assert len(game.state.branch.played) == 1
    game.close()


def test_many_games_share_a_database_and_a_url_names_one(small: Exercise, url: str) -> None:
    game, _ = Game.create(small, url)
    game.close()
    address, _, name = url.partition("#")
    assert name in games_in(address)
    with pytest.raises(UsageError) as usage:
        open_log(address)
    assert usage.value.code == "SS8092"
    assert name in str(usage.value.hint)
    with pytest.raises(InputError) as caught:
        Game.open(f"{address}#nothing")
    assert caught.value.code == "SS8042"
    assert "nothing" not in games_in(address)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda server: server.url(password="wrong"), "password"),
        (lambda server: server.url("nowhere"), "createdb"),
        (lambda server: server.url().replace("host=", "host=/nowhere"), "server runs"),
        (lambda server: "postgresql://school@127.0.0.1:9/classes", "server runs"),
        (lambda server: "postgresql://school@127.0.0.1:port/classes", "URL is written"),
    ],
)
def test_what_is_wrong_with_a_server_is_said(
    postgres: Server, change: object, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = change(postgres)  # type: ignore[operator]
    with pytest.raises(EnvironmentFault) as caught:
        open_log(f"{url}#g", create=True)
    assert caught.value.code == "SS8091"
    assert hint in str(caught.value.hint)
    assert main(["exercise", "status", f"{url}#g"]) == 6
    told = capsys.readouterr().err
    assert "wrong" not in told.replace("the URL is wrong", "")
    assert "chalk" not in told


def test_tables_of_another_version_are_left_alone(postgres: Server) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE later")
    PostgresLog(postgres.url("later"), "g").close()
    with psycopg.connect(postgres.url("later"), autocommit=True) as connection:
        connection.execute("UPDATE sahelsim.version SET version = 2")
    with pytest.raises(InputError) as caught:
        open_log(f"{postgres.url('later')}#g", create=True)
    assert caught.value.code == "SS8093"
    assert "version 2" in caught.value.message


def test_without_the_driver_the_extra_is_named(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra) as caught:
        open_log(url)
    assert (caught.value.code, caught.value.exit_code) == ("SS8090", 5)
    assert main(["exercise", "status", url]) == 5
    assert "[postgres]" in capsys.readouterr().err


def test_two_processes_worth_of_writers_race(url: str) -> None:
    logs = [open_log(url, create=True) for _ in range(4)]  # each its own connection
    refused = [0] * len(logs)

    def write(who: int) -> None:
        for n in range(25):
            while True:
                try:
                    seq = len(logs[who].read())
                    logs[who].append([Draft("a", {}, idem=f"{who}-{n}"), Draft("b", {})], seq)
                    break
                except Conflict:
                    refused[who] += 1

    threads = [threading.Thread(target=write, args=(who,)) for who in range(len(logs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = logs[0].read()
    check_chain(events)
    assert [event.kind for event in events] == ["a", "b"] * 100
    assert sum(refused) > 0  # they did race
    for log in logs:
        log.close()


def test_a_log_goes_on_after_the_server_was_restarted(restarted: Server, url: str) -> None:
    log = open_log(url, create=True)
    log.append([Draft("a", {})], after=0)
    restarted.end(signal.SIGINT)
    with pytest.raises(EnvironmentFault) as caught:
        log.append([Draft("b", {})], after=1)
    assert caught.value.code == "SS8091"
    restarted.start()
    assert log.append([Draft("c", {})], after=1)[0].seq == 2
    assert [event.kind for event in log.read()] == ["a", "c"]
    log.close()


def test_an_answer_that_was_lost_is_looked_up(
    postgres: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log(url, create=True)
    assert isinstance(log, PostgresLog)
    connection = log._connection
    assert connection is not None
    transaction = type(connection).transaction

    def cut(self: psycopg.Connection[object]) -> object:
        """Commit, and lose the connection before the client hears of it."""
        if self is not connection:
            return transaction(self)

        class Cut:
            def __enter__(self) -> None:
                self.inner = transaction(connection)
                self.inner.__enter__()

            def __exit__(self, *fault: object) -> None:
                self.inner.__exit__(*fault)  # type: ignore[arg-type]
                connection.close()
                raise psycopg.OperationalError("the connection was lost")

        return Cut()

    monkeypatch.setattr(type(connection), "transaction", cut)
    written = log.append([Draft("a", {}, idem="k"), Draft("b", {})], after=0)
    assert log.read() == written
    check_chain(written)
    assert len(written) == 2
    log.close()


def killed_server(server: Server, url: str, rounds: int) -> int:
    """Kill the server while three clients write; return how many appends were acknowledged."""
    log = open_log(url, create=True)
    chance = random.Random(7)
    acknowledged: list[str] = []
    stop = threading.Event()
    own = [open_log(url, create=True) for _ in range(3)]

    def write(who: int) -> None:
        mine, n = own[who], 0
        while not stop.is_set():
            key = f"{who}-{n}"
            try:
                events = mine.read()
                if any(event.idem == key for event in events):
                    n += 1  # it was written, and the answer was lost with the server
                    continue
                drafts = [Draft("order", {}, idem=key), Draft("half", {"of": key})]
                mine.append(drafts, len(events))
            except Conflict:
                continue
            except EnvironmentFault:
                time.sleep(0.05)
                continue
            acknowledged.append(key)
            n += 1

    threads = [threading.Thread(target=write, args=(who,)) for who in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(rounds):
            wanted, last = len(acknowledged) + chance.randrange(1, 40), time.monotonic() + 60.0
            while len(acknowledged) < wanted and time.monotonic() < last:
                time.sleep(0.002)
            time.sleep(0.01 * chance.random())
            server.end(signal.SIGKILL)
            server.start()
        time.sleep(0.2)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    events = log.read()
    for one in (log, *own):
        one.close()
    check_chain(events)
    keys = [event.idem for event in events if event.kind == "order"]
    assert len(keys) == len(set(keys))
    assert set(acknowledged) <= set(keys)
    assert [event.body["of"] for event in events if event.kind == "half"] == keys
    return len(acknowledged)


def test_a_killed_server_loses_no_acknowledged_order(restarted: Server, url: str) -> None:
    assert killed_server(restarted, url, 2) >= 2


@pytest.mark.long
def test_a_server_killed_many_times_loses_no_acknowledged_order(
    restarted: Server, url: str
) -> None:
    assert killed_server(restarted, url, 30) > 300

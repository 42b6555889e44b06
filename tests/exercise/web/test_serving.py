"""From the command line to a server: what is printed, what is refused, how it ends."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sahelsim.base.errors import EnvironmentFault, InputError, SahelsimError, UsageError
from sahelsim.cli.main import main
from sahelsim.exercise import Game
from sahelsim.exercise.network import lan_address, listen, public_url
from sahelsim.exercise.store import FILE
from sahelsim.exercise.web.opening import open_hall
from tests.exercise.conftest import small_text
from tests.exercise.web.process import Served, free_port


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.exercise.yaml"
    path.write_text(small_text(), encoding="utf-8")
    return path


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def test_a_port_in_use_is_said_with_another_and_begins_no_game(
    taken: int, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EnvironmentFault, match=f"port {taken} is in use"):
        listen("127.0.0.1", taken)
    code = main(["exercise", "serve", str(file), "--out", str(tmp_path / "g"), "--host",
                 "127.0.0.1", "--port", str(taken)])  # fmt: skip
    assert code == 6
    assert f"--port {taken + 1}" in capsys.readouterr().err
    assert not (tmp_path / "g").exists()


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(EnvironmentFault) as caught:
        listen("192.0.2.1", free_port())
    assert caught.value.code == "SS8063"


def test_the_address_in_words() -> None:
    assert public_url("10.0.0.5", 8123) == "http://10.0.0.5:8123"
    assert public_url("10.0.0.5", 80) == "http://10.0.0.5"
    assert public_url("0.0.0.0", 81) == f"http://{lan_address() or '127.0.0.1'}:81"


def test_the_same_words_begin_a_game_and_go_on_with_it(file: Path, tmp_path: Path) -> None:
    hall, (first,) = open_hall([str(file)], str(tmp_path / "g"), language="fr")
    assert first.begun
    assert set(first.room.codes) == {"bamako", "niamey", "coalition"}
    assert first.room.language == "fr"
    id, token = first.room.id, first.room.game.join(first.room.codes["bamako"], "Awa")
    hall.close()
    hall, (again,) = open_hall([str(file)], str(tmp_path / "g"))
    assert not again.begun
    assert again.room.id == id
    assert again.room.seat(token).team == "bamako"
    assert again.room.codes == {}
    assert again.key != first.key
    for key in (first.key, again.key):
        assert again.room.game.is_facilitator(key)
    hall.close()


def test_a_directory_of_another_exercise_is_left_alone(file: Path, tmp_path: Path) -> None:
    open_hall([str(file)], str(tmp_path / "g"))[0].close()
    file.write_text(small_text().replace("turns: 3", "turns: 2"), encoding="utf-8")
    with pytest.raises(UsageError, match="another exercise"):
        open_hall([str(file)], str(tmp_path / "g"))


def test_several_games_at_once_and_each_code_finds_its_own(file: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        open_hall([str(file)], str(tmp_path / name))[0].close()
    hall, opened = open_hall([str(tmp_path / "a"), str(tmp_path / "b")])
    for item in opened:
        code = item.room.game.new_code("bamako")
        assert hall.by_code(code) is item.room
        assert hall.by_facilitator(item.key) is item.room
    with pytest.raises(InputError):
        hall.by_code("AAAABBBB")
    assert hall.by_facilitator("x") is None
    hall.close()


@pytest.mark.parametrize("damage", ["garbage", "empty", "missing"])
def test_a_damaged_game_is_said_and_not_written_to(
    file: Path, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "g"
    open_hall([str(file)], str(folder))[0].close()
    game = folder / FILE
    if damage == "garbage":
        game.write_bytes(b"no database " * 500)
    elif damage == "empty":
        with sqlite3.connect(game) as base:
            base.execute("DROP TABLE event")
    else:
        game.unlink()
    with pytest.raises(SahelsimError) as caught:
        open_hall([str(folder)])
    assert caught.value.exit_code in (3, 6)
    port = free_port()
    assert main(["exercise", "serve", str(folder), "--host", "127.0.0.1", "--port", str(port)]) in (
        3, 6,
    )  # fmt: skip
    assert "error SS" in capsys.readouterr().err
    listen("127.0.0.1", port).close()  # the port was let go


@pytest.mark.parametrize("part", ["fastapi", "uvicorn", "python_multipart", "segno"])
def test_without_the_extra_the_command_says_what_to_install(
    part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, part, None)
    assert main(["exercise", "serve", "pont-aerien-2023"]) == 5
    assert "[web]" in capsys.readouterr().err


def test_out_goes_with_one_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercise", "serve", "a", "b", "--out", "c"]) == 2
    assert "--out" in capsys.readouterr().err


def test_serve_prints_what_a_class_needs_and_ends_with_control_c(
    file: Path, tmp_path: Path
) -> None:
    served = Served("serve", str(file), "--out", str(tmp_path / "g"))
    assert served.said.startswith(f"Participants type   {served.url}")
    assert set(served.codes) == {"bamako", "niamey", "coalition"}
    assert f"{served.url}/white#key={served.key}" in served.said
    with httpx.Client(base_url=served.url) as web:
        # A stream that stays open must not keep the server from ending.
        answer = web.post("/api/join", json={"code": served.codes["bamako"], "name": "Awa"})
        lead = {"Authorization": f"Bearer {answer.json()['bearer']}"}
        with web.stream("GET", "/stream/seat", headers=lead) as stream:
            words = stream.iter_text()
            assert "retry" in next(words)
            code, talk = served.stop()
    assert code == 0
    assert f"go on with: sahelsim exercise serve {tmp_path / 'g'}" in talk
    assert "Traceback" not in talk
    game = Game.open(tmp_path / "g")
    assert [seat.team for seat in game.state.seats.values()] == ["bamako"]
    game.close()


def test_json_tells_scripts_what_people_read(file: Path, tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "sahelsim", "exercise", "serve", str(file), "--json", "--out",
         str(tmp_path / "g"), "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    text = ""
    while not text.endswith("\n}\n"):
        line = process.stdout.readline()
        assert line
        text += line
    told = json.loads(text)
    (game,) = told["games"]
    answer = httpx.post(
        f"{told['url']}/api/join", json={"code": game["codes"]["niamey"], "name": "Awa"}
    )
    process.terminate()
    process.communicate(timeout=30)
    assert answer.json()["team"] == "niamey"
    assert game["facilitator"].startswith(f"{told['url']}/white#key=")

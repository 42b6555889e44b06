"""``sahelsim exercise`` as it is typed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from sahelsim.cli.exercise import exercise
from sahelsim.cli.main import main
from sahelsim.exercise import Game
from tests.examples import examples


def typed() -> Iterator[str]:
    """Every example of every command, in an order in which each finds what it needs."""
    order = ("check", "new", "schema", "bots", "status", "debrief", "print", "rewind", "inject",
             "branch", "replay", "export", "erase-names", "serve", "demo")  # fmt: skip
    assert set(order) == set(exercise.commands)
    for command in (exercise, *(exercise.commands[name] for name in order)):
        lines = examples(command)
        assert lines, command.name
        yield from lines


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("typed")


def test_every_example_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    for line in typed():
        words = shlex.split(line)
        if words[:3] == ["exercise", "new", "my-class"] and Path("my-class.exercise.yaml").exists():
            words.append("--force")
        code = main(words)
        captured = capsys.readouterr()
        assert code == 0, f"{line}\n{captured.out}{captured.err}"
        assert captured.out
        if "--json" in words:
            assert json.loads(captured.out)["ok"] is True
        if words[1] in ("bots", "status", "replay", "debrief") and "--json" not in words:
            assert "Civilians" in captured.out
    game = Game.open(folder / "my-game")
    assert set(game.state.branches) == {"main", "other-way"}
    assert game.state.current == "main"
    game.close()


def test_what_is_wrong_is_told_with_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["exercise", "check", "pont-aerien-2032"]) == 3
    assert "SS8001" in capsys.readouterr().err
    assert main(["exercise", "status", "nothing"]) == 3
    assert "SS8042" in capsys.readouterr().err
    assert main(["exercise", "new", "No Name"]) == 2
    assert "SS1009" in capsys.readouterr().err
    Path("x.exercise.yaml").write_text("exercise: 1\nidd: x\n", encoding="utf-8")
    assert main(["exercise", "check", "x.exercise.yaml"]) == 3
    told = capsys.readouterr().err
    assert "x.exercise.yaml:2:1: error SS2103" in told
    assert "did you mean 'id'?" in told

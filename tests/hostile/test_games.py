"""Whatever became of a game or of its exported log: an answer, never a traceback."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from sahelsim.exercise.log import Draft, SqliteLog
from sahelsim.exercise.replay import read_log

from .damage import FILES, copy_of
from .test_results import ask


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A game whose first turn was played by the model's policies."""
    folder = tmp_path_factory.mktemp("games") / "game"
    words = ["exercise", "bots", "pont-aerien-2023", "--turns", "1", "--no-odds", "--out"]
    assert ask(*words, folder)[0] == 0
    return folder


def test_the_file_of_a_game(game: Path, tmp_path: Path) -> None:
    for name, damage in FILES.items():
        copy = copy_of(game, tmp_path / "game")
        damage(copy / "game.sqlite")
        for words in (["status"], ["branch"], ["inject"], ["replay"]):
            code, said = ask("exercise", *words, copy)
            assert code in (3, 6), f"{name}: {said[:600]}"
            assert "error SS" in said
            assert "Traceback" not in said


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"{}\n", b"[]\n", b"null\n", b"\xff\n", b"[" * 100_000, bytes(range(256)),
        b'{"kind": 1, "seq": NaN}\n', b"\xef\xbb\xbf{}\n", b"x" * 1_000_000,
    ],
)  # fmt: skip
def test_a_log_that_is_none(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(content)
    code, said = ask("exercise", "replay", file)
    assert code == 3, said[:600]
    assert "error SS80" in said


def test_a_log_keeps_texts_with_every_line_separator(tmp_path: Path) -> None:
    """U+2028 and its like end a line for Python, not for the log."""
    log = SqliteLog(tmp_path / "game.sqlite")
    text = "one\u2028two\u2029three\x85four\x0bfive\x1csix"
    events = log.append([Draft("statement", {"text": text})], after=0)
    log.close()
    file = tmp_path / "log.jsonl"
    lines = [json.dumps(asdict(event), ensure_ascii=False) for event in events]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read_log(file) == events

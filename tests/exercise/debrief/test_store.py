"""A game is debriefed and printed wherever it lies: in a directory or in a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.cli.main import main
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.bots import play_on


def test_a_game_is_told_wherever_it_lies(
    small: Exercise, place: Path | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    game, _ = Game.create(small, place, rehearsal=False)
    play_on(game, 1, odds=False)
    game.close()
    assert main(["exercise", "debrief", str(place), "--pairs", "2"]) == 0
    page = place / "debrief.html" if isinstance(place, Path) else Path("small-debrief.html")
    text = page.read_text(encoding="utf-8")
    assert "No team gave an order" in text
    assert "No odds were shown in this game." in text
    assert main(["exercise", "print", str(place), "--only", "briefs", "--out", "papers"]) == 0
    assert [file.name for file in Path("papers").iterdir()] == ["briefs-en.html"]

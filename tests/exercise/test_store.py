"""Where a game lies, as a folder; databases have tests of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base.errors import InputError, UsageError
from sahelsim.exercise.store import FILE, is_game, open_log, place


def test_a_folder_is_made_for_a_new_game_and_is_one_from_then_on(tmp_path: Path) -> None:
    where = tmp_path / "school" / "monday"
    assert not is_game(where)
    open_log(where, create=True).close()
    assert is_game(where)
    assert (where / FILE).is_file()
    open_log(where).close()


def test_what_is_no_game_is_refused_and_not_made_one(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        open_log(tmp_path)
    assert refused.value.code == "SS8042"
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        open_log(tmp_path / "file" / "game", create=True)
    assert refused.value.code == "SS8043"


def test_a_place_is_shown_without_its_password() -> None:
    assert place(None) == "the log"
    assert place(Path("monday")) == "monday"
    shown = place("postgresql://ada:secret@db/school#monday")
    assert "secret" not in shown
    assert shown.endswith("@db/school#monday")

"""A game in lines of text: news, odds, rulings with their reasons, dice, harm, in two languages."""

from __future__ import annotations

import pytest

from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.words import course, status
from tests.exercise.test_umpire import question_in_reach


@pytest.fixture(scope="module")
def played(small: Exercise) -> tuple[Game, str]:
    """A turn in which the umpire weighs the futures and then picks one, with news."""
    game, _ = Game.create(small)
    game.announce({"en": "Heavy rain in the north", "fr": "Fortes pluies au nord"}, ())
    for step in ("write", "lock", "odds"):
        game.step(step)
    question, points = question_in_reach(game)
    game.shift(question, points, "the rains came early")
    game.step("roll", dice=40)
    game.pick(3, "the class has seen that one")
    game.step("play")
    return game, question


def test_everything_that_was_decided_is_told(played: tuple[Game, str]) -> None:
    game, question = played
    lines = course(game.exercise, game.state)
    odds = game.state.branch.played[0].odds or {}
    text = game.exercise.file.adjudication.questions[question].text.en
    count, futures = odds["counts"][question], odds["futures"]
    assert "  News: Heavy rain in the north." in lines
    assert f"  In {count} of {futures} futures {text}." in lines
    (weighed,) = (line for line in lines if line.startswith("  The umpire set "))
    assert weighed.endswith(" %: the rains came early.")
    assert "  The umpire picked a future: the class has seen that one." in lines
    harm = [line for line in lines if line.startswith("  Civilians: ")]
    assert len(harm) == 1
    assert "displaced" in harm[0]
    assert len(lines) == len(set(lines) - {""}) + lines.count("")  # nothing is told twice


def test_french_tells_the_same_line_for_line(played: tuple[Game, str]) -> None:
    game, _ = played
    english, french = (course(game.exercise, game.state, lang) for lang in ("en", "fr"))
    assert [line.startswith("  ") for line in english] == [line.startswith("  ") for line in french]
    assert "  Nouvelles\u00a0: Fortes pluies au nord." in french
    assert any("L'arbitre a fixé «" in line and "the rains came early" in line for line in french)
    assert any(line.startswith("  Civils\u00a0: ") for line in french)


def test_the_status_names_what_civilians_suffered(played: tuple[Game, str]) -> None:
    game, _ = played
    *_, last = status(game.exercise, game.state)
    told = next(line for line in course(game.exercise, game.state) if "Civilians" in line)
    assert last == f"Turn 1. {told.strip()}"
    fresh, _ = Game.create(game.exercise)
    *_, last = status(fresh.exercise, fresh.state)
    assert last == "Civilians: no turn is played yet."

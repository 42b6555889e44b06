"""What a debrief is made of: the map by turn, teams with people, history of the same days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sahelsim.base.errors import InputError
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.debrief import material as module
from sahelsim.exercise.debrief.material import TRUTH, Material, gather, teams_with_people
from tests.exercise.debrief.conftest import Played


def test_frames_run_from_the_start_to_the_last_turn(material: Material) -> None:
    assert [frame.turn for frame in material.frames] == [0, 1, 2]
    assert material.frames[0].day == date(2023, 8, 20)
    assert material.frames[-1].day == date(2023, 9, 3)
    assert material.frames[0].changed == frozenset()
    for before, after in zip(material.frames, material.frames[1:], strict=False):
        old = {row["place"]: row for row in before.views[TRUTH]}
        differ = {
            row["place"]
            for row in after.views[TRUTH]
            if (row["holder"], row["besieged"])
            != (old[row["place"]]["holder"], old[row["place"]]["besieged"])
        }
        assert after.changed == differ


def test_the_truth_is_exact_and_a_team_believes_ranges(material: Material) -> None:
    frame = material.frames[-1]
    assert {row["garrison"]["source"] for row in frame.views[TRUTH]} == {"own"}
    assert "reported" in {row["garrison"]["source"] for row in frame.views["niamey"]}


def test_many_turns_are_thinned_and_the_last_is_kept(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_MAPS", 8)  # of four views each: two moments
    frames = module._frames(played.game, played.game.state.branch)
    assert [frame.turn for frame in frames] == [0, 2]


def test_teams_are_those_that_had_people(played: Played, material: Material) -> None:
    assert material.teams == ["bamako", "niamey", "coalition"]
    branch = played.game.state.branch
    turns = tuple(replace(turn, manned=("niamey",), late=()) for turn in branch.turns)
    assert teams_with_people(played.game.exercise, replace(branch, turns=turns)) == ["niamey"]
    nobody = tuple(replace(turn, manned=(), late=()) for turn in branch.turns)
    assert len(teams_with_people(played.game.exercise, replace(branch, turns=nobody))) == 3


def test_history_is_of_the_days_played(material: Material) -> None:
    events = material.history()
    assert "E017" in [event.id for event in events]
    assert all(date(2023, 8, 20) <= event.date <= date(2023, 9, 2) for event in events)


def test_nothing_played_is_nothing_to_tell(small: Exercise) -> None:
    game, _ = Game.create(small)
    with pytest.raises(InputError, match="no turn") as fault:
        gather(game, [], 2)
    assert fault.value.code == "SS8082"
    with pytest.raises(InputError) as fault:
        gather(game, ["o1"], 2)
    assert fault.value.code == "SS8082"

"""The rehearsal, and the clock on the wall."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sahelsim.base.errors import InputError
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.export import tables
from sahelsim.exercise.replay import replay

Started = tuple[Game, Keys]


@pytest.fixture
def rehearsing(small: Exercise) -> tuple[Game, Keys]:
    clock = small.file.clock.model_copy(update={"rehearsal": True})
    exercise = Exercise(
        small.file.model_copy(update={"clock": clock}),
        small.text.replace("rehearsal: false", "rehearsal: true"), small.plan, small.expressions,
    )  # fmt: skip
    return Game.create(exercise)


def test_a_rehearsal_is_played_and_leaves_no_trace(rehearsing: tuple[Game, Keys]) -> None:
    game, keys = rehearsing
    token = game.join(keys.codes["bamako"], "Awa")
    assert game.see(token)["rehearsal"] is True
    game.step("write")
    game.propose(token, "strict_rules")
    game.forecast(token, "gao_end", 3)
    game.message(token, ["niamey"], "only practice")
    for step in ("lock", "odds", "roll", "play"):
        game.step(step)
    game.join(keys.codes["niamey"], "late, and welcome")  # its lock closes nothing
    assert game.step("next").number == 1
    seq = game.state.seq
    assert game.step("next").phase == "read"  # a double click
    assert game.state.seq == seq
    seen = game.see(token)
    assert (seen["rehearsal"], seen["turn"], seen["phase"]) == (False, 1, "read")
    assert seen["messages"] == seen["history"] == seen["orders"] == []
    assert seen["forecasts"]["own"] == {}
    assert seen["budget"] == {"political": 3.0}
    play_on(game, 1)
    assert game.step("next").number == 2
    with pytest.raises(InputError, match="closed"):
        game.join(keys.codes["niamey"], "too late")
    rows = tables(game.state)["turns"]
    assert {row["branch"] for row in rows if row["rehearsal"]} == {"rehearsal"}
    _, state, compared = replay(game.log.read())
    assert (state, compared) == (game.state, 2)


def test_a_game_after_a_rehearsal_is_the_game_without_one(
    rehearsing: tuple[Game, Keys], small: Exercise
) -> None:
    game, _ = rehearsing
    play_on(game, 1)
    game.step("next")
    play_on(game, 2)
    plain, _ = Game.create(small)
    play_on(plain, 2)
    digests = [
        [(t.roll, (t.result or {})["digest"]) for t in g.state.branches["main"].played]
        for g in (game, plain)
    ]
    assert digests[0] == digests[1]


def test_a_rehearsal_may_be_repeated_or_left(rehearsing: tuple[Game, Keys]) -> None:
    game, _ = rehearsing
    with pytest.raises(InputError, match="phase 'read'"):
        game.step("next")  # not before it was played
    play_on(game, 1, odds=False)
    again = game.rewind(1)
    assert game.state.branches[again].rehearsal
    play_on(game, 1, odds=False)
    game.step("next")
    assert (game.state.current, game.state.branch.rehearsal) == ("main", False)
    game.go_to("rehearsal")
    game.go_to("main")
    play_on(game, 1, odds=False)
    assert game.rewind(1, "serious") == "serious"
    assert not game.state.branch.rehearsal


def test_a_game_may_begin_without_its_rehearsal(rehearsing: tuple[Game, Keys]) -> None:
    exercise = rehearsing[0].exercise
    game, _ = Game.create(exercise, rehearsal=False)
    assert list(game.state.branches) == ["main"]


def test_the_clock_is_shown_and_enforces_nothing(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    begun = [e.at for e in game.log.read() if e.kind == "writing.opened"][-1]
    clock = game.see(token)["clock"]
    assert clock == {"since": begun, "minutes": 7, "extra_min": 0, "paused": "", "paused_s": 0.0}
    game.extend(1, key="a")
    game.extend(1, key="a")
    game.extend(3, key="b")
    assert game.see(token)["clock"]["extra_min"] == 4
    game.pause()
    seq = game.state.seq
    game.pause()
    assert game.state.seq == seq
    since = game.see(token)["clock"]["paused"]
    assert datetime.fromisoformat(since) >= datetime.fromisoformat(begun)
    game.propose(token, "strict_rules")  # a pause stops nobody
    game.pause(False)
    resumed = [e.at for e in game.log.read() if e.kind == "clock.paused"][-1]
    stood = datetime.fromisoformat(resumed) - datetime.fromisoformat(since)
    assert timedelta(seconds=game.see(token)["clock"]["paused_s"]) == stood
    game.step("lock")  # a new phase, a new clock
    assert game.see(token)["clock"]["extra_min"] == 0
    for minutes in (0, 61, True, 1.5):
        with pytest.raises(InputError) as caught:
            game.extend(minutes)  # type: ignore[arg-type]
        assert caught.value.code == "SS8058"

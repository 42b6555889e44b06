"""Forecasts: who says what until when, what comes of it, and who sees the score."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sahelsim.base.errors import InputError
from sahelsim.exercise import Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.forecasts import Scored, league, scored, standing, summary

Started = tuple[Game, Keys]


def test_the_last_forecast_stands_until_the_lock(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    game.forecast(token, "civilians", 40)
    game.forecast(token, "civilians", 65.5, key="k")
    game.forecast(token, "civilians", 65.5, key="k")
    for _ in range(2):  # a repeated request with more digits than are kept
        game.forecast(token, "sieged", 100 / 3, key="third")
    game.forecast(token, "sieged", 40)
    game.forecast(token, "gao_end", 90)
    seen = game.see(token)["forecasts"]
    assert seen["open"] == ["civilians", "gao_end", "sieged"]
    assert seen["own"] == {"civilians": 65.5, "gao_end": 90.0, "sieged": 40.0}
    with pytest.raises(InputError, match="another way"):
        game.forecast(token, "civilians", 10, key="k")
    game.ready(token)
    with pytest.raises(InputError) as caught:
        game.forecast(token, "civilians", 50)
    assert caught.value.code == "SS8011"
    game.step("lock")
    other = game.see_all()["forecasts"]
    assert other == {"bamako": seen["own"], "niamey": {}, "coalition": {}}
    game.set_joining(True)
    late = game.join(keys.codes["niamey"], "Ali")
    with pytest.raises(InputError) as caught:
        game.forecast(late, "civilians", 50)
    assert caught.value.code == "SS8010"


def test_a_question_is_asked_anew_each_turn_and_a_forecast_stands(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    game.forecast(token, "civilians", 40)
    game.forecast(token, "gao_end", 90)
    play_on(game, 1, odds=False)
    game.step("next")
    assert game.see(token)["forecasts"]["own"] == {"gao_end": 90.0}
    game.forecast(token, "gao_end", 70)  # while reading, too
    game.forecast(token, "sieged", 20)
    play_on(game, 1, odds=False)
    game.step("next")
    assert standing(game.state.branch.turns, game.exercise.file, "bamako") == {
        "gao_end": 70.0, "sieged": 20.0,
    }  # fmt: skip
    assert "sieged" not in game.see(token)["forecasts"]["open"]  # it was decided by turn 2
    with pytest.raises(InputError, match="time of 'sieged' has passed"):
        game.forecast(token, "sieged", 5)
    play_on(game, 1, odds=False)
    found = {(s.turn, s.name): s.percent for s in scored(game.exercise, game.state.branch)}
    assert found == {
        (1, "civilians"): 40.0, (1, "gao_end"): 90.0, (2, "gao_end"): 70.0, (3, "gao_end"): 70.0,
        (2, "sieged"): 20.0,
    }  # fmt: skip


def test_answers_are_those_of_the_world_that_came_about(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    game.forecast(token, "civilians", 80)
    play_on(game, 3)
    before = 0.0
    for turn in game.state.branch.played:
        result = turn.result or {}
        deaths = result["outcomes"]["civilian_deaths"]
        assert result["answers"] == {"civilians": deaths - before > 50}
        odds = turn.odds or {}
        assert odds["answers"]["civilians"][turn.replicate or 0] == str(
            int(result["answers"]["civilians"])
        )
        before = deaths
    resolved = [(t.result or {})["resolved"] for t in game.state.branch.played]
    moment = game.engine.moment(game.engine.world(game.state.branch.turns), 3)
    assert [list(names) for names in resolved] == [[], ["sieged"], ["gao_end"]]
    assert resolved[2]["gao_end"] == (moment.call("holds", ["mli", "gao"]) == 1.0)


def test_others_see_a_score_after_the_end_and_not_before(started: Started) -> None:
    game, keys = started
    bamako = game.join(keys.codes["bamako"], "Awa")
    niamey = game.join(keys.codes["niamey"], "Ali")
    game.forecast(bamako, "civilians", 71.25)
    for n in range(3):
        play_on(game, 1)
        seen = json.dumps(game.see(niamey))
        assert (game.see(niamey)["forecasts"]["league"] is None) == (n < 2)
        assert "71.25" not in seen or n == 2  # calibration shows the mean of a bin
        assert game.see(bamako)["forecasts"]["score"]["n"] == 1
        if n < 2:
            game.step("next")
    told = game.see(niamey)["forecasts"]["league"]
    came = (game.state.branch.played[0].result or {})["answers"]["civilians"]
    assert told["teams"]["bamako"]["brier"] == pytest.approx((0.7125 - came) ** 2)
    assert told["teams"]["niamey"] == {
        "n": 0, "brier": None, "bins": told["teams"]["niamey"]["bins"],
    }  # fmt: skip
    assert told["model"]["n"] == 3
    assert told == league(game.exercise, game.state.branch)


@pytest.mark.parametrize(
    ("name", "percent"),
    [("civillians", 5), ("civilians", -1), ("civilians", 100.5), ("civilians", True),
     ("civilians", float("nan")), ("civilians", "50")],
)  # fmt: skip
def test_what_is_no_forecast(started: Started, name: str, percent: float) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    before = game.state.seq
    with pytest.raises(InputError) as caught:
        game.forecast(token, name, percent)
    assert caught.value.code == "SS8056"
    assert game.state.seq == before


pairs = st.lists(st.tuples(st.floats(0, 100), st.booleans()), min_size=1, max_size=30)


@given(pairs)
def test_a_summary_adds_up(found: list[tuple[float, bool]]) -> None:
    told = summary(Scored("a", 1, "q", p, o) for p, o in found)
    assert told["n"] == len(found) == sum(b["n"] for b in told["bins"])
    assert sum(b["true"] for b in told["bins"]) == sum(o for _, o in found)
    assert 0.0 <= told["brier"] <= 1.0
    for b in told["bins"]:
        assert (b["percent"] is None) == (b["n"] == 0)
        assert b["percent"] is None or b["low"] <= b["percent"] <= b["high"] + 1e-9


def test_scores_of_known_forecasts() -> None:
    def brier(*found: tuple[float, bool]) -> float:
        return float(summary(Scored("a", 1, "q", p, o) for p, o in found)["brier"])

    assert brier((100, True), (0, False)) == 0.0
    assert brier((100, False)) == 1.0
    assert brier((50, True), (50, False)) == 0.25
    # Proper: with seven true in ten, saying 70 beats saying 60 or 80.
    tens = [(True, 7), (False, 3)]
    means = {p: brier(*[(p, came) for came, n in tens for _ in range(n)]) for p in (60, 70, 80)}
    assert min(means, key=lambda p: means[p]) == 70

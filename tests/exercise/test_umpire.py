"""The umpire weighs futures and picks them: all stay possible, aims are met, all is shown."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sahelsim.base.errors import InputError
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.engine import world_digest
from sahelsim.exercise.odds import each_future, pick
from sahelsim.exercise.umpire import SHIFTS, aims, shares, truth, weigh

Started = tuple[Game, Keys]


def odds_of(*answers: str) -> dict[str, Any]:
    """Odds with questions a, b … and what came true in each future."""
    named = dict(zip("abc", answers, strict=False))
    n = len(answers[0])
    counts = {name: marks.count("1") for name, marks in named.items()}
    return {"futures": n, "ranked": list(range(n)), "answers": named, "counts": counts}


marks = st.text(alphabet="01", min_size=40, max_size=40).filter(lambda m: 0 < m.count("1") < 40)


@given(marks, st.floats(0.5, 99.5))
def test_one_ruling_keeps_the_support_and_hits_its_aim(answers: str, percent: float) -> None:
    odds = odds_of(answers)
    weights = weigh(odds, {"a": percent})
    true = truth(odds)["a"]
    assert weights.min() > 0.0
    assert math.isclose(weights.sum(), 1.0)
    assert math.isclose(weights[true].sum(), percent / 100, abs_tol=1e-9)
    # Within the true ones, and within the others, all futures stay equally likely.
    assert np.ptp(weights[true]) < 1e-12
    assert np.ptp(weights[~true]) < 1e-12


@settings(deadline=None, max_examples=40)
@given(marks, marks, st.floats(10, 90), st.floats(10, 90))
def test_two_rulings_are_met_together_or_refused(a: str, b: str, p: float, q: float) -> None:
    odds = odds_of(a, b)
    both = truth(odds)
    cells = set(zip(both["a"], both["b"], strict=True))
    try:
        weights = weigh(odds, {"a": p, "b": q})
    except InputError:
        if len(cells) == 4:
            pytest.fail("with all four kinds of futures every aim can be met")
        return
    assert weights.min() > 0.0
    assert math.isclose(weights[both["a"]].sum(), p / 100, abs_tol=1e-6)
    assert math.isclose(weights[both["b"]].sum(), q / 100, abs_tol=1e-6)


def test_no_ruling_leaves_all_futures_equal() -> None:
    assert np.ptp(weigh(odds_of("0110"), {})) == 0.0


@pytest.mark.parametrize("answers", ["0000", "1111"])
def test_what_came_true_nowhere_or_everywhere_cannot_be_weighed(answers: str) -> None:
    with pytest.raises(InputError) as caught:
        weigh(odds_of(answers), {"a": 50})
    assert caught.value.code == "SS8052"


def test_contrary_rulings_are_refused() -> None:
    # b holds only where a holds: it cannot be likelier.
    with pytest.raises(InputError, match="beside the rulings"):
        weigh(odds_of("11110000", "11000000"), {"a": 30, "b": 60})


@pytest.mark.parametrize("aim", [None, 10.0, 42.0, 85.0])
def test_the_dice_have_the_distribution_of_the_weights(aim: float | None) -> None:
    # 20,000 throws of the dice over 400 futures against their weights: chi-square, 399 degrees.
    answers = "".join("1" if (7 * j) % 400 < 128 else "0" for j in range(400))
    odds = odds_of(answers)
    ranked = [(j * 123) % 400 for j in range(400)]
    weights = weigh(odds, {} if aim is None else {"a": aim})
    given = None if aim is None else weights.tolist()
    thrown = [pick(ranked, roll, seed, 1, given) for seed in range(200) for roll in range(1, 101)]
    counts = np.bincount(thrown, minlength=400)
    assert counts.min() > 0  # the support is kept
    expected = weights * len(thrown)
    chi = float(((counts - expected) ** 2 / expected).sum())
    # Each roll has its own hundredth, so the draws are stratified: at most as scattered as 399 df.
    assert chi < 399 + 4 * math.sqrt(2 * 399)
    share = counts[truth(odds)["a"]].sum() / len(thrown)
    assert share == pytest.approx((aim or 32.0) / 100, abs=0.01)


def test_the_dice_follow_the_announced_number_under_weights() -> None:
    # Kolmogorov-Smirnov: places of the throws in the weighted row are even from 0 to 1.
    odds = odds_of("1" * 60 + "0" * 340)
    weights = weigh(odds, {"a": 40})
    ends = np.cumsum(weights)
    places = []
    for seed in range(60):
        thrown = [pick(range(400), roll, seed, 2, weights.tolist()) for roll in range(1, 101)]
        assert thrown == sorted(thrown)  # a higher roll never takes a lower future
        places += [ends[j] - weights[j] / 2 for j in thrown]
    ordered = np.sort(places)
    n = len(ordered)
    distance = np.abs(ordered - (np.arange(n) + 0.5) / n).max()
    assert distance < 1.36 / math.sqrt(n)


# ---- in a game -----------------------------------------------------------------------------------


def locked(small: Exercise, style: str = "semi-rigid") -> tuple[Game, Keys]:
    file = small.file
    plan = file.adjudication.model_copy(update={"style": style})
    changed = Exercise(
        file.model_copy(update={"adjudication": plan}),
        small.text.replace("style: semi-rigid", f"style: {style}"), small.plan, small.expressions,
    )  # fmt: skip
    game, keys = Game.create(changed)
    game.step("write")
    game.step("lock")
    game.step("odds")
    return game, keys


def question_in_reach(game: Game) -> tuple[str, int]:
    odds = game.state.turn.odds or {}
    for name, count in odds["counts"].items():
        for points in SHIFTS:
            if 0 < count < odds["futures"] and 0 < 100 * count / odds["futures"] + points < 100:
                return name, points
    pytest.fail(f"every question is certain: {odds['counts']}")


def test_a_shift_is_logged_shown_and_rolled(small: Exercise) -> None:
    game, keys = locked(small)
    question, points = question_in_reach(game)
    odds = game.state.turn.odds or {}
    model = 100 * odds["counts"][question] / odds["futures"]
    game.shift(question, points, "the rains came early", key="k")
    game.shift(question, points, "the rains came early", key="k")
    turn = game.state.turn
    assert aims(turn) == {question: model + points}
    assert shares(turn)[question] == pytest.approx(model + points)
    game.set_joining(True)
    seen = game.see(game.join(keys.codes["bamako"], "Awa"))["odds"]
    assert seen["counts"] == odds["counts"]  # the model's own odds stay in view
    assert seen["weighed"] == [question]
    assert seen["rulings"] == [
        {"question": question, "points": points, "percent": model + points,
         "reason": "the rains came early"}
    ]  # fmt: skip
    weights = weigh(odds, aims(turn)).tolist()
    for dice in (1, 50, 100):
        expected = pick(odds["ranked"], dice, game.engine.seed, 1, weights)
        name = game.rewind(1, f"dice-{dice}")
        for step in ("write", "lock", "odds"):
            game.step(step)
        game.shift(question, points, "again")
        assert game.step("roll", dice=dice).replicate == expected, name
    game.go_to("main")
    game.step("roll", dice=50)
    with pytest.raises(InputError, match="chosen already"):
        game.shift(question, points, "too late")


def test_the_umpire_s_future_is_the_one_that_happens(small: Exercise) -> None:
    game, _ = locked(small)
    game.step("roll", dice=1)
    rolled = game.state.turn.replicate
    other = next(j for j in range(12) if j != rolled)
    game.pick(other, "the class has seen this one before")
    game.rewind(1, "early")
    for step in ("write", "lock", "odds"):
        game.step(step)
    game.pick(3, "no dice at hand")
    with pytest.raises(InputError, match="picked the future"):
        game.step("roll", dice=7)
    assert game.step("play").replicate == 3
    game.go_to("main")
    turn = game.step("play")
    assert (turn.replicate, turn.roll) == (other, 1)
    digests: dict[int, str] = {}
    opening = game.engine.opening(game.state.branch.turns)
    each_future(game.engine, opening, 12, lambda j, w: digests.update({j: world_digest(w)}))
    assert (turn.result or {})["digest"] == digests[other]
    told = json.dumps(game.see_all()["teams"]["niamey"]["history"])
    assert "seen this one before" in told
    assert '"picked": true' in told
    assert f'"replicate": {other}' not in told


@pytest.mark.parametrize(
    ("style", "call", "code"),
    [
        ("rigid", ("shift", "civilians", 5), "SS8051"),
        ("rigid", ("pick", 3), "SS8051"),
        ("semi-rigid", ("set_probability", "civilians", 50.0), "SS8051"),
        ("semi-rigid", ("shift", "civilians", 7), "SS8051"),
        ("semi-rigid", ("shift", "civillians", 5), "SS8051"),
        ("semi-rigid", ("pick", 12), "SS8051"),
        ("semi-rigid", ("pick", True), "SS8051"),
        ("matrix", ("set_probability", "civilians", 0.0), "SS8052"),
        ("matrix", ("set_probability", "civilians", 101.0), "SS8056"),
        ("matrix", ("set_probability", "civilians", float("nan")), "SS8056"),
    ],
)
def test_what_the_umpire_may_not_do(
    small: Exercise, style: str, call: tuple[Any, ...], code: str
) -> None:
    game, _ = locked(small, style)
    before = game.state.seq
    name, *arguments = call
    with pytest.raises(InputError) as caught:
        getattr(game, name)(*arguments, "because")
    assert caught.value.code == code
    assert game.state.seq == before


def test_a_ruling_needs_odds_and_a_reason(small: Exercise, started: Started) -> None:
    game, _ = started
    with pytest.raises(InputError) as caught:
        game.shift("civilians", 5, "too early")
    assert caught.value.code == "SS8010"
    game, _ = locked(small)
    question, points = question_in_reach(game)
    for reason in ("", " \n", "a" * 301):
        with pytest.raises(InputError) as caught:
            game.shift(question, points, reason)
        assert caught.value.code == "SS8053"


def test_a_probability_that_was_argued_is_set(small: Exercise) -> None:
    game, _ = locked(small, "matrix")
    question, points = question_in_reach(game)
    game.shift(question, points, "first")
    game.set_probability(question, 61.5, "three good reasons, one weak objection")
    assert shares(game.state.turn)[question] == pytest.approx(61.5)
    assert [r.points is None for r in game.state.turn.rulings] == [False, True]


def test_shares_of_all_questions_are_those_of_the_weighed_futures() -> None:
    odds = odds_of("1100", "1010")
    weights = weigh(odds, {"a": 80})
    assert weights[truth(odds)["b"]].sum() == pytest.approx(0.5)  # independent: stays
    odds = odds_of("1100", "1110")
    weights = weigh(odds, {"a": 80})
    assert weights[truth(odds)["b"]].sum() == pytest.approx(0.9)  # b comes along with a


@given(st.integers(1, 100), st.integers(0, 50), st.integers(10, 300))
def test_a_weight_of_one_each_changes_no_roll(roll: int, seed: int, n: int) -> None:
    assert pick(range(n), roll, seed, 1) == pick(range(n), roll, seed, 1, [1.0] * n)

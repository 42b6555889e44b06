"""Which orders are looked at, that their numbers are those of the game, and that they are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base.errors import InputError
from sahelsim.exercise.debrief import valuation
from sahelsim.exercise.debrief.material import Material
from sahelsim.exercise.whatif import OUTCOMES, SCORE
from tests.exercise.debrief.conftest import PAIRS, Played


def test_effects_are_those_of_the_game_without_the_order(
    played: Played, material: Material
) -> None:
    for item in material.valued:
        plain = {found.outcome: found for found in played.game.without(item.order.id, PAIRS)}
        assert set(plain) == set(OUTCOMES)
        for id, found in plain.items():
            mine = item.effects[id]
            assert mine.difference == -found.difference
            assert (mine.low, mine.high) == (-found.high, -found.low)
            assert (mine.mean_a, mine.mean_b) == (found.mean_b, found.mean_a)
            assert mine.pairs == PAIRS
    lent = material.valued[0].effects
    assert lent["tonnes_delivered"].difference != 0.0


def test_the_score_of_a_team_is_compared_as_the_game_scores_it(
    played: Played, material: Material
) -> None:
    ids = {SCORE + team for team in played.game.exercise.file.teams}
    for item in material.valued:
        assert ids <= set(item.effects)
        assert all(0.0 <= item.effects[id].mean_b <= 100.0 for id in ids)
    # The future that the dice chose is one of those compared: its score lies within their range.
    with_all = played.game.without(played.orders["declare"], PAIRS, sorted(ids))
    assert all(found.difference == 0.0 for found in with_all)
    assert {found.outcome for found in with_all} == ids


def test_orders_without_a_trace_are_not_chosen(played: Played) -> None:
    game = played.game
    traceless = valuation.without_trace(game, 2)
    assert played.orders["declare"] in traceless
    assert played.orders["lend_aircraft"] not in traceless
    chosen = valuation.choose(game.exercise, game.state.branch, traceless)
    assert not set(chosen) & set(traceless)


def test_the_most_costly_order_of_each_team_comes_first(played: Played) -> None:
    exercise, branch = played.game.exercise, played.game.state.branch
    orders = {order.card: order for _, order in valuation.carried_out(branch)}
    # strict_rules takes one of Bamako's 3 + 2 credits, reinforce nothing
    assert valuation.weight(exercise, orders["strict_rules"]) == pytest.approx(1 / 5)
    assert valuation.weight(exercise, orders["reinforce"]) == 0.0
    chosen = valuation.choose(exercise, branch, most=3)
    teams = [order.team for _, order in valuation.carried_out(branch) if order.id in chosen]
    assert sorted(teams) == ["bamako", "coalition", "niamey"]
    assert played.orders["strict_rules"] in chosen
    assert len(valuation.choose(exercise, branch, most=1)) == 1


def test_finished_comparisons_are_kept(
    played: Played, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [item.order.id for item in material.valued]

    def never(*_: object, **__: object) -> list[object]:
        raise AssertionError("a comparison was run again")

    with monkeypatch.context() as patch:
        patch.setattr(type(played.game), "without", never)
        again = valuation.valuations(played.game, ids, PAIRS, played.folder)
        assert repr(again) == repr(material.valued)  # repr: NaN equals itself
        with pytest.raises(AssertionError, match="again"):
            valuation.valuations(played.game, ids, PAIRS + 1, played.folder)
    kept = sorted((played.folder / valuation.FOLDER).glob("*.json"))
    assert len(kept) == len(ids)
    kept[0].write_text("[{", encoding="utf-8")
    again = valuation.valuations(played.game, ids, PAIRS, played.folder)
    assert repr(again) == repr(material.valued)


def test_an_interruption_keeps_what_is_finished(played: Played, tmp_path: Path) -> None:
    seen = 0

    def watch(n: int) -> None:
        nonlocal seen
        seen += n
        if seen > 4:  # two pairs of the first order are four futures
            raise KeyboardInterrupt

    ids = [played.orders["declare"], played.orders["posture"]]
    with pytest.raises(KeyboardInterrupt):
        valuation.valuations(played.game, ids, 2, tmp_path, watch)
    kept = [file.name.split("-")[0] for file in (tmp_path / valuation.FOLDER).glob("*.json")]
    assert kept == [played.orders["declare"]]


def test_an_unknown_order_is_named(played: Played) -> None:
    branch = played.game.state.branch
    with pytest.raises(InputError, match="no order 'o999'") as fault:
        valuation.check_orders(branch, ["o999"])
    assert fault.value.code == "SS8080"
    valuation.check_orders(branch, list(played.orders.values()))

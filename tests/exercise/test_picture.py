"""No team looks into another's hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sahelsim.exercise import Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.engine import world_digest
from sahelsim.theatre.actors import GROUPS, MLI

Started = tuple[Game, Keys]


def test_no_view_holds_what_another_team_hides(started: Started) -> None:
    game, keys = started
    bamako = game.join(keys.codes["bamako"], "Canary-Person-A")
    coalition = game.join(keys.codes["coalition"], "Canary-Person-B")
    game.propose(bamako, "reinforce", {"destination": "gao", "men": 137}, why="canary-reason-a")
    game.propose(coalition, "posture", {"level": "hold", "days": 23}, why="canary-reason-b")
    game.announce({"en": "canary-news", "fr": "canary-news"}, ["coalition"])
    ids = {order.team: order.id for order in game.state.turn.orders}
    for phase in ("write", "locked", "results"):
        if phase == "locked":
            game.step("lock")
            game.step("odds")
        if phase == "results":
            game.step("roll", dice=77)
            game.step("play")
        seen = json.dumps(game.see(bamako))
        theirs = json.dumps(game.see(coalition))
        assert "canary-reason-a" in seen
        assert "canary-reason-b" in theirs
        assert "canary-news" in theirs
        for hidden in ("canary-reason-b", "canary-news", "Canary-Person", '"posture"'):
            assert hidden not in seen
        for hidden in ("canary-reason-a", "Canary-Person", "strict_rules"):
            assert hidden not in theirs
        assert f'"{ids["coalition"]}"' not in seen
        assert f'"{ids["bamako"]}"' not in theirs
        for secret in (*keys.codes.values(), keys.facilitator, bamako, coalition):
            assert secret not in seen
        assert "ranked" not in seen
        assert "replicate" not in seen


def test_no_exact_number_of_one_side_reaches_the_other(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    play_on(game, 1, odds=False)
    world = game.engine.world(game.state.branch.turns)
    shown = game.see(token)["map"]
    assert set(shown["states"]) == {"mli"}
    assert all("mli" in (a["owner"], a["user"]) for a in shown["aircraft"])
    pairs: list[tuple[float, dict[str, Any]]] = []  # the truth, and what is told of it
    for i, entry in enumerate(shown["places"]):
        if world.geography.country[i] != MLI:
            assert "days_of_supply" not in entry
            pairs.append((float(world.land.garrison[i]), entry["garrison"]))
        for g, group in enumerate(GROUPS):
            if world.groups.fighters[g, i] > 0.0:
                pairs.append((float(world.groups.fighters[g, i]), entry["fighters"][group]))
    assert {told["source"] for _, told in pairs} == {"reported"}
    big = [(truth, told) for truth, told in pairs if truth > 100.0]
    assert len(big) > 30
    # Noise, not the truth under another label: two digits of it agree by accident only.
    assert sum(float(f"{truth:.2g}") == told["value"] for truth, told in big) < 0.2 * len(big)
    within = sum(told["low"] <= truth <= told["high"] for truth, told in big)
    assert 0.75 * len(big) <= within < len(big)


def test_one_s_own_side_is_exact(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    world = game.engine.world(())
    place = game.engine.names.localities.index("gao")
    entry = next(e for e in game.see(token)["map"]["places"] if e["place"] == "gao")
    assert entry["garrison"] == {"value": round(world.land.garrison[place]), "source": "own"}
    assert entry["days_of_supply"] == pytest.approx(world.land.days_of_supply[place], rel=5e-3)
    abroad = next(e for e in game.see(token)["map"]["places"] if e["place"] == "tillaberi")
    assert "days_of_supply" not in abroad
    assert abroad["garrison"]["source"] == "reported"


def test_a_report_does_not_flicker_within_a_week(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["bamako"], "Awa")
    first = game.see(token)["map"]
    game.propose(token, "strict_rules")  # what the team orders changes no report before the turn
    assert Game(game.log).see(token)["map"] == first


def test_a_picture_is_plain_json(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["niamey"], "Ali")
    play_on(game, 2)
    json.dumps(game.see(token), allow_nan=False)
    json.dumps(game.see_all(), allow_nan=False)
    assert "civilian_deaths" in game.see(token)["history"][0]["shared"]


def test_looking_changes_nothing(started: Started) -> None:
    game, keys = started
    token = game.join(keys.codes["niamey"], "Ali")
    play_on(game, 1, odds=False)
    digest = (game.state.turn.result or {})["digest"]
    game.see(token)
    game.see_all()
    fresh = Game(game.log)
    play_on(fresh, 1, odds=False)
    play_on(game, 1, odds=False)
    assert world_digest(fresh.engine.world(fresh.state.branch.turns[:1])) == digest

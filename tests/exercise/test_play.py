"""The same log is the same game; and the same game without an order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sahelsim.base.errors import InputError, NotReproducible
from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.bots import play_on
from sahelsim.exercise.export import log_lines
from sahelsim.exercise.folding import KINDS, fold_all
from sahelsim.exercise.log import Draft, sealed
from sahelsim.exercise.replay import read_log, replay
from sahelsim.exercise.whatif import without_order


def played(small: Exercise) -> tuple[Game, Keys]:
    game, keys = Game.create(small)
    token = game.join(keys.codes["bamako"], "Awa")
    game.step("write")
    game.propose(token, "reinforce", {"destination": "gao", "men": 300})
    play_on(game, 1)
    play_on(game, 1, odds=False)
    game.rewind(2, "again")
    play_on(game, 1)
    return game, keys


def test_a_replay_is_the_game_bit_for_bit(small: Exercise, tmp_path: Path) -> None:
    game, _ = played(small)
    path = tmp_path / "log.jsonl"
    path.write_text(log_lines(game.log.read()), encoding="utf-8")
    seen: list[tuple[str, int]] = []
    _, state, compared = replay(read_log(path), lambda branch, turn: seen.append((branch, turn)))
    assert state == game.state
    assert compared == 3
    assert seen == [("main", 1), ("main", 2), ("again", 2)]


def test_a_replay_notices_another_outcome_and_another_log(small: Exercise) -> None:
    game, _ = played(small)
    events = game.log.read()
    with pytest.raises(InputError, match="does not hold together"):
        replay([*events[:3], *events[4:]])
    # A forger who mends the chain is found out by the model.
    forged = [
        Draft(e.kind, {**e.body, "replicate": e.body["replicate"] + 1}
              if e.kind == "turn.played" else e.body, e.branch, e.author, e.idem)
        for e in events
    ]  # fmt: skip
    with pytest.raises(NotReproducible, match="turn 1"):
        replay(list(sealed(forged, 0, "0" * 64)))


def test_every_kind_of_event_is_folded(small: Exercise) -> None:
    game, _ = played(small)
    game.set_joining(True)
    token = game.join(game.new_code("niamey"), "Ali", key="k")
    game.join(game.new_code("niamey"), "Ali", key="k")
    game.new_facilitator()
    game.step("next")
    game.step("write")
    game.withdraw(token, game.propose(token, "declare").id)
    game.forecast(token, "civilians", 50)
    game.ready(token)
    game.announce({"en": "Rain.", "fr": "Pluie."})
    game.message(token, ["bamako"], "hello")
    game.declare(token, "hello")
    game.hand_over("bamako")
    game.extend(3)
    game.pause()
    game.step("lock")
    odds = game.step("odds").odds or {}
    uncertain = [q for q, n in odds["counts"].items() if 0 < n < odds["futures"]]
    game.shift(uncertain[0], 5, "why not")
    game.pick(3, "why not")
    game.remove(next(iter(game.state.seats)))
    game.go_to("main")
    game.erase_names()
    kinds = {event.kind for event in game.log.read()}
    assert kinds == set(KINDS) - {"rehearsal.ended"}  # see test_conduct.py
    assert fold_all(game.log.read()) == Game(game.log).state


def test_the_same_game_without_an_order(small: Exercise) -> None:
    game, keys = Game.create(small)
    token = game.join(keys.codes["niamey"], "Ali")
    game.step("write")
    lend = game.propose(token, "lend_aircraft", {"tail": "5U-MTU", "rotations_per_week": 4})
    silent = game.propose(token, "declare")
    play_on(game, 2, odds=False)
    found = {c.outcome: c for c in game.without(lend.id, 12, ["tonnes_to_gao", "civilian_deaths"])}
    tonnes = found["tonnes_to_gao"]
    assert tonnes.pairs == 12
    assert tonnes.family == 2
    assert tonnes.difference < 0.0  # without the loan less arrives
    assert tonnes.low <= tonnes.difference <= tonnes.high
    for item in game.without(silent.id, 4):
        assert item.difference == 0.0  # a declaration changes nothing, draw by draw
        assert not item.told_from_zero
    with pytest.raises(InputError, match="no order"):
        game.without("o999")
    with pytest.raises(InputError, match="pairs"):
        game.without(lend.id, 1)
    with pytest.raises(InputError, match="no outcome"):
        game.without(lend.id, 2, ["tonnes"])
    branch = game.state.branch
    emptied = replace(branch, turns=tuple(replace(turn, result=None) for turn in branch.turns))
    with pytest.raises(InputError, match="no order"):
        without_order(game.engine, emptied, lend.id, 2)

"""Circuits that only a card names can be flown, and change nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sahelsim.exercise import Exercise, Game, load_exercise
from sahelsim.exercise.circuits import with_circuits
from sahelsim.model.build import template

from .conftest import small_text

NEW = "GABS-GAGO-GABS"


def test_a_card_may_name_a_circuit_that_the_scenario_does_not(tmp_path: Path) -> None:
    path = tmp_path / "small.exercise.yaml"
    path.write_text(small_text().replace("GABS-GAGO-GATS-DRRN-GABS", NEW), encoding="utf-8")
    game, keys = Game.create(load_exercise(path), rehearsal=False)
    game.step("write")
    token = game.join(keys.codes["niamey"], "x")
    order = game.propose(token, "lend_aircraft", {"tail": "5U-MTU", "rotations_per_week": 3})
    game.step("lock")
    turn = game.step("play")
    assert turn.result is not None
    assert turn.result["refusals"][order.id] == ""
    world = game.engine.world(game.state.branch.played)
    tail = game.engine.names.tails.index("5U-MTU")
    flown = game.engine.names.routes[int(world.fleet.route[tail])]
    assert flown == tuple(NEW.split("-")[:-1])


def test_circuits_come_after_those_of_the_scenario(small: Exercise) -> None:
    plain = template(small.plan)
    assert with_circuits(plain, small.file) is plain  # its only circuit is the scenario's
    cards = dict(small.file.cards)
    lend = cards["lend_aircraft"]
    choose = {**lend.choose, "route": [NEW, "GABS-GATB-GABS"]}
    cards["lend_aircraft"] = lend.model_copy(update={"fixed": {}, "choose": choose})
    file = small.file.model_copy(update={"cards": cards})
    more = with_circuits(plain, file)
    known = len(plain.names.routes)
    assert more.names.routes[:known] == plain.names.routes
    assert len(set(more.names.routes)) == len(more.names.routes) > known
    assert np.array_equal(more.start.routes.stop[:known], plain.start.routes.stop)
    for r, route in enumerate(more.names.routes):
        stops = more.start.routes.stop[r][: more.start.routes.n_stops[r]]
        assert [more.names.airfields[i] for i in stops] == list(route)
    again = with_circuits(more, file)
    assert again is more

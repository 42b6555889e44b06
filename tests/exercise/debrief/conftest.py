"""A game of two turns that three people played, with odds, words and a branch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.debrief.material import Material, gather
from sahelsim.exercise.debrief.page import render

HOSTILE = "<script>alert('x')</script> \"' & </style>"
PERSON = "Zaynab Canary"
PAIRS = 6


@dataclass(frozen=True)
class Played:
    """A game with the ids of its orders by card."""

    folder: Path
    game: Game
    orders: dict[str, str]


@pytest.fixture(scope="session")
def played(small: Exercise, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("debrief") / "game"
    game, keys = Game.create(small, folder, rehearsal=False)
    seats = {team: game.join(code, f"{PERSON} {team}") for team, code in keys.codes.items()}
    game.step("write")
    route = {"tail": "5U-MTU", "rotations_per_week": 3}
    orders = {
        "lend_aircraft": game.propose(seats["niamey"], "lend_aircraft", route, HOSTILE).id,
        "declare": game.propose(seats["niamey"], "declare", {}).id,
        "reinforce": game.propose(
            seats["bamako"], "reinforce", {"destination": "gao", "men": 200}
        ).id,
        "strict_rules": game.propose(seats["bamako"], "strict_rules", {}, "Spare them").id,
        "posture": game.propose(seats["coalition"], "posture", {"level": "hold", "days": 30}).id,
    }
    game.forecast(seats["bamako"], "civilians", 30)
    _play(game, 80)
    game.declare(seats["niamey"], HOSTILE)
    game.step("next")
    game.inject("gao_airport")
    game.announce({"en": HOSTILE, "fr": HOSTILE}, ["bamako"])
    game.step("write")
    _play(game, 20)
    game.rewind(2, "again", HOSTILE)
    game.step("write")
    _play(game, 50)
    game.go_to("main")
    yield Played(folder, game, orders)
    game.close()


def _play(game: Game, dice: int) -> None:
    game.step("lock")
    game.step("odds")
    game.step("roll", dice=dice)
    game.step("play")


@pytest.fixture(scope="session")
def material(played: Played) -> Material:
    chosen = [played.orders["lend_aircraft"], played.orders["reinforce"]]
    return gather(played.game, chosen, PAIRS, played.folder)


@pytest.fixture(scope="session")
def page(material: Material) -> str:
    return render(material, ["en", "fr"], "my-game")

"""A small exercise: three weekly turns, few futures, three teams."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from sahelsim.exercise import Exercise, Game, load_exercise
from sahelsim.exercise.access import Keys
from sahelsim.exercise.new import TEMPLATE

from .postgres_server import Server, binary

COALITION = """\
  coalition:
    name: {en: Coalition, fr: Coalition}
    actors: [csp_psd]
    slots: 1
    budget: {political: 2}
    cards: [posture, declare]
    aims:
      places:
        text: {en: Hold places., fr: Tenir.}
        metric: localities(csp_psd)
        scale: [0, 8]
        weight: 100
"""
POSTURE = """\
  posture:
    text: {en: Set the posture., fr: Fixer la posture.}
    verb: posture
    choose: {level: [harass, hold], days: [7, 30]}
  convoy:
    text: {en: Send a convoy., fr: Envoyer un convoi.}
    verb: convoy
    choose: {origin: any, destination: any, load_t: [50, 600]}
    cost: {political: {per: load_t, each: 0.01}}
"""


SIEGED = """\
  sieged:
    text: {en: A siege at the end of turn 2., fr: Un siège à la fin du tour 2.}
    resolves: siege_days > 0 at turn 2
"""


def small_text() -> str:
    """The exercise's file."""
    text = TEMPLATE.format(file="x", id="small", title="Small", scenario="documented-2023")
    text = text.replace("futures: 200", "futures: 12").replace("\ncards: ", COALITION + "\ncards: ")
    text = text.replace("\ninjects:", POSTURE + "\ninjects:")
    text = text.replace("\nmessages:", SIEGED + "\nmessages:")
    return text.replace("[reinforce, strict_rules", "[reinforce, convoy, strict_rules")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server that the tests start themselves."""
    if binary("initdb") is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    server = Server()
    yield server
    server.close()


STORES = ("sqlite", "postgres")


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a game may lie that is not there yet."""
    if request.param == "sqlite":
        return tmp_path / "game"
    server: Server = request.getfixturevalue("postgres")
    return f"{server.url()}#{uuid4().hex}"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    path = tmp_path_factory.mktemp("exercise") / "small.exercise.yaml"
    path.write_text(small_text(), encoding="utf-8")
    return load_exercise(path)


@pytest.fixture
def started(small: Exercise) -> tuple[Game, Keys]:
    """A game in memory whose first turn is open for orders."""
    game, keys = Game.create(small)
    game.step("write")
    return game, keys


@pytest.fixture
def folder_of(small: Exercise, tmp_path: Path) -> Callable[[str], tuple[Path, Keys]]:
    """Make a game in a directory and close it."""

    def make(name: str) -> tuple[Path, Keys]:
        game, keys = Game.create(small, tmp_path / name)
        game.step("write")
        game.close()
        return tmp_path / name, keys

    return make

"""Civilians killed and displaced: by turn, by whom and where."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sahelsim.exercise.engine import Engine
from sahelsim.exercise.state import Branch, Turn
from sahelsim.model.world import World

BY = ("by_insurgents", "by_states", "by_militia", "by_partners", "crossfire")
ELSEWHERE = ""


@dataclass(frozen=True)
class Harm:
    """What civilians suffered in one turn.

    Attributes:
        turn: Its number.
        killed: Perpetrator, of :data:`BY` -> civilians killed.
        places: Locality id -> civilians killed there, most first.
        displaced: People displaced at the end of the turn.
        newly: Change of it in the turn.
    """

    turn: int
    killed: dict[str, float]
    places: dict[str, float]
    displaced: float
    newly: float

    @property
    def total(self) -> float:
        """Civilians killed in the turn."""
        return sum(self.killed.values())


def by_turn(engine: Engine, branch: Branch) -> list[Harm]:
    """The harm of every turn played."""
    found = []
    for n in range(len(branch.played)):
        world = engine.world(branch.played[: n + 1])
        places = _places(engine, world, n * engine.days)
        found.append(replace(counted(branch, n), places=places))
    return found


def counted(branch: Branch, n: int) -> Harm:
    """The harm of the turn played at position ``n`` from 0, without where it was done."""
    now = _outcomes(branch.played[n])
    old = _outcomes(branch.played[n - 1]) if n else {}
    killed = {by: now[f"civilian_deaths_{by}"] - old.get(f"civilian_deaths_{by}", 0.0) for by in BY}
    displaced = now["displaced"]
    return Harm(
        branch.played[n].number, killed, {}, displaced, displaced - old.get("displaced", 0.0)
    )


def together(harm: list[Harm]) -> Harm:
    """The whole game's harm."""
    killed = {by: sum(one.killed[by] for one in harm) for by in BY}
    places: dict[str, float] = {}
    for one in harm:
        for place, dead in one.places.items():
            places[place] = places.get(place, 0.0) + dead
    displaced = harm[-1].displaced if harm else 0.0
    return Harm(0, killed, _most_first(places), displaced, sum(one.newly for one in harm))


def _outcomes(turn: Turn) -> dict[str, float]:
    return {id: float(value or 0.0) for id, value in (turn.result or {})["outcomes"].items()}


def _places(engine: Engine, world: World, since: int) -> dict[str, float]:
    used = int(world.events.count[0])
    row, dead = world.events.row[:used], world.events.number[:used, 2]
    mine = (row[:, 0] >= since) & (dead > 0)
    total = np.bincount(row[mine, 2] + 1, dead[mine], len(engine.names.localities) + 1)
    names = (ELSEWHERE, *engine.names.localities)
    return _most_first({names[k]: float(total[k]) for k in np.flatnonzero(total)})


def _most_first(places: dict[str, float]) -> dict[str, float]:
    return dict(sorted(places.items(), key=lambda item: (-item[1], item[0])))

"""What an actor can know in the morning: its own side exactly, its opponents through noise.

A view is a copy, not the truth: changing it changes nothing. Opponents' strength at a place is
seen with a multiplicative error exp(0.5 z), z standard normal, which is drawn by place and week so
that it does not flicker (model specification, section 8, "sensing") [assumed].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sahelsim.model.draws import PERCEPTION, lognormal, uniform
from sahelsim.model.encoding import Names
from sahelsim.model.world import World
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS, N_STATES

Array = npt.NDArray[np.float64]
SENSING_ERROR = 0.5  # log standard deviation [assumed]
VIEW_ENTITY = 1_000_000  # keeps these draws apart from the model's own perception draws


@dataclass(frozen=True)
class View:
    """One actor's picture of one morning.

    Attributes:
        day: Day index.
        actor: Code of the actor.
        names: Labels of every axis.
        holder: [L] actor codes (public knowledge).
        besieged: [L] 0 or 1 (public knowledge).
        garrison: [L] men; exact for the actor's own side, else seen with error.
        fighters: [G, L] men; exact for the actor's own side, else seen with error.
        days_of_supply: [L] exact for a state's own places, NaN elsewhere.
        reserve: Men in reserve (states; else 0).
    """

    day: int
    actor: int
    names: Names
    holder: npt.NDArray[np.int64]
    besieged: npt.NDArray[np.int64]
    garrison: Array
    fighters: Array
    days_of_supply: Array
    reserve: float

    def place(self, locality: str) -> int:
        """Row of a locality id; raises ValueError where there is none."""
        return self.names.localities.index(locality)


def view(world: World, names: Names, actor: int) -> View:
    """Build an actor's view of this morning."""
    day = int(world.clock.day[0])
    n = len(names.localities)
    garrison = world.land.garrison.copy()
    fighters = world.groups.fighters.copy()
    supply = np.full(n, np.nan)
    country = world.geography.country
    for i in range(n):
        u = uniform(world.clock.key, PERCEPTION, day // 7, VIEW_ENTITY + actor * n + i, 0)
        error = lognormal(0.0, SENSING_ERROR, u)
        if not (actor < N_STATES and country[i] == actor):
            garrison[i] *= error
        else:
            supply[i] = world.land.days_of_supply[i]
        for g in range(N_GROUPS):
            if actor != FIRST_GROUP + g:
                fighters[g, i] *= error
    return View(
        day=day,
        actor=actor,
        names=names,
        holder=world.land.holder.copy(),
        besieged=world.land.besieged.copy(),
        garrison=garrison,
        fighters=fighters,
        days_of_supply=supply,
        reserve=float(world.states.reserve[actor]) if actor < N_STATES else 0.0,
    )

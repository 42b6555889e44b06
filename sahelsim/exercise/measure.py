"""What expressions are asked about: one moment of one simulated future."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np

from sahelsim.model.encoding import Names
from sahelsim.model.outcomes import outcomes
from sahelsim.model.world import BROKEN, DEPOT, LOST, World
from sahelsim.theatre.actors import FIRST_GROUP, actor_code


class Moment:
    """A world as expressions see it; see :class:`~sahelsim.exercise.expression.Measured`.

    Args:
        world: The state.
        names: Labels of its axes.
        turn: Number of the turn.
        before: Outcomes as the turn began, for ``gained``; all zero by default.
    """

    def __init__(
        self, world: World, names: Names, turn: int, before: Mapping[str, float] | None = None
    ) -> None:
        self._world = world
        self._names = names
        self._turn = turn
        self._before = before or {}

    @property
    def turn(self) -> int:
        """Number of the turn."""
        return self._turn

    @cached_property
    def outcomes(self) -> dict[str, float]:
        """Every outcome since the game began, by id."""
        return outcomes(self._world, self._names)

    def outcome(self, id: str) -> float:
        """One outcome since the game began; NaN where it does not apply."""
        return self.outcomes[id]

    def call(self, function: str, arguments: Sequence[str]) -> float:
        """A function of the expression language."""
        return float(_FUNCTIONS[function](self, *arguments))

    def _holds(self, actor: str, place: str) -> float:
        return self._land("holder", place) == actor_code(actor)

    def _land(self, array: str, place: str) -> float:
        return float(getattr(self._world.land, array)[self._names.localities.index(place)])

    def _localities(self, actor: str) -> float:
        return float((self._world.land.holder == actor_code(actor)).sum())

    def _fighters(self, group: str) -> float:
        return float(self._world.groups.fighters[actor_code(group) - FIRST_GROUP].sum())

    def _aircraft_capable(self, state: str) -> float:
        fleet, day = self._world.fleet, int(self._world.clock.day[0])
        there = (fleet.available_from <= day) & (day < fleet.available_to)
        able = ~np.isin(fleet.status, (BROKEN, DEPOT, LOST))
        return float((there & able & (fleet.owner == actor_code(state))).sum())

    def _closed(self, airfield: str) -> float:
        fields, day = self._world.fields, int(self._world.clock.day[0])
        f = self._names.airfields.index(airfield)
        return float(
            fields.weather_closed[f] == 1
            or fields.worn_out[f] == 1
            or max(fields.shelled_until[f], fields.ordered_until[f]) > day
        )

    def _gained(self, id: str) -> float:
        return self.outcomes[id] - self._before.get(id, 0.0)


_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "holds": Moment._holds,
    "besieged": lambda moment, place: moment._land("besieged", place),
    "days_of_supply": lambda moment, place: moment._land("days_of_supply", place),
    "localities": Moment._localities,
    "fighters": Moment._fighters,
    "aircraft_capable": Moment._aircraft_capable,
    "closed": Moment._closed,
    "gained": Moment._gained,
}

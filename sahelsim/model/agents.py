"""The actors as Mesa agents: views over World that decide.

An agent holds no copy of state: its properties read its row of World. A researcher subclasses
:class:`State` or :class:`InsurgentGroup`, overrides :meth:`Actor.decide`, and passes the class to
:class:`~sahelsim.model.model.SahelModel`; every other actor keeps its compiled policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import mesa

from sahelsim.model.encoding import Order
from sahelsim.model.view import View
from sahelsim.model.world import BROKEN, DEPOT, FLYING, LOST, READY
from sahelsim.theatre.actors import ACTOR_NAMES, ACTORS, FIRST_GROUP, FIRST_PARTNER

if TYPE_CHECKING:
    from sahelsim.model.model import SahelModel

_STATUS = {READY: "ready", FLYING: "flying", BROKEN: "broken", DEPOT: "depot", LOST: "lost"}


class Actor(mesa.Agent):
    """Somebody who gives orders: a state, an insurgent group or a partner.

    Attributes:
        code: Position in :data:`sahelsim.theatre.actors.ACTORS`.
        id: The actor's id.
    """

    model: SahelModel

    def __init__(self, model: SahelModel, code: int) -> None:
        super().__init__(model)
        self.code = code
        self.id = ACTORS[code]

    @property
    def name(self) -> str:
        """Name in words."""
        return ACTOR_NAMES[self.id]

    def decide(self, view: View) -> Sequence[Order]:
        """Return today's orders; the built-in policy's unless a subclass says otherwise.

        Args:
            view: What the actor can know this morning.
        """
        return self.model.policy_orders(self.code)


class State(Actor):
    """A state of the alliance: Mali, Niger or Burkina Faso."""

    @property
    def reserve(self) -> float:
        """Men not tied to a place."""
        return float(self.model.world.states.reserve[self.code])

    @property
    def domestic_pressure(self) -> float:
        """Domestic pressure, 0 to 10."""
        return float(self.model.world.states.pressure[self.code])

    @property
    def localities_held(self) -> int:
        """Number of places it holds."""
        return int((self.model.world.land.holder == self.code).sum())


class InsurgentGroup(Actor):
    """An insurgent group: CSP-PSD, JNIM or ISSP."""

    @property
    def fighters(self) -> float:
        """Fighters in the whole theatre."""
        return float(self.model.world.groups.fighters[self.code - FIRST_GROUP].sum())

    @property
    def localities_held(self) -> int:
        """Number of places it holds."""
        return int((self.model.world.land.holder == self.code).sum())


class Partner(Actor):
    """An outside partner; by default it does what the scenario's orders say."""

    def men(self, state: str) -> float:
        """Its strength in one state."""
        row = self.code - FIRST_PARTNER
        return float(self.model.world.states.partner_men[row, ACTORS.index(state)])


class Entity(mesa.Agent):
    """Something that has a row in World and gives no orders."""

    model: SahelModel

    def __init__(self, model: SahelModel, index: int, id: str) -> None:
        super().__init__(model)
        self.index = index
        self.id = id


class Locality(Entity):
    """A town, post or junction."""

    @property
    def holder(self) -> str:
        """Actor id of the holder."""
        return ACTORS[int(self.model.world.land.holder[self.index])]

    @property
    def garrison(self) -> float:
        """Men of the state."""
        return float(self.model.world.land.garrison[self.index])

    @property
    def fighters(self) -> float:
        """Fighters of all groups."""
        return float(self.model.world.groups.fighters[:, self.index].sum())

    @property
    def besieged(self) -> bool:
        """True while under siege."""
        return bool(self.model.world.land.besieged[self.index])

    @property
    def control(self) -> float:
        """Government control, 0 to 1."""
        return float(self.model.world.land.control[self.index])

    @property
    def days_of_supply(self) -> float:
        """Days until the first class of supply runs out."""
        return float(self.model.world.land.days_of_supply[self.index])


class Airfield(Entity):
    """An airfield."""

    @property
    def closed(self) -> bool:
        """True while weather, wear, shelling or an order keeps it shut."""
        fields, day = self.model.world.fields, self.model.day
        return bool(
            fields.weather_closed[self.index]
            or fields.worn_out[self.index]
            or fields.shelled_until[self.index] > day
            or fields.ordered_until[self.index] > day
        )


class Aircraft(Entity):
    """One tail."""

    @property
    def status(self) -> str:
        """``ready``, ``flying``, ``broken``, ``depot``, ``lost`` or ``absent``."""
        return _STATUS.get(int(self.model.world.fleet.status[self.index]), "absent")

    @property
    def owner(self) -> str:
        """Actor id of the owner."""
        return ACTORS[int(self.model.world.fleet.owner[self.index])]

    @property
    def user(self) -> str:
        """Actor id that tasks it."""
        return ACTORS[int(self.model.world.fleet.user[self.index])]

    @property
    def tonnes_delivered(self) -> float:
        """Tonnes unloaded at consignees since the start."""
        return float(self.model.world.fleet.delivered_t[self.index])

    @property
    def flight_hours(self) -> float:
        """Hours flown since the start."""
        return float(self.model.world.fleet.hours[self.index])

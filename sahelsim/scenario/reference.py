"""What a scenario may refer to: the ids of the documented world and of its registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sahelsim.theatre.actors import ACTORS, GROUPS, PARTNERS, STATES
from sahelsim.theatre.records import OrderVerb, Parameter


@dataclass(frozen=True)
class Reference:
    """The names a scenario may use.

    Attributes:
        orders: Verb -> its entry in the register of orders.
        parameters: Parameter id -> its record (range and unit).
        names: Kind of name (as the register's argument types) -> the ids of that kind.
    """

    orders: Mapping[str, OrderVerb]
    parameters: Mapping[str, Parameter]
    names: Mapping[str, tuple[str, ...]]

    def command(self, kind: str) -> str | None:
        """Return the command that lists the ids of ``kind``, if there is one."""
        return {
            "locality": "sahelsim facts localities",
            "airfield": "sahelsim facts airfields",
            "tail": "sahelsim facts aircraft",
            "aircraft type": "sahelsim facts aircraft",
            "event": "sahelsim facts events",
            "parameter": "sahelsim facts parameters",
            "verb": "sahelsim facts orders",
        }.get(kind)


@lru_cache(maxsize=1)
def load_reference() -> Reference:
    """Read the ids once; later calls return the same object."""
    from sahelsim.theatre import load_theatre

    theatre = load_theatre()
    parameters = theatre.parameters
    return Reference(
        orders={order.verb: order for order in theatre.orders},
        parameters={name: parameters.record(name) for name in parameters.ids},
        names={
            "locality": tuple(place.id for place in theatre.localities),
            "airfield": tuple(field.icao for field in theatre.airfields),
            "tail": tuple(tail.tail for tail in theatre.tails),
            "aircraft type": tuple(kind.id for kind in theatre.aircraft_types),
            "event": tuple(event.id for event in theatre.events),
            "region": theatre.regions,
            "state": STATES,
            "group": GROUPS,
            "partner": PARTNERS,
            "actor": ACTORS,
        },
    )

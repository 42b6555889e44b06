"""A run that went wrong says so: full logs and numbers that are not finite are errors."""

from __future__ import annotations

from sahelsim.base.errors import SahelsimError
from sahelsim.model.world import EVENTS_FULL, MOVES_FULL, NOT_FINITE, ORDERS_FULL, World

_FAULTS = {
    ORDERS_FULL: ("SS5010", "the order log is full"),
    EVENTS_FULL: ("SS5011", "the event log is full"),
    MOVES_FULL: ("SS5012", "too many convoys and columns are under way"),
    NOT_FINITE: ("SS5013", "a quantity is no longer a finite number"),
}


class ModelFault(SahelsimError):
    """The run cannot go on; its results so far are not used."""

    exit_code = 1


def check_health(world: World, scenario: str) -> None:
    """Raise the first fault that a kernel has flagged.

    Raises:
        ModelFault: SS5010 to SS5013, with the scenario, replicate and day.
    """
    status = world.clock.status
    if not status.any():
        return
    for flag, (code, message) in _FAULTS.items():
        if status[flag]:
            raise ModelFault(
                code,
                message,
                where=(
                    f"scenario {scenario}, seed {int(world.clock.key[0])}, "
                    f"replicate {int(world.clock.key[1])}, day {int(world.clock.day[0])}"
                ),
            )

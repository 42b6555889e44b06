"""What everybody can know of a turn: places that change hands, sieges, aircraft lost, pacts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sahelsim.exercise.engine import Engine
from sahelsim.model import events as kinds
from sahelsim.model.world import World
from sahelsim.theatre.actors import ACTORS

# Kinds of events that cannot be hidden. Deaths stand in the shared outcomes, not here.
PUBLIC = (
    kinds.PLACE_LOST, kinds.PLACE_TAKEN, kinds.SIEGE_BEGINS, kinds.SIEGE_ENDS,
    kinds.GARRISON_ABANDONS, kinds.UN_HANDOVER, kinds.AIRCRAFT_LOST, kinds.PARTNER_ARRIVES,
    kinds.PARTNER_LEAVES, kinds.SANCTION_CHANGES, kinds.TREATY,
)  # fmt: skip


def public_news(engine: Engine, world: World, since: int) -> list[dict[str, Any]]:
    """Public events from day ``since`` on: day, date, kind, place, actor, in order.

    Args:
        engine: The model.
        world: The world at the end of the turn.
        since: Day index on which the turn began.
    """
    start = engine.exercise.plan.start
    found = []
    for row in world.events.row[: int(world.events.count[0])]:
        day, kind, place, actor = (int(cell) for cell in row[:4])
        if day < since or kind not in PUBLIC:
            continue
        found.append(
            {
                "day": day,
                "date": (start + timedelta(days=day)).isoformat(),
                "kind": kinds.EVENT_KINDS[kind],
                "place": engine.names.localities[place] if place >= 0 else "",
                "actor": ACTORS[actor] if actor >= 0 else "",
            }
        )
    return found

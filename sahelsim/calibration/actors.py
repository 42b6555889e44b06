"""Who is who in conflict data: names of UCDP and ACLED, as ids of the theatre's actors.

The table ``data/actor_names.csv`` lists patterns (regular expressions, case ignored); the first
that is found in a name decides. Forerunners and allies that joined JNIM count as JNIM; what no
pattern knows is ``other`` and keeps its name.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sahelsim.theatre.actors import GROUPS, PARTNERS, STATES

NAMES = Path(__file__).with_name("data") / "actor_names.csv"

CIVILIANS, COMMUNAL, OTHER, OTHER_STATE, LAKE_CHAD = (
    "civilians", "communal", "other", "other_state", "lake_chad",
)  # fmt: skip
MORE_ACTORS: dict[str, str] = {
    LAKE_CHAD: "Groups around Lake Chad (JAS, ISWAP)",
    COMMUNAL: "Communal groups",
    OTHER_STATE: "Another state's forces",
    OTHER: "Another armed group",
    CIVILIANS: "Civilians",
}
"""Ids of conflict data beyond the theatre's actors, with their names."""

STATE_SIDE = frozenset({*STATES, *PARTNERS, OTHER_STATE, "vdp"})  # UCDP counts the VDP as state
INSURGENTS = frozenset({*GROUPS, LAKE_CHAD})

_MILITIA = {"mli": "gatia", "ner": "ner_militia", "bfa": COMMUNAL}

# UCDP calls both of its Sahelian provinces IS; east of this, in Diffa, it is the one of Lake Chad.
LAKE_CHAD_LON = 10.0


class Actor(NamedTuple):
    """An actor of an event.

    Attributes:
        id: A theatre's actor or one of :data:`MORE_ACTORS`.
        kind: state, insurgent, militia, civilian or other: who died where members are killed.
    """

    id: str
    kind: str


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Actor], ...]:
    with NAMES.open(encoding="utf-8", newline="") as stream:
        return tuple(
            (re.compile(row["pattern"], re.IGNORECASE), Actor(row["actor"], row["kind"]))
            for row in csv.DictReader(stream)
        )


@cache
def _named(name: str) -> Actor:
    for pattern, actor in _patterns():
        if pattern.search(name):
            return actor
    return Actor(OTHER, "other")


def actor_of(name: str, country: str, lon: float) -> Actor:
    """Return who ``name`` is in an event at longitude ``lon`` of ``country``.

    Of several names joined by commas the first that is known counts. Local self-defence groups
    are the militia of the country where they act; in Burkina Faso, where the militia is the VDP
    and counts as the state's side, they are communal groups.
    """
    found = Actor(OTHER, "other")
    for part in name.split(","):
        found = _named(part.strip().strip('"'))
        if found.id != OTHER:
            break
    if found.id == "issp" and lon >= LAKE_CHAD_LON:
        return Actor(LAKE_CHAD, found.kind)
    if found.id == "militia":
        return Actor(_MILITIA[country], found.kind)
    return found


def deaths_column(kind: str) -> str:
    """The column in which the dead of a side of this kind are counted."""
    return {
        "state": "military_deaths",
        "insurgent": "insurgent_deaths",
        "militia": "militia_deaths",
        "civilian": "civilian_deaths",
    }.get(kind, "unknown_deaths")

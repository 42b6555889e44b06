"""Who acts: the one list of actors, in the order that every array of the project uses.

States come first, then insurgent groups, then pro-state militia, then partners. ``WORLD`` stands
for the scenario's exogenous events and for a facilitator; ``NONE`` for nobody. A code is the
position in :data:`ACTORS`; it is part of the result format and never changes its meaning.
"""

from __future__ import annotations

STATES: tuple[str, ...] = ("mli", "ner", "bfa")
GROUPS: tuple[str, ...] = ("csp_psd", "jnim", "issp")
MILITIAS: tuple[str, ...] = ("gatia", "ner_militia", "vdp")  # by state: mli, ner, bfa
PARTNERS: tuple[str, ...] = ("russia", "usa", "france", "eu", "un", "ecowas")
ACTORS: tuple[str, ...] = (*STATES, *GROUPS, *MILITIAS, *PARTNERS, "world", "none")

MLI, NER, BFA = 0, 1, 2
CSP_PSD, JNIM, ISSP = 3, 4, 5
GATIA, NER_MILITIA, VDP = 6, 7, 8
RUSSIA, USA, FRANCE, EU, UN, ECOWAS = 9, 10, 11, 12, 13, 14
WORLD, NONE = 15, 16

# Axes along which a family of parameters may vary; the order is that of the arrays.
POSTURES: tuple[str, ...] = ("harass", "mass", "besiege", "govern", "disperse", "hold")
RESTRAINTS: tuple[str, ...] = ("strict", "normal", "permissive")
SUPPORT_KINDS: tuple[str, ...] = ("airlift", "convoy", "troops")
AXES: dict[str, tuple[str, ...]] = {
    "state": STATES,
    "group": GROUPS,
    "partner": PARTNERS,
    "posture": POSTURES,
    "restraint": RESTRAINTS,
    "support_kind": SUPPORT_KINDS,
}

N_STATES, N_GROUPS, N_PARTNERS, N_ACTORS = 3, 3, 6, 17
FIRST_GROUP, FIRST_MILITIA, FIRST_PARTNER = 3, 6, 9

ACTOR_NAMES: dict[str, str] = {
    "mli": "Mali",
    "ner": "Niger",
    "bfa": "Burkina Faso",
    "csp_psd": "CSP-PSD",
    "jnim": "JNIM",
    "issp": "ISSP",
    "gatia": "Platform militia (Mali)",
    "ner_militia": "Self-defence groups (Niger)",
    "vdp": "VDP (Burkina Faso)",
    "russia": "Russia",
    "usa": "United States",
    "france": "France",
    "eu": "European Union",
    "un": "United Nations mission",
    "ecowas": "ECOWAS",
    "world": "World",
    "none": "None",
}


def actor_code(actor: str) -> int:
    """Return the code of an actor id.

    Raises:
        KeyError: the id is not in :data:`ACTORS`.
    """
    try:
        return ACTORS.index(actor)
    except ValueError:
        raise KeyError(actor) from None

"""The event log: kinds, causes, and the one kernel that writes a row.

Codes are part of the result format: never reuse or renumber them.
"""

from __future__ import annotations

from sahelsim.model.kernel import kernel
from sahelsim.model.world import EVENTS_FULL, Clock, Events

EVENT_KINDS: dict[int, str] = {
    1: "ambush",  # insurgents on a patrol of a garrison
    2: "assault",  # insurgents on a garrison
    3: "attack_on_civilians",
    4: "rival_clash",  # between insurgent groups
    5: "state_operation",
    6: "militia_clash",
    7: "militia_attack_on_civilians",
    8: "convoy_ambush",
    9: "column_ambush",
    10: "column_assault",
    11: "siege_begins",
    12: "siege_ends",
    13: "place_lost",
    14: "place_taken",
    15: "garrison_abandons",
    16: "un_handover",
    17: "convoy_departs",
    18: "convoy_arrives",
    19: "column_departs",
    20: "column_arrives",
    21: "delivery",  # unloading at a stop; quantity in t
    22: "aircraft_hit",
    23: "aircraft_lost",
    24: "airfield_shelled",
    25: "aircraft_breaks",
    26: "sighting",  # quantity: delay in days
    27: "support_honoured",
    28: "support_refused",
    29: "partner_arrives",
    30: "partner_leaves",
    31: "sanction_changes",
    32: "treaty",
    33: "airfield_worn_out",
    34: "elite_crisis",
    35: "stop_skipped",  # a closed stop; its load goes on
    36: "evacuation_fails",  # wounded who died for want of a flight
    37: "joint_force_operational",
    38: "withdrawal",
    39: "sortie",  # a leg flown; quantity: t on board; cause_number: airfield it came from
}
(
    AMBUSH, ASSAULT, ATTACK_ON_CIVILIANS, RIVAL_CLASH, STATE_OPERATION, MILITIA_CLASH,
    MILITIA_ATTACK, CONVOY_AMBUSH, COLUMN_AMBUSH, COLUMN_ASSAULT, SIEGE_BEGINS, SIEGE_ENDS,
    PLACE_LOST, PLACE_TAKEN, GARRISON_ABANDONS, UN_HANDOVER, CONVOY_DEPARTS, CONVOY_ARRIVES,
    COLUMN_DEPARTS, COLUMN_ARRIVES, DELIVERY, AIRCRAFT_HIT, AIRCRAFT_LOST, AIRFIELD_SHELLED,
    AIRCRAFT_BREAKS, SIGHTING, SUPPORT_HONOURED, SUPPORT_REFUSED, PARTNER_ARRIVES, PARTNER_LEAVES,
    SANCTION_CHANGES, TREATY, AIRFIELD_WORN_OUT, ELITE_CRISIS, STOP_SKIPPED, EVACUATION_FAILS,
    JOINT_FORCE_OPERATIONAL, WITHDRAWAL, SORTIE,
) = range(1, 40)  # fmt: skip

CAUSES: dict[int, str] = {
    0: "background",  # the event clock of the group
    1: "order",  # cause_number: order number
    2: "event",  # cause_number: row of the event that led to it
    3: "siege",
    4: "hunger",
    5: "march",  # cause_number: move slot's order
    6: "sortie",  # cause_number: tail (of a sortie itself: the airfield it came from)
    7: "retaliation",  # excitation of the event clock
    8: "need",  # a policy's or a state's assessment of need
    9: "weather",
    10: "wear",
    11: "vacancy",
}
C_BACKGROUND, C_ORDER, C_EVENT, C_SIEGE, C_HUNGER, C_MARCH = 0, 1, 2, 3, 4, 5
C_SORTIE, C_RETALIATION, C_NEED, C_WEATHER, C_WEAR, C_VACANCY = 6, 7, 8, 9, 10, 11


@kernel
def log_event(
    clock: Clock,
    events: Events,
    kind: int,
    locality: int,
    actor: int,
    target: int,
    cause: int,
    cause_number: int,
    thing: int,
    military: float,
    insurgent: float,
    civilian: float,
    militia: float,
    quantity: float,
    party_size: float,
) -> int:
    """Append one event and return its row; set EVENTS_FULL and return -1 when the log is full.

    ``locality`` is an index or -1; ``actor`` and ``target`` are actor codes; ``thing`` is a tail,
    airfield or move index that the kind implies, or -1. Deaths are persons.
    """
    n = events.count[0]
    if n >= events.row.shape[0]:
        clock.status[EVENTS_FULL] = 1
        return -1
    row = events.row[n]
    row[0] = clock.day[0]
    row[1] = kind
    row[2] = locality
    row[3] = actor
    row[4] = target
    row[5] = cause
    row[6] = cause_number
    row[7] = thing
    number = events.number[n]
    number[0] = military
    number[1] = insurgent
    number[2] = civilian
    number[3] = militia
    number[4] = quantity
    number[5] = party_size
    events.count[0] = n + 1
    return n

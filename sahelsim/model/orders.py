"""Orders as data: the verbs, the reasons for refusal, and the log that every order goes through.

A decision is an order ``(day, actor, verb, arguments, author)``. Policies, agents, teams,
scenarios and facilitators write the same rows; :mod:`sahelsim.model.apply` validates each and
carries it out, and a refused order stays in the log with its reason. Codes equal those of
``theatre/orders.yaml``, which a test holds them to.
"""

from __future__ import annotations

from sahelsim.model.kernel import kernel
from sahelsim.model.world import (
    O_ACTOR,
    O_AUTHOR,
    O_DAY,
    O_I0,
    O_STATUS,
    O_TEXT,
    O_VERB,
    ORDERS_FULL,
    PROPOSED,
    Clock,
    Orders,
)

VERBS: tuple[str, ...] = (
    "", "lend_tail", "recall_tail", "fly_rotations", "surge", "maintain", "allocate_sortie",
    "close_airfield", "open_airfield", "convoy", "column", "reinforce", "withdraw", "restraint",
    "grant_permit", "revoke_permit", "sign_treaty", "request_support", "honour_support",
    "refuse_support", "form_joint_force", "partner_arrives", "partner_leaves", "sanction",
    "lift_sanctions", "threaten_intervention", "un_handover", "posture", "blockade",
    "lift_blockade", "close_roads", "open_roads", "pressure_airfield", "truce", "declare",
)  # fmt: skip
(
    LEND_TAIL, RECALL_TAIL, FLY_ROTATIONS, SURGE, MAINTAIN, ALLOCATE_SORTIE, CLOSE_AIRFIELD,
    OPEN_AIRFIELD, SEND_CONVOY, SEND_COLUMN, REINFORCE, WITHDRAW, RESTRAINT, GRANT_PERMIT,
    REVOKE_PERMIT, SIGN_TREATY, REQUEST_SUPPORT, HONOUR_SUPPORT, REFUSE_SUPPORT, FORM_JOINT_FORCE,
    PARTNER_ARRIVES, PARTNER_LEAVES, SANCTION, LIFT_SANCTIONS, THREATEN_INTERVENTION, UN_HANDOVER,
    POSTURE, BLOCKADE, LIFT_BLOCKADE, CLOSE_ROADS, OPEN_ROADS, PRESSURE_AIRFIELD, TRUCE, DECLARE,
) = range(1, 35)  # fmt: skip

# Why an order is refused. Codes are part of the result format.
REASONS: dict[int, str] = {
    0: "",
    1: "the aircraft is lost or not in the theatre",
    2: "the actor neither owns nor uses this aircraft",
    3: "the aircraft is already lent",
    4: "the aircraft is not lent",
    5: "the host has not granted the permit this needs",
    6: "the actor does not hold the origin",
    7: "too few men at the origin and in the reserve",
    8: "no road leads there",
    9: "the depot has too little to load",
    10: "no airfield there, or it cannot take this aircraft",
    11: "the aircraft is busy or under repair",
    12: "the place has no garrison of this state",
    13: "the UN mission has no site there",
    14: "that is not so now",
    15: "too many columns and convoys are under way",
    16: "a value lies outside the range of the order",
    17: "the places lie in another state that has not granted the permit",
    18: "an actor cannot address itself",
    19: "origin and destination are the same",
}
(
    R_OK, R_TAIL_GONE, R_NOT_YOURS, R_ALREADY_LENT, R_NOT_LENT, R_NO_PERMIT, R_NOT_HELD,
    R_TOO_FEW_MEN, R_NO_ROAD, R_DEPOT_EMPTY, R_NO_FIELD, R_BUSY, R_NO_GARRISON, R_NO_UN_SITE,
    R_NOT_SO, R_MOVES_FULL, R_RANGE, R_FOREIGN_SOIL, R_SELF, R_SAME_PLACE,
) = range(20)  # fmt: skip


@kernel
def propose(
    clock: Clock,
    orders: Orders,
    author: int,
    actor: int,
    verb: int,
    i0: int,
    i1: int,
    i2: int,
    i3: int,
    x0: float,
    x1: float,
) -> int:
    """Append an order for today and return its number; set ORDERS_FULL and return -1 when full.

    Unused whole-number arguments are -1, unused numbers 0.
    """
    n = orders.count[0]
    if n >= orders.row.shape[0]:
        clock.status[ORDERS_FULL] = 1
        return -1
    row = orders.row[n]
    row[O_DAY] = clock.day[0]
    row[O_ACTOR] = actor
    row[O_VERB] = verb
    row[O_I0] = i0
    row[O_I0 + 1] = i1
    row[O_I0 + 2] = i2
    row[O_I0 + 3] = i3
    row[O_I0 + 4] = -1
    row[O_AUTHOR] = author
    row[O_STATUS] = PROPOSED
    row[O_TEXT] = -1
    orders.number[n, 0] = x0
    orders.number[n, 1] = x1
    orders.number[n, 2] = 0.0
    orders.count[0] = n + 1
    return n

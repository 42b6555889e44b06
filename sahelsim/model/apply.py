"""The one door for decisions: every order is looked at, and carried out or refused with a reason.

Scripted rows come due on their day, in row order; then follow, in the order in which they were
given, the rows that policies, agents, teams and facilitators have added.
"""

from __future__ import annotations

from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.alliance import (
    apply_refuse_support,
    apply_request_support,
    apply_sign_treaty,
)
from sahelsim.model.mechanisms.column import apply_column
from sahelsim.model.mechanisms.convoy import apply_convoy
from sahelsim.model.mechanisms.holder import apply_un_handover, apply_withdraw
from sahelsim.model.mechanisms.insurgency import apply_posture, apply_truce
from sahelsim.model.mechanisms.operations import apply_restraint
from sahelsim.model.mechanisms.partners import (
    apply_form_joint_force,
    apply_partner_arrives,
    apply_partner_leaves,
)
from sahelsim.model.mechanisms.politics import (
    apply_grant_permit,
    apply_lift_sanctions,
    apply_revoke_permit,
    apply_sanction,
    apply_threaten_intervention,
)
from sahelsim.model.mechanisms.reinforcement import apply_reinforce
from sahelsim.model.mechanisms.siege import (
    apply_blockade,
    apply_close_roads,
    apply_lift_blockade,
    apply_open_roads,
)
from sahelsim.model.mechanisms.support import apply_honour_support
from sahelsim.model.mechanisms.tasking import (
    apply_allocate_sortie,
    apply_close_airfield,
    apply_fly_rotations,
    apply_lend_tail,
    apply_maintain,
    apply_open_airfield,
    apply_pressure_airfield,
    apply_recall_tail,
    apply_surge,
)
from sahelsim.model.orders import (
    ALLOCATE_SORTIE,
    BLOCKADE,
    CLOSE_AIRFIELD,
    CLOSE_ROADS,
    FLY_ROTATIONS,
    FORM_JOINT_FORCE,
    GRANT_PERMIT,
    HONOUR_SUPPORT,
    LEND_TAIL,
    LIFT_BLOCKADE,
    LIFT_SANCTIONS,
    MAINTAIN,
    OPEN_AIRFIELD,
    OPEN_ROADS,
    PARTNER_ARRIVES,
    PARTNER_LEAVES,
    POSTURE,
    PRESSURE_AIRFIELD,
    R_OK,
    RECALL_TAIL,
    REFUSE_SUPPORT,
    REINFORCE,
    REQUEST_SUPPORT,
    RESTRAINT,
    REVOKE_PERMIT,
    SANCTION,
    SEND_COLUMN,
    SEND_CONVOY,
    SIGN_TREATY,
    SURGE,
    THREATEN_INTERVENTION,
    TRUCE,
    UN_HANDOVER,
    WITHDRAW,
)
from sahelsim.model.parameters import Parameters
from sahelsim.model.world import (
    APPLIED,
    O_DAY,
    O_REASON,
    O_STATUS,
    O_VERB,
    PROPOSED,
    REJECTED,
    World,
)


@kernel
def apply_orders(w: World, p: Parameters) -> None:
    """Look at every order that is due today."""
    orders = w.orders
    while (
        orders.cursor[0] < orders.scripted[0]
        and orders.row[orders.cursor[0], O_DAY] <= w.clock.day[0]
    ):
        apply_proposed(w, p, orders.cursor[0])
        orders.cursor[0] += 1
    if orders.cursor[1] < orders.scripted[0]:
        orders.cursor[1] = orders.scripted[0]
    while orders.cursor[1] < orders.count[0]:
        apply_proposed(w, p, orders.cursor[1])
        orders.cursor[1] += 1


@kernel
def apply_proposed(w: World, p: Parameters, n: int) -> None:
    """Carry out or refuse order ``n`` where it is still a proposal."""
    row = w.orders.row[n]
    if row[O_STATUS] != PROPOSED:
        return
    verb = row[O_VERB]
    if verb <= OPEN_AIRFIELD or verb == PRESSURE_AIRFIELD:
        reason = air_order(w, p, n)
    elif verb <= RESTRAINT or verb == UN_HANDOVER:
        reason = ground_order(w, p, n)
    elif verb <= THREATEN_INTERVENTION:
        reason = political_order(w, p, n)
    else:
        reason = group_order(w, n)
    row[O_REASON] = reason
    row[O_STATUS] = APPLIED if reason == R_OK else REJECTED


@kernel
def air_order(w: World, p: Parameters, n: int) -> int:
    """Orders about aircraft and airfields."""
    row, number, verb = w.orders.row[n], w.orders.number[n], w.orders.row[n, O_VERB]
    if verb == LEND_TAIL:
        return apply_lend_tail(
            w.clock, w.airfields, w.types, w.routes, w.states, w.fleet, p.airlift, row, number
        )
    if verb == RECALL_TAIL:
        return apply_recall_tail(w.clock, w.fleet, row)
    if verb == FLY_ROTATIONS:
        return apply_fly_rotations(
            w.clock, w.airfields, w.types, w.routes, w.states, w.fleet, p.airlift, row, number
        )
    if verb == SURGE:
        return apply_surge(w.clock, w.states, row)
    if verb == MAINTAIN:
        return apply_maintain(w.clock, w.fleet, p.maintenance, row)
    if verb == ALLOCATE_SORTIE:
        return apply_allocate_sortie(
            w.clock, w.airfields, w.types, w.states, w.fleet, p.airlift, row
        )
    if verb == CLOSE_AIRFIELD:
        return apply_close_airfield(w.clock, w.airfields, w.fields, row)
    if verb == OPEN_AIRFIELD:
        return apply_open_airfield(w.clock, w.airfields, w.fields, row)
    if verb == PRESSURE_AIRFIELD:
        return apply_pressure_airfield(w.clock, w.airfields, w.fields, row)
    return R_OK


@kernel
def ground_order(w: World, p: Parameters, n: int) -> int:
    """Orders about convoys, columns, garrisons and UN sites."""
    row, number, verb = w.orders.row[n], w.orders.number[n], w.orders.row[n, O_VERB]
    if verb == SEND_CONVOY:
        return apply_convoy(
            w.clock,
            w.geography,
            w.land,
            w.states,
            w.moves,
            w.ledger,
            w.events,
            p.convoy,
            p.sustainment,
            p.politics,
            row,
            number,
            n,
        )
    if verb == SEND_COLUMN:
        return apply_column(
            w.clock,
            w.geography,
            w.land,
            w.states,
            w.moves,
            w.ledger,
            w.events,
            p.convoy,
            p.sustainment,
            row,
            number,
            n,
        )
    if verb == REINFORCE:
        return apply_reinforce(w.geography, w.land, row, number)
    if verb == WITHDRAW:
        return apply_withdraw(
            w.clock, w.geography, w.land, w.states, w.ledger, w.events, p.engagement, row, n
        )
    if verb == RESTRAINT:
        return apply_restraint(w.states, row, number)
    if verb == UN_HANDOVER:
        return apply_un_handover(
            w.clock,
            w.geography,
            w.land,
            w.groups,
            w.states,
            w.moves,
            w.ledger,
            w.events,
            p.holder,
            row,
            n,
        )
    return R_OK


@kernel
def political_order(w: World, p: Parameters, n: int) -> int:
    """Orders between states and about partners."""
    row, number, verb = w.orders.row[n], w.orders.number[n], w.orders.row[n, O_VERB]
    if verb == GRANT_PERMIT:
        return apply_grant_permit(w.states, row)
    if verb == REVOKE_PERMIT:
        return apply_revoke_permit(w.states, row)
    if verb == SIGN_TREATY:
        return apply_sign_treaty(
            w.clock, w.geography, w.states, w.events, p.alliance, row, number, n
        )
    if verb == REQUEST_SUPPORT:
        return apply_request_support(w.states, row)
    if verb == HONOUR_SUPPORT:
        return apply_honour_support(
            w.clock,
            w.geography,
            w.airfields,
            w.types,
            w.land,
            w.states,
            w.fleet,
            w.fields,
            w.ledger,
            w.events,
            p.airlift,
            p.alliance,
            row,
            number,
            n,
        )
    if verb == REFUSE_SUPPORT:
        return apply_refuse_support(w.clock, w.geography, w.states, w.ledger, w.events, row, n)
    if verb == FORM_JOINT_FORCE:
        return apply_form_joint_force(w.clock, w.states, row, number)
    if verb == PARTNER_ARRIVES:
        return apply_partner_arrives(w.clock, w.geography, w.states, w.events, row, number, n)
    if verb == PARTNER_LEAVES:
        return apply_partner_leaves(w.clock, w.geography, w.states, w.events, row, number, n)
    if verb == SANCTION:
        return apply_sanction(w.clock, w.geography, w.states, w.events, row, number, n)
    if verb == LIFT_SANCTIONS:
        return apply_lift_sanctions(w.clock, w.geography, w.states, w.events, row, number, n)
    if verb == THREATEN_INTERVENTION:
        return apply_threaten_intervention(w.states, row, number)
    return R_OK


@kernel
def group_order(w: World, n: int) -> int:
    """Orders of insurgent groups, truces, and declarations (which change nothing)."""
    row, number, verb = w.orders.row[n], w.orders.number[n], w.orders.row[n, O_VERB]
    if verb == POSTURE:
        return apply_posture(w.clock, w.groups, row, number)
    if verb == BLOCKADE:
        return apply_blockade(w.clock, w.land, row, number)
    if verb == LIFT_BLOCKADE:
        return apply_lift_blockade(w.clock, w.geography, w.land, w.ledger, w.events, row, number, n)
    if verb == CLOSE_ROADS:
        return apply_close_roads(w.clock, w.geography, w.land, row, number)
    if verb == OPEN_ROADS:
        return apply_open_roads(w.clock, w.geography, w.land, row, number)
    if verb == TRUCE:
        return apply_truce(w.clock, w.groups, row, number)
    return R_OK

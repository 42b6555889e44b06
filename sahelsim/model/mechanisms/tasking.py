"""Orders about aircraft and airfields, carried out: each returns R_OK or why it is refused.

A loan binds tail, borrower and circuit. It takes effect at once; a sortie under way is finished
first, and goods always belong to the state on whose soil their rotation began, so a change of
user moves no goods. A circuit that is recalled ends when its rotation closes. A loan itself
gives the tail the borrower's permit to land; stops in third states need theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.performance import (
    has_fuel,
    leg_hours,
    may_land,
    payload_t,
    strip_suits,
)
from sahelsim.model.orders import (
    R_ALREADY_LENT,
    R_BUSY,
    R_FOREIGN_SOIL,
    R_NO_FIELD,
    R_NO_PERMIT,
    R_NOT_LENT,
    R_NOT_SO,
    R_NOT_YOURS,
    R_OK,
    R_RANGE,
    R_SAME_PLACE,
    R_SELF,
    R_TAIL_GONE,
)
from sahelsim.model.world import (
    DEPOT,
    LOST,
    O_ACTOR,
    O_I0,
    READY,
    AircraftTypes,
    Airfields,
    Clock,
    Fields,
    Fleet,
    Floats,
    Ints,
    Routes,
    States,
)
from sahelsim.theatre.actors import N_STATES

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.airlift import AirliftParameters
    from sahelsim.model.mechanisms.maintenance import MaintenanceParameters

O_I1, O_I2 = O_I0 + 1, O_I0 + 2


@kernel
def in_theatre(clock: Clock, fleet: Fleet, a: int) -> bool:
    """True where ``a`` is a tail that is not lost and in the theatre today."""
    if a < 0 or a >= len(fleet.status) or fleet.status[a] == LOST:
        return False
    return fleet.available_from[a] <= clock.day[0] < fleet.available_to[a]


@kernel
def route_refusal(
    types: AircraftTypes,
    airfields: Airfields,
    routes: Routes,
    states: States,
    fleet: Fleet,
    airlift: AirliftParameters,
    a: int,
    user: int,
    r: int,
) -> int:
    """R_OK if tail ``a`` can fly circuit ``r`` for ``user`` by strip and permit, else why not."""
    if r < 0 or r >= len(routes.n_stops) or routes.n_stops[r] < 2:
        return R_RANGE
    for k in range(routes.n_stops[r]):
        f = routes.stop[r, k]
        if not strip_suits(types, airfields, fleet.type[a], f, airlift):
            return R_NO_FIELD
        if not may_land(states, airfields.country[f], fleet.owner[a], user):
            return R_NO_PERMIT
    return R_OK


@kernel
def set_route(fleet: Fleet, a: int, r: int, rotations: float, load_t: float) -> None:
    """Give tail ``a`` a circuit; 0 rotations a week ends it when the rotation under way closes."""
    fleet.rotations_per_week[a] = rotations
    fleet.planned_load_t[a] = load_t
    if rotations > 0.0:
        fleet.route[a] = r
    elif fleet.stop[a] < 0 or fleet.target[a] >= 0:
        fleet.route[a] = -1
        fleet.credit[a] = 0.0


@kernel
def on_other_circuit(fleet: Fleet, a: int, r: int) -> bool:
    """True while tail ``a`` flies a rotation of a circuit other than ``r``."""
    return fleet.stop[a] >= 0 and fleet.target[a] < 0 and fleet.route[a] != r


@kernel
def apply_lend_tail(
    clock: Clock,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    states: States,
    fleet: Fleet,
    airlift: AirliftParameters,
    row: Ints,
    number: Floats,
) -> int:
    """Lend a tail (i0) to a state (i1) for a circuit (i2), x0 rotations a week, x1 t planned."""
    a, to, r = row[O_I0], row[O_I1], row[O_I2]
    if not in_theatre(clock, fleet, a):
        return R_TAIL_GONE
    if fleet.owner[a] != row[O_ACTOR]:
        return R_NOT_YOURS
    if fleet.user[a] != fleet.owner[a]:
        return R_ALREADY_LENT
    if to == fleet.owner[a]:
        return R_SELF
    if to < 0 or to >= N_STATES or number[0] < 0.0 or number[1] < 0.0:
        return R_RANGE
    reason = route_refusal(types, airfields, routes, states, fleet, airlift, a, to, r)
    if reason != R_OK:
        return reason
    if on_other_circuit(fleet, a, r):
        return R_BUSY
    fleet.user[a] = to
    set_route(fleet, a, r, number[0], number[1])
    return R_OK


@kernel
def apply_recall_tail(clock: Clock, fleet: Fleet, row: Ints) -> int:
    """End the loan of a tail (i0): it is its owner's again, its circuit ends when it closes."""
    a = row[O_I0]
    if not in_theatre(clock, fleet, a):
        return R_TAIL_GONE
    if fleet.owner[a] != row[O_ACTOR]:
        return R_NOT_YOURS
    if fleet.user[a] == fleet.owner[a]:
        return R_NOT_LENT
    fleet.user[a] = fleet.owner[a]
    set_route(fleet, a, -1, 0.0, 0.0)
    return R_OK


@kernel
def apply_fly_rotations(
    clock: Clock,
    airfields: Airfields,
    types: AircraftTypes,
    routes: Routes,
    states: States,
    fleet: Fleet,
    airlift: AirliftParameters,
    row: Ints,
    number: Floats,
) -> int:
    """Let a tail that one uses (i0) fly a circuit (i2), x0 rotations a week, x1 t planned."""
    a, r, user = row[O_I0], row[O_I2], row[O_ACTOR]
    if not in_theatre(clock, fleet, a):
        return R_TAIL_GONE
    if fleet.user[a] != user:
        return R_NOT_YOURS
    if number[0] < 0.0 or number[1] < 0.0:
        return R_RANGE
    reason = route_refusal(types, airfields, routes, states, fleet, airlift, a, user, r)
    if reason != R_OK:
        return reason
    if on_other_circuit(fleet, a, r):
        return R_BUSY
    set_route(fleet, a, r, number[0], number[1])
    return R_OK


@kernel
def apply_surge(clock: Clock, states: States, row: Ints) -> int:
    """Fly harder for i0 days: more rotations fall due, repairs take longer."""
    if row[O_I0] < 1:
        return R_RANGE
    s = row[O_ACTOR]
    states.surge_until[s] = max(states.surge_until[s], clock.day[0] + row[O_I0])
    return R_OK


@kernel
def apply_maintain(
    clock: Clock, fleet: Fleet, maintenance: MaintenanceParameters, row: Ints
) -> int:
    """Stand a tail (i0) down for i1 days; its repairs are shorter for a while afterwards."""
    a = row[O_I0]
    if not in_theatre(clock, fleet, a):
        return R_TAIL_GONE
    if fleet.user[a] != row[O_ACTOR] and fleet.owner[a] != row[O_ACTOR]:
        return R_NOT_YOURS
    if row[O_I1] < 1:
        return R_RANGE
    if fleet.status[a] != READY or fleet.target[a] >= 0:
        return R_BUSY
    fleet.status[a] = DEPOT
    fleet.down_days[a] = float(row[O_I1])
    fleet.repair_scale[a] *= maintenance.rest_repair_factor
    return R_OK


@kernel
def sortie_payload_t(
    airfields: Airfields,
    types: AircraftTypes,
    fleet: Fleet,
    airlift: AirliftParameters,
    a: int,
    base: int,
    f: int,
) -> float:
    """Payload (t) of tail ``a`` from ``base`` to ``f`` and back; 0 where out of reach."""
    kind = fleet.type[a]
    km = airfields.great_circle_km[base, f]
    hours = leg_hours(km, types.cruise_kmh[kind], airlift.leg_fixed_h)
    if hours > airlift.duty_h:
        return 0.0
    elevation = airfields.elevation_ft[base]
    if has_fuel(airfields, f, airlift):
        return payload_t(types, kind, hours, 0.0, km, elevation, airlift)
    return payload_t(types, kind, hours, hours, 2.0 * km, elevation, airlift)


@kernel
def apply_allocate_sortie(
    clock: Clock,
    airfields: Airfields,
    types: AircraftTypes,
    states: States,
    fleet: Fleet,
    airlift: AirliftParameters,
    row: Ints,
) -> int:
    """Send a free tail (i0) from its base to an airfield (i1) and back."""
    a, f = row[O_I0], row[O_I1]
    if not in_theatre(clock, fleet, a):
        return R_TAIL_GONE
    if fleet.user[a] != row[O_ACTOR]:
        return R_NOT_YOURS
    if f < 0 or f >= len(airfields.locality):
        return R_RANGE
    if f == fleet.base[a]:
        return R_SAME_PLACE
    if fleet.status[a] != READY or fleet.stop[a] >= 0 or fleet.target[a] >= 0:
        return R_BUSY
    if fleet.route[a] >= 0 or fleet.hold_until[a] > clock.day[0]:
        return R_BUSY
    if not strip_suits(types, airfields, fleet.type[a], f, airlift):
        return R_NO_FIELD
    if sortie_payload_t(airfields, types, fleet, airlift, a, fleet.base[a], f) <= 0.0:
        return R_NO_FIELD
    if not may_land(states, airfields.country[f], fleet.owner[a], fleet.user[a]):
        return R_NO_PERMIT
    fleet.target[a] = f
    return R_OK


@kernel
def airfield_refusal(airfields: Airfields, row: Ints) -> int:
    """R_OK if the actor may order about the airfield (i0): a state only about its own."""
    f, actor = row[O_I0], row[O_ACTOR]
    if f < 0 or f >= len(airfields.country):
        return R_RANGE
    if actor < N_STATES and airfields.country[f] != actor:
        return R_FOREIGN_SOIL
    return R_OK


@kernel
def apply_close_airfield(clock: Clock, airfields: Airfields, fields: Fields, row: Ints) -> int:
    """Close an airfield (i0) to all movements for i1 days."""
    reason = airfield_refusal(airfields, row)
    if reason != R_OK:
        return reason
    if row[O_I1] < 1:
        return R_RANGE
    fields.ordered_until[row[O_I0]] = clock.day[0] + row[O_I1]
    return R_OK


@kernel
def apply_open_airfield(clock: Clock, airfields: Airfields, fields: Fields, row: Ints) -> int:
    """End the closure of an airfield (i0) by order."""
    reason = airfield_refusal(airfields, row)
    if reason != R_OK:
        return reason
    if fields.ordered_until[row[O_I0]] <= clock.day[0]:
        return R_NOT_SO
    fields.ordered_until[row[O_I0]] = clock.day[0]
    return R_OK


@kernel
def apply_pressure_airfield(clock: Clock, airfields: Airfields, fields: Fields, row: Ints) -> int:
    """Deny the air around an airfield (i0) for i1 days; it bites where there are fighters."""
    reason = airfield_refusal(airfields, row)
    if reason != R_OK:
        return reason
    if row[O_I1] < 1:
        return R_RANGE
    f = row[O_I0]
    fields.denied_until[f] = max(fields.denied_until[f], clock.day[0] + row[O_I1])
    return R_OK

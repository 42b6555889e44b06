"""Politics: domestic pressure, sanctions, the threat of intervention, permits.

Domestic pressure D in [0, 10] of a state, once a week::

    D <- clip(.97 D + .03 (2 ln(1 + killed_7d / 5) + .1 sieges + 2 sanctions)
              + .5 localities_lost_7d + .3 aircraft_lost_7d - .5 successes_7d, 0, 10)

Structure and weights are assumed (general knowledge); every weight is a parameter with a range.
It lowers a state's readiness to help others (:mod:`sahelsim.model.mechanisms.alliance`). A hazard
of an elite crisis, h = h0 exp(k (D - D0)) a day, is off by default (``elite_on``).

Sanctions (claims C14, C21) have a strength in [0, 1] by state and act through four factors: the
budget and prices of supply, spare parts, and border traffic. A threat of intervention (C21) keeps
a share of the state's lift and reserve at home. Permits (C18) are a matrix host x guest x kind
(overflight, landing, ground) that the validation of orders reads.
"""

from __future__ import annotations

import math

from sahelsim.model.arithmetic import chance, clip
from sahelsim.model.draws import ELITE, bernoulli, uniform
from sahelsim.model.events import C_NEED, C_ORDER, ELITE_CRISIS, SANCTION_CHANGES, log_event
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.orders import R_NOT_SO, R_OK, R_RANGE, R_SELF
from sahelsim.model.world import (
    O_ACTOR,
    O_I0,
    Clock,
    Events,
    Floats,
    Geography,
    Ints,
    Land,
    States,
)
from sahelsim.theatre.actors import N_STATES, NONE


class PoliticsParameters(Group):
    """Parameters of ``theatre/parameters/politics.yaml``."""

    pressure_memory: float
    pressure_killed: float
    pressure_killed_scale: float
    pressure_siege: float
    pressure_sanction: float
    pressure_loss: float
    pressure_aircraft: float
    pressure_success: float
    pressure_max: float
    elite_on: float
    elite_hazard: float
    elite_slope: float
    elite_threshold: float
    elite_relief: float
    sanction_budget: float
    sanction_price: float
    sanction_repair: float
    sanction_border: float
    threat_home_share: float


@kernel
def supply_factor(states: States, politics: PoliticsParameters, s: int) -> float:
    """Factor on what a state can buy for its depots under sanctions, 0..1.

    A budget cut by ``sanction_budget`` at prices raised by ``sanction_price``: (1 - b x)/(1 + p x)
    with x the strength of the sanctions.
    """
    x: float = states.sanction[s]
    return max(0.0, 1.0 - politics.sanction_budget * x) / (1.0 + politics.sanction_price * x)


@kernel
def repair_sanction_factor(states: States, politics: PoliticsParameters, s: int) -> float:
    """Factor on repair times for want of spare parts under sanctions, >= 1."""
    x: float = states.sanction[s]
    return 1.0 + politics.sanction_repair * x


@kernel
def convoy_border_factor(states: States, politics: PoliticsParameters, s: int) -> float:
    """Share of border traffic that sanctions leave a state, 0..1."""
    x: float = states.sanction[s]
    return max(0.0, 1.0 - politics.sanction_border * x)


@kernel
def lift_share_home(states: States, politics: PoliticsParameters, s: int) -> float:
    """Share of lift and reserve that a threatened state keeps at home, 0..1 (C21)."""
    return clip(politics.threat_home_share * states.threat[s], 0.0, 1.0)


@kernel
def next_pressure(
    pressure: float,
    killed: float,
    sieges: float,
    sanction: float,
    lost: float,
    aircraft_lost: float,
    successes: float,
    politics: PoliticsParameters,
) -> float:
    """Domestic pressure after a week with these counts, 0..pressure_max."""
    memory = politics.pressure_memory
    burden = (
        politics.pressure_killed * math.log(1.0 + killed / politics.pressure_killed_scale)
        + politics.pressure_siege * sieges
        + politics.pressure_sanction * sanction
    )
    shock = (
        politics.pressure_loss * lost
        + politics.pressure_aircraft * aircraft_lost
        - politics.pressure_success * successes
    )
    return clip(memory * pressure + (1.0 - memory) * burden + shock, 0.0, politics.pressure_max)


@kernel
def politics_week(
    clock: Clock, geography: Geography, land: Land, states: States, politics: PoliticsParameters
) -> None:
    """Update every state's pressure from the week's counts and today's sieges; start new counts."""
    for s in range(N_STATES):
        sieges = 0.0
        for i in range(land.holder.shape[0]):
            if geography.country[i] == s and land.holder[i] == s and land.besieged[i] == 1:
                sieges += 1.0
        killed, lost, aircraft, successes = 0.0, 0.0, 0.0, 0.0
        for k in range(states.killed_7d.shape[1]):
            killed += states.killed_7d[s, k]
            lost += states.lost_7d[s, k]
            aircraft += states.aircraft_lost_7d[s, k]
            successes += states.success_7d[s, k]
            states.killed_7d[s, k] = 0.0
            states.lost_7d[s, k] = 0.0
            states.aircraft_lost_7d[s, k] = 0.0
            states.success_7d[s, k] = 0.0
        states.pressure[s] = next_pressure(
            states.pressure[s], killed, sieges, states.sanction[s], lost, aircraft, successes,
            politics,
        )  # fmt: skip


@kernel
def politics_day(
    clock: Clock, geography: Geography, states: States, events: Events, politics: PoliticsParameters
) -> None:
    """Draw the elite crisis where it is on; one multiplies the pressure by ``elite_relief``."""
    if politics.elite_on <= 0.0:
        return
    for s in range(N_STATES):
        above = states.pressure[s] - politics.elite_threshold
        hazard = politics.elite_hazard * math.exp(politics.elite_slope * above)
        if bernoulli(chance(hazard), uniform(clock.key, ELITE, clock.day[0], s, 0)):
            log_event(
                clock, events, ELITE_CRISIS, geography.capital[s], s, NONE, C_NEED, -1, -1,
                0.0, 0.0, 0.0, 0.0, states.pressure[s], 0.0,
            )  # fmt: skip
            states.pressure[s] *= politics.elite_relief


@kernel
def apply_sanction(
    clock: Clock, geography: Geography, states: States, events: Events, row: Ints,
    number: Floats, n: int,
) -> int:  # fmt: skip
    """Penalise state ``row[O_I0]`` with strength ``number[0]``, if that is stronger than now."""
    if not 0.0 <= number[0] <= 1.0:
        return R_RANGE
    s = row[O_I0]
    states.sanction[s] = max(states.sanction[s], number[0])
    _log_sanction(clock, geography, states, events, row, n)
    return R_OK


@kernel
def apply_lift_sanctions(
    clock: Clock, geography: Geography, states: States, events: Events, row: Ints,
    number: Floats, n: int,
) -> int:  # fmt: skip
    """Lower the penalties on state ``row[O_I0]`` to ``number[0]``; R_NOT_SO if no higher now."""
    if not 0.0 <= number[0] <= 1.0:
        return R_RANGE
    s = row[O_I0]
    if states.sanction[s] <= number[0]:
        return R_NOT_SO
    states.sanction[s] = number[0]
    _log_sanction(clock, geography, states, events, row, n)
    return R_OK


@kernel
def apply_threaten_intervention(states: States, row: Ints, number: Floats) -> int:
    """Set the threat of intervention against state ``row[O_I0]`` to ``number[0]`` (0 ends it)."""
    if not 0.0 <= number[0] <= 1.0:
        return R_RANGE
    states.threat[row[O_I0]] = number[0]
    return R_OK


@kernel
def apply_grant_permit(states: States, row: Ints) -> int:
    """Let guest ``row[O_I0]`` overfly, land or operate (kind ``row[O_I0 + 1]``) on one's soil."""
    host, guest = row[O_ACTOR], row[O_I0]
    if host == guest:
        return R_SELF
    states.permit[host, guest, row[O_I0 + 1]] = 1
    return R_OK


@kernel
def apply_revoke_permit(states: States, row: Ints) -> int:
    """Take a permit back; R_NOT_SO if it was not granted."""
    host, guest = row[O_ACTOR], row[O_I0]
    if host == guest:
        return R_SELF
    if states.permit[host, guest, row[O_I0 + 1]] == 0:
        return R_NOT_SO
    states.permit[host, guest, row[O_I0 + 1]] = 0
    return R_OK


@kernel
def _log_sanction(
    clock: Clock, geography: Geography, states: States, events: Events, row: Ints, n: int
) -> None:
    s = row[O_I0]
    log_event(
        clock, events, SANCTION_CHANGES, geography.capital[s], row[O_ACTOR], s, C_ORDER, n, -1,
        0.0, 0.0, 0.0, 0.0, states.sanction[s], 0.0,
    )  # fmt: skip

"""Partners of the states: who is there, what their presence changes, and the joint force.

Presence is ``states.partner_men`` [partner, state] (men outside the states' own books). It acts
only through the named factors below, which other mechanisms read; nothing here writes an outcome.

- Western reconnaissance and training (claims C13, C19): the share of insurgents among those whom
  state operations kill gains ``western_mu`` times the weight of each Western partner present, so
  that an exit takes it away.
- Russia, from ``russia_min_men`` men on (C13): kills of state operations times
  ``russia_op_kills``, that share times ``russia_mu``.
- Upkeep of Western aircraft (C13, C19): Niger's repair times grow by
  ``repair_decay_per_month`` a month from the day US support ended, and by ``us_exit_repair``
  when US forces have left.
- Joint force (C11, C12): F(t) = F* (1 - (1 + t/tau) exp(-t/tau)), t days since it was formed: a
  build-up in two stages of mean tau; each state's share of it stands with its garrisons near the
  tri-border and counts in their defence.
- Influence (C14): a partner's mean share of the troops and of the trainers in a state.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sahelsim.model.events import (
    C_BACKGROUND,
    C_ORDER,
    JOINT_FORCE_OPERATIONAL,
    PARTNER_ARRIVES,
    PARTNER_LEAVES,
    WITHDRAWAL,
    log_event,
)
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.politics import PoliticsParameters, repair_sanction_factor
from sahelsim.model.orders import R_NOT_SO, R_OK, R_RANGE
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
from sahelsim.theatre.actors import FIRST_PARTNER, N_PARTNERS, N_STATES, NONE

P_RUSSIA, P_USA = 0, 1  # rows of States.partner_men
DAYS_A_MONTH = 30.4375


class PartnersParameters(Group):
    """Parameters of ``theatre/parameters/partners.yaml``; families in the order of their axis."""

    presence_men: float
    western_mu: float
    western_weight: npt.NDArray[np.float64]
    russia_min_men: float
    russia_op_kills: float
    russia_mu: float
    us_exit_repair: npt.NDArray[np.float64]
    repair_decay_per_month: npt.NDArray[np.float64]
    us_support_end: float
    trainer_share: npt.NDArray[np.float64]
    joint_force_tau_d: float
    joint_force_share: float
    joint_force_ready_share: float


@kernel
def is_present(states: States, partners: PartnersParameters, partner: int, s: int) -> bool:
    """True while a partner (row 0..5) keeps at least ``presence_men`` men in state ``s``."""
    men: float = states.partner_men[partner, s]
    return men >= partners.presence_men


@kernel
def mu_shift(states: States, partners: PartnersParameters, s: int) -> float:
    """What Western reconnaissance and training add to the insurgent share mu (C13, C19), >= 0."""
    total = 0.0
    for partner in range(N_PARTNERS):
        if is_present(states, partners, partner, s):
            total += partners.western_weight[partner]
    return partners.western_mu * total


@kernel
def mu_factor(states: States, partners: PartnersParameters, s: int) -> float:
    """Factor on the insurgent share mu where Russian forces take part in operations (C13)."""
    if states.partner_men[P_RUSSIA, s] >= partners.russia_min_men:
        return partners.russia_mu
    return 1.0


@kernel
def op_kills_factor(states: States, partners: PartnersParameters, s: int) -> float:
    """Factor on the kills of state operations where Russian forces take part (C13)."""
    if states.partner_men[P_RUSSIA, s] >= partners.russia_min_men:
        return partners.russia_op_kills
    return 1.0


@kernel
def repair_factor(
    clock: Clock,
    states: States,
    partners: PartnersParameters,
    politics: PoliticsParameters,
    s: int,
    is_western_type: int,
) -> float:
    """Factor on repair times of the aircraft that state ``s`` owns, >= 1 for the defaults.

    Sanctions lengthen every repair. Western types also wait for Western parts: (1 + r)^(months
    since US support ended), and ``us_exit_repair`` once US forces have left. An owner that is no
    state (``s`` outside 0..2) gets 1.
    """
    if s < 0 or s >= N_STATES:
        return 1.0
    factor = repair_sanction_factor(states, politics, s)
    if is_western_type == 0:
        return factor
    days = clock.start_ordinal[0] + clock.day[0] - partners.us_support_end
    if days > 0.0:
        factor *= (1.0 + partners.repair_decay_per_month[s]) ** (days / DAYS_A_MONTH)
    if not is_present(states, partners, P_USA, s):
        factor *= partners.us_exit_repair[s]
    return factor


@kernel
def force_built(days: float, target: float, tau: float) -> float:
    """Strength ``days`` after a force was formed: F* (1 - (1 + t/tau) exp(-t/tau)), men (C11)."""
    if days <= 0.0:
        return 0.0
    x = days / tau
    return target * (1.0 - (1.0 + x) * math.exp(-x))


@kernel
def joint_force_total(clock: Clock, states: States, partners: PartnersParameters) -> float:
    """Strength of the joint force today, men; 0 before it is formed."""
    formed = states.joint_force_day[0]
    if formed < 0:
        return 0.0
    days = float(clock.day[0] - formed)
    return force_built(days, states.joint_force_target[0], partners.joint_force_tau_d)


@kernel
def joint_force_men(clock: Clock, states: States, partners: PartnersParameters, s: int) -> float:
    """Men of the joint force that state ``s`` may use near the tri-border (C12)."""
    return partners.joint_force_share * joint_force_total(clock, states, partners)


@kernel
def influence_in(states: States, partners: PartnersParameters, partner: int, s: int) -> float:
    """A partner's mean share of the foreign troops and trainers in state ``s``, 0..1 (C14).

    A category that nobody fills is left out; 0 where no partner is present.
    """
    troops, trainers = 0.0, 0.0
    for p in range(N_PARTNERS):
        trainers += states.partner_men[p, s] * partners.trainer_share[p]
        troops += states.partner_men[p, s] * (1.0 - partners.trainer_share[p])
    men = states.partner_men[partner, s]
    total, kinds = 0.0, 0
    if troops > 0.0:
        total += men * (1.0 - partners.trainer_share[partner]) / troops
        kinds += 1
    if trainers > 0.0:
        total += men * partners.trainer_share[partner] / trainers
        kinds += 1
    return total / kinds if kinds else 0.0


@kernel
def influence(states: States, partners: PartnersParameters, partner: int) -> float:
    """Influence index I_p of a partner (row 0..5): its mean over the three states, 0..1 (C14)."""
    total = 0.0
    for s in range(N_STATES):
        total += influence_in(states, partners, partner, s)
    return total / N_STATES


@kernel
def apply_partner_arrives(
    clock: Clock, geography: Geography, states: States, events: Events, row: Ints,
    number: Floats, n: int,
) -> int:  # fmt: skip
    """A partner deploys ``number[0]`` men to state ``row[O_I0]``."""
    partner, s, men = row[O_ACTOR] - FIRST_PARTNER, row[O_I0], number[0]
    if men <= 0.0:
        return R_RANGE
    states.partner_men[partner, s] += men
    _log_presence(clock, geography, events, PARTNER_ARRIVES, row[O_ACTOR], s, n, men)
    return R_OK


@kernel
def apply_partner_leaves(
    clock: Clock, geography: Geography, states: States, events: Events, row: Ints,
    number: Floats, n: int,
) -> int:  # fmt: skip
    """A partner takes ``number[0]`` men (0: all) out of state ``row[O_I0]``.

    Its last man logs a withdrawal as well. R_NOT_SO if nobody is there.
    """
    partner, s = row[O_ACTOR] - FIRST_PARTNER, row[O_I0]
    there = states.partner_men[partner, s]
    if there <= 0.0:
        return R_NOT_SO
    men = min(number[0], there) if number[0] > 0.0 else there
    states.partner_men[partner, s] = there - men
    _log_presence(clock, geography, events, PARTNER_LEAVES, row[O_ACTOR], s, n, men)
    if men == there:
        _log_presence(clock, geography, events, WITHDRAWAL, row[O_ACTOR], s, n, men)
    return R_OK


@kernel
def apply_form_joint_force(clock: Clock, states: States, row: Ints, number: Floats) -> int:
    """Begin to build the joint force; given again, only its target changes."""
    if number[0] < 0.0:
        return R_RANGE
    if states.joint_force_day[0] < 0:
        states.joint_force_day[0] = clock.day[0]
    states.joint_force_target[0] = number[0]
    return R_OK


@kernel
def station_joint_force(
    clock: Clock, geography: Geography, land: Land, states: States, partners: PartnersParameters
) -> None:
    """Spread each state's part of the joint force evenly over its garrisons near the tri-border."""
    garrisons = np.zeros(N_STATES)
    for i in range(land.holder.shape[0]):
        s = geography.country[i]
        land.joint_troops[i] = 0.0
        if geography.tri_border[i] == 1 and land.holder[i] == s and land.garrison[i] > 0.0:
            garrisons[s] += 1.0
            land.joint_troops[i] = joint_force_men(clock, states, partners, s)
    for i in range(land.holder.shape[0]):
        land.joint_troops[i] /= max(1.0, garrisons[geography.country[i]])


@kernel
def partners_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    events: Events,
    partners: PartnersParameters,
) -> None:
    """Station the joint force, and log the day on which it first has enough of its target."""
    formed = states.joint_force_day[0]
    target = states.joint_force_target[0]
    if formed < 0 or target <= 0.0:
        return
    station_joint_force(clock, geography, land, states, partners)
    days = float(clock.day[0] - formed)
    ready = partners.joint_force_ready_share * target
    today = force_built(days, target, partners.joint_force_tau_d)
    if today >= ready and force_built(days - 1.0, target, partners.joint_force_tau_d) < ready:
        log_event(
            clock, events, JOINT_FORCE_OPERATIONAL, -1, NONE, NONE, C_BACKGROUND, -1, -1,
            0.0, 0.0, 0.0, 0.0, today, 0.0,
        )  # fmt: skip


@kernel
def _log_presence(
    clock: Clock, geography: Geography, events: Events, kind: int, actor: int, s: int, n: int,
    men: float,
) -> None:  # fmt: skip
    log_event(
        clock, events, kind, geography.capital[s], actor, s, C_ORDER, n, -1,
        0.0, 0.0, 0.0, 0.0, men, 0.0,
    )  # fmt: skip

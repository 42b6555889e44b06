"""Control, collaboration, recruitment and movement: how the ground between the fights changes.

Control follows strength, collaboration follows control (Kalyvas 2006), both as lags [1/d]:

    c' = (q - c) / tau_control,        q = D rd / (D rd + fighters_weight M + cushion)
    a' = (c - a) / tau_collaboration,  and a jump by 1 - exp(-harm C / (pop/1000)) per civilians C
                                       killed: down if the state's side did it, up by a part of it
                                       if insurgents did (Condra and Shapiro 2012)

Fighters m of a group at a place, M of all groups, K capacity, h support base [fighters/d]:

    m' = rho_c h m^.75 (1-a) max(0, 1 - M/K) + theta C m/M - attrition m - losses, and a share
    ``movement`` a day leaves for the neighbours in proportion to W_ij h_j exp(pull (1 - c_j))

[model specification 2.6, corrections 4 and 15; recruits per civilian killed after Kress and
Szechtman 2009]. Movement is slow, so each group moves every third day with three days' share.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sahelsim.model.arithmetic import clip
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.strength import defence, fighters_at, posture_now
from sahelsim.model.world import Clock, Floats, Geography, Groups, Land, Ledger
from sahelsim.theatre.actors import N_GROUPS

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.engagement import EngagementParameters


class ControlParameters(Group):
    """Numbers of ``theatre/parameters/control.yaml``."""

    tau_control: float
    fighters_weight: float
    cushion: float
    tau_collaboration: float
    harm: float
    harm_by_insurgents: float
    theta: float
    rho: Floats
    recruitment_power: float
    attrition: float
    movement: float
    pull: float
    posture_movement: Floats
    posture_massing: Floats
    posture_recruitment: Floats


@kernel
def shock_collaboration(
    geography: Geography,
    land: Land,
    control: ControlParameters,
    i: int,
    dead: float,
    by_state: bool,
) -> None:
    """Civilians killed move collaboration away from the side that killed them."""
    jump = 1.0 - math.exp(-control.harm * dead / (0.001 * geography.population[i]))
    change = -jump if by_state else control.harm_by_insurgents * jump
    land.collaboration[i] = clip(land.collaboration[i] + change, 0.0, 1.0)


@kernel
def recruit_from_harm(
    groups: Groups, ledger: Ledger, control: ControlParameters, i: int, dead: float
) -> None:
    """Civilians killed by the state's side bring theta recruits each to the groups at a place."""
    total = fighters_at(groups, i)
    if total <= 0.0 or dead <= 0.0:
        return
    for g in range(N_GROUPS):
        recruits = control.theta * dead * groups.fighters[g, i] / total
        groups.fighters[g, i] += recruits
        ledger.fighters[g, 0] += recruits


@kernel
def control_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    ledger: Ledger,
    control: ControlParameters,
    engagement: EngagementParameters,
) -> None:
    """One day of control, collaboration, recruitment, attrition and movement."""
    keep_c = math.exp(-1.0 / control.tau_control)
    keep_a = math.exp(-1.0 / control.tau_collaboration)
    for i in range(land.control.shape[0]):
        total = fighters_at(groups, i)
        men = defence(engagement, land, i) * land.readiness[i]
        aim = men / (men + control.fighters_weight * total + control.cushion)
        land.control[i] = aim + (land.control[i] - aim) * keep_c
        a = land.control[i] + (land.collaboration[i] - land.control[i]) * keep_a
        land.collaboration[i] = a
        if total <= 0.0:
            continue
        room = max(0.0, 1.0 - total / geography.capacity[i])
        base = control.rho[geography.country[i]] * (1.0 - a) * room
        for g in range(N_GROUPS):
            m = groups.fighters[g, i]
            if m <= 0.0:
                continue
            tired = control.attrition * m
            recruits = base * geography.home[g, i] * m**control.recruitment_power
            recruits *= control.posture_recruitment[posture_now(clock.day[0], groups, g)]
            groups.fighters[g, i] = m + recruits - tired
            ledger.fighters[g, 0] += recruits
            ledger.fighters[g, 2] += tired
    move_group(clock, geography, land, groups, control, clock.day[0] % N_GROUPS)


@kernel
def move_group(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    control: ControlParameters,
    g: int,
) -> None:
    """Three days' movement of one group between neighbouring places; their sum does not change."""
    n = land.control.shape[0]
    posture = posture_now(clock.day[0], groups, g)
    share = 1.0 - math.exp(-N_GROUPS * control.movement * control.posture_movement[posture])
    massing = control.posture_massing[posture]
    pull = np.empty(n)
    change = np.zeros(n)
    for j in range(n):
        pull[j] = 0.0
        if geography.home[g, j] <= 0.0:
            continue
        pull[j] = geography.home[g, j] * math.exp(control.pull * (1.0 - land.control[j]))
        if massing != 0.0 and groups.fighters[g, j] > 0.0:  # to where one's own are many (or few)
            pull[j] *= (1.0 + groups.fighters[g, j]) ** massing
    for i in range(n):
        m = groups.fighters[g, i]
        if m <= 0.0:
            continue
        first, last = geography.near_start[i], geography.near_start[i + 1]
        total = 0.0
        for edge in range(first, last):
            total += geography.near_share[edge] * pull[geography.near[edge]]
        if total <= 0.0:
            continue
        out = share * m
        change[i] -= out
        out /= total
        for edge in range(first, last):
            j = geography.near[edge]
            change[j] += out * geography.near_share[edge] * pull[j]
    for i in range(n):
        groups.fighters[g, i] = max(0.0, groups.fighters[g, i] + change[i])

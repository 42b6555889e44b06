"""Strength: who counts at a place, in the few sums that every mechanism of the conflict shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.kernel import kernel
from sahelsim.model.world import Geography, Groups, Land
from sahelsim.theatre.actors import FIRST_MILITIA, N_GROUPS

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.engagement import EngagementParameters


@kernel
def fighters_at(groups: Groups, i: int) -> float:
    """M_i: fighters of all groups at a place."""
    total = 0.0
    for g in range(N_GROUPS):
        total += groups.fighters[g, i]
    return total


@kernel
def neighbour_fighters(geography: Geography, groups: Groups, g: int, i: int) -> float:
    """sum_j W_ij m_jg: fighters of group ``g`` whom the neighbours of ``i`` can lend."""
    total = 0.0
    for edge in range(geography.near_start[i], geography.near_start[i + 1]):
        total += geography.near_share[edge] * groups.fighters[g, geography.near[edge]]
    return total


@kernel
def defence(engagement: EngagementParameters, land: Land, i: int) -> float:
    """D_i, men who count in the defence of a place: garrison, joint force, a share of militia."""
    men = land.garrison[i] + land.joint_troops[i]
    return float(men + engagement.militia_strength * land.militia[i])


@kernel
def contest(control: float) -> float:
    """4 c (1-c): how contested a place is, 1 where neither side controls it more."""
    return 4.0 * control * (1.0 - control)


@kernel
def militia_of(geography: Geography, i: int) -> int:
    """Actor code of the pro-state militia of the country of ``i``."""
    return int(FIRST_MILITIA + geography.country[i])


@kernel
def posture_now(clock_day: int, groups: Groups, g: int) -> int:
    """Posture of a group on a day: once its time is over, harassment (0)."""
    return groups.posture[g] if clock_day < groups.posture_until[g] else 0


@kernel
def truce_holds(groups: Groups, day: int, a: int, b: int) -> bool:
    """True while actors ``a`` and ``b`` have a truce, whoever declared it."""
    return bool(day < max(groups.truce_until[a, b], groups.truce_until[b, a]))


@kernel
def is_consignee(geography: Geography, land: Land, locality: int) -> bool:
    """True where the place's own state holds it with at least one man."""
    return land.holder[locality] == geography.country[locality] and land.garrison[locality] >= 1.0

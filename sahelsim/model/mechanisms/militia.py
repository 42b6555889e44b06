"""Pro-state militia: they stand with garrisons, clash with insurgents and kill civilians.

For a place with V militiamen and M fighters of all groups,

    rate = nu sqrt(V) M / (M + half_fighters)                                          [1/d]
    size s ~ bounded Pareto(alpha, smin, smax_base + smax_share min(V, M))

and an action is a clash with probability ``clash_share`` (each side loses Poisson(clash_deaths s)),
else an attack on civilians (Poisson(civilian_deaths s) dead). In defence, .2 V counts as garrison
(:func:`sahelsim.model.mechanisms.strength.defence`) [correction 10; numbers assumed, fitted to
the non-state class of UCDP GED].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sahelsim.model import draws
from sahelsim.model.draws import bounded_pareto, poisson, uniform, uniforms
from sahelsim.model.events import C_BACKGROUND, MILITIA_ATTACK, MILITIA_CLASH, log_event
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.control import recruit_from_harm, shock_collaboration
from sahelsim.model.mechanisms.losses import kill_civilians, kill_fighters, kill_militia
from sahelsim.model.mechanisms.operations import pick_group, targets_at
from sahelsim.model.mechanisms.strength import militia_of
from sahelsim.model.world import Clock, Events, Geography, Groups, Land, Ledger
from sahelsim.theatre.actors import FIRST_GROUP, WORLD

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.control import ControlParameters
    from sahelsim.model.mechanisms.engagement import EngagementParameters
    from sahelsim.model.mechanisms.insurgency import InsurgencyParameters

DRAWS = 2  # draws of MILITIA_KIND and MILITIA_LOSS for one action


class MilitiaParameters(Group):
    """Numbers of ``theatre/parameters/militia.yaml``."""

    nu: float
    half_fighters: float
    alpha: float
    smin: float
    smax_base: float
    smax_share: float
    clash_share: float
    clash_deaths: float
    civilian_deaths: float
    civilian_deaths_cap: float


@kernel
def militia_day(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    ledger: Ledger,
    events: Events,
    militia: MilitiaParameters,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    control: ControlParameters,
) -> None:
    """Draw and resolve what militia do on their own account today."""
    day = clock.day[0]
    chances = np.empty(land.militia.shape[0])
    uniforms(clock.key, draws.MILITIA_OP, day, 0, 1, 0, chances)
    for i in range(len(chances)):
        men = land.militia[i]
        if men < 1.0:
            continue
        total = targets_at(clock, groups, insurgency, i, geography.country[i])
        rate = militia.nu * math.sqrt(men) * total / (total + militia.half_fighters)
        for k in range(poisson(rate, chances[i])):
            one_action(
                clock, geography, land, groups, ledger, events, militia, insurgency, engagement,
                control, i, total, k,
            )  # fmt: skip


@kernel
def one_action(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    ledger: Ledger,
    events: Events,
    militia: MilitiaParameters,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    control: ControlParameters,
    i: int,
    total: float,
    k: int,
) -> None:
    """One clash or attack on civilians by the militia of ``i``."""
    day, actor = clock.day[0], militia_of(geography, i)
    largest = militia.smax_base + militia.smax_share * min(land.militia[i], total)
    u = uniform(clock.key, draws.MILITIA_SIZE, day, i, k)
    size = bounded_pareto(militia.alpha, militia.smin, largest, u)
    kind = uniform(clock.key, draws.MILITIA_KIND, day, i, DRAWS * k)
    first = uniform(clock.key, draws.MILITIA_LOSS, day, i, DRAWS * k)
    if kind >= militia.clash_share:
        dead = float(poisson(militia.civilian_deaths * size, first))
        dead = min(dead, militia.civilian_deaths_cap)
        kill_civilians(geography, land, ledger, i, dead, actor)
        shock_collaboration(geography, land, control, i, dead, True)
        recruit_from_harm(groups, ledger, control, i, dead)
        log_event(
            clock, events, MILITIA_ATTACK, i, actor, WORLD, C_BACKGROUND, -1, -1,
            0.0, 0.0, dead, 0.0, 0.0, size,
        )  # fmt: skip
        return
    u = uniform(clock.key, draws.MILITIA_KIND, day, i, DRAWS * k + 1)
    g = pick_group(clock, groups, insurgency, i, geography.country[i], total, u)
    if g < 0:
        return
    second = uniform(clock.key, draws.MILITIA_LOSS, day, i, DRAWS * k + 1)
    mean = militia.clash_deaths * size
    own = kill_militia(geography, land, ledger, i, float(poisson(mean, first)), FIRST_GROUP + g)
    theirs = kill_fighters(
        geography, land, groups, ledger, engagement, g, i, float(poisson(mean, second)), actor
    )
    log_event(
        clock, events, MILITIA_CLASH, i, actor, FIRST_GROUP + g, C_BACKGROUND, -1, -1,
        0.0, theirs, 0.0, own, 0.0, size,
    )  # fmt: skip

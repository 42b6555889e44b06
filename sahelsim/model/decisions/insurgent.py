"""The default policy of an insurgent group: once a week, a posture by expected payoff.

Each posture has a payoff V = base + slope x, with x in 0..1 the mean over the group's fighters of
what speaks for it where they stand:

    harass    4 c (1-c), contested ground
    mass      m / (m + D rd), a garrison within one's strength (0 where the state holds nothing)
    besiege   1 / (1 + days of supply / payoff_days), a garrison that runs short
    govern    1 - c, ground already one's own
    disperse  D rd / (D rd + m), stronger forces about
    hold      0

and is chosen with probability exp(precision V) / sum exp(precision V) (quantal response, McKelvey
and Palfrey 1995; model specification 4.5; weights assumed). A posture that an order set lasts
for its days before the policy decides again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sahelsim.model import draws
from sahelsim.model.draws import uniform
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.strength import contest, defence
from sahelsim.model.orders import POSTURE, propose
from sahelsim.model.world import POLICY, Clock, Floats, Geography, Groups, Land, Orders
from sahelsim.theatre.actors import FIRST_GROUP

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.engagement import EngagementParameters
    from sahelsim.model.mechanisms.insurgency import InsurgencyParameters

HARASS, MASS, BESIEGE, GOVERN, DISPERSE, HOLD = range(6)
N_POSTURES = 6
DAYS_A_WEEK = 7


@kernel
def posture_grounds(
    geography: Geography,
    land: Land,
    groups: Groups,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    g: int,
) -> Floats:
    """What speaks for each posture, [6] in 0..1 (all 0 for a group without fighters)."""
    grounds = np.zeros(N_POSTURES)
    total = 0.0
    for i in range(land.control.shape[0]):
        m = groups.fighters[g, i]
        if m <= 0.0:
            continue
        total += m
        c = land.control[i]
        men = defence(engagement, land, i) * land.readiness[i]
        grounds[HARASS] += m * contest(c)
        if land.holder[i] == geography.country[i] and land.garrison[i] > 0.0:
            grounds[MASS] += m * m / (m + men)
            days = land.days_of_supply[i] / insurgency.payoff_days
            grounds[BESIEGE] += m / (1.0 + max(days, 0.0))
        grounds[GOVERN] += m * (1.0 - c)
        grounds[DISPERSE] += m * men / (men + m)
    if total > 0.0:
        grounds /= total
    return grounds


@kernel
def decide_posture(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    orders: Orders,
    insurgency: InsurgencyParameters,
    engagement: EngagementParameters,
    g: int,
) -> None:
    """Propose the posture of group ``g`` for the coming week, unless one is in force."""
    day = clock.day[0]
    if day < groups.posture_until[g]:
        return
    grounds = posture_grounds(geography, land, groups, insurgency, engagement, g)
    total = 0.0
    for p in range(N_POSTURES):
        value = insurgency.payoff_base[p] + insurgency.payoff_slope[p] * grounds[p]
        grounds[p] = math.exp(insurgency.payoff_precision * value)
        total += grounds[p]
    mark = uniform(clock.key, draws.POSTURE, day, g, 0) * total
    chosen = 0
    while chosen < N_POSTURES - 1 and mark >= grounds[chosen]:
        mark -= grounds[chosen]
        chosen += 1
    propose(clock, orders, POLICY, FIRST_GROUP + g, POSTURE, chosen, DAYS_A_WEEK, -1, -1, 0.0, 0.0)

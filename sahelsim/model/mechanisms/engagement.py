"""Engagement: what one fight costs each side, and what happens when a garrison is overrun.

Deitchman's mixed law (1962, Operations Research 10:818): hidden attackers fire aimed shots at
visible defenders, who fire back at an area,

    dx/dt = -A y,    dy/dt = -B x y,    A = att z,    B = bet (fire_floor + fire_readiness rd),

with x defenders, y attackers, t in hours, ``att`` [1/h], ``bet`` [1/(h person)], ``rd`` readiness
of the garrison and ``z`` surprise (lognormal of mean 1 before its cap). The law keeps
(B/2) x^2 - A y, which gives x(t) in closed form; a side breaks off during the fight, the defenders
at ``break_defender`` of their men, the attackers at ``break_attacker`` of theirs. Deaths are
binomial with the share lost; a garrison is overrun where an assault leaves it ``overrun_at`` of
its line or less [model specification 2.4, corrections 9, 27, 28].

A fight uses ``combat_ammo_kg`` of ammunition for each man in the line, as far as there is any, and
kills Poisson(crossfire times the fighters and soldiers dead) civilians, who are laid to neither
side alone [UCDP GED 2020-01 to 2023-07 counts 1,146 civilians among 11,269 state-based deaths].
"""

from __future__ import annotations

import math

from sahelsim.model.draws import (
    CIVILIAN,
    ENGAGEMENT_INSURGENT,
    ENGAGEMENT_STATE,
    SURPRISE,
    binomial,
    lognormal,
    poisson,
    uniform,
)
from sahelsim.model.events import AMBUSH, ASSAULT, C_EVENT, PLACE_LOST, log_event
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.losses import (
    evacuate,
    kill_civilians,
    kill_militia,
    kill_party,
    kill_soldiers,
)
from sahelsim.model.mechanisms.siege import end_siege
from sahelsim.model.mechanisms.strength import defence, militia_of
from sahelsim.model.world import AMMO, Clock, Events, Geography, Groups, Land, Ledger, States
from sahelsim.theatre.actors import FIRST_GROUP, N_GROUPS, WORLD

KG_PER_T = 1000.0


class EngagementParameters(Group):
    """Numbers of ``theatre/parameters/engagement.yaml``."""

    att: float
    bet: float
    fire_floor: float
    fire_readiness: float
    surprise_sd: float
    surprise_cap: float
    break_defender: float
    break_attacker: float
    ambush_hours: float
    ambush_men: float
    ambush_men_per_attacker: float
    assault_hours: float
    assault_men: float
    assault_share: float
    overrun_at: float
    overrun_scattered: float
    overrun_control: float
    combat_ammo_kg: float
    crossfire: float
    militia_strength: float
    wounded_per_killed: float
    wounded_limit: float
    crippled_share: float
    fighters_removed_per_killed: float
    casevac_share: float
    casevac_days: float
    casevac_death_reached: float
    casevac_death_left: float


@kernel
def surprise(engagement: EngagementParameters, u: float) -> float:
    """Surprise z: lognormal with mean 1, capped [correction 9]."""
    sd = engagement.surprise_sd
    return min(engagement.surprise_cap, lognormal(-0.5 * sd * sd, sd, u))


@kernel
def area_fire(engagement: EngagementParameters, readiness: float) -> float:
    """B, kills per attacker, defender and hour at a readiness of 0..1."""
    return engagement.bet * (engagement.fire_floor + engagement.fire_readiness * readiness)


@kernel
def _after(x0: float, y0: float, a: float, b: float, hours: float) -> float:
    """x(t) of dx/dt = -a y0 + (b/2)(x0^2 - x^2), not below 0."""
    if b <= 0.0:
        return max(0.0, x0 - a * y0 * hours)
    c = x0 * x0 - 2.0 * a * y0 / b  # the sign says who would win to the end
    if c > 0.0:
        k = math.sqrt(c)
        gap = (x0 - k) / (x0 + k) * math.exp(-b * k * hours)
        return k * (1.0 + gap) / (1.0 - gap)
    if c == 0.0:
        return x0 / (1.0 + 0.5 * b * x0 * hours)
    k = math.sqrt(-c)
    angle = math.atan(x0 / k) - 0.5 * b * k * hours
    return k * math.tan(angle) if angle > 0.0 else 0.0


@kernel
def fight(
    x0: float,
    y0: float,
    a: float,
    b: float,
    hours: float,
    break_defender: float,
    break_attacker: float,
) -> tuple[float, float]:
    """Defenders and attackers left after at most ``hours`` of Deitchman's law.

    Args:
        x0: Defenders, men.
        y0: Attackers, men.
        a: Aimed fire of the attackers, 1/h.
        b: Area fire of the defenders, 1/(h person).
        hours: Longest duration, h.
        break_defender: Share of x0 at which the defenders break off (0: never).
        break_attacker: Share of y0 at which the attackers break off (0: never).

    Returns:
        x and y at the end, not rounded.
    """
    if x0 <= 0.0 or y0 <= 0.0:
        return max(x0, 0.0), max(y0, 0.0)
    if a <= 0.0:
        return x0, max(y0 * math.exp(-b * x0 * hours), break_attacker * y0)
    x = max(_after(x0, y0, a, b, hours), break_defender * x0)
    # x falls with y: the attackers break off where x passes the value that goes with their limit
    square = x0 * x0 - 2.0 * a * y0 * (1.0 - break_attacker) / b if b > 0.0 else 0.0
    if square > x * x:
        x = math.sqrt(square)
    y = y0 - 0.5 * b / a * (x0 * x0 - x * x)
    return x, min(max(y, 0.0), y0)


@kernel
def attack_garrison(
    clock: Clock,
    geography: Geography,
    land: Land,
    groups: Groups,
    states: States,
    ledger: Ledger,
    events: Events,
    engagement: EngagementParameters,
    g: int,
    i: int,
    party: float,
    is_assault: bool,
    cause: int,
    k: int,
) -> int:
    """One ambush or assault of ``party`` fighters on the garrison of ``i``; return its event row.

    Militia stand with an ambushed patrol and bear their share V/(V+G) of its deaths. ``k`` keys
    the draws among the group's events of the day at the place.
    """
    men = land.garrison[i]
    state = geography.country[i]
    target = state if men > 0.0 else militia_of(geography, i)
    if is_assault:
        line = min(men, engagement.assault_men + engagement.assault_share * men)
        hours = engagement.assault_hours
    else:
        patrol = engagement.ambush_men + engagement.ambush_men_per_attacker * party
        line = min(defence(engagement, land, i), patrol)
        hours = engagement.ambush_hours
    line = float(int(line + 0.5))
    entity = i * N_GROUPS + g
    day = clock.day[0]
    z = surprise(engagement, uniform(clock.key, SURPRISE, day, entity, k))
    x, y = fight(
        line, party, engagement.att * z, area_fire(engagement, land.readiness[i]), hours,
        engagement.break_defender, engagement.break_attacker,
    )  # fmt: skip
    share_lost = 1.0 - x / line if line > 0.0 else 0.0
    dead = binomial(line, share_lost, uniform(clock.key, ENGAGEMENT_STATE, day, entity, 2 * k))
    fallen = binomial(
        party, 1.0 - y / party, uniform(clock.key, ENGAGEMENT_INSURGENT, day, entity, k)
    )
    actor = FIRST_GROUP + g
    militia = 0.0
    if not is_assault and land.militia[i] > 0.0:
        share = land.militia[i] / (land.militia[i] + men)
        u = uniform(clock.key, ENGAGEMENT_STATE, day, entity, 2 * k + 1)
        militia = kill_militia(geography, land, ledger, i, binomial(dead, share, u), actor)
    before = land.wounded[i, 0]
    soldiers = kill_soldiers(
        clock, geography, land, states, ledger, engagement, i, dead - militia, actor
    )
    insurgents = kill_party(
        geography, land, groups, ledger, engagement, g, i, party, fallen, target
    )
    u = uniform(clock.key, CIVILIAN, day, entity, k)
    bystanders = float(poisson(engagement.crossfire * (soldiers + militia + insurgents), u))
    kill_civilians(geography, land, ledger, i, bystanders, WORLD)
    fired = min(land.stock_t[i, AMMO], engagement.combat_ammo_kg * line / KG_PER_T)
    land.stock_t[i, AMMO] -= fired
    ledger.consumed_t[state, AMMO] += fired
    row = log_event(
        clock, events, ASSAULT if is_assault else AMBUSH, i, actor, target, cause, -1, -1,
        soldiers, insurgents, bystanders, militia, line, party,
    )  # fmt: skip
    evacuate(
        clock, geography, land, states, ledger, events, engagement, state, i, i,
        land.wounded[i, 0] - before, actor, row, g + N_GROUPS * k,
    )  # fmt: skip
    if is_assault and x <= engagement.overrun_at * line:
        ledger.overruns[state] += 1.0
        lose_place(
            clock, geography, land, states, ledger, events, engagement, i, actor, C_EVENT, row
        )
    return row


@kernel
def nearest_garrison(geography: Geography, land: Land, i: int) -> int:
    """Closest neighbour of ``i`` with a garrison of the same state, or -1."""
    best, best_km = -1, math.inf
    for edge in range(geography.near_start[i], geography.near_start[i + 1]):
        j = geography.near[edge]
        if (
            geography.country[j] == geography.country[i]
            and land.garrison[j] > 0.0
            and geography.road_km[i, j] < best_km
        ):
            best, best_km = j, geography.road_km[i, j]
    return best


@kernel
def lose_place(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    ledger: Ledger,
    events: Events,
    engagement: EngagementParameters,
    i: int,
    actor: int,
    cause: int,
    cause_number: int,
) -> None:
    """The state loses ``i`` to ``actor``: men, wounded, stocks, control, siege and books.

    Some of the men left scatter and are lost to the army; the rest and the wounded fall back on
    the nearest garrison of the state, or on the reserve. The stocks are captured.
    """
    state = geography.country[i]
    scattered = engagement.overrun_scattered * land.garrison[i]
    refuge = nearest_garrison(geography, land, i)
    if refuge >= 0:
        land.garrison[refuge] += land.garrison[i] - scattered
    else:
        states.reserve[state] += land.garrison[i] - scattered
        refuge = geography.capital[state]
    ledger.soldiers[2] += scattered
    land.garrison[i] = 0.0
    if refuge != i:
        for stage in range(2):
            land.wounded[refuge, stage] += land.wounded[i, stage]
            land.wounded[i, stage] = 0.0
    for supply in range(land.stock_t.shape[1]):
        ledger.captured_t[state, supply] += land.stock_t[i, supply]
        land.stock_t[i, supply] = 0.0
    land.holder[i] = actor
    land.control[i] = max(0.0, land.control[i] - engagement.overrun_control)
    ledger.places[state, 0] += 1.0
    states.lost_7d[state, clock.day[0] % 7] += 1.0
    row = log_event(
        clock, events, PLACE_LOST, i, actor, state, cause, cause_number, -1,
        0.0, 0.0, 0.0, 0.0, scattered, 0.0,
    )  # fmt: skip
    if land.besieged[i] == 1:
        end_siege(clock, geography, land, ledger, events, i, actor, C_EVENT, row)

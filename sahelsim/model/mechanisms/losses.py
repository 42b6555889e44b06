"""Losses: the one place where a death is entered in the books.

Every man who leaves an array goes into a ledger entry or into another array, so the books of
soldiers, fighters and militia balance each day whichever mechanism did the killing:

- of ``n`` soldiers killed, ``3 n`` more are wounded; a tenth of the wounded never return
  (``crippled``), the rest wait in ``land.wounded`` of a ward [WIA = 3 KIA, of which .3 KIA is lost
  for good: US practice figures, model specification 1.9 and correction 28];
- of ``n`` fighters killed, ``1.3 n`` are gone for good [model specification 2.4];
- fifteen wounded in a hundred need an aircraft within two days; they die with .05 if they get one
  (or the road to a regional capital is open), with .20 if not [assumed].

Deaths are whole persons, ``Ledger.deaths`` is by country of the place, victim and perpetrator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sahelsim.model.draws import CASEVAC, binomial, uniform
from sahelsim.model.events import C_EVENT, EVACUATION_FAILS, log_event
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.strength import neighbour_fighters
from sahelsim.model.world import (
    CIVILIAN,
    INSURGENT,
    MILITARY,
    MILITIA,
    Clock,
    Events,
    Geography,
    Groups,
    Land,
    Ledger,
    States,
)
from sahelsim.theatre.actors import WORLD

if TYPE_CHECKING:
    from sahelsim.model.mechanisms.engagement import EngagementParameters


@kernel
def book_deaths(
    geography: Geography,
    land: Land,
    ledger: Ledger,
    i: int,
    victim: int,
    perpetrator: int,
    n: float,
) -> None:
    """Enter ``n`` deaths at place ``i``: no array of men changes here."""
    ledger.deaths[geography.country[i], victim, perpetrator] += n
    land.deaths[i] += n


@kernel
def lose_men(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    ledger: Ledger,
    engagement: EngagementParameters,
    s: int,
    i: int,
    ward: int,
    men: float,
    killed: float,
    perpetrator: int,
) -> float:
    """Kill ``killed`` of ``men`` men of state ``s`` at place ``i`` and return the men left.

    The caller writes the men left back to where they stood (a garrison, a convoy, a column). The
    wounded who can return lie in ``land.wounded[ward]``; at most a share of the survivors is hurt.
    """
    killed = min(max(killed, 0.0), float(int(men)))
    if killed <= 0.0:
        return men
    wounded = min(engagement.wounded_per_killed * killed, engagement.wounded_limit * (men - killed))
    crippled = engagement.crippled_share * wounded
    land.wounded[ward, 0] += wounded - crippled
    ledger.soldiers[0] += killed
    ledger.soldiers[1] += crippled
    states.killed_7d[s, clock.day[0] % 7] += killed
    book_deaths(geography, land, ledger, i, MILITARY, perpetrator, killed)
    return men - killed - wounded


@kernel
def kill_soldiers(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    ledger: Ledger,
    engagement: EngagementParameters,
    i: int,
    n: float,
    perpetrator: int,
) -> float:
    """Kill ``n`` soldiers of the garrison of ``i`` (at most its whole men); return the killed."""
    men = land.garrison[i]
    killed = min(max(n, 0.0), float(int(men)))
    land.garrison[i] = lose_men(
        clock, geography, land, states, ledger, engagement,
        geography.country[i], i, i, men, killed, perpetrator,
    )  # fmt: skip
    return killed


@kernel
def remove_fighters(groups: Groups, ledger: Ledger, g: int, i: int, n: float) -> float:
    """Take up to ``n`` fighters of group ``g`` out of ``i`` for good; return how many went."""
    gone = min(max(n, 0.0), groups.fighters[g, i])
    groups.fighters[g, i] -= gone
    ledger.fighters[g, 1] += gone
    return float(gone)


@kernel
def kill_fighters(
    geography: Geography,
    land: Land,
    groups: Groups,
    ledger: Ledger,
    engagement: EngagementParameters,
    g: int,
    i: int,
    n: float,
    perpetrator: int,
) -> float:
    """Kill ``n`` fighters who stand at ``i`` (at most those there); return the killed."""
    killed = min(max(n, 0.0), float(int(groups.fighters[g, i])))
    if killed > 0.0:
        remove_fighters(groups, ledger, g, i, engagement.fighters_removed_per_killed * killed)
        book_deaths(geography, land, ledger, i, INSURGENT, perpetrator, killed)
    return killed


@kernel
def kill_party(
    geography: Geography,
    land: Land,
    groups: Groups,
    ledger: Ledger,
    engagement: EngagementParameters,
    g: int,
    i: int,
    party: float,
    n: float,
    perpetrator: int,
) -> float:
    """Kill ``n`` of a party of ``party`` fighters that fights at ``i``; return the killed.

    What the party has above the fighters of ``i`` came from the neighbours in proportion to their
    weight times their fighters, and its losses are charged to them so [correction 27].
    """
    killed = min(max(n, 0.0), party)
    local = min(party, groups.fighters[g, i])
    lent = party - local
    if killed <= 0.0:
        return 0.0
    gone = engagement.fighters_removed_per_killed * killed
    remove_fighters(groups, ledger, g, i, gone * local / party)
    if lent > 0.0:
        total = neighbour_fighters(geography, groups, g, i)
        if total > 0.0:
            share = gone * lent / party / total
            for edge in range(geography.near_start[i], geography.near_start[i + 1]):
                j = geography.near[edge]
                remove_fighters(
                    groups, ledger, g, j, share * geography.near_share[edge] * groups.fighters[g, j]
                )
    book_deaths(geography, land, ledger, i, INSURGENT, perpetrator, killed)
    return killed


@kernel
def kill_militia(
    geography: Geography, land: Land, ledger: Ledger, i: int, n: float, perpetrator: int
) -> float:
    """Kill ``n`` militiamen at ``i`` (at most those there); return the killed."""
    killed = min(max(n, 0.0), float(int(land.militia[i])))
    if killed > 0.0:
        land.militia[i] -= killed
        ledger.militia[geography.country[i], 0] += killed
        book_deaths(geography, land, ledger, i, MILITIA, perpetrator, killed)
    return killed


@kernel
def kill_civilians(
    geography: Geography, land: Land, ledger: Ledger, i: int, n: float, perpetrator: int
) -> float:
    """Enter ``n`` civilians killed at ``i`` by an actor (WORLD: in crossfire); return ``n``."""
    killed = max(n, 0.0)
    if killed > 0.0:
        book_deaths(geography, land, ledger, i, CIVILIAN, perpetrator, killed)
    return killed


@kernel
def road_to_ward(geography: Geography, land: Land, i: int) -> bool:
    """True where wounded of ``i`` reach a regional capital of the state by an open road.

    ``i`` is not besieged, and it or a neighbour (under 250 road km) is a regional capital that
    the state of ``i`` holds and that is not besieged.
    """
    if land.besieged[i] == 1:
        return False
    s = geography.country[i]
    if geography.symbolic[i] > 0.0 and land.holder[i] == s:
        return True
    for edge in range(geography.near_start[i], geography.near_start[i + 1]):
        j = geography.near[edge]
        if (
            geography.symbolic[j] > 0.0
            and geography.country[j] == s
            and land.holder[j] == s
            and land.besieged[j] == 0
        ):
            return True
    return False


@kernel
def evacuate(
    clock: Clock,
    geography: Geography,
    land: Land,
    states: States,
    ledger: Ledger,
    events: Events,
    engagement: EngagementParameters,
    s: int,
    i: int,
    ward: int,
    wounded: float,
    perpetrator: int,
    row: int,
    k: int,
) -> float:
    """Let the badly wounded of one fight reach a surgeon, or not; return those who die.

    Of ``wounded`` (as :func:`lose_men` put into ``land.wounded[ward, 0]``) a share needs an
    aircraft within days. They are flown out if one landed at ``i`` lately, go by road where
    :func:`road_to_ward`, and else stay. Deaths after an evacuation are added to event ``row``;
    deaths for want of one are an event of their own. ``k`` keys the draw among the fights of the
    day at ``i`` (attacks on garrisons use small k; others start at 1000) [share and chances:
    assumed, correction 28].
    """
    day = clock.day[0]
    needing = binomial(
        wounded, engagement.casevac_share, uniform(clock.key, CASEVAC, day, i, 2 * k)
    )
    if needing == 0:
        return 0.0
    flown = land.last_landing[i] >= day - int(engagement.casevac_days)
    reached = flown or road_to_ward(geography, land, i)
    if flown:
        ledger.evacuated[0] += needing
    elif not reached:
        ledger.evacuated[1] += needing
    p = engagement.casevac_death_reached if reached else engagement.casevac_death_left
    died = float(binomial(needing, p, uniform(clock.key, CASEVAC, day, i, 2 * k + 1)))
    died = min(died, float(int(land.wounded[ward, 0])))
    if died <= 0.0:
        return 0.0
    land.wounded[ward, 0] -= died
    ledger.soldiers[0] += died
    states.killed_7d[s, day % 7] += died
    book_deaths(geography, land, ledger, i, MILITARY, perpetrator, died)
    if not reached:
        log_event(
            clock, events, EVACUATION_FAILS, i, s, WORLD, C_EVENT, row, -1,
            died, 0.0, 0.0, 0.0, needing, 0.0,
        )  # fmt: skip
    elif row >= 0:
        events.number[row, 0] += died
    return died

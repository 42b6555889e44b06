"""Sightings: outsiders see some landings, and say so days later.

A landing is seen with probability ``sighted_share``; the report follows after a lognormal delay
with median ``delay_days``. This is the path by which military flights become known (a photograph,
a flight tracker), so the number of reports is not the number of flights. Values: assumed (model
specification 3.6, claim C6); no page gives a detection rate.
"""

from __future__ import annotations

import math

from sahelsim.model.draws import SIGHTING as SIGHTING_DRAW
from sahelsim.model.draws import SIGHTING_DELAY, bernoulli, lognormal, uniform
from sahelsim.model.events import C_SORTIE, SIGHTING, log_event
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.world import Clock, Events, Fleet, Ledger


class ObservationParameters(Group):
    """Parameters of ``theatre/parameters/observation.yaml``."""

    sighted_share: float
    delay_days: float
    delay_log_sd: float


@kernel
def observe_landing(
    clock: Clock,
    fleet: Fleet,
    ledger: Ledger,
    events: Events,
    observation: ObservationParameters,
    a: int,
    locality: int,
    k: int,
) -> bool:
    """Let outsiders see the ``k``-th landing of the day of tail ``a``; True where they do."""
    day = clock.day[0]
    seen = uniform(clock.key, SIGHTING_DRAW, day, a, k)
    if not bernoulli(observation.sighted_share, seen):
        return False
    delay = lognormal(
        math.log(observation.delay_days),
        observation.delay_log_sd,
        uniform(clock.key, SIGHTING_DELAY, day, a, k),
    )
    ledger.sightings[0] += 1.0
    ledger.sightings[1] += delay
    log_event(
        clock, events, SIGHTING, locality, fleet.owner[a], fleet.user[a], C_SORTIE, a, a,
        0.0, 0.0, 0.0, 0.0, delay, 0.0,
    )  # fmt: skip
    return True

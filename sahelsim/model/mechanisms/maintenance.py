"""Breakdown and repair of aircraft, and the wear of unpaved strips.

After each sortie an aircraft breaks with probability p_b; the repair time is drawn once:

    same day                       with probability  same_day_share
    Gamma(2, mean depot_days)      with probability  depot_share
    Gamma(2, mean field_days)      otherwise

all times the aircraft's scale. With mean repair MTTR (days) and s sorties a day flown while
capable, the share of days capable tends to A = 1 / (1 + s p_b MTTR). The scale of a type is set
so that A equals its mission-capable prior at ``reference_sorties_per_day`` (C-130H: A = .5 needs
MTTR 10 d, scale 3.44); availability is then an outcome. Correction 22; availability C-130H
below 50 % in USAF FY2023, Air & Space Forces Magazine; the rest assumed.

An unpaved strip wears by ``wear_per_landing`` (more in the rains), is mended by
``wear_repair_per_day``, shuts above 1 and opens again below ``wear_reopen``.
"""

from __future__ import annotations

import math

from sahelsim.model.draws import (
    BREAK,
    DEPOT_TIME,
    REPAIR_KIND,
    REPAIR_TIME,
    bernoulli,
    gamma2,
    uniform,
)
from sahelsim.model.events import (
    AIRCRAFT_BREAKS,
    AIRFIELD_WORN_OUT,
    C_SORTIE,
    C_WEAR,
    log_event,
)
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.mechanisms.weather import wet_season
from sahelsim.model.world import (
    ABSENT,
    BROKEN,
    DEPOT,
    FLYING,
    LOST,
    READY,
    AircraftTypes,
    Airfields,
    Clock,
    Events,
    Fields,
    Fleet,
)
from sahelsim.theatre.actors import NONE

SOUND, FIXED_TODAY, DOWN = 0, 1, 2  # what follows a sortie
HALF_DAY = 0.5  # a break falls at midday: the first night counts half a day of repair


class MaintenanceParameters(Group):
    """Parameters of ``theatre/parameters/maintenance.yaml``."""

    break_probability: float
    same_day_share: float
    depot_share: float
    field_days: float
    depot_days: float
    reference_sorties_per_day: float
    surge_repair_factor: float
    rest_repair_factor: float
    rest_lasts_days: float
    wear_per_landing: float
    wear_wet_factor: float
    wear_repair_per_day: float
    wear_reopen: float


@kernel
def mean_repair_days(maintenance: MaintenanceParameters) -> float:
    """Mean days down after a break at scale 1 (2.91 d with the defaults)."""
    depot = maintenance.depot_share
    field = max(0.0, 1.0 - maintenance.same_day_share - depot)
    return field * maintenance.field_days + depot * maintenance.depot_days


@kernel
def repair_scale(mission_capable: float, maintenance: MaintenanceParameters) -> float:
    """Factor on repair times at which availability equals the prior at the reference tempo.

    ``fleet.repair_scale`` starts at this value for the tail's type; rest lowers it for a while.
    """
    demand = (
        maintenance.reference_sorties_per_day
        * maintenance.break_probability
        * mean_repair_days(maintenance)
    )
    if demand <= 0.0 or mission_capable <= 0.0:
        return 1.0
    return (1.0 / mission_capable - 1.0) / demand


@kernel
def break_after_sortie(
    clock: Clock,
    fleet: Fleet,
    events: Events,
    maintenance: MaintenanceParameters,
    a: int,
    locality: int,
    k: int,
    factor: float,
) -> int:
    """Draw whether tail ``a`` breaks after its ``k``-th sortie of the day, and for how long.

    ``factor`` multiplies repair times (spare parts, sanctions, surge). Returns SOUND, FIXED_TODAY
    (no more flying today) or DOWN (status BROKEN or DEPOT with ``fleet.down_days`` set).
    """
    day = clock.day[0]
    if not bernoulli(maintenance.break_probability, uniform(clock.key, BREAK, day, a, k)):
        return SOUND
    kind = uniform(clock.key, REPAIR_KIND, day, a, k)
    if kind < maintenance.same_day_share:
        return FIXED_TODAY
    scale = fleet.repair_scale[a] * factor
    if kind < maintenance.same_day_share + maintenance.depot_share:
        fleet.status[a] = DEPOT
        u = uniform(clock.key, DEPOT_TIME, day, a, k)
        days = gamma2(maintenance.depot_days * scale, u)
    else:
        fleet.status[a] = BROKEN
        u = uniform(clock.key, REPAIR_TIME, day, a, k)
        days = gamma2(maintenance.field_days * scale, u)
    fleet.down_days[a] = days + HALF_DAY
    log_event(
        clock, events, AIRCRAFT_BREAKS, locality, fleet.owner[a], fleet.user[a], C_SORTIE, a, a,
        0.0, 0.0, 0.0, 0.0, days, 0.0,
    )  # fmt: skip
    return DOWN


@kernel
def maintenance_day(types: AircraftTypes, fleet: Fleet, maintenance: MaintenanceParameters) -> None:
    """End of the day: repairs progress by a day; count days possessed and days capable."""
    recovery = 1.0 - math.exp(-1.0 / max(maintenance.rest_lasts_days, 1.0))
    for a in range(len(fleet.status)):
        status = fleet.status[a]
        if status in (LOST, ABSENT):
            continue
        if status in (BROKEN, DEPOT):
            fleet.down_days[a] -= 1.0
            if fleet.down_days[a] <= 0.0:
                fleet.down_days[a] = 0.0
                fleet.status[a] = FLYING if fleet.stop[a] >= 0 else READY
        usual = repair_scale(types.mission_capable[fleet.type[a]], maintenance)
        fleet.repair_scale[a] += recovery * (usual - fleet.repair_scale[a])
        fleet.days_present[a] += 1.0
        if fleet.status[a] == READY or fleet.status[a] == FLYING:
            fleet.days_capable[a] += 1.0


@kernel
def wear_strip(
    clock: Clock,
    airfields: Airfields,
    fields: Fields,
    events: Events,
    maintenance: MaintenanceParameters,
    f: int,
) -> None:
    """Wear an unpaved strip by one landing of an aeroplane."""
    if airfields.paved[f] == 1:
        return
    factor = maintenance.wear_wet_factor if wet_season(clock) else 1.0
    fields.wear[f] += maintenance.wear_per_landing * factor
    if fields.wear[f] > 1.0 and fields.worn_out[f] == 0:
        fields.worn_out[f] = 1
        log_event(
            clock, events, AIRFIELD_WORN_OUT, airfields.locality[f], airfields.country[f], NONE,
            C_WEAR, f, f, 0.0, 0.0, 0.0, 0.0, fields.wear[f], 0.0,
        )  # fmt: skip


@kernel
def mend_strips(fields: Fields, maintenance: MaintenanceParameters) -> None:
    """Mend every strip by one day; a strip shut by wear opens below ``wear_reopen``."""
    for f in range(len(fields.wear)):
        fields.wear[f] = max(0.0, fields.wear[f] - maintenance.wear_repair_per_day)
        if fields.worn_out[f] == 1 and fields.wear[f] < maintenance.wear_reopen:
            fields.worn_out[f] = 0

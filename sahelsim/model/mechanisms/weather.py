"""Weather shuts airfields: a two-state chain (open, closed) for each airfield.

    P(open -> closed) = pi / (L (1 - pi)),    P(closed -> open) = 1 / L

``pi`` is the share of days closed in the season and zone (north or south of the Sahara's edge) and
``L`` the mean spell in days, so that the long-run share of closed days is ``pi``. One draw a
region and day moves all airfields of the region, which therefore close and open together.
Seasons: dust haze November to March, heat April to July, rains and after August to October.
Closure shares: assumed; dust climatology N'Tchayi 1994 (Ann. Geophys. 12:265), Silue 2019
(Atmos. Clim. Sci. 9(3)).
"""

from __future__ import annotations

import numpy as np

from sahelsim.model.arithmetic import month
from sahelsim.model.draws import WEATHER, bernoulli, uniforms
from sahelsim.model.groups import Group
from sahelsim.model.kernel import kernel
from sahelsim.model.world import Airfields, Clock, Fields, Geography

# Calendar months (1..12) at which the seasons of the source begin.
APRIL, JULY, AUGUST, OCTOBER, NOVEMBER = 4, 7, 8, 10, 11


class WeatherParameters(Group):
    """Parameters of ``theatre/parameters/weather.yaml``."""

    spell_days: float
    north_of_deg: float
    closed_north_haze: float
    closed_north_heat: float
    closed_north_rain: float
    closed_south_haze: float
    closed_south_heat: float
    closed_south_rain: float


@kernel
def wet_season(clock: Clock) -> bool:
    """True from July to September: storms delay flights and earth strips wear faster."""
    return JULY <= month(clock) < OCTOBER


@kernel
def closed_share(clock: Clock, latitude: float, weather: WeatherParameters) -> float:
    """Long-run share of days (0..1) closed by weather at a latitude (degrees) in this month."""
    now = month(clock)
    north = latitude >= weather.north_of_deg
    if now >= NOVEMBER or now < APRIL:
        return weather.closed_north_haze if north else weather.closed_south_haze
    if now < AUGUST:
        return weather.closed_north_heat if north else weather.closed_south_heat
    return weather.closed_north_rain if north else weather.closed_south_rain


@kernel
def weather_day(
    clock: Clock,
    geography: Geography,
    airfields: Airfields,
    fields: Fields,
    weather: WeatherParameters,
) -> None:
    """Move every airfield's weather by one day."""
    leave = 1.0 / max(weather.spell_days, 1.0)
    chances = np.empty(len(geography.region_country))
    uniforms(clock.key, WEATHER, clock.day[0], 0, 1, 0, chances)
    for f in range(len(fields.weather_closed)):
        u = chances[airfields.region[f]]
        if fields.weather_closed[f] == 1:
            if bernoulli(leave, u):
                fields.weather_closed[f] = 0
        else:
            share = closed_share(clock, geography.latitude[airfields.locality[f]], weather)
            if bernoulli(leave * share / (1.0 - share), u):
                fields.weather_closed[f] = 1

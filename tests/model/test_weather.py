"""Weather: shares, spells, and airfields of a region that close together."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sahelsim.model.arithmetic import month
from sahelsim.model.mechanisms.weather import closed_share, weather_day, wet_season
from tests.model.small_world import parameters, small_world

DAYS = 8_000


def closures(latitude: float, **changes: float) -> np.ndarray:
    w = small_world(2, 2)
    w.geography.latitude[:] = latitude
    p = parameters("weather", **changes)
    closed = np.zeros((DAYS, 2), dtype=int)
    for day in range(DAYS):
        w.clock.day[0] = day
        weather_day(w.clock, w.geography, w.airfields, w.fields, p)
        closed[day] = w.fields.weather_closed
    return closed


def test_long_run_share_and_spell_and_one_region_moves_as_one() -> None:
    names = ("closed_north_haze", "closed_north_heat", "closed_north_rain")
    closed = closures(17.0, **dict.fromkeys(names, 0.1))
    assert (closed[:, 0] == closed[:, 1]).all()
    assert closed.mean() == pytest.approx(0.1, abs=0.02)
    spells = (np.diff(closed[:, 0]) == 1).sum()
    assert closed[:, 0].sum() / spells == pytest.approx(4.0, rel=0.15)


def test_no_share_means_never_closed() -> None:
    names = [f"closed_south_{season}" for season in ("haze", "heat", "rain")]
    assert closures(12.0, **dict.fromkeys(names, 0.0)).sum() == 0


def test_seasons_by_month_and_latitude() -> None:
    p = parameters("weather")
    shares = {}
    for start in (date(2023, 1, 15), date(2023, 5, 15), date(2023, 9, 15), date(2023, 12, 1)):
        w = small_world(start=start)
        assert month(w.clock) == start.month
        shares[start.month] = (closed_share(w.clock, 18.0, p), closed_share(w.clock, 12.0, p))
        assert wet_season(w.clock) == (start.month == 9)
    assert shares[1] == shares[12] == (p.closed_north_haze, p.closed_south_haze)
    assert shares[5] == (p.closed_north_heat, p.closed_south_heat)
    assert shares[9] == (p.closed_north_rain, p.closed_south_rain)

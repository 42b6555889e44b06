"""The load of a rotation: the level of days of supply that fills the aircraft."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from sahelsim.model.mechanisms.loading import LEVELS, available_t, level_within

tonnes = st.floats(0.0, 200.0)
daily_t = st.floats(0.0, 5.0)
stops = st.integers(1, 5)


@given(data=st.data(), served=stops, room=st.floats(0.01, 60.0), top=st.floats(1.0, 90.0))
def test_the_level_is_the_one_that_halving_the_range_finds(data, served, room, top) -> None:
    shape = (served + 1, 3)
    need, have = np.zeros(shape), np.zeros(shape)
    for k in range(1, served + 1):
        for c in range(3):
            need[k, c], have[k, c] = data.draw(daily_t), data.draw(tonnes)
    depot_t = np.array([data.draw(tonnes) for _ in range(3)])
    most = available_t(need, have, depot_t, top)
    assume(most > room)

    low, high = 0.0, LEVELS
    while high - low > 1.0:
        middle = np.floor(0.5 * (low + high))
        beyond = available_t(need, have, depot_t, middle * top / LEVELS) > room
        low, high = (low, middle) if beyond else (middle, high)
    level = level_within(need, have, depot_t, room, top, most)

    assert level == low * top / LEVELS
    assert available_t(need, have, depot_t, level) <= room

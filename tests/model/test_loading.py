"""Loads: the level of days of supply that fills the aircraft, and who gets them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sahelsim.model.events import DELIVERY, STOP_SKIPPED
from sahelsim.model.mechanisms.loading import LEVELS, available_t, level_within
from sahelsim.model.world import AMMO, B_CARGO, B_DEMAND
from sahelsim.theatre.actors import MLI, NER
from tests.model.airlift_world import (
    BAMAKO,
    GAO,
    NIAMEY,
    TESSALIT,
    chosen,
    delivered,
    fly,
    kinds,
    seed_circuit,
)
from tests.model.books import air_balance, soldiers

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


def test_a_lent_tail_loads_from_the_borrowers_depot_and_levels_days_of_supply() -> None:
    w = seed_circuit()
    w.land.garrison[TESSALIT] = 500.0
    w.land.stock_t[TESSALIT, AMMO] = 50.0
    ner = w.states.depot_t[NER].sum()
    before = w.states.depot_t[MLI].sum()
    p = chosen()
    fly(w, p, 6)
    assert w.states.depot_t[NER].sum() == ner
    gone = before - w.states.depot_t[MLI].sum()
    assert gone == pytest.approx(10.886, abs=1e-6)
    assert w.land.stock_t[TESSALIT, AMMO] == 50.0  # it has enough of that
    food = w.land.stock_t[[GAO, TESSALIT], 0] / w.land.garrison[[GAO, TESSALIT]]
    assert food[0] == pytest.approx(food[1], rel=1e-6)  # the same days of food
    assert w.land.stock_t[NIAMEY].sum() == 0.0


def test_an_empty_depot_and_full_garrisons_bind_as_cargo_and_demand() -> None:
    for stock, depot, why in ((0.0, 0.0, B_CARGO), (5_000.0, 10_000.0, B_DEMAND)):
        w = seed_circuit()
        w.fleet.field[:] = BAMAKO
        w.fleet.credit[:] = 1.0
        w.states.depot_t[...] = depot
        w.land.stock_t[...] = stock
        fly(w, chosen())
        assert w.fleet.last_binding[0] == why
        assert delivered(w) == 0.0


def test_men_fly_only_where_the_road_is_cut_and_they_can_be_fed() -> None:
    def landed(besieged: int, days: float) -> float:
        w = seed_circuit()
        w.land.target[TESSALIT] = 2_100.0
        w.land.besieged[TESSALIT] = besieged
        w.land.days_of_supply[TESSALIT] = days
        books = soldiers(w)
        fly(w, chosen(), 8)
        assert soldiers(w) == pytest.approx(books)
        assert w.ledger.air_passengers[1] == w.land.garrison[TESSALIT] - 2_000.0
        return float(w.ledger.air_passengers[1])

    assert landed(0, 20.0) == 0.0
    assert landed(1, 2.0) == 0.0
    # at most .3 of 10.886 t at .12 t a man, whole men
    assert landed(1, 20.0) >= 27.0


def test_a_closed_stop_is_skipped_and_its_load_goes_to_the_next() -> None:
    w = seed_circuit()
    p = chosen()
    w.fleet.field[:] = BAMAKO
    w.fleet.credit[:] = 1.0
    w.fields.ordered_until[GAO] = 1
    w.airfields.operating_h[BAMAKO] = 12.0
    fly(w, p)
    assert w.land.stock_t[GAO].sum() == 0.0
    assert w.land.stock_t[TESSALIT].sum() > 10.0
    w = seed_circuit()
    w.fleet.field[:] = GAO
    w.fleet.stop[:] = 2
    w.fleet.status[:] = 1
    w.fleet.cargo[0, 2, :3] = 2.0
    w.ledger.air_t[NER, 0] = 6.0
    depot = w.states.depot_t[MLI].sum()
    w.fields.ordered_until[TESSALIT] = 400
    fly(w, p, 2)
    assert STOP_SKIPPED in kinds(w)
    assert DELIVERY not in kinds(w)  # no later stop in Mali: it comes back
    assert w.ledger.air_t[NER, 3] == pytest.approx(6.0)
    assert w.states.depot_t[MLI].sum() == pytest.approx(depot + 6.0)
    assert air_balance(w) == pytest.approx(0.0, abs=1e-9)

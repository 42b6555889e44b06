"""Displacement: the error correction, the siege and the ceiling."""

from __future__ import annotations

import pytest

from sahelsim.model.mechanisms import displacement
from sahelsim.theatre.actors import BFA, MLI, NER
from tests.model.small_world import parameters, small_world

D = parameters("displacement")


def run(w, days):
    for _ in range(days):
        displacement.displacement_day(w.geography, w.land, D)


def test_a_month_closes_a_fifth_of_the_gap():
    w = small_world(3)
    w.geography.country[:] = [MLI, NER, BFA]
    w.land.deaths[:] = 20.0
    days = 487  # sixteen months of 30.4375 days
    run(w, days)
    share = 1 - (1 - 0.212) ** 16
    assert w.land.displaced == pytest.approx([46 * 20 * share, 95 * 20 * share, 235 * 20 * share])


def test_a_siege_doubles_the_long_run_and_its_end_lets_people_return():
    w = small_world(3)
    w.land.deaths[:] = 10.0
    w.land.besieged[1] = 1
    run(w, 2000)
    assert w.land.displaced[1] == pytest.approx(2 * 460.0, rel=1e-4)
    assert w.land.displaced[0] == pytest.approx(460.0, rel=1e-4)
    w.land.besieged[1] = 0
    run(w, 2000)
    assert w.land.displaced[1] == pytest.approx(460.0, rel=1e-4)


def test_no_more_people_leave_than_live_there():
    w = small_world(3)
    w.land.deaths[:] = [1e6, 0.0, 0.0]
    run(w, 3000)
    assert w.land.displaced[0] <= w.geography.population[0]
    assert w.land.displaced[0] == pytest.approx(20_000.0)
    assert w.land.displaced[1] == 0.0

"""Deaths by type straight from the log are those of the canonical table."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.calibration.particles import (
    ALL_DEATHS,
    ALL_EVENTS,
    COUNTED,
    SB_DEATHS,
    SB_EVENTS,
    count_month,
)
from sahelsim.calibration.simulated import simulated_events
from sahelsim.calibration.tolls import TYPES, log_tolls
from sahelsim.experiment import tables
from sahelsim.model.build import template
from sahelsim.model.day import run_days
from sahelsim.model.events import (
    AIRCRAFT_LOST,
    ASSAULT,
    ATTACK_ON_CIVILIANS,
    DELIVERY,
    EVACUATION_FAILS,
    MILITIA_CLASH,
    RIVAL_CLASH,
    STATE_OPERATION,
)
from sahelsim.model.world import World
from sahelsim.scenario import cut, load_scenario
from sahelsim.theatre.actors import BFA, GATIA, JNIM, MLI, NER, STATES, VDP, WORLD

SHARED = template(cut(load_scenario("documented-2023"), 60))


def logged(*entries: tuple[int, int, int, int, tuple[int, int, int, int]]) -> World:
    """A world whose log holds (kind, state of the place, actor, target, deaths)."""
    world = SHARED.world(1, 0)
    country = world.geography.country
    for n, (kind, state, actor, target, dead) in enumerate(entries):
        place = -1 if state < 0 else int(np.flatnonzero(country == state)[0])
        world.events.row[n, 1:5] = kind, place, actor, target
        world.events.number[n, :4] = dead  # soldiers, insurgents, civilians, militia
    world.events.count[0] = len(entries)
    return world


@pytest.mark.parametrize(
    ("kind", "actor", "target", "dead", "expected"),
    [
        (ASSAULT, JNIM, MLI, (5, 3, 0, 1), (9, 0, 0)),
        (ASSAULT, JNIM, GATIA, (0, 1, 0, 2), (0, 3, 0)),  # militia without a state
        (ASSAULT, JNIM, VDP, (0, 1, 0, 2), (3, 0, 0)),  # the VDP are on the state's side
        (STATE_OPERATION, MLI, JNIM, (0, 4, 7, 0), (4, 0, 7)),  # its civilians are one-sided
        (RIVAL_CLASH, JNIM, JNIM + 1, (0, 9, 0, 0), (0, 9, 0)),
        (MILITIA_CLASH, VDP, JNIM, (0, 2, 0, 1), (3, 0, 0)),
        (MILITIA_CLASH, GATIA, JNIM, (0, 2, 0, 1), (0, 3, 0)),
        (ATTACK_ON_CIVILIANS, JNIM, WORLD, (0, 0, 6, 0), (0, 0, 6)),
        (AIRCRAFT_LOST, JNIM, MLI, (8, 0, 0, 0), (8, 0, 0)),
        (AIRCRAFT_LOST, WORLD, MLI, (8, 0, 0, 0), (0, 0, 0)),  # an accident
        (EVACUATION_FAILS, MLI, WORLD, (1, 0, 0, 0), (0, 0, 0)),
        (DELIVERY, NER, WORLD, (0, 0, 0, 0), (0, 0, 0)),
    ],
)
def test_types_of_violence_are_those_of_ucdp(
    kind: int,
    actor: int,
    target: int,
    dead: tuple[int, int, int, int],
    expected: tuple[int, int, int],
) -> None:
    country, deaths = log_tolls(logged((kind, BFA, actor, target, dead)))
    assert country.tolist() == [BFA]
    assert deaths.tolist() == [[*expected]]


def test_months_are_counted_by_country() -> None:
    counts = count_month(
        logged(
            (ASSAULT, MLI, JNIM, MLI, (5, 3, 0, 0)),
            (STATE_OPERATION, MLI, MLI, JNIM, (0, 4, 7, 0)),
            (ASSAULT, NER, JNIM, NER, (0, 0, 0, 0)),  # nobody died
            (ATTACK_ON_CIVILIANS, NER, JNIM, WORLD, (0, 0, 6, 0)),
            (ASSAULT, -1, JNIM, MLI, (9, 9, 0, 0)),  # nowhere
        )
    )
    assert counts.shape == (3, len(COUNTED))
    assert counts[:, SB_DEATHS].tolist() == [12, 0, 0]
    assert counts[:, SB_EVENTS].tolist() == [2, 0, 0]
    assert counts[:, ALL_DEATHS].tolist() == [19, 6, 0]
    assert counts[:, ALL_EVENTS].tolist() == [3, 1, 0]


def test_the_log_and_the_table_say_the_same() -> None:
    world = SHARED.world(5, 0)
    run_days(world, SHARED.parameters, 60)
    canonical = simulated_events(
        tables.events(SHARED.plan, SHARED.names, [tables.record(world, SHARED.names, 0)])
    )
    country, deaths = log_tolls(world)
    for s, state in enumerate(STATES):
        mine = canonical[canonical["country"] == state]
        for column, kind in enumerate(TYPES):
            table = mine.loc[mine["type"] == kind, "best"]
            assert deaths[country == s, column].sum() == table.sum()
            assert (deaths[country == s, column] > 0).sum() == (table > 0).sum()
    assert deaths.sum() > 100

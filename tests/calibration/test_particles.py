"""Particles: a month on borrowed scratch is a month of the whole model."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.calibration.origin import days_of, neutral_plan
from sahelsim.calibration.particles import (
    ALL_DEATHS,
    ALL_EVENTS,
    SB_DEATHS,
    SB_EVENTS,
    SCRATCH,
    Herd,
    Particle,
    count_month,
    lean_copy,
)
from sahelsim.model.build import Template, template
from sahelsim.model.day import run_days
from sahelsim.model.events import (
    ASSAULT,
    ATTACK_ON_CIVILIANS,
    DELIVERY,
    MILITIA_CLASH,
    RIVAL_CLASH,
    STATE_OPERATION,
)
from sahelsim.model.world import worlds_equal
from sahelsim.theatre.actors import BFA, GATIA, JNIM, MLI, NER, VDP

MONTHS = (488, 489)


@pytest.fixture(scope="module")
def shared() -> Template:
    return template(neutral_plan(*MONTHS))


def particles(shared: Template, n: int) -> list[Particle]:
    return [Particle(lean_copy(shared.start, 3, slot), shared.parameters) for slot in range(n)]


def test_a_month_on_borrowed_scratch_is_a_month_of_the_whole_model(shared: Template) -> None:
    herd_of = particles(shared, 3)
    with Herd(shared.start, 2) as herd:
        counts = [herd.run(herd_of, days_of(month)) for month in MONTHS]
    for slot, particle in enumerate(herd_of):
        whole = shared.world(3, slot)
        for number, month in enumerate(MONTHS):
            # Emptied logs change nothing but the numbers of orders and events to come.
            whole.orders.count[:] = whole.orders.cursor[:] = whole.events.count[:] = 0
            run_days(whole, shared.parameters, days_of(month))
            assert np.array_equal(counts[number][slot], count_month(whole))
        mine = particle.world._replace(**{name: getattr(whole, name) for name in SCRATCH})
        assert worlds_equal(mine, whole)
    assert worlds_equal(shared.start, template(neutral_plan(*MONTHS)).start)  # the pattern is clean


def test_counts_do_not_depend_on_workers(shared: Template) -> None:
    found = []
    for workers in (1, 3):
        with Herd(shared.start, workers) as herd:
            found.append(herd.run(particles(shared, 5), 20))
    assert np.array_equal(*found)
    assert found[0].shape == (5, 3, 4)


def test_a_copy_lives_on_by_itself_and_draws_by_its_own_key(shared: Template) -> None:
    (first,) = particles(shared, 1)
    twin, other = first.copy(3, 0), first.copy(3, 1)
    with Herd(shared.start, 1) as herd:
        counts = herd.run([first, twin, other], 31)
    assert np.array_equal(counts[0], counts[1])
    assert not np.array_equal(counts[0], counts[2])
    assert np.array_equal(first.world.groups.fighters, twin.world.groups.fighters)


def test_types_of_violence_are_those_of_ucdp(shared: Template) -> None:
    world = shared.world(1, 0)
    country = world.geography.country
    mali, niger, burkina = (int(np.flatnonzero(country == s)[0]) for s in (MLI, NER, BFA))
    # kind, place, actor, target, deaths: soldiers, insurgents, civilians, militia
    log = [
        (ASSAULT, mali, JNIM, MLI, (5, 3, 0, 0)),
        (STATE_OPERATION, mali, MLI, JNIM, (0, 4, 7, 0)),  # civilians are one-sided
        (RIVAL_CLASH, mali, JNIM, JNIM + 1, (0, 9, 0, 0)),
        (MILITIA_CLASH, burkina, VDP, JNIM, (0, 2, 0, 1)),  # the VDP are on the state's side
        (MILITIA_CLASH, mali, GATIA, JNIM, (0, 1, 0, 1)),
        (ASSAULT, mali, JNIM, GATIA, (0, 1, 0, 2)),  # a place that militia hold alone
        (ATTACK_ON_CIVILIANS, niger, JNIM, 15, (0, 0, 6, 0)),
        (ASSAULT, niger, JNIM, NER, (0, 0, 0, 0)),  # nobody died
        (DELIVERY, niger, NER, -1, (0, 0, 0, 0)),
    ]
    for n, (kind, place, actor, target, dead) in enumerate(log):
        world.events.row[n, 1:5] = kind, place, actor, target
        world.events.number[n, :4] = dead
    world.events.count[0] = len(log)
    counts = count_month(world)
    assert counts[:, SB_DEATHS].tolist() == [12, 0, 3]
    assert counts[:, ALL_DEATHS].tolist() == [12 + 7 + 9 + 2 + 3, 6, 3]
    assert counts[:, SB_EVENTS].tolist() == [2, 0, 1]
    assert counts[:, ALL_EVENTS].tolist() == [6, 1, 1]  # the operation counts twice

"""Particles: a month on borrowed scratch is a month of the whole model."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.calibration.origin import days_of, neutral_plan
from sahelsim.calibration.particles import (
    SCRATCH,
    Herd,
    Particle,
    count_month,
    lean_copy,
)
from sahelsim.model.build import Template, template
from sahelsim.model.day import run_days
from sahelsim.model.world import worlds_equal

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

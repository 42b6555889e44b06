"""A grown theatre is the documented one many times over."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.synthetic import grown
from sahelsim.model.build import Template, template
from sahelsim.model.day import run_days
from sahelsim.model.health import check_health
from sahelsim.scenario import cut, load_scenario

DAYS, TIMES = 10, 3


@pytest.fixture(scope="module")
def base() -> Template:
    return template(cut(load_scenario("documented-2023"), DAYS))


@pytest.fixture(scope="module")
def big(base: Template) -> Template:
    return grown(base, TIMES)


def test_people_men_and_fighters_are_as_many_times_more(base: Template, big: Template) -> None:
    small, large = base.start, big.start
    for subject, name in (
        ("geography", "population"),
        ("geography", "capacity"),
        ("land", "garrison"),
        ("land", "militia"),
        ("land", "stock_t"),
        ("groups", "fighters"),
        ("states", "reserve"),
        ("states", "depot_t"),
    ):
        was, now = getattr(getattr(small, subject), name), getattr(getattr(large, subject), name)
        assert now.sum() == pytest.approx(TIMES * was.sum()), name


def test_every_place_has_its_neighbours_and_shares_sum_to_one(
    base: Template, big: Template
) -> None:
    small, large = base.start.geography, big.start.geography
    n = len(small.country)
    counts = np.diff(large.near_start)
    assert np.array_equal(counts, np.tile(np.diff(small.near_start), TIMES))
    for i in np.flatnonzero(counts)[:: n // 5]:
        edges = slice(large.near_start[i], large.near_start[i + 1])
        assert large.near_share[edges].sum() == pytest.approx(1.0)
        assert set(large.near[edges] // n) == {i // n}


def test_every_way_ends_where_it_leads(base: Template, big: Template) -> None:
    geo = big.start.geography
    n = len(base.start.geography.country)
    origin = int(geo.capital[0])
    reached = 0
    for target in range(1, TIMES * n, 7):
        if not np.isfinite(geo.road_km[origin, target]) or geo.next_hop[origin, target] < 0:
            continue
        at, steps = origin, 0
        while at != target and steps < n:
            at, steps = int(geo.next_hop[at, target]), steps + 1
        assert at == target
        reached += 1
    assert reached > 10


def test_it_runs_and_the_war_is_larger(base: Template, big: Template) -> None:
    deaths = []
    for shared in (base, big):
        world = shared.world(1, 0)
        run_days(world, shared.parameters, DAYS)
        check_health(world, shared.plan.id)
        deaths.append(world.ledger.deaths.sum())
    assert deaths[1] > 1.5 * deaths[0]


def test_one_time_is_the_theatre_itself(base: Template) -> None:
    assert grown(base, 1) is base

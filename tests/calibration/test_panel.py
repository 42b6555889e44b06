"""The fast way from a run to its panel agrees with the table that everybody else reads."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sahelsim.calibration.actors import STATE_SIDE
from sahelsim.calibration.panel import Panel, calendar, observed_panel, simulated_panel
from sahelsim.calibration.simulated import simulated_events
from sahelsim.calibration.simulator import Simulator
from sahelsim.calibration.spec import load_calibration
from sahelsim.calibration.summaries import summarise_panel
from sahelsim.experiment import tables
from sahelsim.model.build import template
from sahelsim.model.day import run_days
from sahelsim.scenario import Scenario
from sahelsim.scenario.cutting import cut
from sahelsim.theatre.actors import STATES

DAYS = 150


@pytest.fixture(scope="module")
def plan() -> Scenario:
    return cut(load_calibration().plan, DAYS)


@pytest.fixture(scope="module")
def run(plan: Scenario):  # type: ignore[no-untyped-def]
    shared = template(plan)
    world = shared.world(3, 1)
    run_days(world, shared.parameters, plan.days)
    table = simulated_events(
        tables.events(plan, shared.names, [tables.record(world, shared.names, 1)])
    )
    return simulated_panel(world, calendar(plan.start, plan.days)), table, shared.names


def test_panel_and_table_count_the_same(run) -> None:  # type: ignore[no-untyped-def]
    panel, table, names = run
    by_state = table["perpetrator"].isin(STATE_SIDE)
    kinds = (
        table["type"] == "sb",
        table["type"] == "ns",
        (table["type"] == "os") & ~by_state,
        (table["type"] == "os") & by_state,
    )
    first = int(table["month_id"].min())
    for s, state in enumerate(STATES):
        here = table["country"] == state
        for month in range(5):
            now = here & (table["month_id"] == first + month)
            found = [table.loc[now & kind, "best"].sum() for kind in kinds]
            assert panel.deaths[month, s].tolist() == found
            assert panel.events[month, s] == (table.loc[now, "best"] > 0).sum()
            combat = table[now & kinds[0]]
            sides = [combat["military_deaths"].sum(), combat["insurgent_deaths"].sum()]
            assert panel.sides[month, s].tolist() == sides
        sizes = np.sort(table.loc[here & (table["best"] > 0), "best"])
        assert np.sort(panel.sizes[s][:, 1]).tolist() == sizes.tolist()
    placed = table[table["best"] > 0].groupby("locality").size()
    for i, id in enumerate(names.localities):
        assert panel.places[:, i].sum() == placed.get(id, 0)
    assert panel.deaths[..., 0].sum() > 50  # not a comparison of nothings
    assert panel.deaths[..., 3].sum() > 0


def test_months_follow_the_calendar() -> None:
    months = calendar(date(2020, 1, 1), 31 + 29 + 1)
    assert months.months == 3
    assert months.first == 481
    assert np.bincount(months.month).tolist() == [31, 29, 1]


def test_the_observed_panel_leaves_no_death_out() -> None:
    panel = observed_panel(481, 523)
    assert isinstance(panel, Panel)
    events = sum(rows[:, 2].sum() for rows in panel.sizes)
    assert events == panel.events.sum()
    tolls = sum((rows[:, 1] * rows[:, 2]).sum() for rows in panel.sizes)
    assert tolls == panel.deaths.sum()
    assert 0.4 < panel.places.sum() / panel.events.sum() < 1.0


def test_a_point_has_one_result_whatever_ran_before_on_the_thread(plan: Scenario) -> None:
    names = ("sb_deaths", "fatal_events", "fighter_drift")
    ids = ("insurgency.nu", "initial.garrison_scale")
    point, other = np.array([1.2e-4, 0.9]), np.array([2.5e-4, 1.6])
    fresh = Simulator(plan, ids, names, 7)(point)
    used = Simulator(plan, ids, names, 7)
    used(other)
    assert (used(point) == fresh).all()
    assert (used(other) != fresh).any()
    again = Simulator(plan, ids, names, 8)(point)
    assert (again != fresh).any()


def test_a_point_is_the_scenario_run_with_these_values(plan: Scenario) -> None:
    from sahelsim.calibration.simulator import point_key
    from sahelsim.theatre import load_theatre

    names = ("sb_deaths", "size_mean")
    point = np.array([1.7e-4])
    found = Simulator(plan, ("insurgency.nu",), names, 7)(point)
    values = load_theatre().parameters.with_values({"insurgency.nu": 1.7e-4})
    shared = template(plan, values=values)
    world = shared.world(7, int(point_key(point)[:8], 16))
    run_days(world, shared.parameters, plan.days)
    panel = simulated_panel(world, calendar(plan.start, plan.days))
    assert found.tolist() == summarise_panel(panel, names).tolist()

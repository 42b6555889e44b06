"""Waiting for the ramp: the planner's M/D/c, in the hours of one day."""

from __future__ import annotations

import pytest

from sahelsim.model.build import template
from sahelsim.model.day import run_days
from sahelsim.model.mechanisms.ramp import chance_to_wait, ramp_wait_h
from sahelsim.planner.queueing import erlang_c, wait_mdc_h
from sahelsim.scenario import cut, load_scenario
from sahelsim.theatre import load_theatre


@pytest.mark.parametrize("mog", [1, 2, 3, 6])
@pytest.mark.parametrize("load", [0.05, 0.4, 0.8, 0.95])
def test_the_wait_is_the_planners(mog: int, load: float) -> None:
    day_h, service_h = 1000.0 * mog, 1.75
    assert chance_to_wait(float(mog), load * mog) == pytest.approx(erlang_c(mog, load * mog))
    wait = ramp_wait_h(float(mog), day_h, (1.0 - load) * day_h, service_h)
    assert wait == pytest.approx(wait_mdc_h(load * mog / service_h, service_h, mog))


def test_nobody_waits_for_an_empty_ramp_and_nobody_longer_than_the_day() -> None:
    assert ramp_wait_h(2.0, 24.0, 24.0, 1.75) == 0.0
    assert ramp_wait_h(1.0, 12.0, 0.5, 1.75) == 0.5
    assert ramp_wait_h(1.0, 12.0, 0.0, 1.75) == 0.0
    waits = [ramp_wait_h(2.0, 24.0, left, 1.75) for left in (20.0, 15.0, 10.0, 5.0)]
    assert waits == sorted(waits)


def test_waiting_counts_against_a_short_duty_day_and_not_by_default() -> None:
    plan = cut(load_scenario("second-tail"), 60)
    values = load_theatre().parameters

    def sorties(**changes: float) -> float:
        changed = values.beyond({f"airlift.{name}": value for name, value in changes.items()})
        shared = template(plan, values=changed)
        world = shared.world(1, 0)
        run_days(world, shared.parameters, plan.days)
        return float(world.fleet.sorties.sum())

    short = {"duty_h": 7.0, "queue_efficiency": 1.0}
    assert sorties(queue_wait=1.0, **short) < sorties(queue_wait=0.0, **short)
    assert sorties() == sorties(queue_wait=0.0)

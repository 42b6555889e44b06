"""The plain Mesa model and the engine's reduced setting are the same model."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import bench_plain_mesa
from benchmarks.plain_mesa import Place
from sahelsim.model.build import Template, template
from sahelsim.model.day import run_days
from sahelsim.scenario import cut, load_scenario

DAYS = 12


@pytest.fixture(scope="module")
def shared() -> Template:
    return template(cut(load_scenario("documented-2023"), DAYS))


@pytest.mark.parametrize("replicate", [0, 5])
def test_daily_totals_and_every_place_are_equal(shared: Template, replicate: int) -> None:
    assert bench_plain_mesa.differences(shared, DAYS, replicate) == []


def test_the_reduced_setting_still_has_a_war(shared: Template) -> None:
    small = bench_plain_mesa.reduced(shared)
    world = small.world(1, 0)
    run_days(world, small.parameters, DAYS)
    totals = bench_plain_mesa.engine_totals(world, DAYS)
    for name in ("civilian_deaths", "attacks", "fighters", "displaced"):
        assert totals[name].sum() > 0, name
    assert not shared.start.land.besieged.all()
    assert shared.start.land.militia.sum() > 0  # the full template is as it was


@pytest.mark.parametrize(
    ("method", "differs"), [("flee", "displaced"), ("eat", "stock_t by place")]
)
def test_a_mechanism_left_out_is_noticed(
    shared: Template, monkeypatch: pytest.MonkeyPatch, method: str, differs: str
) -> None:
    def nothing(place: Any) -> None:
        return None

    monkeypatch.setattr(Place, method, nothing)
    assert differs in bench_plain_mesa.differences(shared, DAYS)

"""One engine, not several: every way to run a scenario gives the same bits."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from sahelsim.experiment import Run, run, runner
from sahelsim.experiment.store import TABLES
from sahelsim.model import InsurgentGroup, SahelModel, State
from sahelsim.model.world import O_AUTHOR, worlds_equal
from sahelsim.scenario import Scenario, cut, load_scenario
from tests.regression.summaries import names

RUN = importlib.import_module("sahelsim.experiment.running")  # the room shows the function instead
DAYS = 45  # past the first loans, columns, sieges and monthly reviews


class Echo(State):
    """Decides in Python what the compiled policy would."""

    plays = ("mli", "ner", "bfa")

    def decide(self, view: Any) -> Any:
        return super().decide(view)


class EchoGroup(InsurgentGroup):
    plays = ("csp_psd", "jnim", "issp")

    def decide(self, view: Any) -> Any:
        return super().decide(view)


def model(plan: Scenario, agents: tuple[type, ...] = ()) -> SahelModel:
    return SahelModel(plan, seed=11, replicate=3, agents=agents, parameters="central")


@pytest.mark.parametrize("name", names())
def test_whole_run_daily_steps_and_python_agents_agree_bit_for_bit(name: str) -> None:
    plan = cut(load_scenario(name), DAYS)
    whole = model(plan).run_for()
    daily = model(plan)
    for _ in range(DAYS):
        daily.step()
    assert worlds_equal(whole.world, daily.world)
    assert int(whole.world.events.count[0]) > 50
    python = model(plan, (Echo, EchoGroup)).run_for()
    # who wrote an order is all that may differ
    python.world.orders.row[:, O_AUTHOR] = whole.world.orders.row[:, O_AUTHOR]
    assert worlds_equal(whole.world, python.world)


def tables(found: Run) -> dict[str, Any]:
    return {name: found.tables[name].combine_chunks() for name in TABLES}


@pytest.mark.parametrize("name", names())
def test_results_depend_on_neither_workers_nor_chunks_nor_their_order(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = cut(load_scenario(name), 5)
    wanted = tables(run(plan, 22, seed=4, workers=1))
    in_order = runner.run_parts

    def backwards(template: Any, seed: int, todo: Any, keep: Any, **options: Any) -> None:
        in_order(template, seed, reversed(list(todo)), keep, **options)

    monkeypatch.setattr(RUN, "run_parts", backwards)
    for workers, chunk in ((1, 10), (3, 4)):
        monkeypatch.setattr(runner, "CHUNK", chunk)
        found = tables(run(plan, 22, seed=4, workers=workers))
        for table, content in wanted.items():
            assert found[table].equals(content), f"{table}, {workers} workers, chunks of {chunk}"

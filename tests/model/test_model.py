"""The whole model: books balance every day, runs repeat, forks and agents agree."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import get_type_hints

import numpy as np
import pytest

from sahelsim.base.errors import InputError
from sahelsim.model import InsurgentGroup, Order, SahelModel, State, day
from sahelsim.model.build import template
from sahelsim.model.day import run_days
from sahelsim.model.orders import VERBS
from sahelsim.model.parameters import Parameters
from sahelsim.model.series import STATE_SERIES
from sahelsim.model.world import (
    CIVILIAN,
    INSURGENT,
    MILITARY,
    MILITIA,
    O_AUTHOR,
    O_REASON,
    O_STATUS,
    REJECTED,
    copy_world,
    worlds_equal,
)
from sahelsim.scenario import Scenario, cut, load_scenario
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import CSP_PSD, VDP, WORLD

from . import books


@cache
def short(name: str, days: int = 60) -> Scenario:
    return cut(load_scenario(name), days)


@pytest.mark.parametrize("replicate", [0, 1, 2])
def test_books_balance_every_day(replicate: int) -> None:
    model = SahelModel("documented-2023", replicate=replicate)
    w = model.world
    men, militia = books.soldiers(w), books.militia(w)
    groups = [books.fighters(w, g) for g in range(3)]
    stocks = books.all_stocks(w)
    for _ in range(model.plan.days):
        model.step()
        assert books.soldiers(w) == pytest.approx(men, abs=1e-6)
        assert books.militia(w) == pytest.approx(militia, abs=1e-6)
        for g in range(3):
            assert books.fighters(w, g) == pytest.approx(groups[g], abs=1e-6)
        assert books.all_stocks(w) == pytest.approx(stocks, abs=1e-5)
        assert books.air_balance(w) == pytest.approx(0.0, abs=1e-7)
        assert books.road_balance(w) == pytest.approx(0.0, abs=1e-7)
        assert (w.land.garrison >= 0).all()
        assert (w.groups.fighters >= 0).all()
        assert (w.land.stock_t >= 0).all()
        assert (w.states.reserve >= 0).all()
        assert (w.states.depot_t >= 0).all()
        assert (w.land.displaced <= w.geography.population + 1e-6).all()


def test_same_key_repeats_bit_for_bit_and_another_key_does_not() -> None:
    a = SahelModel(short("documented-2023"), seed=7).run_for()
    b = SahelModel(short("documented-2023"), seed=7).run_for()
    c = SahelModel(short("documented-2023"), seed=7, replicate=1).run_for()
    assert worlds_equal(a.world, b.world)
    assert not np.array_equal(a.world.land.deaths, c.world.land.deaths)


def test_step_and_run_for_agree_and_count_days_on_this_mesa() -> None:
    a = SahelModel(short("documented-2023")).run_for(5)
    a.step()
    b = SahelModel(short("documented-2023"))
    for _ in range(6):
        b.step()
    assert a.day == b.day == 6
    assert a.steps == b.steps == 6
    assert worlds_equal(a.world, b.world)


def test_two_snapshots_of_one_run_continued_alike_are_identical() -> None:
    model = SahelModel(short("documented-2023")).run_for(20)
    one, two = model.snapshot(), model.snapshot()
    model.run_for(20)
    first, second = one.resume().run_for(20), two.resume().run_for(20)
    assert worlds_equal(first.world, second.world)
    assert worlds_equal(first.world, model.world)


def test_fork_keeps_the_past_and_changes_the_future_from_that_day_on() -> None:
    model = SahelModel(short("documented-2023")).run_for(20)
    same, other = model.fork(), model.fork(replicate=9)
    past = copy_world(model.world)
    for fork in (same, other):
        assert np.array_equal(fork.world.history.state[:20], past.history.state[:20])
    model.run_for(30)
    same.run_for(30)
    other.run_for(30)
    assert worlds_equal(same.world, model.world)
    assert np.array_equal(other.world.history.state[:20], past.history.state[:20])
    assert not np.array_equal(other.world.history.state[20:50], model.world.history.state[20:50])


class Echo(State):
    """Decides in Python exactly what the compiled policy would."""

    plays = ("mli", "ner", "bfa")

    def decide(self, view):
        return super().decide(view)


class EchoGroup(InsurgentGroup):
    plays = ("csp_psd", "jnim", "issp")

    def decide(self, view):
        return super().decide(view)


def test_python_agents_that_echo_the_policy_give_identical_results() -> None:
    plan = short("documented-2023")
    compiled = SahelModel(plan).run_for()
    python = SahelModel(plan, agents=[Echo, EchoGroup]).run_for()
    python.world.orders.row[:, O_AUTHOR] = compiled.world.orders.row[:, O_AUTHOR]
    assert worlds_equal(compiled.world, python.world)


class Idle(State):
    """Gives no orders at all."""

    plays = "mli"

    def decide(self, view):
        assert view.reserve >= 0.0
        return []


def test_an_agent_that_decides_otherwise_changes_its_orders_alone() -> None:
    plan = short("documented-2023")
    log = SahelModel(plan, agents=[Idle]).run_for().order_log()
    assert not [entry for entry in log if entry["actor"] == "mli" and entry["author"] != "scenario"]
    assert [entry for entry in log if entry["actor"] == "ner" and entry["author"] == "policy"]


def test_an_agent_class_must_say_whom_it_plays() -> None:
    with pytest.raises(InputError, match="needs a class attribute 'plays'"):
        SahelModel(short("documented-2023"), agents=[State])


def test_a_facilitators_order_is_refused_with_a_reason() -> None:
    model = SahelModel(short("documented-2023")).run_for(3)
    order = Order("recall_tail", "bfa", {"tail": "5U-MBH"})
    assert model.give(order) == "the actor neither owns nor uses this aircraft"
    row = model.world.orders.row[int(model.world.orders.count[0]) - 1]
    assert row[O_STATUS] == REJECTED
    assert row[O_REASON] == 2


def test_orders_with_unknown_words_name_the_nearest() -> None:
    model = SahelModel(short("documented-2023"))
    with pytest.raises(InputError) as error:
        model.give(Order("recall_tail", "ner", {"tail": "5U-MBX"}))
    assert error.value.code == "SS5002"
    assert "5U-MBH" in (error.value.hint or "")


def test_orders_survive_the_way_into_rows_and_back() -> None:
    shared = template(load_scenario("documented-2023"))
    for order in shared.plan.orders:
        verb, actor, whole, number = shared.names.encode(
            Order(order.verb, order.actor, order.arguments)
        )
        row = [0, actor, verb, *whole, 0, 0, 0, 0]
        back = shared.names.decode(row, number)
        for name, value in order.arguments.items():
            assert (
                back.arguments[name] == pytest.approx(value)
                if isinstance(value, float)
                else back.arguments[name] == value
            )


def test_a_model_does_not_run_past_its_scenario() -> None:
    model = SahelModel(short("documented-2023", 3)).run_for()
    with pytest.raises(InputError, match="cannot run 1 days: 0 are left"):
        model.run_for(1)
    with pytest.raises(InputError, match="ends on 2023-08-23"):
        model.step()


def test_history_is_a_data_collector() -> None:
    model = SahelModel(short("documented-2023")).run_for(10)
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == 10
    held = frame["mli.localities_held"].iloc[-1]
    assert held == model.agents_by_type[State][0].localities_held


def test_mesas_batch_run_works_on_the_model() -> None:
    import mesa

    plan = short("documented-2023", 4)
    results = mesa.batch_run(
        SahelModel, {"scenario": [plan], "replicate": [0, 1]}, number_processes=None,
        max_steps=2, data_collection_period=-1, display_progress=False,
    )  # fmt: skip
    assert {row["replicate"] for row in results} == {0, 1}
    direct = SahelModel(plan, replicate=1).run_for(3).world.history.state[:3, 0]
    row = next(row for row in results if row["replicate"] == 1)
    last_days = direct[1:, STATE_SERIES.index("garrison")]  # older Mesa runs one step more
    assert row["mli.garrison"] in last_days


def test_batch_run_stops_where_the_scenario_ends() -> None:
    import mesa

    plan = short("documented-2023", 3)
    model = SahelModel(plan)
    assert model.running
    assert not model.run_for().running
    assert not model.fork().running
    (row,) = mesa.batch_run(
        SahelModel, {"scenario": [plan]}, number_processes=None, max_steps=50,
        data_collection_period=-1, display_progress=False,
    )  # fmt: skip
    last = SahelModel(plan).run_for().world.history.state[2, 0]
    assert row["mli.garrison"] == last[STATE_SERIES.index("garrison")]


def test_without_insurgents_and_militia_there_are_no_sieges_and_no_combat_deaths() -> None:
    shared = template(load_scenario("documented-2023"))
    w = shared.world(seed=3)
    w.groups.fighters[...] = 0.0
    w.land.militia[:] = 0.0
    w.land.besieged[:] = 0
    run_days(w, shared.parameters, shared.plan.days)
    assert w.ledger.sieges[:, 0].sum() == 0
    assert w.ledger.siege_days.sum() == 0
    insurgents_and_militia = slice(CSP_PSD, VDP + 1)
    assert w.ledger.deaths[:, :, insurgents_and_militia].sum() == 0
    assert w.ledger.deaths[:, [INSURGENT, CIVILIAN, MILITIA], :].sum() == 0
    assert w.ledger.deaths[:, MILITARY, :WORLD].sum() == 0  # accidents have no perpetrator
    assert w.ledger.convoys[:, 1].sum() == 0


def test_every_phase_of_the_day_is_listed_in_its_order() -> None:
    """PHASES is what `sahelsim explain day` prints; it must be the day as written."""
    source = inspect.getsource(day)
    tree = ast.parse(source)
    called = []
    for name in ("begin_day", "finish_day"):
        body = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
        calls = [
            node
            for node in ast.walk(body)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        calls.sort(key=lambda node: node.lineno)
        called += [node.func.id for node in calls]
        if name == "begin_day":
            called.append("decide")
    assert called == [name for name, _ in day.PHASES]


def test_verbs_and_reasons_equal_the_register() -> None:
    theatre = load_theatre()
    assert VERBS[1:] == tuple(order.verb for order in theatre.orders)
    assert [order.code for order in theatre.orders] == list(range(1, len(VERBS)))


def test_outcomes_are_those_of_the_register_in_its_order() -> None:
    model = SahelModel(short("documented-2023", 5)).run_for()
    assert list(model.outcomes()) == [spec.id for spec in load_theatre().outcomes]


def test_parameters_in_code_and_in_the_files_are_the_same() -> None:
    values = load_theatre().parameters
    read = {
        f"{mechanism}.{field}"
        for mechanism, cls in get_type_hints(Parameters).items()
        if mechanism in Parameters._fields
        for field in cls._fields
    }
    listed = set()
    for id in values.ids:
        mechanism, name = id.split(".")[:2]
        if mechanism != "initial":
            listed.add(f"{mechanism}.{name}")
    assert read == listed


def test_a_change_of_one_states_order_leaves_far_draws_alone() -> None:
    """Nigerien policy off: latent moods are untouched and Burkina's first week is the same."""
    shared = template(load_scenario("documented-2023"))
    a, b = shared.world(1), shared.world(1)
    b.orders.policy[1] = 0
    run_days(a, shared.parameters, 7)
    run_days(b, shared.parameters, 7)
    assert np.array_equal(a.groups.ou_region, b.groups.ou_region)
    assert np.array_equal(a.groups.ou_country, b.groups.ou_country)
    far = (a.geography.country == 2) & (a.geography.road_km[:, a.geography.capital[1]] > 600)
    assert far.sum() > 5
    assert np.array_equal(a.land.deaths[far], b.land.deaths[far])


def test_a_world_that_is_used_again_gives_what_a_fresh_one_gives() -> None:
    shared = template(cut(load_scenario("documented-2023"), 40))
    used = shared.world(1, 0)
    run_days(used, shared.parameters, 40)
    again = shared.world(1, 7, used)
    fresh = shared.world(1, 7)
    assert again.events.row is used.events.row
    assert worlds_equal(again, fresh)
    for world in (again, fresh):
        run_days(world, shared.parameters, 40)
    assert worlds_equal(again, fresh)

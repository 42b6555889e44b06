from __future__ import annotations

from datetime import date

import pytest

from sahelsim.scenario import difference, load_scenario, shipped_scenarios
from sahelsim.scenario.schema import Scenario
from sahelsim.theatre import load_theatre

NAMES = [name for name, _ in shipped_scenarios()]
PROMISED = {
    "documented-2023", "no-airlift", "second-tail", "airfield-denial", "western-support-stays",
    "joint-force-early", "kidal-offensive-without-airlift", "bamako-fuel-blockade-2025",
    "djibo-siege", "precedent",
}  # fmt: skip

# Declared blockades and closures are decisions of a group, although the events that report them
# are listed with what followed from them.
DECLARED = {"blockade", "close_roads", "open_roads"}


@pytest.fixture(scope="module")
def plans() -> dict[str, Scenario]:
    return {name: load_scenario(name) for name in NAMES}


def test_every_promised_scenario_is_shipped() -> None:
    assert set(NAMES) >= PROMISED


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_says_what_it_asks_and_assumes(
    plans: dict[str, Scenario], name: str
) -> None:
    plan = plans[name]
    assert plan.id == name
    assert "?" in plan.question
    assert len(plan.question.split()) >= 40
    assert any(item.confidence == "assumed" for item in plan.assumptions)


@pytest.mark.parametrize("name", NAMES)
def test_no_outcome_is_scripted(plans: dict[str, Scenario], name: str) -> None:
    theatre = load_theatre()
    for order in plans[name].orders:
        if order.confidence == "assumed" or not order.source.startswith("E"):
            continue
        role = theatre.event(order.source).role
        if order.verb in DECLARED or name != "documented-2023":
            continue
        derived_arrival = order.verb == "column" and order.confidence == "derived"
        assert role in ("order", "exogenous") or derived_arrival, (order.id, order.source, role)


@pytest.mark.parametrize("name", NAMES)
def test_an_order_without_a_source_is_assumed(plans: dict[str, Scenario], name: str) -> None:
    for order in plans[name].orders:
        if order.source == "assumed":
            assert order.confidence == "assumed", order.id


def test_an_order_called_sourced_falls_on_the_day_of_its_event(plans: dict[str, Scenario]) -> None:
    # Orders that stand for what was so before the first day, or for the last of a series, say so.
    theatre = load_theatre()
    late = {
        order.id: order
        for order in plans["documented-2023"].orders
        if order.confidence == "sourced" and theatre.event(order.source).date != order.on
    }
    assert set(late) == {"sanctions-ecowas", "blockade-timbuktu"}
    assert all(order.on == date(2023, 8, 20) and order.rationale for order in late.values())


def test_every_documented_order_of_the_period_is_scripted(plans: dict[str, Scenario]) -> None:
    plan = plans["documented-2023"]
    used = {order.source for order in plan.orders} | {"E071"}  # a ceremony: nobody left that day
    used |= {word.strip("().") for order in plan.orders for word in (order.rationale or "").split()}
    documented = {
        event.id
        for event in load_theatre().events
        if event.role in ("order", "exogenous") and plan.start <= event.date < plan.end
    }
    assert documented - used == set()


def test_the_documented_campaign(plans: dict[str, Scenario]) -> None:
    plan = plans["documented-2023"]
    assert (plan.start, plan.end, plan.days) == (date(2023, 8, 20), date(2024, 3, 26), 219)
    loan = plan.order("lend-5u-mbh")
    assert (loan.on, loan.actor, loan.arguments["tail"]) == (plan.start, "ner", "5U-MBH")
    assert loan.arguments["route"] == "GABS-GAGO-GATS-DRRN-GABS"
    assert loan.confidence == "assumed"
    varied = {factor.parameter for factor in plan.factors.values()}
    assert varied >= {
        "orders.lend-5u-mbh.rotations_per_week",
        "orders.lend-5u-mbh.load_t",
        "orders.tessalit-flights-1.rotations_per_week",
    }


def test_the_factors_hold_the_values_the_scenario_sets(plans: dict[str, Scenario]) -> None:
    for plan in plans.values():
        for name, factor in plan.factors.items():
            if not factor.parameter.startswith("orders."):
                continue
            _, order_id, argument = factor.parameter.split(".")
            value = plan.order(order_id).arguments[argument]
            if value == 0:  # the planning payload of the type
                continue
            assert factor.low <= value <= factor.high, (plan.id, name)


def test_no_airlift_differs_by_the_loan_alone(plans: dict[str, Scenario]) -> None:
    found = difference(plans["documented-2023"], plans["no-airlift"])
    orders = {(entry.path, entry.change) for entry in found if entry.path.startswith("orders.")}
    assert orders == {("orders.lend-5u-mbh", "removed"), ("orders.lend-5u-mms", "removed")}
    assert {entry.path.split(".")[0] for entry in found} == {
        "id", "title", "question", "assumptions", "factors", "orders"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("second-tail", {"orders.lend-5u-mms.rotations_per_week"}),
        ("joint-force-early", {"orders.joint-force.on"}),
        ("airfield-denial", {"orders.gao-closed"}),
    ],
)
def test_small_scenarios_change_what_they_say(
    plans: dict[str, Scenario], name: str, paths: set[str]
) -> None:
    found = difference(plans["documented-2023"], plans[name])
    notes = ("source", "confidence", "rationale")
    changed = {
        entry.path
        for entry in found
        if entry.path.startswith("orders.") and entry.path.split(".")[-1] not in notes
    }
    assert changed == paths


def test_the_year_of_the_precedent(plans: dict[str, Scenario]) -> None:
    plan = plans["precedent"]
    assert (plan.end, plan.days) == (date(2024, 8, 20), 366)


def test_2025_starts_from_documented_captures(plans: dict[str, Scenario]) -> None:
    initial = plans["bamako-fuel-blockade-2025"].initial
    theatre = load_theatre()
    for place, holder in initial.holder.items():
        assert theatre.event(holder.source).place == place
    assert initial.holder["kidal"].value == "mli"
    assert {entry.confidence for entry in initial.holder.values()} == {"derived"}

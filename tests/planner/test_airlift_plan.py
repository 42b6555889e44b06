"""The airlift calculator: what binds, what one more buys, and routes that cannot be flown."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sahelsim.base.errors import InputError, UsageError
from sahelsim.cli.plan import plan as plan_group
from sahelsim.planner import PlanAssumptions, airlift, plan_airlift
from sahelsim.theatre import load_theatre

THEATRE = load_theatre()
CIRCUIT = [THEATRE.airfield(icao) for icao in ("GABS", "GAGO", "GATS", "DRRN")]
C130H = THEATRE.aircraft_type("c130h")
MODEL = PlanAssumptions.from_parameters(THEATRE.parameters)
# Fixed here, so that a change of the model's parameters moves no expected number.
FOUR_HOURS = PlanAssumptions(
    overhead_h=0.25,
    onload_h=2.25,
    offload_h=1.75,
    flying_hour_budget_h=4.0,
    crew_ratio=1.5,
    duty_day_h=16.0,
    temperature_c=35.0,
    efficiency=0.85,
)


def test_the_defaults_are_the_parameters_of_the_model():
    changed = THEATRE.parameters.with_values({"airlift.ute_plan_h": 2.5, "airlift.duty_h": 9.0})
    assert PlanAssumptions.from_parameters(changed) == replace(
        MODEL, flying_hour_budget_h=2.5, duty_day_h=9.0
    )
    assert MODEL.onload_h == THEATRE.parameters.value("airlift.ground_onload_h")


def test_the_documented_circuit():
    plan = plan_airlift(CIRCUIT, C130H, 2, FOUR_HOURS, requirement_t=300 * 0.90718474)
    assert plan.flying_time_h == pytest.approx(7.06, abs=0.005)
    assert plan.cycle_time_h == pytest.approx(15.06, abs=0.005)
    assert plan.fuel_t == pytest.approx(16.0, abs=0.05)
    assert [(leg.start, leg.end) for leg in plan.legs] == [
        ("GABS", "GAGO"),
        ("GAGO", "GATS"),
        ("GATS", "DRRN"),
        ("DRRN", "GABS"),
    ]
    assert [(ramp.icao, ramp.task) for ramp in plan.ramps] == [
        ("GABS", "onload"),
        ("GAGO", "offload"),
        ("GATS", "offload"),
        ("DRRN", "onload"),
    ]
    assert plan.payload_t == pytest.approx(10.886)
    assert plan.available == pytest.approx(1.0)
    assert plan.none_available == pytest.approx(0.25)
    assert (plan.binding, plan.ute_binding) == ("fleet", "flying_hour_budget")
    assert plan.closure_days == pytest.approx(44.1, abs=0.05)
    assert plan.sorties_per_week == pytest.approx(4 * plan.rotations_per_week)
    assert plan.rotations_per_week * plan.payload_t / 7 == pytest.approx(plan.throughput_t_per_day)


def test_expedited_ground_times_give_nine_to_ten_hours():
    for ground_h, cycle_h in ((0.5, 9.06), (0.75, 10.06)):
        quick = replace(FOUR_HOURS, onload_h=ground_h, offload_h=ground_h)
        plan = plan_airlift(CIRCUIT, C130H, 2, quick)
        assert plan.cycle_time_h == pytest.approx(cycle_h, abs=0.005)


@settings(deadline=None)
@given(
    tails=st.integers(0, 40),
    slots=st.floats(0.0, 6.0),
    hours=st.floats(2.0, 24.0),
    budget=st.floats(0.5, 12.0),
    ratio=st.floats(0.2, 3.0),
)
def test_the_system_is_its_narrowest_part_and_more_never_hurts(tails, slots, hours, budget, ratio):
    given_ = replace(FOUR_HOURS, flying_hour_budget_h=budget, crew_ratio=ratio)

    def plan(tails_, slots_):
        return plan_airlift(CIRCUIT, C130H, tails_, given_, mog={"GATS": slots_}, hours_h=hours)

    here = plan(tails, slots)
    parts = [here.fleet_capacity_t_per_day, *(r.throughput_t_per_day for r in here.ramps)]
    assert here.throughput_t_per_day == min(parts)
    assert plan(tails, 2 * slots).throughput_t_per_day >= here.throughput_t_per_day
    # The value of one more is what a plan with one more carries.
    more = plan(tails + 1, slots).throughput_t_per_day - here.throughput_t_per_day
    assert here.marginal.tail_t_per_day == pytest.approx(more, abs=1e-9)
    more = plan(tails, slots + 1).throughput_t_per_day - here.throughput_t_per_day
    assert here.marginal.ramp_slot_t_per_day["GATS"] == pytest.approx(more, abs=1e-9)
    assert here.marginal.crew_t_per_day >= 0.0


def test_a_crews_duty_day_is_the_shorter_of_the_crew_and_the_fields():
    crew = plan_airlift(CIRCUIT, C130H, 2, replace(FOUR_HOURS, duty_day_h=5.0), hours_h=20)
    assert crew.ute_binding == "duty_day"
    assert crew.ute_h == pytest.approx(crew.flying_time_h * 5.0 / crew.cycle_time_h)


def test_a_narrow_ramp_binds_and_says_so():
    plan = plan_airlift(CIRCUIT, C130H, 80, FOUR_HOURS, mog={"GATS": 1})
    assert plan.binding == "ramp:GATS"
    assert plan.throughput_t_per_day == pytest.approx(
        airlift.field_throughput_t_per_day(1, 10.886, 12, 1.75)
    )
    assert plan.marginal.tail_t_per_day == 0.0
    assert plan.marginal.ramp_slot_t_per_day["GATS"] > 0.0
    assert plan.marginal.ramp_slot_t_per_day["GABS"] == 0.0


def test_crews_bind_where_they_are_few_and_one_more_then_counts():
    few = replace(FOUR_HOURS, flying_hour_budget_h=6.0, crew_ratio=1.0)
    plan = plan_airlift(CIRCUIT, C130H, 2, few, hours_h=24)
    assert plan.ute_binding == "crew_90_days"
    assert plan.ute_h == pytest.approx(330 / 90)
    # Three crews instead of two.
    assert plan.marginal.crew_t_per_day == pytest.approx(plan.throughput_t_per_day / 2)
    month = plan_airlift(CIRCUIT, C130H, 2, replace(few, horizon_days=30), hours_h=24)
    assert (month.ute_binding, month.ute_h) == ("crew_30_days", pytest.approx(125 / 30))


def test_a_short_day_binds_through_the_duty_day():
    plan = plan_airlift(CIRCUIT, C130H, 2, FOUR_HOURS, hours_h=4)
    assert plan.ute_binding == "duty_day"
    # 15.06 h of rotation in days of 4 h.
    assert plan.rotations_per_week == pytest.approx(7 * 4 / plan.cycle_time_h)


def test_no_tails_carry_nothing_for_ever():
    plan = plan_airlift(CIRCUIT, C130H, 0, FOUR_HOURS, requirement_t=10.0)
    assert plan.throughput_t_per_day == plan.sorties_per_week == 0.0
    assert plan.closure_days == math.inf
    assert plan.as_dict()["closure_days"] is None
    assert plan.marginal.tail_t_per_day > 0.0


def test_a_stop_visited_twice_uses_its_ramp_twice():
    gabs, gago, gats, _ = CIRCUIT
    once = plan_airlift([gabs, gago, gats], C130H, 2, FOUR_HOURS, offload=["GAGO", "GATS"])
    twice = plan_airlift([gabs, gago, gats, gago], C130H, 2, FOUR_HOURS, offload=["GAGO", "GATS"])
    ramp = {r.icao: r for r in once.ramps}["GAGO"], {r.icao: r for r in twice.ramps}["GAGO"]
    assert ramp[1].ground_h == 2 * ramp[0].ground_h
    assert ramp[1].throughput_t_per_day == pytest.approx(ramp[0].throughput_t_per_day / 2)
    assert len(twice.ramps) == 3


def test_fuel_for_the_way_back_is_carried_past_fields_that_only_take_load():
    gabs, _, gats, _ = CIRCUIT
    thirsty = replace(C130H, payload_plan_t=16.5, burn_kg_h=3_000)
    shuttle = plan_airlift([gabs, gats], thirsty, 2, FOUR_HOURS)
    assert shuttle.payload_binding == "leg:GABS-GATS"
    back_h = shuttle.legs[1].flying_h
    strip = plan_airlift([gabs, replace(gats, surface="unpaved")], thirsty, 2, FOUR_HOURS)
    assert C130H.assault_landing_kg is not None
    assert C130H.owe_kg is not None
    landing_t = (C130H.assault_landing_kg - C130H.owe_kg - 3_000 * (back_h + 0.75)) / 1000
    assert strip.payload_t == pytest.approx(landing_t)
    assert strip.payload_t < shuttle.payload_t


def test_a_type_without_masses_flies_its_planning_payload():
    small = THEATRE.aircraft_type("c295w")
    plan = plan_airlift(CIRCUIT, small, 2, FOUR_HOURS)
    assert plan.payload_t == small.payload_plan_t
    assert {leg.payload_limit_t for leg in plan.legs} == {None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"route": CIRCUIT[:1]}, "a route needs at least two airfields"),
        ({"route": [CIRCUIT[0], CIRCUIT[0]]}, "GABS follows itself on the route"),
        (
            {"route": [CIRCUIT[0], replace(CIRCUIT[1], runway_m=600)]},
            "C-130H Hercules needs 915 m of runway; GAGO has 600 m",
        ),
        (
            {
                "route": [CIRCUIT[0], replace(CIRCUIT[1], surface="unpaved")],
                "aircraft": replace(C130H, unpaved_ok=False),
            },
            "C-130H Hercules needs a paved runway; GAGO is unpaved",
        ),
        ({"offload": ["GABS"]}, "load cannot be put down at GABS"),
        ({"offload": []}, "load is put down nowhere"),
        ({"mog": {"GATB": 2}}, "GATB has a ramp limit but is not on the route"),
        (
            {"aircraft": replace(C130H, burn_kg_h=9_000)},
            "C-130H Hercules cannot fly GABS-GAGO: the fuel up to the next refuelling leaves no "
            "room for load",
        ),
    ],
)
def test_a_route_that_cannot_be_flown_is_refused(change, message):
    call = {"route": CIRCUIT, "aircraft": C130H, "tails": 2, "assumptions": FOUR_HOURS, **change}
    with pytest.raises(InputError) as error:
        plan_airlift(**call)
    assert (error.value.code, error.value.message) == ("SS3402", message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"availability": 1.5}, "availability must lie between 0 and 1, not 1.5"),
        ({"hours_h": 0.0}, "operating hours of GABS must be above 0, not 0.0"),
        ({"requirement_t": -1.0}, "requirement_t must be 0 or more, not -1.0"),
    ],
)
def test_a_figure_out_of_range_is_refused(change, message):
    with pytest.raises(InputError) as error:
        plan_airlift(CIRCUIT, C130H, 2, FOUR_HOURS, **change)
    assert (error.value.code, error.value.message) == ("SS3401", message)


# --- The command ------------------------------------------------------------------------------
ROUTE = ["airlift", "--route", "GABS,GAGO,GATS,DRRN"]


def test_the_command_prints_the_plan():
    done = CliRunner().invoke(plan_group, [*ROUTE, "--requirement-t", "272.155", "--ute", "4"])
    assert done.exit_code == 0
    for line in (
        "rotation             15.06 h, of which 7.06 h flying; 16.0 t of fuel",
        "fleet capacity       6.2 t/day",
        "what binds           the fleet, through the flying-hour budget",
        "closure              272.155 t in 44.1 days",
        "one more tail        +3.1 t/day (with its crews)",
    ):
        assert line in done.output.splitlines()
    assert "throughput           6.2 t/day: 4.0 rotations, 15.9 sorties a week" in done.output


def test_the_command_prints_json_with_the_same_figures():
    options = ["--type", "c-130h", "--tails", "90", "--mog", "GATS=2", "--mog", "gago=1", "--json"]
    document = json.loads(CliRunner().invoke(plan_group, [*ROUTE, *options]).stdout)
    plan = plan_airlift(CIRCUIT, C130H, 90, MODEL, mog={"GATS": 2, "GAGO": 1})
    assert document["schema"] == "sahelsim.plan_airlift/1"
    assert document["binding"] == plan.binding == "ramp:GAGO"
    assert document["throughput_t_per_day"] == plan.throughput_t_per_day
    assert document["marginal"]["ramp_slot_t_per_day"] == dict(plan.marginal.ramp_slot_t_per_day)


def test_a_route_that_returns_to_its_start_is_the_same_circuit():
    closed = ["airlift", "--route", "GABS,GAGO,GATS,DRRN,GABS"]
    first, second = (CliRunner().invoke(plan_group, args) for args in (ROUTE, closed))
    assert first.output == second.output


def test_every_option_reaches_the_plan():
    options = (
        "--hours 10 --availability 0.7 --ute 5 --crew-ratio 2 --duty-hours 7 "
        "--onload-hours 1 --offload-hours 0.5 --temperature 42 --horizon-days 20 "
        "--offload GATS --json"
    )
    document = json.loads(CliRunner().invoke(plan_group, [*ROUTE, *options.split()]).stdout)
    given_ = replace(
        MODEL,
        duty_day_h=7,
        onload_h=1,
        offload_h=0.5,
        flying_hour_budget_h=5,
        crew_ratio=2,
        temperature_c=42,
        horizon_days=20,
    )
    plan = plan_airlift(CIRCUIT, C130H, 2, given_, offload=["GATS"], hours_h=10, availability=0.7)
    expected = json.loads(json.dumps(plan.as_dict()))
    assert {k: v for k, v in document.items() if k not in ("schema", "ok")} == expected


@pytest.mark.parametrize("text", ["GATS", "GATS=", "GATS=two", "GATS=-1"])
def test_a_ramp_limit_that_cannot_be_read_is_a_usage_error(text):
    done = CliRunner().invoke(plan_group, [*ROUTE, "--mog", text])
    assert isinstance(done.exception, UsageError)
    assert (done.exception.code, done.exception.message) == (
        "SS1401",
        f"--mog {text!r} is not ICAO=N",
    )


def test_an_unknown_airfield_or_type_names_the_nearest():
    for options, wanted in (
        (["airlift", "--route", "GABS,GAGP"], "did you mean 'GAGO'?"),
        ([*ROUTE, "--type", "c130j"], "did you mean 'c130h'?"),
    ):
        done = CliRunner().invoke(plan_group, options)
        assert getattr(done.exception, "hint", None) == wanted

"""``sahelsim plan``: the planner's calculator, closed forms without simulation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from sahelsim.base.errors import UsageError
from sahelsim.base.formatting import number
from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.planner import AirliftPlan
    from sahelsim.theatre import Theatre
    from sahelsim.theatre.records import AircraftType

UTE_WORDS = {
    "flying_hour_budget": "the flying-hour budget",
    "crew_30_days": "crew hours (125 a crew in 30 days)",
    "crew_90_days": "crew hours (330 a crew in 90 days)",
    "duty_day": "the length of the operating day",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def plan() -> None:
    """Work out capacities with planning factors, without simulating."""


@ui.examples(
    "sahelsim plan airlift --route GABS,GAGO,GATS,DRRN --type C-130H --tails 2",
    "sahelsim plan airlift --route GAGO,GATS --tails 3 --mog GATS=2 --hours 10",
    "sahelsim plan airlift --route GABS,GATS --tails 2 --requirement-t 272 --json",
)
@plan.command("airlift")
@click.option(
    "--route",
    required=True,
    metavar="ICAO,ICAO,…",
    help="Airfields of the circuit in order; it closes at the first, where load is taken on.",
)
@click.option("--type", "type_", default="C-130H", show_default=True, help="Aircraft type.")
@click.option("--tails", type=click.IntRange(0), default=2, show_default=True, help="Aircraft.")
@click.option(
    "--offload",
    metavar="ICAO,…",
    help="Where load is put down [default: all but the first and, of three or more, the last].",
)
@click.option(
    "--mog",
    multiple=True,
    metavar="ICAO=N",
    help="Working ramp slots of an airfield; may be given again for another.",
)
@click.option("--hours", type=float, help="Operating hours a day of every airfield.")
@click.option("--availability", type=float, help="Mission-capable rate, 0-1 [default: the type's].")
@click.option("--requirement-t", type=float, help="Tonnes to deliver, for the closure time.")
@click.option(
    "--ute",
    type=float,
    help="Flying hours a day that budget and parts allow each available aircraft.",
)
@click.option("--crew-ratio", type=float, help="Crews per aircraft.")
@click.option("--duty-hours", type=float, help="Hours a day that a crew may be on duty.")
@click.option("--onload-hours", type=float, help="Ground time where load is taken on.")
@click.option("--offload-hours", type=float, help="Ground time where it is put down.")
@click.option("--temperature", type=float, help="Degrees C at take-off.")
@click.option("--horizon-days", type=float, help="Length of the operation [default: 90].")
@ui.json_option
def airlift(
    route: str,
    type_: str,
    tails: int,
    offload: str | None,
    mog: tuple[str, ...],
    hours: float | None,
    availability: float | None,
    requirement_t: float | None,
    ute: float | None,
    crew_ratio: float | None,
    duty_hours: float | None,
    onload_hours: float | None,
    offload_hours: float | None,
    temperature: float | None,
    horizon_days: float | None,
    as_json: bool,
) -> None:
    """Capacity of an airlift: cycle time, fleet, ramps, what binds, what one more would buy.

    What is not given is taken from the model's parameters and the tables of airfields and
    aircraft.
    """
    from sahelsim.planner import PlanAssumptions, plan_airlift
    from sahelsim.theatre import load_theatre

    theatre = load_theatre()
    codes = _codes(route)
    if len(codes) > 1 and codes[-1] == codes[0]:
        codes.pop()  # the circuit closes by itself
    chosen = {
        "flying_hour_budget_h": ute,
        "crew_ratio": crew_ratio,
        "duty_day_h": duty_hours,
        "onload_h": onload_hours,
        "offload_h": offload_hours,
        "temperature_c": temperature,
        "horizon_days": horizon_days,
    }
    assumptions = replace(
        PlanAssumptions.from_parameters(theatre.parameters),
        **{name: value for name, value in chosen.items() if value is not None},
    )
    result = plan_airlift(
        [theatre.airfield(code) for code in codes],
        _aircraft_type(theatre, type_),
        tails,
        assumptions,
        offload=None if offload is None else _codes(offload),
        mog=dict(map(_slots, mog)),
        hours_h=hours,
        availability=availability,
        requirement_t=requirement_t,
    )
    if as_json:
        ui.say_json("plan_airlift", **result.as_dict())
    else:
        ui.say("\n".join(_lines(result)))


def _codes(text: str) -> list[str]:
    return [code.strip().upper() for code in text.split(",") if code.strip()]


def _slots(text: str) -> tuple[str, float]:
    icao, sign, count = text.partition("=")
    try:
        slots = float(count)
    except ValueError:
        slots = -1.0
    if not sign or not 0.0 <= slots < 1000.0:
        raise UsageError(
            "SS1401", f"--mog {text!r} is not ICAO=N", hint="write for example --mog GATS=2"
        )
    return icao.strip().upper(), slots


def _aircraft_type(theatre: Theatre, text: str) -> AircraftType:
    """Find a type by its id, however it is written: C-130H, c130h, C130H."""
    folded = "".join(c for c in text.lower() if c.isalnum())
    known = {kind.id for kind in theatre.aircraft_types}
    return theatre.aircraft_type(folded if folded in known else text)


def _lines(plan: AirliftPlan) -> list[str]:
    """The plan in words, in the order in which a planner asks."""
    stops = [leg.start for leg in plan.legs] + [plan.legs[0].start]
    lines = [f"{plan.aircraft_type}, {plan.tails} tails, {'–'.join(stops)}", ""]
    lines.append(f"{'leg':<11} {'km':>6} {'hours':>6} {'fuel t':>7}  payload limit t")
    for leg in plan.legs:
        limit = "not known" if leg.payload_limit_t is None else f"{leg.payload_limit_t:.1f}"
        lines.append(
            f"{leg.start}–{leg.end:<6} {leg.distance_km:>6.0f} {leg.flying_h:>6.2f} "
            f"{leg.fuel_t:>7.1f}  {limit}"
        )
    lines += [
        "",
        f"rotation             {plan.cycle_time_h:.2f} h, of which {plan.flying_time_h:.2f} h "
        f"flying; {plan.fuel_t:.1f} t of fuel",
        f"payload              {plan.payload_t:.2f} t delivered by a rotation "
        f"({_payload_words(plan)})",
        f"aircraft available   {number(plan.available)} of {plan.tails} on average; none on "
        f"{plan.none_available:.0%} of days",
        f"flying hours         {plan.ute_h:.2f} per available aircraft and day, set by "
        f"{UTE_WORDS[plan.ute_binding]}",
        f"fleet capacity       {plan.fleet_capacity_t_per_day:.1f} t/day",
    ]
    for ramp in plan.ramps:
        lines.append(
            f"ramp {ramp.icao:<15} {ramp.throughput_t_per_day:.1f} t/day ({ramp.task}, "
            f"{number(ramp.mog)} slots, {number(ramp.hours_h)} h/day, "
            f"{number(ramp.ground_h)} h on the ground)"
        )
    lines += [
        "",
        f"throughput           {plan.throughput_t_per_day:.1f} t/day: "
        f"{plan.rotations_per_week:.1f} rotations, {plan.sorties_per_week:.1f} sorties a week",
        f"what binds           {_binding_words(plan)}",
    ]
    if plan.requirement_t is not None and plan.closure_days is not None:
        days = f"{plan.closure_days:.1f} days" if plan.throughput_t_per_day > 0.0 else "never"
        lines.append(f"closure              {number(plan.requirement_t, 6)} t in {days}")
    slots = ", ".join(
        f"{icao} +{gain:.1f}" for icao, gain in plan.marginal.ramp_slot_t_per_day.items()
    )
    lines += [
        f"one more tail        +{plan.marginal.tail_t_per_day:.1f} t/day (with its crews)",
        f"one more crew        +{plan.marginal.crew_t_per_day:.1f} t/day",
        f"one more ramp slot   {slots} t/day",
        "",
        "Planning factors, not observations: ramp slots, operating hours, flying-hour budget and",
        "crews are assumed; see sahelsim facts parameters and sahelsim facts airfields.",
    ]
    return lines


def _payload_words(plan: AirliftPlan) -> str:
    kind, _, leg = plan.payload_binding.partition(":")
    return "planning payload" if kind == "planning" else f"limited by {leg}"


def _binding_words(plan: AirliftPlan) -> str:
    kind, _, icao = plan.binding.partition(":")
    if kind == "ramp":
        return f"the ramp at {icao}"
    return f"the fleet, through {UTE_WORDS[plan.ute_binding]}"

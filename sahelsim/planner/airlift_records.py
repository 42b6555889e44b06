"""What an airlift plan takes and gives: its assumptions, legs, ramps and the plan itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sahelsim.theatre.parameters import ParameterSet


@dataclass(frozen=True)
class PlanAssumptions:
    """What the plan takes for granted; the parameters of the model unless changed.

    Attributes:
        overhead_h: Block hours of a leg beyond cruise.
        onload_h: Ground time where load is taken on or the crew changes.
        offload_h: Ground time where load is put down; 0.5-0.75 h expedited.
        flying_hour_budget_h: Flying hours per available aircraft and day that budget and parts
            allow (small fleets 1-3, a surge 4-6).
        crew_ratio: Crews per aircraft.
        duty_day_h: Hours a day that a crew may be on duty, stops included.
        temperature_c: Temperature at take-off.
        efficiency: Share of the ramp's slots that a queue really uses (F9).
        horizon_days: Length of the operation; beyond 30 days the 90-day crew limit counts.
    """

    overhead_h: float
    onload_h: float
    offload_h: float
    flying_hour_budget_h: float
    crew_ratio: float
    duty_day_h: float
    temperature_c: float
    efficiency: float
    horizon_days: float = 90.0

    @classmethod
    def from_parameters(cls, parameters: ParameterSet) -> PlanAssumptions:
        """The assumptions that the simulated model makes (``parameters/airlift.yaml``).

        Raises:
            ParameterError: SS3010, a parameter is missing.
        """
        return cls(**{name: parameters.value(id) for name, id in PARAMETER_OF.items()})


PARAMETER_OF = {
    "overhead_h": "airlift.leg_fixed_h",
    "onload_h": "airlift.ground_onload_h",
    "offload_h": "airlift.ground_offload_h",
    "flying_hour_budget_h": "airlift.ute_plan_h",
    "crew_ratio": "airlift.crew_ratio",
    "duty_day_h": "airlift.duty_h",
    "temperature_c": "airlift.temperature_c",
    "efficiency": "airlift.queue_efficiency",
}
"""Which parameter of the model each assumption is."""


@dataclass(frozen=True)
class Leg:
    """One sortie of the circuit.

    Attributes:
        start: ICAO code.
        end: ICAO code.
        distance_km: Great circle [km].
        flying_h: Block time [h].
        fuel_t: Fuel burnt [t].
        payload_limit_t: Greatest payload the leg allows [t]; None where masses are unknown.
    """

    start: str
    end: str
    distance_km: float
    flying_h: float
    fuel_t: float
    payload_limit_t: float | None


@dataclass(frozen=True)
class Ramp:
    """What the ramp of one airfield can pass.

    Attributes:
        icao: ICAO code.
        task: ``onload`` or ``offload``.
        mog: Working maximum on ground [aircraft].
        ground_h: Ground time of one rotation here [h].
        hours_h: Operating hours a day.
        throughput_t_per_day: F9, in tonnes of the system's delivery [t/day].
    """

    icao: str
    task: str
    mog: float
    ground_h: float
    hours_h: float
    throughput_t_per_day: float


@dataclass(frozen=True)
class Marginal:
    """Tonnes a day that one more unit would add, everything else unchanged."""

    tail_t_per_day: float
    crew_t_per_day: float
    ramp_slot_t_per_day: Mapping[str, float]


@dataclass(frozen=True)
class AirliftPlan:
    """The answer of the calculator.

    Attributes:
        aircraft_type: Id of the type.
        tails: Aircraft possessed.
        available: Expected number available (tails times mission-capable rate).
        none_available: Chance that none is up on a given day.
        legs: The sorties of one rotation.
        ramps: The airfields of the circuit, each once.
        payload_t: Tonnes delivered by a rotation, and ``payload_binding`` what limits it:
            ``planning``, or the leg that does.
        flying_time_h: Flying hours of a rotation.
        cycle_time_h: Hours of a rotation with its stops.
        fuel_t: Fuel of a rotation.
        ute_h: Flying hours per available aircraft and day, and ``ute_binding`` what sets them.
        fleet_capacity_t_per_day: F7.
        throughput_t_per_day: What the system carries: the least of fleet and ramps.
        binding: ``fleet`` or ``ramp:<ICAO>``.
        rotations_per_week: Closed circuits flown.
        sorties_per_week: Legs flown.
        requirement_t: Tonnes asked for, or None; ``closure_days`` the days they take.
        marginal: What one more tail, crew or ramp slot adds.
        assumptions: What was taken for granted.
    """

    aircraft_type: str
    tails: int
    available: float
    none_available: float
    legs: tuple[Leg, ...]
    ramps: tuple[Ramp, ...]
    payload_t: float
    payload_binding: str
    flying_time_h: float
    cycle_time_h: float
    fuel_t: float
    ute_h: float
    ute_binding: str
    fleet_capacity_t_per_day: float
    throughput_t_per_day: float
    binding: str
    rotations_per_week: float
    sorties_per_week: float
    requirement_t: float | None
    closure_days: float | None
    marginal: Marginal
    assumptions: PlanAssumptions

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain dictionaries and lists, for JSON (an endless closure is None)."""
        plain = asdict(self)
        if plain["closure_days"] is not None and math.isinf(plain["closure_days"]):
            plain["closure_days"] = None
        return plain

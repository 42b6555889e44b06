"""Payload against range, heat, height and strip: what an aircraft may carry over its next legs.

Source: masses and limits of the C-130H from the Lockheed manual page named in
``aircraft_types.csv`` (empty mass: general knowledge); the coefficients of heat and height are
assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sahelsim.planner.checks import not_negative

RESERVE_H = 0.75


@dataclass(frozen=True)
class Masses:
    """Limits of a type [kg] and its fuel burn [kg/h].

    Attributes:
        empty_kg: Operating weight empty.
        takeoff_kg: Maximum take-off mass at sea level and 30 degrees C.
        assault_landing_kg: Greatest landing mass on a rough or short strip.
        structural_kg: Greatest payload.
        burn_kg_h: Fuel burn.
    """

    empty_kg: float
    takeoff_kg: float
    assault_landing_kg: float
    structural_kg: float
    burn_kg_h: float


@dataclass(frozen=True)
class PayloadLimit:
    """Payload [kg] and what limits it: ``structure``, ``takeoff`` or ``landing``."""

    payload_kg: float
    binding: str


def takeoff_factor(temperature_c: float, elevation_ft: float) -> float:
    """Share of the maximum take-off mass left in heat and height: 1 at sea level up to 30 C."""
    heat = 0.0024 * max(0.0, temperature_c - 30.0)
    return 1.0 - heat - 0.007 * elevation_ft / 1000.0


def payload_limit(
    masses: Masses,
    out_h: float,
    back_h: float,
    *,
    assault: bool = False,
    factor: float = 1.0,
    reserve_h: float = RESERVE_H,
) -> PayloadLimit:
    """Greatest payload of a leg, never below zero.

    P = min{structure, factor MTOW - OWE - F_out - F_back - F_res, MLW - OWE - F_back - F_res}

    Args:
        masses: Limits of the type.
        out_h: Block hours of the leg.
        back_h: Block hours from its end to the next fuel; 0 if fuel is taken there.
        assault: The leg ends on a strip where the assault landing limit counts.
        factor: From takeoff_factor, at the departure.
        reserve_h: Hours of fuel kept in hand.
    """
    not_negative(out_h=out_h, back_h=back_h, reserve_h=reserve_h)
    kept = masses.empty_kg + masses.burn_kg_h * (back_h + reserve_h)
    limits = {
        "structure": masses.structural_kg,
        "takeoff": factor * masses.takeoff_kg - kept - masses.burn_kg_h * out_h,
    }
    if assault:
        limits["landing"] = masses.assault_landing_kg - kept
    binding = min(limits, key=lambda name: limits[name])
    return PayloadLimit(max(0.0, limits[binding]), binding)

"""Exact conversions between the units of manuals and the metric units used everywhere here."""

from __future__ import annotations

KG_PER_LB = 0.45359237
T_PER_SHORT_TON = 0.90718474


def short_tons_to_t(short_tons: float) -> float:
    """Metric tonnes of a weight in short tons (2,000 lb)."""
    return short_tons * T_PER_SHORT_TON


def lb_to_kg(lb: float) -> float:
    """Kilograms of a weight in pounds."""
    return lb * KG_PER_LB


def kg_to_lb(kg: float) -> float:
    """Pounds of a weight in kilograms."""
    return kg / KG_PER_LB

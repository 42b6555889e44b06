"""Closed forms of attrition: Lanchester's square and linear laws and Deitchman's ambush.

Sources: Lanchester 1916; Deitchman 1962, "A Lanchester model of guerrilla warfare", Operations
Research 10:818. Regulars x, their enemy y; ``a`` is what one y does to x, ``b`` what one x does
to y, per hour (and per enemy present where the law says so).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sahelsim.planner.checks import not_negative, positive


@dataclass(frozen=True)
class FightToTheEnd:
    """Who is left: ``x``, ``y`` or ``none``, and how many."""

    winner: str
    survivors: float


def square_invariant(x: float, y: float, a: float, b: float) -> float:
    """Constant of x' = -a y, y' = -b x: b x^2 - a y^2."""
    return b * x * x - a * y * y


def linear_invariant(x: float, y: float, a: float, b: float) -> float:
    """Constant of x' = -a x y, y' = -b x y: b x - a y."""
    return b * x - a * y


def deitchman_invariant(x: float, y: float, a: float, b: float) -> float:
    """Constant of x' = -a y, y' = -b x y: b x^2 / 2 - a y."""
    return 0.5 * b * x * x - a * y


def _checked(x0: float, y0: float, a: float, b: float) -> None:
    positive(a=a, b=b)
    not_negative(x0=x0, y0=y0)


def square_law(x0: float, y0: float, a: float, b: float) -> FightToTheEnd:
    """Aimed fire on both sides, fought to the end."""
    _checked(x0, y0, a, b)
    left = square_invariant(x0, y0, a, b)
    if left > 0.0:
        return FightToTheEnd("x", math.sqrt(left / b))
    return FightToTheEnd("y", math.sqrt(-left / a)) if left < 0.0 else FightToTheEnd("none", 0.0)


def linear_law(x0: float, y0: float, a: float, b: float) -> FightToTheEnd:
    """Unaimed fire on both sides, fought to the end."""
    _checked(x0, y0, a, b)
    left = linear_invariant(x0, y0, a, b)
    if left > 0.0:
        return FightToTheEnd("x", left / b)
    return FightToTheEnd("y", -left / a) if left < 0.0 else FightToTheEnd("none", 0.0)


def deitchman(x0: float, y0: float, a: float, b: float) -> FightToTheEnd:
    """Ambush to the end: y aims, x fires into cover. y wins if and only if 2 a y0 > b x0^2."""
    _checked(x0, y0, a, b)
    left = deitchman_invariant(x0, y0, a, b)
    if left > 0.0:
        return FightToTheEnd("x", math.sqrt(2.0 * left / b))
    return FightToTheEnd("y", -left / a) if left < 0.0 else FightToTheEnd("none", 0.0)


def deitchman_after(x0: float, y0: float, a: float, b: float, hours: float) -> tuple[float, float]:
    """Strengths (x, y) after some hours of an ambush, never below zero.

    With C = x0^2 - 2 a y0 / b the law is x' = -(b/2)(x^2 - C), solved by a hyperbolic tangent
    (C > 0, x falls to sqrt C), a tangent (C < 0, x falls to 0) or a hyperbola (C = 0).
    """
    _checked(x0, y0, a, b)
    not_negative(hours=hours)
    level = x0 * x0 - 2.0 * a * y0 / b
    if level > 0.0:
        root = math.sqrt(level)
        gap = (x0 - root) / (x0 + root) * math.exp(-b * root * hours)
        x = root * (1.0 + gap) / (1.0 - gap)
    elif level < 0.0:
        root = math.sqrt(-level)
        x = root * math.tan(max(0.0, math.atan(x0 / root) - 0.5 * b * root * hours))
    else:
        x = x0 / (1.0 + 0.5 * b * x0 * hours)
    return x, max(0.0, y0 - 0.5 * b / a * (x0 * x0 - x * x))

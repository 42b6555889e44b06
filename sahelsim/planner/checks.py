"""Refuse figures outside their range, by name, with one code."""

from __future__ import annotations

from sahelsim.base.errors import InputError


def positive(**figures: float) -> None:
    """Require every figure to be above zero.

    Raises:
        InputError: SS3401.
    """
    for name, value in figures.items():
        if not value > 0.0:
            raise InputError("SS3401", f"{name} must be above 0, not {value}")


def not_negative(**figures: float) -> None:
    """Require every figure to be zero or more.

    Raises:
        InputError: SS3401.
    """
    for name, value in figures.items():
        if not value >= 0.0:
            raise InputError("SS3401", f"{name} must be 0 or more, not {value}")


def share(**figures: float) -> None:
    """Require every figure to lie between 0 and 1, ends included.

    Raises:
        InputError: SS3401.
    """
    for name, value in figures.items():
        if not 0.0 <= value <= 1.0:
            raise InputError("SS3401", f"{name} must lie between 0 and 1, not {value}")

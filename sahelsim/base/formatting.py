"""Numbers and lists in words, the same under every locale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any


def plural(count: int, word: str) -> str:
    """Return ``1 error`` or ``2 errors``."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def number(value: float, significant: int = 3) -> str:
    """Return ``value`` rounded to ``significant`` digits, without exponent or locale.

    >>> number(3271.6), number(0.04512), number(12.0)
    ('3270', '0.0451', '12')
    """
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    rounded = float(f"{value:.{significant - 1}e}")
    text = f"{rounded:.12f}".rstrip("0").rstrip(".") if abs(rounded) < 1e15 else str(int(rounded))
    return "0" if text in ("", "-0") else text


def duration(seconds: float) -> str:
    """Seconds as people say them: 40 s, 3 min, 2.5 h, 4 days."""
    for size, word in ((172_800, "days"), (5_400, "h"), (90, "min")):
        if seconds >= size:
            unit = {"days": 86_400, "h": 3_600, "min": 60}[word]
            return f"{number(seconds / unit, 2)} {word}"
    return f"{number(seconds, 2)} s"


def exact(value: float) -> str:
    """Return ``value`` as an error message shows it: up to ten digits, 2 rather than 2.0.

    >>> exact(2.0), exact(4294967296), exact(0.1)
    ('2', '4294967296', '0.1')
    """
    return f"{value:.10g}"


def finite(value: Any) -> Any:
    """Return ``value``, or None where it is a number that JSON cannot hold (NaN, infinite)."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def one_of(choices: Iterable[str], limit: int = 12) -> str:
    """Return ``a, b or c``; beyond ``limit`` names the rest is counted."""
    names = list(choices)
    if len(names) > limit:
        return ", ".join(names[:limit]) + f" and {len(names) - limit} more"
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " or " + names[-1]

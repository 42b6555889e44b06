"""Small pictures beside numbers, as SVG made of numbers alone."""

from __future__ import annotations

from collections.abc import Sequence

WIDE, HIGH = 240.0, 22.0
EDGE = 10.0
ACCENT = "#0072B2"


def _svg(inside: str, label: str) -> str:
    return (
        f'<svg class="strip" viewBox="0 0 {WIDE:g} {HIGH:g}" role="img" aria-label="{label}">'
        f"{inside}</svg>"
    )


def _x(value: float, low: float, high: float) -> float:
    inner = WIDE - 2 * EDGE
    return EDGE + inner * ((value - low) / (high - low) if high > low else 0.5)


def share_bar(share: float, true: bool) -> str:
    """Odds as a bar from 0 to 1, with a full dot at 1 for what came true, a hollow one at 0."""
    x, end = _x(share, 0.0, 1.0), _x(float(true), 0.0, 1.0)
    fill = "currentColor" if true else "none"
    return _svg(
        f'<rect x="{EDGE:g}" y="7" width="{WIDE - 2 * EDGE:g}" height="8" fill="none" '
        'stroke="currentColor" stroke-opacity="0.4"/>'
        f'<rect x="{EDGE:g}" y="7" width="{x - EDGE:.1f}" height="8" fill="{ACCENT}"/>'
        f'<circle cx="{end:.1f}" cy="11" r="5.5" fill="{fill}" stroke="currentColor" '
        'stroke-width="2"/>',
        f"{round(100 * share)} %",
    )


def interval_bar(low: float, middle: float, high: float, reach: float) -> str:
    """An interval with its middle on a scale from -``reach`` to ``reach``; zero is a line."""
    a, m, b, zero = (_x(value, -reach, reach) for value in (low, middle, high, 0.0))
    return _svg(
        f'<path d="M{zero:.1f} 1V21" stroke="currentColor" stroke-opacity="0.5" '
        'stroke-dasharray="3 2"/>'
        f'<path d="M{a:.1f} 11H{b:.1f}M{a:.1f} 6V16M{b:.1f} 6V16" stroke="{ACCENT}" '
        f'stroke-width="2.5"/><circle cx="{m:.1f}" cy="11" r="4.5" fill="{ACCENT}"/>',
        f"{low:.3g}, {middle:.3g}, {high:.3g}",
    )


def split_bar(policies: float, ordered: float, happened: float, scale: Sequence[float]) -> str:
    """Median without orders (ring), with orders (diamond), what happened (dot), on one scale."""
    a, b, c = (_x(value, scale[0], scale[1]) for value in (policies, ordered, happened))
    diamond = f"{b - 6:.1f},11 {b:.1f},5 {b + 6:.1f},11 {b:.1f},17"
    return _svg(
        f'<path d="M{EDGE:g} 11H{WIDE - EDGE:g}" stroke="currentColor" stroke-opacity="0.3"/>'
        f'<path d="M{a:.1f} 11H{b:.1f}" stroke="{ACCENT}" stroke-width="4"/>'
        f'<path d="M{b:.1f} 11H{c:.1f}" stroke="currentColor" stroke-width="1.5" '
        'stroke-dasharray="4 3"/>'
        f'<circle cx="{a:.1f}" cy="11" r="5" class="hollow" stroke="currentColor" '
        'stroke-width="2"/>'
        f'<polygon points="{diamond}" class="hollow" stroke="{ACCENT}" stroke-width="2"/>'
        f'<circle cx="{c:.1f}" cy="11" r="4.5" fill="currentColor"/>',
        f"{policies:.3g}, {ordered:.3g}, {happened:.3g}",
    )

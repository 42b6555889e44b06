"""Parallel coordinates: every policy in every future as a line from choice to result.

Drawn as plain lines, because Plotly's own parallel coordinates need WebGL, which not every
browser has. The page's script lays brushes over the axes; ``layout.meta`` tells it what they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from sahelsim.report.figures.forest import broken
from sahelsim.report.style import (
    BLUE,
    BROWN,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    VERMILION,
    layout,
)
from sahelsim.report.words import signed

POLICIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, BROWN, GREY)
GROUPS = {"choose": "we choose", "unknown": "we do not control", "result": "what comes of it"}
PAD = 0.03  # of the height, above and below the axes
SIDE = 0.4  # of the distance of two axes, at either end
TOP, BOTTOM = 110, 30  # pixels for the names of the axes and for their least values
LEFT_PER_SIGN, WIDEST = 6, 18  # pixels and signs of a policy's name
FEW_LINES = 60


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        name: What it is, in words.
        group: ``choose``, ``unknown`` or ``result``.
        values: Value of every line [lines]; of categories their number, the first on top.
        unit: Unit of the values.
        categories: Names of categories; empty for numbers.
        better: ``higher``, ``lower`` or nothing: which end is better.
    """

    name: str
    group: str
    values: npt.NDArray[np.float64]
    unit: str = ""
    categories: tuple[str, ...] = ()
    better: str = ""

    @property
    def ends(self) -> tuple[float, float]:
        """Values at the bottom and at the top."""
        if self.categories:
            return float(len(self.categories) - 1), 0.0
        return float(self.values.min()), float(self.values.max())

    @property
    def places(self) -> npt.NDArray[np.float64]:
        """Place of every line on the axis, 0 at the bottom to 1."""
        low, high = self.ends
        if low == high:
            return np.full(len(self.values), 0.5)
        return (self.values - low) / (high - low)

    def place(self, value: float) -> float:
        """Place of a value, within the axis."""
        low, high = self.ends
        return 0.5 if low == high else float(np.clip((value - low) / (high - low), 0.0, 1.0))


def parallel_figure(axes: Sequence[Axis], policies: Sequence[str]) -> go.Figure:
    """Every policy in every future as a line.

    Args:
        axes: From left to right, at least one; the lines of the first policy come first, in the
            order of the futures, then those of the second, as many each.
        policies: The policies, in the order of their colours.
    """
    places = np.column_stack([axis.places for axis in axes])
    n = len(places) // max(1, len(policies))
    figure = go.Figure(layout=layout(hovermode=False, dragmode=False))
    x = [*range(len(axes)), None] * n
    looks: list[tuple[str, str, float]] = [("not chosen", GREY, 0.25)]
    strong = 0.8 if len(places) <= FEW_LINES else 0.5
    looks += [(name, POLICIES[k % len(POLICIES)], strong) for k, name in enumerate(policies)]
    for k, (name, colour, opacity) in enumerate(looks):
        mine = places[(k - 1) * n : k * n] if k else places[:0]
        figure.add_trace(
            go.Scatter(
                x=x if k else [], y=[y for line in mine for y in (*line, None)], mode="lines",
                name=name, line={"color": colour, "width": 1.3}, opacity=opacity,
                hoverinfo="skip",
            )
        )  # fmt: skip
    left = LEFT_PER_SIGN * max([min(len(word), WIDEST) for word in axes[0].categories], default=3)
    figure.update_layout(
        margin={"l": left + 16, "r": 26, "t": TOP, "b": BOTTOM},
        annotations=_notes(axes),
        shapes=[
            {"type": "line", "x0": j, "x1": j, "y0": 0, "y1": 1, "layer": "below",
             "line": {"color": GREY, "width": 1}}
            for j in range(len(axes))
        ],
        meta={"pad": PAD, "side": SIDE, "axes": [_meta(axis) for axis in axes]},
    )  # fmt: skip
    figure.update_yaxes(
        visible=False, range=[-PAD, 1 + PAD], fixedrange=True, automargin=False, rangemode="normal"
    )
    figure.update_xaxes(
        visible=False, range=[-SIDE, len(axes) - 1 + SIDE], fixedrange=True, automargin=False
    )
    return figure


def _meta(axis: Axis) -> dict[str, Any]:
    low, high = axis.ends
    return {"name": axis.name, "low": low, "high": high, "unit": axis.unit,
            "categories": list(axis.categories)}  # fmt: skip


def _notes(axes: Sequence[Axis]) -> list[dict[str, Any]]:
    """Names, groups and ends of the axes."""
    notes: list[dict[str, Any]] = []
    for j, axis in enumerate(axes):
        sign = {"higher": "▲ ", "lower": "▼ "}.get(axis.better, "")
        unit = f" [{axis.unit}]" if axis.unit and axis.unit not in axis.name.split() else ""
        lines = broken([f"{sign}{axis.name}{unit}"], 12)[0]
        notes.append({"x": j, "y": 1, "yshift": 20, "yanchor": "bottom", "text": lines,
                      "font": {"size": 11}})  # fmt: skip
        if axis.categories:
            notes += [
                {"x": j, "y": axis.place(float(k)), "xanchor": "right", "xshift": -13,
                 "text": broken([word], WIDEST)[0], "align": "right", "font": {"size": 11}}
                for k, word in enumerate(axis.categories)
            ]  # fmt: skip
            continue
        for value, y, shift, anchor in zip(axis.ends, (0, 1), (-3, 3), ("top", "bottom"),
                                           strict=True):  # fmt: skip
            notes.append({"x": j, "y": y, "yshift": shift, "yanchor": anchor,
                          "text": signed(value), "font": {"size": 11}})  # fmt: skip
    first = 0
    for j in range(len(axes)):
        if j + 1 < len(axes) and axes[j + 1].group == axes[j].group:
            continue
        notes.append({"x": (first + j) / 2, "yref": "paper", "y": 1, "yanchor": "bottom",
                      "yshift": TOP - 20, "text": f"<b>{GROUPS[axes[j].group]}</b>",
                      "font": {"size": 12}})  # fmt: skip
        first = j + 1
    return [{**note, "showarrow": False} for note in notes]

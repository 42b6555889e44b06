"""What drives an outcome: index bars with intervals, Morris's mu* against sigma, the tornado."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.forest import axis_title, broken
from sahelsim.report.style import BLUE, GREY, ORANGE, SKY, layout, rows_axis

MOST = 15  # inputs drawn; the table has all


def index_figure(table: pd.DataFrame, floor: float = 0.0, title: str = "") -> go.Figure:
    """Indices of the most influential inputs as bars with intervals, the largest on top.

    Args:
        table: Index: inputs, largest first; ``value``, ``low``, ``high``, and for Sobol ``first``.
        floor: What an input without effect shows, drawn as a line; none if 0.
        title: Title of the value axis.
    """
    shown = table.head(MOST)
    figure = go.Figure(layout=layout(hovermode="closest", bargap=0.35))
    rows = np.arange(len(shown))
    figure.add_trace(
        go.Bar(
            x=shown["value"], y=rows, orientation="h", marker={"color": BLUE}, name="index",
            error_x=_error(shown, "value", "low", "high"),
            customdata=shown[["low", "high"]].to_numpy(),
            text=list(shown.index), textposition="none",
            hovertemplate="%{text}<br>%{x:,.3~g} (95 % interval %{customdata[0]:,.3~g} to "
            "%{customdata[1]:,.3~g})<extra></extra>",
        )
    )  # fmt: skip
    if "first" in shown:
        figure.add_trace(
            go.Scatter(
                x=shown["first"], y=rows, mode="markers", name="alone (S1)",
                marker={"symbol": "diamond", "size": 10, "color": ORANGE,
                        "line": {"width": 1, "color": "#ffffff"}},
                text=list(shown.index), hovertemplate="%{text}, alone: %{x:,.3~g}<extra></extra>",
            )
        )  # fmt: skip
    if floor > 0.0:
        figure.add_vline(x=floor, line={"color": GREY, "width": 2, "dash": "dash"})
    _input_axis(figure, [str(name) for name in shown.index])
    top = float(max(shown["high"].max(), floor, 0.0)) or 1.0
    bottom = float(min(0.0, shown["low"].min()))
    figure.update_xaxes(title=axis_title(title), range=[1.05 * bottom, 1.08 * top], showgrid=True,
                        nticks=6, zeroline=False)  # fmt: skip
    return figure


def morris_figure(table: pd.DataFrame, unit: str = "") -> go.Figure:
    """Mean absolute effect mu* against its spread sigma; far above the line: interactions.

    Args:
        table: Index: inputs; ``value`` (mu*), ``low``, ``high``, ``sigma``.
        unit: Unit of the outcome.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    top = 1.1 * float(max(table["value"].max(), table["sigma"].max())) or 1.0
    figure.add_trace(
        go.Scatter(x=[0, top], y=[0, top], mode="lines", hoverinfo="skip", name="sigma = mu*",
                   line={"color": GREY, "dash": "dash", "width": 1.5})
    )  # fmt: skip
    named = set(table.index[:5])
    figure.add_trace(
        go.Scatter(
            x=table["value"], y=table["sigma"], mode="markers+text", name="inputs",
            marker={"size": 11, "color": BLUE, "line": {"width": 1, "color": "#ffffff"}},
            text=[str(name) if name in named else "" for name in table.index],
            textposition="top center", customdata=[str(name) for name in table.index],
            error_x=_error(table, "value", "low", "high"),
            hovertemplate="%{customdata}<br>mu* %{x:,.3~g}, sigma %{y:,.3~g}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title={"text": f"mu*, {unit}"}, range=[0, top], showgrid=True, nticks=6)
    figure.update_yaxes(title={"text": f"sigma, {unit}"}, range=[0, 1.1 * top], nticks=6)
    return figure


def tornado_figure(table: pd.DataFrame, unit: str = "") -> go.Figure:
    """Change from the base with each input at the low and the high end of its range.

    Args:
        table: Index: inputs, the most influential first; ``at_low``, ``at_high``, ``from``, ``to``.
        unit: Unit of the outcome.
    """
    shown = table.head(MOST)
    figure = go.Figure(layout=layout(hovermode="closest", barmode="overlay", bargap=0.35))
    rows = np.arange(len(shown))
    for column, end, colour, pattern in (
        ("at_low", "from", SKY, "/"), ("at_high", "to", BLUE, ""),
    ):  # fmt: skip
        figure.add_trace(
            go.Bar(
                x=shown[column], y=rows, orientation="h", name=f"input at its {column[3:]} end",
                marker={"color": colour, "pattern": {"shape": pattern, "size": 5}},
                customdata=shown[end].to_numpy()[:, None], text=list(shown.index),
                textposition="none",
                hovertemplate="%{text} = %{customdata[0]:,.3~g}<br>%{x:+,.3~g}<extra></extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=0.0, line={"width": 1.5, "color": GREY})
    _input_axis(figure, [str(name) for name in shown.index])
    figure.update_xaxes(title=axis_title(f"change from the base, {unit}"), showgrid=True, nticks=6,
                        zeroline=False)  # fmt: skip
    return figure


def _error(table: pd.DataFrame, value: str, low: str, high: str) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "thickness": 1.6, "width": 4, "color": GREY,
        "array": (table[high] - table[value]).clip(lower=0.0),
        "arrayminus": (table[value] - table[low]).clip(lower=0.0),
    }  # fmt: skip


def _input_axis(figure: go.Figure, names: list[str]) -> None:
    figure.update_yaxes(rows_axis(broken([name.replace("_", " ") for name in names], 22)))

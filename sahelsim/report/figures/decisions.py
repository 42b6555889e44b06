"""Figures people decide from: peeling, regret, tipping curves, precedent by future."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.forest import axis_title, broken
from sahelsim.report.style import BLUE, GREY, ORANGE, VERMILION, layout, rgba, rows_axis

MOST_FUTURES = 60


def peeling_figure(trajectory: pd.DataFrame, step: int) -> go.Figure:
    """PRIM's trajectory: density against coverage, the chosen box ringed.

    Args:
        trajectory: Steps of peeling: ``coverage``, ``density``, ``mass``, ``limited``.
        step: The step chosen.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    figure.add_trace(
        go.Scatter(
            x=trajectory["coverage"], y=trajectory["density"], mode="lines+markers", name="boxes",
            line={"color": GREY, "width": 1.2},
            marker={
                "size": 9, "color": trajectory["limited"], "colorscale": "Cividis",
                "showscale": True, "colorbar": {"title": {"text": "inputs<br>limited"},
                                                "thickness": 12, "dtick": 1},
            },
            customdata=trajectory[["mass", "limited"]].to_numpy(),
            hovertemplate="coverage %{x:.0%}, density %{y:.0%}<br>%{customdata[1]} inputs limited, "
            "%{customdata[0]:.0%} of futures<extra></extra>",
        )
    )  # fmt: skip
    chosen = trajectory.iloc[step]
    figure.add_trace(
        go.Scatter(
            x=[chosen["coverage"]], y=[chosen["density"]], mode="markers", name="chosen",
            marker={"symbol": "circle-open", "size": 20, "color": VERMILION,
                    "line": {"width": 3, "color": VERMILION}},
            hoverinfo="skip",
        )
    )  # fmt: skip
    for axis in (figure.update_xaxes, figure.update_yaxes):
        axis(range=[-0.02, 1.05], tickformat=".0%", showgrid=True, zeroline=False)
    figure.update_xaxes(title={"text": "coverage"})
    figure.update_yaxes(title={"text": "density"})
    return figure


def regret_figure(regret: pd.DataFrame) -> go.Figure:
    """Regret of every policy in every future as a heat map; futures from least to most regret.

    Args:
        regret: Regret [future, policy], 0 for the best.
    """
    order = regret.max(axis=1).sort_values(kind="stable").index
    if len(order) > MOST_FUTURES:
        order = order[np.linspace(0, len(order) - 1, MOST_FUTURES).round().astype(int)]
    shown = regret.loc[order]
    few = len(shown) <= 15
    figure = go.Figure(layout=layout(hovermode="closest"))
    figure.add_trace(
        go.Heatmap(
            z=shown.to_numpy(dtype=np.float64).T, y=list(shown.columns),
            x=list(range(len(shown))), colorscale="Cividis", reversescale=True, zmin=0.0,
            zmax=float(shown.to_numpy().max()) or 1.0,
            customdata=np.tile([str(name) for name in shown.index], (len(shown.columns), 1)),
            colorbar={"orientation": "h", "thickness": 12, "y": 1.0, "yanchor": "bottom",
                      "nticks": 5},
            texttemplate="%{z:,.2~r}" if few else None,
            hovertemplate="%{y}, future %{customdata}<br>regret %{z:,.4~g}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title=axis_title("futures, by the largest regret in them"), ticks="",
                        showticklabels=False)  # fmt: skip
    figure.update_yaxes(
        type="category", autorange="reversed", tickvals=list(shown.columns),
        ticktext=broken([str(name) for name in shown.columns], 18), ticks="",
    )  # fmt: skip
    return figure


def tipping_figure(
    curve: pd.DataFrame, target: float, span: tuple[float, float, float], lever: str, unit: str
) -> go.Figure:
    """A mean outcome along a lever with its band, the target, and where they cross.

    Args:
        curve: Index: levels; ``mean``, ``low``, ``high``.
        target: The target.
        span: Low end, tipping level and high end; infinite where outside the range.
        lever: Title of the level axis.
        unit: Title of the value axis.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    levels = list(curve.index)
    low, level, high = (float(np.clip(end, levels[0], levels[-1])) for end in span)
    if high > low:
        figure.add_vrect(x0=low, x1=high, fillcolor=rgba(ORANGE, 0.22), line_width=0, layer="below")
    for column, fill in (("low", None), ("high", "tonexty")):
        figure.add_trace(
            go.Scatter(x=levels, y=curve[column], mode="lines", line={"width": 0}, fill=fill,
                       fillcolor=rgba(BLUE, 0.2), hoverinfo="skip", showlegend=False, name=column)
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=levels, y=curve["mean"], mode="lines+markers", name="mean",
            line={"color": BLUE, "width": 2.4}, marker={"size": 8},
            customdata=curve[["low", "high"]].to_numpy(),
            hovertemplate="%{x:,.4~g}: %{y:,.4~g} (95 % interval %{customdata[0]:,.4~g} to "
            "%{customdata[1]:,.4~g})<extra></extra>",
        )
    )  # fmt: skip
    figure.add_hline(y=target, line={"color": VERMILION, "dash": "dash", "width": 2},
                     annotation={"text": "target", "font": {"size": 12}},
                     annotation_position="top right")  # fmt: skip
    if np.isfinite(span[1]):
        figure.add_vline(x=level, line={"color": ORANGE, "width": 2})
    ends = [float(curve["low"].min()), float(curve["high"].max()), target]
    margin = 0.08 * (max(ends) - min(ends)) or 1.0
    figure.update_xaxes(title={"text": lever}, showgrid=True, nticks=7)
    figure.update_yaxes(title={"text": unit}, range=[min(ends) - margin, max(ends) + margin],
                        showgrid=True)  # fmt: skip
    return figure


def by_future_figure(effects: dict[str, Any], unit: str = "") -> go.Figure:
    """The effect in every future, in order: how it spreads over what is not known.

    Args:
        effects: Label to mean differences, one a future.
        unit: Unit of the value axis.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    styles = ((BLUE, "circle"), (VERMILION, "diamond"))
    for (label, values), (colour, symbol) in zip(effects.items(), styles, strict=False):
        ordered = np.sort(np.asarray(values, dtype=np.float64))
        share = (np.arange(len(ordered)) + 0.5) / len(ordered)
        figure.add_trace(
            go.Scatter(
                x=ordered, y=share, mode="markers", name=label,
                marker={"size": 9, "color": colour, "symbol": symbol, "opacity": 0.85},
                hovertemplate=f"{label}: " + "%{x:,.3~g}<extra></extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=0.0, line={"width": 1.5, "color": GREY})
    figure.update_xaxes(title=axis_title(unit), showgrid=True, nticks=6)
    figure.update_yaxes(title={"text": "share of futures at or below"}, tickformat=".0%",
                        range=[-0.03, 1.05], showgrid=True)  # fmt: skip
    return figure


def share_figure(parts: pd.DataFrame, unit: str = "") -> go.Figure:
    """Parts of an effect by mechanism, with intervals; they add up to the whole.

    Args:
        parts: Index: mechanisms and the whole; ``value``, ``low``, ``high``.
        unit: Unit of the value axis.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    rows = np.arange(len(parts))
    figure.add_trace(
        go.Scatter(
            x=parts["value"], y=rows, mode="markers", name="part",
            marker={"size": 11, "color": [BLUE] * (len(parts) - 1) + [VERMILION]},
            error_x={"type": "data", "symmetric": False, "thickness": 2, "width": 5, "color": GREY,
                     "array": parts["high"] - parts["value"],
                     "arrayminus": parts["value"] - parts["low"]},
            customdata=parts[["low", "high"]].to_numpy(), text=list(parts.index),
            hovertemplate="%{text}: %{x:,.3~g} (95 % interval %{customdata[0]:,.3~g} to "
            "%{customdata[1]:,.3~g})<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=0.0, line={"width": 1.5, "color": GREY}, layer="below")
    figure.update_yaxes(rows_axis(list(parts.index)))
    figure.update_xaxes(title={"text": unit}, showgrid=True, nticks=6, zeroline=False)
    return figure

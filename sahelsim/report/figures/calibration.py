"""Figures of a calibration: priors updated, summaries missed, thresholds falling."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.ranges import range_figure
from sahelsim.report.style import BLUE, DOCUMENTED, GREY, layout


def update_figure(units: pd.DataFrame) -> go.Figure:
    """Posterior ranges on the prior's unit scale, where the prior is uniform.

    Args:
        units: Parameter id (index) to quantiles (columns q05 … q95) between 0 and 1.
    """
    figure = range_figure({"posterior": units})
    figure.add_vline(x=0.5, line={"width": 1.5, "color": GREY, "dash": "dot"}, layer="below")
    figure.update_xaxes(range=[0, 1], dtick=0.25)
    return figure


def misfit_figure(simulated: pd.DataFrame, reach: float) -> go.Figure:
    """Ranges of the accepted runs around the observed values, in tolerances.

    Args:
        simulated: Summary (index) to quantiles (columns q05 … q95) of (simulated - observed) /
            tolerance.
        reach: Ends of the axis, on both sides.
    """
    figure = range_figure({"accepted runs": simulated})
    figure.add_vline(x=0.0, line={"width": 2.5, "color": DOCUMENTED}, layer="below")
    figure.update_xaxes(range=[-reach, reach])
    return figure


def thresholds_figure(generations: pd.DataFrame) -> go.Figure:
    """The threshold of each generation.

    Args:
        generations: Rows in order, column ``threshold``.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    numbers = list(range(len(generations)))
    figure.add_trace(
        go.Scatter(
            x=numbers, y=generations["threshold"], mode="lines+markers", line={"color": BLUE},
            marker={"size": 9}, hovertemplate="after generation %{x}: %{y:.3f}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title={"text": "generation"}, dtick=1, range=[-0.3, len(numbers) - 0.7])
    return figure

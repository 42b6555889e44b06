"""Figures of forecasts: fans by month beside what came, the PIT, differences from benchmarks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.style import BLUE, DOCUMENTED, GREY, VERMILION, date_axis, layout, rgba

PAIR = (BLUE, VERMILION)  # the forecast, and what it is compared with


def month_fan(
    fan: pd.DataFrame, observed: pd.DataFrame, benchmark: pd.DataFrame | None = None
) -> go.Figure:
    """A forecast by month, what was observed before and (if known) after, and a benchmark.

    Args:
        fan: Columns ``date`` (first of the month), ``q05, q25, q50, q75, q95``.
        observed: Columns ``date, outcome``.
        benchmark: Columns ``date, q05, q50, q95``.
    """
    figure = go.Figure(layout=layout())
    days = [str(day)[:10] for day in fan["date"]]
    for low, high, alpha in (("q05", "q95", 0.17), ("q25", "q75", 0.28)):
        for column, filled in ((low, None), (high, "tonexty")):
            figure.add_trace(
                go.Scatter(
                    x=days, y=fan[column], mode="lines", line={"width": 0}, fill=filled,
                    fillcolor=rgba(BLUE, alpha), hoverinfo="skip", name=f"forecast {column}",
                )
            )  # fmt: skip
    if benchmark is not None:
        when = [str(day)[:10] for day in benchmark["date"]]
        for column in ("q05", "q95"):
            figure.add_trace(
                go.Scatter(
                    x=when, y=benchmark[column], mode="lines", hoverinfo="skip",
                    line={"width": 1.5, "color": VERMILION, "dash": "dot"},
                    name=f"benchmark {column}",
                )
            )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=when, y=benchmark["q50"], mode="lines", name="benchmark",
                line={"width": 2, "color": VERMILION, "dash": "dash"},
                customdata=np.stack([benchmark["q05"], benchmark["q95"]], axis=1),
                hovertemplate="%{y:,.0f} (90 %: %{customdata[0]:,.0f} to %{customdata[1]:,.0f})",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=days, y=fan["q50"], mode="lines", name="forecast",
            line={"width": 2.4, "color": BLUE},
            customdata=np.stack([fan["q05"], fan["q95"]], axis=1),
            hovertemplate="%{y:,.0f} (90 %: %{customdata[0]:,.0f} to %{customdata[1]:,.0f})",
        )
    )  # fmt: skip
    seen = [str(day)[:10] for day in observed["date"]]
    figure.add_trace(
        go.Scatter(
            x=seen, y=observed["outcome"], mode="lines+markers", name="observed",
            line={"width": 1, "color": DOCUMENTED}, marker={"size": 7, "color": DOCUMENTED},
            hovertemplate="%{y:,.0f}",
        )
    )  # fmt: skip
    ends = sorted([*days, *seen])
    figure.update_xaxes(date_axis(ends[0], ends[-1]))
    figure.update_xaxes(hoverformat="%b %Y")
    return figure


def pit_figure(shares: pd.DataFrame) -> go.Figure:
    """PIT histograms; the dashed line is what a calibrated forecast gives.

    Args:
        shares: Index: the ten bins' lower ends; columns: models, the forecast first; shares 0 to 1.
    """
    figure = go.Figure(layout=layout(barmode="group", hovermode="x"))
    width = 1.0 / len(shares)
    for colour, name in zip(PAIR, shares, strict=False):
        figure.add_trace(
            go.Bar(
                x=shares.index + width / 2, y=shares[name], name=str(name),
                marker={"color": colour}, hovertemplate="%{y:.0%}",
            )
        )  # fmt: skip
    figure.add_hline(y=width, line={"color": GREY, "dash": "dash", "width": 1.5})
    figure.update_xaxes(title={"text": "place of what came within the draws"}, range=[0, 1])
    figure.update_yaxes(tickformat=".0%", title={"text": "cases"})
    return figure

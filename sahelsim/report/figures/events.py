"""Documented events against simulated ones, on one time axis."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.fans import fan_figure
from sahelsim.report.style import DOCUMENTED

LEAST = 0.8  # where a toll of none stands on a logarithmic axis


def kind_figure(fans: dict[str, pd.DataFrame], documented: pd.DataFrame) -> go.Figure:
    """Weekly number of one kind of event: simulated fan, documented count as diamonds.

    Args:
        fans: Run name to weekly quantiles.
        documented: Columns ``date`` (first day of the week), ``count``, ``text``; weeks without
            documented events are left out.
    """
    figure = fan_figure(fans)
    if len(documented):
        figure.add_trace(
            go.Scatter(
                x=midweek(documented["date"]), y=documented["count"],
                mode="markers", name="documented",
                marker={
                    "symbol": "diamond", "size": 9, "color": DOCUMENTED,
                    "line": {"width": 1, "color": "#ffffff"},
                },
                text=documented["text"], hovertemplate="%{y}: %{text}",
            )
        )  # fmt: skip
        highest = max(float(figure.layout.yaxis.range[1]), 1.15 * float(documented["count"].max()))
        figure.update_yaxes(range=[0, highest])
    if float(figure.layout.yaxis.range[1]) < 7:
        figure.update_yaxes(dtick=1)
    return figure


def toll_figure(fans: dict[str, pd.DataFrame], documented: pd.DataFrame) -> go.Figure:
    """Deaths a week, all sides: simulated fan, documented lowest to highest toll as bars.

    Args:
        fans: Run name to weekly quantiles of deaths.
        documented: Columns ``date`` (first day of the week), ``low``, ``high`` (NaN where
            open-ended), ``text``.
    """
    figure = fan_figure(fans)
    for trace in figure.data:
        trace.y = [max(float(value), LEAST) for value in trace.y]
    low = documented["low"].clip(lower=LEAST)
    high = documented["high"].fillna(documented["low"]).clip(lower=LEAST)
    middle = (low * high) ** 0.5
    figure.add_trace(
        go.Scatter(
            x=midweek(documented["date"]), y=middle, mode="markers",
            name="documented",
            marker={"symbol": "line-ew", "size": 8, "color": DOCUMENTED,
                    "line": {"width": 2, "color": DOCUMENTED}},
            error_y={
                "type": "data", "symmetric": False, "array": high - middle,
                "arrayminus": middle - low, "color": DOCUMENTED, "thickness": 2.4, "width": 4,
            },
            text=documented["text"], hovertemplate="%{text}",
        )
    )  # fmt: skip
    top = max([float(max(trace.y, default=1)) for trace in figure.data] + [float(high.max() or 1)])
    figure.update_yaxes(
        type="log", range=[-0.12, _log10(1.4 * top)], tickvals=[1, 10, 100, 1000, 10000],
        ticktext=["1", "10", "100", "1,000", "10,000"],
    )  # fmt: skip
    return figure


def midweek(days: pd.Series) -> list[str]:
    """The middle of the weeks that begin on these days."""
    return [str(day + pd.Timedelta(days=3))[:10] for day in days]


def _log10(value: float) -> float:
    return math.log10(max(value, 10.0))

"""Fan charts: the median and the ranges that hold 50 % and 90 % of replicates, over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.style import DOCUMENTED, RUN_COLOURS, RUN_DASHES, date_axis, layout, rgba

DAY_MS = 86_400_000


def fan_figure(
    fans: Mapping[str, pd.DataFrame],
    unit: str,
    events: pd.DataFrame | None = None,
    *,
    tick_format: str = "",
    band: tuple[float, float, str] | None = None,
) -> go.Figure:
    """Fans of one quantity in one or more runs.

    Args:
        fans: Run name to quantiles (index date, evenly spaced; columns q05 … q95); the first is
            the run itself, in blue and solid.
        unit: Title of the value axis.
        events: Documented events (columns ``date``, ``text``), drawn as marks along the top.
        tick_format: Format of the value axis (``.0%``).
        band: A documented range (low, high, what it is), drawn as a horizontal strip.
    """
    figure = go.Figure(layout=layout())
    shown = {name: fan for name, fan in fans.items() if len(fan)}
    for k, (name, fan) in reversed(list(enumerate(shown.items()))):
        figure.add_traces(_fan_traces(name, fan, k))
    ends = [day for fan in shown.values() for day in (fan.index[0], fan.index[-1])]
    if events is not None and len(events):
        figure.add_trace(event_marks(events))
        figure.update_layout(
            yaxis2={
                "overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True,
                "side": "right",
            }
        )  # fmt: skip
        ends += [events["date"].min(), events["date"].max()]
    if band is not None:
        low, high, text = band
        figure.add_hrect(
            y0=low, y1=high, fillcolor=rgba(DOCUMENTED, 0.18), line_width=0, layer="below",
            annotation={"text": text, "font": {"size": 11}}, annotation_position="top left",
        )  # fmt: skip
    if ends:
        figure.update_xaxes(date_axis(min(ends), max(ends)))
    top = max((float(fan["q95"].max()) for fan in shown.values()), default=1.0)
    top = max(top, band[1] if band else 0.0) or 1.0
    figure.layout.yaxis.update(
        title={"text": unit, "standoff": 6}, tickformat=tick_format, range=[0, 1.12 * top]
    )
    return figure


def _fan_traces(name: str, fan: pd.DataFrame, k: int) -> list[go.Scatter]:
    colour, dash = RUN_COLOURS[k % len(RUN_COLOURS)], RUN_DASHES[k % len(RUN_DASHES)]
    step = int((fan.index[1] - fan.index[0]).days) if len(fan) > 1 else 1
    axis = {"x0": str(fan.index[0])[:10], "dx": step * DAY_MS, "legendgroup": name}
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    outer, inner = rgba(colour, 0.16), rgba(colour, 0.28)
    traces = [
        go.Scatter(**axis, **hidden, y=fan["q05"], name=f"{name} q05"),
        go.Scatter(
            **axis, **hidden, y=fan["q95"], name=f"{name} q95", fill="tonexty", fillcolor=outer
        ),
        go.Scatter(**axis, **hidden, y=fan["q25"], name=f"{name} q25"),
        go.Scatter(
            **axis, **hidden, y=fan["q75"], name=f"{name} q75", fill="tonexty", fillcolor=inner
        ),
        go.Scatter(
            **axis, y=fan["q50"], name=name,
            mode="lines" if len(fan) > 1 else "markers",
            line={"color": colour, "width": 2.2, "dash": dash},
            customdata=np.stack([fan["q05"], fan["q95"]], axis=1),
            hovertemplate="%{y:,.4~g} (90 %: %{customdata[0]:,.4~g} to %{customdata[1]:,.4~g})",
        ),
    ]  # fmt: skip
    return traces


def event_marks(events: pd.DataFrame, **changes: Any) -> go.Scatter:
    """Documented events as small triangles along the top edge, with their text on hover."""
    return go.Scatter(
        x=[str(day)[:10] for day in events["date"]],
        y=[0.97] * len(events),
        yaxis="y2",
        mode="markers",
        name="documented",
        marker={
            "symbol": "triangle-down", "size": 10, "color": DOCUMENTED,
            "line": {"width": 1, "color": "#ffffff"},
        },
        text=list(events["text"]),
        hovertemplate="%{text}",
        **changes,
    )  # fmt: skip

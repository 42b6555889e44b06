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
    events: pd.DataFrame | None = None,
    *,
    tick_format: str = "",
    band: tuple[float, float, str] | None = None,
) -> go.Figure:
    """Fans of one quantity in one or more runs.

    Args:
        fans: Run name to quantiles (index date, evenly spaced; columns q05 … q95); the first is
            the run itself, in blue and solid.
        events: Documented events (columns ``date``, ``text``), drawn as marks along the top.
        tick_format: Format of the value axis (``.0%``).
        band: A documented range (low, high, what it is), drawn as a horizontal strip.
    """
    figure = go.Figure(layout=layout())
    shown = {name: extended(fan) for name, fan in fans.items() if len(fan)}
    for k, (name, fan) in reversed(list(enumerate(shown.items()))):
        figure.add_traces(_bands(name, fan, k))
    for k, (name, fan) in enumerate(shown.items()):
        figure.add_trace(_median(name, fan, k))
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
            annotation={"text": text, "font": {"size": 11}}, annotation_position="top right",
        )  # fmt: skip
    if ends:
        figure.update_xaxes(date_axis(min(ends), max(ends)))
    top = max((float(fan["q95"].max()) for fan in shown.values()), default=1.0)
    top = max(top, band[1] if band else 0.0) or 1.0
    if tick_format.endswith("%") and top <= 1.0:
        top = 1.0 / 1.12 if top < 0.85 else 0.95
    figure.layout.yaxis.update(tickformat=tick_format, range=[0, 1.12 * top])
    return figure


def extended(fan: pd.DataFrame) -> pd.DataFrame:
    """A weekly fan with its last week drawn to its end: one more row, like the last."""
    if len(fan) < 2 or (step := fan.index[1] - fan.index[0]) < pd.Timedelta(days=7):
        return fan
    end = fan.tail(1).set_axis([fan.index[-1] + step])
    return pd.concat([fan, end])


def _axis(fan: pd.DataFrame, name: str) -> dict[str, Any]:
    step = int((fan.index[1] - fan.index[0]).days) if len(fan) > 1 else 1
    return {"x0": str(fan.index[0])[:10], "dx": step * DAY_MS, "legendgroup": name}


def _shape(fan: pd.DataFrame) -> str:
    """Weeks are steps, days are joined."""
    weekly = len(fan) > 1 and (fan.index[1] - fan.index[0]).days >= 7
    return "hv" if weekly else "linear"


def _bands(name: str, fan: pd.DataFrame, k: int) -> list[go.Scatter]:
    """The 90 % band; the run itself has its 50 % band too, other runs a thin edge."""
    colour, edge = RUN_COLOURS[k % len(RUN_COLOURS)], 0.0 if k == 0 else 0.8
    outer, inner = rgba(colour, 0.17 if k == 0 else 0.13), rgba(colour, 0.28)
    pairs = [("q05", "q95", outer)] + ([("q25", "q75", inner)] if k == 0 else [])
    traces = []
    for low, high, fill in pairs:
        for column, filled in ((low, None), (high, "tonexty")):
            traces.append(
                go.Scatter(
                    **_axis(fan, name), y=fan[column], name=f"{name} {column}", mode="lines",
                    line={"width": edge, "color": rgba(colour, 0.55), "shape": _shape(fan)},
                    fill=filled, fillcolor=fill, hoverinfo="skip", showlegend=False,
                )
            )  # fmt: skip
    return traces


def _median(name: str, fan: pd.DataFrame, k: int) -> go.Scatter:
    return go.Scatter(
        **_axis(fan, name), y=fan["q50"], name=name,
        mode="lines" if len(fan) > 1 else "markers",
        line={
            "color": RUN_COLOURS[k % len(RUN_COLOURS)], "width": 2.4 if k == 0 else 2,
            "dash": RUN_DASHES[k % len(RUN_DASHES)], "shape": _shape(fan),
        },
        customdata=np.stack([fan["q05"], fan["q95"]], axis=1),
        hovertemplate="%{y:,.4~g} (90 %: %{customdata[0]:,.4~g} to %{customdata[1]:,.4~g})",
    )  # fmt: skip


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
        cliponaxis=False,
        **changes,
    )  # fmt: skip

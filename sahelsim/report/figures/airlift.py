"""The airlift: what bound each tail, what each leg carried, what each stop received."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.ranges import range_figure
from sahelsim.report.style import BINDINGS, RUN_COLOURS, date_axis, layout, rgba, rows_axis

WEEK_MS = 7 * 86_400_000


def binding_figure(shares: pd.DataFrame) -> go.Figure:
    """What bound one tail, week by week, as a share of its days in all replicates.

    Args:
        shares: Index first day of the week; columns are constraints; every row adds up to 1.
    """
    figure = go.Figure(layout=layout(barmode="stack", bargap=0.08))
    for name, (label, colour, pattern) in BINDINGS.items():
        if name not in shares or not shares[name].any():
            continue
        figure.add_trace(
            go.Bar(
                x0=str(shares.index[0])[:10], dx=WEEK_MS, y=shares[name], name=label,
                marker={
                    "color": colour, "line": {"width": 0},
                    "pattern": {
                        "shape": pattern, "size": 6, "fillmode": "overlay",
                        "fgcolor": "rgba(255,255,255,.6)",
                    },
                },
                hovertemplate="%{y:.0%}",
            )
        )  # fmt: skip
    step = pd.Timedelta(days=4)
    figure.update_xaxes(date_axis(shares.index[0] - step, shares.index[-1] + step))
    figure.update_yaxes(
        range=[0, 1], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]
    )  # fmt: skip
    return figure


def stops_figure(totals: Mapping[str, pd.DataFrame]) -> go.Figure:
    """Tonnes unloaded at each stop over the whole run.

    Args:
        totals: Run name to quantiles (index name of the stop; columns q05 … q95).
    """
    return range_figure(totals)


def legs_figure(
    tonnes: Mapping[str, pd.DataFrame], sorties: Mapping[str, pd.DataFrame]
) -> go.Figure:
    """Tonnes on board leg by leg: bars to the median, lines over 90 %, and how often it was flown.

    Args:
        tonnes: Run name to quantiles (index leg, columns q05 … q95), same legs in each.
        sorties: Run name to quantiles of the sorties of each leg, same legs.
    """
    figure = go.Figure(layout=layout(hovermode="closest", barmode="overlay"))
    labels = list(next(iter(tonnes.values())).index)
    thick = 0.8 / len(tonnes)
    top = max((float(table["q95"].max()) for table in tonnes.values()), default=1.0) or 1.0
    for k, (name, table) in enumerate(tonnes.items()):
        y = np.arange(len(labels)) + thick * (k - (len(tonnes) - 1) / 2)
        colour = RUN_COLOURS[k % len(RUN_COLOURS)]
        flown = sorties[name]
        figure.add_trace(
            go.Bar(
                x=table["q50"], y=y, width=0.85 * thick, orientation="h", name=name,
                marker={"color": rgba(colour, 0.45), "line": {"width": 1, "color": colour}},
                error_x={
                    "type": "data", "symmetric": False, "array": table["q95"] - table["q50"],
                    "arrayminus": table["q50"] - table["q05"], "color": colour,
                    "thickness": 1.5, "width": 3,
                },
                customdata=np.stack([table["q05"], table["q95"], flown["q50"]], axis=1),
                hovertext=[f"{label}, {name}" for label in labels],
                hovertemplate="%{hovertext}<br>%{x:,.4~g} t (90 %: %{customdata[0]:,.4~g} to "
                "%{customdata[1]:,.4~g})<br>%{customdata[2]:,.4~g} sorties<extra></extra>",
            )
        )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=table["q95"] + 0.02 * top, y=y, mode="text", textposition="middle right",
                text=[
                    _flown(often, most)
                    for often, most in zip(flown["q50"], table["q95"], strict=True)
                ],
                textfont={"size": 11}, hoverinfo="skip", name=f"{name} sorties", cliponaxis=False,
            )
        )  # fmt: skip
    figure.update_yaxes(rows_axis(labels))
    figure.update_xaxes(
        range=[0, 1.25 * top], showgrid=True, nticks=5, tickangle=0, zeroline=False,
        separatethousands=True, exponentformat="none",
    )  # fmt: skip
    return figure


def _flown(often: float, most_t: float) -> str:
    """What stands at the end of a bar: ``25×``, or that the leg was empty or not flown."""
    if often == 0.0 and most_t == 0.0:
        return "not flown"
    return f"{often:,.0f}×" + ("" if most_t > 0.0 else ", empty")

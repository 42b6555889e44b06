"""The airlift: what bound each tail, and what each stop received."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.ranges import range_figure
from sahelsim.report.style import BINDINGS, date_axis, layout

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

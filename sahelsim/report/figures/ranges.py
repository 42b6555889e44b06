"""Ranges side by side: one row a quantity, one bar a run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.style import RUN_COLOURS, layout, rgba, rows_axis

SYMBOLS = ("circle", "diamond", "square", "x")


def range_figure(totals: Mapping[str, pd.DataFrame]) -> go.Figure:
    """Median (dot), 50 % (thick) and 90 % (thin) range of each row, by run.

    Args:
        totals: Run name to quantiles (index label, columns q05 … q95), same labels in each.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    labels = list(next(iter(totals.values())).index)
    many = len(totals)
    for k, (name, table) in enumerate(totals.items()):
        table = table.reindex(labels)
        shift = 0.0 if many == 1 else 0.36 * (k / (many - 1) - 0.5)
        y = np.arange(len(labels)) + shift
        colour = RUN_COLOURS[k % len(RUN_COLOURS)]
        for low, high, width, alpha in (("q05", "q95", 3, 0.55), ("q25", "q75", 8, 0.5)):
            x: list[float | None] = []
            rows: list[float | None] = []
            for place, (a, b) in enumerate(zip(table[low], table[high], strict=True)):
                x += [a, b, None]
                rows += [y[place], y[place], None]
            figure.add_trace(
                go.Scatter(
                    x=x, y=rows, mode="lines", line={"width": width, "color": rgba(colour, alpha)},
                    hoverinfo="skip", name=f"{name} {low}",
                )
            )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=table["q50"], y=y, mode="markers", name=name,
                marker={
                    "size": 10, "color": colour, "symbol": SYMBOLS[k % 4],
                    "line": {"width": 1.2, "color": "#ffffff"},
                },
                customdata=np.stack([table["q05"], table["q95"]], axis=1),
                text=[f"{label}, {name}" for label in labels],
                hovertemplate="%{text}<br>%{x:,.4~g} (90 %: %{customdata[0]:,.4~g} to "
                "%{customdata[1]:,.4~g})<extra></extra>",
            )
        )  # fmt: skip
    figure.update_yaxes(rows_axis(labels))
    top = max((float(table["q95"].max()) for table in totals.values()), default=1.0) or 1.0
    figure.update_xaxes(
        range=[-0.03 * top, 1.05 * top], showgrid=True, nticks=6, tickangle=0, zeroline=False,
        separatethousands=True, exponentformat="none",
    )  # fmt: skip
    return figure

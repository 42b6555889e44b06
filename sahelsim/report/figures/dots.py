"""Quantile dot plots: a distribution as twenty runs that a reader can count.

Readers decide better with dots to count than with intervals or densities (Fernandes et al. 2018,
https://doi.org/10.1145/3173574.3173718).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from sahelsim.report.figures.forest import broken
from sahelsim.report.figures.parallel import POLICIES
from sahelsim.report.style import GREY, VERMILION, layout

DOTS = 20
COLUMNS = 25  # columns of dots over the whole width
GAP = 1.6  # rows of dots between two distributions


def twentieths(values: Any) -> npt.NDArray[np.float64]:
    """Twenty of the values that stand for all: the middle of each twentieth, in order."""
    quantiles: npt.NDArray[np.float64] = np.quantile(
        np.asarray(values, dtype=np.float64), (np.arange(DOTS) + 0.5) / DOTS, method="inverted_cdf"
    )
    return quantiles


def dots_figure(
    values: Mapping[str, Any],
    unit: str = "",
    threshold: float | None = None,
    *,
    colours: Sequence[str] = POLICIES,
    better: str = "none",
) -> go.Figure:
    """One row of stacked dots for each distribution, the first on top; a single one is not named.

    Args:
        values: Name to the values of its runs, one or more.
        unit: Of the values, shown with each dot.
        threshold: Where a line is drawn; None for none. Every dot stands on its own side of it.
        colours: One a distribution, used again where they run out.
        better: ``higher`` or ``lower`` where the sides of the line are to be called better and
            worse; ``none`` otherwise.
    """
    dots = {name: twentieths(column) for name, column in values.items()}
    ends = [end for row in dots.values() for end in (row[0], row[-1])]
    ends += [] if threshold is None else [threshold]
    low, high = min(ends), max(ends)
    width = (high - low) / COLUMNS or 1.0
    middle = low if threshold is None else threshold  # so that what is just enough lies on the line
    figure = go.Figure(layout=layout(hovermode="closest"))
    bases, top = [], 0.0
    for k, (name, row) in reversed(list(enumerate(dots.items()))):
        column = np.round((row - middle) / width).astype(int)
        if threshold is not None:  # what is next to the line must not be counted as on it
            column = np.where(column == 0, np.sign(row - middle).astype(int), column)
        _, first, size = np.unique(column, return_index=True, return_counts=True)
        height = np.arange(DOTS) - np.repeat(first, size)
        bases.append((top, name))
        figure.add_trace(
            go.Scatter(
                x=middle + column * width, y=top + height, mode="markers", name=name,
                marker={"size": 10, "color": colours[k % len(colours)]},
                customdata=row,
                hovertemplate=f"{name}: one run in twenty near " + "%{customdata:,.3~r}"
                f" {unit}<extra></extra>",
            )
        )  # fmt: skip
        top += float(height.max()) + 1.0 + GAP
    if threshold is not None:
        line = {"color": VERMILION, "dash": "dash"} if better == "none" else {"color": GREY}
        figure.add_vline(x=threshold, line={**line, "width": 2})
    if better != "none":
        left, right = ("better", "worse") if better == "lower" else ("worse", "better")
        for x, text in ((0, f"◀ {left}"), (1, f"{right} ▶")):
            figure.add_annotation(
                x=x, y=1, xref="paper", yref="paper", xanchor="right" if x else "left",
                yanchor="bottom", text=text, showarrow=False,
            )  # fmt: skip
        figure.update_layout(margin={"t": 30})
    figure.update_xaxes(showgrid=True, nticks=5, tickangle=0, zeroline=False,
                        separatethousands=True, exponentformat="none",
                        range=[low - 2 * width, high + 2 * width])  # fmt: skip
    figure.update_yaxes(tickvals=[base for base, _ in bases], showticklabels=len(bases) > 1,
                        ticktext=broken([name for _, name in bases], 18), showgrid=False, ticks="",
                        range=[-1.0, top])  # fmt: skip
    return figure

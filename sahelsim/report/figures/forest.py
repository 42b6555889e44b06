"""Paired differences side by side: one row an outcome, one mark an alternative, zero in view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.ranges import SYMBOLS
from sahelsim.report.style import GREY, RUN_COLOURS, layout, rows_axis

COLUMNS = ("difference", "low", "high", "told")


def forest_figure(
    tables: Mapping[str, pd.DataFrame], unit: str = "", names: bool = True
) -> go.Figure:
    """Mean paired differences with their intervals; hollow where not told from zero.

    Args:
        tables: Alternative to its differences (index: labels of outcomes, columns ``difference``,
            ``low``, ``high`` in one unit, ``told`` true where told from zero), same index in each.
        unit: Title of the value axis; none where the heading says it.
        names: Write the labels beside the rows; a single one may stand in the heading.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    labels = [str(label) for label in next(iter(tables.values())).index]
    many = len(tables)
    for k, (name, table) in enumerate(tables.items()):
        shift = 0.0 if many == 1 else 0.4 * (k / (many - 1) - 0.5)
        colour = RUN_COLOURS[(k + 1) % len(RUN_COLOURS)]
        told = table["told"].to_numpy(dtype=bool)
        figure.add_trace(
            go.Scatter(
                x=table["difference"], y=np.arange(len(labels)) + shift, mode="markers", name=name,
                marker={
                    "size": 11, "symbol": [_symbol(k, bool(sure)) for sure in told],
                    "color": colour, "line": {"width": 2, "color": colour},
                },
                error_x={
                    "type": "data", "symmetric": False, "color": colour, "thickness": 2,
                    "width": 5, "array": table["high"] - table["difference"],
                    "arrayminus": table["difference"] - table["low"],
                },
                customdata=np.stack([table["low"], table["high"]], axis=1),
                text=[
                    f"{label}, {name}" + ("" if sure else "<br>cannot be told from zero")
                    for label, sure in zip(labels, told, strict=True)
                ],
                hovertemplate="%{text}<br>%{x:,.4~g} (95 % interval %{customdata[0]:,.4~g} to "
                "%{customdata[1]:,.4~g})<extra></extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=0.0, line={"width": 1.5, "color": GREY}, layer="below")
    figure.update_yaxes(rows_axis(broken(labels)), showticklabels=names)
    figure.update_xaxes(
        title={"text": unit}, showgrid=True, nticks=5, tickangle=0, zeroline=False,
        separatethousands=True, exponentformat="none", range=_range(tables),
    )  # fmt: skip
    return figure


def _symbol(k: int, told: bool) -> str:
    symbol = SYMBOLS[(k + 1) % len(SYMBOLS)]
    return symbol if told else f"{symbol}-open"


def _range(tables: Mapping[str, pd.DataFrame]) -> list[float]:
    """Both ends of all intervals and zero, with a margin."""
    low = min(0.0, *(float(table["low"].min()) for table in tables.values()))
    high = max(0.0, *(float(table["high"].max()) for table in tables.values()))
    margin = 0.06 * (high - low) or 1.0
    return [low - margin, high + margin]


def broken(labels: Sequence[str], width: int = 24) -> list[str]:
    """Labels broken into lines, so that they leave room for the picture on a phone."""
    import textwrap

    return ["<br>".join(textwrap.wrap(label, width)) for label in labels]


def axis_title(text: str) -> dict[str, str]:
    """The title of a value axis, broken into lines that a phone shows whole."""
    return {"text": broken([text], 30)[0]}

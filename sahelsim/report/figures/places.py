"""The chance that a place is held by its state: by date, and on a map at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.geography import base_map
from sahelsim.report.style import DOCUMENTED, RUN_COLOURS, RUN_DASHES, date_axis, layout
from sahelsim.theatre import Theatre


def held_figure(
    curves: Mapping[str, pd.Series], documented: Sequence[tuple[Any, str]]
) -> go.Figure:
    """Share of replicates in which the state holds one place, by date.

    Args:
        curves: Run name to a share 0-1 (index date).
        documented: (date, what is documented) to mark; dates outside the window are left out.
    """
    figure = go.Figure(layout=layout())
    for k, (name, curve) in enumerate(curves.items()):
        figure.add_trace(
            go.Scatter(
                x0=str(curve.index[0])[:10], dx=86_400_000, y=curve.to_numpy(), name=name,
                mode="lines",
                line={
                    "color": RUN_COLOURS[k % 4], "width": 2.4, "dash": RUN_DASHES[k % 4],
                    "shape": "hv",
                },
                hovertemplate="%{y:.0%}",
            )
        )  # fmt: skip
    first, last = next(iter(curves.values())).index[[0, -1]]
    for day, text in documented:
        if first <= pd.Timestamp(day) <= last:
            figure.add_trace(
                go.Scatter(
                    x=[str(day)[:10]] * 2, y=[0, 1], mode="lines+markers", name="documented",
                    line={"color": DOCUMENTED, "width": 1.5, "dash": "dot"},
                    marker={"symbol": ["line-ew", "triangle-down"], "size": 10},
                    text=[text] * 2, hovertemplate="%{text}",
                )
            )  # fmt: skip
    figure.update_xaxes(date_axis(first, last))
    figure.update_yaxes(
        range=[-0.03, 1.06], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]
    )  # fmt: skip
    return figure


def held_map(theatre: Theatre, chance: pd.DataFrame, replicates: int) -> go.Figure:
    """Where the state holds at the end, as a share of replicates.

    Args:
        theatre: The documented world.
        chance: Index locality, columns ``held`` (share 0-1), ``besieged`` (share 0-1).
        replicates: How many, for the counts on hover.
    """
    rows = [item for item in theatre.localities if item.id in chance.index]
    held = chance["held"].reindex([item.id for item in rows]).to_list()
    besieged = chance["besieged"].reindex([item.id for item in rows]).to_list()
    texts = [
        f"{item.name}<br>held in {round(share * replicates)} of {replicates}<br>"
        f"besieged in {round(siege * replicates)}"
        for item, share, siege in zip(rows, held, besieged, strict=True)
    ]
    return share_map(theatre, [item.id for item in rows], held, texts)


def share_map(
    theatre: Theatre, ids: Sequence[str], shares: Sequence[float], texts: Sequence[str]
) -> go.Figure:
    """Places as dots coloured by a share.

    Args:
        theatre: The documented world.
        ids: The places.
        shares: Share of each, 0-1.
        texts: What is said of each on hover.
    """
    figure = base_map(theatre)
    rows = [theatre.locality(id) for id in ids]
    figure.add_trace(
        go.Scatter(
            x=[item.lon for item in rows], y=[item.lat for item in rows],
            mode="markers", name="chance held",
            marker={
                "size": 11, "color": list(shares), "cmin": 0, "cmax": 1, "colorscale": "Cividis",
                "line": {"width": 1, "color": "#777777"},
                "colorbar": {
                    "orientation": "h", "y": 0, "yanchor": "top", "thickness": 12, "len": 0.8,
                    "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1],
                },
            },
            text=list(texts),
            hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    return figure

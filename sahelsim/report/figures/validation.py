"""Model beside observation: facts in their own units, sizes of events, months over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.forest import broken
from sahelsim.report.style import BLUE, DOCUMENTED, date_axis, layout, rgba, rows_axis


def facts_figure(table: pd.DataFrame, *, log: bool = False) -> go.Figure:
    """One row a fact: the model's interval as a bar, the observed value as a diamond.

    The diamond is hollow where the observed value lies outside the bar.

    Args:
        table: Index: labels. Columns ``model, model_low, model_high`` (median and 5 to 95 % of
            replicates), ``observed, observed_low, observed_high``, ``verdict``.
        log: Draw a logarithmic axis where values lie far apart and none is zero or less.
    """
    figure = go.Figure(layout=layout(hovermode="closest"))
    labels = [str(label) for label in table.index]
    rows = np.arange(len(labels))
    words = [f"{label}: {verdict}" for label, verdict in zip(labels, table["verdict"], strict=True)]
    figure.add_trace(_bars(table["model_low"], table["model_high"], rows + 0.13, rgba(BLUE, 0.45)))
    figure.add_trace(
        _marks(table, "model", rows + 0.13, words, BLUE, ["line-ns-open"] * len(labels), 14)
    )
    symbols = ["diamond" if v == "inside" else "diamond-open" for v in table["verdict"]]
    figure.add_trace(
        _bars(table["observed_low"], table["observed_high"], rows - 0.17, DOCUMENTED, 2)
    )
    figure.add_trace(_marks(table, "observed", rows - 0.17, words, DOCUMENTED, symbols, 10))
    figure.update_yaxes(rows_axis(broken(labels, 27)))
    values = table[[f"{side}{end}" for side in ("model", "observed") for end in _ENDS]].to_numpy()
    figure.update_xaxes(
        showgrid=True, nticks=6, tickangle=0, zeroline=False, separatethousands=True,
        exponentformat="none", **_axis(values, log and _far_apart(values)),
    )  # fmt: skip
    return figure


def _far_apart(values: Any) -> bool:
    return bool((values > 0.0).all() and np.max(values) > 8.0 * np.min(values))


def _axis(values: Any, log: bool) -> dict[str, Any]:
    """Range with a margin; on a logarithmic axis ticks at 1, 2 and 5 times powers of ten."""
    low, high = float(np.min(values)), float(np.max(values))
    if not log:
        margin = 0.06 * (high - low) or 1.0
        return {"range": [low - margin, high + margin]}
    low, high = np.log10(low) - 0.06, np.log10(high) + 0.06
    steps = (1, 2, 5) if high - low < 1.6 else (1,)
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    ticks = [step * 10.0**power for power in powers for step in steps]
    return {"type": "log", "range": [low, high], "tickvals": ticks,
            "ticktext": [f"{tick:,g}" for tick in ticks]}  # fmt: skip


_ENDS = ("", "_low", "_high")


def _bars(low: pd.Series, high: pd.Series, rows: Any, colour: str, width: float = 9) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for start, end, row in zip(low, high, rows, strict=True):
        x += [start, end, None]
        y += [row, row, None]
    return go.Scatter(
        x=x, y=y, mode="lines", line={"width": width, "color": colour}, hoverinfo="skip"
    )


def _marks(
    table: pd.DataFrame, side: str, rows: Any, words: list[str], colour: str,
    symbols: list[str], size: int,
) -> go.Scatter:  # fmt: skip
    return go.Scatter(
        x=table[side], y=rows, mode="markers", name=side, text=words,
        marker={
            "size": size, "color": colour, "symbol": symbols, "line": {"width": 2, "color": colour},
        },
        customdata=np.stack([table[f"{side}_low"], table[f"{side}_high"]], axis=1),
        hovertemplate=f"%{{text}}<br>{side} %{{x:,.3~g}} (90 %: %{{customdata[0]:,.3~g}} to "
        "%{customdata[1]:,.3~g})<extra></extra>",
    )  # fmt: skip


def sizes_figure(table: pd.DataFrame) -> go.Figure:
    """Share of events with at least so many deaths, on logarithmic axes.

    Args:
        table: Columns ``deaths``, ``observed``, ``q05, q50, q95`` (over replicates).
    """
    figure = go.Figure(layout=layout(hovermode="x"))
    shown = table[(table["observed"] > 0) | (table["q95"] > 0)]
    floor = 0.5 * float(shown.loc[shown["observed"] > 0, "observed"].min())
    _band(figure, shown["deaths"], shown["q05"].clip(lower=floor), shown["q95"].clip(lower=floor))
    known = shown[shown["q50"] > 0]
    figure.add_trace(_line(known["deaths"], known["q50"], "model, median", BLUE))
    seen = shown[shown["observed"] > 0]
    figure.add_trace(_points(seen["deaths"], seen["observed"]))
    figure.update_xaxes(
        type="log", title={"text": "deaths"}, tickvals=[1, 3, 10, 30, 100, 300], showgrid=True
    )
    figure.update_yaxes(
        type="log", range=[float(np.log10(floor)), 0.05], tickformat=".1~%", showgrid=True, dtick=1
    )
    return figure


def months_figure(table: pd.DataFrame) -> go.Figure:
    """Deaths by month: the observed line over the model's bands of 50 and 90 %.

    Args:
        table: Columns ``date`` (first of the month), ``observed``, ``q05 … q95``.
    """
    figure = go.Figure(layout=layout())
    x = [str(day)[:10] for day in table["date"]]
    _band(figure, x, table["q05"], table["q95"], 0.17)
    _band(figure, x, table["q25"], table["q75"], 0.28)
    figure.add_trace(_line(x, table["q50"], "model, median", BLUE))
    figure.add_trace(_line(x, table["observed"], "observed", DOCUMENTED, 2.6))
    figure.update_xaxes(date_axis(x[0], x[-1]))
    highest = float(np.nanmax(table[["observed", "q95"]].to_numpy())) or 1.0
    figure.update_yaxes(range=[0, 1.06 * highest])
    return figure


def _band(figure: go.Figure, x: Any, low: pd.Series, high: pd.Series, alpha: float = 0.22) -> None:
    for values, fill in ((low, None), (high, "tonexty")):
        figure.add_trace(
            go.Scatter(
                x=list(x), y=values, mode="lines", line={"width": 0}, fill=fill,
                fillcolor=rgba(BLUE, alpha), hoverinfo="skip",
            )
        )  # fmt: skip


def _line(x: Any, y: pd.Series, name: str, colour: str, width: float = 2) -> go.Scatter:
    return go.Scatter(
        x=list(x), y=y, mode="lines", name=name, line={"color": colour, "width": width},
        hovertemplate="%{y:,.3~g}",
    )  # fmt: skip


def _points(x: Any, y: pd.Series) -> go.Scatter:
    return go.Scatter(
        x=list(x), y=y, mode="markers+lines", name="observed", hovertemplate="%{y:.3~%}",
        marker={"size": 7, "color": DOCUMENTED, "symbol": "diamond"},
        line={"color": DOCUMENTED, "width": 1},
    )  # fmt: skip

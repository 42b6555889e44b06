"""How the report looks: colours, symbols, the common layout, and figures as small JSON.

Colours are those of Okabe and Ito (2008, "Color Universal Design"), which readers with any common
colour vision tell apart; whoever holds a place also has a symbol of its own. Backgrounds are
transparent and the ink is set by the page's script, so one figure serves light and dark.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import plotly.graph_objects as go

from sahelsim.theatre.actors import ACTOR_NAMES

BROWN = "#8C5A2B"
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
VERMILION, SKY, YELLOW, GREY, BLACK = "#D55E00", "#56B4E9", "#F0E442", "#8A8F98", "#000000"

RUN_COLOURS = (BLUE, VERMILION, GREEN, PURPLE)
RUN_DASHES = ("solid", "dash", "dot", "dashdot")
DOCUMENTED = "#8A6D00"

# holder -> (colour, Plotly symbol, the same sign as a character for tables and keys)
HOLDERS: dict[str, tuple[str, str, str]] = {
    "mli": (BLUE, "circle", "●"),
    "ner": (GREEN, "square", "■"),
    "bfa": (ORANGE, "diamond", "◆"),
    "csp_psd": (PURPLE, "triangle-up", "▲"),
    "jnim": (VERMILION, "triangle-down", "▼"),
    "issp": (YELLOW, "star", "★"),
    "un": (SKY, "hexagon", "⬢"),
    "none": (GREY, "x", "✕"),
}
OTHER_HOLDER = (GREY, "pentagon", "⬟")

# binding constraint -> (label, colour, pattern), in the order of the stack
BINDINGS: dict[str, tuple[str, str, str]] = {
    "none": ("nothing: flew all it was asked", "#C9CED6", ""),
    "demand": ("no demand", GREY, "."),
    "tails": ("the aircraft was not fit", VERMILION, ""),
    "crews": ("crew duty hours", PURPLE, "/"),
    "ramp": ("ramp space", YELLOW, ""),
    "cargo": ("no cargo waiting", ORANGE, "x"),
    "weather": ("weather", SKY, ""),
    "threat": ("threat to aircraft", BROWN, "\\"),
    "closed": ("airfield closed", BLUE, "-"),
}

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "sendDataToCloud"],
}


def holder_name(holder: str) -> str:
    """A holder in words; ``none`` is nobody."""
    return "Nobody" if holder == "none" else ACTOR_NAMES.get(holder, holder)


def rgba(colour: str, alpha: float) -> str:
    """``#RRGGBB`` with an opacity."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def layout(**changes: Any) -> go.Layout:
    """The layout all figures share, with ``changes`` (keys of ``go.Layout``) on top."""
    base = go.Layout(
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        font={"family": "system-ui, sans-serif", "size": 13},
        hovermode="x unified",
        hoverlabel={"namelength": -1},
        showlegend=False,
        xaxis={"automargin": True, "showgrid": False, "ticks": "outside", "zeroline": False},
        yaxis={
            "automargin": True, "rangemode": "tozero", "zeroline": False, "nticks": 6,
            "separatethousands": True, "exponentformat": "none",
        },
        autosize=True,
    )  # fmt: skip
    return base.update(changes)


def rows_axis(labels: Sequence[str]) -> dict[str, Any]:
    """An upright axis with a labelled row at each of 0, 1, 2 …, from the top down."""
    return {
        "tickvals": list(range(len(labels))),
        "ticktext": list(labels),
        "range": [len(labels) - 0.4, -0.6],
        "ticks": "",
        "showgrid": False,
    }


def date_axis(first: Any, last: Any) -> dict[str, Any]:
    """A time axis over [first, last] whose labels fit a narrow screen."""
    first, last = str(first)[:10], str(last)[:10]
    span = (date.fromisoformat(last) - date.fromisoformat(first)).days
    ticks: dict[str, Any] = {"nticks": 6, "tickformat": "%-d %b\n%Y"}
    if span > 75:
        months = next(m for m in (1, 2, 3, 6, 12, 24, 60) if span / (30.4 * m) <= 8.5 or m == 60)
        ticks = {"dtick": f"M{months}", "tick0": "2020-01-01", "tickformat": "%b\n%Y"}
    return {
        "type": "date",
        "range": [first, last],
        "automargin": True,
        "showgrid": False,
        "ticks": "outside",
        "hoverformat": "%-d %b %Y",
        **ticks,
    }


def significant(value: float, digits: int = 4) -> float | int | None:
    """``value`` with that many significant digits; None where it is not finite."""
    if not math.isfinite(value):
        return None
    rounded = float(f"{value:.{digits - 1}e}")
    return int(rounded) if rounded == int(rounded) and abs(rounded) < 1e15 else rounded


def _decoded(packed: dict[str, Any]) -> Any:
    array = np.frombuffer(base64.b64decode(packed["bdata"]), dtype=np.dtype(packed["dtype"]))
    shape = packed.get("shape")
    return array if shape is None else array.reshape([int(n) for n in str(shape).split(",")])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) >= {"bdata", "dtype"}:
            return _plain(_decoded(value))
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float | np.floating):
        return significant(float(value))
    if isinstance(value, np.integer):
        return int(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    return value


def figure_json(figure: go.Figure) -> str:
    """A figure as JSON for a ``<script type="application/json">`` element.

    Numbers keep four significant digits.
    """
    plain = figure.to_plotly_json()
    plain["layout"].pop("template", None)
    return script_json(_plain(plain))


def script_json(data: Any) -> str:
    """Plain data as JSON in which no ``<`` is left that could end a ``<script>`` element."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

"""The animated map of one replicate: control, sieges, flights, moves by road, closed airfields."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.geography import arc, base_map
from sahelsim.report.style import (
    BLACK,
    DOCUMENTED,
    GREY,
    HOLDERS,
    OTHER_HOLDER,
    SKY,
    VERMILION,
    holder_name,
)
from sahelsim.theatre import Theatre

Trace = dict[str, Any]  # what changes from week to week: x, y, text
MOVES = {"convoys": (DOCUMENTED, "dot", "┅"), "columns": (BLACK, "solid", "━")}
FLIGHTS, OTHERS = "flights on ordered circuits", "other flights"
CLOSED, BESIEGED = "airfield closed", "besieged"


def map_figure(
    theatre: Theatre,
    localities: pd.DataFrame,
    flights: pd.DataFrame,
    moves: pd.DataFrame,
    closures: pd.DataFrame,
    weeks: Sequence[Any],
) -> go.Figure:
    """One frame a week, named by the week's first day; every frame holds the whole week.

    Args:
        theatre: The documented world.
        localities: Rows (week, locality) of one replicate: ``holder``, ``besieged``, ``garrison``,
            ``days_of_supply`` at the end of the week.
        flights: Rows (week, tail): ``route`` (ICAO codes joined by ``-``), ``sorties``, ``tonnes``,
            ``ordered`` (an order names tail and route).
        moves: Rows of convoys and columns: ``kind``, ``start``, ``end`` (locality ids),
            ``week_from`` and ``week_to`` (inclusive), ``text``.
        closures: Rows (week, airfield): ``days`` closed in the week.
        weeks: First days of the weeks, by week number from 0.
    """
    figure = base_map(theatre)
    holders = present(localities)
    looks = _looks(holders)
    tables = [dict(tuple(table.groupby("week"))) for table in (localities, flights, closures)]
    empty = (localities.iloc[:0], flights.iloc[:0], closures.iloc[:0])
    numbers = list(range(len(figure.data), len(figure.data) + len(looks)))
    frames: list[dict[str, Any]] = []
    for week, first in enumerate(weeks):
        places, flown, shut = (t.get(week, none) for t, none in zip(tables, empty, strict=True))
        going = moves[(moves["week_from"] <= week) & (moves["week_to"] >= week)]
        traces = [
            *(_moves(theatre, going[going["kind"] == kind]) for kind in MOVES),
            _flights(theatre, flown[~flown["ordered"]]),
            _flights(theatre, flown[flown["ordered"]]),
            _closed(theatre, shut),
            _sieges(theatre, places),
            *(_held(theatre, places[places["holder"] == holder], holder) for holder in holders),
        ]
        frames.append({"name": str(first)[:10], "data": traces, "traces": numbers})
    figure.add_traces(
        [go.Scatter(**look, **trace) for look, trace in zip(looks, frames[0]["data"], strict=True)]
    )
    figure.frames = frames
    return figure


def present(localities: pd.DataFrame) -> list[str]:
    """The holders that hold a place at some time, known ones first."""
    seen = {str(holder) for holder in localities["holder"].dropna().unique()}
    return [*(h for h in HOLDERS if h in seen), *sorted(seen - set(HOLDERS))]


def legend(localities: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The key: sign, colour and trace name, in the order of the traces from the top down."""
    holders = [
        (HOLDERS.get(h, OTHER_HOLDER)[2], HOLDERS.get(h, OTHER_HOLDER)[0], holder_name(h))
        for h in present(localities)
    ]
    moves = [(sign, colour, f"{kind} under way") for kind, (colour, _, sign) in MOVES.items()]
    flown = [("━", SKY, FLIGHTS), ("─", SKY, OTHERS)]
    return [*holders, ("◯", VERMILION, BESIEGED), *flown, *moves, ("⊠", GREY, CLOSED)]


def _looks(holders: Sequence[str]) -> list[dict[str, Any]]:
    hover: dict[str, Any] = {"hovertemplate": "%{text}<extra></extra>"}
    lines: list[dict[str, Any]] = [
        {
            "mode": "lines", "name": f"{kind} under way", "meta": {"ink": kind == "columns"},
            "line": {"color": colour, "width": 4 if kind == "columns" else 2, "dash": dash},
            "opacity": 1.0 if kind == "columns" else 0.75, **hover,
        }
        for kind, (colour, dash, _) in MOVES.items()
    ]  # fmt: skip
    lines += [
        {"mode": "lines", "name": name, "line": {"color": SKY, "width": width}, **hover}
        for name, width in ((OTHERS, 1.0), (FLIGHTS, 2.8))
    ]
    shut = {
        "mode": "markers", "name": CLOSED, **hover,
        "marker": {"symbol": "square-x-open", "size": 17, "line": {"width": 1.8}, "color": GREY},
    }  # fmt: skip
    ring = {
        "mode": "markers", "name": BESIEGED, "hoverinfo": "skip",
        "marker": {
            "symbol": "circle-open", "size": 18, "color": VERMILION,
            "line": {"width": 2.5, "color": VERMILION},
        },
    }  # fmt: skip
    places = []
    for holder in holders:
        colour, symbol, _ = HOLDERS.get(holder, OTHER_HOLDER)
        edge = {"width": 0.8, "color": "#333333"}
        marker = {"symbol": symbol, "size": 9, "color": colour, "line": edge}
        places.append({"mode": "markers", "name": holder_name(holder), "marker": marker, **hover})
    return [*lines, shut, ring, *places]


def _points(points: Sequence[Any], text: Sequence[str]) -> Trace:
    return {"x": [p.lon for p in points], "y": [p.lat for p in points], "text": list(text)}


def _held(theatre: Theatre, places: pd.DataFrame, holder: str) -> Trace:
    items, texts = [], []
    columns = ["locality", "garrison", "days_of_supply", "besieged"]
    for place, garrison, days, besieged in places[columns].itertuples(index=False, name=None):
        item = theatre.locality(str(place))
        supply = "" if pd.isna(days) else f", {days:.0f} days of supply"
        men = f"<br>garrison {garrison:,.0f}{supply}" if garrison > 0 else ""
        siege = "<br>besieged" if besieged else ""
        items.append(item)
        texts.append(f"{item.name}: {holder_name(holder)}{men}{siege}")
    return _points(items, texts)


def _sieges(theatre: Theatre, places: pd.DataFrame) -> Trace:
    ids = places.loc[places["besieged"] > 0, "locality"]
    items = [theatre.locality(str(id)) for id in ids]
    return _points(items, [item.name for item in items])


def _flights(theatre: Theatre, flights: pd.DataFrame) -> Trace:
    trace: Trace = {"x": [], "y": [], "text": []}
    for row in flights.itertuples():
        stops = [theatre.airfield(code) for code in str(row.route).split("-")]
        label = f"{row.tail}: {row.sorties:.0f} sorties, {row.tonnes:.1f} t unloaded this week"
        for a, b in pairwise(stops):
            _add(trace, arc((a.lon, a.lat), (b.lon, b.lat)), label)
    return trace


def _moves(theatre: Theatre, moves: pd.DataFrame) -> Trace:
    trace: Trace = {"x": [], "y": [], "text": []}
    for row in moves.itertuples():
        _add(trace, road_path(theatre, str(row.start), str(row.end)), str(row.text))
    return trace


def _add(trace: Trace, line: tuple[list[float], list[float]], label: str) -> None:
    xs, ys = line
    trace["x"] += [*xs, None]
    trace["y"] += [*ys, None]
    trace["text"] += [*[label] * len(xs), None]


def road_path(theatre: Theatre, start: str, end: str) -> tuple[list[float], list[float]]:
    """Longitudes and latitudes along the shortest road; a straight line where there is none."""
    index = theatre.locality_index
    way = theatre.geography.path(index[start], index[end]) or (index[start], index[end])
    items = [theatre.localities[k] for k in way]
    return [item.lon for item in items], [item.lat for item in items]


def _closed(theatre: Theatre, closures: pd.DataFrame) -> Trace:
    rows = list(closures.itertuples())
    items = [theatre.airfield(str(row.airfield)) for row in rows]
    return _points(
        items,
        [
            f"{item.name} closed on {row.days:.0f} days of the week"
            for item, row in zip(items, rows, strict=True)
        ],
    )

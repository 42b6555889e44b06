"""The animated map of one replicate: control, sieges, flights, moves by road, closed airfields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.geography import arc, base_map
from sahelsim.report.style import BLACK, HOLDERS, OTHER_HOLDER, SKY, VERMILION, holder_name
from sahelsim.theatre import Theatre

Coordinates = tuple[list[float | None], list[float | None]]
TRIPS = {"convoys": ("#8A6D00", "dot"), "columns": (BLACK, "solid")}


def map_figure(
    theatre: Theatre,
    localities: pd.DataFrame,
    flights: pd.DataFrame,
    moves: pd.DataFrame,
    closures: pd.DataFrame,
    weeks: Sequence[Any],
) -> go.Figure:
    """One frame a week, named by the week's first day.

    Args:
        theatre: The documented world.
        localities: Rows (week, locality) of one replicate: ``holder``, ``besieged``, ``garrison``,
            ``days_of_supply`` at the end of the week.
        flights: Rows (week, tail): ``route`` (ICAO codes joined by ``-``), ``sorties``, ``tonnes``.
        moves: Rows of convoys and columns: ``kind``, ``start``, ``end`` (locality ids), ``week_from``
            and ``week_to`` (inclusive), ``text``.
        closures: Rows (week, airfield): ``days`` closed in the week.
        weeks: First days of the weeks, by week number from 0.
    """
    figure = base_map(theatre)
    ground = len(figure.data)
    holders = [*HOLDERS, *sorted(set(localities["holder"].dropna()) - set(HOLDERS))]
    holders = [holder for holder in holders if (localities["holder"] == holder).any()]
    tables = {
        name: dict(tuple(table.groupby("week")))
        for name, table in (("places", localities), ("flights", flights), ("closures", closures))
    }
    frames = []
    for week, first in enumerate(weeks):
        part = {name: groups.get(week) for name, groups in tables.items()}
        going = moves[(moves["week_from"] <= week) & (moves["week_to"] >= week)]
        traces = [
            *_moves(theatre, going),
            _flights(theatre, part["flights"]),
            _closed(theatre, part["closures"]),
            _sieges(theatre, part["places"]),
            *(_held(theatre, part["places"], holder) for holder in holders),
        ]
        frames.append(go.Frame(name=str(first)[:10], data=traces))
    figure.add_traces(frames[0].data)
    numbers = list(range(ground, len(figure.data)))
    for frame in frames:
        frame.traces = numbers
    figure.frames = [go.Frame(name=f.name, traces=numbers, data=_changing(f.data)) for f in frames]
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0, "itemsizing": "constant"},
    )
    return figure


def _changing(traces: Sequence[go.Scatter]) -> list[go.Scatter]:
    """What differs from frame to frame; colours and symbols stay with the first."""
    return [go.Scatter(x=trace.x, y=trace.y, text=trace.text) for trace in traces]


def _held(theatre: Theatre, places: pd.DataFrame | None, holder: str) -> go.Scatter:
    colour, symbol, _ = HOLDERS.get(holder, OTHER_HOLDER)
    rows = [] if places is None else places[places["holder"] == holder].itertuples()
    x, y, text = [], [], []
    for row in rows:
        item = theatre.locality(str(row.locality))
        x.append(item.lon)
        y.append(item.lat)
        supply = "" if pd.isna(row.days_of_supply) else f", {row.days_of_supply:.0f} days of supply"
        men = f"<br>garrison {row.garrison:,.0f}{supply}" if row.garrison > 0 else ""
        siege = "<br>besieged" if row.besieged else ""
        text.append(f"{item.name}: {holder_name(holder)}{men}{siege}")
    return go.Scatter(
        x=x, y=y, text=text, mode="markers", name=holder_name(holder),
        hovertemplate="%{text}<extra></extra>",
        marker={
            "symbol": symbol, "size": 9, "color": colour,
            "line": {"width": 0.8, "color": "#333333"},
        },
    )  # fmt: skip


def _sieges(theatre: Theatre, places: pd.DataFrame | None) -> go.Scatter:
    ids = [] if places is None else places.loc[places["besieged"] > 0, "locality"]
    items = [theatre.locality(str(id)) for id in ids]
    return go.Scatter(
        x=[item.lon for item in items], y=[item.lat for item in items],
        text=[item.name for item in items], mode="markers", name="besieged", hoverinfo="skip",
        marker={
            "symbol": "circle-open", "size": 18, "color": VERMILION,
            "line": {"width": 2.5, "color": VERMILION},
        },
    )  # fmt: skip


def _flights(theatre: Theatre, flights: pd.DataFrame | None) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    text: list[str | None] = []
    for row in () if flights is None else flights.itertuples():
        stops = [theatre.airfield(code) for code in str(row.route).split("-")]
        label = f"{row.tail}: {row.sorties:.0f} sorties, {row.tonnes:.1f} t unloaded this week"
        for a, b in zip(stops, stops[1:], strict=False):
            xs, ys = arc((a.lon, a.lat), (b.lon, b.lat))
            x += [*xs, None]
            y += [*ys, None]
            text += [*[label] * len(xs), None]
    return go.Scatter(
        x=x, y=y, text=text, mode="lines", name="flights", hovertemplate="%{text}<extra></extra>",
        line={"color": SKY, "width": 2.4},
    )  # fmt: skip


def _moves(theatre: Theatre, moves: pd.DataFrame) -> list[go.Scatter]:
    traces = []
    for kind, (colour, dash) in TRIPS.items():
        x: list[float | None] = []
        y: list[float | None] = []
        text: list[str | None] = []
        for row in moves[moves["kind"] == kind].itertuples():
            xs, ys = road_path(theatre, str(row.start), str(row.end))
            x += [*xs, None]
            y += [*ys, None]
            text += [*[str(row.text)] * len(xs), None]
        traces.append(
            go.Scatter(
                x=x, y=y, text=text, mode="lines", name=f"{kind} under way",
                hovertemplate="%{text}<extra></extra>",
                line={"color": colour, "width": 3.5, "dash": dash}, meta={"ink": kind == "columns"},
            )
        )  # fmt: skip
    return traces


def road_path(theatre: Theatre, start: str, end: str) -> Coordinates:
    """Longitudes and latitudes along the shortest road; a straight line where there is none."""
    index = theatre.locality_index
    way = theatre.geography.path(index[start], index[end]) or (index[start], index[end])
    items = [theatre.localities[k] for k in way]
    return [item.lon for item in items], [item.lat for item in items]


def _closed(theatre: Theatre, closures: pd.DataFrame | None) -> go.Scatter:
    rows = [] if closures is None else list(closures.itertuples())
    items = [theatre.airfield(str(row.airfield)) for row in rows]
    return go.Scatter(
        x=[item.lon for item in items], y=[item.lat for item in items],
        text=[
            f"{item.name} closed on {row.days:.0f} days of the week"
            for item, row in zip(items, rows, strict=True)
        ],
        mode="markers", name="airfield closed", hovertemplate="%{text}<extra></extra>",
        marker={"symbol": "square-x-open", "size": 16, "line": {"width": 1.6}, "color": GREYED},
    )  # fmt: skip


GREYED = "#6B7280"

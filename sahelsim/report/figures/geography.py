"""The ground of the maps: country outlines, roads, names; plain polygons on plain axes.

Plotly's own base maps ask a server for their outlines, so none is used: longitude and latitude
are the axes, with the scale of the middle latitude.
"""

from __future__ import annotations

import math

import plotly.graph_objects as go

from sahelsim.report.style import layout, rgba
from sahelsim.theatre import Theatre
from sahelsim.theatre.geography import country_outline

WINDOW = (-9.0, 6.2, 10.4, 21.4)  # west, east, south, north: where the air bridge flew
COUNTRIES = {
    "mli": ("Mali", -3.4, 18.6),
    "ner": ("Niger", 4.6, 15.4),
    "bfa": ("Burkina Faso", -2.9, 11.1),
}
MOST_NAMES = 25  # localities of another theatre that are all named
LABELLED = ("bamako", "timbuktu", "gao", "kidal", "tessalit", "menaka", "niamey", "agadez",
            "ouagadougou", "djibo", "mopti")  # fmt: skip


def base_map(theatre: Theatre) -> go.Figure:
    """An empty map of the theatre: outlines, roads, a few names.

    Outlines and views (``layout.meta``) are those of the Sahel; another theatre has roads and
    names, and the window that its localities fill.
    """
    packaged = theatre.packaged
    figure = go.Figure(layout=layout(hovermode="closest", dragmode="pan", meta={"views": packaged}))
    for country in COUNTRIES if packaged else ():
        for ring in country_outline(country):
            figure.add_trace(
                go.Scatter(
                    x=[point[0] for point in (*ring, ring[0])],
                    y=[point[1] for point in (*ring, ring[0])],
                    mode="lines", fill="toself", fillcolor=rgba("#8A8F98", 0.13),
                    line={"color": "#8A8F98", "width": 1.2}, hoverinfo="skip", showlegend=False,
                    name=country,
                )
            )  # fmt: skip
    figure.add_trace(roads(theatre))
    west, east, south, north = WINDOW if packaged else _window(theatre)
    figure.update_xaxes(range=[west, east], visible=False, constrain="domain")
    figure.update_yaxes(
        range=[south, north], visible=False, constrain="domain", rangemode="normal",
        scaleanchor="x", scaleratio=1 / math.cos(math.radians((south + north) / 2)),
    )  # fmt: skip
    names = [
        {"x": lon, "y": lat, "text": name.upper(), "opacity": 0.55, "font": {"size": 13}}
        for name, lon, lat in (COUNTRIES.values() if packaged else ())
    ]
    names += [
        {"x": item.lon, "y": item.lat, "text": item.name, "yshift": 13, "font": {"size": 11}}
        for item in theatre.localities
        if item.id in LABELLED or (not packaged and len(theatre.localities) <= MOST_NAMES)
    ]
    figure.update_layout(annotations=[{**name, "showarrow": False} for name in names])
    return figure


def _window(theatre: Theatre) -> tuple[float, float, float, float]:
    """West, east, south and north of all localities, with a margin."""
    ends = []
    for places in ([item.lon for item in theatre.localities], [i.lat for i in theatre.localities]):
        margin = 0.1 * (max(places) - min(places)) or 0.5
        ends += [min(places) - margin, max(places) + margin]
    return ends[0], ends[1], ends[2], ends[3]


def roads(theatre: Theatre) -> go.Scatter:
    """The road graph as thin lines, in one trace."""
    place = {item.id: item for item in theatre.localities}
    x: list[float | None] = []
    y: list[float | None] = []
    for road in theatre.roads:
        a, b = place[road.start], place[road.end]
        x += [a.lon, b.lon, None]
        y += [a.lat, b.lat, None]
    return go.Scatter(
        x=x, y=y, mode="lines", line={"color": "#8A8F98", "width": 0.8}, opacity=0.7,
        hoverinfo="skip", name="roads", showlegend=False,
    )  # fmt: skip


def arc(
    start: tuple[float, float], end: tuple[float, float], bend: float = 0.12, points: int = 9
) -> tuple[list[float], list[float]]:
    """A flight's line between two (lon, lat) points, bent to the right of its direction.

    A leg and its way back therefore do not lie on one another. Quadratic Bezier curve.
    """
    (x0, y0), (x1, y1) = start, end
    cx, cy = (x0 + x1) / 2 + bend * (y1 - y0), (y0 + y1) / 2 - bend * (x1 - x0)
    xs, ys = [], []
    for k in range(points):
        t = k / (points - 1)
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        xs.append(round(a * x0 + b * cx + c * x1, 3))
        ys.append(round(a * y0 + b * cy + c * y1, 3))
    return xs, ys

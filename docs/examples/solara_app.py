"""A model in the browser by Mesa's SolaraViz: ``solara run docs/examples/solara_app.py``.

Needs the extra: ``pip install 'sahelsim[viz]'``. The figures are plain Plotly and work without it.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

import sahelsim
from sahelsim.model.agents import Aircraft, Locality
from sahelsim.report.figures.geography import base_map
from sahelsim.report.style import HOLDERS, OTHER_HOLDER, VERMILION, holder_name
from sahelsim.theatre import load_theatre

SCENARIOS = ["documented-2023", "no-airlift", "second-tail", "airfield-denial"]
STATES = {"mli": "Mali", "ner": "Niger", "bfa": "Burkina Faso"}


class Replicate(sahelsim.SahelModel):
    """One replicate; a step after its scenario's end does nothing."""

    def step(self) -> None:
        """One more day, if there is one."""
        if self.running:
            super().step()


def place_map(model: sahelsim.SahelModel) -> go.Figure:
    """Places by who holds them, those under siege ringed; no tiles, no network."""
    theatre = load_theatre()
    spots = {spot.id: spot for spot in theatre.localities}
    places = [(spots[place.id], place) for place in model.agents_by_type[Locality]]
    figure = base_map(theatre)
    ringed = [spot for spot, place in places if place.besieged]
    figure.add_scatter(
        x=[spot.lon for spot in ringed], y=[spot.lat for spot in ringed], name="besieged",
        mode="markers", hoverinfo="skip", showlegend=True,
        marker={"symbol": "circle-open", "size": 17, "color": VERMILION, "line": {"width": 2.5}},
    )  # fmt: skip
    for holder in sorted({place.holder for _, place in places}, key=[*HOLDERS].index):
        own = [(spot, place) for spot, place in places if place.holder == holder]
        colour, symbol, _ = HOLDERS.get(holder, OTHER_HOLDER)
        figure.add_scatter(
            x=[spot.lon for spot, _ in own], y=[spot.lat for spot, _ in own],
            text=[_described(spot.name, place) for spot, place in own],
            hovertemplate="%{text}<extra></extra>", mode="markers", name=holder_name(holder),
            showlegend=True,
            marker={"symbol": symbol, "size": 9, "color": colour,
                    "line": {"width": 0.8, "color": "#333333"}},
        )  # fmt: skip
    figure.update_layout(
        title={"text": f"{model.today.day} {model.today:%B %Y}", "x": 0.02}, showlegend=True,
        legend={"orientation": "h", "y": -0.02}, margin={"l": 4, "r": 4, "t": 44, "b": 4},
        width=430, height=480,
    )  # fmt: skip
    return figure


def _described(name: str, place: Locality) -> str:
    if not place.garrison:
        return name
    supply = place.days_of_supply
    days = f", {supply:.0f} days of supply" if supply == supply else ""
    return f"{name}<br>garrison {place.garrison:,.0f}{days}"


def course(model: sahelsim.SahelModel) -> go.Figure:
    """Civilians killed and tonnes delivered by air since the start, by state."""
    days = model.datacollector.get_model_vars_dataframe()
    figure = make_subplots(
        rows=2, shared_xaxes=True, vertical_spacing=0.14,
        subplot_titles=("Civilians killed since the start", "Tonnes delivered by air"),
    )  # fmt: skip
    for row, column in enumerate(("civilian_deaths", "tonnes_delivered"), start=1):
        for state, name in STATES.items():
            figure.add_scatter(
                x=days.index, y=days[f"{state}.{column}"].cumsum(), name=name, mode="lines",
                line={"color": HOLDERS[state][0]}, legendgroup=state, showlegend=row == 1,
                row=row, col=1,
            )  # fmt: skip
    figure.update_xaxes(range=[0, model.plan.days], title_text="day", row=2)
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(height=330, margin={"l": 40, "r": 8, "t": 30, "b": 36}, hovermode="x")
    return figure


def harm(model: sahelsim.SahelModel) -> str:
    """What civilians have suffered so far, in a sentence."""
    found = model.outcomes()
    return (
        f"**Civilians: {found['civilian_deaths']:,.0f} killed** "
        f"({found['civilian_deaths_by_insurgents']:,.0f} by armed groups, "
        f"{found['civilian_deaths_by_states']:,.0f} by states), "
        f"{found['displaced']:,.0f} displaced, in this one simulated replicate."
    )


def fleet_table(model: sahelsim.SahelModel) -> str:
    """The aircraft that are in the theatre, as Markdown."""
    rows = [
        f"| {tail.id} | {tail.status} | {STATES.get(tail.user, tail.user)} "
        f"| {tail.tonnes_delivered:,.0f} |"
        for tail in model.agents_by_type[Aircraft]
        if tail.status != "absent"
    ]
    return "\n".join(["| tail | status | flies for | tonnes |", "|---|---|---|--:|", *rows])


def build() -> Any:
    """The page; imports Solara."""
    import solara
    from mesa.visualization import SolaraViz

    def map_and_harm(model: sahelsim.SahelModel) -> Any:
        with solara.Column(gap="0") as shown:
            solara.Markdown(harm(model))
            solara.FigurePlotly(place_map(model))
        return shown

    def course_and_fleet(model: sahelsim.SahelModel) -> Any:
        with solara.Column() as shown:
            solara.FigurePlotly(course(model))
            solara.Markdown(fleet_table(model))
        return shown

    return SolaraViz(
        Replicate(SCENARIOS[0], seed=1),
        components=[map_and_harm, course_and_fleet],
        model_params={
            "scenario": {"type": "Select", "label": "Scenario", "value": SCENARIOS[0],
                         "values": SCENARIOS},
            "replicate": {"type": "SliderInt", "label": "Replicate", "value": 0, "min": 0,
                          "max": 99, "step": 1},
        },
        name="sahelsim: one replicate, day by day",
        play_interval=400,  # drawing takes a fifth of a second
    )  # fmt: skip


try:
    page = build()
except ImportError:  # without the extra the figures are still there
    page = None

"""A model in the browser by Mesa's SolaraViz: ``solara run docs/examples/solara_app.py``.

Needs the extra: ``pip install 'sahelsim[viz]'``. The figure is plain Plotly and works without it.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

import sahelsim
from sahelsim.model.agents import Aircraft, Locality


def place_map(model: sahelsim.SahelModel) -> go.Figure:
    """Places by holder on plain axes, those under siege ringed; no tiles, no network."""
    places = list(model.agents_by_type[Locality])
    geography = model.world.geography
    figure = go.Figure()
    for holder in sorted({place.holder for place in places}):
        own = [place for place in places if place.holder == holder]
        figure.add_scatter(
            x=[float(geography.longitude[place.index]) for place in own],
            y=[float(geography.latitude[place.index]) for place in own],
            text=[f"{place.id}: {place.days_of_supply:.0f} days of supply" for place in own],
            mode="markers",
            name=holder,
            marker={"size": 9, "line": {"width": [3 if place.besieged else 0 for place in own]}},
        )
    figure.update_layout(title=f"{model.today}", yaxis={"scaleanchor": "x"}, height=520)
    return figure


def fleet_table(model: sahelsim.SahelModel) -> str:
    """The aircraft that are in the theatre, as Markdown."""
    rows = [
        f"| {tail.id} | {tail.status} | {tail.user} | {tail.tonnes_delivered:.0f} |"
        for tail in model.agents_by_type[Aircraft]
        if tail.status != "absent"
    ]
    return "\n".join(["| tail | status | flies for | tonnes |", "|---|---|---|---|", *rows])


def build() -> Any:
    """The page; imports Solara."""
    import solara
    from mesa.visualization import SolaraViz

    def shown_map(model: sahelsim.SahelModel) -> Any:
        return solara.FigurePlotly(place_map(model))

    def shown_fleet(model: sahelsim.SahelModel) -> Any:
        return solara.Markdown(fleet_table(model))

    return SolaraViz(
        sahelsim.SahelModel("documented-2023", seed=1),
        components=[shown_map, shown_fleet],
        model_params={
            "scenario": "documented-2023",
            "replicate": {"type": "SliderInt", "value": 0, "label": "Replicate", "min": 0,
                          "max": 99, "step": 1},
        },
        name="sahelsim",
    )  # fmt: skip


if __name__ != "__main__":
    try:
        page = build()
    except ImportError:  # without the extra the figures are still there
        page = None

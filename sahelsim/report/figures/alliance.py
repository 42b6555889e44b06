"""The alliance over time: indices that rest on assumed weights, as fans."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.fans import fan_figure

# series -> (title, unit, what to read from it)
SERIES: dict[str, tuple[str, str, str]] = {
    "alliance_cohesion": (
        "Cohesion", "index 0-1",
        "Mean trust, lowered where burdens are uneven and where requests were refused.",
    ),
    "precedent_index": (
        "Precedent", "index 0-1",
        "How much of the possible support has been given at least once, weighted by trust.",
    ),
    "trust_mali_in_niger": ("Mali's trust in Niger", "index 0-1", "What Mali remembers of Niger."),
    "support_honoured": (
        "Support honoured", "sortie-days, cumulative", "Lift, escorts and troops given, added up."
    ),
    "support_refused": (
        "Support refused", "requests, cumulative", "Requests turned down, added up."
    ),
    "joint_force_men": ("Joint force", "persons", "Men of the joint force in service."),
    "influence_russia": (
        "Influence of Russia", "index 0-1", "Share of foreign troops and trainers that is Russian."
    ),
}  # fmt: skip


def alliance_figure(
    fans: Mapping[str, pd.DataFrame], series: str, events: pd.DataFrame
) -> go.Figure:
    """One series of the alliance in each run, documented events along the top.

    Indices between 0 and 1 are drawn on the whole of that scale, so small moves look small.
    """
    figure = fan_figure(fans, events)
    if SERIES[series][1] == "index 0-1":
        figure.layout.yaxis.update(range=[0, 1.12], tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure

"""Who dies, and who kills civilians: totals over the whole run, by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from sahelsim.report.figures.ranges import range_figure

SIDES = {
    "civilian_deaths": "Civilians",
    "military_deaths": "Soldiers",
    "militia_deaths": "Militiamen",
    "insurgent_deaths": "Insurgents",
}
PERPETRATORS = {
    "civilian_deaths_by_insurgents": "by insurgents",
    "civilian_deaths_by_states": "by state forces",
    "civilian_deaths_by_partners": "by partner forces",
    "civilian_deaths_by_militia": "by militia",
    "civilian_deaths_crossfire": "in crossfire",
}
COUNTRIES = {"deaths_mli": "in Mali", "deaths_ner": "in Niger", "deaths_bfa": "in Burkina Faso"}


def deaths_figure(totals: Mapping[str, pd.DataFrame]) -> go.Figure:
    """Deaths by row (a side, a perpetrator or a country) and run; see ``range_figure``."""
    return range_figure(totals)

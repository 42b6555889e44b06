"""Cohesion, precedent, trust and support."""

from __future__ import annotations

from sahelsim.report.figures.alliance import SERIES, alliance_figure
from sahelsim.report.material import Material, fan_table, fans
from sahelsim.report.parts import Block, Chart, Section
from sahelsim.report.quantiles import thinned
from sahelsim.report.words import number

TYPES = ("alliance", "treaty", "partner_arrival", "withdrawal", "sanction")


def build(material: Material) -> Section:
    """One chart a series."""
    marks = material.marks(TYPES)
    charts = []
    for series, (title, unit, read) in SERIES.items():
        tables = fans({n: thinned(g) for n, g in material.grids("alliance", series).items()})
        if not len(tables[material.name]):
            continue
        fan = tables[material.name]["q50"]
        charts.append(
            Chart(
                f"alliance-{series}",
                title,
                f"{read} Median from {number(fan.iloc[0])} to {number(fan.iloc[-1])}.",
                alliance_figure(tables, series, marks),
                fan_table(tables, unit),
                unit=unit,
            )
        )
    return Section(
        "alliance",
        "The alliance and the precedent",
        "See whether one favour led to the next: indices near 1 mean trust kept and support given "
        "often. Nobody has measured these; levels rest on assumed weights, so read directions and "
        "differences between runs, not levels.",
        [Block(charts=charts, keys=material.keys("documented step of the alliance"))],
        flag="low confidence: assumed weights",
        short="Alliance",
    )

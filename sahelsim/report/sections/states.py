"""Key quantities over time, state by state, as fans."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sahelsim.report import words
from sahelsim.report.figures.fans import fan_figure
from sahelsim.report.material import STATE_LABELS, Material, fan_table, fans
from sahelsim.report.parts import Block, Chart, Section
from sahelsim.report.quantiles import thinned, weekly
from sahelsim.report.words import number


@dataclass(frozen=True)
class Quantity:
    """A daily series and how it is shown.

    Attributes:
        column: Series of the daily table.
        title: Heading of the chart.
        unit: Title of the axis.
        how: ``level`` by day, ``week`` summed by week, or ``sum`` from the first day on.
        marks: Types of documented events that bear on it.
    """

    column: str
    title: str
    unit: str
    how: str
    marks: tuple[str, ...]


SUPPLY, PLACES = (
    ("airlift", "convoy", "blockade"),
    ("base_capture", "base_handover", "siege", "blockade"),
)
FIGHTS = ("attack", "ambush", "base_capture", "siege")
QUANTITIES = (
    Quantity("tonnes_delivered", "Delivered by air", "t a week", "week", SUPPLY),
    Quantity("tonnes_by_road", "Delivered by road", "t a week", "week", SUPPLY),
    Quantity(
        "days_of_supply",
        "Supplies of the garrisons",
        "days of supply, mean over men",
        "level",
        SUPPLY,
    ),
    Quantity("garrisons_without_food", "Garrisons without food", "garrisons", "level", SUPPLY),
    Quantity("localities_held", "Places held", "places", "level", PLACES),
    Quantity("besieged", "Places besieged", "places", "level", PLACES),
    Quantity("civilian_deaths", "Civilians killed", "persons since the start", "sum", FIGHTS),
    Quantity("military_deaths", "Soldiers killed", "persons since the start", "sum", FIGHTS),
    Quantity("displaced", "Displaced", "persons", "level", FIGHTS),
)


def build(material: Material) -> Section:
    """One tab a state."""
    tabs = [_tab(material, state, label) for state, label in STATE_LABELS.items()]
    compared = f", beside {', '.join(list(material.runs)[1:])}" if material.others else ""
    return Section(
        "states",
        "Over time, by state",
        f"See when supplies, places and lives change in {material.name}{compared}: where two bands "
        "part, the runs differ; where they overlap, look at the paired intervals above.",
        tabs,
        tabs=True,
        short="Over time",
    )


def _tab(material: Material, state: str, label: str) -> Block:
    charts, silent = [], []
    for item in QUANTITIES:
        grids = _shaped(material.grids(state, item.column), item.how)
        tables = fans(grids)
        if not any(fan.to_numpy().any() for fan in tables.values() if len(fan)):
            silent.append(item.title.lower())
            continue
        charts.append(
            Chart(
                f"fan-{state}-{item.column}",
                item.title,
                _caption(tables, item),
                fan_figure(tables, material.marks(item.marks, state)),
                fan_table(tables, item.unit),
                unit=item.unit,
            )
        )
    text = [f"Nothing to draw for {label}, zero throughout: {', '.join(silent)}."] if silent else []
    return Block(
        label, text, charts, keys=material.keys("documented event (point at it for its words)")
    )


def _shaped(grids: dict[str, pd.DataFrame], how: str) -> dict[str, pd.DataFrame]:
    if how == "week":
        return {name: weekly(grid) for name, grid in grids.items()}
    if how == "sum":
        return {name: thinned(grid.cumsum()) for name, grid in grids.items()}
    return {name: thinned(grid) for name, grid in grids.items()}


def _caption(tables: dict[str, pd.DataFrame], item: Quantity) -> str:
    fan = next(iter(tables.values()))
    if not len(fan):
        return ""
    if item.how == "week":
        best = fan["q50"].idxmax()
        most = number(fan["q50"].max())
        return f"Median at most {most} {item.unit} (week of {words.long_date(best)})."
    first, last = fan.iloc[0], fan.iloc[-1]
    start = "" if item.how == "sum" else f"from {number(first.q50)} "
    return (
        f"Median {start}to {number(last.q50)} at the end "
        f"(90 %: {number(last.q05)} to {number(last.q95)})."
    )

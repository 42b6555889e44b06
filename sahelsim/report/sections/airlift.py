"""The airlift by tail, leg and stop: tonnes, what bound each aircraft, how many were fit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sahelsim.report import words
from sahelsim.report.figures.airlift import binding_figure, stops_figure
from sahelsim.report.figures.fans import fan_figure
from sahelsim.report.material import Material, fan_table, fans, range_table, spreads
from sahelsim.report.parts import Block, Chart, Number, Section, Table
from sahelsim.report.quantiles import weekly, wide
from sahelsim.report.sections import legs
from sahelsim.report.style import BINDINGS
from sahelsim.report.words import number
from sahelsim.theatre.actors import ACTOR_NAMES

MOST_CHARTS = 6
LABELS = {name: label for name, (label, _, _) in BINDINGS.items()}


def build(material: Material) -> Section:
    """Tails that flew, stops that received, and the mission-capable rate."""
    tails = {name: run.frame("tails") for name, run in material.runs.items()}
    mine = tails[material.name]
    flew = mine.groupby("tail", observed=True)["sorties"].sum()
    names = chosen(material, flew[flew > 0])
    blocks = []
    if names:
        working = mine[mine["tail"].isin(names)]
        shares = {str(k): float(v) for k, v in working["binding"].value_counts().items()}
        blocks.append(
            Block(
                "Which aircraft brought what",
                [words.most_binding(shares, LABELS)],
                [_tonnes(material, tails, tail) for tail in names],
                [_every(material, mine)],
                keys=material.keys(),
            )
        )
        blocks.append(
            Block(
                "What bound each aircraft, day by day",
                [
                    "Each column is a week; its height is split by what kept the aircraft from "
                    "doing more on that day, over all replicates."
                ],
                [_binding(mine, tail) for tail in names],
                keys=[
                    ("fill", colour, label)
                    for name, (label, colour, _) in BINDINGS.items()
                    if shares.get(name)
                ],
            )
        )
        blocks += legs.blocks(material)
    charts = [chart for chart in (_stops(material), _fitness(material)) if chart]
    blocks.append(
        Block("Where it went, and how many aircraft were fit", [], charts, keys=material.keys())
    )
    return Section(
        "airlift",
        "The airlift, aircraft by aircraft",
        "See which aircraft carried the weight, on which legs, where it was unloaded, and what "
        "held it back: more aircraft help only where the aircraft themselves are the limit."
        if names
        else "No aircraft flew in this run.",
        blocks,
        short="Airlift",
    )


def chosen(material: Material, sorties: pd.Series) -> list[str]:
    """The aircraft with charts of their own: those the scenario's orders name, then the busiest.

    Args:
        material: The runs of the page.
        sorties: Index tail, every aircraft that flew.
    """
    named = dict.fromkeys(
        str(order.arguments["tail"])
        for run in material.runs.values()
        for order in run.scenario.orders
        if "tail" in order.arguments
    )
    flew = [str(tail) for tail in sorties.sort_values(ascending=False).index]
    first = [tail for tail in named if tail in flew]
    return [*first, *(tail for tail in flew if tail not in first)][:MOST_CHARTS]


def _every(material: Material, frame: pd.DataFrame) -> Table:
    """All aircraft that flew: sorties, tonnes, days fit and what bound them most."""
    rows: list[list[Any]] = []
    for tail, mine in frame.groupby("tail", observed=True):
        totals = mine.groupby("replicate")[["sorties", "tonnes_delivered"]].sum()
        if not totals["sorties"].any():
            continue
        bound = mine["binding"][mine["binding"] != "none"].value_counts()
        median = totals.median()
        rows.append(
            [
                str(tail), _kind(material, str(tail)),
                Number(number(median["sorties"]), float(median["sorties"])),
                Number(number(median["tonnes_delivered"]), float(median["tonnes_delivered"])),
                f"{100 * float(mine['capable'].mean()):.0f} %",
                LABELS.get(str(bound.index[0]), "") if len(bound) else "nothing",
            ]
        )  # fmt: skip
    rows.sort(key=lambda row: -row[3].value)
    return Table(
        ["aircraft", "type and owner", "sorties, median", "t unloaded, median", "days fit",
         "bound most by"],
        rows, f"Every aircraft that flew ({len(rows)})", "tail-table", folded=True,
    )  # fmt: skip


def _kind(material: Material, tail: str) -> str:
    for item in material.theatre.tails:
        if item.tail == tail:
            type_ = material.theatre.aircraft_type(item.type)
            return f"{type_.name}, {ACTOR_NAMES[item.owner]}"
    return ""


def _tonnes(material: Material, tails: dict[str, pd.DataFrame], tail: str) -> Chart:
    days = {
        name: wide(frame[frame["tail"] == tail], "tonnes_delivered")
        for name, frame in tails.items()
        if (frame["tail"] == tail).any()
    }
    tables = fans({name: weekly(grid) for name, grid in days.items()})
    total = days[material.name].sum()
    kind = _kind(material, tail)
    return Chart(
        f"tail-{tail}",
        f"{tail}: {kind}" if kind else tail,
        f"{tail} unloaded {words.ranged(total, 't')} over the whole run.",
        fan_figure(tables),
        fan_table(tables, "t a week"),
        unit="t a week",
    )


def _binding(frame: pd.DataFrame, tail: str) -> Chart:
    mine = frame[frame["tail"] == tail]
    days = pd.to_datetime(mine["date"])
    first = days.min()
    week = first + pd.to_timedelta(7 * (mine["day"] // 7), unit="D")
    counts = pd.crosstab(week, mine["binding"].astype(str))
    shares = counts.div(counts.sum(axis=1), axis=0)
    overall = counts.sum().sort_values(ascending=False)
    sentence = words.most_binding({str(k): float(v) for k, v in overall.items()}, LABELS)
    present = [name for name in BINDINGS if name in shares]
    step = max(1, len(shares) // 8)
    rows = [
        [str(day)[:10], *(f"{100 * float(row[name]):.0f} %" for name in present)]
        for day, row in shares.iloc[::step].iterrows()
    ]
    return Chart(
        f"binding-{tail}", tail, sentence, binding_figure(shares),
        Table(["week from", *(LABELS[name] for name in present)], rows, "Numbers", folded=True),
        unit="share of days",
    )  # fmt: skip


def _stops(material: Material) -> Chart | None:
    totals = {}
    for name, rows in material.events.items():
        unloaded = rows[rows["kind"] == "delivery"]
        grid = unloaded.pivot_table(
            index="replicate", columns="locality", values="quantity", aggfunc="sum", observed=True
        )
        grid = grid.reindex(material.runs[name].outcomes.index).fillna(0.0)
        totals[name] = {str(place): grid[place] for place in grid if grid[place].any()}
    order = sorted(
        {place for table in totals.values() for place in table},
        key=lambda place: (
            -max(float(t[place].median()) if place in t else 0.0 for t in totals.values())
        ),
    )[:10]
    if not order:
        return None
    name_of = {place: material.theatre.locality(place).name for place in order}
    tables = {
        name: spreads({name_of[place]: table.get(place, [0.0]) for place in order})
        for name, table in totals.items()
    }
    first = tables[material.name]
    return Chart(
        "stops",
        "Tonnes unloaded at each stop",
        f"Most went to {first['q50'].idxmax()}: median {number(first['q50'].max())} t.",
        stops_figure(tables),
        range_table(tables, "stop", "t"),
        unit="t over the whole run",
    )


def _fitness(material: Material) -> Chart | None:
    present = material.total("aircraft_present")
    capable = material.total("aircraft_capable")
    rates = {
        name: weekly(capable[name]) / weekly(present[name]).replace(0.0, float("nan"))
        for name in material.runs
    }
    tables = {name: table for name, table in fans(rates).items() if len(table)}
    if not tables:
        return None
    type_ = material.theatre.aircraft_type("c130h")
    band = (
        type_.mission_capable_low, type_.mission_capable_high,
        "range taken for the C-130H before any flight",
    )  # fmt: skip
    overall = material.outcome(material.run, "mission_capable_rate")
    return Chart(
        "mission-capable",
        "Mission-capable rate",
        f"Of all aircraft-days, {words.ranged(overall, 'share')} were fit to fly.",
        fan_figure(tables, tick_format=".0%", band=band),
        fan_table(tables, "share"),
        unit="share of aircraft present, by week",
    )

"""What is documented against what is simulated, on one time axis."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sahelsim.report import words
from sahelsim.report.figures.events import kind_figure, toll_figure
from sahelsim.report.material import Material, event_text, fan_table, fans
from sahelsim.report.parts import Block, Chart, Link, Section, Table
from sahelsim.report.quantiles import counts, weekly
from sahelsim.report.style import DOCUMENTED
from sahelsim.report.words import number
from sahelsim.theatre.records import Event

DEATHS = ("military_deaths", "insurgent_deaths", "civilian_deaths", "militia_deaths")
VIOLENCE = (
    "ambush", "assault", "attack_on_civilians", "rival_clash", "state_operation", "militia_clash",
    "militia_attack_on_civilians", "convoy_ambush", "column_ambush", "column_assault",
)  # fmt: skip
DEADLY = 10
FIGHTS = ("attack", "ambush", "base_capture", "siege")


@dataclass(frozen=True)
class Kind:
    """A kind of event in both worlds: documented types, simulated kinds."""

    id: str
    title: str
    types: tuple[str, ...]
    kinds: tuple[str, ...]
    least: int = 0  # deaths


KINDS = (
    Kind("deadly", f"Fights and attacks with {DEADLY} dead or more", FIGHTS, VIOLENCE, DEADLY),
    Kind("changes", "Places that change hands", ("base_capture",), ("place_lost", "place_taken")),
    Kind("sieges", "Sieges and blockades that begin", ("siege", "blockade"), ("siege_begins",)),
    Kind("aircraft", "Aircraft hit or lost", ("air_accident",), ("aircraft_hit", "aircraft_lost")),
)  # fmt: skip


def build(material: Material) -> Section:
    """Tolls, kinds and the list of documented events with their sources."""
    observed = [event for event in material.documented if event.role == "observation"]
    charts = [_tolls(material, observed), *(_kind(material, observed, kind) for kind in KINDS)]
    return Section(
        "events",
        "Documented and simulated",
        f"See whether the {len(observed)} attacks, captures and losses that were reported lie "
        "where the simulated ones do. The documented list holds what made the news, so it should "
        "lie below the simulated counts for small events and within their range for large ones.",
        [
            Block(
                charts=charts,
                keys=[
                    *material.keys(),
                    ("diamond", DOCUMENTED, "documented; bars run from lowest to highest toll"),
                ],
            ),
            Block(
                "What was reported, and by whom",
                ["Where sources differ, both ends stand; nobody is declared right."],
                tables=[_list(material), _disagreements(material)],
            ),
        ],
        short="Events",
    )  # fmt: skip


def _week(material: Material, event: Event) -> pd.Timestamp:
    start = material.weeks[0]
    return start + pd.Timedelta(days=7 * ((pd.Timestamp(event.date) - start).days // 7))


def _tolls(material: Material, observed: list[Event]) -> Chart:
    rows = [
        {
            "date": _week(material, event), "low": float(event.deaths_low or 0),
            "high": float("nan") if event.deaths_high is None else float(event.deaths_high),
            "text": event_text(event),
        }
        for event in observed
        if event.deaths_low is not None or event.deaths_high is not None
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["date", "low", "high", "text"])
    grouped = (
        frame.groupby("date")
        .agg(
            low=("low", "sum"),
            high=("high", lambda h: h.sum(skipna=True)),
            text=("text", "<br>".join),
        )
        .reset_index()
    )
    grids = {}
    for name, part in material.events.items():
        part = part.assign(dead=part[list(DEATHS)].sum(axis=1))
        replicates = list(material.runs[name].outcomes.index)
        grids[name] = weekly(counts(part, material.dates, replicates, "dead"))
    tables = fans(grids)
    low, high = grouped["low"].sum(), grouped["high"].sum()
    total = grids[material.name].sum()
    return Chart(
        "tolls",
        "Deaths a week, all sides",
        f"Documented: {number(low)} to {number(high)} in reported events; simulated, all events: "
        f"{words.ranged(total, '')}.",
        toll_figure(tables, grouped),
        fan_table(tables, "deaths a week"),
        unit="persons, logarithmic",
    )


def _kind(material: Material, observed: list[Event], kind: Kind) -> Chart:
    found = [
        event
        for event in observed
        if event.type in kind.types and (event.deaths_high or event.deaths_low or 0) >= kind.least
    ]
    grids = {}
    for name, part in material.events.items():
        rows = part[part["kind"].isin(kind.kinds)]
        if kind.least:
            rows = rows[rows[list(DEATHS)].sum(axis=1) >= kind.least]
        replicates = list(material.runs[name].outcomes.index)
        grids[name] = weekly(counts(rows, material.dates, replicates))
    frame = pd.DataFrame(
        [{"date": _week(material, event), "text": event_text(event)} for event in found],
        columns=["date", "text"],
    )
    weeks = (
        frame.groupby("date").agg(count=("text", "size"), text=("text", "<br>".join)).reset_index()
    )
    tables = fans(grids, counted=True)
    return Chart(
        f"kind-{kind.id}",
        kind.title,
        words.documented_and_simulated(
            len(found), grids[material.name].sum(), "In the whole window"
        ),
        kind_figure(tables, weeks),
        fan_table(tables, "events a week"),
        unit="events a week",
    )


def _toll(event: Event) -> str:
    low, high = event.deaths_low, event.deaths_high
    if low is None and high is None:
        return "not reported"
    if low == high:
        return str(low)
    return f"{'?' if low is None else low} to {'?' if high is None else high}"


def _list(material: Material) -> Table:
    rows = [
        [
            event.date.isoformat(), event.id, event.type.replace("_", " "), event.role,
            event.description, _toll(event), event.confidence,
            Link(event.publisher, event.url) if event.url else event.publisher,
        ]
        for event in material.documented
    ]  # fmt: skip
    return Table(
        ["date", "id", "kind", "role", "what is reported", "deaths", "confidence", "source"],
        rows,
        f"{len(rows)} documented events in the window, with sources",
        folded=True,
    )


def _disagreements(material: Material) -> Table:
    rows = [
        [item.id, item.topic, "" if item.low is None else f"{item.low} to {item.high} {item.unit}",
         item.versions, item.handling]
        for item in material.theatre.disagreements
    ]  # fmt: skip
    return Table(
        ["id", "in dispute", "range kept", "who says what", "how it is handled"],
        rows,
        f"{len(rows)} disagreements between sources, kept as ranges",
        folded=True,
    )

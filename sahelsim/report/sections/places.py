"""When the towns of the north are held, and how often."""

from __future__ import annotations

import pandas as pd

from sahelsim.report import words
from sahelsim.report.figures.places import held_figure
from sahelsim.report.material import Material, event_text
from sahelsim.report.parts import Block, Chart, Section, Table
from sahelsim.report.style import DOCUMENTED
from sahelsim.theatre.records import Event

PLACES = ("kidal", "tessalit", "aguelhok", "ber", "anefis")


def build(material: Material) -> Section:
    """One chart a place, with the documented day on which the state came to hold it."""
    charts = [_chart(material, place) for place in PLACES]
    return Section(
        "places",
        "The towns of the north",
        "See in how many replicates Mali holds each town by each date, and whether the documented "
        "day falls where the curve rises.",
        [
            Block(
                charts=charts,
                keys=[
                    *material.keys()[: len(material.runs)],
                    ("mark", DOCUMENTED, "documented day"),
                ],
            )
        ],
        short="Towns",
    )  # fmt: skip


def documented_day(events: tuple[Event, ...], place: str) -> Event | None:
    """The event by which the state came to hold a place in 2023: a capture, else a hand-over."""
    for kind in ("base_capture", "base_handover"):
        found = [
            event
            for event in events
            if event.place == place and event.type == kind and event.date.year == 2023
        ]
        if found:
            return found[-1]
    return None


def held_share(frame: pd.DataFrame, place: str, country: str) -> pd.Series:
    """Share of replicates in which ``country`` holds ``place``, by date."""
    rows = frame[frame["locality"] == place]
    column = f"held_by_{country}"
    share = rows[column] if column in rows else pd.Series(0.0, index=rows.index)
    return pd.Series(share.to_numpy(dtype=float), index=pd.to_datetime(rows["date"]))


def _share(curve: pd.Series, day: pd.Timestamp) -> str:
    return f"{100 * float(curve.loc[day]):.0f} %" if day in curve.index else "–"


def _chart(material: Material, place: str) -> Chart:
    item = material.theatre.locality(place)
    curves = {
        name: held_share(run.frame("places"), place, item.country)
        for name, run in material.runs.items()
    }
    held = material.outcome(material.run, f"{place}_held")
    event = documented_day(material.theatre.events, place)
    mine = curves[material.name]
    inside = event is not None and mine.index[0] <= pd.Timestamp(event.date) <= mine.index[-1]
    when = words.when(event.date if event else None, event.id if event else "")
    if event is not None and not inside:
        when += " Outside this run."
    step = max(1, len(mine) // 8)
    rows = [
        [str(day)[:10], *(_share(curve, day) for curve in curves.values())]
        for day in mine.index[::step]
    ]
    return Chart(
        f"place-{place}",
        item.name,
        f"Held at the end {words.frequency(held)}. {when}",
        held_figure(curves, [(event.date, event_text(event))] if event else []),
        Table(["date", *curves], rows, "Numbers", folded=True),
        unit="share of replicates in which Mali holds it",
    )

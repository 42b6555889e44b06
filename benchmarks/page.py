"""One table and one page of every benchmark kept in a folder; the page needs no network."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from benchmarks.measure import SCHEMA, number
from sahelsim import __version__
from sahelsim.report.document import Document, write_document
from sahelsim.report.parts import Block, Chart, Number, Section, Table
from sahelsim.report.style import BLUE, layout

COLUMNS = ("benchmark", "case", "value", "unit", "low", "high", "n", "target", "note")
ORDER = (
    "startup", "plain_mesa", "peers", "scaling", "pairing", "million", "sweep",
)  # fmt: skip


def read(folder: Path) -> list[dict[str, Any]]:
    """The sheets kept in a folder, in the order of the page."""
    found = [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json")]
    sheets = [sheet for sheet in found if sheet.get("schema") == SCHEMA]
    rank = {name: place for place, name in enumerate(ORDER)}
    return sorted(sheets, key=lambda sheet: (rank.get(sheet["name"], len(rank)), sheet["name"]))


def write(folder: Path) -> Path:
    """Write ``benchmarks.csv`` and ``benchmarks.html`` from the sheets of a folder."""
    sheets = read(folder)
    with (folder / "benchmarks.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for sheet in sheets:
            table.writerows({"benchmark": sheet["name"], **row} for row in sheet["rows"])
    return write_document(document(sheets), folder / "benchmarks.html")


def document(sheets: list[dict[str, Any]]) -> Document:
    """The page of some sheets."""
    newest = max(sheets, key=lambda sheet: sheet["machine"]["measured"])["machine"]
    return Document(
        title="Benchmarks",
        eyebrow=f"{newest['processor']} · {newest['memory']} · Python {newest['python']}",
        question="How fast is it, against what, and how does its cost grow?",
        lead=[sentence for sheet in sheets for sentence in headline(sheet)],
        notes=[
            "Medians with quartiles. Sides of a ratio ran in turn in one process, so a ratio can "
            "be compared between machines; seconds cannot.",
        ],
        sections=[section(sheet) for sheet in sheets],
        reproduce=[("command", "make bench"), *newest.items()],
        version=__version__,
    )


def headline(sheet: dict[str, Any]) -> list[str]:
    """The ratios of a sheet that have a target, as sentences."""
    return [
        f"{row['case']}: {number(row['value'])} times (aim: {row['target']})."
        for row in sheet["rows"]
        if row["unit"] == "x" and row["target"]
    ]


def section(sheet: dict[str, Any]) -> Section:
    """One benchmark: its table, its figures, its words."""
    rows = [
        [
            row["case"], Number(number(row["value"]), row["value"]), row["unit"],
            f"{number(row['low'])} to {number(row['high'])}" if row["n"] > 1 else "–",
            Number(str(row["n"]), row["n"]), row["target"] or "–", row["note"],
        ]
        for row in sheet["rows"]
    ]  # fmt: skip
    heads = ["case", "median", "unit", "quartiles", "n", "aim", "note"]
    table = Table(heads, rows, sheet["title"], f"table-{sheet['name']}", sortable=True)
    charts = [
        Chart(
            f"{sheet['name']}-{k}", title, caption, go.Figure(figure),
            Table(heads[:3], [row[:3] for row in rows], "Numbers", folded=True), size="m",
        )
        for k, (title, caption, figure) in enumerate(sheet["figures"])
    ]  # fmt: skip
    taken = sheet["machine"]
    words = [*sheet["text"], f"Measured {taken['measured']}; {taken['load when measured']}."]
    return Section(
        sheet["name"], sheet["title"], sheet["see"],
        [Block(charts=charts, wide=True), Block(tables=[table]), Block(text=words)],
    )  # fmt: skip


def bars(labels: list[str], values: list[float], unit: str, *, log: bool = False) -> go.Figure:
    """Horizontal bars, the first at the top."""
    axis = {"title": {"text": unit}, "type": "log" if log else "linear", "automargin": True}
    return go.Figure(
        go.Bar(
            x=values, y=labels, orientation="h", marker_color=BLUE,
            text=[number(value) for value in values], textposition="auto",
        ),
        layout(
            hovermode="closest", xaxis=axis,
            yaxis={"autorange": "reversed", "automargin": True, "type": "category"},
        ),
    )  # fmt: skip


def growth(curves: dict[str, tuple[list[float], list[float]]], x: str, y: str) -> go.Figure:
    """Lines over two logarithmic axes: a slope of one is linear growth."""
    figure = go.Figure(
        layout=layout(
            hovermode="closest", showlegend=len(curves) > 1,
            legend={"orientation": "h", "y": 1.12},
            xaxis={"title": {"text": x}, "type": "log", "automargin": True},
            yaxis={"title": {"text": y}, "type": "log", "automargin": True},
        )
    )  # fmt: skip
    for name, (xs, ys) in curves.items():
        figure.add_scatter(x=xs, y=ys, name=name, mode="lines+markers")
    return figure

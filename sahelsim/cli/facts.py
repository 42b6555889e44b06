"""``sahelsim facts``: the documented world, row by row, with its sources."""

from __future__ import annotations

import shutil
import textwrap
from typing import Any, NamedTuple

import click

from sahelsim.cli import ui

NARROW, WIDE = 80, 120


class Layout(NamedTuple):
    """How one kind is printed: the columns of a row's first line, then texts below it."""

    help: str
    example: str
    columns: tuple[str, ...]
    below: tuple[str, ...]


LAYOUTS: dict[str, Layout] = {
    "events": Layout(
        "The dated events: order, exogenous or observation, with the range of deaths claimed.",
        "--where place=kidal --where 'date>=2023-10-01'",
        ("id", "date", "place", "type", "role", "deaths_low", "deaths_high", "confidence"),
        ("actors", "description", "source"),
    ),
    "airfields": Layout(
        "The airfields: runway, surface, use by a C-130, aircraft on the ground at once (mog).",
        "--where country=mli --where c130_use=yes",
        (
            "icao",
            "locality",
            "elevation_ft",
            "runway_m",
            "surface",
            "c130_use",
            "mog",
            "confidence",
        ),
        ("name", "note", "source"),
    ),
    "aircraft": Layout(
        "Every known tail, with the figures of its type.",
        "--where owner=ner --where type=c130h",
        (
            "tail",
            "type",
            "owner",
            "base",
            "role",
            "payload_plan_t",
            "mission_capable",
            "confidence",
        ),
        ("available", "note", "source", "type_source"),
    ),
    "localities": Layout(
        "The places on 20 August 2023: holder, garrison, siege, UN site.",
        "--where besieged=yes",
        ("id", "country", "population", "holder", "garrison", "besieged", "un_site", "confidence"),
        ("admin1", "contest_text", "note", "source"),
    ),
    "roads": Layout(
        "The roads that join the places.",
        "--where start=gao",
        ("start", "end", "road_ref", "surface", "road_km", "confidence"),
        ("note", "source"),
    ),
    "forces": Layout(
        "Strengths with low, central and high value.",
        "--where side=jnim",
        ("id", "side", "low", "central", "high", "unit", "confidence"),
        ("name", "note", "source"),
    ),
    "parameters": Layout(
        "The numbers of the model, with range and reference.",
        "--where id~initial. --where confidence=assumed",
        ("id", "value", "low", "high", "unit", "confidence"),
        ("description", "distribution", "reference"),
    ),
    "orders": Layout(
        "The orders that the model understands, and who may give them.",
        "--where actors=csp_psd",
        ("verb", "lag_days", "confidence"),
        ("actors", "description", "effect", "arguments"),
    ),
    "outcomes": Layout(
        "The columns of the outcome table.",
        "--where direction=lower",
        ("id", "unit", "direction", "confidence"),
        ("label_en", "formula"),
    ),
    "disagreements": Layout(
        "Where sources differ, kept as a range.",
        "--where kind=number",
        ("id", "kind", "low", "high", "unit"),
        ("topic", "versions", "handling", "source"),
    ),
    "timings": Layout(
        "How long documented moves took.",
        "--where 'distance_km>=300'",
        (
            "id",
            "distance_km",
            "days_low",
            "days_high",
            "speed_low_km_d",
            "speed_high_km_d",
            "confidence",
        ),
        ("move", "note", "source"),
    ),
    "claims": Layout(
        "The claims of the seed article: model element and observable outcome.",
        "--where origin=seed",
        ("id", "origin", "evidence"),
        ("claim", "model_element", "observable", "source"),
    ),
    "sources": Layout(
        "Every publisher and page, with the number of rows that lean on it.",
        "--where publisher~MINUSMA",
        ("rows", "kind"),
        ("publisher", "url", "tables"),
    ),
}


@ui.examples(
    "sahelsim facts events --where place=tessalit",
    "sahelsim facts parameters --where id~initial. --json",
)
@click.group("facts")
def facts() -> None:
    """Show the documented world, with its sources and confidence."""


def show(kind: str, where: tuple[str, ...], as_json: bool) -> None:
    """Print the rows of ``kind`` that meet every condition of ``where``."""
    from sahelsim.theatre import load_theatre
    from sahelsim.theatre.listing import list_rows, select_rows

    everything = list_rows(load_theatre(), kind)
    rows = select_rows(everything, where)
    if as_json:
        ui.say_json("facts", kind=kind, rows=rows)
        return
    width = min(max(shutil.get_terminal_size((100, 24)).columns, NARROW), WIDE)
    for line in render(kind, rows, width, ui.language()):
        ui.say(line)
    of = f" of {len(everything)}" if where else ""
    ui.talk(f"{len(rows)}{of} {kind}; every field: --json")


def render(kind: str, rows: list[dict[str, Any]], width: int, language: str = "en") -> list[str]:
    """Return the lines of a table: a row's columns, then its texts and source, indented.

    Labels are in ``language``; all other texts have but one. Lines keep to ``width`` but for a URL
    or a name that is longer by itself.
    """
    from sahelsim.theatre.listing import text_of

    if not rows:
        return []
    columns, below = _fitted(LAYOUTS[kind], rows, width)
    cells = [[], *([text_of(row[name]) for name in columns] for row in rows)]
    cells[0] = _titles(columns, cells[1:])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_aligned(cells[0], widths)]
    for row, texts in zip(rows, cells[1:], strict=True):
        lines.append(_aligned(texts, widths))
        for name in below:
            if name == "label_en":
                name = f"label_{language}"
            text = _available(row) if name == "available" else _below(row[name])
            lines.extend(_wrapped(name, text, width))
    return lines


def _fitted(layout: Layout, rows: list[dict[str, Any]], width: int) -> tuple[list[str], list[str]]:
    """Return the columns that fit side by side, and the texts below; the widest move down."""
    from sahelsim.theatre.listing import text_of

    columns, below = list(layout.columns), list(layout.below)
    size = {
        name: max(len(_SHORT.get(name, name)), *(len(text_of(row[name])) for row in rows))
        for name in columns
    }
    while len(columns) > 1 and sum(size[name] + 2 for name in columns) - 2 > width:
        widest = max(columns[1:], key=lambda name: size[name])
        columns.remove(widest)
        below.insert(0, widest)
    return columns, below


_SHORT = {
    "confidence": "conf", "deaths_low": "low", "deaths_high": "high", "payload_plan_t": "plan_t",
    "mission_capable": "mc", "elevation_ft": "elev_ft", "days_low": "days", "days_high": "to",
    "speed_low_km_d": "km_d", "speed_high_km_d": "to",
}  # fmt: skip


def _titles(columns: list[str], cells: list[list[str]]) -> list[str]:
    """Name the columns, in short where a column is narrower than its name."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        name if len(name) <= width else _SHORT.get(name, name)
        for name, width in zip(columns, widths, strict=True)
    ]


def _aligned(texts: list[str], widths: list[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(texts, widths, strict=True)).rstrip()


def _available(row: dict[str, Any]) -> str:
    return f"{row['available_from']} to {row['available_to'] or 'open'}"


def _below(value: Any) -> str:
    from sahelsim.theatre.listing import text_of

    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "; ".join(_argument(item) for item in value)
    return text_of(value)


def _argument(item: dict[str, Any]) -> str:
    from sahelsim.theatre.listing import text_of

    bounds = ""
    if item["choices"]:
        bounds = " " + "|".join(item["choices"])
    elif item["low"] is not None:
        bounds = f" {text_of(item['low'])}..{text_of(item['high'])} {item['unit']}".rstrip()
    given = "required" if item["required"] else f"default {text_of(item['default']) or 'none'}"
    return f"{item['name']} ({item['type']}{bounds}, {given})"


def _wrapped(name: str, text: str, width: int) -> list[str]:
    if not text:
        return []
    label = {
        "contest_text": "contest",
        "admin1": "region",
        "label_en": "label",
        "label_fr": "label",
        "type_source": "type",
    }.get(name, name)
    return textwrap.wrap(
        f"{label.replace('_', ' ')}: {text}",
        width,
        initial_indent="    ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _add_command(kind: str, layout: Layout) -> None:
    @click.option(
        "--where",
        multiple=True,
        metavar="CONDITION",
        help="field=value, field~part, field>=value or field<=value; repeat to narrow.",
    )
    @ui.json_option
    def command(where: tuple[str, ...], as_json: bool) -> None:
        show(kind, where, as_json)

    made = facts.command(kind, help=layout.help, short_help=layout.help)(command)
    ui.examples(f"sahelsim facts {kind}", f"sahelsim facts {kind} {layout.example}")(made)


for _kind, _layout in LAYOUTS.items():
    _add_command(_kind, _layout)

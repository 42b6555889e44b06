"""What a page is made of; the template draws these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go


@dataclass(frozen=True)
class Link:
    """A link; its address is shown as text where it is not http or https."""

    text: str
    url: str

    @property
    def safe(self) -> bool:
        """True where the address may stand in an anchor."""
        return self.url.startswith(("https://", "http://"))


@dataclass(frozen=True)
class Table:
    """A table of words and numbers.

    Attributes:
        columns: Headings.
        rows: Cells: texts, :class:`Link` or :class:`Number`.
        title: Caption; the text of the fold where ``folded``.
        id: Identifier in the page; needed where ``sortable``.
        sortable: Headings sort, and a button copies the table.
        folded: Shown only when opened.
    """

    columns: list[str]
    rows: list[list[Any]]
    title: str = ""
    id: str = ""
    sortable: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Number:
    """A number in a sortable table: its text and its place in the order."""

    text: str
    value: float | None = None


@dataclass(frozen=True)
class Chart:
    """A figure with its words: a title, a sentence that says what to see, and its numbers."""

    id: str
    title: str
    caption: str
    figure: go.Figure
    numbers: Table
    size: str = "s"  # s, m, lines, rows, tall, map: height; map also map chance
    unit: str = ""


@dataclass(frozen=True)
class Player(Chart):
    """The animated map: a chart with a slider by week."""

    weeks: list[str] = field(default_factory=list)
    legend: list[tuple[str, str, str]] = field(default_factory=list)  # sign, colour, trace name
    size: str = "map"


@dataclass(frozen=True)
class Linked:
    """Brushes on the axes of one chart, which choose what the map beside it shows.

    Attributes:
        lines: Id of the chart of parallel coordinates.
        map: Id of the map, or nothing.
        data: What the page's script needs, as plain data.
        presets: Choices that a button makes: words, number of the axis, lowest and highest place
            on it (0 at the bottom to 1).
        measures: What the map can show: name in ``data``, words.
    """

    lines: str
    map: str
    data: dict[str, Any]
    presets: list[tuple[str, int, float, float]] = field(default_factory=list)
    measures: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Card:
    """One headline number: what, how much, its range; the same in other runs; the differences."""

    label: str
    value: str
    range: str
    others: list[tuple[str, str]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Block:
    """A group of charts and tables under one heading, side by side where there is room."""

    title: str = ""
    text: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    keys: list[tuple[str, str, str]] = field(default_factory=list)  # kind, colour, words
    wide: bool = False
    linked: Linked | None = None


@dataclass(frozen=True)
class Section:
    """A section of the page.

    Attributes:
        id: Anchor.
        title: Heading.
        see: One sentence that says what to see.
        blocks: In order; with ``tabs`` one is shown at a time, by its title.
        flag: A confidence flag beside the heading.
        short: The heading in the bar of links.
    """

    id: str
    title: str
    see: str
    blocks: list[Block]
    tabs: bool = False
    flag: str = ""
    short: str = ""

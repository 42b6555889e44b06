"""Markdown that the generated pages share: pages, tables, text that cannot break them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sahelsim.base.formatting import exact
from sahelsim.theatre.records import Parameter

NOTICE = "<!-- Written by docs/generate.py from the code: change it there. -->"


def page(title: str, description: str, blocks: Iterable[str]) -> str:
    """Return a page: front matter, title, and its blocks with a blank line between them."""
    front = f"---\nmyst:\n  html_meta:\n    description: {description}\n---\n\n{NOTICE}"
    return "\n\n".join([front, f"# {title}", *blocks]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; cells are text, already marked up."""
    lines = [list(head), ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def plain(text: str) -> str:
    """Return running text so that Markdown shows it as it is, on one line, in a cell too."""
    pieces = re.split(r"(`[^`]*`)", " ".join(text.replace("``", "`").split()))
    special = r"[\\*<>\[\]]|(?<!\w)_|_(?!\w)"
    shown = [
        piece if piece.startswith("`") else re.sub(special, r"\\\g<0>", piece) for piece in pieces
    ]
    return "".join(shown).replace("|", "\\|")


def code(text: str) -> str:
    """Return text as code that may stand in a cell."""
    return "`" + text.replace("|", "\\|") + "`"


def unit_of(text: str) -> str:
    """Return a unit as it is shown: nothing for a pure number."""
    return "" if text in ("", "1") else plain(text)


def parameter_row(record: Parameter) -> tuple[str, ...]:
    """Return the cells of a parameter: id, meaning, value, range, unit, and what it rests on."""
    value = exact(record.value)
    for day, later in record.dated:
        value += f"; {exact(later)} from {day}"
    return (
        code(record.id), plain(record.description), value,
        f"{exact(record.low)} to {exact(record.high)}", unit_of(record.unit),
        record.distribution, record.confidence, plain(record.reference),
    )  # fmt: skip

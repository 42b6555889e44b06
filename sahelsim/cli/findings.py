"""How an analysis is told: its sentences, its table, its page; or one JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.report.document import Document


@dataclass(frozen=True)
class Finding:
    """The result of an analysis.

    Attributes:
        kind: Its verb.
        document: Its page, whose first sentences are the answer.
        head: Headings of the table on the terminal.
        rows: Its rows.
        data: What ``--json`` prints besides the answer.
    """

    kind: str
    document: Document
    head: list[str]
    rows: list[list[str]]
    data: dict[str, Any]


def tell(finding: Finding, page: Path | None, as_json: bool, *, quiet: bool = False) -> int:
    """Write the page where there is one to write, and print the finding."""
    from sahelsim.report.document import write_document

    document = finding.document
    if page is not None:
        write_document(document, page)
    if as_json:
        ui.say_json(
            f"analyse.{finding.kind}", answer=document.lead, notes=document.notes,
            report=str(page) if page else None, **_finite(finding.data),
        )  # fmt: skip
        return 0
    if quiet:
        return 0
    import textwrap

    ui.say(ui.paint(document.title, "head"))
    for sentence in document.lead:
        ui.say(textwrap.fill(sentence, 96))
    if finding.rows:
        ui.say()
        ui.say(ui.table(finding.rows, finding.head))
    if page is not None:
        ui.say(f"\nreport: {page}")
    return 0


def _finite(data: Any) -> Any:
    """Plain data without NaN and infinities, which JSON cannot hold."""
    from sahelsim.base.formatting import finite

    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return finite(data)

"""Any page: one HTML file that asks nothing of any network.

Scripts are inline and named by their hashes in the content-security policy, so nothing that a
scenario's text could smuggle in would run; every text is escaped by the template besides.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from sahelsim import __version__
from sahelsim.experiment.files import telling, write_bytes
from sahelsim.report.parts import Card, Section
from sahelsim.report.style import CONFIG, HOLDERS, figure_json, holder_name, script_json

PACKAGE = "sahelsim.report"


@dataclass(frozen=True)
class Document:
    """A page: the answer first, then pictures and tables, then how to make it again.

    Attributes:
        title: Heading.
        eyebrow: One line above it: what was run, how often, by which seed.
        question: What was asked.
        lead: The answer in sentences.
        notes: What the reader must know before believing it.
        sections: In order.
        reproduce: Name and value: command, hashes, versions.
        cards: Headline numbers.
        version: Of sahelsim.
        flag: A confidence flag beside the answer.
    """

    title: str
    eyebrow: str
    question: str
    lead: list[str]
    notes: list[str]
    sections: list[Section]
    reproduce: list[tuple[str, str]]
    cards: list[Card] = field(default_factory=list)
    version: str = __version__
    flag: str = ""


def render_document(document: Document) -> str:
    """The page as text; equal documents give equal text."""
    names = Document.__dataclass_fields__
    return fill("document.html.j2", **{name: getattr(document, name) for name in names})


def write_document(document: Document, path: Path) -> Path:
    """Write a page; arguments and errors are those of :func:`write_page`."""
    return write_page(render_document(document), path)


def write_page(text: str, path: Path) -> Path:
    """Write a page's text as one file.

    Args:
        text: The page.
        path: File to write; its folder is created.

    Returns:
        ``path``.

    Raises:
        EnvironmentFault: SS6010, the file cannot be written.
    """
    with telling(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, text.encode())
    return path


def fill(template: str, **values: Any) -> str:
    """A template with its values, scripts, style and policy."""
    linked = any(block.linked for section in values["sections"] for block in section.blocks)
    scripts = {
        name: Markup(text)
        for name, text in (
            ("head", asset("head.js")),
            ("plotly", plotly_js()),
            ("page", asset("report.js")),
            *([("linked", asset("linked.js"))] if linked else []),
        )
    }
    return environment().get_template(template).render(
        **values,
        holders=[(sign, holder_name(id), colour) for id, (colour, _, sign) in HOLDERS.items()],
        style=Markup(asset("style.css")),
        scripts=scripts,
        policy=policy([str(script) for script in scripts.values()]),
        config=Markup(json.dumps(CONFIG)),
    )  # fmt: skip


def policy(scripts: list[str]) -> str:
    """A content-security policy that runs these scripts and forbids every connection.

    Styles may be inline, since Plotly writes its own; ``img-src`` lets it save pictures.
    """
    digests = " ".join(
        "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for text in scripts
    )
    return (
        f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src 'none'; connect-src 'none'; worker-src 'none'; "
        "object-src 'none'; frame-src 'none'; form-action 'none'; base-uri 'none'"
    )


def asset(name: str) -> str:
    """A style sheet or script of the page."""
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


@cache
def plotly_js() -> str:
    """Plotly's script, with line ends as a browser reads them (the policy's hash covers them)."""
    return str(get_plotlyjs()).replace("\r\n", "\n").replace("\r", "\n")


@cache
def environment() -> Environment:
    """Jinja with escaping always on and unknown names an error."""
    made = Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["figure_json"] = lambda figure: Markup(figure_json(figure))
    made.filters["script_json"] = lambda data: Markup(script_json(data))
    return made

"""The page: sections put into one HTML file that asks nothing of any network.

Scripts are inline and named by their hashes in the content-security policy, so nothing that a
scenario's text could smuggle in would run; every text is escaped by the template besides.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from sahelsim.experiment import Run
from sahelsim.experiment.files import disk_fault, write_bytes
from sahelsim.report.material import Material
from sahelsim.report.parts import Section
from sahelsim.report.sections import (
    airlift,
    alliance,
    answer,
    control_map,
    deaths,
    events,
    places,
    states,
    tables,
)
from sahelsim.report.style import CONFIG, HOLDERS, figure_json, holder_name
from sahelsim.report.words import long_date
from sahelsim.theatre import load_theatre

PACKAGE = "sahelsim.report"


def write_report(run: Run, *others: Run, path: Path) -> Path:
    """Write the report of a run as one HTML file.

    Args:
        run: The run the page is about.
        others: Runs with the same seed to compare it with, such as one without the airlift; the
            page then says what the run has more or less of than each.
        path: File to write; its folder is created.

    Returns:
        ``path``.

    Raises:
        InputError: SS4006, a run of ``others`` does not share its draws with ``run``; SS4003, a
            table is missing.
        EnvironmentFault: SS6010, the file cannot be written.
    """
    text = render(run, *others)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise disk_fault(path.parent, error) from error
    write_bytes(path, text.encode())
    return path


def render(run: Run, *others: Run) -> str:
    """The report as text; equal runs give equal text."""
    material = Material(run, others, load_theatre())
    plan = run.scenario
    last = material.dates[-1]
    scripts = {
        name: Markup(text)
        for name, text in (
            ("head", asset("head.js")),
            ("plotly", plotly_js()),
            ("page", asset("report.js")),
        )
    }
    return environment().get_template("report.html.j2").render(
        plan=plan,
        period=f"{long_date(plan.start)} to {long_date(last)}",
        runs=material.runs,
        answer=answer.build(material),
        sections=sections(material),
        reproduce=tables.reproduce(material),
        holders=[(sign, holder_name(id), colour) for id, (colour, _, sign) in HOLDERS.items()],
        style=Markup(asset("style.css")),
        scripts=scripts,
        policy=policy([str(script) for script in scripts.values()]),
        config=Markup(json.dumps(CONFIG)),
        version=run.manifest.get("version", ""),
    )  # fmt: skip


def sections(material: Material) -> list[Section]:
    """All sections below the answer, in the order of the page."""
    return [
        states.build(material),
        control_map.build(material),
        airlift.build(material),
        events.build(material),
        deaths.build(material),
        alliance.build(material),
        places.build(material),
        tables.outcomes(material),
        tables.assumptions(material),
    ]


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
    return made

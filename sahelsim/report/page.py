"""The report of a run: sections put into one page."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sahelsim.experiment import Run
from sahelsim.report.document import fill, write_page
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
from sahelsim.report.words import long_date
from sahelsim.theatre import load_theatre


class Page(NamedTuple):
    """The page of a run: its text, and the sections below the answer."""

    text: str
    sections: list[Section]


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
    return write_page(render(run, *others), path)


def render(run: Run, *others: Run) -> str:
    """The report as text; equal runs give equal text."""
    return assemble(run, *others).text


def assemble(run: Run, *others: Run) -> Page:
    """The report with its sections, which hold the charts."""
    material = Material(run, others, load_theatre())
    plan = run.scenario
    answered, below = answer.build(material), sections(material)
    text = fill(
        "report.html.j2",
        title=plan.title,
        eyebrow=f"{long_date(plan.start)} to {long_date(material.dates[-1])} · "
        f"{run.replicates} replicates · seed {run.manifest['seed']}",
        question=plan.question,
        lead=answered.lead,
        notes=answered.notes,
        answer=answered,
        sections=below,
        reproduce=tables.reproduce(material),
        version=run.manifest.get("version", ""),
    )
    return Page(text, below)


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

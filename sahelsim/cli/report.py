"""``sahelsim report``: write the page of a result directory again, and its charts as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.report.parts import Section


@ui.examples("sahelsim report outputs/first-look", "sahelsim report outputs/first-look --json")
@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="File; DIRECTORY/report.html by default."
)
@click.option(
    "--figures", type=ui.Choice(["png", "svg", "pdf"]),
    help="Also write every chart to a folder figures beside the page, for slides and papers.",
)  # fmt: skip
@ui.json_option
def report(directory: Path, out: Path | None, figures: str | None, as_json: bool) -> int:
    """Write the report of the results in DIRECTORY again: a run, a comparison or a sweep.

    A sweep that is still under way can be reported; the page says how much of it is there.
    """
    from sahelsim.experiment.store import REPORT

    path = out or directory / REPORT
    sections = _write(directory, path, silent=as_json)
    pictures: list[Path] = []
    if figures is not None:
        from sahelsim.cli.progress import Clock
        from sahelsim.report.pictures import KINDS, write_figures

        kind = next(one for one in KINDS if one == figures)
        with Clock("drawing", quiet=as_json):
            pictures = write_figures(sections, path.parent / "figures", kind)
    if as_json:
        ui.say_json("report", report=str(path), figures=[str(file) for file in pictures])
        return 0
    ui.say(f"report: {path}")
    for file in pictures:
        ui.say(str(file))
    return 0


def _write(directory: Path, path: Path, *, silent: bool) -> list[Section]:
    """Write the page and return its sections."""
    from sahelsim.experiment import load_run
    from sahelsim.experiment.holdings import holds_sweep, noted_comparison, runs_in
    from sahelsim.report.document import write_document, write_page

    if holds_sweep(directory):
        from sahelsim.cli.sweep_page import sweep_page

        document = sweep_page(directory, silent=silent)
        write_document(document, path)
        return document.sections
    runs = [load_run(folder) for folder in runs_in(directory)]
    compared = noted_comparison(directory)
    if compared is not None:
        from sahelsim.report.comparison import build

        document = build(runs, command=compared.command)
        write_document(document, path)
        return document.sections
    from sahelsim.report.page import assemble

    page = assemble(*runs)
    write_page(page.text, path)
    return page.sections

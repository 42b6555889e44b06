"""``sahelsim report``: write the report of a result directory again."""

from __future__ import annotations

from pathlib import Path

import click

from sahelsim.cli import ui


@ui.examples("sahelsim report outputs/first-look", "sahelsim report outputs/first-look --json")
@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="File; DIRECTORY/report.html by default."
)
@ui.json_option
def report(directory: Path, out: Path | None, as_json: bool) -> int:
    """Write the report of the results in DIRECTORY again: of a run, or of a comparison."""
    from sahelsim.cli.arms import noted
    from sahelsim.experiment import load_run
    from sahelsim.experiment.store import AGAINST, REPORT
    from sahelsim.report import write_report

    path = out or directory / REPORT
    compared = noted(directory)
    if compared is not None:
        from sahelsim.report.comparison import build
        from sahelsim.report.document import write_document

        page = write_document(build(compared[0], command=compared[1]), path)
    else:
        result = load_run(directory)
        folders = sorted(folder for folder in directory.glob(f"{AGAINST}*") if folder.is_dir())
        page = write_report(result, *map(load_run, folders), path=path)
    if as_json:
        ui.say_json("report", report=str(page))
    else:
        ui.say(f"report: {page}")
    return 0

"""``sahelsim validate``: the model's stylised facts beside those of observed conflict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.errors import CheckFailed, UsageError
from sahelsim.base.formatting import plural
from sahelsim.cli import ui

if TYPE_CHECKING:
    import pandas as pd

    from sahelsim.calibration.validation import Validation

PAGE, FACTS_TABLE, MONTHS_TABLE = "validation.html", "facts.csv", "months.csv"
SIZES_TABLE, FACE_TABLE = "sizes.csv", "face.csv"
SHOWN = 12


@ui.examples(
    "sahelsim validate --replicates 2 --out outputs/validation",
    "sahelsim validate -n 2 --no-face --set parameter.initial.garrison_scale=0.8 --json",
)
@click.command()
@click.argument("scenario", default="validation-2020-2023")
@click.option("--replicates", "-n", type=click.IntRange(1, 100_000), default=40, show_default=True,
              help="How many replicates of each scenario.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1),
              help="Seed of the draws; the scenario's own by default.")  # fmt: skip
@ui.set_option
@ui.parameters_option
@click.option("--events", type=click.Path(path_type=Path),
              help="Observed events, from `sahelsim data import`, instead of the shipped figures."
              )  # fmt: skip
@click.option("--no-face", is_flag=True, help="Leave out the face check of documented-2023.")
@click.option(
    "--workers", "-j", type=click.IntRange(1, 1024), help="Threads; all cores by default."
)
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Directory for the page and tables; outputs/validation-<time> by default.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite an earlier page and tables there.")
@click.option("--check", is_flag=True,
              help="Exit with 4 where a fact that must hold lies outside.")  # fmt: skip
@ui.quiet_option
@ui.json_option
def validate(
    scenario: str,
    replicates: int,
    seed: int | None,
    sets: tuple[str, ...],
    parameters: str | None,
    events: Path | None,
    no_face: bool,
    workers: int | None,
    out: Path | None,
    force: bool,
    check: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Compare the violence of SCENARIO with what was observed in its months, fact by fact.

    Sizes of events, months, days, types, places and seasons: for each fact the interval of the
    replicates beside the observed value, worst misfit first, on a page and in tables. The face
    check counts in how many replicates of documented-2023 what happened after 20 August 2023
    happens. Misfits are reported as found.
    """
    from sahelsim.calibration.event_table import read_events
    from sahelsim.calibration.validation import validate as compare
    from sahelsim.calibration.validation import whole_months
    from sahelsim.cli.progress import Progress
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.scenario import load_scenario, parse_sets

    plan = load_scenario(scenario, sets=parse_sets(sets))
    whole_months(plan)
    observed = None if events is None else read_events(events)
    folder = _folder(out, force)
    silent = quiet or as_json
    compile_with_progress(silent)
    with Progress(replicates, plan.id, quiet=silent) as progress:
        result = compare(
            plan, replicates, seed, events=observed, parameters=parameters, workers=workers,
            progress=progress,
        )  # fmt: skip
    face = None if no_face else _face(sets, parameters, replicates, seed, workers, silent)
    command = _command(scenario, replicates, seed, sets, parameters, events, no_face)
    page = write(result, face, folder, command)
    failed = check and bool(result.missed)
    if as_json:
        ui.say_json("validate", ok=not failed, **_document(result, face, folder, page))
        return CheckFailed.exit_code if failed else 0
    if not quiet:
        for line in describe(result, face, folder, page):
            ui.say(line)
    if failed:
        raise CheckFailed(
            "SS7020",
            f"outside, of the facts that must hold: {', '.join(result.missed)}",
            hint=f"look at {page}",
        )
    return 0


def _folder(out: Path | None, force: bool) -> Path:
    from datetime import datetime

    folder = out or Path("outputs") / f"validation-{datetime.now():%Y%m%d-%H%M%S}"
    if not force and (folder / PAGE).exists():
        raise UsageError(
            "SS1008", f"the file exists already: {folder / PAGE}",
            hint="choose another directory, or add --force",
        )  # fmt: skip
    return folder


def _face(
    sets: tuple[str, ...], parameters: str | None, replicates: int, seed: int | None,
    workers: int | None, silent: bool,
) -> pd.DataFrame:  # fmt: skip
    """The face check, under the parameters that were set for the comparison."""
    from sahelsim.calibration.face import SCENARIO, face_check
    from sahelsim.cli.progress import Progress
    from sahelsim.scenario import load_scenario, parse_sets

    kept = {key: value for key, value in parse_sets(sets).items() if key.startswith("parameter.")}
    plan = load_scenario(SCENARIO, sets=kept)
    with Progress(replicates, SCENARIO, quiet=silent) as progress:
        return face_check(
            plan, replicates, seed, parameters=parameters, workers=workers, progress=progress
        )


def _command(
    scenario: str, replicates: int, seed: int | None, sets: tuple[str, ...],
    parameters: str | None, events: Path | None, no_face: bool,
) -> str:  # fmt: skip
    import shlex

    words = ["sahelsim", "validate", scenario, "--replicates", str(replicates)]
    words += [] if seed is None else ["--seed", str(seed)]
    for text in sets:
        words += ["--set", text]
    words += [] if parameters is None else ["--parameters", parameters]
    words += [] if events is None else ["--events", str(events)]
    return shlex.join([*words, *(["--no-face"] if no_face else [])])


def write(result: Validation, face: pd.DataFrame | None, folder: Path, command: str) -> Path:
    """Write the page and its tables; return the page."""
    from sahelsim import __version__
    from sahelsim.experiment.files import telling, write_bytes
    from sahelsim.report.document import write_document
    from sahelsim.report.validation import build
    from sahelsim.report.validation_table import write_table_page

    tables = {FACTS_TABLE: result.facts, MONTHS_TABLE: result.months, SIZES_TABLE: result.sizes}
    if face is not None:
        tables[FACE_TABLE] = face
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        text = table.to_csv(index=False, lineterminator="\n", float_format="%.6g")
        write_bytes(folder / name, text.encode("utf-8"))
    write_table_page(result, face, command, folder)
    return write_document(build(result, face, command, __version__), folder / PAGE)


def _document(
    result: Validation, face: pd.DataFrame | None, folder: Path, page: Path
) -> dict[str, Any]:
    from sahelsim.calibration.validation import period

    def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
        blank = table.astype(object).where(table.notna(), None)
        return [{str(k): v for k, v in row.items()} for row in blank.to_dict("records")]

    return {
        "scenario": result.plan.id, "period": period(result.window), "seed": result.seed,
        "replicates": result.replicates, "path": str(folder), "report": str(page),
        "missed": result.missed, "facts": rows(result.facts),
        "face": None if face is None else rows(face),
    }  # fmt: skip


def describe(result: Validation, face: pd.DataFrame | None, folder: Path, page: Path) -> list[str]:
    """The summary in lines: verdicts, the worst misfits, the face check."""
    from sahelsim.calibration.validation import OUTSIDE, period
    from sahelsim.report.validation import answer, percent, title
    from sahelsim.report.words import number

    lines = [
        ui.paint(f"{period(result.window)}: {plural(result.replicates, 'replicate')}, "
                 f"seed {result.seed}", "head"),
        *answer(result, face),
    ]  # fmt: skip
    worst = result.facts[result.facts["verdict"] == OUTSIDE].head(SHOWN)
    if len(worst):
        rows = [
            [title(row["id"]), f"{number(row['model_low'])} to {number(row['model_high'])}",
             number(row["observed"]),
             f"{number(row['observed_low'])} to {number(row['observed_high'])}"]
            for row in worst.to_dict("records")
        ]  # fmt: skip
        head = ["worst misfits", "model, 90 %", "observed", "its 90 % interval"]
        lines.append(ui.table(rows, head))
    if face is not None:
        rows = [
            [row["label"], f"{row['hits']} of {row['replicates']}",
             f"{percent(row['low'])} to {percent(row['high'])}"]
            for row in face.to_dict("records")
        ]  # fmt: skip
        lines.append(ui.table(rows, ["after 20 August 2023", "replicates", "95 % interval"]))
    return [*lines, f"tables: {folder}", f"report: {page}"]

"""``sahelsim theatre``: another region as a folder of tables, begun and checked."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from sahelsim.base.errors import EnvironmentFault, UsageError
from sahelsim.base.problems import Problem, fail
from sahelsim.cli import ui

FOLDER = click.Path(path_type=Path)
FOOTER = "What a theatre holds: docs/how-to/build-another-theatre.md"


@ui.examples("sahelsim theatre new my-region", "sahelsim theatre check my-region")
@click.group()
def theatre() -> None:
    """Begin and check another theatre: a folder of CSV and YAML. Use it with --theatre."""


@ui.examples(
    "sahelsim theatre new my-region", "sahelsim theatre new my-region-too --parameters --json"
)
@theatre.command()
@click.argument("folder", metavar="FOLDER", type=FOLDER)
@click.option("--parameters", is_flag=True, help="Copy the parameter files too, to change them.")
@ui.json_option
def new(folder: Path, parameters: bool, as_json: bool) -> None:
    """Copy the packaged theatre's tables to FOLDER, to be changed."""
    from sahelsim.theatre.load import OPTIONAL, TABLES
    from sahelsim.theatre.theatre import PACKAGED

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("SS1008", f"{folder} exists already", hint="choose another folder")
    parts = [Path("data") / f"{name}.csv" for name in TABLES if name not in OPTIONAL]
    if parameters:
        found = sorted((PACKAGED / "parameters").glob("*.yaml"))
        parts += [file.relative_to(PACKAGED) for file in found]
    try:
        for part in parts:
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PACKAGED / part, folder / part)
    except OSError as fault:
        raise EnvironmentFault("SS6003", f"cannot write {folder}: {fault.strerror}") from None
    if as_json:
        ui.say_json("theatre.new", folder=str(folder), files=[str(part) for part in parts])
        return
    for part in parts:
        ui.say(str(folder / part))
    ui.talk(f"next: sahelsim theatre check {folder}")


@ui.examples("sahelsim theatre check my-region", "sahelsim theatre check my-region --no-run --json")
@theatre.command()
@click.argument("folder", metavar="FOLDER", type=FOLDER)
@click.option("--run/--no-run", "run_it", default=True, show_default=True,
              help="Simulate ten days in it as well.")  # fmt: skip
@ui.json_option
def check(folder: Path, run_it: bool, as_json: bool) -> None:
    """Check the theatre in FOLDER: every fault with its line; then whether the model runs in it."""
    from sahelsim.theatre.checking import check_theatre, parameters_missing

    found, problems = check_theatre(folder)
    if found is not None:
        where = str(folder / "parameters")
        problems += [
            Problem("SS3008", f"the parameter '{id}' is missing", file=where,
                    hint="copy it from: sahelsim theatre new FOLDER --parameters")
            for id in parameters_missing(found)
        ]  # fmt: skip
    if problems or found is None:
        raise fail(problems, FOOTER)
    days = _run(folder) if run_it else 0
    counts = {
        name: len(getattr(found, name))
        for name in ("localities", "roads", "airfields", "tails", "events")
    }
    if as_json:
        ui.say_json("theatre.check", folder=str(folder), digest=found.digest, days=days, **counts)
        return
    sizes = ", ".join(f"{count} {name}" for name, count in counts.items())
    ran = f", {days} days simulated" if days else ""
    ui.say(f"{ui.paint('ok', 'good')}  {folder}: {sizes}{ran}, {found.digest[:12]}")


def _run(folder: Path) -> int:
    """Simulate ten days without orders in the theatre of a folder."""
    from datetime import date

    from sahelsim.model.build import template
    from sahelsim.model.day import run_days
    from sahelsim.model.health import check_health
    from sahelsim.scenario.schema import Scenario
    from sahelsim.theatre import load_theatre

    days = 10
    plan = Scenario(
        id="theatre-check", title="Ten days", question="Does the model run?",
        start=date(2023, 8, 20), end=date(2023, 8, 20 + days),
    )  # fmt: skip
    shared = template(plan, load_theatre(folder))
    world = shared.world(seed=1)
    run_days(world, shared.parameters, days)
    check_health(world, plan.id)
    return days

"""``sahelsim run``: simulate a scenario many times, store the tables, write the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.experiment import Run
    from sahelsim.scenario import Scenario


@ui.examples(
    "sahelsim run documented-2023 --replicates 20 --days 30 --out outputs/first-look",
    "sahelsim run no-airlift --replicates 4 --days 14 --no-report --json",
    "sahelsim run second-tail --replicates 4 --days 14 --set parameter.initial.garrison_scale=0.8",
    "sahelsim run documented-2023 --against no-airlift --replicates 4 --days 14",
)
@click.command()
@click.argument("scenario")
@click.option("--replicates", "-n", default=100, show_default=True, help="How many replicates.")
@click.option("--seed", type=int, help="Seed of the draws; the scenario's own by default.")
@click.option("--days", type=int, help="Simulate only the first days of the scenario.")
@ui.set_option
@click.option(
    "--against", metavar="SCENARIO", help="Run this one with the same draws and compare."
)
@click.option("--workers", "-j", type=int, help="Threads; all cores by default.")
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Result directory; outputs/<scenario>-<time>-<hash> by default. The same command with "
    "the same directory continues an interrupted run.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace other results in the directory.")
@click.option("--no-report", is_flag=True, help="Write the tables only.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no summary.")
@ui.json_option
def run(
    scenario: str,
    replicates: int,
    seed: int | None,
    days: int | None,
    sets: tuple[str, ...],
    against: str | None,
    workers: int | None,
    out: Path | None,
    force: bool,
    no_report: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Simulate SCENARIO (a shipped name or a file) many times and report it.

    Results do not depend on the number of workers. Ctrl-C keeps what is finished; the same
    command with --out goes on.
    """
    plan = _load(scenario, sets, days)
    other = _load(against, sets, days, start=plan) if against else None
    from sahelsim.experiment.place import result_path

    path = out or result_path(plan, replicates, seed)
    silent = quiet or as_json
    announce_compile(silent)
    results = []
    try:
        for item, folder in ((plan, path), (other, path / f"against-{other.id}" if other else path)):
            if item is not None:
                results.append(_simulate(item, folder, replicates, seed, workers, force, silent))
    except KeyboardInterrupt:
        ui.talk(f"\ninterrupted; finished replicates are kept. Go on with the same command and --out {path}")
        raise
    page = None
    if not no_report:
        from sahelsim.report import write_report

        page = write_report(results[0], *results[1:], path=path / "report.html")
    if as_json:
        ui.say_json("run", **_summary(results, path, page))
    elif not quiet:
        for line in describe(results, path, page):
            ui.say(line)
    return 0


def announce_compile(silent: bool) -> None:
    """Say that the model is being compiled where that will take a while."""
    from sahelsim.model.warmth import compile_model, is_warm

    if not is_warm():
        ui.talk("compiling the model, once; about half a minute ...", quiet=silent)
        seconds = compile_model()
        ui.talk(f"compiled in {seconds:.0f} s", quiet=silent)


def _load(
    name: str, sets: tuple[str, ...], days: int | None, start: Scenario | None = None
) -> Scenario:
    from sahelsim.scenario import cut, load_scenario, parse_sets

    plan = load_scenario(name, sets=parse_sets(sets))
    return cut(plan, days) if days is not None else plan


def _simulate(
    plan: Scenario,
    path: Path,
    replicates: int,
    seed: int | None,
    workers: int | None,
    force: bool,
    silent: bool,
) -> Run:
    from sahelsim.cli.progress import Progress
    from sahelsim.experiment import run as run_scenario

    with Progress(replicates, plan.id, quiet=silent) as progress:
        return run_scenario(
            plan, replicates, seed, workers, out=path, force=force, progress=progress
        )


def _summary(results: list[Run], path: Path, page: Path | None) -> dict[str, Any]:
    from sahelsim.experiment import compare
    from sahelsim.experiment.summary import summarise

    document: dict[str, Any] = {
        "scenario": results[0].scenario.id,
        "replicates": results[0].replicates,
        "seed": results[0].manifest["seed"],
        "path": str(path),
        "report": str(page) if page else None,
        "outcomes": summarise(results[0]),
    }
    if len(results) > 1 and results[0].replicates > 1:
        document["against"] = {
            "scenario": results[1].scenario.id,
            "outcomes": summarise(results[1]),
            "difference": [
                {
                    "outcome": item.outcome,
                    "difference": item.difference,
                    "low": item.low,
                    "high": item.high,
                    "probability_greater": item.probability_greater,
                    "told_from_zero": item.told_from_zero,
                }
                for item in compare(results[1], results[0])
            ],
        }
    return document


HEADLINE = (
    "tonnes_delivered", "mission_capable_rate", "localities_held_share", "localities_lost",
    "siege_days", "garrison_days_without_food", "military_deaths", "insurgent_deaths",
    "civilian_deaths", "displaced", "alliance_cohesion", "precedent_index",
)  # fmt: skip


def describe(results: list[Run], path: Path, page: Path | None) -> list[str]:
    """The summary in lines: outcome, median and 90 % range, and the paired difference."""
    from sahelsim.experiment import compare
    from sahelsim.experiment.summary import number, summarise
    from sahelsim.theatre import load_theatre

    theatre, first = load_theatre(), summarise(results[0])
    head = ["outcome", "unit", "median", "90 % of replicates"]
    differences = {}
    if len(results) > 1 and results[0].replicates > 1:
        head.append(f"mean difference from {results[1].scenario.id}, 95 % interval")
        differences = {item.outcome: item for item in compare(results[1], results[0], HEADLINE)}
    rows = []
    for id in HEADLINE:
        if id not in first:
            continue
        values = first[id]
        row = [
            theatre.outcome(id).label_en, theatre.outcome(id).unit, number(values["median"]),
            f"{number(values['low'])} to {number(values['high'])}",
        ]  # fmt: skip
        if differences:
            item = differences.get(id)
            row.append("" if item is None else _difference(item, number))
        rows.append(row)
    title = f"{results[0].scenario.id}: {results[0].replicates} replicates, seed {results[0].manifest['seed']}"
    lines = [ui.paint(title, "head"), ui.table(rows, head), f"tables: {path}"]
    if page is not None:
        lines.append(f"report: {page}")
    return lines


def _difference(item: Any, number: Any) -> str:
    if not item.told_from_zero:
        return f"cannot be told from zero ({number(item.low)} to {number(item.high)})"
    return f"{number(item.difference)} ({number(item.low)} to {number(item.high)})"

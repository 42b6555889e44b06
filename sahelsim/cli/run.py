"""``sahelsim run``: simulate a scenario many times, store the tables, write the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.formatting import plural
from sahelsim.cli import arms, ui

if TYPE_CHECKING:
    from sahelsim.experiment import Comparison, Run


@ui.examples(
    "sahelsim run documented-2023 --replicates 20 --days 30 --out outputs/first-look",
    "sahelsim run no-airlift --replicates 100000 --days 14 --dry-run",
    "sahelsim run second-tail --replicates 4 --days 14 --set parameter.initial.garrison_scale=0.8",
    "sahelsim run documented-2023 --against no-airlift --replicates 4 --days 14",
)
@click.command()
@click.argument("scenario")
@click.option("--replicates", "-n", default=100, show_default=True, help="How many replicates.")
@click.option("--seed", type=int, help="Seed of the draws; the scenario's own by default.")
@click.option("--days", type=int, help="Simulate only the first days of the scenario.")
@ui.set_option
@click.option("--against", metavar="SCENARIO", help="Run this one with the same draws and compare.")
@ui.parameters_option
@click.option("--workers", "-j", type=int, help="Threads; all cores by default.")
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Result directory; outputs/<scenario>-<time>-<hash> by default. The same command with "
    "the same directory continues an interrupted run.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Remove earlier results in the directory first.")
@click.option("--no-report", is_flag=True, help="Write the tables only.")
@ui.quiet_option
@ui.dry_run_option
@ui.jsonl_option
def run(
    scenario: str,
    replicates: int,
    seed: int | None,
    days: int | None,
    sets: tuple[str, ...],
    against: str | None,
    parameters: str | None,
    workers: int | None,
    out: Path | None,
    force: bool,
    no_report: bool,
    quiet: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Simulate SCENARIO (a shipped name or a file) many times and report it.

    Results do not depend on the number of workers. Ctrl-C keeps what is finished; the same
    command with --out goes on.
    """
    from sahelsim.experiment.store import REPORT, against_folder, result_path

    plans = arms.load_all([name for name in (scenario, against) if name], sets, days)
    path = out or result_path(plans[0], replicates, seed)
    silent = quiet or as_json
    command = arms.command_line(
        ["run", scenario, *(["--against", against] if against else [])],
        replicates=replicates, seed=seed, days=days, sets=sets, parameters=parameters, out=path,
        no_report=no_report,
    )  # fmt: skip
    folders = [path, *(against_folder(path, plan.id) for plan in plans[1:])]
    if dry_run:
        from sahelsim.cli.plans import tell

        return tell("run", plans, replicates, seed, workers, parameters=parameters,
                    folders=folders, force=force, as_json=as_json)  # fmt: skip
    try:
        results = arms.simulate(
            plans, replicates, seed, workers, parameters=parameters, command=command, force=force,
            folders=folders, silent=silent,
        )  # fmt: skip
    except KeyboardInterrupt:
        return arms.interrupted(command)
    page = None
    if not no_report:
        from sahelsim.report import write_report

        ui.talk("writing the report ...", quiet=silent)
        page = write_report(*results, path=path / REPORT)
    if as_json:
        ui.say_json("run", **_summary(results, path, page))
    elif not quiet:
        for line in describe(results, path, page):
            ui.say(line)
    return 0


def _compared(results: list[Run]) -> list[Comparison]:
    """Differences of the first run from the second; none where there is nothing to compare."""
    from sahelsim.experiment import compare

    if len(results) < 2 or results[0].replicates < 2:
        return []
    return compare(results[1], results[0])


def _summary(results: list[Run], path: Path, page: Path | None) -> dict[str, Any]:
    from sahelsim.experiment.summary import summarise

    document: dict[str, Any] = {
        "scenario": results[0].scenario.id,
        "replicates": results[0].replicates,
        "seed": results[0].manifest["seed"],
        "path": str(path),
        "report": str(page) if page else None,
        "outcomes": summarise(results[0]),
    }
    if len(results) > 1:
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
                for item in _compared(results)
            ],
        }
    return document


HEADLINE = (
    "tonnes_in_mali", "tonnes_delivered", "mission_capable_rate", "localities_held_share",
    "localities_lost", "siege_days", "garrison_days_without_food", "military_deaths",
    "insurgent_deaths", "civilian_deaths", "displaced", "alliance_cohesion", "precedent_index",
)  # fmt: skip


def describe(results: list[Run], path: Path, page: Path | None) -> list[str]:
    """The summary in lines: outcome, median and 90 % range, and the paired difference."""
    from sahelsim.experiment.summary import number, summarise
    from sahelsim.theatre import load_theatre

    theatre, first = load_theatre(), summarise(results[0])
    head = ["outcome", "unit", "median", "90 % of replicates"]
    differences = {item.outcome: item for item in _compared(results)}
    if differences:
        head.append(f"mean difference from {results[1].scenario.id}, 95 % interval")
    rows = []
    for id in HEADLINE:
        if id not in first:
            continue
        values, outcome = first[id], theatre.outcome(id)
        spread = f"{number(values['low'])} to {number(values['high'])}"
        row = [outcome.label_en, outcome.unit, number(values["median"]), spread]
        if differences:
            row.append(_difference(differences[id]) if id in differences else "")
        rows.append(row)
    replicates, seed = results[0].replicates, results[0].manifest["seed"]
    title = f"{results[0].scenario.id}: {plural(replicates, 'replicate')}, seed {seed}"
    lines = [ui.paint(title, "head"), ui.table(rows, head)]
    doubted = [item for item in differences.values() if item.told_alone and not item.told_from_zero]
    if doubted:
        lines.append(f"Told from zero is what stays so with all {doubted[0].family} outcomes "
                     "looked at together (Holm); an interval is of one alone.")  # fmt: skip
    lines.append(f"tables: {path}")
    if page is not None:
        lines.append(f"report: {page}")
    return lines


def _difference(item: Comparison) -> str:
    from sahelsim.experiment.summary import number

    if item.low == item.high == 0:
        return "the same"
    interval = f"({number(item.low)} to {number(item.high)})"
    if not item.told_from_zero:
        return f"cannot be told from zero {interval}"
    return f"{number(item.difference)} {interval}"

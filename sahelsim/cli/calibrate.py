"""``sahelsim calibrate``: fit the model to observed months and write the posterior."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.formatting import number, plural
from sahelsim.cli import ui

if TYPE_CHECKING:
    import pandas as pd

    from sahelsim.calibration.fit import Fit
    from sahelsim.calibration.spec import Calibration


@ui.examples(
    "sahelsim calibrate calibration --dry-run",
    "sahelsim calibrate calibration --waves 1 --runs 20 --population 20 --generations 1 "
    "--draws 20 --out outputs/quick-fit",
)
@click.command()
@click.argument("file", default="calibration")
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Directory of the calibration; outputs/<file> by default. The same command goes on.",
)  # fmt: skip
@click.option("--waves", type=int, help="Waves of history matching, instead of the file's.")
@click.option("--runs", type=int, help="Simulated points of a wave.")
@click.option("--population", type=int, help="Accepted points of a generation.")
@click.option("--generations", type=int, help="Most generations.")
@click.option("--draws", type=int, help="Rows of the posterior.")
@click.option(
    "--budget-minutes", type=click.FloatRange(min=0.0, min_open=True),
    help="No new wave after half of it; a generation that it cuts short is left out.",
)  # fmt: skip
@click.option(
    "--events", type=click.Path(path_type=Path),
    help="Observed events, as `sahelsim data import` writes them, instead of the shipped figures.",
)  # fmt: skip
@click.option("--workers", "-j", type=int, help="Threads; all cores by default.")
@click.option("--dry-run", is_flag=True, help="Show what would be fitted to what, and stop.")
@click.option("--force", is_flag=True, help="Replace another calibration in the directory.")
@ui.quiet_option
@ui.json_option
def calibrate(
    file: str,
    out: Path | None,
    waves: int | None,
    runs: int | None,
    population: int | None,
    generations: int | None,
    draws: int | None,
    budget_minutes: float | None,
    events: Path | None,
    workers: int | None,
    dry_run: bool,
    force: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Fit the model's violence to observed months, as FILE says.

    FILE is a calibration file or the name of a shipped one. History matching leaves out what
    cannot match; sequential Monte Carlo samples what is left. The directory holds every run, so
    Ctrl-C loses nothing: the same command goes on. Its posterior.parquet is what runs take with
    --parameters.
    """
    from sahelsim.calibration.spec import load_calibration

    calibration = load_calibration(file).with_work(
        waves=waves, runs=runs, population=population, generations=generations, draws=draws
    )
    table = _events(events)
    if dry_run:
        return _dry_run(calibration, table, as_json)
    folder = out or Path("outputs") / Path(file).stem
    return _fit(
        calibration, folder, table, workers, budget_minutes, force, quiet or as_json, as_json
    )


def _fit(
    calibration: Calibration,
    folder: Path,
    events: pd.DataFrame | None,
    workers: int | None,
    budget_minutes: float | None,
    force: bool,
    silent: bool,
    as_json: bool,
) -> int:
    import shlex
    import sys

    from sahelsim.calibration.fit import REPORT, fit
    from sahelsim.calibration.watch import Watch
    from sahelsim.cli.main import INTERRUPTED
    from sahelsim.cli.progress import Progress
    from sahelsim.cli.warm import compile_with_progress

    command = shlex.join(["sahelsim", *sys.argv[1:]])
    try:
        compile_with_progress(silent)

        def bar(total: int, label: str, unit: str) -> Progress:
            return Progress(total, label, quiet=silent, unit=unit)

        with closing(Watch(budget_minutes and 60.0 * budget_minutes, bar)) as watch:
            result = fit(
                calibration, folder, workers=workers, force=force, watch=watch, events=events,
                command=command,
            )  # fmt: skip
    except KeyboardInterrupt:
        ui.talk(f"interrupted; every finished run is kept. Go on with:\n  {command}")
        return INTERRUPTED
    from sahelsim.report.calibration import build
    from sahelsim.report.document import write_document

    write_document(build(result), folder / REPORT)
    if as_json:
        ui.say_json("calibrate", path=str(folder), **_document(result))
    elif not silent:
        for line in describe(result, folder):
            ui.say(line)
    return 0


def _events(path: Path | None) -> pd.DataFrame | None:
    if path is None:
        return None
    from sahelsim.calibration.event_table import read_events

    return read_events(path)


def _dry_run(calibration: Calibration, events: pd.DataFrame | None, as_json: bool) -> int:
    from sahelsim.calibration.fit import calibration_targets

    targets = calibration_targets(calibration, events).table()
    if as_json:
        ui.say_json(
            "calibrate", dry_run=True, scenario=calibration.plan.id,
            parameters=[vars(prior) for prior in calibration.priors],
            targets=targets.to_dict("records"),
        )  # fmt: skip
        return 0
    rows = [
        [prior.id, prior.distribution, number(prior.low), number(prior.high), number(prior.centre)]
        for prior in calibration.priors
    ]
    ui.say(ui.table(rows, ["parameter", "prior", "low", "high", "shipped"]))
    ui.say()
    rows = [
        [str(row.summary), f"{row.observed:.2f}", f"{row.chance_sd:.2f}",
         f"{row.discrepancy_sd:.2f}"]
        for row in targets.itertuples()
    ]  # fmt: skip
    ui.say(ui.table(rows, ["summary", "observed", "chance sd", "discrepancy sd"]))
    work = calibration.file
    ui.say()
    ui.say(
        f"{plural(calibration.plan.days, 'day')} a run; {plural(work.history.waves, 'wave')} of "
        f"{work.history.runs} runs, then up to {plural(work.sampling.generations, 'generation')} "
        f"of {work.sampling.population} accepted points"
    )
    return 0


def _document(result: Fit) -> dict[str, Any]:
    return {
        "simulations": result.manifest["simulations"],
        "waves": result.manifest["waves"],
        "generations": result.manifest["generations"],
        "posterior": {"rows": len(result.posterior), "digest": result.posterior.digest},
        "parameters": result.parameters().to_dict("records"),
        "summaries": result.summaries().to_dict("records"),
    }


def describe(result: Fit, folder: Path) -> list[str]:
    """The result in lines: what was learnt of each parameter, and which summaries are missed."""
    from sahelsim.calibration.fit import POSTERIOR, REPORT

    rows = [
        [
            row["parameter"],
            f"{number(row['prior_05'])} to {number(row['prior_95'])}",
            number(row["posterior_50"]),
            f"{number(row['posterior_05'])} to {number(row['posterior_95'])}",
            f"{row['learnt']:.2f}",
        ]
        for row in result.parameters().to_dict("records")
    ]
    lines = [
        ui.table(rows, ["parameter", "prior, 90 %", "median", "posterior, 90 %", "learnt"]),
        "",
    ]
    table = result.summaries()
    outside = (table["observed"] < table["simulated_05"]) | (
        table["observed"] > table["simulated_95"]
    )
    lines.append(
        f"{len(table) - outside.sum()} of {len(table)} summaries lie within 90 % of the last "
        f"generation's runs{'; outside:' if outside.any() else ''}"
    )
    if outside.any():
        rows = [
            [
                row["summary"],
                f"{row['observed']:.2f}",
                f"{row['simulated_05']:.2f} to {row['simulated_95']:.2f}",
            ]
            for row in table[outside].to_dict("records")
        ]
        lines.append(ui.table(rows, ["summary", "observed", "simulated, 90 %"]))
    last = result.manifest["generations"][-1]
    lines += [
        "",
        f"{plural(result.manifest['simulations'], 'run')}; last threshold "
        f"{last['threshold']:.2f}, {last['distinct']} distinct points",
        f"posterior: {folder / POSTERIOR}",
        f"report: {folder / REPORT}",
    ]
    return lines

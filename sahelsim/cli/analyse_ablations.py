"""``sahelsim analyse ablations``: what each mechanism of the model moves."""

from __future__ import annotations

from pathlib import Path

import click

from sahelsim.base.formatting import finite, number
from sahelsim.cli import ui


@ui.examples(
    "sahelsim analyse ablations --replicates 3 --mechanism crossfire --mechanism weather",
    "sahelsim analyse ablations -n 3 --mechanism ground-fire --out outputs/ablations --json",
)
@click.command()
@click.option("--replicates", "-n", type=click.IntRange(3, 10_000), default=40, show_default=True,
              help="How many pairs of replicates for each mechanism.")  # fmt: skip
@click.option("--mechanism", "only", multiple=True, metavar="ID",
              help="Look at this mechanism alone; may stand several times.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1),
              help="Seed of the draws; each scenario's own by default.")  # fmt: skip
@ui.parameters_option
@click.option("--out", type=click.Path(path_type=Path),
              help="Directory for the page and the table.")  # fmt: skip
@ui.quiet_option
@ui.json_option
def ablations(
    replicates: int,
    only: tuple[str, ...],
    seed: int | None,
    parameters: str | None,
    out: Path | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run with and without each mechanism, with the same draws, and tell what it moves.

    The register of mechanisms names the scenario and the parameter settings that take each out,
    or put it in where it ships switched off. A difference counts where it passes a bound that
    allows for the number of outcomes looked at. The documentation ships the whole table.
    """
    from sahelsim.calibration.ablation import ablate, runs_needed
    from sahelsim.cli.progress import Progress
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.model.posterior import choose_posterior
    from sahelsim.report.ablation import write_ablations
    from sahelsim.scenario import load_scenario
    from sahelsim.theatre import load_theatre

    theatre = load_theatre()
    chosen = [theatre.mechanism(id) for id in only] if only else list(theatre.mechanisms)
    chosen = [mechanism for mechanism in chosen if mechanism.switch]
    plans = {name: load_scenario(name) for name in {item.scenario for item in chosen}}
    posterior = choose_posterior(parameters)
    compile_with_progress(silent=quiet or as_json)
    with Progress(runs_needed(chosen, replicates), "ablations", quiet=quiet or as_json) as progress:
        found = ablate(plans, chosen, replicates, seed, progress, posterior)
    files: tuple[Path, ...] = ()
    if out is not None:
        words = ["sahelsim analyse ablations", f"--replicates {replicates}"]
        words += [f"--mechanism {id}" for id in only]
        words += [f"--seed {seed}"] if seed is not None else []
        words += [f"--parameters {parameters}"] if parameters is not None else []
        files = write_ablations(found, " ".join([*words, f"--out {out.as_posix()}"]), out)
    if as_json:
        ui.say_json(
            "ablations", replicates=replicates, looked_at=found.looked_at, bound=found.bound,
            mechanisms=[
                {str(key): finite(value) for key, value in row.items()}
                for row in found.summary.to_dict("records")
            ],
            files=[str(path) for path in files],
        )  # fmt: skip
        return 0
    if not quiet:
        rows = sorted(found.summary.to_dict("records"), key=lambda row: -abs(row["z"]))
        ui.say(
            ui.table(
                [
                    [row["mechanism"], "on" if row["by_default"] else "off", row["verdict"],
                     row["most_moved"], number(row["difference"]), f"{row['z']:+.1f}"]
                    for row in rows
                ],
                ["mechanism", "ships", "verdict", "most moved", "difference", "z"],
            )
        )  # fmt: skip
        ui.say(
            f"\n{replicates} pairs; an outcome of {found.looked_at} counts as moved where "
            f"|z| > {found.bound:.2f}"
        )
    for path in files:
        ui.say(f"wrote {path}")
    return 0

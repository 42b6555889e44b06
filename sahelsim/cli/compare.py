"""``sahelsim compare`` and ``sahelsim whatif``: scenarios side by side, pair by pair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.cli import arms, ui

if TYPE_CHECKING:
    from sahelsim.experiment import Comparison, Run
    from sahelsim.scenario import Scenario


@ui.examples(
    "sahelsim compare no-airlift documented-2023 --replicates 20 --days 30 --out outputs/bridge",
    "sahelsim compare documented-2023 second-tail airfield-denial -n 6 --days 14 --no-report",
    "sahelsim compare no-airlift documented-2023 -n 4 --days 14 --json",
)
@click.command()
@click.argument("reference", metavar="A")
@click.argument("others", metavar="B [C ...]", nargs=-1, required=True)
@click.option("--outcome", "outcomes", multiple=True, metavar="ID",
              help="Look at this outcome only; may stand several times. The correction for many "
              "outcomes counts those looked at.")  # fmt: skip
@ui.dry_run_option
@arms.arm_options(replicates=500)
def compare(
    reference: str,
    others: tuple[str, ...],
    outcomes: tuple[str, ...],
    days: int | None,
    sets: tuple[str, ...],
    **options: Any,
) -> int:
    """Compare scenarios B, C ... with the reference A, pair by pair.

    All runs share their draws, so what differs within a pair is the scenario's doing. Prints the
    mean paired difference with its 95 % interval; what cannot be told from zero, with all outcomes
    looked at, is said in these words.
    """
    from sahelsim.theatre import load_theatre

    for id in outcomes:
        load_theatre().outcome(id)  # a name that does not exist is told before the work
    plans = arms.load_all((reference, *others), sets, days)
    arms.distinct(plans)
    words = ["compare", reference, *others]
    for id in outcomes:
        words += ["--outcome", id]
    return _go("compare", plans, words, outcomes, days=days, sets=sets, **options)


@ui.examples(
    "sahelsim whatif documented-2023 --without column-kidal -n 6 --days 60 --no-report",
    "sahelsim whatif documented-2023 --without lend-5u-mbh --without lend-5u-mms -n 4 --days 14 "
    "--json",
)
@click.command()
@click.argument("scenario")
@click.option("--without", "orders", multiple=True, required=True, metavar="ORDER",
              help="Id of an order to leave out; may stand several times.")  # fmt: skip
@ui.dry_run_option
@arms.arm_options(replicates=500)
def whatif(
    scenario: str,
    orders: tuple[str, ...],
    days: int | None,
    sets: tuple[str, ...],
    **options: Any,
) -> int:
    """Compare SCENARIO with itself without some of its orders.

    The reference is the scenario as it is; differences are what leaving the orders out changes.
    ``sahelsim scenario show SCENARIO`` lists its orders by id.
    """
    from sahelsim.scenario.cutting import without

    plan = arms.load(scenario, sets, days)
    plans = [plan, without(plan, orders)]
    words = ["whatif", scenario]
    for id in orders:
        words += ["--without", id]
    return _go("whatif", plans, words, (), days=days, sets=sets, **options)


def _go(
    kind: str,
    plans: Sequence[Scenario],
    words: Sequence[str],
    outcomes: Sequence[str],
    *,
    replicates: int,
    seed: int | None,
    days: int | None,
    sets: tuple[str, ...],
    parameters: str | None,
    workers: int | None,
    out: Path | None,
    force: bool,
    no_report: bool,
    quiet: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Run all scenarios, compare, write the page, print."""
    from sahelsim.experiment import compare_all
    from sahelsim.experiment.holdings import note_comparison
    from sahelsim.experiment.store import REPORT, result_path

    fresh = result_path(plans[0], replicates, seed)
    path = out or fresh.with_name(f"{kind}-{fresh.name}")
    command = arms.command_line(
        words, replicates=replicates, seed=seed, days=days, sets=sets, parameters=parameters,
        out=path, no_report=no_report,
    )  # fmt: skip
    silent = quiet or as_json
    request = (plans, replicates, seed, workers)
    places: dict[str, Any] = {
        "parameters": parameters, "force": force,
        "folders": [path / plan.id for plan in plans],
    }  # fmt: skip
    if dry_run:
        from sahelsim.cli.plans import tell

        return tell(kind, *request, **places, as_json=as_json)
    try:
        runs = arms.simulate(*request, **places, command=command, silent=silent)
    except KeyboardInterrupt:
        return arms.interrupted(command)
    note_comparison(path, [run.scenario.id for run in runs], command)
    named = {run.scenario.id: run for run in runs[1:]}
    found = compare_all(runs[0], named, outcomes or None)
    page = None
    if not no_report:
        from sahelsim.report.comparison import build
        from sahelsim.report.document import write_document

        ui.talk("writing the page ...", quiet=silent)
        page = write_document(build(runs, command=command), path / REPORT)
    if as_json:
        ui.say_json(kind, **summary(runs, found, path, page))
    elif not quiet:
        for line in describe(runs, found, bool(outcomes)):
            ui.say(line)
        ui.say(f"tables: {path}")
        if page is not None:
            ui.say(f"report: {page}")
    return 0


def summary(
    runs: Sequence[Run], found: Mapping[str, list[Comparison]], path: Path, page: Path | None
) -> dict[str, Any]:
    """The comparison as ``--json`` prints it."""
    from sahelsim.theatre import load_theatre

    theatre = load_theatre()
    return {
        "reference": runs[0].scenario.id,
        "replicates": runs[0].replicates,
        "seed": runs[0].manifest["seed"],
        "path": str(path),
        "report": str(page) if page else None,
        "correction": "holm",
        "alternatives": {
            name: [_row(item, theatre.outcome(item.outcome)) for item in items]
            for name, items in found.items()
        },
    }


def _row(item: Comparison, spec: Any) -> dict[str, Any]:
    from sahelsim.base.formatting import finite
    from sahelsim.experiment.comparison import wilson_interval

    better = item.probability_better(spec.direction)
    row = {
        **asdict(item),
        "unit": spec.unit,
        "direction": spec.direction,
        "told_from_zero": item.told_from_zero,
        "probability_better": better,
        "probability_better_interval": (
            list(wilson_interval(better, item.pairs)) if better is not None else None
        ),
        "effect": item.effect,
        "variance_saved": item.variance_saved,
        "replicates_to_settle": item.replicates_to_settle,
    }
    return {key: finite(value) for key, value in row.items()}


def describe(
    runs: Sequence[Run], found: Mapping[str, list[Comparison]], everything: bool
) -> list[str]:
    """The comparison in lines.

    Args:
        runs: The reference first.
        found: Alternative to its differences.
        everything: Show all outcomes found, not only the headline ones.
    """
    from sahelsim.base.formatting import plural
    from sahelsim.cli.run import HEADLINE
    from sahelsim.report import words
    from sahelsim.theatre import load_theatre

    theatre, reference = load_theatre(), runs[0].scenario.id
    lines = []
    for name, items in found.items():
        pairs = max((item.pairs for item in items), default=0)
        lines.append(ui.paint(f"{name} against {reference}: {plural(pairs, 'pair')}", "head"))
        rows = []
        for item in items:
            if not everything and item.outcome not in HEADLINE:
                continue
            spec = theatre.outcome(item.outcome)
            share = item.probability_better(spec.direction)
            settle = item.replicates_to_settle
            rows.append(
                [
                    spec.label_en,
                    "" if share is None else f"{share:.0%}",
                    f"{item.variance_saved:.0%}",
                    f"{settle:,.0f}" if settle < 1e7 else "–",
                    words.difference(item, spec.unit),
                ]
            )
        head = ["outcome", "better in", "variance saved", "replicates to settle", "difference"]
        lines += [ui.table(rows, head), ""]
    return lines[:-1]

"""``sahelsim analyse``: what a sweep says, and studies of one scenario that need no sweep."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.cli import ui
from sahelsim.cli.analyse_ablations import ablations
from sahelsim.cli.analyse_studies import precedent, threshold, value
from sahelsim.cli.findings import Finding, tell
from sahelsim.cli.sweep_findings import (
    cell,
    counting,
    flag_of,
    partly,
    reproduce,
    robust_finding,
    sweep_of,
)

if TYPE_CHECKING:
    from sahelsim.experiment.analysis.discovery import Box
    from sahelsim.experiment.sweep import Sweep
    from sahelsim.report.analyses.discovery import Case

_DIRECTORY = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
_OUTCOME = click.option("--outcome", metavar="ID", help="Outcome; the sweep's first by default.")
_POLICY = click.option("--policy", metavar="NAME", help="Policy; the sweep's reference by default.")
_MINUS = click.option(
    "--minus", metavar="NAME", help="Look at the paired difference from this policy."
)
_PAGE = click.option(
    "--out", type=click.Path(path_type=Path), help="Page; in DIR/analysis by default."
)


@ui.examples(
    "sahelsim analyse value documented-2023 --replicates 4 --days 20 --no-report",
    "sahelsim analyse precedent precedent --futures 2 --replicates 1 --days 190 --no-shares",
)
@click.group()
def analyse() -> None:
    """Find out what drives an outcome, where it tips, and which policy holds up.

    Sensitivity, discover and robustness read the directory of a sweep; it may be under way.
    Threshold reads one too, or searches along one lever of a scenario. Value and precedent run a
    scenario, ablations the scenarios that the register of mechanisms names.
    """


@ui.examples(
    "sahelsim analyse sensitivity outputs/airlift-sweep --outcome civilian_deaths",
    "sahelsim analyse sensitivity outputs/airlift-sweep --policy two-tails --minus no-airlift",
)
@analyse.command()
@_DIRECTORY
@_OUTCOME
@_POLICY
@_MINUS
@click.option("--method", type=ui.Choice(["auto", "morris", "sobol", "pawn", "oat"]),
              default="auto", show_default=True,
              help="auto takes what the design was made for, else PAWN.")  # fmt: skip
@_PAGE
@ui.json_option
def sensitivity(
    directory: Path,
    outcome: str | None,
    policy: str | None,
    minus: str | None,
    method: str,
    out: Path | None,
    as_json: bool,
) -> int:
    """Tell which inputs of the sweep in DIR move an outcome, with intervals.

    Morris, Sobol and one-at-a-time designs have methods of their own; PAWN works on any. Futures
    with a missing run are left out (with their whole block where the method needs blocks), and
    said.
    """
    from sahelsim.experiment.analysis.responses import responses
    from sahelsim.experiment.analysis.sensitivity import analyse as estimate
    from sahelsim.experiment.sweep.designs import LEVELS
    from sahelsim.report.analyses.sensitivity import build

    sweep = sweep_of(directory)
    id, name = _outcome(sweep, outcome), policy or sweep.spec.reference
    with counting(as_json):
        found = estimate(
            responses(sweep.futures, sweep.runs, id, name, minus, sweep.missing),
            method, sweep.spec.design.levels or LEVELS["morris"],
        )  # fmt: skip
    words = ["analyse", "sensitivity", str(directory), "--outcome", id, "--policy", name]
    words += ["--minus", minus] if minus else []
    table = found.table
    return tell(
        Finding(
            "sensitivity",
            build(found, id, reproduce(sweep, [*words, "--method", found.method]), partly(sweep),
                  flag_of(sweep)),
            ["input", "index", "95 % interval", "told"],
            [
                [str(row), cell(table["value"].loc[row]),
                 f"{cell(table['low'].loc[row])} to {cell(table['high'].loc[row])}",
                 "" if found.told(str(row)) else "not from no effect"]
                for row in table.index
            ],
            {
                "method": found.method, "index": found.index, "subject": found.subject,
                "outcome": id, "floor": found.floor, "noise_share": found.noise_share,
                "blocks_used": found.blocks[0], "blocks_planned": found.blocks[1],
                "account": found.account,
                "inputs": [
                    {"input": str(row), **{key: float(table[key].loc[row]) for key in table},
                     "told": found.told(str(row))}
                    for row in table.index
                ],
            },
        ),
        out or _page(directory, "sensitivity", found.method, id, name, minus), as_json,
    )  # fmt: skip


CONDITION = re.compile(r"^\s*([a-z0-9_]+)\s*(>=?|<=?)\s*(-?[0-9.]+(?:[eE][-+]?\d+)?)\s*$")


@ui.examples(
    "sahelsim analyse discover outputs/airlift-sweep --where 'civilian_deaths > 1500'",
    "sahelsim analyse discover outputs/airlift-sweep --policy two-tails --json",
)
@analyse.command()
@_DIRECTORY
@click.option(
    "--where",
    metavar="'ID > NUMBER'",
    help="What to look for; by default that the sweep's first threshold is missed.",
)
@_POLICY
@_MINUS
@click.option("--boxes", type=click.IntRange(1, 5), default=2, show_default=True,
              help="How many boxes at most.")  # fmt: skip
@_PAGE
@ui.json_option
def discover(
    directory: Path,
    where: str | None,
    policy: str | None,
    minus: str | None,
    boxes: int,
    out: Path | None,
    as_json: bool,
) -> int:
    """Find the futures of the sweep in DIR in which an outcome goes past a threshold, in words.

    Prints boxes: limits of a few inputs within which most futures go that way (PRIM).
    """
    from sahelsim.experiment.analysis.discovery import discover as find
    from sahelsim.experiment.analysis.responses import responses
    from sahelsim.report.analyses.discovery import Case, build

    sweep = sweep_of(directory)
    id, above, level = _condition(sweep, where)
    name = policy or sweep.spec.reference
    with counting(as_json):
        seen = responses(sweep.futures, sweep.runs, id, name, minus, sweep.missing)
        value = seen.drawn["response"].to_numpy(dtype=float)
        cases = value > level if above else value < level
        found = find(seen.drawn[seen.inputs], cases, boxes)
    case = Case(id, above, level, len(cases), int(cases.sum()), seen.subject, seen.drawn_account)
    text = f"{id} {'>' if above else '<'} {level:g}"
    words = ["analyse", "discover", str(directory), "--where", text, "--policy", name]
    words += ["--minus", minus] if minus else []
    return tell(
        Finding(
            "discover", build(found, case, reproduce(sweep, words), partly(sweep), flag_of(sweep)),
            ["box", "input", "at least", "at most", "chance alone", "found again"],
            _limits(found), {"where": text, **_boxes(found, case)},
        ),
        out or _page(directory, "discover", id, name, minus), as_json,
    )  # fmt: skip


def _limits(found: list[Box]) -> list[list[str]]:
    return [
        [str(k + 1), limit.input, cell(limit.low), cell(limit.high), f"{limit.chance:.2g}",
         f"{limit.found_again:.0%}"]
        for k, box in enumerate(found)
        for limit in box.limits
    ]  # fmt: skip


def _boxes(found: list[Box], case: Case) -> dict[str, Any]:
    ends = ("value", "low", "high")
    return {
        "subject": case.subject, "futures": case.futures, "cases": case.cases,
        "account": case.account,
        "boxes": [
            {
                "points": box.points,
                "coverage": dict(zip(ends, box.coverage, strict=True)),
                "density": dict(zip(ends, box.density, strict=True)),
                "limits": [vars(limit) for limit in box.limits],
            }
            for box in found
        ],
    }  # fmt: skip


@ui.examples(
    "sahelsim analyse robustness outputs/airlift-sweep",
    "sahelsim analyse robustness outputs/airlift-sweep --outcome civilian_deaths --json",
)
@analyse.command()
@_DIRECTORY
@click.option("--outcome", "outcomes", multiple=True, metavar="ID",
              help="Outcome; may stand several times. The sweep's own by default.")  # fmt: skip
@click.option("--threshold", type=float, help="What is good enough, for a single --outcome.")
@_PAGE
@ui.json_option
def robustness(
    directory: Path,
    outcomes: tuple[str, ...],
    threshold: float | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Tell which policy of the sweep in DIR holds up over all its futures.

    Largest and 90 % regret, how often a policy is best, and how often it is good enough. Civilian
    deaths are always among the outcomes.
    """
    from sahelsim.base.errors import UsageError

    if threshold is not None and len(outcomes) != 1:
        raise UsageError(
            "SS4212", "--threshold goes with a single --outcome", hint="give one --outcome"
        )
    sweep = sweep_of(directory)
    words = ["analyse", "robustness", str(directory)]
    for id in outcomes:
        words += ["--outcome", id]
    words += ["--threshold", f"{threshold:g}"] if threshold is not None else []
    wanted = [_outcome(sweep, id) for id in outcomes]
    finding = robust_finding(sweep, words, wanted, threshold, silent=as_json)
    return tell(finding, out or _page(directory, "robustness", *wanted[:1]), as_json)


def _outcome(sweep: Sweep, wanted: str | None) -> str:
    """The outcome asked for, else the sweep's first."""
    from sahelsim.experiment.analysis.responses import known

    if wanted is not None:
        return known("outcome", wanted, sweep.outcome_ids)
    return next(iter(sweep.spec.goals), "civilian_deaths")


def _condition(sweep: Sweep, text: str | None) -> tuple[str, bool, float]:
    """Outcome, whether cases lie above, and threshold.

    Raises:
        UsageError: SS4212, the text is no condition, or there is neither it nor a threshold.
    """
    from sahelsim.base.errors import UsageError

    if text is None:
        for id, goal in sweep.spec.goals.items():
            if goal.threshold is not None:
                return id, goal.direction == "lower", goal.threshold
        raise UsageError(
            "SS4212", "the sweep has no threshold to miss",
            hint="say what to look for, such as --where 'civilian_deaths > 1500'",
        )  # fmt: skip
    match = CONDITION.match(text)
    if match is None:
        raise UsageError(
            "SS4212", f"'{text}' is no condition", where="--where",
            hint="an outcome, > or <, and a number: 'civilian_deaths > 1500'",
        )  # fmt: skip
    return _outcome(sweep, match[1]), match[2].startswith(">"), float(match[3])


def _page(directory: Path, *words: str | None) -> Path:
    return directory / "analysis" / ("-".join(word for word in words if word) + ".html")


analyse.add_command(threshold)
analyse.add_command(value)
analyse.add_command(precedent)
analyse.add_command(ablations)

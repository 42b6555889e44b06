"""``sahelsim analyse threshold | value | precedent``: studies that run a scenario themselves."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.cli import arms, ui
from sahelsim.cli.findings import Finding, tell

if TYPE_CHECKING:
    from sahelsim.experiment.analysis.threshold import Threshold

LOOKED_AT = (
    "tonnes_in_mali", "garrison_days_without_food", "siege_days", "localities_lost",
    "military_deaths", "civilian_deaths",
)  # fmt: skip
_SUBJECT = click.argument("subject", metavar="SCENARIO|DIR")


@ui.examples(
    "sahelsim analyse threshold documented-2023 --lever rotations_main "
    "--outcome tonnes_to_tessalit --target 40 --levels 4 --replicates 4 --days 30 --no-report",
    "sahelsim analyse threshold documented-2023 --lever supply --outcome tonnes_in_mali "
    "--target 100 --levels 3 --replicates 2 --days 20 --json",
)
@click.command()
@_SUBJECT
@click.option(
    "--lever",
    required=True,
    metavar="NAME",
    help="What to turn: a factor of the scenario, a parameter id, "
    "orders.<id>.<argument>, or supply: all scripted rotations times the level. "
    "Of a sweep: an uncertainty.",
)
@click.option("--outcome", required=True, metavar="ID", help="Outcome that is to reach the target.")
@click.option("--target", required=True, type=float, help="In the outcome's unit.")
@click.option("--low", type=float, help="Lowest level; that of the lever's range by default.")
@click.option("--high", type=float, help="Highest level.")
@click.option("--levels", type=click.IntRange(3, 50), default=8, show_default=True,
              help="Levels to try, each where the answer is least known.")  # fmt: skip
@click.option("--policy", metavar="NAME", help="Of a sweep: the policy; its reference by default.")
@arms.arm_options(replicates=50)
def threshold(
    subject: str,
    lever: str,
    outcome: str,
    target: float,
    low: float | None,
    high: float | None,
    levels: int,
    policy: str | None,
    **rest: Any,
) -> int:
    """Find the level of one lever at which a mean outcome reaches a target.

    With a scenario it runs as many levels as it needs, all with the same draws. With the directory
    of a sweep it reads the level off the futures there.
    """
    from sahelsim.experiment.sweep.store import SWEEP
    from sahelsim.theatre import load_theatre

    spec = load_theatre().outcome(outcome)
    if (Path(subject) / SWEEP).is_file():
        return _from_sweep(Path(subject), lever, outcome, target, policy, rest)
    return _search(subject, lever, spec, target, (low, high), levels, rest)


def _from_sweep(
    directory: Path, lever: str, outcome: str, target: float, policy: str | None,
    rest: dict[str, Any],
) -> int:  # fmt: skip
    import shlex

    from sahelsim.cli.sweep_findings import flag_of, partly, sweep_of
    from sahelsim.experiment.analysis.responses import known, responses
    from sahelsim.experiment.analysis.threshold import from_futures
    from sahelsim.report.analyses.common import provenance
    from sahelsim.report.analyses.threshold import build

    sweep = sweep_of(directory)
    name = known("uncertainty", lever, list(sweep.spec.uncertainties))
    policy = policy or sweep.spec.reference
    seen = responses(sweep.futures, sweep.runs, outcome, policy, missing=sweep.missing)
    drawn = seen.drawn
    found = from_futures(drawn[name], drawn["response"], target)
    command = shlex.join(
        ["sahelsim", "analyse", "threshold", str(directory), "--lever", name, "--outcome", outcome,
         "--target", f"{target:g}", "--policy", policy]
    )  # fmt: skip
    unit = sweep.spec.uncertainties[name].unit
    document = build(
        found, name, unit, outcome, f"{seen.subject} · {len(drawn)} futures", seen.account,
        provenance(sweep.manifest, command), partly(sweep), flag_of(sweep),
    )  # fmt: skip
    page = rest["out"] or directory / "analysis" / f"threshold-{name}-{outcome}-{policy}.html"
    finding = Finding("threshold", document, *_curve(found, name), _tipped(found, name, outcome))
    return tell(finding, None if rest["no_report"] else page, rest["as_json"], quiet=rest["quiet"])


def _search(
    scenario: str, lever: str, spec: Any, target: float, ends: tuple[float | None, float | None],
    levels: int, rest: dict[str, Any],
) -> int:  # fmt: skip
    from sahelsim.experiment.analysis.lever import find_lever
    from sahelsim.experiment.analysis.threshold import search
    from sahelsim.report.analyses.common import provenance
    from sahelsim.report.analyses.threshold import build

    plan = arms.load(scenario, rest["sets"], rest["days"])
    dial = find_lever(plan, lever)
    low = dial.low if ends[0] is None else ends[0]
    high = dial.high if ends[1] is None else ends[1]
    words = ["analyse", "threshold", scenario, "--lever", lever, "--outcome", spec.id,
             "--target", f"{target:g}", "--low", f"{low:g}", "--high", f"{high:g}",
             "--levels", str(levels)]  # fmt: skip
    study = arms.Study(f"threshold-{plan.id}", plan, words, levels * rest["replicates"], rest)
    dial.check(plan, low, high)
    with study as running:

        def evaluate(level: float) -> Any:
            shown = f"{level:.10g}".replace("-", "m")
            frame = running.case(f"level-{shown}", {"level": dial.at(plan, level)})
            return running.complete(frame, spec.id)

        found = search(evaluate, low, high, target, levels, dial.whole)
    if study.interrupted:
        return arms.interrupted(study.command)
    runs = f"{len(found.curve)} levels, {rest['replicates']} replicates each"
    document = build(
        found, dial.label, dial.unit, spec.id, f"{plan.id} · {runs} · seed {study.seed}",
        f"{runs[:1].upper()}{runs[1:]}, all with the same draws.",
        provenance(study.manifest, study.command),
    )  # fmt: skip
    finding = Finding("threshold", document, *_curve(found, lever), _tipped(found, lever, spec.id))
    return tell(finding, study.page, rest["as_json"], quiet=rest["quiet"])


def _curve(found: Threshold, lever: str) -> tuple[list[str], list[list[str]]]:
    from sahelsim.report.words import number, signed

    rows = [
        [
            number(float(level)),
            signed(float(mean)),
            f"{signed(float(low))} to {signed(float(high))}",
        ]
        for level, (mean, low, high) in zip(found.curve.index, found.curve.to_numpy(), strict=True)
    ]
    return [lever, "mean", "95 % interval"], rows


def _tipped(found: Threshold, lever: str, outcome: str) -> dict[str, Any]:
    where = "reached" if found.reached else "past" if found.level == -math.inf else "not reached"
    return {
        "lever": lever, "outcome": outcome, "target": found.target, "where": where,
        "level": found.level, "low": found.low, "high": found.high, "rising": found.rising,
        "curve": [
            {"level": float(level), "mean": float(mean), "low": float(low), "high": float(high)}
            for level, (mean, low, high) in zip(
                found.curve.index, found.curve.to_numpy(), strict=True
            )
        ],
    }  # fmt: skip


@ui.examples(
    "sahelsim analyse value documented-2023 --replicates 4 --days 20 --no-report",
    "sahelsim analyse value documented-2023 --outcome tonnes_to_tessalit -n 4 --days 20 --json",
)
@click.command()
@click.argument("scenario")
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    metavar="ID",
    help="Outcome; may stand several times. Tonnes, hunger, sieges and deaths by "
    "default; civilian deaths always.",
)
@arms.arm_options(replicates=100)
def value(scenario: str, outcomes: tuple[str, ...], **rest: Any) -> int:
    """Tell what one more tail, ramp slot, crew or escort is worth in SCENARIO.

    Each lever is moved alone, with the same draws.
    """
    from sahelsim.experiment.analysis.value import arms_of, levers, values_of
    from sahelsim.report import words as text
    from sahelsim.report.analyses.common import provenance
    from sahelsim.report.analyses.value import build
    from sahelsim.theatre import load_theatre

    theatre = load_theatre()
    looked = [theatre.outcome(id).id for id in dict.fromkeys(outcomes or LOOKED_AT)]
    if "civilian_deaths" not in looked:
        looked.append("civilian_deaths")
    plan = arms.load(scenario, rest["sets"], rest["days"])
    found_levers = levers(plan)
    variants = arms_of(plan, found_levers)
    line = ["analyse", "value", scenario]
    for id in outcomes:
        line += ["--outcome", id]
    study = arms.Study(f"value-{plan.id}", plan, line, len(variants) * rest["replicates"], rest)
    with study as running:
        frame = running.case("levers", variants)
    if study.interrupted:
        return arms.interrupted(study.command)
    found = values_of(frame, [lever.name for lever in found_levers], looked)
    subject = f"{plan.id} · {rest['replicates']} pairs each · seed {study.seed}"
    document = build(found, found_levers, subject, provenance(study.manifest, study.command))
    labels = {lever.name: lever.label for lever in found_levers}
    rows = [
        [labels[name], theatre.outcome(item.outcome).label_en,
         text.difference(item, theatre.outcome(item.outcome).unit)]
        for name, items in found.items()
        for item in items
    ]  # fmt: skip
    data = {
        "scenario": plan.id, "replicates": rest["replicates"], "seed": study.seed,
        "levers": {
            name: {
                "label": labels[name],
                "outcomes": [
                    {"told_from_zero": item.told_from_zero, **vars(item)} for item in items
                ],
            }
            for name, items in found.items()
        },
    }  # fmt: skip
    finding = Finding("value", document, ["one more", "outcome", "difference"], rows, data)
    return tell(finding, study.page, rest["as_json"], quiet=rest["quiet"])


@ui.examples(
    "sahelsim analyse precedent precedent --futures 2 --replicates 1 --days 190 --no-shares",
    "sahelsim analyse precedent precedent --futures 2 -n 1 --days 190 --no-shares --json",
)
@click.command()
@click.argument("scenario")
@click.option("--futures", type=click.IntRange(1, 10_000), default=64, show_default=True,
              help="Draws of the alliance's parameters from their whole ranges.")  # fmt: skip
@click.option("--no-shares", is_flag=True, help="Leave the ablations out: a fifth of the runs.")
@arms.arm_options(replicates=4)
def precedent(scenario: str, futures: int, no_shares: bool, **rest: Any) -> int:
    """Tell whether lending the C-130s makes later help likelier in SCENARIO, in this model.

    Every future is run with and without the loan, and, for the shares of trust, reputation, threat
    and capability, with parts of the alliance's reasoning switched off.
    """
    import pandas as pd

    from sahelsim.experiment.analysis import precedent as study_of
    from sahelsim.report.analyses.common import provenance
    from sahelsim.report.analyses.precedent import build

    plan = arms.load(scenario, rest["sets"], rest["days"])
    loan = study_of.loan_of(plan)
    line = ["analyse", "precedent", scenario, "--futures", str(futures)]
    line += ["--no-shares"] if no_shares else []
    many = 2 if no_shares else 2 * len(study_of.ABLATIONS)
    study = arms.Study(
        f"precedent-{plan.id}", plan, line, futures * many * rest["replicates"], rest
    )
    draws = study_of.futures(futures, study.seed)
    frames = []
    with study as running:
        for future, row in enumerate(draws.to_dict("records")):
            values = {str(key): float(number) for key, number in row.items()}
            frame = running.case(
                f"future-{future:04d}", study_of.arms_of(plan, loan, values, not no_shares),
                seed=(study.seed + study_of.SEED_STEP * future) % 2**32,
                measure=study_of.measure_of(plan, loan, values),
            )  # fmt: skip
            frames.append(frame.assign(future=future))
    if study.interrupted:
        return arms.interrupted(study.command)
    found = study_of.effects(pd.concat(frames, ignore_index=True))
    subject = (
        f"{plan.id} · {futures} futures over the whole prior · {rest['replicates']} paired "
        f"replicates each · seed {study.seed}"
    )
    document = build(found, subject, provenance(study.manifest, study.command))
    from sahelsim.report.analyses.common import cell

    rows = [
        [study_of.QUANTITIES[item.quantity][0], str(item.horizon),
         cell(item.effect, item.low, item.high),
         "yes" if item.told else "cannot be told from zero"]
        for item in found
    ]  # fmt: skip
    data = {
        "scenario": plan.id, "futures": futures, "replicates": rest["replicates"],
        "seed": study.seed, "loan": list(loan.orders),
        "effects": [
            {"quantity": one.quantity, "horizon": one.horizon, "effect": one.effect,
             "low": one.low, "high": one.high, "told": one.told,
             "with_loan": one.with_loan, "without_loan": one.without_loan,
             "positive": one.positive, "negative": one.negative, "shares": one.shares,
             "by_future": one.by_future.tolist()}
            for one in found
        ],
    }  # fmt: skip
    head = ["quantity", "days", "effect (95 % interval)", "told"]
    return tell(
        Finding("precedent", document, head, rows, data), study.page, rest["as_json"],
        quiet=rest["quiet"],
    )  # fmt: skip

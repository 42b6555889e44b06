"""What commands share that tell what a sweep says: how much of it, in which outcomes, how sure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sahelsim.cli.findings import Finding

if TYPE_CHECKING:
    from sahelsim.experiment.analysis.robustness import Robustness
    from sahelsim.experiment.sweep import Sweep


def sweep_of(directory: Path) -> Sweep:
    """The sweep of a directory; one that is under way as far as its futures are whole."""
    from sahelsim.experiment.sweep import load_sweep

    return load_sweep(directory).evenly()


def counting(silent: bool) -> Any:
    """A clock while estimates are bootstrapped."""
    from sahelsim.cli.progress import Clock

    return Clock("estimating", quiet=silent)


def partly(part: Sweep) -> str:
    """A warning where the sweep has not come to its end; else nothing."""
    from sahelsim.base.formatting import plural

    sweep = part.whole or part
    if sweep.complete:
        return ""
    left = int(sweep.missing["status"].isna().sum())
    cut = ""
    if sweep is not part:
        first = plural(part.replicates or 0, "replicate")
        cut = f", and of each future only the first {first} count"
    return (
        f"Not the whole sweep: {left:,} planned runs have not run yet{cut}. Run the sweep to its "
        "end, then look again."
    )


def flag_of(sweep: Sweep) -> str:
    """How well the ranges of a sweep are known."""
    from sahelsim.report.analyses.common import ranges_flag

    return ranges_flag([one.confidence for one in sweep.spec.uncertainties.values()])


def reproduce(sweep: Sweep, words: list[str]) -> list[tuple[str, str]]:
    """What makes a page again: the command, whose words these are, and hashes and versions."""
    import shlex

    from sahelsim.report.analyses.common import provenance

    return provenance(sweep.manifest, shlex.join(["sahelsim", *words]))


def robust_finding(
    sweep: Sweep,
    words: list[str],
    wanted: Sequence[str] = (),
    threshold: float | None = None,
    *,
    silent: bool = False,
) -> Finding:
    """How the policies of a sweep hold up, as a page and a table.

    Args:
        sweep: The sweep, complete or not.
        words: The command without ``sahelsim``.
        wanted: Outcomes; those of the sweep file that have a direction by default. Civilian deaths
            are always among them.
        threshold: What is good enough, for the first outcome; the sweep's own by default.
        silent: No clock.
    """
    from sahelsim.experiment.analysis.robustness import robustness as judge
    from sahelsim.report.analyses.futures import sections
    from sahelsim.report.analyses.robustness import build

    with counting(silent):
        found = [
            judge(
                sweep.futures, sweep.runs, id, direction, enough, sweep.missing,
                sweep.spec.reference,
            )
            for id, direction, enough in wanted_outcomes(sweep, wanted, threshold)
        ]  # fmt: skip
    return Finding(
        "robustness", build(
            found, reproduce(sweep, words), partly(sweep), sections(found, sweep),
            (sweep.spec.title, sweep.spec.question),
            flag_of(sweep),
        ),
        ["outcome", "policy", "mean", "largest regret", "best in", "good enough in"],
        [row for one in found for row in _measures(one)],
        {"outcomes": [_judged(one) for one in found]},
    )  # fmt: skip


def wanted_outcomes(
    sweep: Sweep, wanted: Sequence[str] = (), threshold: float | None = None
) -> list[tuple[str, str, float | None]]:
    """Outcomes of a page with their direction and threshold, civilian deaths always among them.

    Args:
        sweep: The sweep.
        wanted: Outcome ids; those of the sweep file that have a direction by default.
        threshold: What is good enough, for the first outcome; the sweep's own by default.
    """
    from sahelsim.theatre import load_theatre

    goals = sweep.spec.goals
    ids = list(wanted) or [id for id, goal in goals.items() if goal.direction != "none"]
    if "civilian_deaths" not in ids:
        ids.append("civilian_deaths")
    found = []
    for id in ids:
        goal = goals.get(id)
        direction = goal.direction if goal else load_theatre().outcome(id).direction
        enough = goal.threshold if goal else None
        found.append((id, direction, enough if threshold is None or id != ids[0] else threshold))
    return found


def _measures(one: Robustness) -> list[list[str]]:
    from sahelsim.report.analyses.robustness import measure

    rows = []
    for policy in map(str, one.measures.index):
        mean, regret, best = (measure(one, policy, k)[0] for k in ("mean", "regret_max", "best"))
        enough = (
            f"{measure(one, policy, 'satisficing')[0]:.0%}" if one.threshold is not None else ""
        )
        rows.append(
            [
                one.outcome,
                policy,
                cell(mean),
                cell(regret),
                f"{best:.0%}",
                enough,
            ]
        )
    return rows


def _judged(one: Robustness) -> dict[str, Any]:
    from sahelsim.report.analyses.robustness import ENDS, measure

    names = list(dict.fromkeys(str(name) for name in one.measures.columns.get_level_values(0)))
    return {
        "outcome": one.outcome, "direction": one.direction, "threshold": one.threshold,
        "futures": len(one.counted), "account": one.account,
        "policies": {
            policy: {
                name: dict(zip(ENDS, measure(one, policy, name), strict=True)) for name in names
            }
            for policy in map(str, one.measures.index)
        },
    }  # fmt: skip


def cell(value: Any) -> str:
    """A number in a table on the terminal: with its sign, or a dash where there is none."""
    from sahelsim.report.words import signed

    if value is None or not math.isfinite(value):
        return "–"
    return signed(float(value))

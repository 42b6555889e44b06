"""The page of a sweep: which policy holds up, or of a single one what moves its outcomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sahelsim.experiment.sweep import Sweep
    from sahelsim.report.document import Document


def sweep_page(directory: Path, *, silent: bool = False) -> Document:
    """The page of a sweep directory, complete or not.

    Args:
        directory: The sweep.
        silent: No clock.

    Raises:
        InputError: SS4132, no sweep; SS4204, too few complete futures.
    """
    from sahelsim.cli.sweep_findings import robust_finding, sweep_of

    sweep = sweep_of(directory)
    words = ["report", str(directory)]
    if len(sweep.spec.policies) > 1:
        return robust_finding(sweep, words, silent=silent).document
    return _alone(sweep, words, silent)


def _alone(sweep: Sweep, words: list[str], silent: bool) -> Document:
    from sahelsim.base.errors import InputError
    from sahelsim.cli.sweep_findings import counting, flag_of, partly, reproduce, wanted_outcomes
    from sahelsim.experiment.analysis.responses import responses
    from sahelsim.experiment.analysis.robustness import robustness
    from sahelsim.experiment.analysis.sensitivity import Sensitivity, analyse
    from sahelsim.experiment.sweep.designs import LEVELS
    from sahelsim.report.analyses.alone import build
    from sahelsim.report.analyses.futures import sections

    (policy,) = sweep.spec.policies
    found, moved = [], dict[str, Sensitivity | str]()
    with counting(silent):
        for id, direction, enough in wanted_outcomes(sweep):
            found.append(
                robustness(
                    sweep.futures, sweep.runs, id, direction, enough, sweep.missing,
                    least_policies=1,
                )
            )  # fmt: skip
            try:
                seen = responses(sweep.futures, sweep.runs, id, policy, missing=sweep.missing)
                moved[id] = analyse(seen, "auto", sweep.spec.design.levels or LEVELS["morris"])
            except InputError as fault:
                moved[id] = fault.message
    asked = (sweep.spec.title, sweep.spec.question)
    return build(
        found, moved, reproduce(sweep, words), asked, partly(sweep), sections(found, sweep),
        flag_of(sweep),
    )  # fmt: skip

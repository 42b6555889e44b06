"""``--dry-run`` of commands that run scenarios: what would be run, where, at what cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sahelsim.base.formatting import duration, number, plural
from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.experiment.foresight import Foresight
    from sahelsim.scenario import Scenario

NOT_MEASURED = (
    "time and disk were not measured: the model is yet to be compiled, once, for up to half a "
    "minute (sahelsim warm)"
)


def tell(
    kind: str,
    plans: Sequence[Scenario],
    replicates: int,
    seed: int | None,
    workers: int | None,
    *,
    parameters: str | None,
    folders: Sequence[Path],
    force: bool,
    as_json: bool,
) -> int:
    """Print what :func:`sahelsim.cli.arms.simulate` would do with these arguments; write nothing.

    Errors, and so exit codes, are those of the run itself before its first replicate.
    """
    from sahelsim.experiment.foresight import foresee
    from sahelsim.model.warmth import is_warm

    key, measured = plans[0].seed if seed is None else seed, is_warm()
    found = [
        foresee(
            plan, replicates, key, workers, out=folder, force=force, parameters=parameters,
            measured=measured,
        )
        for plan, folder in zip(plans, folders, strict=True)
    ]  # fmt: skip
    if as_json:
        ui.say_json(f"{kind}.plan", runs=[_row(one) for one in found])
        return 0
    for plan, one in zip(plans, found, strict=True):
        for line in _lines(plan, one):
            ui.say(line)
    if not measured:
        ui.say(NOT_MEASURED)
    elif len(found) > 1:
        ui.say(f"together: {_cost(found)}")
    ui.talk("nothing was run; the same command without --dry-run does")
    return 0


def _row(one: Foresight) -> dict[str, Any]:
    from sahelsim.base.formatting import finite

    keys = ("scenario", "days", "replicates", "seed", "scenario_hash", "specification")
    row = {key: one.manifest[key] for key in keys}
    row |= {"path": str(one.path), "state": one.state, "finished": one.there}
    row |= {"workers": one.workers, "pilot": one.pilot, "seconds": one.seconds}
    row |= {"disk_bytes": one.disk_bytes, "free_bytes": one.free_bytes}
    return {key: finite(value) for key, value in row.items()}


def _lines(plan: Scenario, one: Foresight) -> list[str]:
    from sahelsim.report.words import replicates

    manifest, count = one.manifest, one.manifest["replicates"]
    posterior = manifest["posterior"]
    drawn = f"posterior of {posterior['rows']:,} rows" if posterior else "central values"
    states = {
        "new": "new",
        "continued": f"goes on: {one.there:,} of {replicates(count)} are there",
        "complete": "holds the whole run: nothing is left to run",
        "replaced": "earlier results there are removed first",
    }
    lines = [
        ui.paint(f"{plan.id}: {plan.title}", "head"),
        f"  runs       {replicates(count)} of {plural(plan.days, 'day')} from "
        f"{plan.start}, seed {manifest['seed']}, {plural(one.workers, 'worker')}",
        f"  scenario   {manifest['scenario_hash'][:12]}, {drawn}",
        f"  directory  {one.path} ({states[one.state]})",
    ]
    if one.pilot:
        lines.append(f"  takes      {_cost([one])}")
    return lines


def _cost(found: Sequence[Foresight]) -> str:
    known = [one for one in found if one.pilot]
    if not known:
        return "no time: all of it is there"
    size = sum(one.disk_bytes for one in known)
    free = min(one.free_bytes for one in known)
    short = ", more than the disk has free" if size > free else ""
    return (
        f"about {duration(sum(one.seconds for one in known))} and {number(size / 1e6)} MB{short}, "
        f"by {plural(sum(one.pilot for one in known), 'replicate')} run for the purpose; the page "
        "comes on top"
    )

"""Several scenarios with the same draws: one result directory each, resumable, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.experiment import Run
    from sahelsim.scenario import Scenario

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--seed", type=int, help="Seed of all runs; the first scenario's by default."),
    click.option("--days", type=int, help="Simulate only the first days."),
    ui.set_option,
    click.option("--workers", "-j", type=int, help="Threads; all cores by default."),
    click.option(
        "--out", type=click.Path(path_type=Path),
        help="Directory of the results; a fresh one under outputs by default. The same command "
        "with the same directory continues an interrupted one.",
    ),
    click.option("--force", is_flag=True, help="Remove earlier results in the directory first."),
    click.option("--no-report", is_flag=True, help="Write no page."),
    click.option("--quiet", "-q", is_flag=True, help="No progress and no summary."),
    ui.json_option,
)  # fmt: skip


def arm_options(replicates: int) -> Callable[[Function], Function]:
    """Add the options of every command that runs scenarios side by side.

    Args:
        replicates: Default of ``--replicates``.
    """

    def add(function: Function) -> Function:
        wrapped: Any = function
        for option in reversed(_OPTIONS):
            wrapped = option(wrapped)
        count = click.option(
            "--replicates", "-n", default=replicates, show_default=True,
            help="How many replicates of each.",
        )  # fmt: skip
        result: Function = count(wrapped)
        return result

    return add


def load(name: str, sets: Sequence[str], days: int | None) -> Scenario:
    """A scenario as the command line changes it."""
    from sahelsim.scenario import cut, load_scenario, parse_sets

    plan = load_scenario(name, sets=parse_sets(sets))
    return cut(plan, days) if days is not None else plan


def distinct(plans: Sequence[Scenario]) -> None:
    """Refuse to compare a scenario with itself, or two under one name.

    Raises:
        UsageError: SS4202.
    """
    from sahelsim.base.errors import UsageError

    seen: dict[str, str] = {}
    for plan in plans:
        if plan.id in seen:
            same = seen[plan.id] == plan.digest
            raise UsageError(
                "SS4202",
                f"'{plan.id}' stands twice"
                if same
                else f"two different scenarios have the id '{plan.id}'",
                hint="name two scenarios that differ" if same else "give one of them another id",
            )
        seen[plan.id] = plan.digest


def simulate(
    plans: Sequence[Scenario],
    replicates: int,
    seed: int | None,
    workers: int | None,
    *,
    out: Path | None,
    command: str,
    force: bool = False,
    silent: bool = False,
) -> list[Run]:
    """Run every scenario with the first one's seed, each in its own folder of ``out``.

    With ``out`` None the tables stay in memory. Errors are those of
    :func:`sahelsim.experiment.run`; all requests are checked before the first run begins.
    """
    from sahelsim.cli.progress import Progress
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.experiment import prepare

    key = plans[0].seed if seed is None else seed
    jobs = [
        prepare(
            plan, replicates, key, workers, force=force, command=command,
            out=None if out is None else out / plan.id,
        )
        for plan in plans
    ]  # fmt: skip
    compile_with_progress(silent)
    results = []
    for job in jobs:
        with Progress(job.replicates, job.template.plan.id, quiet=silent) as progress:
            results.append(job.go(progress))
    return results


def command_line(
    words: Sequence[str],
    *,
    replicates: int,
    seed: int | None,
    days: int | None,
    sets: Sequence[str],
    out: Path | None,
    no_report: bool = False,
) -> str:
    """The command that gives these results, or goes on with them."""
    import shlex

    line = ["sahelsim", *words, "--replicates", str(replicates)]
    for option, value in (("--seed", seed), ("--days", days)):
        if value is not None:
            line += [option, str(value)]
    for text in sets:
        line += ["--set", text]
    if out is not None:
        line += ["--out", str(out)]
    return shlex.join([*line, *(["--no-report"] if no_report else [])])


def interrupted(command: str) -> int:
    """Tell how to go on, and return the exit code."""
    from sahelsim.cli.main import INTERRUPTED

    ui.talk(f"interrupted; what is finished is kept. Go on with:\n  {command}")
    return INTERRUPTED

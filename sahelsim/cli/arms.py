"""Several scenarios with the same draws: one result directory each, resumable, with progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sahelsim.base.formatting import plural
from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.experiment import Run
    from sahelsim.experiment.running import Job
    from sahelsim.scenario import Scenario

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--seed", type=int, help="Seed of all runs; the first scenario's by default."),
    click.option("--days", type=int, help="Simulate only the first days."),
    ui.set_option,
    ui.parameters_option,
    click.option("--workers", "-j", type=int, help="Threads; all cores by default."),
    click.option(
        "--out", type=click.Path(path_type=Path),
        help="Directory of the results; a fresh one under outputs by default. The same command "
        "with the same directory continues an interrupted one.",
    ),
    click.option("--force", is_flag=True, help="Remove earlier results in the directory first."),
    click.option("--no-report", is_flag=True, help="Write no page."),
    ui.quiet_option,
    ui.jsonl_option,
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


def load_all(names: Sequence[str], sets: Sequence[str], days: int | None) -> list[Scenario]:
    """Scenarios side by side, as the command line changes them.

    What is set of an order holds in every scenario that has the order; where none has it, the
    first is refused as :func:`load` does.
    """
    from sahelsim.scenario import load_scenario, parse_sets

    given = {name: {order.id for order in load_scenario(name).orders} for name in names}
    of_orders = {
        text: key.split(".")[1]
        for text in sets
        for key in parse_sets([text])
        if key[:7] == "orders."
    }
    known = set().union(*given.values())
    plans = []
    for name in names:
        elsewhere = known - given[name]
        held = [text for text in sets if of_orders.get(text) not in elsewhere]
        plans.append(load(name, held, days))
    return plans


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
    parameters: str | None,
    folders: Sequence[Path],
    command: str,
    force: bool = False,
    silent: bool = False,
) -> list[Run]:
    """Run every scenario with the first one's seed, each into its own folder.

    Errors are those of :func:`sahelsim.experiment.running`; all requests are checked before the
    first run begins.
    """
    from sahelsim.cli.progress import Progress
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.experiment import prepare

    key = plans[0].seed if seed is None else seed
    jobs = [
        prepare(
            plan, replicates, key, workers, force=force, parameters=parameters, command=command,
            out=folder,
        )
        for plan, folder in zip(plans, folders, strict=True)
    ]  # fmt: skip
    compile_with_progress(silent)
    results = []
    for job in jobs:
        began = _tell_begin(job)
        with Progress(job.replicates, job.template.plan.id, quiet=silent) as progress:
            results.append(job.go(progress, progress.clock("joining the tables")))
        ui.detail(f"{job.template.plan.id}: {time.monotonic() - began:.2f} s, tables included")
    return results


def _tell_begin(job: Job) -> float:
    """Say under ``--verbose`` what is about to be run; return the time."""
    from sahelsim.experiment.runner import worker_count

    manifest, posterior = job.manifest, job.template.posterior
    drawn = f"posterior {posterior.digest[:12]}" if posterior else "central values"
    threads = plural(worker_count(job.workers), "thread")
    where = f", in {job.store.path}" if job.store else ""
    ui.detail(
        f"{manifest['scenario']}: scenario {manifest['scenario_hash'][:12]}, specification "
        f"{manifest['specification'][:12]}, seed {job.seed}, {drawn}, {threads}{where}"
    )
    return time.monotonic()


def command_line(
    words: Sequence[str],
    *,
    replicates: int,
    seed: int | None,
    days: int | None,
    sets: Sequence[str],
    parameters: str | None,
    out: Path | None,
    no_report: bool = False,
) -> str:
    """The command that gives these results, or goes on with them."""
    import shlex

    line = ["sahelsim", *words, "--replicates", str(replicates)]
    for option, value in (("--seed", seed), ("--days", days), ("--parameters", parameters)):
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
    ui.say_progress(interrupted=True, resume=command)
    return INTERRUPTED


class Study:
    """Light runs of a study with progress, kept in a folder so that they can go on.

    As a context it compiles the model, counts runs and takes Ctrl-C: look at :attr:`interrupted`
    when it ends.

    Args:
        name: Name of a fresh folder under ``outputs``.
        plan: The scenario.
        words: The command without the options that every study has.
        runs: Runs in all, at most.
        options: Those of :func:`arm_options`, by name.
    """

    def __init__(
        self, name: str, plan: Scenario, words: Sequence[str], runs: int, options: dict[str, Any]
    ) -> None:
        from sahelsim.experiment.running import describe, prepare
        from sahelsim.experiment.store import REPORT, result_path

        self.options = options
        job = prepare(
            plan,
            options["replicates"],
            options["seed"],
            options["workers"],
            parameters=options["parameters"],
        )
        self.seed = job.seed
        fresh = result_path(plan, options["replicates"], options["seed"])
        self.folder = options["out"] or fresh.with_name(fresh.name.replace(plan.id, name, 1))
        self.command = command_line(
            words, replicates=options["replicates"], seed=options["seed"], days=options["days"],
            sets=options["sets"], parameters=options["parameters"], out=self.folder,
            no_report=options["no_report"],
        )  # fmt: skip
        self.manifest = describe(job.template, options["replicates"], self.seed, self.command)
        self.page = None if options["no_report"] else self.folder / REPORT
        self.interrupted = False
        self._runs = runs
        self._name = plan.id
        self._silent = options["quiet"] or options["as_json"]

    def __enter__(self) -> Study:
        from sahelsim.cli.progress import Progress
        from sahelsim.cli.warm import compile_with_progress

        if self.options["force"] and self.folder.is_dir():
            for file in (self.folder / CASES).glob("*.parquet"):
                file.unlink()
        compile_with_progress(self._silent)
        self._progress = Progress(self._runs, self._name, quiet=self._silent)
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        self._progress.close()
        self.interrupted = kind is KeyboardInterrupt
        return self.interrupted

    def case(
        self, name: str, variants: Any, *, seed: int | None = None, measure: Any = None
    ) -> Any:
        """Run the arms of one case; see :func:`sahelsim.experiment.analysis.arms.run_case`."""
        from sahelsim.experiment.analysis.arms import run_case
        from sahelsim.model.outcomes import outcomes

        return run_case(
            name, variants, self.options["replicates"], self.seed if seed is None else seed,
            measure=measure or outcomes, folder=self.folder / CASES,
            workers=self.options["workers"], parameters=self.options["parameters"],
            progress=self._progress,
        )  # fmt: skip

    @staticmethod
    def complete(frame: Any, outcome: str) -> Any:
        """An outcome of a case, by replicate.

        Raises:
            InputError: SS4204, it does not apply to a replicate.
        """
        from sahelsim.base.errors import InputError

        values = frame.sort_values("replicate")[outcome].to_numpy(dtype=float)
        if not (values == values).all():
            raise InputError(
                "SS4204", f"{outcome} does not apply to some replicates, so it has no mean",
                hint="choose an outcome that every run has",
            )  # fmt: skip
        return values


CASES = "cases"

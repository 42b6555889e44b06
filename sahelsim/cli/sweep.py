"""``sahelsim sweep``: many policies in many futures, from the file to the tables."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.errors import UsageError
from sahelsim.base.formatting import duration, number, plural
from sahelsim.cli import sweep_tables, ui

if TYPE_CHECKING:
    from sahelsim.experiment.sweep import SweepJob, SweepSpec, SweepStatus
    from sahelsim.experiment.sweep.pilot import Estimate


@ui.examples("sahelsim sweep check airlift-sweep", "sahelsim sweep new my-sweep.yaml")
@click.group()
def sweep() -> None:
    """Run many policies in many futures: plan, run, resume, inspect, share out and export.

    FILE is a sweep file or the name of a shipped one, DIR the directory of a sweep.
    """


workers_option = click.option(
    "--workers", "-j", type=click.IntRange(1, 1024), help="Worker processes; one a core by default."
)


@ui.examples("sahelsim sweep new my-sweep.yaml", "sahelsim sweep new gao.yaml --scenario precedent")
@sweep.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--scenario", default="documented-2023", show_default=True,
              help="What the sweep is about.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@ui.json_option
def new(file: Path, scenario: str, force: bool, as_json: bool) -> None:
    """Write a commented template to FILE."""
    from sahelsim.experiment.sweep.new import write_new

    ui.say_begun("sweep", write_new(file, scenario, force=force), as_json, scenario=scenario)


@ui.examples("sahelsim sweep check airlift-sweep", "sahelsim sweep check airlift-sweep --json")
@sweep.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@ui.json_option
def check(files: tuple[str, ...], as_json: bool) -> None:
    """Check sweep files: every fault with its line, and what was probably meant."""
    from sahelsim.experiment.sweep import load_spec
    from sahelsim.experiment.sweep.pilot import size

    def look(file: str) -> tuple[dict[str, Any], str]:
        spec = load_spec(file)
        known = size(spec)
        facts = {"file": file, "specification": spec.specification, **_size(known)}
        return facts, _sentence(spec, known)

    ui.say_checked("sweep", files, look, as_json)


@ui.examples("sahelsim sweep schema", "sahelsim sweep schema --json")
@sweep.command()
@ui.json_option
def schema(as_json: bool) -> None:
    """Print the JSON Schema of sweep files, for completion in an editor."""
    from sahelsim.experiment.sweep.jsonschema import sweep_schema

    ui.say_schema("sweep", sweep_schema(), as_json)


@ui.examples("sahelsim sweep plan airlift-sweep", "sahelsim sweep plan airlift-sweep --pilot 4")
@sweep.command()
@click.argument("file")
@click.option("--pilot", type=click.IntRange(0, 100_000), default=0, show_default=True,
              help="Run so many of its runs to measure time and disk.")  # fmt: skip
@workers_option
@ui.quiet_option
@ui.json_option
def plan(file: str, pilot: int, workers: int | None, quiet: bool, as_json: bool) -> None:
    """Say how many runs a sweep has and, with --pilot, how long it takes and how much disk."""
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.experiment.sweep import load_spec
    from sahelsim.experiment.sweep.pilot import estimate, size

    spec = load_spec(file)
    if pilot:
        compile_with_progress(quiet or as_json)
        known = estimate(spec, pilot, workers)
    else:
        known = size(spec)
    if as_json:
        ui.say_json("sweep.plan", sweep=spec.id, **vars(known))
        return
    ui.say(f"{spec.id}: {_sentence(spec, known)}")
    if pilot:
        for line in _cost(known):
            ui.say(line)


@ui.examples("sahelsim sweep run first-sweep --out outputs/first-sweep")
@sweep.command()
@click.argument("file")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Directory; outputs/<id> by default. The same command goes on.")  # fmt: skip
@workers_option
@click.option("--shard", metavar="I/N",
              help="Run only part I of N, into DIR/shard-I-of-N; see sweep merge.")  # fmt: skip
@click.option("--engine", default="local", show_default=True,
              help="local, dask, or one that a package offers as sahelsim.executors.")  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="Address of the engine's scheduler.")
@ui.quiet_option
@ui.jsonl_option
def run(
    file: str,
    out: Path | None,
    workers: int | None,
    shard: str | None,
    engine: str,
    scheduler: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run the sweep of FILE, or go on with it where it was interrupted.

    Results do not depend on workers, engine, shards or interruptions. Ctrl-C keeps what is
    finished.
    """
    import shlex

    from sahelsim.experiment.sweep import SweepJob, load_spec
    from sahelsim.experiment.sweep.executors import engine_maker

    spec = load_spec(file)
    path = out or Path("outputs") / spec.id
    words = ["sahelsim", "sweep", "run", file, "--out", str(path)]
    for option, value in (("--shard", shard), ("--scheduler", scheduler)):
        words += [option, value] if value else []
    words += ["--engine", engine] if engine != "local" else []
    command = shlex.join(words)
    part = parse_shard(shard)
    if shard:
        path = path / shard_name(part)
    make = engine_maker(engine, scheduler, workers)
    job = SweepJob(spec, path, workers=workers, shard=part, command=command, make_engine=make)
    return go(job, command, quiet, as_json)


@ui.examples("sahelsim sweep retry outputs/first-sweep")
@sweep.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--only", multiple=True, type=ui.Choice(["failed", "crashed", "timeout"]),
              help="Only runs with this status; may stand several times.")  # fmt: skip
@workers_option
@ui.quiet_option
@ui.jsonl_option
def retry(
    folder: Path, only: tuple[str, ...], workers: int | None, quiet: bool, as_json: bool
) -> int:
    """Run again what went wrong in DIR, and what has not run yet."""
    from sahelsim.experiment.sweep import SweepJob
    from sahelsim.experiment.sweep.result import stored_futures, stored_spec
    from sahelsim.experiment.sweep.store import read_manifest

    manifest = read_manifest(folder)
    again = only or ("failed", "crashed", "timeout")
    job = SweepJob(
        stored_spec(folder), folder, workers=workers, shard=tuple(manifest["shard"]), again=again,
        futures=stored_futures(folder),
    )  # fmt: skip
    return go(job, f"sahelsim sweep retry {folder}", quiet, as_json)


@ui.examples("sahelsim sweep extend outputs/first-sweep --replicates 6")
@sweep.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--futures", type=click.IntRange(1), help="Futures (base samples, trajectories) more."
)
@click.option("--replicates", type=click.IntRange(1), help="Replicates in all (at most).")
@workers_option
@ui.quiet_option
@ui.jsonl_option
def extend(
    folder: Path,
    futures: int | None,
    replicates: int | None,
    workers: int | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Add futures or replicates to DIR and run them; what is there stays valid and stays."""
    from sahelsim.experiment.sweep import SweepJob
    from sahelsim.experiment.sweep.growing import grow

    if futures is None and replicates is None:
        raise UsageError("SS1004", "say what to add: --futures or --replicates")
    spec = grow(folder, futures=futures, replicates=replicates)
    job = SweepJob(spec, folder, workers=workers)
    return go(job, f"sahelsim sweep run {folder / 'sweep.yaml'} --out {folder}", quiet, as_json)


for command in sweep_tables.COMMANDS:
    sweep.add_command(command)


# ---- shared --------------------------------------------------------------------------------------


def parse_shard(text: str | None) -> tuple[int, int]:
    """(part, parts) of ``3/200``; the whole for None.

    Raises:
        UsageError: SS1003, it has another form.
    """
    if text is None:
        return 1, 1
    part, _, parts = text.partition("/")
    if not (part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts)):
        raise UsageError(
            "SS1003", f"'{text}' is no shard", where="--shard", hint="write 1/4, 2/4, 3/4 or 4/4"
        )
    return int(part), int(parts)


def shard_name(shard: tuple[int, int]) -> str:
    """Folder of a shard: ``shard-003-of-200``."""
    width = len(str(shard[1]))
    return f"shard-{shard[0]:0{width}d}-of-{shard[1]}"


def go(job: SweepJob, command: str, quiet: bool, as_json: bool) -> int:
    """Run a prepared sweep with a progress bar and a summary; 130 where it is interrupted."""
    from sahelsim.cli.arms import interrupted
    from sahelsim.cli.progress import Progress
    from sahelsim.cli.warm import compile_with_progress

    silent = quiet or as_json
    ui.detail(
        f"{job.spec.id}: specification {job.spec.specification[:12]}, "
        f"{job.schedule.total:,} runs in all, in {job.store.path}"
    )
    try:
        with stopping_on_terminate():
            if job.left:
                compile_with_progress(silent)
            total = max(job.schedule.total, 1)
            with Progress(total, job.spec.id, quiet=silent, unit="runs") as progress:
                status = job.go(progress)
    except KeyboardInterrupt:
        return interrupted(command)
    finally:
        job.store.close()
    if as_json:
        ui.say_json("sweep.run", sweep=job.spec.id, path=str(status.path),
                    planned=status.planned, done=status.done, session=status.counts,
                    complete=status.complete, seconds=round(status.seconds, 3))  # fmt: skip
    elif not quiet:
        _summary(job, status)
    return 0


@contextmanager
def stopping_on_terminate() -> Iterator[None]:
    """Treat SIGTERM, by which clusters end jobs, as Ctrl-C."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _summary(job: SweepJob, status: SweepStatus) -> None:
    wrong = {word: n for word, n in status.counts.items() if word != "ok" and n}
    ui.say(f"{job.spec.id}: {status.done} of {status.planned} runs are done")
    if wrong:
        what = ", ".join(f"{n} {word}" for word, n in wrong.items())
        ui.say(f"went wrong: {what} (see: sahelsim sweep show {status.path} --failed)")
    ui.say(f"tables: {status.path}")
    ui.talk(f"next: sahelsim report {status.path}")


def _size(known: Estimate) -> dict[str, int]:
    keys = ("policies", "futures", "replicates", "runs")
    return {key: getattr(known, key) for key in keys}


def _sentence(spec: SweepSpec, known: Estimate) -> str:
    most = "up to " if spec.replication.until else ""
    policies = "1 policy" if known.policies == 1 else f"{known.policies} policies"
    return (
        f"{policies} × {plural(known.futures, 'future')} × {most}"
        f"{plural(known.replicates, 'replicate')} = {most}{known.runs:,} runs"
    )


def _cost(known: Estimate) -> list[str]:
    lines = [
        f"pilot of {known.pilot}: {number(1000 * known.run_s)} ms a run on one core, one in ten "
        f"over {number(1000 * known.slow_s)} ms, {number(1000 * known.setup_s)} ms to prepare a "
        "policy in a future",
        f"time: about {duration(known.seconds)} with {plural(known.workers, 'worker')}",
        f"disk: about {number(known.disk_bytes / 1e6)} MB ({number(known.run_bytes)} bytes a run)",
    ]
    if known.failed:
        lines.append(f"{known.failed} of the pilot's runs went wrong")
    return lines

"""``sahelsim sweep`` commands about what a sweep directory holds."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.errors import UsageError
from sahelsim.base.formatting import duration, plural
from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.experiment.sweep import Sweep

folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@ui.examples(
    "sahelsim sweep status outputs/first-sweep", "sahelsim sweep status outputs/first-sweep --json"
)
@click.command()
@folder_argument
@click.option("--watch", is_flag=True, help="Show it again every two seconds until it ends.")
@ui.json_option
def status(folder: Path, watch: bool, as_json: bool) -> None:
    """Say how far the sweep in DIR is; also while it runs."""
    from sahelsim.cli.progress import Line
    from sahelsim.experiment.sweep.state import sweep_state

    known = sweep_state(folder)
    if as_json:
        ui.say_json("sweep.status", **known)
        return
    if watch:
        line = Line()
        while known["state"] == "running":
            line.show(_state_line(known))
            time.sleep(2.0)
            known = sweep_state(folder)
        line.end()
    ui.say(_state_line(known))
    for word, n in known["counts"].items():
        if n and word != "ok":
            ui.say(f"  {n} {word}")
    if known["state"] not in ("complete", "running"):
        ui.say(f"go on with: {known['command']}")


def _state_line(known: dict[str, Any]) -> str:

    text = f"{known['id']}: {known['state']}, {known['done']} of {known['planned']} runs"
    if known["state"] == "running" and known.get("left_s") is not None:
        text += f", {known['runs_per_s']:.1f}/s, {duration(known['left_s'])} left"
    return text


@ui.examples(
    "sahelsim sweep show outputs/first-sweep",
    "sahelsim sweep show outputs/first-sweep --outcome tonnes_delivered --outcome siege_days",
    'sahelsim sweep show outputs/first-sweep --sql "SELECT count(*) FROM runs"',
)
@click.command()
@folder_argument
@click.option("--outcome", "outcomes", multiple=True, metavar="ID",
              help="Outcome to show; those of the sweep file by default.")  # fmt: skip
@click.option("--failed", is_flag=True, help="Show the runs that did not end well.")
@click.option("--sql", metavar="QUERY", help="Ask runs, futures, experiments or daily (DuckDB).")
@ui.json_option
def show(
    folder: Path, outcomes: tuple[str, ...], failed: bool, sql: str | None, as_json: bool
) -> None:
    """Show the runs in DIR: outcomes by policy, failures, or the answer to a query."""
    if sql is not None:
        from sahelsim.experiment.sweep.query import query

        frame = query(folder, sql)
        if as_json:
            ui.say_json("sweep.query", rows=frame.to_dict("records"))
        else:
            ui.say(_frame(frame))
        return
    from sahelsim.experiment.sweep import load_sweep
    from sahelsim.experiment.sweep.state import by_policy, failures

    sweep = load_sweep(folder)
    frame = failures(sweep) if failed else by_policy(sweep, outcomes)
    if as_json:
        ui.say_json("sweep.show", sweep=sweep.spec.id, complete=sweep.complete,
                    rows=frame.to_dict("records"))  # fmt: skip
        return
    if failed and not len(frame):
        ui.say("no run went wrong")
        return
    ui.say(_frame(frame))
    _footnote(sweep, failed)


def _footnote(sweep: Sweep, failed: bool) -> None:
    if not failed:
        ui.talk(
            f"mean over {plural(len(sweep.futures), 'future')} and their replicates, 5 % and 95 % "
            "of runs; 'met' is the share of runs that meet the threshold"
        )
    if not sweep.complete:
        ui.talk("the sweep is not complete")


def _frame(frame: Any) -> str:
    from sahelsim.experiment.summary import number

    def cell(value: Any) -> str:
        if isinstance(value, float):
            return number(value)
        return value.hex() if isinstance(value, bytes | bytearray) else str(value)

    rows = [[cell(value) for value in row] for row in frame.itertuples(index=False)]
    return ui.table(rows, [str(column) for column in frame.columns])


@ui.examples("sahelsim sweep merge outputs/shards")
@click.command()
@folder_argument
@click.argument("shards", metavar="[SHARD]...", nargs=-1, type=click.Path(path_type=Path))
@ui.json_option
def merge(folder: Path, shards: tuple[Path, ...], as_json: bool) -> None:
    """Bring the shards below DIR, or those named, together in DIR."""
    from sahelsim.experiment.sweep.merging import merge as bring

    done = bring(folder, shards)
    if as_json:
        ui.say_json("sweep.merge", path=str(folder), **done._asdict())
        return
    rest = f", {done.missing} have not run" if done.missing else ""
    ui.say(f"{plural(done.shards, 'shard')}: {plural(done.runs, 'run')} in {folder}{rest}")


@ui.examples("sahelsim sweep compact outputs/first-sweep")
@click.command()
@folder_argument
@ui.json_option
def compact(folder: Path, as_json: bool) -> None:
    """Join the many small parts of DIR into few; tables stay the same."""
    from sahelsim.experiment.files import FolderLock
    from sahelsim.experiment.sweep.result import stored_spec
    from sahelsim.experiment.sweep.store import SweepStore

    spec = stored_spec(folder)
    with closing(FolderLock(folder)):
        before, after = SweepStore(folder, spec).compact()
    if as_json:
        ui.say_json("sweep.compact", path=str(folder), before=before, after=after)
    else:
        ui.say(f"{plural(before, 'part')} became {after}")


@ui.examples("sahelsim sweep verify outputs/first-sweep --sample 3")
@click.command()
@folder_argument
@click.option("--sample", type=click.IntRange(1), default=50, show_default=True,
              help="Runs to run again.")  # fmt: skip
@ui.json_option
def verify(folder: Path, sample: int, as_json: bool) -> None:
    """Check every key in DIR and run a sample again; exit code 7 where a bit differs."""
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.experiment.sweep.verifying import verify as check

    compile_with_progress(as_json)
    found = check(folder, sample)
    if as_json:
        ui.say_json("sweep.verify", path=str(folder), **found._asdict())
    else:
        ui.say(f"{plural(found.keys, 'key')} agree with their runs; {plural(found.again, 'run')} "
               "run again, equal to the last bit")  # fmt: skip


@ui.examples(
    "sahelsim sweep export outputs/first-sweep --to outputs/first-sweep-csv",
    "sahelsim sweep export outputs/first-sweep --format parquet --to outputs/first-sweep-parquet",
)
@click.command()
@folder_argument
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), metavar="PATH",
              help="Folder to write.")  # fmt: skip
@click.option("--format", "kind", type=ui.Choice(["csv", "parquet"]), default="csv",
              show_default=True, help="What to write.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite what is there.")
@ui.json_option
def export(folder: Path, target: Path, kind: str, force: bool, as_json: bool) -> None:
    """Write the tables of DIR for other programs."""
    from sahelsim.experiment.sweep.exporting import export as write

    if not force and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError("SS1008", f"{target} exists already", hint="add --force to overwrite it")
    written = write(folder, target, kind)
    if as_json:
        ui.say_json("sweep.export", files=[str(file) for file in written])
    else:
        for file in written:
            ui.say(str(file))


@ui.examples("sahelsim sweep slurm first-sweep --shards 8 --out sweeps/first")
@click.command()
@click.argument("file")
@click.option(
    "--shards", type=click.IntRange(1, 100_000), required=True, help="Tasks of the array."
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR",
              help="Directory on a disk that all nodes see; outputs/<id> by default.")  # fmt: skip
@click.option("--cpus", type=click.IntRange(1, 1024), default=4, show_default=True,
              help="Cores of a task.")  # fmt: skip
@click.option(
    "--time", "limit", default="02:00:00", show_default=True, help="Time limit of a task."
)
@click.option("--memory", default="4G", show_default=True, help="Memory of a task.")
def slurm(file: str, shards: int, out: Path | None, cpus: int, limit: str, memory: str) -> None:
    """Print a Slurm script that runs FILE as an array of shards and merges them."""
    from sahelsim.experiment.sweep import load_spec
    from sahelsim.experiment.sweep.slurm import script

    spec = load_spec(file)
    path = out or Path("outputs") / spec.id
    ui.say(script(spec.id, file, path, shards, cpus=cpus, limit=limit, memory=memory).rstrip("\n"))


COMMANDS = (status, show, merge, compact, verify, export, slurm)

"""``sahelsim bench``: how fast this machine simulates, before much is asked of it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sahelsim.base.formatting import number, plural
from sahelsim.cli import ui

if TYPE_CHECKING:
    from sahelsim.scenario import Scenario

FIRST = 4  # replicates of the first, shortest measurement
MANY = 1000


@ui.examples("sahelsim bench --seconds 1", "sahelsim bench no-airlift --seconds 1 --json")
@click.command()
@click.argument("scenario", default="documented-2023")
@click.option("--seconds", type=click.FloatRange(0.1, 600.0), default=5.0, show_default=True,
              help="How long each measurement takes at least.")  # fmt: skip
@ui.json_option
def bench(scenario: str, seconds: float, as_json: bool) -> None:
    """Measure how many replicates of SCENARIO this machine runs in a second, tables on disk.

    With one worker and with all. Other programs that run meanwhile make it slower; what sahelsim
    does beside other tools is on the page docs/explanation/speed.md.
    """
    from sahelsim.cli.warm import compile_with_progress
    from sahelsim.experiment.runner import worker_count
    from sahelsim.scenario import load_scenario

    plan = load_scenario(scenario)
    compile_with_progress(silent=as_json)
    found: list[Any] = []
    for workers in sorted({1, worker_count(None)}):
        ui.talk(f"measuring with {plural(workers, 'worker')} ...", quiet=as_json)
        rate = replicates_a_second(plan, workers, seconds)
        found.append({"workers": workers, "replicates_per_s": rate})
    if as_json:
        ui.say_json("bench", scenario=plan.id, days=plan.days, measured=found)
        return
    rows = [_row(**one) for one in found]
    ui.say(f"{plan.id}, {plural(plan.days, 'day')}, tables on disk, without the report")
    ui.say(ui.table(rows, ("workers", "replicates/s", "ms each", f"s for {MANY:,}")))


def _row(workers: int, replicates_per_s: float) -> tuple[str, ...]:
    each, many = 1000 / replicates_per_s, MANY / replicates_per_s
    return str(workers), number(replicates_per_s), number(each), number(many)


def replicates_a_second(plan: Scenario, workers: int, seconds: float) -> float:
    """Replicates that are simulated and stored in a second.

    The number of replicates doubles until one run takes ``seconds``; what begins only once, such
    as loading, is told from the rest by what the last run took longer than the one before it.
    """
    from sahelsim.experiment import run

    def timed(replicates: int) -> float:
        with tempfile.TemporaryDirectory(prefix="sahelsim-bench-") as folder:
            began = time.perf_counter()
            run(plan, replicates, workers=workers, out=Path(folder) / "run")
            return time.perf_counter() - began

    timed(FIRST)  # what is loaded once
    replicates, before = FIRST, timed(FIRST)
    while True:
        replicates *= 2
        took = timed(replicates)
        if took >= seconds and took > before:
            return replicates / 2 / (took - before)
        before = took

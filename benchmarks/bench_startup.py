"""How long one waits before anything happens: help, import, a first run, the compilation.

python -m benchmarks.bench_startup [--rounds 7] [--cold 1]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import measure
from benchmarks.page import bars

RUN = ("run", "documented-2023", "--replicates", "1", "--no-report", "--seed", "1")


def call(*arguments: str, cache: Path | None = None) -> None:
    """Run this interpreter with arguments in a process of its own.

    Raises:
        SystemExit: it failed; what it said.
    """
    cached = {"NUMBA_CACHE_DIR": str(cache)} if cache else {}
    done = subprocess.run(
        [sys.executable, *arguments], env={**os.environ, **cached}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")


def sahelsim(*arguments: str, cache: Path | None = None) -> None:
    """Run the command line in a process of its own."""
    call("-m", "sahelsim", *arguments, cache=cache)


def cold(times: int) -> measure.Times:
    """Compile into an empty cache, ``times`` times over."""
    wall, cpu = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            began, used = time.perf_counter(), measure.processor_s()
            sahelsim("warm", cache=Path(folder))
            wall.append(time.perf_counter() - began)
            cpu.append(measure.processor_s() - used)
    return measure.Times(wall, cpu, None)


def main() -> None:
    """Measure."""
    given = measure.options(__doc__, rounds=7, cold=1)
    sahelsim("warm")
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "run")
        times = measure.interleaved(
            {
                "python -c pass": lambda: call("-c", "pass"),
                "import sahelsim": lambda: call("-c", "import sahelsim"),
                "sahelsim --help": lambda: sahelsim("--help"),
                "sahelsim run --replicates 1 --no-report, warm": lambda: sahelsim(
                    *RUN, "--force", "--out", out
                ),
            },
            given.rounds,
        )
    if given.cold > 0:
        times["sahelsim warm, empty cache"] = cold(given.cold)
    targets = {
        "import sahelsim": "under 0.5 s",
        "sahelsim --help": "under 0.15 s, at most 0.3 s",
        "sahelsim run --replicates 1 --no-report, warm": "under 2 s",
        "sahelsim warm, empty cache": "under 20 s",
    }
    sheet = measure.Sheet(
        "startup",
        "Before anything happens",
        "See what one waits for once a command is typed; the interpreter's own start is in all.",
        text=["Processor time counts all cores, and other work on the machine moves it less."],
    )
    for name, taken in times.items():
        sheet.add(name, taken.wall, "s", targets.get(name, ""))
        sheet.add(f"{name}: processor time", taken.cpu, "s")
    sheet.chart(
        "Start-up", "Seconds from typing to the end of the command; the axis is logarithmic.",
        bars(list(times), [measure.quartiles(taken.wall)[1] for taken in times.values()], "s",
             log=True),
    )  # fmt: skip
    measure.publish(sheet)


if __name__ == "__main__":
    main()

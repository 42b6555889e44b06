"""What every benchmark shares: timing in turn, medians with spread, the machine, what is kept.

Machines are noisy, so two sides of a ratio run in turn, round after round, in one process, and the
ratio is the median over rounds: what slows both, cancels. Times are wall seconds; where a task runs
on one core its processor seconds are kept beside them, which others on the machine move less.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "outputs" / "bench"
PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow")
SCHEMA = 1


@dataclass(frozen=True)
class Row:
    """One measured quantity.

    Attributes:
        case: What was measured.
        value: Median.
        unit: Its unit; ``x`` is a ratio.
        low: Lower quartile.
        high: Upper quartile.
        n: Number of measurements.
        target: What was aimed at, in words.
        note: What a reader must know.
    """

    case: str
    value: float
    unit: str
    low: float
    high: float
    n: int
    target: str = ""
    note: str = ""


@dataclass
class Sheet:
    """The results of one benchmark: a section of the page.

    Attributes:
        name: File name and anchor.
        title: Heading.
        see: One sentence that says what to see.
        rows: Measured quantities.
        text: What the reader must know, in paragraphs.
        figures: (title, caption, Plotly figure as a dict).
    """

    name: str
    title: str
    see: str
    rows: list[Row] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    figures: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def add(
        self, case: str, values: Sequence[float], unit: str, target: str = "", note: str = ""
    ) -> Row:
        """Add the median and quartiles of some measurements."""
        low, middle, high = quartiles(values)
        row = Row(case, middle, unit, low, high, len(values), target, note)
        self.rows.append(row)
        return row

    def chart(self, title: str, caption: str, figure: Any) -> None:
        """Add a Plotly figure."""
        self.figures.append((title, caption, json.loads(figure.to_json())))


@dataclass(frozen=True)
class Times:
    """Seconds of one task over the rounds.

    Attributes:
        wall: Wall seconds.
        cpu: Processor seconds of this process and of the processes it waited for.
        result: What the last call returned.
    """

    wall: list[float]
    cpu: list[float]
    result: Any


def interleaved(
    tasks: Mapping[str, Callable[[], Any]], rounds: int, warm_up: int = 1
) -> dict[str, Times]:
    """Run every task once a round; the order turns by one each round, so none is always first.

    Args:
        tasks: What to run, by name.
        rounds: Measured rounds.
        warm_up: Rounds before them that are not kept.
    """
    names = list(tasks)
    wall: dict[str, list[float]] = {name: [] for name in names}
    cpu: dict[str, list[float]] = {name: [] for name in names}
    result: dict[str, Any] = {}
    for number in range(-warm_up, rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            began, used = time.perf_counter(), processor_s()
            result[name] = tasks[name]()
            took, work = time.perf_counter() - began, processor_s() - used
            if number >= 0:
                wall[name].append(took)
                cpu[name].append(work)
    return {name: Times(wall[name], cpu[name], result[name]) for name in names}


def processor_s() -> float:
    """Processor seconds of this process so far, and of its children that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def ratios(above: Sequence[float], below: Sequence[float], scale: float = 1.0) -> list[float]:
    """Ratio of two tasks round by round, times ``scale``."""
    return [scale * a / b for a, b in zip(above, below, strict=True)]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median, upper quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def memory_mb(pid: int | str = "self") -> float:
    """Resident memory of a process now, MB; its peak where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024.0


def disk_mb(folder: Path) -> float:
    """Size of all files of a folder, MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def machine() -> dict[str, str]:
    """What the numbers were measured on."""
    from sahelsim.experiment.runner import worker_count

    def installed(name: str) -> str:
        try:
            return f"{name} {version(name)}"
        except PackageNotFoundError:
            return f"{name} -"

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {
        "processor": f"{_processor()}, {worker_count(None)} cores to use",
        "memory": f"{_memory_gb():.0f} GB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "packages": ", ".join(installed(name) for name in PACKAGES),
        "load when measured": f"{load:.1f} processes waiting to run",
        "measured": datetime.now(UTC).isoformat(timespec="minutes"),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (ValueError, OSError, AttributeError):
        return float("nan")


def options(description: str | None, **defaults: int | float) -> argparse.Namespace:
    """Read ``--name value`` for every default from the command line."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n\n")[0])
    for name, default in defaults.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=type(default), default=default,
            help=f"default {default}",
        )  # fmt: skip
    return parser.parse_args()


def number(value: float) -> str:
    """A number to three significant digits: 12,300; 0.452."""
    rounded = float(f"{value:.2e}")
    return f"{int(rounded):,}" if abs(rounded) >= 100 else f"{rounded:.3g}"


def publish(sheet: Sheet, out: Path = OUT) -> Path:
    """Print the table of a sheet, keep it, and write the page of all sheets kept so far."""
    from benchmarks.page import write

    for row in sheet.rows:
        spread = f"({number(row.low)} to {number(row.high)}, n = {row.n})" if row.n > 1 else ""
        aim = f"  aim: {row.target}" if row.target else ""
        print(f"  {row.case:<58} {number(row.value):>8} {row.unit:<12} {spread}{aim}", flush=True)
    out.mkdir(parents=True, exist_ok=True)
    kept = {"schema": SCHEMA, "machine": machine(), **asdict(sheet)}
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    (out / f"{sheet.name}.json").write_text(text + "\n", encoding="utf-8")
    path = write(out)
    print(f"  page: {path}", flush=True)
    return path

"""``sahelsim doctor``: is this machine fit to run sahelsim, and if not, what to do."""

from __future__ import annotations

import importlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Literal

import click

from sahelsim.base.errors import EnvironmentFault
from sahelsim.base.extra import install_line
from sahelsim.base.formatting import number, one_of, plural
from sahelsim.base.paths import shipped
from sahelsim.cli import ui
from sahelsim.exercise.network import PORT

Status = Literal["ok", "warn", "fail"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
HEAVY = ("mesa", "numba", "pandas", "pyarrow", "plotly")
"""Packages that can be installed and still not load (compiled parts, missing companions)."""

EXTRAS = {
    "analysis": "sensitivity, scenario discovery, calibration, SQL over sweeps",
    "cluster": "sweeps on many machines (Dask)",
    "web": "a class plays in its browsers",
    "postgres": "games kept in PostgreSQL",
    "static": "charts as pictures (report --figures)",
    "viz": "the model in a browser, by Mesa's SolaraViz",
}
"""Optional parts that a user may want, and what each is for."""

NAME_WIDTH = 14
COLOURS = {"ok": "good", "warn": "warn", "fail": "error"}
LEAST_PYTHON = (3, 11)
LEAST_FREE_DISK_GB = 1.0
LEAST_FREE_MEMORY_GB = 1.0
SLOW_FSYNC_MS = 50.0


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report.

    Attributes:
        name: What was looked at.
        status: ``fail`` if sahelsim cannot work so, ``warn`` if something is slower or missing.
        found: What was found, in words.
        advice: What to do about it; empty if nothing need be done.
    """

    name: str
    status: Status
    found: str
    advice: str = ""


def python_version() -> Finding:
    """Python against the range the package asks for."""
    found = f"{sys.version.split()[0]} at {sys.executable}"
    if sys.version_info < LEAST_PYTHON:
        return Finding("python", "fail", found, "install Python 3.11 or newer")
    return Finding("python", "ok", found)


def packages() -> Finding:
    """Versions of the required packages against the ranges of the installed metadata."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return Finding("packages", "fail", "'packaging' is missing", "pip install sahelsim")
    try:
        lines = metadata.requires("sahelsim") or []
    except metadata.PackageNotFoundError:
        advice = "in the checkout: pip install -e ."
        return Finding("packages", "warn", "sahelsim itself is not installed", advice)
    good, bad = [], []
    for requirement in map(Requirement, lines):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            have = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            bad.append((f"{requirement.name} missing", str(requirement)))
            continue
        if requirement.specifier.contains(have, prereleases=True):
            good.append(f"{requirement.name} {have}")
        else:
            bad.append(
                (f"{requirement.name} {have} is not {requirement.specifier}", str(requirement))
            )
    if bad:
        advice = "pip install " + " ".join(f"'{wanted}'" for _, wanted in bad)
        return Finding("packages", "fail", "; ".join(what for what, _ in bad), advice)
    return Finding("packages", "ok", ", ".join(good))


def extra(name: str) -> Finding:
    """Whether the packages of an optional part are there; nothing else needs them."""
    title = f"extra {name}"
    try:
        from packaging.requirements import Requirement

        lines = metadata.requires("sahelsim") or []
    except (ImportError, metadata.PackageNotFoundError):
        return Finding(title, "warn", "cannot be told", "see packages")
    wanted, missing = 0, []
    for requirement in map(Requirement, lines):
        marker = requirement.marker
        if marker is None or marker.evaluate({"extra": ""}) or not marker.evaluate({"extra": name}):
            continue
        wanted += 1
        try:
            metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            missing.append(requirement.name)
    if not wanted:
        return Finding(title, "warn", "not offered by the version installed", "reinstall sahelsim")
    if not missing:
        return Finding(title, "ok", EXTRAS[name])
    found = f"{', '.join(missing)} missing; for: {EXTRAS[name]}"
    return Finding(title, "warn", found, install_line(name))


def imports() -> Finding:
    """Whether the compiled packages load: an installed package can still be broken."""
    broken = []
    for name in HEAVY:
        try:
            importlib.import_module(name)
        except Exception as fault:  # a broken binary may raise anything
            broken.append(f"{name}: {type(fault).__name__}: {fault}")
    if broken:
        advice = "pip install --force-reinstall sahelsim"
        return Finding("imports", "fail", "; ".join(broken), advice)
    return Finding("imports", "ok", f"{one_of(HEAVY).replace(' or ', ' and ')} load")


def shipped_files() -> Finding:
    """Whether scenarios and configurations came with the installation."""
    try:
        count = sum(1 for kind in ("scenarios", "configs") for _ in shipped(kind).glob("*.y*ml"))
    except EnvironmentFault as fault:
        return Finding("shipped files", "fail", fault.message, fault.hint or "")
    if not count:
        return Finding("shipped files", "fail", "no scenario found", "reinstall sahelsim")
    return Finding("shipped files", "ok", plural(count, "YAML file"))


def results_folder() -> Path:
    """Where a run started here would write: ``outputs/`` if it exists, else this folder."""
    return Path("outputs") if Path("outputs").is_dir() else Path(".")


def write_access() -> Finding:
    """Write access and room where results go."""
    folder = results_folder()
    place = str(folder.resolve())
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as fault:
        advice = "work in a folder of your own, or name one with --out DIR"
        return Finding("results", "fail", f"{place}: {fault.strerror or fault}", advice)
    free_gb = shutil.disk_usage(folder).free / 1e9
    found = f"{place} is writable, {number(free_gb)} GB free"
    if free_gb < LEAST_FREE_DISK_GB:
        return Finding("results", "warn", found, "free some disk, or write elsewhere: --out DIR")
    return Finding("results", "ok", found)


def disk_speed() -> Finding:
    """Time until a small write is safely on disk (median of 15), where results go."""
    times_ms = []
    try:
        with tempfile.TemporaryFile(dir=results_folder()) as file:
            for _ in range(15):
                start = time.perf_counter()
                file.write(b"x" * 4096)
                file.flush()
                os.fsync(file.fileno())
                times_ms.append((time.perf_counter() - start) * 1e3)
    except OSError as fault:
        return Finding("disk", "warn", f"could not be measured: {fault.strerror or fault}")
    median_ms = statistics.median(times_ms)
    found = f"4 KiB safe on disk in {number(median_ms, 2)} ms"
    if median_ms > SLOW_FSYNC_MS:
        return Finding("disk", "warn", found, "a local disk is faster than a network folder")
    return Finding("disk", "ok", found)


def kernel_cache() -> Finding:
    """Whether compiled kernels are on disk and can be kept there."""
    try:
        from sahelsim.model.kernel import cache_state

        state = cache_state("model.day.run_days")
    except Exception as fault:  # Numba itself may be what is broken
        return Finding("kernel cache", "fail", f"{type(fault).__name__}: {fault}", "see imports")
    if state.path is None:
        advice = "set NUMBA_CACHE_DIR to a writable folder; until then each run compiles anew"
        return Finding("kernel cache", "warn", "no writable folder", advice)
    words = "compiled" if state.compiled else "empty: the first run compiles"
    return Finding("kernel cache", "ok", f"{words} ({state.path})")


def cores() -> Finding:
    """Processor cores this process may use, a container's quota included."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    usable = usable or 1
    quota = _cgroup_quota()
    if quota is not None and quota < usable:
        found = f"{usable}, of which the container may use {number(quota)}"
        advice = f"--workers {max(1, round(quota))} matches the quota"
        return Finding("cores", "warn", found, advice)
    if usable == 1:
        return Finding("cores", "warn", "1", "runs work, but not side by side")
    return Finding("cores", "ok", str(usable))


def _cgroup_quota() -> float | None:
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        return None


def memory() -> Finding:
    """Memory free for a run."""
    free_gb = _free_memory_gb()
    if free_gb is None:
        return Finding("memory", "ok", "not told by this system")
    found = f"{number(free_gb)} GB free"
    if free_gb < LEAST_FREE_MEMORY_GB:
        return Finding("memory", "warn", found, "close other programs or lower --workers")
    return Finding("memory", "ok", found)


def _free_memory_gb() -> float | None:
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        for line in text.splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024 / 1e9
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    except (AttributeError, ValueError, OSError):
        return None


def clock() -> Finding:
    """Whether the clock can be right: it may not lie before the installed files were written."""
    now = time.time()
    written = Path(__file__).stat().st_mtime
    found = time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(now))
    if now < written - 86400:
        advice = "set the clock: results are named and sorted by it"
        return Finding("clock", "warn", f"{found} is before sahelsim was installed", advice)
    return Finding("clock", "ok", found)


def browser() -> Finding:
    """Chromium, which only the browser tests and charts as pictures need."""
    for name in BROWSERS:
        path = shutil.which(name)
        if path:
            return Finding("browser", "ok", path)
    advice = "Debian, Ubuntu: sudo apt install chromium (reports open in any browser)"
    return Finding("browser", "warn", "no chromium to draw charts as pictures with", advice)


CHECKS: tuple[Callable[[], Finding], ...] = (
    python_version,
    packages,
    imports,
    shipped_files,
    write_access,
    disk_speed,
    kernel_cache,
    cores,
    memory,
    clock,
    browser,
    *(partial(extra, name) for name in EXTRAS),
)


def examine() -> Iterator[Finding]:
    """Yield the findings in the order of ``CHECKS``, each as soon as it is known."""
    for check in CHECKS:
        yield check()


@ui.examples(
    "sahelsim doctor",
    "sahelsim doctor --json > doctor.json",
    "sahelsim doctor --lan",
)
@click.command()
@click.option("--lan", is_flag=True, help="Look instead whether a class would reach this machine.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True,
              help="With --lan: port of the class's server.")  # fmt: skip
@click.option("--wait", "wait_s", type=click.IntRange(0, 3600), default=0, metavar="SECONDS",
              help="With --lan: stay so long, for a phone to open the address.")  # fmt: skip
@ui.json_option
def doctor(lan: bool, port: int, wait_s: int, as_json: bool) -> int:
    """Check this machine: Python, packages, disk, cores, memory, clock, browser, extras.

    Each line is ok, warn or fail, with what to do about it. Exit code 6 if a line failed.
    """
    if lan:
        from sahelsim.cli.doctor_lan import examine_lan

        found = examine_lan(port, wait_s, silent=as_json)
    elif wait_s:
        raise click.UsageError("--wait goes with --lan")
    else:
        found = examine()
    findings = []
    for finding in found:
        findings.append(finding)
        if not as_json:
            word = ui.paint(f"{finding.status:4}", COLOURS[finding.status])
            ui.say(f"{word}  {finding.name:{NAME_WIDTH}}  {finding.found}")
            if finding.advice:
                ui.say(f"{'':6}{'':{NAME_WIDTH}}  -> {finding.advice}")
            sys.stdout.flush()
    failed = sum(finding.status == "fail" for finding in findings)
    if as_json:
        ui.say_json("doctor", ok=not failed, findings=[asdict(finding) for finding in findings])
    else:
        warned = sum(finding.status == "warn" for finding in findings)
        ui.talk(f"{failed} failed, {plural(warned, 'warning')}")
    return EnvironmentFault.exit_code if failed else 0

"""``sahelsim doctor``: every finding says what was found and, where wrong, what to do."""

from __future__ import annotations

import importlib
import json
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from sahelsim.base.extra import install_line
from sahelsim.cli.main import main

# `sahelsim.cli.doctor` may also name the command, where the package re-exports it
doctor_module = importlib.import_module("sahelsim.cli.doctor")
Finding = doctor_module.Finding
Capture = pytest.CaptureFixture[str]


def run(monkeypatch: pytest.MonkeyPatch, *findings: object, arguments: tuple[str, ...] = ()) -> int:
    checks = tuple((lambda finding=finding: finding) for finding in findings)
    monkeypatch.setattr(doctor_module, "CHECKS", checks)
    return main(["doctor", *arguments])


def test_all_well_exits_0(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    findings = Finding("cores", "ok", "2"), Finding("browser", "warn", "none", "x")
    assert run(monkeypatch, *findings) == 0
    out, err = capsys.readouterr()
    assert "0 failed, 1 warning" in err
    assert out.splitlines()[0].split() == ["ok", "cores", "2"]


def test_a_failure_exits_6_and_names_the_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    finding = Finding("python", "fail", "3.9.1", "install Python 3.11 or newer")
    assert run(monkeypatch, finding) == 6
    assert "-> install Python 3.11 or newer" in capsys.readouterr().out


def test_json_is_one_document_and_keeps_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    finding = Finding("python", "fail", "3.9.1", "newer")
    assert run(monkeypatch, finding, arguments=("--json",)) == 6
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    assert document["findings"] == [
        {"name": "python", "status": "fail", "found": "3.9.1", "advice": "newer"}
    ]


def test_the_columns_line_up(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    names = [*(f"extra {name}" for name in doctor_module.EXTRAS), "cores", "shipped files"]
    run(monkeypatch, *(Finding(name, "ok", "here") for name in names))
    assert len({line.index("here") for line in capsys.readouterr().out.splitlines()}) == 1


def test_this_machine_can_run_the_tests_at_all() -> None:
    """The checks that must hold wherever this suite runs, looked at for real."""
    for check in (doctor_module.python_version, doctor_module.imports):
        assert check().status == "ok"


def test_an_old_python_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    assert doctor_module.python_version().status == "fail"


def test_a_version_out_of_range_fails_with_the_install_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _: ["numpy>=1.26,<3", "sphinx; extra=='docs'"])
    monkeypatch.setattr(metadata, "version", lambda _: "1.20")
    finding = doctor_module.packages()
    assert finding.status == "fail"
    assert finding.found == "numpy 1.20 is not <3,>=1.26"
    assert finding.advice == "pip install 'numpy<3,>=1.26'"


def test_a_missing_package_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _: ["no-such-package-here>=1"])
    finding = doctor_module.packages()
    assert finding.status == "fail"
    assert "no-such-package-here missing" in finding.found


def test_a_package_that_does_not_load_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module, "HEAVY", ("json", "no_such_module_here"))
    finding = doctor_module.imports()
    assert finding.status == "fail"
    assert "no_such_module_here: ModuleNotFoundError" in finding.found
    assert "json" not in finding.found


def test_results_go_to_outputs_where_it_exists(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path.resolve()) in doctor_module.write_access().found
    (tmp_path / "outputs").mkdir()
    assert str((tmp_path / "outputs").resolve()) in doctor_module.write_access().found


def test_an_unwritable_results_folder_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor_module.tempfile, "TemporaryFile", refuse)
    finding = doctor_module.write_access()
    assert finding.status == "fail"
    assert "Permission denied" in finding.found
    assert "--out" in finding.advice


def test_a_full_disk_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    usage = SimpleNamespace(free=0.2e9)
    monkeypatch.setattr(doctor_module.shutil, "disk_usage", lambda _: usage)
    finding = doctor_module.write_access()
    assert (finding.status, "0.2 GB free" in finding.found) == ("warn", True)


def test_a_slow_disk_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    ticks = iter(range(1000))
    monkeypatch.setattr(doctor_module.time, "perf_counter", lambda: next(ticks) * 0.2)
    finding = doctor_module.disk_speed()
    assert (finding.status, finding.found) == ("warn", "4 KiB safe on disk in 200 ms")


def test_a_clock_before_the_installation_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module.time, "time", lambda: 0.0)
    assert doctor_module.clock().status == "warn"


def test_a_container_quota_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module, "_cgroup_quota", lambda: 0.5)
    finding = doctor_module.cores()
    assert finding.status == "warn"
    assert finding.advice == "--workers 1 matches the quota"


def test_no_browser_is_only_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module.shutil, "which", lambda _: None)
    assert doctor_module.browser().status == "warn"


def test_missing_shipped_files_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(kind: str) -> Path:
        raise doctor_module.EnvironmentFault("SS6001", f"'{kind}' is missing", hint="reinstall")

    monkeypatch.setattr(doctor_module, "shipped", missing)
    finding = doctor_module.shipped_files()
    assert (finding.status, finding.advice) == ("fail", "reinstall")


def test_a_missing_extra_is_a_warning_that_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = ["click>=8", "no-such-package>=1; extra == 'web'", "click>=8; extra == 'cluster'"]
    monkeypatch.setattr(metadata, "requires", lambda _: lines)
    finding = doctor_module.extra("web")
    assert finding.status == "warn"
    assert "no-such-package" in finding.found
    assert finding.advice == install_line("web")
    assert doctor_module.extra("cluster").status == "ok"
    assert doctor_module.extra("viz").advice == "reinstall sahelsim"


def test_every_extra_for_users_is_looked_at() -> None:
    """Those for developers are not; every other extra of the project is a line of the report."""
    import tomllib

    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text("utf-8"))
    known = set(project["project"]["optional-dependencies"]) - {"test", "dev", "docs"}
    assert known <= set(doctor_module.EXTRAS)


def test_sahelsim_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "requires", missing)
    finding = doctor_module.packages()
    assert (finding.status, finding.advice) == ("warn", "in the checkout: pip install -e .")
    assert doctor_module.extra("web").found == "cannot be told"


def test_without_packaging_the_packages_cannot_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    assert doctor_module.packages().status == "fail"
    assert doctor_module.extra("web").status == "warn"


def test_a_disk_that_refuses_is_a_warning_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(doctor_module.tempfile, "TemporaryFile", refuse)
    finding = doctor_module.disk_speed()
    assert finding.status == "warn"
    assert "No space left on device" in finding.found


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (SimpleNamespace(path=None, compiled=False), "warn", "no writable folder"),
        (SimpleNamespace(path="c", compiled=True), "ok", "compiled (c)"),
        (SimpleNamespace(path="c", compiled=False), "ok", "empty: the first run compiles (c)"),
    ],
)
def test_the_kernel_cache(
    state: object, status: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sahelsim.model.kernel.cache_state", lambda _: state)
    finding = doctor_module.kernel_cache()
    assert (finding.status, finding.found) == (status, words)
    assert ("NUMBA_CACHE_DIR" in finding.advice) is (status == "warn")


def test_a_numba_that_breaks_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("no LLVM")

    monkeypatch.setattr("sahelsim.model.kernel.cache_state", broken)
    finding = doctor_module.kernel_cache()
    assert (finding.status, finding.found) == ("fail", "RuntimeError: no LLVM")


@pytest.mark.parametrize(("usable", "status"), [({0}, "warn"), ({0, 1, 2}, "ok")])
def test_cores(usable: set[int], status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module, "_cgroup_quota", lambda: None)
    monkeypatch.setattr(doctor_module.os, "sched_getaffinity", lambda _: usable, raising=False)
    finding = doctor_module.cores()
    assert (finding.status, finding.found) == (status, str(len(usable)))


@pytest.mark.parametrize(
    ("text", "quota"), [("max 100000", None), ("150000 100000", 1.5), ("nonsense", None)]
)
def test_the_quota_of_a_container(
    text: str, quota: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    assert doctor_module._cgroup_quota() == quota


@pytest.mark.parametrize(
    ("text", "found", "status"),
    [
        ("MemTotal: 9\nMemAvailable:    8000000 kB\n", "8.19 GB free", "ok"),
        ("MemAvailable: 500000 kB\n", "0.512 GB free", "warn"),
    ],
)
def test_memory(text: str, found: str, status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    finding = doctor_module.memory()
    assert (finding.found, finding.status) == (found, status)


def test_memory_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: "")
    pages = {"SC_AVPHYS_PAGES": 1_000_000, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(doctor_module.os, "sysconf", pages.__getitem__)
    assert doctor_module.memory().found == "4.1 GB free"
    monkeypatch.setattr(doctor_module.os, "sysconf", lambda _: int("none"))
    assert doctor_module.memory().found == "not told by this system"


def test_a_shipped_folder_without_files_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor_module, "shipped", lambda _: tmp_path)
    assert doctor_module.shipped_files().status == "fail"


def test_a_clock_that_can_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor_module.clock().status == "ok"
    monkeypatch.setattr(doctor_module.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert doctor_module.browser().found == "/usr/bin/chromium"

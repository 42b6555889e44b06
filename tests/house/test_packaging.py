"""The wheel carries everything and works from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without isolation so that no network is needed."""
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), "."],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("sahelsim-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked into a folder: what pip does with a pure one, but needing no pip."""
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def run_installed(
    installed: Path, folder: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def source_files(folder: Path) -> set[str]:
    return {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    }


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"sahelsim/{file}" for file in source_files(REPO / "sahelsim")}
    for kind in ("scenarios", "configs"):
        wanted |= {f"sahelsim/shipped/{kind}/{file}" for file in source_files(REPO / kind)}
    assert sorted(wanted - names) == []


@pytest.mark.parametrize(
    ("folder", "suffix"),
    [
        ("sahelsim/shipped/scenarios/", ".yaml"),
        ("sahelsim/theatre/parameters/", ".yaml"),
        ("sahelsim/theatre/data/", ".csv"),
        ("sahelsim/base/", "catalogue.yaml"),
        ("sahelsim/shipped/configs/", ".exercise.yaml"),
        ("sahelsim/shipped/configs/", "-sweep.yaml"),
        ("sahelsim/theatre/", "posterior.parquet"),
        ("sahelsim/exercise/catalogue/", ".yaml"),
        ("sahelsim/report/", (".html", ".j2", ".css")),
        ("sahelsim/", "py.typed"),
    ],
)
def test_wheel_holds_each_kind_of_data(
    wheel: Path, folder: str, suffix: str | tuple[str, ...]
) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.startswith(folder) and name.endswith(suffix)]


def test_wheel_holds_the_licence_and_nothing_foreign(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"sahelsim"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_installed_package_lists_its_scenarios_from_any_folder(
    installed: Path, tmp_path: Path
) -> None:
    where = run_installed(installed, tmp_path, "-c", "import sahelsim; print(sahelsim.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(installed)
    listed = run_installed(installed, tmp_path, "-m", "sahelsim", "scenario", "list")
    assert listed.returncode == 0, listed.stderr
    for scenario in (REPO / "scenarios").glob("*.yaml"):
        assert scenario.stem in listed.stdout


def test_installed_package_reports_its_version(installed: Path, tmp_path: Path) -> None:
    shown = run_installed(installed, tmp_path, "-c", "import sahelsim; print(sahelsim.__version__)")
    (info,) = installed.glob("sahelsim-*.dist-info")
    assert info.name == f"sahelsim-{shown.stdout.strip()}.dist-info"


@pytest.mark.parametrize(
    "words",
    [
        ["scenario", "check", "documented-2023"],
        ["exercise", "check", "pont-aerien-2023"],
        ["sweep", "check", "airlift-sweep"],
        ["calibrate", "calibration", "--dry-run"],
        ["explain", "SS2103"],
        ["facts", "localities", "--json"],
    ],
    ids=lambda words: words[0],
)
def test_installed_package_finds_by_name_from_a_folder_with_a_space(
    installed: Path, tmp_path: Path, words: list[str]
) -> None:
    folder = tmp_path / "a folder of mine"
    folder.mkdir()
    done = run_installed(installed, folder, "-m", "sahelsim", *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert list(folder.iterdir()) == []


@pytest.mark.long
def test_a_fresh_environment_runs_a_scenario_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """A virtual environment with the wheel and its own command; packages come from this one."""
    home = tmp_path / "environment"
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", str(home)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    (site,) = home.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    import numpy

    (site / "borrowed.pth").write_text(str(Path(numpy.__file__).parents[1]), encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    for words in (
        ["run", "documented-2023", "--days", "10", "-n", "2", "--out", "results"],
        ["report", "results"],
        ["exercise", "bots", "pont-aerien-2023", "--turns", "1", "--no-odds"],
    ):
        done = subprocess.run(
            [str(home / "bin" / "python"), "-P", "-m", "sahelsim", *words],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=900,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    where = "import sahelsim; print(sahelsim.__file__)"
    shown = subprocess.run(
        [str(home / "bin" / "python"), "-P", "-c", where], cwd=tmp_path, env=environment,
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert Path(shown.stdout.strip()).is_relative_to(home)
    assert (tmp_path / "results" / "report.html").stat().st_size > 100_000

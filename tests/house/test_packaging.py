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

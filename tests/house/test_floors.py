"""The floors of the house: a room imports only rooms below it, and the light rooms stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "sahelsim"

ROOMS = (
    "base",
    "theatre",
    "planner",
    "scenario",
    "model",
    "experiment",
    "calibration",
    "report",
    "exercise",
    "cli",
)
LIGHT_ROOMS = ("base", "theatre", "planner", "scenario")
HEAVY = {"mesa", "numba", "pandas", "plotly"}


def python_files(*rooms: str) -> list[Path]:
    return [file for room in rooms for file in sorted((PACKAGE / room).rglob("*.py"))]


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield (line, module) of every import of a file, those inside functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "." * node.level
            elif node.module == "sahelsim":
                yield from ((node.lineno, f"sahelsim.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module or ""


def offences(room: str, source: str) -> list[str]:
    """Return what a file of ``room`` with this source imports from its own floor up."""
    floor = ROOMS.index(room)
    found = []
    for line, module in imported(ast.parse(source)):
        if module.startswith("."):
            found.append(f"{line}: relative import")
        first, _, rest = module.partition(".")
        if first != "sahelsim" or rest == "__version__":
            continue
        target = rest.partition(".")[0]
        if target != room and target not in ROOMS[:floor]:
            found.append(f"{line}: imports sahelsim.{target}")
    return found


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_room_has_its_floor() -> None:
    rooms = {folder.parent.name for folder in PACKAGE.glob("*/__init__.py")}
    assert rooms <= set(ROOMS)
    assert {"base", "theatre", "model", "cli"} <= rooms


@pytest.mark.parametrize("room", [room for room in ROOMS if (PACKAGE / room).is_dir()])
def test_room_imports_only_rooms_below(room: str) -> None:
    found = {
        file.relative_to(PACKAGE).as_posix(): wrong
        for file in python_files(room)
        if (wrong := offences(room, file.read_text(encoding="utf-8")))
    }
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "import sahelsim.model",
        "from sahelsim.model import SahelModel",
        "from sahelsim import SahelModel",
        "def late():\n    from sahelsim.report import page",
        "from . import schema",
        "import sahelsim",
    ],
)
def test_an_import_from_above_is_noticed(source: str) -> None:
    assert offences("scenario", source)


def test_an_import_from_below_is_allowed() -> None:
    source = "from sahelsim import __version__\nfrom sahelsim.theatre import load\nimport json"
    assert offences("scenario", source) == []


def test_light_rooms_name_no_heavy_package() -> None:
    found = [
        f"{file.relative_to(PACKAGE).as_posix()}:{line} {module}"
        for file in python_files(*LIGHT_ROOMS)
        for line, module in imported(ast.parse(file.read_text(encoding="utf-8")))
        if module.partition(".")[0] in HEAVY
    ]
    assert found == []


LOADED = f"print(*sorted({HEAVY!r} & {{name.partition('.')[0] for name in sys.modules}}))"


def test_importing_sahelsim_loads_nothing_heavy() -> None:
    assert run_python(f"import sys, sahelsim\n{LOADED}").strip() == ""


def test_importing_every_light_module_loads_nothing_heavy() -> None:
    modules = [
        ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for file in python_files(*LIGHT_ROOMS)
    ]
    code = (
        f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\n{LOADED}"
    )
    assert run_python(code).strip() == ""


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "sys.argv = ['sahelsim', '--help']\n"
        "from sahelsim.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print('-- loaded:')\n" + LOADED
    )
    help_text, _, loaded = run_python(code).partition("-- loaded:")
    assert "Usage: sahelsim" in help_text
    assert loaded.strip() == ""

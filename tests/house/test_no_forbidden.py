"""What the tree must not hold: loose randomness, machine paths, registries, unfinished places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
PACKAGE = REPO / "sahelsim"
FOLDERS = ("sahelsim", "scenarios", "configs", "tests", "docs", "benchmarks", ".ci")
GENERATED = {"__pycache__", "_build", ".ipynb_checkpoints"}

LONGEST_FILE = 450

# Brackets keep these patterns from matching themselves.
MACHINE_PATH = re.compile(
    r"(?<![\w.])/(?:(?:home|Users|work|tmp|builds|mnt|srv)/\w+|root/[.]\w+)|\b[A-Z]:\\Users"
)
REGISTRY = re.compile(r'index[-]url|"resolved"\s*:\s*"http|registry\s*=\s*"?http', re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b|Not[I]mplementedError")
SKIPPED = re.compile(r"pytest[.]mark[.](?:skip|xfail)\b|pytest[.]xfail\(|assert[ ]True\b")


def python_sources() -> list[Path]:
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 10, "the package was not found"
    return files


def text_files() -> Iterator[tuple[Path, str]]:
    """Yield every text file that a reader of the repository meets."""
    files = [
        file for file in REPO.iterdir() if file.is_file() and file.name not in {".coverage", ".git"}
    ]
    files += [file for folder in FOLDERS for file in (REPO / folder).rglob("*") if file.is_file()]
    for file in sorted(files):
        if GENERATED & set(file.parts):
            continue
        try:
            yield file, file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def hits(pattern: re.Pattern[str], files: Iterator[tuple[Path, str]]) -> list[str]:
    return [
        f"{file.relative_to(REPO).as_posix()}:{number} {match.group(0)}"
        for file, text in files
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]


def loose_randomness(source: str) -> list[str]:
    """Return every use of a generator or hash that the keyed draws do not govern."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Attribute) and node.attr in {"random", "rng", "shuffle_do"}:
            found.append(f"{node.lineno}: .{node.attr}")
            continue
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "hash":
                found.append(f"{node.lineno}: hash()")
            continue
        else:
            continue
        if any(name.split(".")[0] == "random" or name.startswith("numpy.random") for name in names):
            found.append(f"{node.lineno}: import of {names[0]}")
    return found


SEARCHES = {"calibration", "sweep"}  # they choose what is run; what runs is the model


def test_shipped_code_draws_only_by_key() -> None:
    found = {
        file.relative_to(REPO).as_posix(): uses
        for file in python_sources()
        if not SEARCHES & set(file.parts)
        and (uses := loose_randomness(file.read_text(encoding="utf-8")))
    }
    assert not found


def test_the_search_for_parameters_is_seeded_at_every_place() -> None:
    calls = [
        (file.name, call)
        for file in python_sources()
        if SEARCHES & set(file.parts)
        for call in re.findall(r"random\.\w+\(.{0,2}", file.read_text(encoding="utf-8"))
    ]
    assert calls
    own = [call for _, call in calls if call.startswith("random.default_rng")]
    assert len(own) > 5
    assert all(re.fullmatch(r"random\.default_rng\([^)].?", call) for call in own), calls


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from random import choice",
        "import numpy.random",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import numpy as np\nx = np.random.default_rng(1)",
        "self.model.rng.integers(3)",
        "agents.shuffle_do('step')",
        "key = hash('mli') % 7",
    ],
)
def test_loose_randomness_is_noticed(source: str) -> None:
    assert loose_randomness(source)


def test_no_machine_path() -> None:
    assert hits(MACHINE_PATH, text_files()) == []


def test_no_package_registry() -> None:
    assert hits(REGISTRY, text_files()) == []


def test_nothing_unfinished_is_shipped() -> None:
    shipped = (
        (file, text)
        for file, text in text_files()
        if file.relative_to(REPO).parts[0] in {"sahelsim", "scenarios", "configs"}
    )
    assert hits(UNFINISHED, shipped) == []


def test_no_test_is_switched_off() -> None:
    tests = ((file, text) for file, text in text_files() if (REPO / "tests") in file.parents)
    assert hits(SKIPPED, tests) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE_PATH, "cache = '/" + "home/ada/cache'"),
        (MACHINE_PATH, "see /" + "tmp/x"),
        (REGISTRY, "--extra-index" + "-url=…"),
        (UNFINISHED, "# TO" + "DO: later"),
        (SKIPPED, "@pytest.mark" + ".skipif(True)".replace("skipif", "skip")),
    ],
)
def test_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_files_keep_to_one_subject() -> None:
    long = {}
    for file in python_sources():
        lines = len(file.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            long[file.relative_to(REPO).as_posix()] = lines
    assert not long, f"longer than {LONGEST_FILE} lines"

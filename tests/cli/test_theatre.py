"""Another theatre: begun, checked fault by fault, and run as its page says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sahelsim.cli.main import main
from sahelsim.theatre.checking import CAPITALS, NAMED, check_theatre
from sahelsim.theatre.theatre import PACKAGED

DOCS = Path(__file__).parents[2] / "docs"
LAKES = DOCS / "examples" / "two-lakes"


@pytest.fixture
def lakes(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LAKES, tmp_path / "two-lakes"))


def test_the_packaged_theatre_and_the_example_have_no_fault() -> None:
    for folder in (PACKAGED, LAKES):
        theatre, problems = check_theatre(folder)
        assert theatre is not None
        assert problems == []


def test_a_new_theatre_is_the_packaged_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["theatre", "new", str(tmp_path / "mine"), "--parameters"]) == 0
    assert main(["theatre", "check", str(tmp_path / "mine"), "--no-run"]) == 0
    assert "110 localities" in capsys.readouterr().out
    assert main(["theatre", "new", str(tmp_path / "mine")]) == 2
    assert "SS1008" in capsys.readouterr().err


def test_the_model_runs_in_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["theatre", "check", str(LAKES), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["days"], told["localities"], told["tails"]) == (10, 12, 3)


FAULTS = [
    ("localities", "The Quarry,ner", "The Quarry,nre", "SS3005", "did you mean 'ner'?"),
    ("localities", ",7000,", ",-7000,", "SS3007", None),
    ("localities", ",47.8,", ",147.8,", "SS3007", "at most 90"),
    ("localities", ",XLKH,yes,mli", ",XLHK,yes,mli", "SS3005", "did you mean 'XLKH'?"),
    ("roads", "ford--gao,ford,gao", "ford--goa,ford,goa", "SS3005", "did you mean 'gao'?"),
    ("roads", "bamako--ford,bamako,ford,,laterite,78,93", "bamako--ford,bamako,ford,,laterite,78,9",
     "SS3007", "that is 78 km"),
    ("roads", "bamako--ford,bamako", "ford--bamako,bamako", "SS3007", None),
    ("airfields", "XRHL,", "XRH,", "SS3007", "four capital letters"),
    ("airfields", ",paved,", ",pavd,", "SS3005", "did you mean 'paved'?"),
    ("tails", "LK-01,c130h", "LK-01,c130", "SS3005", "did you mean 'c130h'?"),
    ("tails", "XPSD", "XPDS", "SS3005", "did you mean 'XPSD'?"),
    ("tails", ",assumed,,L", ",,,L", "SS3007", "or 'assumed'"),
    ("forces", "8000,12000", "18000,12000", "SS3007", None),
    ("events", ",tessalit,", ",tesalit,", "SS3005", "did you mean 'tessalit'?"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "code", "hint"), FAULTS)
def test_a_fault_is_told_at_its_cell(
    lakes: Path, table: str, old: str, new: str, code: str, hint: str | None
) -> None:
    file = lakes / "data" / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    _, problems = check_theatre(lakes)
    line = text[: text.index(old)].count("\n") + 1
    (found,) = [fault for fault in problems if (fault.file, fault.code) == (str(file), code)]
    assert found.mark is not None
    assert found.mark.line == line
    wrong = found.source_line[found.mark.col - 1 :][: found.mark.length]
    assert wrong not in text.splitlines()[line - 1].split(",") or code == "SS3007"
    assert hint is None or hint in (found.hint or "")


def test_a_place_that_the_model_names_must_be_there(lakes: Path) -> None:
    file = lakes / "data" / "localities.csv"
    text = file.read_text(encoding="utf-8")
    for id in (*CAPITALS.values(), *NAMED):
        file.write_text(text.replace(f"\n{id},", f"\n{id}x,"), encoding="utf-8")
        _, problems = check_theatre(lakes)
        assert any(fault.code == "SS3008" and f"'{id}'" in fault.message for fault in problems)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no folder": shutil.rmtree,
    "no table": lambda folder: (folder / "data" / "roads.csv").unlink(),
    "a folder for a table": lambda folder: (
        (folder / "data" / "roads.csv").unlink(), (folder / "data" / "roads.csv").mkdir()
    ),
    "noise": lambda folder: (folder / "data" / "roads.csv").write_bytes(bytes(range(256))),
    "Latin-1": lambda folder: (folder / "data" / "roads.csv").write_bytes(b"id,\xe9\n"),
    "an empty table": lambda folder: (folder / "data" / "localities.csv").write_bytes(b""),
    "a header alone": lambda folder: (folder / "data" / "localities.csv").write_bytes(
        (LAKES / "data" / "localities.csv").read_bytes().splitlines()[0]
    ),
    "no column": lambda folder: (folder / "data" / "tails.csv").write_text("tail\nX\n"),
    "parameters that are none": lambda folder: (
        (folder / "parameters").mkdir(),
        (folder / "parameters" / "initial.yaml").write_text("x: 1\n"),
    ),
    "parameters that are few": lambda folder: (folder / "parameters").mkdir(),
    "orders that are none": lambda folder: (folder / "orders.yaml").write_text("[]"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGE)
def test_a_folder_that_is_no_theatre_is_refused(
    lakes: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    DAMAGE[name](lakes)
    assert main(["theatre", "check", str(lakes), "--no-run"]) == 3
    err = capsys.readouterr().err
    assert "error SS3" in err
    assert "Traceback" not in err


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    """In processes of their own: a process keeps the theatre that it read first."""
    page = (DOCS / "how-to" / "build-another-theatre.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ (sahelsim .*two-lakes.*)$", page, re.MULTILINE)
    assert len(lines) == 5
    shutil.copytree(LAKES, tmp_path / "two-lakes")
    said = {}
    for line in lines:
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(line)], cwd=tmp_path, capture_output=True,
            text=True, timeout=300, check=False, env={**os.environ, "NO_COLOR": "1"},
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        said[line] = done.stdout
    assert "quarry" in said[lines[1]]
    assert "Tonnes delivered" in said[lines[3]]
    manifest = json.loads((tmp_path / "results" / "manifest.json").read_text(encoding="utf-8"))
    theatre, _ = check_theatre(LAKES)
    assert theatre is not None
    assert manifest["source_data_hash"] == theatre.digest
    assert manifest["posterior"] is None  # which was fitted to another region


def test_a_scenario_of_the_sahel_does_not_fit(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sahelsim", "--theatre", str(LAKES), "scenario", "check",
         "documented-2023"], capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "unknown tail '5U-MBH'" in done.stderr

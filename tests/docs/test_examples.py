"""Notebooks run from top to bottom, and the files of ``docs/examples`` do what they say."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import sahelsim

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


def cells(path: Path) -> list[str]:
    """The code cells of a notebook, in order."""
    book = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]


def run_cell(text: str, names: dict[str, object]) -> object:
    """Run a cell as a notebook does, and return the value of its last expression."""
    tree = ast.parse(text)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names: dict[str, object] = {"__name__": "notebook"}
    with contextlib.redirect_stdout(io.StringIO()):
        shown = [run_cell(text, names) for text in cells(path)]
    assert sum(value is not None for value in shown) >= 2  # a reader sees something


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_can_be_downloaded(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    assert book["nbformat"] == 4
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    page = (DOCS / "tutorials" / "notebooks.md").read_text(encoding="utf-8")
    assert f"../notebooks/{path.name}" in page


def test_there_are_three_notebooks() -> None:
    assert len(NOTEBOOKS) == 3


@pytest.fixture(scope="module")
def app() -> ModuleType:
    spec = importlib.util.spec_from_file_location("app", DOCS / "examples" / "solara_app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def model(app: ModuleType) -> sahelsim.SahelModel:
    return app.Replicate("documented-2023", seed=1).run_for(8)


def test_the_app_draws_every_place_once_with_sieges_ringed(
    app: ModuleType, model: sahelsim.SahelModel
) -> None:
    marks = {trace.name: trace for trace in app.place_map(model).data if trace.mode == "markers"}
    assert len(marks.pop("besieged").x) == int(model.world.land.besieged.sum()) > 0
    assert sum(len(trace.x) for trace in marks.values()) == len(model.names.localities)
    assert marks.keys() >= {"Mali", "Niger", "Burkina Faso"}
    assert any("days of supply" in text for text in marks["Mali"].text)


def test_the_app_counts_civilian_harm_as_the_model_does(
    app: ModuleType, model: sahelsim.SahelModel
) -> None:
    killed = model.outcomes()["civilian_deaths"]
    assert killed > 0
    assert f"**Civilians: {killed:,.0f} killed**" in app.harm(model)
    lines = app.course(model).data
    assert sum(line.y[-1] for line in lines[:3]) == killed
    delivered = model.outcomes()["tonnes_delivered"]
    assert sum(line.y[-1] for line in lines[3:]) == pytest.approx(delivered)


def test_the_player_stops_where_the_scenario_ends(app: ModuleType) -> None:
    model = app.Replicate(sahelsim.load_scenario("no-airlift", sets={"end": "2023-08-22"}))
    model.step()
    assert model.running
    model.step()
    assert not model.running
    model.step()  # as a visitor may who presses once more
    assert model.day == 2


def test_the_app_lists_the_aircraft_that_are_there(
    app: ModuleType, model: sahelsim.SahelModel
) -> None:
    rows = app.fleet_table(model).splitlines()[2:]
    assert [row for row in rows if row.startswith("| 5U-MBH |")]
    assert not any("absent" in row for row in rows)


def test_examples_are_named_on_a_page() -> None:
    pages = " ".join(path.read_text(encoding="utf-8") for path in DOCS.glob("how-to/*.md"))
    for path in (DOCS / "examples").iterdir():
        if not path.name.startswith("__"):
            assert re.search(rf"\b{re.escape(path.name)}\b", pages), path.name

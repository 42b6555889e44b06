"""The reference pages that a script writes say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPO = Path(__file__).resolve().parents[2]
REFERENCE = REPO / "docs" / "reference"
PAGES = (
    "orders", "outcomes", "parameters", "commands", "error-codes", "scenario-format",
    "sweep-format", "mechanisms", "conflict-data", "posterior", "exercise-format",
)  # fmt: skip


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    path = REPO / "docs" / "generate.py"
    spec = importlib.util.spec_from_file_location("docs_generate", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(generate: ModuleType) -> dict[str, str]:
    return {
        path.relative_to(REFERENCE).with_suffix("").as_posix(): text
        for path, text in generate.pages().items()
    }


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_up_to_date(pages: dict[str, str], name: str) -> None:
    committed = (REPO / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8")
    assert committed == pages[name], "run: python docs/generate.py"


def test_every_generated_page_is_checked(pages: dict[str, str]) -> None:
    assert {name for name in pages if "/" not in name} == set(PAGES)


def test_each_file_of_mechanisms_has_an_up_to_date_page(pages: dict[str, str]) -> None:
    model = REPO / "sahelsim" / "model"
    files = [*(model / "mechanisms").glob("[!_]*.py"), *(model / "decisions").glob("[!_]*.py")]
    made = {name for name in pages if name.startswith("mechanisms/")}
    assert len(made) == len(files)
    assert {f"mechanisms/{path.stem}" for path in (REFERENCE / "mechanisms").glob("*")} == made
    for name in sorted(made):
        committed = (REFERENCE / f"{name}.md").read_text(encoding="utf-8")
        assert committed == pages[name], "run: python docs/generate.py"


def test_a_mechanisms_page_has_its_equation_parameters_switches_and_tests(
    pages: dict[str, str],
) -> None:
    text = pages["mechanisms/siege"]
    for part in (
        "```text\non:  h_on r^2 / (1 + r^2)", "| `siege.h_on` |", "| `sieges` |",
        "`tests/model/test_siege.py`:", "Phase of the day: `siege_day`",
    ):  # fmt: skip
        assert part in text, part
    assert "| `engagement.militia_strength` |" not in text  # strength reads it, not the siege
    for name, page in pages.items():
        if name.startswith("mechanisms/"):
            assert "\n- " in page.partition("## Tests that hold it")[2], name


def test_each_entry_of_the_registers_has_its_row(pages: dict[str, str]) -> None:
    from sahelsim.base.catalogue import catalogue
    from sahelsim.calibration.facts import FACTS
    from sahelsim.theatre import load_theatre

    theatre = load_theatre()
    for order in theatre.orders:
        assert f"\n## {order.verb}\n" in pages["orders"]
    for outcome in theatre.outcomes:
        assert f"\n| `{outcome.id}` |" in pages["outcomes"]
    for id in theatre.parameters.ids:
        assert f"\n| `{id}` |" in pages["parameters"]
    for id in FACTS:
        assert f"\n| `{id}`" in pages["conflict-data"]
    for code in catalogue():
        assert f"\n### {code}\n" in pages["error-codes"]


def test_text_cannot_break_a_table(generate: ModuleType) -> None:
    assert generate.plain("a | b <c>\n `d_e` _f_ g_h") == r"a \| b \<c\> `d_e` \_f\_ g_h"


def test_a_table_has_as_many_cells_in_every_row(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        width = 0
        for line in text.splitlines():
            if not line.startswith("|"):
                width = 0
                continue
            cells = line.replace(r"\|", "").count("|")
            assert width in (0, cells), f"{name}: {line}"
            width = cells

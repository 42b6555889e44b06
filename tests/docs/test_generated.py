"""The reference pages that a script writes say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPO = Path(__file__).resolve().parents[2]
PAGES = (
    "orders", "outcomes", "parameters", "commands", "error-codes", "scenario-format",
    "exercise-format",
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
    return {path.stem: text for path, text in generate.pages().items()}


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_up_to_date(pages: dict[str, str], name: str) -> None:
    committed = (REPO / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8")
    assert committed == pages[name], "run: python docs/generate.py"


def test_every_generated_page_is_checked(pages: dict[str, str]) -> None:
    assert set(pages) == set(PAGES)


def test_each_entry_of_the_registers_has_its_row(pages: dict[str, str]) -> None:
    from sahelsim.base.catalogue import catalogue
    from sahelsim.theatre import load_theatre

    theatre = load_theatre()
    for order in theatre.orders:
        assert f"\n## {order.verb}\n" in pages["orders"]
    for outcome in theatre.outcomes:
        assert f"\n| `{outcome.id}` |" in pages["outcomes"]
    for id in theatre.parameters.ids:
        assert f"\n| `{id}` |" in pages["parameters"]
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

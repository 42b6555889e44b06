"""On paper: one page for each brief and sheet, A4 and Letter, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sahelsim.exercise import Exercise
from sahelsim.exercise.papers.kit import PAPERS, SLIPS, papers

pytestmark = pytest.mark.browser
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")
FACILITATOR_PAGES = 3


def printed(browser: Any, text: str, folder: Path) -> tuple[int, int, list[str]]:
    """Sheets, pages, and what the page asked for or complained about."""
    path = folder / "paper.html"
    path.write_text(text, encoding="utf-8")
    context = browser.new_context()
    context.set_offline(True)
    tab = context.new_page()
    noise: list[str] = []
    tab.on("request", lambda request: noise.append(request.url))
    tab.on("console", lambda message: noise.append(message.text))
    tab.goto(path.as_uri())
    sheets = tab.evaluate("document.querySelectorAll('.sheet').length")
    pages = len(PAGES.findall(tab.pdf(prefer_css_page_size=True)))
    context.close()
    return sheets, pages, [item for item in noise if item != path.as_uri()]


@pytest.mark.parametrize("size", ["a4", "letter"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_brief_is_one_page(
    browser: Any, shipped: Exercise, places: list[dict[str, Any]], tmp_path: Path, size: Any,
    language: Any,
) -> None:  # fmt: skip
    text = papers(shipped, language, places, size)["briefs"]
    assert printed(browser, text, tmp_path) == (7, 7, [])


@pytest.mark.parametrize("name", [name for name in PAPERS if name != "facilitator"])
def test_each_sheet_is_one_page(
    browser: Any, shipped_papers: dict[str, dict[str, str]], tmp_path: Path, name: str
) -> None:
    sheets, pages, noise = printed(browser, shipped_papers["fr"][name], tmp_path)
    assert sheets == pages
    assert noise == []


def test_the_script_and_the_slips(
    browser: Any, shipped_papers: dict[str, dict[str, str]], small_papers: dict[str, str],
    tmp_path: Path,
) -> None:  # fmt: skip
    _, pages, _ = printed(browser, shipped_papers["fr"]["facilitator"], tmp_path)
    assert pages <= FACILITATOR_PAGES
    sheets, pages, noise = printed(browser, small_papers[SLIPS], tmp_path)
    assert sheets == pages
    assert noise == []


@pytest.mark.parametrize("name", PAPERS)
def test_axe_finds_no_fault(
    browser: Any, shipped_papers: dict[str, dict[str, str]], tmp_path: Path, name: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="not run: no axe")
    path = tmp_path / "paper.html"
    path.write_text(shipped_papers["fr"][name], encoding="utf-8")
    context = browser.new_context(bypass_csp=True)  # axe is run by eval
    tab = context.new_page()
    tab.goto(path.as_uri())
    found = axe.Axe().run(tab).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    context.close()

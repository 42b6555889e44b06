"""On paper: one page for each brief and sheet, A4 and Letter, in both languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sahelsim.exercise import Exercise
from sahelsim.exercise.papers.kit import PAPERS, SLIPS, papers

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")
FACILITATOR_PAGES = 3


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("not run: no chromium on this machine (Debian: apt install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="not run: no playwright")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield running
        running.close()


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

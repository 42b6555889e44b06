"""The debrief in a browser without a network: nothing asked for, keys move the map, it prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")
SHOWN = "[...document.querySelectorAll('.page:not([hidden]) .frame')].filter(f => !f.hidden)"


@pytest.fixture(scope="module")
def file(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "debrief.html"
    path.write_text(page, encoding="utf-8")
    return path


def visit(browser: Any, file: Path, **options: Any) -> tuple[Any, list[str]]:
    context = browser.new_context(**options)
    context.set_offline(True)
    tab = context.new_page()
    noise: list[str] = []
    tab.on("request", lambda request: noise.append(request.url))
    tab.on("console", lambda message: noise.append(message.text))
    tab.on("pageerror", lambda error: noise.append(str(error)))
    tab.goto(file.as_uri())
    return tab, noise


@pytest.mark.parametrize("width", [360, 1366, 1920])
def test_it_asks_nothing_and_fits(browser: Any, file: Path, width: int) -> None:
    tab, noise = visit(browser, file, viewport={"width": width, "height": 800})
    assert noise == [file.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.context.close()


def test_keys_move_through_the_turns(browser: Any, file: Path) -> None:
    tab, noise = visit(browser, file)
    titles = f"{SHOWN}.map(frame => frame.dataset.title)"
    assert tab.evaluate(titles) == ["After turn 2, 3 September 2023"]
    slider = tab.locator(".page:not([hidden]) input[type=range]")
    slider.focus()
    slider.press("ArrowLeft")
    assert tab.evaluate(titles) == ["After turn 1, 27 August 2023"]
    assert slider.get_attribute("aria-valuetext") == "After turn 1, 27 August 2023"
    slider.press("Home")
    assert tab.evaluate(titles) == ["At the start, 20 August 2023"]
    tab.locator(".page:not([hidden]) select").select_option("coalition")
    seen = f"{SHOWN}[0].querySelector('figure[data-team]:not([hidden])').dataset.team"
    assert tab.evaluate(seen) == "coalition"
    tab.get_by_role("button", name="Français").click()
    assert tab.evaluate("document.documentElement.lang") == "fr"
    assert tab.evaluate(titles) == ["Après le tour 2, 3 septembre 2023"]
    assert noise == [file.as_uri()]
    tab.context.close()


def test_it_is_read_without_scripts(browser: Any, file: Path) -> None:
    tab, _ = visit(browser, file, java_script_enabled=False)
    assert tab.locator(".frame h3:visible").all_text_contents() == [
        "After turn 2, 3 September 2023", "Après le tour 2, 3 septembre 2023",
    ]  # fmt: skip
    assert tab.locator("button:visible").count() == 0
    assert tab.locator(".documented").first.is_visible()
    tab.context.close()


def test_it_prints_on_eight_pages_with_what_was_folded(browser: Any, file: Path) -> None:
    tab, _ = visit(browser, file)
    printed = tab.pdf(prefer_css_page_size=True)
    assert 2 <= len(PAGES.findall(printed)) <= 8
    assert tab.evaluate("document.querySelector('.page:not([hidden]) details').open")
    tab.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(browser: Any, file: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="not run: no axe")
    # Axe is run by eval, which the page's own policy bars.
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(file.as_uri())
    tab.get_by_role("button", name="Dark or light").wait_for()
    found = axe.Axe().run(tab).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    context.close()

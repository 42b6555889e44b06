"""The page in a real browser without a network: nothing is asked for, everything is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sahelsim.experiment import Run
from sahelsim.report import write_report
from tests.report.visit import READY, Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def visit(browser: Any, page: Path) -> Iterator[Visit]:
    """The page on a laptop, light, all charts drawn."""
    made = Visit(browser, page, viewport={"width": 1366, "height": 768}, color_scheme="light")
    made.draw_all()
    yield made
    made.context.close()


def test_the_page_asks_nothing_of_any_network(visit: Visit) -> None:
    assert [url for url in visit.requests if url.startswith("file:")] != []
    assert visit.outside == []


def test_the_page_complains_of_nothing(visit: Visit) -> None:
    assert visit.complaints == []
    assert visit.page.evaluate("window.violations") == []


def test_the_policy_would_stop_a_request(visit: Visit) -> None:
    before = len(visit.outside)
    stopped = visit.page.evaluate(
        "fetch('https://example.org/').then(() => 'went', error => 'stopped')"
    )
    found = visit.page.evaluate("window.violations.splice(0)")
    visit.complaints.clear()
    assert stopped == "stopped"
    assert any(text.startswith("connect-src") for text in found)
    assert len(visit.outside) == before


def test_every_chart_is_drawn_in_its_size(visit: Visit) -> None:
    sizes = visit.page.evaluate(
        "[...document.querySelectorAll('.plot')].filter(div => div.offsetParent)"
        ".map(div => { const box = div.querySelector('.main-svg').getBoundingClientRect();"
        " return [box.width, box.height, div.querySelectorAll('.trace, .barlayer path').length] })"
    )
    assert len(sizes) > 20
    assert all(width > 200 and height >= 260 and drawn > 0 for width, height, drawn in sizes)


def test_no_button_offers_to_share(visit: Visit) -> None:
    titles = visit.page.evaluate(
        "[...document.querySelectorAll('.modebar-btn')].map(b => b.dataset.title || '')"
    )
    assert titles
    assert not [title for title in titles if "share" in title.lower() or "cloud" in title.lower()]


def test_charts_below_the_fold_wait_until_they_are_near(browser: Any, page: Path) -> None:
    seen = Visit(browser, page, viewport={"width": 1366, "height": 768})
    drawn = "[...document.querySelectorAll('.plot')].filter(d => d.dataset.drawn).length"
    seen.page.wait_for_timeout(300)
    early = seen.page.evaluate(drawn)
    seen.page.evaluate("document.getElementById('places').scrollIntoView({behavior: 'instant'})")
    seen.wait("document.getElementById('place-kidal').dataset.ready")
    assert early < seen.page.evaluate("document.querySelectorAll('.plot').length") / 2
    seen.context.close()


def held_by(visit: Visit, name: str) -> list[float]:
    return visit.page.evaluate(
        "name => document.getElementById('map-control').data.find(t => t.name === name).x", name
    )


def test_the_slider_moves_the_map(visit: Visit) -> None:
    slider = visit.page.locator(".player input")
    before = held_by(visit, "JNIM")
    slider.fill(slider.get_attribute("max"))
    visit.page.wait_for_timeout(400)
    assert held_by(visit, "JNIM") != before
    assert "Mar 2024" in visit.page.locator(".player output").inner_text()
    slider.press("Home")
    visit.page.wait_for_timeout(400)
    assert held_by(visit, "JNIM") == before


def test_play_goes_on_by_itself_and_stops(visit: Visit) -> None:
    play, slider = visit.page.locator(".play"), visit.page.locator(".player input")
    slider.fill("0")
    play.click()
    visit.wait("+document.querySelector('.player input').value >= 2")
    play.click()
    assert play.get_attribute("aria-pressed") == "false"


def test_an_entry_of_the_map_s_key_hides_its_places(visit: Visit) -> None:
    shown = "document.getElementById('map-control').data.find(t => t.name === 'Niger').visible"
    entry = visit.page.locator(".toggles button", has_text="Niger").first
    entry.click()
    assert visit.page.evaluate(shown) is False
    entry.click()
    assert visit.page.evaluate(shown) is True


def test_the_outcome_table_sorts_by_number(visit: Visit) -> None:
    visit.page.locator("#outcome-table th button").nth(2).click()
    values = visit.page.evaluate(
        "[...document.querySelectorAll('#outcome-table tbody tr')]"
        ".map(row => row.cells[2].dataset.value).filter(text => text !== '').map(Number)"
    )
    assert values == sorted(values)
    assert len(values) > 30


def test_tabs_show_another_state_and_draw_it(browser: Any, page: Path) -> None:
    seen = Visit(browser, page, viewport={"width": 1366, "height": 768})
    seen.page.get_by_role("tab", name="Niger").click()
    seen.wait("document.getElementById('fan-ner-localities_held').dataset.ready")
    assert not seen.page.locator("#fan-mli-localities_held").is_visible()
    seen.context.close()


def test_dark_and_light_recolour_page_and_charts(visit: Visit) -> None:
    ink = "document.getElementById('place-kidal')._fullLayout.font.color"
    ground = "getComputedStyle(document.body).backgroundColor"
    light = visit.page.evaluate(ink), visit.page.evaluate(ground)
    visit.page.locator("#theme").click()
    dark = visit.page.evaluate(ink), visit.page.evaluate(ground)
    visit.page.locator("#theme").click()
    assert light[0] != dark[0]
    assert light[1] != dark[1]
    assert (visit.page.evaluate(ink), visit.page.evaluate(ground)) == light


@pytest.mark.parametrize(("width", "height"), [(360, 800), (1366, 768), (1920, 1080)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(
    browser: Any, page: Path, width: int, height: int, scheme: str
) -> None:
    phone = width < 500
    seen = Visit(
        browser, page, viewport={"width": width, "height": height}, color_scheme=scheme,
        is_mobile=phone, has_touch=phone,
    )  # fmt: skip
    seen.draw_all()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    heights = seen.page.evaluate(
        "[...document.querySelectorAll('.plot')].filter(d => d.offsetParent)"
        ".map(d => d.clientHeight)"
    )
    assert min(heights) >= 260
    assert seen.outside == []
    assert seen.complaints == []
    seen.context.close()


def test_the_print_has_every_chart_and_every_state(browser: Any, page: Path) -> None:
    seen = Visit(browser, page, viewport={"width": 1366, "height": 768})
    seen.page.emulate_media(media="print")
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    seen.wait(READY)
    assert seen.page.locator("#fan-bfa-localities_held").is_visible()
    assert not seen.page.locator(".play").is_visible()
    seen.context.close()


def test_hostile_texts_do_not_run(browser: Any, hostile: Run, tmp_path: Path) -> None:
    seen = Visit(browser, write_report(hostile, path=tmp_path / "hostile.html"))
    seen.draw_all()
    assert seen.page.evaluate("window.stolen") is None
    assert "<script>" in seen.page.title()
    assert seen.complaints == []
    assert seen.page.evaluate("window.violations") == []
    seen.context.close()

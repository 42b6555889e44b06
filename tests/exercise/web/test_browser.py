"""Five browsers through a whole game: phone, no JavaScript, keyboard alone, console, projector."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sahelsim.exercise.game import Game
from sahelsim.exercise.phrases import phrase
from tests.exercise.conftest import small_text
from tests.exercise.web.process import Served

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}
WALL = {"width": 1920, "height": 1080}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    file = tmp_path / "small.exercise.yaml"
    file.write_text(small_text(), encoding="utf-8")
    # At the network's address, not at localhost: browsers trust that one more, and send and allow
    # less over plain HTTP.
    server = Served("serve", str(file), "--out", str(tmp_path / "g"), "--host", "0.0.0.0")
    yield server
    if server.process.poll() is None:
        server.stop()


class Seat:
    """One browser with one page; it notes what the page asks for and complains about."""

    def __init__(self, browser: Any, served: Served, size: dict[str, int], **options: Any) -> None:
        self.browser, self.served = browser, served
        self.context = browser.new_context(viewport=size, **options)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self._complain(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _complain(self, text: str) -> None:
        # A header for HTTPS, which browsers ignore over plain HTTP and say so.
        if "Cross-Origin-Opener-Policy header has been ignored" not in text:
            self.complaints.append(text)

    def open(self, path: str) -> None:
        self.page.goto(self.served.url + path)

    def see(self, text: str, selector: str = "body") -> None:
        from playwright.sync_api import expect

        expect(self.page.locator(selector).first).to_contain_text(text, timeout=15_000)

    def join(self, team: str, name: str) -> None:
        self.open("/")
        self.page.fill("#code", self.served.codes[team])
        self.page.fill("#name", name)
        self.page.click("button.primary")
        self.page.wait_for_selector("#orders")

    def tab_to(self, selector: str) -> None:
        """Press Tab until an element has the focus; nothing else moves it."""
        for _ in range(150):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard never reaches {selector}")

    def fits(self) -> None:
        """The page is not wider than the screen."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.page.viewport_size["width"] + 1

    def accessible(self, dark: bool = False) -> None:
        """axe-core finds nothing on this page, in a twin that may run its script."""
        from axe_playwright_python.sync_playwright import Axe

        twin = self.browser.new_context(
            viewport=self.page.viewport_size, storage_state=self.context.storage_state(),
            bypass_csp=True, color_scheme="dark" if dark else "light",
        )  # fmt: skip
        page = twin.new_page()
        page.goto(self.page.url)
        page.evaluate(
            "for (const one of document.querySelectorAll('details')) {"
            " one.name = ''; one.open = true; }"
        )
        found = Axe().run(page).response["violations"]
        twin.close()
        assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found] == []


def give(page: Any, card: str, **fields: str) -> None:
    page.click(f"#card-{card} summary")
    fill(page, card, **fields)
    page.click(f"form[data-card={card}] button.primary")


def fill(page: Any, card: str, **fields: str) -> None:
    for name, value in fields.items():
        field = page.locator(f"#{card}-{name}")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def test_five_browsers_play_a_whole_game(browser: Any, served: Served, tmp_path: Path) -> None:
    leader = Seat(browser, served, LAPTOP)
    leader.open(f"/white#key={served.key}")
    leader.page.wait_for_selector("#command")
    assert served.key not in leader.page.url
    wall = Seat(browser, served, WALL, storage_state=leader.context.storage_state())
    wall.open("/screen?codes=1")
    wall.see(served.url, ".address")
    wall.accessible()

    phone = Seat(browser, served, PHONE)
    phone.open("/")
    phone.fits()
    phone.accessible()
    phone.join("bamako", "Awa")
    plain = Seat(browser, served, LAPTOP, java_script_enabled=False)
    plain.join("niamey", "Issa")
    keys = Seat(browser, served, LAPTOP, color_scheme="dark")
    keys.open("/")
    keys.page.keyboard.type(served.codes["coalition"])  # the field has the focus from the start
    keys.page.keyboard.press("Tab")
    keys.page.keyboard.type("Fatou")
    keys.page.keyboard.press("Enter")
    keys.page.wait_for_selector("#orders")
    wall.see("1 / 6", ".lobby-teams")

    for turn in (1, 2, 3):
        leader.page.keyboard.press("n")
        for seat in (phone, keys, wall):
            seat.see(phrase("en", "page.phase.write"), ".phase")
        plain.page.reload()

        phone.page.click("#card-reinforce summary")
        fill(phone.page, "reinforce", destination="gao", men="100", why=f"turn {turn}")
        if turn == 1:
            phone.page.reload()  # what was typed is still there
            phone.page.click("#card-reinforce summary")
            assert phone.page.input_value("#reinforce-why") == "turn 1"
            assert phone.page.input_value("#reinforce-destination") == "gao"
            phone.fits()
            phone.accessible()
            plain.accessible(dark=True)
            leader.accessible()
        phone.page.dblclick("form[data-card=reinforce] button.primary")
        phone.see(phrase("en", "page.orders.slots", used=1, slots=2), "#standing")

        give(plain.page, "reinforce", destination="tillaberi", men="60", why="by form alone")
        plain.see("by form alone", "#standing")

        keys.tab_to("#card-posture summary")
        keys.page.keyboard.press("Enter")
        keys.tab_to("#posture-level")
        keys.page.keyboard.type("hold")
        keys.tab_to("form[data-card=posture] button.primary")
        keys.page.keyboard.press("Enter")
        keys.see(phrase("en", "page.orders.slots", used=1, slots=1), "#standing")

        leader.see("by form alone", "#team-list")
        leader.page.keyboard.press("n")
        phone.see(phrase("en", "page.phase.locked"), ".phase")
        leader.page.keyboard.press("n")
        for seat in (phone, keys):
            seat.see("of 12 futures more than 50 civilians are killed", "#odds")
        wall.see("of 12 futures more than 50 civilians are killed", "#wall")
        if turn == 1:
            wall.accessible()
            leader.accessible(dark=True)
            phone.accessible()
            leader.page.fill("#dice", "57")
            leader.page.click("#command .next button")
            wall.see("57", ".dice")
        else:
            leader.page.keyboard.press("n")
        leader.see(phrase("en", "page.step.play"), "#command")
        leader.page.keyboard.press("n")
        over = phrase("en", "page.phase.over" if turn == 3 else "page.phase.results")
        for seat in (phone, keys, wall, leader):
            seat.see(over, ".phase")
        phone.see(phrase("en", "page.results.turn", turn=turn), "#past")
        phone.see("Civilians killed", "#harm")
        if turn == 1:
            leader.page.locator("#last form[data-send=without] button").first.click()
            leader.see(phrase("en", "page.without.outcome"), "#last")
            leader.accessible()
        if turn < 3:
            leader.page.keyboard.press("n")
            leader.see(phrase("en", "common.turn", number=turn + 1, turns=3), "#bar")

    wall.see(phrase("en", "page.screen.scores"), "#wall")
    for seat in (wall, keys, phone):
        seat.accessible(dark=seat is keys)
        seat.fits()
    for seat in (leader, wall, phone, plain, keys):
        outside = [url for url in seat.requests if not url.startswith((served.url, "data:"))]
        assert outside == []
        assert seat.complaints == []
    code, talk = served.stop()
    assert (code, "Traceback" in talk) == (0, False)
    game = Game.open(tmp_path / "g")
    turns = game.state.branch.played
    game.close()
    assert [len(turn.orders) for turn in turns] == [3, 3, 3]  # a double click is one order
    assert turns[0].roll == 57


def test_a_page_survives_the_death_of_the_server(
    browser: Any, served: Served, tmp_path: Path
) -> None:
    phone = Seat(browser, served, PHONE)
    phone.join("bamako", "Awa")
    lead = Seat(browser, served, LAPTOP)
    lead.open(f"/white#key={served.key}")
    lead.page.wait_for_selector("#command")
    lead.page.keyboard.press("n")
    phone.see(phrase("en", "page.phase.write"), ".phase")
    phone.see(phrase("en", "page.link.on"), "#link")
    phone.page.click("#card-reinforce summary")
    fill(phone.page, "reinforce", destination="gao", men="100", why="while it was down")
    served.kill()
    phone.see(phrase("en", "page.link.off"), "#link")
    phone.page.click("form[data-card=reinforce] button.primary")
    phone.see(phrase("en", "page.outbox.waiting"), "#outbox")
    again = Served("serve", str(tmp_path / "g"), "--host", "0.0.0.0", port=served.port)
    phone.see(phrase("en", "page.link.on"), "#link")
    phone.see("while it was down", "#standing")
    phone.see(phrase("en", "page.outbox.sent"), "#outbox")
    lead.see("1 of 2", "#team-list")
    again.stop()
    game = Game.open(tmp_path / "g")
    assert len(game.state.turn.orders) == 1
    game.close()


def test_a_french_class_reads_french(browser: Any, tmp_path: Path) -> None:
    server = Served("demo", "--no-browser", "--language", "fr")
    seat = Seat(browser, server, LAPTOP)
    seat.open(f"/white#key={server.key}")
    seat.see("Tour suivant", "#command")
    assert seat.page.get_attribute("html", "lang") == "fr"
    text = seat.page.inner_text("body")
    english = {"Facilitator", "Teams", "Injects", "Branches ", "Next", "turn", "seats", "orders"}
    words = set(re.findall(r"[A-Za-zÀ-ÿ]+", text))
    assert english & words == set()
    seat.accessible()
    server.stop()

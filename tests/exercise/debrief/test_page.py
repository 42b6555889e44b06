"""The page: the same twice, safe, nameless, in two languages, and with harm in every part."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser

import pytest

from sahelsim.exercise.debrief.material import Material, gather
from sahelsim.exercise.debrief.page import build, render
from sahelsim.exercise.voice import Voice
from tests.exercise.debrief.conftest import HOSTILE, PAIRS, PERSON, Played

MOST_BYTES = 6_000_000


class Reader(HTMLParser):
    """Collects ids, addresses and scripts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(str(given["id"]))
        self.loads += [str(given[name]) for name in ("src", "srcset", "data") if name in given]
        if "href" in given:
            (self.links if tag == "a" else self.loads).append(str(given["href"]))
        self.handlers += [name for name in given if name.startswith("on")]
        if tag == "script":
            self._script = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._script = self._script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts[-1] += data


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_same_game_gives_the_same_page(played: Played, material: Material, page: str) -> None:
    ids = [item.order.id for item in material.valued]
    again = gather(played.game, ids, PAIRS)
    assert render(again, ["en", "fr"], "my-game") == page
    assert len(page.encode()) < MOST_BYTES


def test_scripts_are_those_that_the_policy_names(page: str, read: Reader) -> None:
    policy = html.unescape(
        re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[0]
    )
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert len(read.scripts) == 2
    for script in read.scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert read.handlers == []


def test_nothing_is_loaded_and_links_lead_to_sources(read: Reader) -> None:
    assert all(address.startswith("#") for address in read.loads)
    inside = {f"#{id}" for id in read.ids}
    assert {link for link in read.links if link.startswith("#")} <= inside
    assert {link for link in read.loads} <= inside
    assert any(link.startswith("https://") for link in read.links)
    assert len(read.ids) == len(set(read.ids))


def test_what_people_typed_is_text(page: str) -> None:
    assert HOSTILE not in page
    assert "<script>alert" not in page
    escaped = page.count("&lt;script&gt;alert(&#39;x&#39;)")
    # in each language: reason (timeline and order), statement, news, note of the branch
    assert escaped == 2 * 5


def test_no_person_is_named(page: str) -> None:
    assert PERSON not in page
    assert "Canary" not in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_harm_stands_in_every_section(material: Material, language: str) -> None:
    voice = Voice(language)  # type: ignore[arg-type]
    built = build(material, voice, "my-game", language)
    assert len(built.sections) == 12
    for section in built.sections:
        assert len(section.harm) > 20, section.id
    text = render(material, [language])  # type: ignore[list-item]
    parts = re.split(r'<section id="', text)[1:]
    assert len(parts) == 12
    for part in parts:
        assert '<p class="harm">' in part.split("</section>")[0]


def test_scores_and_dice_are_those_of_the_log(material: Material) -> None:
    built = build(material, Voice("en"), "my-game", "en")
    sections = {section.id: section for section in built.sections}
    result = material.turns[-1].result
    assert result is not None
    voice = Voice("en")
    teams = material.exercise.file.teams
    for team, shown in zip(teams, sections["score"].content["teams"], strict=True):
        assert shown["name"] == voice.team(material.exercise, team)
        total = result["scores"][team]["total"]
        assert shown["total"] == f"{voice.number(total, 2)} of 100"
        aims = result["scores"][team]["aims"]
        for aim, id in zip(shown["aims"], material.exercise.file.teams[team].aims, strict=True):
            entry = aims[id]
            points = voice.number(entry["points"], 2)
            assert aim["points"] == f"{points} of {voice.number(entry['weight'])}"
    assert "The dice showed 80 of 100." in sections["time"].content["turns"][0]["dice"]


def test_every_order_is_told_and_odds_agree(material: Material, page: str) -> None:
    for turn in material.turns:
        for order in turn.orders:
            assert page.count(f"<code>{order.id}</code>") >= 2  # once in each language
        assert turn.odds is not None
        for count in turn.odds["counts"].values():
            assert f"in {count} of 12 futures" in page
            assert f"dans {count} futurs sur 12" in page


def test_the_page_says_how_to_make_it_again(material: Material, page: str) -> None:
    ids = ",".join(item.order.id for item in material.valued)
    command = f"sahelsim exercise debrief my-game --language both --pairs {PAIRS} --orders {ids}"
    assert command in page
    assert material.last_hash in page
    assert material.state.created["digest"] in page
    for turn in material.turns:
        assert turn.result is not None
        assert turn.result["digest"] in page


def test_what_is_held_fixed_and_what_is_not_is_said(page: str) -> None:
    assert "answer to the change" in page
    assert "réagissent au changement" in page
    assert "Cannot be told from zero does not mean no effect" in page


def test_french_is_french(material: Material) -> None:
    text = render(material, ["fr"])
    assert '<html lang="fr">' in text
    apart = r"<style>.*?</style>|<script>.*?</script>|<svg.*?</svg>"
    visible = re.sub(apart, "", text, flags=re.DOTALL)
    for english in ("Civilians", "Turn ", "Orders", "Score of", "held by"):
        assert english not in visible, english
    assert "tours sur 3" in visible
    assert not re.search(r"[a-zé] :(?:\s|<)", visible)  # a line may not break before a colon


def test_a_page_of_one_language_has_no_switch(material: Material) -> None:
    assert "data-language" not in render(material, ["fr"])
    assert render(material, ["fr", "en"]).count('data-language="') == 2


def test_a_page_without_orders_says_so(played: Played) -> None:
    text = render(gather(played.game, [], 2), ["en"])
    assert "No order was compared" in text

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sahelsim.base.errors import EnvironmentFault
from sahelsim.experiment import Run
from sahelsim.report import render, write_report
from sahelsim.report.parts import Link
from sahelsim.report.style import CONFIG

SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Elements(HTMLParser):
    """Collects tags with their attributes, and the policy."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(text)
    return parser.tags


def policy_of(text: str) -> str:
    (found,) = [
        attributes["content"]
        for tag, attributes in elements(text)
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert found
    return found


def test_the_page_is_one_small_file(page: Path) -> None:
    assert page.stat().st_size < 8_000_000
    assert list(page.parent.iterdir()) == [page]


def test_nothing_in_the_page_is_fetched(page: Path) -> None:
    for tag, attributes in elements(page.read_text(encoding="utf-8")):
        assert tag not in {"link", "iframe", "object", "embed", "img", "form", "base"}
        assert "src" not in attributes
        assert tag != "a" or attributes["href"].startswith(("#", "https://", "http://"))  # type: ignore[union-attr]
        assert tag != "a" or attributes["href"].startswith("#") or "noreferrer" in attributes["rel"]  # type: ignore


def test_the_policy_forbids_connections_and_names_every_script(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    policy = policy_of(text)
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe-inline'" not in policy
    assert not re.search(r"https?:|\*", policy)
    scripts = SCRIPT.findall(text)
    assert len(scripts) == 3
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_no_chart_offers_to_upload(page: Path) -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert CONFIG["displaylogo"] is False
    text = page.read_text(encoding="utf-8")
    assert '"showSendToCloud": false' in text
    assert '"plotlyServerURL": ""' in text


def test_texts_of_a_scenario_stay_texts(hostile: Run) -> None:
    text = render(hostile)
    assert "&lt;script&gt;window.stolen" in text
    assert "<script>window.stolen" not in text
    tags = elements(text)
    assert not [tag for tag, _ in tags if tag in {"img", "b"}]
    assert not [a for _, attributes in tags for a in attributes if a.startswith("on")]
    assert len(SCRIPT.findall(text)) == 3


def test_an_address_that_is_not_a_web_page_is_no_link() -> None:
    assert not Link("x", "javascript:alert(1)").safe
    assert Link("x", "https://example.org").safe


def test_the_first_screen_warns_and_counts_the_dead(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    first = text[text.index('id="answer"') : text.index('<section id="states"')]
    for needed in ("not a prediction", "one publisher chain", "civilians", "95 % interval"):
        assert needed in first


def test_the_page_is_accessible_in_its_bones(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    tags = elements(text)
    assert ("html", {"lang": "en"}) in tags
    plots = [a for tag, a in tags if tag == "div" and a.get("class") == "plot"]
    assert plots
    assert all(a["role"] == "img" and len(a["aria-label"] or "") > 10 for a in plots)
    ids = [a["id"] for _, a in tags if a.get("id")]
    assert len(ids) == len(set(ids))
    assert "<noscript>" in text
    assert text.count("<h1") == 1


def test_equal_runs_give_equal_pages(documented: Run, without: Run, page: Path) -> None:
    assert render(documented, without) == page.read_text(encoding="utf-8")


def test_the_command_seed_and_hashes_stand_at_the_end(documented: Run, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    last = text[text.index('<section id="reproduce"') :]
    assert "sahelsim run documented-2023" in last
    assert documented.scenario.digest[:16] in last
    assert "seed and replicates" in last


def test_a_folder_that_cannot_be_written_is_an_error_with_a_code(
    hostile: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFault) as caught:
        write_report(hostile, path=tmp_path / "file" / "report.html")
    assert caught.value.code == "SS6010"

"""Mesa's page of a model really opens, steps, and asks no other host for what it shows.

Marked long: the extra weighs more than the rest together, and ``make test-long`` installs it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.exercise.web.process import free_port

REPO = Path(__file__).parents[2]
APP = REPO / "docs" / "examples" / "solara_app.py"
WAIT_MS = 60_000

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where ``solara run`` serves the app."""
    pytest.importorskip("solara", reason="not run: no solara (make test-long installs it)")
    port = free_port()
    log = tmp_path_factory.mktemp("solara") / "log"
    words = [sys.executable, "-m", "solara", "run", str(APP), "--host", "127.0.0.1",
             "--port", str(port), "--no-open"]  # fmt: skip
    env = {**os.environ, "PYTHONPATH": str(REPO), "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False"}
    with log.open("wb") as stream:
        process = subprocess.Popen(words, stdout=stream, stderr=stream, env=env)
        url = f"http://127.0.0.1:{port}"
        try:
            end = time.monotonic() + WAIT_MS / 1000
            while not _answers(url):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.2)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_page_opens_steps_and_starts_anew(address: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    hosts: set[str] = set()
    page.on("request", lambda asked: hosts.add(urlsplit(asked.url).hostname or ""))
    page.goto(address, wait_until="commit")
    page.get_by_text("20 August 2023").wait_for(timeout=WAIT_MS)
    assert page.get_by_text("Civilians: 0 killed").count() == 1
    assert page.locator(".js-plotly-plot").count() == 2
    marks = page.locator(".js-plotly-plot").first.locator(".scatterlayer .points path")
    assert marks.count() > 100  # places, those besieged twice
    page.get_by_role("button", name=re.compile("^step$", re.I)).click()
    page.get_by_text("21 August 2023").wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name=re.compile("^reset$", re.I)).click()
    page.get_by_text("20 August 2023").wait_for(timeout=WAIT_MS)
    page.close()
    # solara asks its own site whether a page works; nothing that is shown comes from elsewhere
    assert hosts - {""} <= {"127.0.0.1", "solara.dev"}

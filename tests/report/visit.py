"""A page looked at in a real browser without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LOCAL = ("file:", "data:", "blob:")
READY = "[...document.querySelectorAll('.plot')].every(div => div.dataset.ready)"


class Visit:
    """One look at a page: what it asked for, what it complained about."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.context.set_offline(True)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.add_init_script(
            "window.violations = [];"
            "document.addEventListener('securitypolicyviolation', event =>"
            " window.violations.push(event.violatedDirective + ' ' + event.blockedURI))"
        )
        self.page.goto(path.as_uri())

    def wait(self, condition: str, seconds: float = 60) -> None:
        """Wait until an expression holds; Playwright's own waiting needs eval, which is barred."""
        for _ in range(int(seconds * 10)):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"never true: {condition}")

    def draw_all(self) -> None:
        self.page.evaluate("sahelsimDrawAll()")
        self.wait(READY, 120)

    @property
    def outside(self) -> list[str]:
        return [url for url in self.requests if not url.startswith(LOCAL)]

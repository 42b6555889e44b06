"""Templates turned into pages. Everything is escaped but drawings, which escape for themselves."""

from __future__ import annotations

import secrets
import time
from functools import cache, partial
from importlib import resources
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sahelsim.exercise.phrases import LANGUAGES, Language, phrase
from sahelsim.exercise.web import identity

FOLDER = resources.files("sahelsim.exercise.web")
# A page is rendered once for many visitors; these stand for what is each visitor's own. Nobody
# can type them: they are new in every process.
_MARK = secrets.token_hex(12)
CSRF, NONCE, NOW = (f"{name}{_MARK}" for name in ("csrf", "nonce", "now"))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(str(FOLDER / "templates")), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def render(template: str, language: Language, **values: Any) -> str:
    """A template in a language, with places left for what is the visitor's own."""
    found = _environment().get_template(template)
    return found.render(
        t=partial(phrase, language), language=language, languages=LANGUAGES, csrf=CSRF,
        nonce=NONCE, now=NOW, **values,
    )  # fmt: skip


def page(request: Request, html: str, status: int = 200) -> HTMLResponse:
    """A rendered page for one visitor."""
    filled = (
        html.replace(CSRF, identity.csrf(request))
        .replace(NONCE, secrets.token_hex(8))
        .replace(NOW, f"{time.time():.1f}")
    )
    answer = HTMLResponse(filled, status)
    identity.remember(request, answer)
    return answer

"""Who asks: cookies of seats and facilitators, and the token that forms of our own pages carry.

A cookie holds ``<room>.<token>``; the room finds the game, the token the seat. An API client sends
the same words as ``Authorization: Bearer …`` instead. Forms carry a digest of a cookie that no
script and no other site can read; it needs no secret of the server, so a page that was open while
the server was killed can still send what was typed in it.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

DAY_S = 24 * 3600
SEAT, FACILITATOR, VISIT, LANGUAGE = "seat", "facilitator", "visit", "language"
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf"


def _name(request: Request, name: str) -> str:
    return f"__Host-{name}" if request.url.scheme == "https" else name


def cookie(request: Request, name: str) -> str:
    """The value of one of our cookies, or ''."""
    return request.cookies.get(_name(request, name), "")


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Set one of our cookies: unreadable to scripts, never sent from other sites, for a day."""
    response.set_cookie(
        _name(request, name), value, max_age=DAY_S, path="/", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Make the browser forget one of our cookies."""
    response.delete_cookie(
        _name(request, name), path="/", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def bearer(request: Request) -> str:
    """What an API client says it is, or ''."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def credential(request: Request, name: str) -> tuple[str, str]:
    """Room and token of who asks as ``seat`` or ``facilitator``; two empty words for nobody."""
    room, _, token = (bearer(request) or cookie(request, name)).partition(".")
    return room, token


def visit(request: Request) -> str:
    """The visitor's cookie, made up where there is none yet; see :func:`remember`."""
    known: Any = getattr(request.state, "visit", None)
    if known is None:
        known = cookie(request, VISIT) or secrets.token_urlsafe(24)
        request.state.visit = known
    return str(known)


def remember(request: Request, response: Response) -> None:
    """Give a visitor without a cookie the one that the page's forms were made for."""
    if not cookie(request, VISIT):
        set_cookie(request, response, VISIT, visit(request))


def csrf(request: Request) -> str:
    """What a form of a page for this visitor carries."""
    return hashlib.sha256(f"form:{visit(request)}".encode()).hexdigest()


def genuine(request: Request, sent: str) -> bool:
    """Whether a form or script of our own page sent this."""
    return bool(cookie(request, VISIT)) and secrets.compare_digest(
        sent.encode(), csrf(request).encode()
    )


def address(request: Request) -> str:
    """The client's address; behind a proxy, what a trusted one says it is."""
    return request.client.host if request.client else ""

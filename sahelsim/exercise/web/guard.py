"""What every request meets first: size, origin and rate; and what every answer carries.

One ASGI layer around the application, so that no route, error page or file can forget it.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sahelsim.exercise.web.limits import Window

MOST_BODY = 64 * 1024  # bytes of a request
MOST_REQUESTS = 12_000  # a minute and address: two hundred people behind one proxy
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with it, browsers say "Origin: null" of our own forms, and over plain HTTP
    # that is all they say. No other site learns anything either way.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


class _TooLarge(Exception):
    """The body grew beyond the limit while it was read."""


class Guard:
    """The layer; see the module.

    Args:
        app: What it guards.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._rate = Window(MOST_REQUESTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                added = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    added.setdefault(name, value)
            await send(message)

        read = 0

        async def receive_guarded() -> Message:
            nonlocal read
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > MOST_BODY:
                    raise _TooLarge
            return message

        problem = self._problem(scope, headers)
        if problem is not None:
            await PlainTextResponse(problem[1], problem[0])(scope, receive, send_guarded)
            return
        try:
            await self.app(scope, receive_guarded, send_guarded)
        except _TooLarge:
            if begun:
                raise
            answer = PlainTextResponse("The request is too large.", 413)
            await answer(scope, receive, send_guarded)

    def _problem(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        client = scope.get("client")
        if not self._rate.take(client[0] if client else ""):
            return 429, "Too many requests; wait a minute."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MOST_BODY:
            return 413, "The request is too large."
        if scope["method"] not in SAFE and not same_origin(headers):
            return 403, "The request came from another site."
        return None


def same_origin(headers: Headers) -> bool:
    """Whether a request was made by a page of this site, or by no page at all.

    ``Sec-Fetch-Site`` decides where a browser sends it (over plain HTTP it does not), else
    ``Origin``.
    """
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def repeated(names: Iterable[str]) -> str | None:
    """The first name that stands twice, or None: a repeated parameter is never what was meant."""
    seen = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None

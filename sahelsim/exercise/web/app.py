"""``create_app``: the application, put together."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.staticfiles import StaticFiles

from sahelsim import __version__
from sahelsim.base.errors import InputError, SahelsimError
from sahelsim.exercise.phrases import phrase
from sahelsim.exercise.web import api, console, player, screen
from sahelsim.exercise.web.doors import (
    Porter,
    by_script,
    facilitator_of,
    language_of,
    quietly,
    seat_of,
)
from sahelsim.exercise.web.faults import Denied, status, told
from sahelsim.exercise.web.guard import Guard
from sahelsim.exercise.web.paper import FOLDER, page, render
from sahelsim.exercise.web.room import Hall
from sahelsim.exercise.web.stream import MOST_STREAMS, Streams

log = logging.getLogger("sahelsim.web")


def create_app(hall: Hall, address: str = "") -> FastAPI:
    """The application that serves a hall.

    Args:
        hall: The rooms.
        address: What participants type; shown under the QR code.
    """
    streams = Streams()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for room in hall.rooms.values():
            with suppress(SahelsimError):  # the page itself will tell its reader
                player.lay_out(room)
        yield
        streams.stop()

    app = FastAPI(
        title="sahelsim exercise", version=__version__, docs_url=None, redoc_url=None,
        lifespan=lifespan, redirect_slashes=False,
    )  # fmt: skip
    app.state.porter = Porter(hall)
    app.state.streams = streams
    app.state.address = address
    for part in (player, console, screen, api):
        app.include_router(part.router)
    app.add_api_route("/stream/{reader}", _stream, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=str(FOLDER / "static")), name="static")
    app.add_exception_handler(SahelsimError, _on_error)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=3)
    app.add_middleware(Guard)
    app.add_middleware(_Last)
    return app


def _stream(request: Request, reader: str) -> Response:
    """The stream that tells a page when to look again."""
    streams: Streams = request.app.state.streams
    if reader == "seat":
        room, token, seat = seat_of(request)

        def look() -> str:
            room.seat(token)
            return room.seen_by(seat.team).version

    elif reader in ("white", "screen"):
        room, token = facilitator_of(request)

        def look() -> str:
            return room.white() if reader == "white" else room.seen_by_all().version

    else:
        raise HTTPException(404)
    if streams.count(token) >= MOST_STREAMS:
        raise Denied("SS8065", "too many pages of this seat are open", hint="close some of them")
    return StreamingResponse(
        streams.listen(token, look, room, room.white), media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )  # fmt: skip


# ---- errors --------------------------------------------------------------------------------------


def _on_error(request: Request, fault: Any) -> Response:
    code = status(fault)
    if isinstance(fault, Denied):
        quietly(fault, request)
    elif not isinstance(fault, InputError):
        log.error("%s", fault.render())
    return _failed(request, code, told(fault, language_of(request)))


def _on_http(request: Request, fault: Any) -> Response:
    language = language_of(request)
    key = "page.fault.missing" if fault.status_code == 404 else "page.fault.request"
    said = {"code": str(fault.status_code), "message": phrase(language, key), "hint": None}
    answer = _failed(request, fault.status_code, said)
    answer.headers.update(fault.headers or {})
    return answer


def _on_invalid(request: Request, fault: Any) -> Response:
    first = fault.errors()[0]
    if first["type"] == "json_invalid":
        return _failed(request, 400, {"code": "SS8068", "message": "the body is no JSON",
                                      "hint": None})  # fmt: skip
    where = ".".join(str(part) for part in first["loc"] if part != "body")[:60]
    message = f"'{where}': {str(first['msg']).lower()[:200]}"
    return _failed(request, 422, {"code": "SS8068", "message": message, "hint": None})


def _failed(request: Request, code: int, said: dict[str, Any]) -> Response:
    if by_script(request) or request.url.path.startswith("/api"):
        answer: Response = JSONResponse({"ok": False, "error": said}, code)
        if code == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    html = render("error.html.j2", language_of(request), here="/", fault=said)
    return page(request, html, code)


class _Last:
    """What nobody foresaw: it is logged here, and told to nobody."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        begun = False

        async def noting(message: Any) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception:
            log.exception("internal fault at %r", scope.get("path", "")[:80])
            if begun:
                raise
            said = {"code": "SS6900", "message": "internal fault", "hint": None}
            answer = JSONResponse({"ok": False, "error": said}, 500)
            await Guard(answer)(scope, receive, send)

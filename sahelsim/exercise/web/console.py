"""The facilitator's page: who sits where, the next step, injects, branches, the truth, the log."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sahelsim.base.errors import InputError
from sahelsim.exercise.phrases import LANGUAGES
from sahelsim.exercise.web import identity
from sahelsim.exercise.web.console_view import console_page
from sahelsim.exercise.web.deeds import FACILITATOR
from sahelsim.exercise.web.doors import (
    SEE_OTHER,
    as_deed,
    by_script,
    check_genuine,
    check_guesses,
    done,
    facilitator_of,
    fields_of,
    language_of,
    porter,
    wrong_guess,
)
from sahelsim.exercise.web.faults import Denied, status, told
from sahelsim.exercise.web.paper import page, render
from sahelsim.exercise.web.room import Room

router = APIRouter(include_in_schema=False, default_response_class=Response)
KEY_LENGTH = 200
DEBRIEF_PAIRS = 60  # futures on each side of its comparisons
DEBRIEF_PATIENCE_S = 600.0


@router.get("/white")
def white(request: Request) -> Response:
    """The console, or the form for its key."""
    try:
        room, _ = facilitator_of(request)
    except InputError:
        return _key_page(request)
    return _console(request, room)


def _key_page(request: Request, fault: InputError | None = None) -> Response:
    language = language_of(request)
    html = render("key.html.j2", language, here="/white",
                  fault=told(fault, language) if fault else None)  # fmt: skip
    return page(request, html, status(fault) if fault else 200)


def _console(request: Request, room: Room, fault: InputError | None = None) -> Response:
    language = language_of(request, room)
    html = render(
        "white.html.j2", language, here="/white", version=room.white(),
        address=request.app.state.address, fault=told(fault, language) if fault else None,
        **console_page(room, language),
    )  # fmt: skip
    return page(request, html, status(fault) if fault else 200)


@router.post("/white/key")
async def key(request: Request) -> Response:
    """Show the facilitator's key, and get the console."""
    return await run_in_threadpool(_key, request, fields_of(await request.form()))


def _key(request: Request, found: dict[str, Any]) -> Response:
    typed = str(found.get("key", ""))[:KEY_LENGTH].strip()
    try:
        check_genuine(request, str(found.get(identity.CSRF_FIELD, "")))
        room = room_of_key(request, typed)
    except InputError as fault:
        if by_script(request):
            raise
        return _key_page(request, fault)
    answer = done(request, "/white", {"where": "/white"})
    identity.set_cookie(request, answer, identity.FACILITATOR, f"{room.id}.{typed}")
    return answer


def room_of_key(request: Request, key: str) -> Room:
    """The room that a facilitator's key opens, if the address has not guessed too often.

    Raises:
        InputError: SS8065 too many wrong keys, SS8067 no such key.
    """
    check_guesses(request)
    room = porter(request).hall.by_facilitator(key.strip())
    if room is None:
        wrong_guess(request, "facilitator's key", key)
        raise Denied("SS8067", "this is not the facilitator's key",
                     hint="copy it from the terminal in which the server runs")  # fmt: skip
    return room


@router.post("/white/do/{name}")
async def act(request: Request, name: str) -> Response:
    """Do one thing of the facilitator."""
    found = fields_of(await request.form(), several=("to",))
    return await run_in_threadpool(_act, request, name, found)


def _act(request: Request, name: str, found: dict[str, Any]) -> Response:
    room, token = facilitator_of(request)
    try:
        check_genuine(request, str(found.pop(identity.CSRF_FIELD, "")))
        if name == "lift":
            porter(request).guesses.lift()
            return done(request, "/white", {})
        if name not in FACILITATOR:
            raise InputError("SS8068", "there is nothing of that name to do")
        act = FACILITATOR[name]
        filled = {key: value for key, value in found.items() if value != ""}
        answer = act.do(room, token, as_deed(act.fields, filled))
    except InputError as fault:
        if by_script(request) or status(fault) == 401:
            raise
        return _console(request, room, fault)
    return done(request, "/white", answer)


@router.post("/white/debrief")
async def debrief(request: Request) -> Response:
    """The debrief of the branch as a file; it is one offline page, for the time after the game."""
    return await run_in_threadpool(_debrief, request, fields_of(await request.form()))


def _debrief(request: Request, found: dict[str, Any]) -> Response:
    from sahelsim.exercise.debrief.material import gather
    from sahelsim.exercise.debrief.page import render as write

    room, _ = facilitator_of(request)
    try:
        check_genuine(request, str(found.get(identity.CSRF_FIELD, "")))
        material = room.jobs.do(
            room.id, lambda: gather(room.game, None, DEBRIEF_PAIRS), DEBRIEF_PATIENCE_S
        )
    except InputError as fault:
        return _console(request, room, fault)
    first = language_of(request, room)
    pages = (first, *(language for language in LANGUAGES if language != first))
    name = f"{room.game.exercise.file.id}-debrief.html"
    return Response(
        write(material, pages), media_type="text/html",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


@router.post("/white/scribe")
async def scribe(request: Request) -> Response:
    """Sit down for a team in this browser, to write what it has on paper."""
    found = fields_of(await request.form())
    room, _ = facilitator_of(request)
    check_genuine(request, str(found.get(identity.CSRF_FIELD, "")))
    token = await run_in_threadpool(room.scribe, str(found.get("team", "")))
    answer = RedirectResponse("/play", SEE_OTHER)
    identity.set_cookie(request, answer, identity.SEAT, f"{room.id}.{token}")
    return answer

"""Pages of players: join, and the page of a seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sahelsim.base.errors import InputError
from sahelsim.exercise.access import plain_code
from sahelsim.exercise.phrases import LANGUAGES, Language
from sahelsim.exercise.web import identity
from sahelsim.exercise.web.deeds import PLAYER, Join, join
from sahelsim.exercise.web.doors import (
    SEE_OTHER,
    as_deed,
    by_script,
    check_genuine,
    check_guesses,
    check_writes,
    done,
    fields_of,
    language_of,
    order_fields,
    porter,
    seat_of,
    wrong_guess,
)
from sahelsim.exercise.web.faults import status, told
from sahelsim.exercise.web.paper import page, render
from sahelsim.exercise.web.room import Room
from sahelsim.exercise.web.shown import seat_page

router = APIRouter(include_in_schema=False, default_response_class=Response)


@router.get("/")
def entrance(request: Request, code: str = "") -> Response:
    """The join page; whoever has a seat already is led to it."""
    try:
        seat_of(request)
    except InputError:
        return _join_page(request, {"code": code[:20], "name": ""})
    return RedirectResponse("/play", SEE_OTHER)


def _join_page(
    request: Request, typed: Mapping[str, str], fault: InputError | None = None
) -> Response:
    language = language_of(request)
    rooms = porter(request).hall.rooms.values()
    titles = [getattr(room.game.exercise.file.title, language) for room in rooms]
    html = render(
        "join.html.j2", language, here="/", title=titles[0] if len(set(titles)) == 1 else "",
        typed=typed, fault=told(fault, language) if fault else None,
    )  # fmt: skip
    return page(request, html, status(fault) if fault else 200)


@router.post("/join")
async def join_(request: Request) -> Response:
    """Take a seat."""
    found = fields_of(await request.form())
    return await run_in_threadpool(_join, request, found)


def _join(request: Request, found: dict[str, Any]) -> Response:
    typed = {"code": str(found.get("code", ""))[:40], "name": str(found.get("name", ""))[:80]}
    try:
        check_genuine(request, str(found.pop(identity.CSRF_FIELD, "")))
        room, token = take_seat(request, as_deed(Join, found))
    except InputError as fault:
        if by_script(request):
            raise
        return _join_page(request, typed, fault)
    answer = done(request, "/play", {"where": "/play"})
    identity.set_cookie(request, answer, identity.SEAT, f"{room.id}.{token}")
    return answer


def take_seat(request: Request, deed: Join) -> tuple[Room, str]:
    """Join with a code, if the address has not guessed too often.

    Raises:
        InputError: SS8065 too many wrong codes, SS8030 no such code, SS8032, SS8033.
    """
    check_guesses(request)
    try:
        room = porter(request).hall.by_code(deed.code)
    except InputError:
        wrong_guess(request, "join code", plain_code(deed.code))
        raise
    token, _ = join(room, deed)
    porter(request).guesses.right(identity.address(request))
    return room, token


@router.get("/play")
def play(request: Request) -> Response:
    """The page of a seat."""
    try:
        room, _, seat = seat_of(request)
    except InputError:
        return RedirectResponse("/", SEE_OTHER)
    return _seat_page(request, room, seat.team)


def lay_out(room: Room) -> None:
    """Draw the page of every team, so that a class that joins at once need not wait for it."""
    for team in room.game.exercise.file.teams:
        _drawn(room, team, room.language)


def _seat_page(
    request: Request, room: Room, team: str,
    typed: Mapping[str, Any] | None = None, fault: InputError | None = None,
) -> Response:  # fmt: skip
    language = language_of(request, room)
    scribe = _scribe_teams(request, room, language)
    html = _drawn(room, team, language, scribe, typed, fault)
    return page(request, html, status(fault) if fault else 200)


def _drawn(
    room: Room, team: str, language: Language, scribe: Sequence[tuple[str, str]] = (),
    typed: Mapping[str, Any] | None = None, fault: InputError | None = None,
) -> str:  # fmt: skip
    """The page of a team's seats; one without a fault is drawn once."""
    sight = room.seen_by(team)

    def draw() -> str:
        shown = seat_page(room.game.engine, sight.picture, language)
        cards = shown.pop("cards")

        def write() -> str:
            return render("cards.html.j2", language, cards=cards, typed=typed or {})

        forms = write() if typed else room.page(("cards", team, language), write)
        return render(
            "play.html.j2", language, here="/play", version=sight.version,
            fault=told(fault, language) if fault else None, scribe=scribe, own=team, forms=forms,
            **shown,
        )  # fmt: skip

    if fault is not None:
        return draw()
    return room.page(("seat", team, sight.version, language, "scribe" if scribe else ""), draw)


def _scribe_teams(request: Request, room: Room, language: Language) -> list[tuple[str, str]]:
    """The teams between which a facilitator's browser may change; none for a player."""
    id, token = identity.credential(request, identity.FACILITATOR)
    if id != room.id or not room.game.is_facilitator(token):
        return []
    teams = room.game.exercise.file.teams
    return [(team, getattr(rules.name, language)) for team, rules in teams.items()]


@router.post("/do/{name}")
async def act(request: Request, name: str) -> Response:
    """Write or withdraw an order, or lock the team's orders."""
    found = fields_of(await request.form(), several=("to",))
    return await run_in_threadpool(_act, request, name, found)


def _act(request: Request, name: str, found: dict[str, Any]) -> Response:
    room, token, seat = seat_of(request)
    try:
        check_genuine(request, str(found.pop(identity.CSRF_FIELD, "")))
        check_writes(request, token)
        if name not in PLAYER:
            raise InputError("SS8068", "there is nothing of that name to do")
        if name == "order":
            found = order_fields(room, found)
        answer = PLAYER[name].do(room, token, as_deed(PLAYER[name].fields, found))
    except InputError as fault:
        if by_script(request) or status(fault) == 401:
            raise
        return _seat_page(request, room, seat.team, found, fault)
    return done(request, "/play#orders", answer)


@router.post("/leave")
async def leave(request: Request) -> Response:
    """Forget the seat on this device; it stays the facilitator's to end."""
    check_genuine(request, str((await request.form()).get(identity.CSRF_FIELD, "")))
    answer = RedirectResponse("/", SEE_OTHER)
    identity.drop_cookie(request, answer, identity.SEAT)
    return answer


@router.post("/language")
async def language(request: Request) -> Response:
    """Choose a language; nothing of the game changes."""
    form = await request.form()
    check_genuine(request, str(form.get(identity.CSRF_FIELD, "")))
    where = str(form.get("here", "/"))
    answer = RedirectResponse(where if where in ("/play", "/white", "/screen") else "/", SEE_OTHER)
    if form.get("language") in LANGUAGES:
        identity.set_cookie(request, answer, identity.LANGUAGE, str(form["language"]))
    return answer

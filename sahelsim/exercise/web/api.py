"""The JSON API: everything the pages do, for scripts; described by ``/openapi.json``.

Who asks is said by ``Authorization: Bearer <room>.<token>``, as join and key return it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.requests import Request

from sahelsim.exercise.conduct import deck
from sahelsim.exercise.web import identity
from sahelsim.exercise.web.console import room_of_key
from sahelsim.exercise.web.deeds import FACILITATOR, PLAYER, Act, Join, Lead
from sahelsim.exercise.web.doors import (
    check_genuine,
    check_writes,
    facilitator_of,
    seat_of,
)
from sahelsim.exercise.web.player import take_seat


class Fault(BaseModel):
    """What went wrong."""

    code: str
    message: str
    hint: str | None = None


class Refused(BaseModel):
    """The body of every answer that is no success."""

    ok: bool = False
    error: Fault


_ANSWERS: dict[int | str, dict[str, Any]] = {
    code: {"model": Refused, "description": text}
    for code, text in {
        400: "The body is no JSON", 401: "Nobody known asks", 403: "Not allowed",
        409: "Not now", 413: "Too large", 422: "Refused, with the reason and the limit",
        429: "Too often", 503: "Busy",
    }.items()
}  # fmt: skip
_scheme = HTTPBearer(auto_error=False, description="<room>.<token>")
router = APIRouter(prefix="/api", responses=_ANSWERS, dependencies=[Depends(_scheme)])


@router.post("/join", summary=Join.__doc__)
def join(request: Request, deed: Join) -> dict[str, Any]:
    """Take a seat; the answer holds the words that later requests show."""
    room, token = take_seat(request, deed)
    return {"ok": True, "bearer": f"{room.id}.{token}", "team": room.seat(token).team}


@router.post("/lead", summary=Lead.__doc__)
def lead(request: Request, deed: Lead) -> dict[str, Any]:
    """Show the facilitator's key; the answer holds the words that later requests show."""
    room = room_of_key(request, deed.key)
    return {"ok": True, "bearer": f"{room.id}.{deed.key.strip()}"}


@router.get("/picture")
def picture(request: Request) -> dict[str, Any]:
    """What the team of the seat may know now."""
    room, _, seat = seat_of(request)
    return dict(room.seen_by(seat.team).picture)


@router.get("/white/picture")
def white_picture(request: Request) -> dict[str, Any]:
    """What the facilitator sees: everything."""
    room, _ = facilitator_of(request)
    return {**room.game.see_all(), "deck": deck(room.game.engine, room.game.state)}


@router.get("/white/screen")
def white_screen(request: Request) -> dict[str, Any]:
    """What the whole class may see."""
    room, _ = facilitator_of(request)
    return dict(room.seen_by_all().picture)


def _proof(request: Request) -> None:
    """A browser that is known by its cookie must also show that a page of ours asks."""
    check_genuine(request, request.headers.get(identity.CSRF_HEADER, ""))


def _player(act: Act) -> Callable[..., Mapping[str, Any]]:
    def endpoint(request: Request, deed: Any) -> Mapping[str, Any]:
        room, token, _ = seat_of(request)
        _proof(request)
        check_writes(request, token)
        return {"ok": True, **act.do(room, token, deed)}

    return _typed(endpoint, act)


def _facilitator(act: Act) -> Callable[..., Mapping[str, Any]]:
    def endpoint(request: Request, deed: Any) -> Mapping[str, Any]:
        room, token = facilitator_of(request)
        _proof(request)
        return {"ok": True, **act.do(room, token, deed)}

    return _typed(endpoint, act)


def _typed(endpoint: Callable[..., Mapping[str, Any]], act: Act) -> Callable[..., Any]:
    """Give an endpoint the fields of its act, for checking and for the description."""
    endpoint.__annotations__ = {"request": Request, "deed": act.fields, "return": dict[str, Any]}
    endpoint.__doc__ = act.fields.__doc__
    return endpoint


for _name, _act in PLAYER.items():
    router.add_api_route(f"/{_name}", _player(_act), methods=["POST"], name=_name)
for _name, _act in FACILITATOR.items():
    router.add_api_route(
        f"/white/{_name}", _facilitator(_act), methods=["POST"], name=f"white_{_name}"
    )

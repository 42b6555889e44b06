"""The page on the wall: how to join, the clock, odds, dice, what happened; nothing of any team."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from sahelsim.exercise.drawing import map_svg
from sahelsim.exercise.naming import figure
from sahelsim.exercise.phrases import Language
from sahelsim.exercise.web.doors import facilitator_of, language_of
from sahelsim.exercise.web.paper import page, render
from sahelsim.exercise.web.room import Room
from sahelsim.exercise.web.shown import changed, head, news, odds
from sahelsim.exercise.web.talking import rulings, statements
from sahelsim.exercise.wording import harm, public_lines

router = APIRouter(include_in_schema=False, default_response_class=Response)


@router.get("/screen")
def screen(request: Request, codes: bool = False) -> Response:
    """The page for the projector, opened from the facilitator's browser."""
    room, _ = facilitator_of(request)
    language = language_of(request, room)
    sight = room.seen_by_all()
    shown = room.codes if codes and sight.picture["joining"] else {}
    html = render(
        "screen.html.j2", language, here="/screen", version=sight.version,
        address=request.app.state.address, qr=qr_svg(request.app.state.address), codes=shown,
        **screen_page(room, sight.picture, language),
    )  # fmt: skip
    return page(request, html)


def screen_page(room: Room, picture: Any, language: Language) -> dict[str, Any]:
    """Everything on the page but the address."""
    exercise = room.game.exercise
    history = picture["history"]
    last = history[-1] if history else None
    return {
        "head": head(exercise, picture, language),
        "branch": picture["branch"],
        "lobby": picture["turn"] == 1 and picture["phase"] == "read",
        "joining": picture["joining"],
        "teams": [
            {"id": team, "name": getattr(exercise.file.teams[team].name, language), **seats}
            for team, seats in picture["teams"].items()
        ],
        "news": news(picture["news"], language),
        "odds": odds(exercise, picture["odds"], language),
        "rulings": rulings(exercise.file, picture["odds"], language),
        "statements": statements(exercise.file, [
            said for said in picture["statements"] if said["turn"] == picture["turn"]
        ], language),
        "roll": picture["roll"],
        "last": None if last is None else {
            "turn": last["turn"], "roll": last["roll"],
            "public": public_lines(last["public"], language),
        },
        "harm": harm(history, language),
        "scores": None if picture["scores"] is None else [
            (getattr(exercise.file.teams[team].name, language), figure(total, language))
            for team, total in picture["scores"].items()
        ],
        "map": map_svg(picture["map"]["places"], language=language,
                       changed=changed(history, picture["phase"])),
    }  # fmt: skip


def qr_svg(text: str) -> str:
    """A QR code as an ``<svg>`` element, black on white whatever the theme."""
    import segno

    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2, light="#fff",
        svgclass="qr", lineclass=None,
    )  # fmt: skip
    return out.getvalue().decode()

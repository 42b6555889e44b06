"""What every route shares: who asks, in which language, forms as deeds, errors as answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sahelsim.base.errors import InputError, SahelsimError
from sahelsim.exercise.phrases import LANGUAGES, Language
from sahelsim.exercise.state import Seat
from sahelsim.exercise.web import identity
from sahelsim.exercise.web.deeds import Deed
from sahelsim.exercise.web.faults import Denied
from sahelsim.exercise.web.guard import repeated
from sahelsim.exercise.web.limits import Guesses, Window
from sahelsim.exercise.web.room import Hall, Room
from sahelsim.theatre import load_theatre

Fields = TypeVar("Fields", bound=Deed)
SEE_OTHER = 303
WRITES_A_MINUTE = 120  # of one seat
log = logging.getLogger("sahelsim.web")


class Porter:
    """The hall with what is counted at its doors.

    Attributes:
        hall: The rooms.
        guesses: Wrong codes and keys.
        writes: Writing requests by token.
    """

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.guesses = Guesses()
        self.writes = Window(WRITES_A_MINUTE)


def porter(request: Request) -> Porter:
    """The porter of the application."""
    return cast(Porter, request.app.state.porter)


# ---- who asks ------------------------------------------------------------------------------------


def seat_of(request: Request) -> tuple[Room, str, Seat]:
    """Room, token and seat of a player.

    Raises:
        InputError: SS8031, nobody sits there.
    """
    id, token = identity.credential(request, identity.SEAT)
    room = porter(request).hall.rooms.get(id)
    if room is None:
        raise Denied("SS8031", "this token belongs to no seat", hint="join again with the code")
    return room, token, room.seat(token)


def facilitator_of(request: Request) -> tuple[Room, str]:
    """Room and token of a facilitator.

    Raises:
        InputError: SS8067, it is none.
    """
    id, token = identity.credential(request, identity.FACILITATOR)
    room = porter(request).hall.rooms.get(id)
    if room is None or not room.game.is_facilitator(token):
        raise Denied("SS8067", "this page is the facilitator's",
                     hint="open the link that the server printed when it started")  # fmt: skip
    return room, token


def language_of(request: Request, room: Room | None = None) -> Language:
    """The visitor's language: chosen, or the exercise's."""
    chosen = identity.cookie(request, identity.LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    return room.language if room is not None else porter(request).hall.language


def check_genuine(request: Request, sent: str) -> None:
    """Refuse what no page of ours has sent; an API client that shows its token is no browser.

    Raises:
        InputError: SS8064.
    """
    if not identity.bearer(request) and not identity.genuine(request, sent):
        raise Denied("SS8064", "this form does not come from a page of this server",
                     hint="load the page again, and send it again")  # fmt: skip


def check_writes(request: Request, token: str) -> None:
    """Refuse a seat that writes without end.

    Raises:
        InputError: SS8065.
    """
    if not porter(request).writes.take(token):
        raise Denied("SS8065", "too many requests in one minute", hint="wait a minute")


# ---- codes and keys ------------------------------------------------------------------------------


def check_guesses(request: Request) -> None:
    """Refuse an address with too many wrong tries.

    Raises:
        InputError: SS8065.
    """
    if porter(request).guesses.barred(identity.address(request)):
        raise Denied("SS8065", "too many wrong codes from this address",
                     hint="wait a minute, or ask the facilitator to lift the limit")  # fmt: skip


def wrong_guess(request: Request, what: str, typed: str) -> None:
    """Log and count a wrong code or key, and slow its answer down."""
    near = identity.address(request)
    porter(request).guesses.wrong(near)
    # What was typed is logged in part and with its control characters written out.
    log.warning("wrong %s %r from %r", what, typed[:3] + "…", near)
    time.sleep(porter(request).guesses.delay_s(near))


# ---- forms ---------------------------------------------------------------------------------------


def fields_of(form: FormData, several: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a form, its token among them.

    Raises:
        InputError: SS8068, a field is a file, or stands twice.
    """
    pairs = form.multi_items()
    twice = repeated(name for name, _ in pairs if name not in several)
    if twice is not None or any(not isinstance(value, str) for _, value in pairs):
        raise InputError("SS8068", f"the form holds '{(twice or 'a file')[:40]}' where it may not")
    found: dict[str, Any] = {name: value for name, value in pairs if name not in several}
    for name in several:
        values = [value for other, value in pairs if other == name]
        if values:
            found[name] = values
    return found


def as_deed(kind: type[Fields], found: Mapping[str, Any]) -> Fields:
    """The fields of a request, checked.

    Raises:
        InputError: SS8068, one is missing, unknown or malformed.
    """
    try:
        return kind.model_validate(found)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:60]
        raise InputError("SS8068", f"'{where}': {first['msg'].lower()}") from None


def order_fields(room: Room, found: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an order's form: ``arg.<name>`` become arguments, numbers numbers."""
    card = room.game.exercise.file.cards.get(str(found.get("card", "")))
    arguments: dict[str, Any] = {}
    rest = {}
    for name, value in found.items():
        if not name.startswith("arg."):
            rest[name] = value
        elif value != "":
            short = name.removeprefix("arg.")
            numeric = card is not None and short in card.choose and load_theatre().order(
                card.verb
            ).argument(short).type in ("number", "integer")  # fmt: skip
            arguments[short] = _number(value) if numeric else value
    return {**rest, "arguments": arguments}


def _number(text: str) -> float | int | str:
    """A number as it was typed, with a decimal comma too; the text itself where it is none."""
    try:
        number = float(text.replace("\u202f", "").replace(" ", "").replace(",", "."))
    except ValueError:
        return text[:80]
    return int(number) if number.is_integer() else number


# ---- answers -------------------------------------------------------------------------------------


def by_script(request: Request) -> bool:
    """Whether our own script asks, and wants data instead of a page."""
    return request.headers.get("x-requested-with") == "page"


def done(request: Request, where: str, answer: Mapping[str, Any]) -> Response:
    """The answer to a form: data for our script, else the way back to the page."""
    if by_script(request):
        return JSONResponse({"ok": True, **answer})
    return RedirectResponse(where, SEE_OTHER)


def quietly(fault: SahelsimError, request: Request) -> None:
    """Log a refusal of access in one line."""
    log.info("refused %s %r from %r: %s", request.method, request.url.path[:80],
             identity.address(request), fault.code)  # fmt: skip

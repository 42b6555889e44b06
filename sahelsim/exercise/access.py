"""Codes and tokens: who may sit where. The log holds their digests, never themselves."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sahelsim.base.errors import InputError
from sahelsim.exercise.state import Seat, State

# Without letters and digits that look alike: 31 of them, 39.6 bits in a code of eight.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
MAX_NAME = 60  # characters of a person's name


@dataclass(frozen=True)
class Keys:
    """What is shown once, when a game is created.

    Attributes:
        facilitator: The facilitator's token.
        codes: Team -> its join code.
    """

    facilitator: str
    codes: Mapping[str, str]


def new_code() -> str:
    """A join code: eight letters and digits that cannot be misread."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def new_token() -> str:
    """A token of 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """SHA-256 of a code or token, which the log holds in its place."""
    return hashlib.sha256(secret.encode()).hexdigest()


def plain_code(typed: str) -> str:
    """A join code as it was meant: capitals, without spaces and hyphens."""
    return typed.upper().replace(" ", "").replace("-", "")


def team_of_code(state: State, typed: str) -> str:
    """The team that a join code opens.

    Raises:
        InputError: SS8030, no team has it.
    """
    digest = fingerprint(plain_code(typed))
    for team, known in state.codes.items():
        if secrets.compare_digest(known, digest):
            return team
    raise InputError("SS8030", "this join code opens no team", hint="ask the facilitator for it")


def seat_of_token(state: State, token: str) -> Seat:
    """The seat that a token belongs to.

    Raises:
        InputError: SS8031, no seat has it, or it was ended.
    """
    digest = fingerprint(token)
    for seat in state.seats.values():
        if digest in seat.tokens and seat.present:
            return seat
    raise InputError("SS8031", "this token belongs to no seat", hint="join again with the code")


def person_name(typed: str) -> str:
    """A name as it is kept: printable, one line, 1 to 60 characters.

    Raises:
        InputError: SS8033, nothing is left of it, or it is too long.
    """
    name = " ".join("".join(c for c in typed if c.isprintable() or c.isspace()).split())
    if not 1 <= len(name) <= MAX_NAME:
        raise InputError("SS8033", f"a name has 1 to {MAX_NAME} characters")
    return name

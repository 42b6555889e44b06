"""A room: one game as the server holds it. The hall: all rooms of a process.

What a page shows is worked out once for each state of the game and each reader, and named by a
digest of its content. Streams send that digest and nothing else, so a page learns that there is
something new for it, and nothing of what others do.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sahelsim.base.errors import InputError
from sahelsim.exercise.access import fingerprint, new_token, seat_of_token, team_of_code
from sahelsim.exercise.game import Game
from sahelsim.exercise.log import Draft
from sahelsim.exercise.phrases import Language
from sahelsim.exercise.picture import picture
from sahelsim.exercise.state import Seat
from sahelsim.exercise.web.jobs import Jobs
from sahelsim.exercise.web.public import public_picture

SCREEN = "screen"  # the reader that is no team
MOST_PAGES = 64  # rendered pages kept
SCRIBE = "Scribe"


@dataclass(frozen=True)
class Sight:
    """What one reader may see.

    Attributes:
        seq: State of the game that it was made of.
        version: Digest of ``picture``.
        picture: Plain data.
    """

    seq: int
    version: str
    picture: Mapping[str, Any]


class Room:
    """One game being served.

    Args:
        game: The game.
        jobs: Where the model's work is done.
        codes: Team -> join code, where it is known (a log holds digests only).

    Attributes:
        id: Names the room in cookies; the same after a restart.
        language: The language of the exercise.
        note: What the facilitator's last piece of work came to (a comparison), or None.
    """

    def __init__(self, game: Game, jobs: Jobs, codes: Mapping[str, str] | None = None) -> None:
        self.game = game
        self.jobs = jobs
        self.codes = dict(codes or {})
        self.id = game.log.read()[0].hash[:12]
        self.language: Language = game.exercise.file.languages[0]
        self.note: Mapping[str, Any] | None = None
        self._lock = threading.Lock()
        self._sights: dict[str, Sight] = {}
        self._pages: OrderedDict[tuple[str, ...], str] = OrderedDict()
        self._scribes: dict[str, str] = {}

    # ---- who asks ------------------------------------------------------------------------------

    def seat(self, token: str) -> Seat:
        """The seat of a token.

        Raises:
            InputError: SS8031, there is none.
        """
        return seat_of_token(self.game.state, token)

    def team_of(self, code: str) -> str | None:
        """The team that a join code opens, or None."""
        try:
            return team_of_code(self.game.state, code)
        except InputError:
            return None

    # ---- what is to be seen --------------------------------------------------------------------

    def seen_by(self, team: str) -> Sight:
        """What the seats of a team may see now; that of a token is known from :meth:`seat`."""
        return self._sight(team, lambda: picture(self.game.engine, self.game.state, team))

    def seen_by_all(self) -> Sight:
        """What the projector shows."""
        return self._sight(SCREEN, lambda: public_picture(self.game.engine, self.game.state))

    def white(self) -> str:
        """What changes whenever the facilitator's page may have changed."""
        busy = self.jobs.busy(self.id)
        known = (self.game.state.seq, busy, self.note)
        return digest(known)

    def _sight(self, reader: str, look: Callable[[], Mapping[str, Any]]) -> Sight:
        seq = self.game.state.seq
        with self._lock:
            known = self._sights.get(reader)
        if known is not None and known.seq == seq:
            return known
        shown = look()
        sight = Sight(seq, digest(shown), shown)
        with self._lock:
            self._sights[reader] = sight
        return sight

    # ---- one laptop for all --------------------------------------------------------------------

    def scribe(self, team: str) -> str:
        """The token of a seat from which the facilitator writes what a team has on paper.

        Raises:
            InputError: SS8002, there is no such team.
        """
        if team not in self.game.exercise.file.teams:
            raise InputError("SS8002", f"there is no team '{team[:60]}'")
        token = self._scribes.get(team, "")
        try:
            self.seat(token)
        except InputError:
            token = new_token()
            body = {"team": team, "token": fingerprint(token)}
            self.game.commit("seat.joined", lambda _: [Draft("seat.joined", body)], None)
            self.game.log.set_name(self.seat(token).id, SCRIBE)
            self._scribes[team] = token
        return token

    def page(self, key: tuple[str, ...], render: Callable[[], str]) -> str:
        """A rendered page, made once for each key."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        made = render()
        with self._lock:
            self._pages[key] = made
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return made


class Hall:
    """The rooms of a process.

    Args:
        rooms: At least one.
    """

    def __init__(self, rooms: Iterable[Room]) -> None:
        self.rooms = {room.id: room for room in rooms}
        self.jobs = next(iter(self.rooms.values())).jobs
        self.language: Language = next(iter(self.rooms.values())).language

    def by_code(self, code: str) -> Room:
        """The room that a join code opens.

        Raises:
            InputError: SS8030, there is none.
        """
        found = [room for room in self.rooms.values() if room.team_of(code) is not None]
        if not found:
            raise InputError("SS8030", "this join code opens no team",
                             hint="ask the facilitator for it")  # fmt: skip
        return found[0]

    def by_facilitator(self, token: str) -> Room | None:
        """The room of a facilitator's token, or None."""
        return next((r for r in self.rooms.values() if r.game.is_facilitator(token)), None)

    def close(self) -> None:
        """Let go of all games."""
        self.jobs.close()
        for room in self.rooms.values():
            room.game.close()


def digest(picture: Any) -> str:
    """Twelve hexadecimal digits that change with the content."""
    text = json.dumps(picture, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]

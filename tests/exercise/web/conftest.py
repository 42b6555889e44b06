"""A class in memory: a small game being served, and visitors who behave as browsers do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from httpx import Response

from sahelsim.exercise import Exercise, Game
from sahelsim.exercise.access import Keys
from sahelsim.exercise.web.app import create_app
from sahelsim.exercise.web.jobs import Jobs
from sahelsim.exercise.web.room import Hall, Room

ADDRESS = "http://192.0.2.7:8123"


class Visitor:
    """A browser without JavaScript: keeps cookies, fills in the forms of the page it is on."""

    def __init__(self, app: Any, base: str = "http://class", address: str = "192.0.2.50") -> None:
        self.transport = httpx.ASGITransport(app, client=(address, 50_000))
        self.base = base
        self.cookies = httpx.Cookies()
        self.received: list[bytes] = []

    def request(self, method: str, path: str, **more: Any) -> Response:
        """One request, with the cookies so far and those that it sets."""

        async def once() -> Response:
            async with httpx.AsyncClient(
                transport=self.transport, base_url=self.base, cookies=self.cookies
            ) as web:
                answer = await web.request(method, path, **more)
                self.cookies = web.cookies
                return answer

        answer = asyncio.run(once())
        self.received.append(repr(answer.headers.multi_items()).encode() + answer.content)
        return answer

    def get(self, path: str, **more: Any) -> Response:
        return self.request("GET", path, **more)

    def csrf(self, page: str) -> str:
        """The token that forms of a page carry."""
        token = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.get(page).text)
        assert token is not None, page
        return token[1]

    def form(self, path: str, page: str = "/", /, **fields: Any) -> Response:
        """Send a form of ``page``."""
        return self.send(path, csrf=self.csrf(page), **fields)

    def send(self, path: str, headers: dict[str, str] | None = None, /, **fields: Any) -> Response:
        return self.request("POST", path, data=fields, headers=headers)

    def join(self, code: str, name: str, **more: Any) -> Response:
        return self.form("/join", "/", code=code, name=name, **more)

    def order(self, card: str, **arguments: Any) -> Response:
        typed = {f"arg.{name}": value for name, value in arguments.items() if name != "why"}
        return self.form("/do/order", "/play", card=card, why=arguments.get("why", ""), **typed)

    def lead(self, key: str) -> Response:
        return self.form("/white/key", "/white", key=key)

    def step(self, what: str, **more: Any) -> Response:
        return self.form("/white/do/step", "/white", what=what, **more)


@dataclass
class Class:
    """A served game with its keys."""

    game: Game
    keys: Keys
    room: Room
    app: Any
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self, **more: Any) -> Visitor:
        one = Visitor(self.app, **more)
        self.visitors.append(one)
        return one

    def player(self, team: str, name: str = "Awa", **more: Any) -> Visitor:
        one = self.visitor(**more)
        answer = one.join(self.keys.codes[team], name)
        assert answer.status_code == 303, answer.text
        return one

    def leader(self, **more: Any) -> Visitor:
        one = self.visitor(**more)
        answer = one.lead(self.keys.facilitator)
        assert answer.status_code == 303, answer.text
        return one

    @property
    def seq(self) -> int:
        return self.game.state.seq


@pytest.fixture(scope="session")
def opening(small: Exercise) -> Callable[..., Class]:
    """Serve a new game of the small exercise, or of another one."""

    def open_(exercise: Exercise = small) -> Class:
        game, keys = Game.create(exercise, rehearsal=False)
        room = Room(game, Jobs(), keys.codes)
        return Class(game, keys, room, create_app(Hall([room]), ADDRESS))

    return open_


@pytest.fixture
def served(opening: Callable[..., Class]) -> Iterator[Class]:
    made = opening()
    yield made
    made.app.state.porter.hall.close()


@pytest.fixture
def writing(served: Class) -> Class:
    """Orders are open."""
    served.game.step("write")
    return served

"""Streams tell that there is something new, seldom, and to whom it concerns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from sahelsim.base.errors import InputError
from sahelsim.exercise.web import stream
from sahelsim.exercise.web.stream import HEAD, MOST_STREAMS, Streams
from tests.exercise.web.conftest import Class


async def take(words: AsyncIterator[str], count: int) -> list[str]:
    return [await asyncio.wait_for(anext(words), 5) for _ in range(count)]


def test_a_stream_says_the_version_of_now_then_each_other_one() -> None:
    async def run() -> list[str]:
        version = ["a"]
        streams = Streams()
        words = streams.listen("x", lambda: version[0], 1, lambda: version[0])
        said = await take(words, 2)
        version[0] = "b"
        said += await take(words, 1)
        streams.stop()
        return said

    assert asyncio.run(run()) == [HEAD, "data: a\n\n", "data: b\n\n"]


def test_many_changes_make_one_word_and_at_most_four_a_second() -> None:
    async def run() -> tuple[int, float]:
        count = [0]

        def look() -> str:
            count[0] += 1
            return str(count[0])

        streams = Streams()
        words = streams.listen("x", look, 1, time.monotonic)
        await take(words, 2)
        began = time.monotonic()
        said = await take(words, 4)
        took = time.monotonic() - began
        streams.stop()
        return len(said), took

    said, took = asyncio.run(run())
    assert said == 4
    assert took > 3 * stream.EVERY_S * 0.9


def test_while_the_room_stands_still_nobody_looks() -> None:
    async def run() -> int:
        looks = []

        def look() -> str:
            looks.append(1)
            return str(len(looks))

        streams = Streams()
        words = streams.listen("x", look, 1, lambda: "still")
        await take(words, 2)
        await asyncio.sleep(3.5 * stream.EVERY_S)
        streams.stop()
        return len(looks)

    assert asyncio.run(run()) == 1


def test_whoever_may_listen_no_longer_is_told_and_let_go() -> None:
    async def run() -> list[str]:
        allowed = [True]

        def look() -> str:
            if not allowed[0]:
                raise InputError("SS8031", "gone")
            return "a"

        streams = Streams()
        words = streams.listen("x", look, 1, lambda: allowed[0])
        await take(words, 2)
        allowed[0] = False
        last = await take(words, 1)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(words), 5)
        assert streams.count("x") == 0
        return last

    assert asyncio.run(run()) == ["event: gone\ndata: 0\n\n"]


def test_a_stream_is_for_those_who_may_see(writing: Class) -> None:
    nobody, player = writing.visitor(), writing.player("bamako")
    assert nobody.get("/stream/seat").status_code == 401
    assert player.get("/stream/white").status_code == 401
    assert player.get("/stream/screen").status_code == 401
    token = player.cookies["seat"].partition(".")[2]
    streams = writing.app.state.streams
    streams._listeners[token] = [object()] * MOST_STREAMS
    assert player.get("/stream/seat").status_code == 429
    streams._listeners.clear()


def test_changes_by_another_program_reach_the_pages(writing: Class) -> None:
    player = writing.player("bamako")
    before = writing.room.seen_by("bamako").version
    writing.game.announce({"en": "from a terminal", "fr": "x"}, ["bamako"])
    assert writing.room.seen_by("bamako").version != before
    assert "from a terminal" in player.get("/play").text

"""Server-sent events: a page is told that there is something new for it, never what.

One watcher for the process looks at every room that somebody listens to, four times a second, so
that changes by other programs on the same game are noticed too and many changes make one word.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from sahelsim.base.errors import SahelsimError

EVERY_S = 0.25
PING_S = 15.0
MOST_STREAMS = 12  # of one reader's token
HEAD = "retry: 1000\n\n"


@dataclass(eq=False)
class _Listener:
    """One open stream.

    Attributes:
        look: Says which version its reader would see now.
        room: The room it listens to.
        pulse: Says, at little cost, in which state the room is.
        beat: The state of the room when it was looked at last.
        said: The version it was told last.
        news: Set when there is another.
        gone: It may listen no longer.
    """

    look: Callable[[], str]
    room: object
    pulse: Callable[[], object]
    beat: object = None
    said: str = ""
    version: str = ""
    gone: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Streams:
    """All open streams of a process."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[_Listener]] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._closing = False

    def count(self, reader: str) -> int:
        """How many streams a reader has open."""
        return len(self._listeners.get(reader, ()))

    async def listen(
        self, reader: str, look: Callable[[], str], room: object, pulse: Callable[[], object]
    ) -> AsyncIterator[str]:
        """The words of one stream: first the version of now, then each other one.

        Args:
            reader: Whose stream it is.
            look: Says which version the reader would see now; raises where it may see none.
            room: The room.
            pulse: Says in which state the room is; while it says the same, nobody looks.
        """
        listener = _Listener(look, room, pulse)
        self._listeners.setdefault(reader, []).append(listener)
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch())
        try:
            yield HEAD
            while not self._closing:
                try:
                    await asyncio.wait_for(listener.news.wait(), PING_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                listener.news.clear()
                if listener.gone:
                    yield "event: gone\ndata: 0\n\n"
                    return
                listener.said = listener.version
                yield f"data: {listener.said}\n\n"
        finally:
            self._listeners[reader].remove(listener)
            if not self._listeners[reader]:
                del self._listeners[reader]

    async def _watch(self) -> None:
        while self._listeners and not self._closing:
            everyone = [one for group in self._listeners.values() for one in group]
            await run_in_threadpool(_look_around, everyone)
            for one in everyone:
                if one.gone or one.version != one.said:
                    one.news.set()
            await asyncio.sleep(EVERY_S)

    def stop(self) -> None:
        """End all streams, so that the server can stop; called in the server's thread."""
        self._closing = True
        for group in self._listeners.values():
            for one in group:
                one.news.set()


def _look_around(everyone: list[_Listener]) -> None:
    beats: dict[object, object] = {}
    for one in everyone:
        if one.room not in beats:
            beats[one.room] = one.pulse()
        if one.beat == beats[one.room]:
            continue
        one.beat = beats[one.room]
        try:
            one.version = one.look()
        except SahelsimError:
            one.gone = True

"""The model's work, one piece after another in a thread of its own, so that pages stay quick."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from typing import TypeVar

from sahelsim.base.errors import EnvironmentFault

Result = TypeVar("Result")
MOST_WAITING = 3  # of one room, the running one included
PATIENCE_S = 30.0


class Jobs:
    """One worker for all rooms of a process."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="adjudication")
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()

    def busy(self, room: str) -> bool:
        """Whether a room has work running or waiting."""
        with self._lock:
            return self._waiting[room] > 0

    def do(self, room: str, work: Callable[[], Result], patience_s: float = PATIENCE_S) -> Result:
        """Do a piece of work and return what it returns, or raise what it raises.

        Raises:
            EnvironmentFault: SS8066, too much waits already; or it is not done in time, in which
                case it goes on.
        """
        with self._lock:
            if self._waiting[room] >= MOST_WAITING:
                raise EnvironmentFault("SS8066", "the model is busy with this game",
                                       hint="wait until it is done")  # fmt: skip
            self._waiting[room] += 1
        future: Future[Result] = self._pool.submit(work)
        future.add_done_callback(lambda _: self._done(room))
        try:
            return future.result(patience_s)
        except Late:
            raise EnvironmentFault(
                "SS8066", "the model is still at work", hint="the page shows it when it is done"
            ) from None  # fmt: skip

    def _done(self, room: str) -> None:
        with self._lock:
            self._waiting[room] -= 1

    def close(self) -> None:
        """Finish what runs, drop what waits."""
        self._pool.shutdown(cancel_futures=True)

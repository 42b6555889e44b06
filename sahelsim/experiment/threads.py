"""Work side by side in threads, where the first fault or interruption ends all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed


class Abandoned(Exception):
    """A call gave up because nobody waits for it any more."""


def work_together(
    calls: Iterable[Callable[[], object]], workers: int, stop: threading.Event | None = None
) -> None:
    """Make all calls, and return when they have ended.

    A call is taken when a thread is free for it, so millions of them need no memory. What a call
    finds it keeps itself.

    Args:
        calls: What to do, in the order in which it is begun.
        workers: Threads.
        stop: Set when all has ended, and before that where a call fails or the caller is
            interrupted: those at work may look at it and give up; those that wait never begin.

    Raises:
        BaseException: what the first call that failed raised.
    """
    over = stop or threading.Event()
    waiting, guard = iter(calls), threading.Lock()

    def work() -> None:
        while not over.is_set():
            with guard:
                call = next(waiting, None)
            if call is None:
                return
            call()

    with ThreadPoolExecutor(workers, thread_name_prefix="sahelsim") as pool:
        try:
            for thread in as_completed([pool.submit(work) for _ in range(workers)]):
                thread.result()
        finally:
            over.set()

"""Work side by side in threads, where the first fault or interruption ends all of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed


def work_together(
    calls: Iterable[Callable[[], object]], workers: int, stop: threading.Event
) -> None:
    """Make all calls, and return when they have ended.

    Args:
        calls: What to do, in the order in which it is begun.
        workers: Threads.
        stop: Set when all has ended, and before that where a call fails or the caller is
            interrupted: those at work should look at it and give up; those that wait never begin.

    Raises:
        Exception: what the first call that failed raised.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="sahelsim") as pool:
        futures = [pool.submit(call) for call in calls]
        try:
            for future in as_completed(futures):
                future.result()
        finally:
            stop.set()
            for future in futures:
                future.cancel()

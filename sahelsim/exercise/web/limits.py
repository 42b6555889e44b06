"""How often somebody may do something: sliding windows, kept in memory."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MINUTE_S = 60.0
MOST_KEYS = 10_000  # addresses remembered at once
LONGEST_DELAY_S = 8.0


class Window:
    """At most ``most`` in the last ``seconds``, for each key.

    Args:
        most: How many.
        seconds: In which time.
        clock: Seconds that only grow; for tests.
    """

    def __init__(
        self, most: int, seconds: float = MINUTE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most = most
        self.seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, key: str) -> int:
        """How many are in the window of a key."""
        with self._lock:
            return len(self._recent(key))

    def full(self, key: str) -> bool:
        """Whether a key has used up its window."""
        return self.count(key) >= self.most

    def add(self, key: str) -> None:
        """Count one."""
        with self._lock:
            self._recent(key).append(self._clock())
            self._hits.move_to_end(key)
            while len(self._hits) > MOST_KEYS:
                self._hits.popitem(last=False)

    def take(self, key: str) -> bool:
        """Count one if there is room, and tell whether there was."""
        with self._lock:
            recent = self._recent(key)
            if len(recent) >= self.most:
                return False
            recent.append(self._clock())
            self._hits.move_to_end(key)
            return True

    def forget(self, key: str | None = None) -> None:
        """Empty the window of a key, or all of them."""
        with self._lock:
            if key is None:
                self._hits.clear()
            else:
                self._hits.pop(key, None)

    def _recent(self, key: str) -> deque[float]:
        hits = self._hits.setdefault(key, deque())
        oldest = self._clock() - self.seconds
        while hits and hits[0] <= oldest:
            hits.popleft()
        return hits


class Guesses:
    """Wrong join codes and keys: ten a minute and address, a hundred a minute in all.

    A right code gives the address its window back, so that a class behind one address is not
    locked out by its typing errors. Beyond half of either window answers slow down.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._near = Window(10, clock=clock)
        self._all = Window(100, clock=clock)

    def barred(self, address: str) -> bool:
        """Whether this address may not try now."""
        return self._near.full(address) or self._all.full("")

    def wrong(self, address: str) -> None:
        """Count a wrong try."""
        self._near.add(address)
        self._all.add("")

    def right(self, address: str) -> None:
        """A right try: the address begins anew."""
        self._near.forget(address)

    def delay_s(self, address: str) -> float:
        """Seconds to wait before the answer to a wrong try; doubles with each beyond the half."""
        over = max(
            self._near.count(address) - self._near.most // 2,
            (self._all.count("") - self._all.most // 2) // 10,
        )
        return 0.0 if over <= 0 else min(LONGEST_DELAY_S, 0.25 * 2.0 ** (over - 1))

    def lift(self) -> None:
        """Forget all wrong tries."""
        self._near.forget()
        self._all.forget()

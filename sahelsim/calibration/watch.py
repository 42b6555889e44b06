"""What long work tells whoever watches it, and how it learns that time is up."""

from __future__ import annotations

import time


class Watch:
    """Told of every stage; this one says nothing. The command line shows a bar.

    Args:
        budget_s: Seconds after which no new work is begun; no limit where None.
    """

    def __init__(self, budget_s: float | None = None) -> None:
        self._began = time.monotonic()
        self._budget_s = budget_s

    def begin(self, label: str, total: int, unit: str = "runs") -> None:
        """A stage of ``total`` units begins."""

    def count(self, n: int) -> None:
        """``n`` more units of the stage are done."""

    def time_left(self, share: float = 1.0) -> bool:
        """True until this share of the budget is spent."""
        spent = time.monotonic() - self._began
        return self._budget_s is None or spent < share * self._budget_s

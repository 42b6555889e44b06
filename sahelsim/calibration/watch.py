"""What long work tells whoever watches it, and how it learns that time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol


class Bar(Protocol):
    """Shows how far one stage is."""

    def __call__(self, n: int) -> None:
        """``n`` more units are done."""

    def close(self) -> None:
        """The stage is over."""


class Watch:
    """Told of every stage; shows a bar of each where it is given some.

    Args:
        budget_s: Seconds after which no new work is begun; no limit where None.
        bar: Called with units in all, label and unit of a stage; returns its bar.
    """

    def __init__(
        self, budget_s: float | None = None, bar: Callable[[int, str, str], Bar] | None = None
    ) -> None:
        self._began = time.monotonic()
        self._budget_s = budget_s
        self._make = bar
        self._bar: Bar | None = None

    def begin(self, label: str, total: int, unit: str = "runs") -> None:
        """A stage of ``total`` units begins."""
        self.close()
        if self._make is not None:
            self._bar = self._make(total, label, unit)
            self._bar(0)

    def count(self, n: int) -> None:
        """``n`` more units of the stage are done."""
        if self._bar is not None:
            self._bar(n)

    def time_left(self, share: float = 1.0) -> bool:
        """True until this share of the budget is spent."""
        spent = time.monotonic() - self._began
        return self._budget_s is None or spent < share * self._budget_s

    def close(self) -> None:
        """The last stage is over."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

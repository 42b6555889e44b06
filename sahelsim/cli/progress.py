"""Progress on stderr: a bar on a terminal, a line every tenth otherwise, nothing when quiet."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

WIDTH = 28


class Progress:
    """Counts finished units; safe to call from several threads.

    Args:
        total: Units in all.
        label: What is counted, such as ``documented-2023``.
        quiet: Print nothing.
    """

    def __init__(self, total: int, label: str, *, quiet: bool = False) -> None:
        self.total = max(total, 1)
        self.label = label
        self.quiet = quiet
        self.done = 0
        self._began = time.monotonic()
        self._resumed = 0
        self._shown = -1
        self._terminal = sys.stderr.isatty()
        self._lock = threading.Lock()

    def __enter__(self) -> Progress:
        self._show()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._terminal and not self.quiet:
            sys.stderr.write("\n")
            sys.stderr.flush()

    def __call__(self, n: int) -> None:
        """Count ``n`` more finished units."""
        with self._lock:
            if n > 1 and self.done == 0:
                self._resumed = n
            self.done += n
            self._show()

    def _show(self) -> None:
        if self.quiet:
            return
        share = min(self.done / self.total, 1.0)
        step = int(share * (100 if self._terminal else 10))
        if step == self._shown:
            return
        self._shown = step
        text = f"{self.label}: {self.done} of {self.total} replicates{self._left(share)}"
        if self._terminal:
            full = int(share * WIDTH)
            sys.stderr.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {text}\x1b[K")
        else:
            sys.stderr.write(f"{100 * share:3.0f} % {text}\n")
        sys.stderr.flush()

    def _left(self, share: float) -> str:
        new = self.done - self._resumed
        spent = time.monotonic() - self._began
        if new <= 0 or spent < 0.5 or share >= 1.0:
            return f", {spent:.0f} s" if share >= 1.0 else ""
        rate = new / spent
        return f", {rate:.0f}/s, {(self.total - self.done) / rate:.0f} s left"

"""A watch that shows each stage of long work as a progress bar."""

from __future__ import annotations

from types import TracebackType

from sahelsim.calibration.watch import Watch
from sahelsim.cli.progress import Progress


class BarWatch(Watch):
    """Shows a bar for each stage.

    Args:
        budget_s: Seconds after which no new work is begun; no limit where None.
        quiet: Show nothing.
    """

    def __init__(self, budget_s: float | None = None, *, quiet: bool = False) -> None:
        super().__init__(budget_s)
        self._quiet = quiet
        self._bar: Progress | None = None

    def begin(self, label: str, total: int, unit: str = "runs") -> None:
        """A new bar."""
        self._end()
        self._bar = Progress(total, label, quiet=self._quiet, unit=unit)
        self._bar(0)

    def count(self, n: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar(n)

    def __enter__(self) -> BarWatch:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

"""Progress on stderr: a bar on a terminal, a line every tenth otherwise, nothing when quiet.

Off a terminal lines are also two seconds apart, but for the first and the last. Under ``--jsonl``
progress is lines of JSON on stdout instead.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time

from sahelsim.cli import ui

WIDTH = 28
INTERVAL_S = 0.1  # between two pictures of the bar
LINE_S = 2.0  # between two lines of counted work where there is no terminal
JSON_S = 0.5  # between two lines of JSON
PLAIN_S = 30.0  # between two lines of the clock there


class Line:
    """One line on stderr that is written over on a terminal, and printed anew elsewhere.

    Args:
        quiet: Print nothing.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.terminal = sys.stderr.isatty()
        self._open = False

    def show(self, text: str) -> None:
        """Show ``text``, cut to the terminal's width."""
        if self.quiet:
            return
        if self.terminal:
            self._open = True
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r{text[:width]}\x1b[K")
        else:
            sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line for what comes next."""
        if self._open:
            self._open = False
            sys.stderr.write("\n")
            sys.stderr.flush()


class Progress:
    """Counts finished units; safe to call from several threads.

    Args:
        total: Units in all, at least 1.
        label: What is counted, such as ``documented-2023``.
        quiet: Print nothing.
        unit: What the units are called, in the plural.
    """

    def __init__(
        self, total: int, label: str, *, quiet: bool = False, unit: str = "replicates"
    ) -> None:
        self.total = total
        self.label = label
        self.unit = unit
        self.done = 0
        self._resumed: int | None = None
        self._began = time.monotonic()
        self._shown_at = -LINE_S
        self._shown = -1
        self._told_at = -JSON_S
        self._line = Line(quiet=quiet)
        self._lock = threading.Lock()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the bar as it is, for what comes next."""
        self._line.end()

    def clock(self, text: str) -> Clock:
        """A clock for what follows the counted work, shown where that lasts."""
        return Clock(text, line=self._line, after_s=LINE_S)

    def __call__(self, n: int) -> None:
        """Count ``n`` more finished units; the first call tells how many there are already."""
        with self._lock:
            self.done += n
            if self._resumed is None:
                self._resumed = self.done
            self._tell()
            self._show()

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told_at < JSON_S and self.done < self.total:
            return
        self._told_at = now
        ui.say_progress(
            label=self.label, done=self.done, total=self.total, unit=self.unit,
            seconds=round(now - self._began, 3),
        )  # fmt: skip

    def _show(self) -> None:
        now = time.monotonic()
        share = self.done / self.total
        tenth = int(10 * share)
        if self._line.terminal:
            if now - self._shown_at < INTERVAL_S and self.done < self.total:
                return
        elif tenth == self._shown or (
            now - self._shown_at < LINE_S and self.done < self.total
        ):  # fmt: skip
            return
        self._shown_at, self._shown = now, tenth
        text = f"{self.label}: {self.done} of {self.total} {self.unit}{self._left(now)}"
        full = int(share * WIDTH)
        bar = f"[{'#' * full}{'.' * (WIDTH - full)}]" if self._line.terminal else f"{share:4.0%}"
        self._line.show(f"{bar} {text}")

    def _left(self, now: float) -> str:
        new, spent = self.done - (self._resumed or 0), now - self._began
        if self.done >= self.total:
            return f", {spent:.0f} s" if new else ", finished earlier"
        if new <= 0 or spent < 0.5:
            return f", {self.done} of them finished earlier" if self._resumed and not new else ""
        rate = new / spent
        return f", {rate:.0f}/s, {(self.total - self.done) / rate:.0f} s left"


class Clock:
    """Shows a text and the seconds that pass while something long and uncounted is under way.

    Args:
        text: What is going on.
        quiet: Print nothing.
        line: The line to write on; its own by default.
        after_s: Seconds before anything is shown.
    """

    def __init__(
        self, text: str, *, quiet: bool = False, line: Line | None = None, after_s: float = 0.0
    ) -> None:
        self._text = text
        self._line = line or Line(quiet=quiet)
        self._after_s = after_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Clock:
        ui.say_progress(doing=self._text)
        if not self._after_s:
            self._line.show(f"{self._text} ...")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._line.end()

    def _tick(self) -> None:
        began = time.monotonic()
        pause = self._after_s or (1.0 if self._line.terminal else PLAIN_S)
        while not self._over.wait(pause):
            self._line.show(f"{self._text} ... {time.monotonic() - began:.0f} s")
            pause = 1.0 if self._line.terminal else PLAIN_S

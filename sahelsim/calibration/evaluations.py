"""The runs of a calibration on disk: each point is simulated once, whatever is stopped.

Finished points are written in small immutable parts; a calibration that is started again reads
them and simulates only what is missing. A part that was cut short is left out.
"""

from __future__ import annotations

import hashlib
import io
import threading
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sahelsim.calibration.simulator import point_key
from sahelsim.experiment.files import is_temporary, telling, write_bytes
from sahelsim.experiment.runner import worker_count
from sahelsim.experiment.threads import work_together

Floats = npt.NDArray[np.float64]
Simulate = Callable[[Floats], Floats]

PART_ROWS, PART_SECONDS = 64, 5.0


class Evaluations:
    """Points and their summaries.

    Args:
        simulate: Summaries [K] of a point [P]; called from several threads.
        folder: Where parts are kept; None keeps them in memory.
        workers: Threads; all cores by default.

    Attributes:
        done: Points simulated in this process.
    """

    def __init__(
        self, simulate: Simulate, folder: Path | None = None, workers: int | None = None
    ) -> None:
        self._simulate, self._folder, self._workers = simulate, folder, worker_count(workers)
        self._known: dict[str, tuple[Floats, Floats]] = {}
        self._waiting: list[tuple[Floats, Floats]] = []
        self._written = time.monotonic()
        self.done = 0
        if folder is not None:
            with telling(folder):
                folder.mkdir(parents=True, exist_ok=True)
                for file in sorted(folder.iterdir()):
                    if is_temporary(file):
                        file.unlink(missing_ok=True)
                    elif file.suffix == ".npz":
                        self._read(file)

    def __len__(self) -> int:
        return len(self._known)

    def known(self, point: Floats) -> bool:
        """True where a point has its result already."""
        return point_key(point) in self._known

    def evaluate(self, points: Floats, progress: Callable[[int], None] | None = None) -> Floats:
        """Summaries [n, K] of points [n, P], in their order.

        Args:
            points: The points.
            progress: Called with 1 for every point that is simulated, by one thread at a time.

        Raises:
            KeyboardInterrupt: the user stopped it; finished points are kept.
        """
        missing = {point_key(x): x for x in points if point_key(x) not in self._known}
        guard = threading.Lock()

        def work(key: str, point: Floats) -> None:
            summaries = self._simulate(point)
            with guard:
                self._keep(key, point, summaries)
                if progress is not None:
                    progress(1)

        try:
            work_together((partial(work, *item) for item in missing.items()), self._workers)
        finally:
            self.flush()
        return np.array([self._known[point_key(x)][1] for x in points])

    def _keep(self, key: str, point: Floats, summaries: Floats) -> None:
        self._known[key] = (point, summaries)
        self._waiting.append((point, summaries))
        self.done += 1
        late = time.monotonic() - self._written > PART_SECONDS
        if len(self._waiting) >= PART_ROWS or late:
            self.flush()

    def flush(self) -> None:
        """Write what is not on disk yet."""
        self._written = time.monotonic()
        if self._folder is None or not self._waiting:
            return
        buffer = io.BytesIO()
        points, summaries = (np.array(part) for part in zip(*self._waiting, strict=True))
        np.savez(buffer, points=points, summaries=summaries)
        content = buffer.getvalue()
        name = hashlib.sha256(content).hexdigest()[:16]
        write_bytes(self._folder / f"{name}.npz", content, flush=False)
        self._waiting = []

    def _read(self, file: Path) -> None:
        try:
            with np.load(file, allow_pickle=False) as part:
                points, summaries = part["points"], part["summaries"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return  # cut short by a power failure: its points are simulated again
        for point, row in zip(points, summaries, strict=True):
            self._known[point_key(point)] = (point, row)

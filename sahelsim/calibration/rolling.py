"""A request for forecasts from one or many origins, its file, and going on after a break.

Where there are several origins each finished one is kept in ``<file>.parts/`` until all are there,
so that an interrupted request goes on. A part is used again only if it was made by the same
request, model, parameters and record.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sahelsim import __version__
from sahelsim.calibration.forecast import Diagnostics, Settings, forecast, particle_months
from sahelsim.calibration.origin import Record
from sahelsim.calibration.views import (
    Forecast,
    month_text,
    read_description,
    read_forecasts,
    write_forecasts,
)
from sahelsim.model.kernel import source_hash
from sahelsim.model.posterior import CENTRAL, Posterior
from sahelsim.theatre import load_theatre

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Request:
    """What is asked for; the fields are the options of ``sahelsim forecast``."""

    origins: tuple[int, ...]
    months: int
    draws: int
    targets: tuple[str, ...]
    lag: int = 1
    window: int = 12
    seed: int = 1

    @property
    def size(self) -> int:
        """Particle-months in all."""
        each = particle_months(self.months, self.draws, len(self.targets), self.lag, self.window)
        return len(self.origins) * each

    def check(self, record: Record) -> None:
        """Refuse what cannot be done before any work is done.

        Raises:
            InputError: SS7116, the record does not hold the window of an origin.
        """
        for origin in self.origins:
            record.window(origin - self.window + 1, origin)

    def description(self) -> dict[str, Any]:
        """The request as plain data, for the file and for ``--json``."""
        return {**asdict(self), "origins": [month_text(origin) for origin in self.origins]}


@dataclass(frozen=True)
class Results:
    """Forecasts by origin and target; diagnostics where one origin was asked for."""

    forecasts: list[Forecast]
    diagnostics: tuple[Diagnostics, ...]


def run_request(
    request: Request,
    record: Record,
    posterior: Posterior | None,
    out: Path,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Results:
    """Run what is not finished yet and write the file.

    Raises:
        InputError: SS7116, the record does not hold the window of an origin.
        EnvironmentFault: SS6010, a file cannot be written.
    """
    settings = Settings(conditioning_months=request.window)
    told = {**request.description(), "identity": _identity(request, record, posterior, settings)}
    parts = out.with_name(out.name + ".parts")
    several = len(request.origins) > 1
    if progress is not None:
        progress(0)
    everything: list[Forecast] = []
    diagnostics: tuple[Diagnostics, ...] = ()
    for origin in request.origins:
        part = parts / f"{month_text(origin)}.parquet"
        if several and _usable(part, told):
            everything += read_forecasts(part)
            if progress is not None:
                progress(request.size // len(request.origins))
            continue
        result = forecast(
            origin, request.months, request.draws, targets=request.targets, lag=request.lag,
            seed=request.seed, posterior=posterior, record=record, settings=settings,
            workers=workers, progress=progress,
        )  # fmt: skip
        found = [result.forecasts[target] for target in request.targets]
        if several:
            write_forecasts(found, part, told)
        else:
            diagnostics = result.diagnostics
        everything += found
    everything.sort(key=lambda item: (item.target, item.origin))
    write_forecasts(everything, out, told)
    if several:
        shutil.rmtree(parts, ignore_errors=True)
    return Results(everything, diagnostics)


def _usable(part: Path, told: dict[str, Any]) -> bool:
    return part.is_file() and read_description(part).get("identity") == told["identity"]


def _identity(
    request: Request, record: Record, posterior: Posterior | None, settings: Settings
) -> str:
    """SHA-256 of all that determines the draws of one origin."""
    digest = hashlib.sha256()
    asked = {key: value for key, value in asdict(request).items() if key != "origins"}
    for piece in (asked, asdict(settings), __version__, source_hash()):
        digest.update(json.dumps(piece, sort_keys=True).encode())
    digest.update((posterior.digest if posterior else CENTRAL).encode())
    digest.update(load_theatre().digest.encode())
    digest.update(record.counts.tobytes())
    digest.update(record.places.to_csv(index=False).encode())
    return digest.hexdigest()

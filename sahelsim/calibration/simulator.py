"""From a point of the parameter space to the summaries of one simulated run.

A run's draws are keyed by the calibration's seed and by the point itself, so a point has one
result, whenever and on whichever thread it is computed.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sahelsim.calibration.panel import calendar, simulated_panel
from sahelsim.calibration.summaries import summarise_panel
from sahelsim.model.build import template
from sahelsim.model.day import run_days
from sahelsim.model.health import ModelFault, check_health
from sahelsim.scenario import Scenario
from sahelsim.theatre import load_theatre

Floats = npt.NDArray[np.float64]


def point_key(point: Floats) -> str:
    """Name of a point: a hash of its numbers."""
    return hashlib.sha256(np.ascontiguousarray(point, dtype="<f8").tobytes()).hexdigest()[:24]


class Simulator:
    """Runs the model at points of the parameter space; safe to call from several threads.

    Args:
        plan: The scenario of the period that is compared; its own settings hold over a point's.
        ids: Parameter ids of a point's numbers.
        names: Summaries.
        seed: Seed of the draws.
    """

    def __init__(
        self, plan: Scenario, ids: Sequence[str], names: tuple[str, ...], seed: int
    ) -> None:
        self.plan, self.ids, self.names, self.seed = plan, tuple(ids), names, seed
        self._shipped = load_theatre().parameters
        self._base = template(plan)
        self._months = calendar(plan.start, plan.days)
        self._thread = threading.local()

    def __call__(self, point: Floats) -> Floats:
        """Summaries [K] at a point [P]; NaN where the model cannot run with these numbers."""
        values = self._shipped.with_values(dict(zip(self.ids, map(float, point), strict=True)))
        shared = template(self.plan, values=values, like=self._base)
        used = getattr(self._thread, "world", None)
        world = shared.world(self.seed, int(point_key(point)[:8], 16), used)
        self._thread.world = world
        run_days(world, shared.parameters, self.plan.days)
        try:
            check_health(world, self.plan.id)
        except ModelFault:
            return np.full(len(self.names) * 3, np.nan)
        return summarise_panel(simulated_panel(world, self._months), self.names)

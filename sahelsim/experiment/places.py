"""Places over all replicates: counts and quantiles a day, in memory that does not grow.

Holder and siege are counted; control and days of supply go into fixed bins (0.01 of control, half
a day of supply up to 60 days), so a quantile is exact to one bin whatever the number of
replicates, and sums of integer counts do not depend on the order in which replicates arrive.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sahelsim.experiment.tables import _days, words
from sahelsim.model.encoding import Names
from sahelsim.model.series import L_BESIEGED, L_CONTROL, L_DAYS_OF_SUPPLY, L_HOLDER
from sahelsim.model.world import World
from sahelsim.scenario import Scenario
from sahelsim.theatre.actors import N_ACTORS

CONTROL_BINS, CONTROL_WIDTH = 101, 0.01
SUPPLY_BINS, SUPPLY_WIDTH = 121, 0.5
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class PlaceCounts:
    """Running counts over replicates, by day and locality."""

    def __init__(self, days: int, localities: int) -> None:
        shape = (days, localities)
        self.replicates = 0
        self.holder = np.zeros((*shape, N_ACTORS), dtype=np.uint32)
        self.besieged = np.zeros(shape, dtype=np.uint32)
        self.control = np.zeros((*shape, CONTROL_BINS), dtype=np.uint32)
        self.supply = np.zeros((*shape, SUPPLY_BINS), dtype=np.uint32)
        self._day, self._place = np.indices(shape)

    def add(self, world: World) -> None:
        """Count one finished replicate."""
        block = world.history.locality
        day, place = self._day, self._place
        self.replicates += 1
        self.holder[day, place, block[:, :, L_HOLDER].astype(np.int64)] += 1
        self.besieged += block[:, :, L_BESIEGED] > 0
        bins = np.rint(block[:, :, L_CONTROL] / CONTROL_WIDTH).astype(np.int64)
        self.control[day, place, np.clip(bins, 0, CONTROL_BINS - 1)] += 1
        supply = block[:, :, L_DAYS_OF_SUPPLY]
        here = np.isfinite(supply)
        bins = np.minimum(supply[here] / SUPPLY_WIDTH, SUPPLY_BINS - 1).astype(np.int64)
        self.supply[day[here], place[here], bins] += 1

    def merge(self, other: PlaceCounts) -> None:
        """Add another set of counts."""
        self.replicates += other.replicates
        self.holder += other.holder
        self.besieged += other.besieged
        self.control += other.control
        self.supply += other.supply

    def arrays(self) -> dict[str, Any]:
        """The counts as arrays (sparse enough to compress well)."""
        return {
            "replicates": np.array([self.replicates]),
            "holder": self.holder,
            "besieged": self.besieged,
            "control": self.control,
            "supply": self.supply,
        }

    @classmethod
    def from_arrays(cls, arrays: Any) -> PlaceCounts:
        """The inverse of :meth:`arrays`."""
        counts = cls(*arrays["besieged"].shape)
        counts.replicates = int(arrays["replicates"][0])
        for name in ("holder", "besieged", "control", "supply"):
            getattr(counts, name)[...] = arrays[name]
        return counts

    def table(self, plan: Scenario, names: Names) -> pa.Table:
        """Rows (day, locality): probabilities of each holder and of siege, and quantiles."""
        days, n = self.besieged.shape
        day = np.repeat(np.arange(days, dtype=np.int32), n)
        columns: dict[str, Any] = {
            "day": pa.array(day),
            "date": _days(plan, day),
            "locality": words(np.tile(np.arange(n), days), names.localities),
        }
        total = max(self.replicates, 1)
        from sahelsim.theatre.actors import ACTORS

        for code, actor in enumerate(ACTORS):
            if self.holder[:, :, code].any():
                columns[f"held_by_{actor}"] = pa.array(self.holder[:, :, code].ravel() / total)
        columns["besieged"] = pa.array(self.besieged.ravel() / total)
        for name, counts, width in (
            ("control", self.control, CONTROL_WIDTH),
            ("days_of_supply", self.supply, SUPPLY_WIDTH),
        ):
            below = counts.cumsum(axis=2).reshape(days * n, -1)
            size = below[:, -1]
            for q in QUANTILES:
                place = (below < np.maximum(np.ceil(q * size), 1)[:, None]).sum(axis=1)
                value = place * width
                columns[f"{name}_q{round(100 * q):02d}"] = pa.array(value, mask=size == 0)
        return pa.table(columns)

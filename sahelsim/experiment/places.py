"""Places over all replicates: counts and quantiles a day, in memory that does not grow.

Holder and siege are counted; control and days of supply go into fixed bins (0.01 of control, half
a day of supply up to 60 days), so a quantile is exact to one bin whatever the number of
replicates, and sums of integer counts do not depend on the order in which replicates arrive.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sahelsim.base.columns import numbers, words
from sahelsim.experiment.tables import day_columns
from sahelsim.model.encoding import Names
from sahelsim.model.series import L_BESIEGED, L_CONTROL, L_DAYS_OF_SUPPLY, L_HOLDER
from sahelsim.model.world import World
from sahelsim.scenario import Scenario
from sahelsim.theatre.actors import ACTORS, N_ACTORS

CONTROL_BINS, CONTROL_WIDTH = 101, 0.01  # bin k: control nearest to k widths
SUPPLY_BINS, SUPPLY_WIDTH = 121, 0.5  # bin k: from k widths up; the last is open
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
NO_GARRISON = 255


def place_codes(world: World) -> Any:
    """What is counted of a finished World's places, as small as can be.

    Returns:
        uint8 [days, localities, 4]: code of the holder, 1 where besieged, bin of control, bin of
        days of supply (:data:`NO_GARRISON` where there is nobody to be supplied).
    """
    block: Any = world.history.locality
    codes = np.empty((*block.shape[:2], 4), dtype=np.uint8)
    codes[:, :, 0] = block[:, :, L_HOLDER]
    codes[:, :, 1] = block[:, :, L_BESIEGED] > 0
    codes[:, :, 2] = np.clip(np.rint(block[:, :, L_CONTROL] / CONTROL_WIDTH), 0, CONTROL_BINS - 1)
    supply = block[:, :, L_DAYS_OF_SUPPLY]
    there = np.isfinite(supply)
    bins = np.minimum(np.where(there, supply, 0.0) / SUPPLY_WIDTH, SUPPLY_BINS - 1)
    codes[:, :, 3] = np.where(there, bins, NO_GARRISON)
    return codes


class PlaceCounts:
    """Running counts over replicates, by day and locality.

    Args:
        days: Number of days.
        localities: Number of localities.

    Attributes:
        replicates: Number of replicates counted.
        holder: [days, localities, actors] replicates in which the actor holds the place.
        besieged: [days, localities] replicates in which it is besieged.
        control: [days, localities, bins] replicates by control.
        supply: [days, localities, bins] replicates by days of supply, where there is a garrison.
    """

    def __init__(self, days: int, localities: int) -> None:
        shape = (days, localities)
        self.replicates = 0
        self.holder = np.zeros((*shape, N_ACTORS), dtype=np.uint32)
        self.besieged = np.zeros(shape, dtype=np.uint32)
        self.control = np.zeros((*shape, CONTROL_BINS), dtype=np.uint32)
        self.supply = np.zeros((*shape, SUPPLY_BINS), dtype=np.uint32)

    def add(self, codes: Any) -> None:
        """Count one replicate's :func:`place_codes`."""
        self.replicates += 1
        holder, besieged, control, supply = codes.reshape(-1, 4).T.astype(np.int64)
        self.besieged += besieged.reshape(self.besieged.shape).astype(np.uint32)
        everywhere = np.arange(len(holder))
        there = np.flatnonzero(supply != NO_GARRISON)
        for counts, cells, bins in (
            (self.holder, everywhere, holder),
            (self.control, everywhere, control),
            (self.supply, there, supply[there]),
        ):
            # A flat index of single entries is several times as fast as one index an axis.
            counts.reshape(-1)[cells * counts.shape[-1] + bins] += 1

    def table(self, plan: Scenario, names: Names) -> pa.Table:
        """Rows (day, locality): probabilities of each holder and of siege, and quantiles.

        Quantiles of days of supply are the lower edge of their bin, so 60 reads "60 or more";
        they are null where no replicate has a garrison.
        """
        days, n = self.besieged.shape
        day = np.repeat(np.arange(days, dtype=np.int32), n)
        columns: dict[str, Any] = day_columns(plan, day)
        columns["locality"] = words(np.tile(np.arange(n), days), names.localities)
        total = max(self.replicates, 1)
        for code, actor in enumerate(ACTORS):
            if self.holder[:, :, code].any():
                columns[f"held_by_{actor}"] = numbers(self.holder[:, :, code].ravel() / total)
        columns["besieged"] = numbers(self.besieged.ravel() / total)
        for name, counts, width in (
            ("control", self.control, CONTROL_WIDTH),
            ("days_of_supply", self.supply, SUPPLY_WIDTH),
        ):
            below = counts.reshape(days * n, -1).cumsum(axis=1, dtype=np.uint32)
            size = below[:, -1]
            for q in QUANTILES:
                rank = np.maximum(np.ceil(q * size), 1)
                bins = (below < rank[:, None]).sum(axis=1)
                columns[f"{name}_q{round(100 * q):02d}"] = numbers(bins * width, size == 0)
        return pa.table(columns)

"""Places over all replicates: counts and quantiles a day, in memory that does not grow.

Holder and siege are counted; control and days of supply go into fixed bins (0.01 of control, half
a day of supply up to 60 days), so a quantile is exact to one bin whatever the number of
replicates, and sums of integer counts do not depend on the order in which replicates arrive.
"""

from __future__ import annotations

import io
from typing import Any, Self

import numpy as np
import pyarrow as pa

from sahelsim.experiment.tables import day_columns, words
from sahelsim.model.encoding import Names
from sahelsim.model.series import L_BESIEGED, L_CONTROL, L_DAYS_OF_SUPPLY, L_HOLDER
from sahelsim.model.world import World
from sahelsim.scenario import Scenario
from sahelsim.theatre.actors import ACTORS, N_ACTORS

CONTROL_BINS, CONTROL_WIDTH = 101, 0.01  # bin k: control nearest to k widths
SUPPLY_BINS, SUPPLY_WIDTH = 121, 0.5  # bin k: from k widths up; the last is open
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_COUNTS = ("holder", "besieged", "control", "supply")


class PlaceCounts:
    """Running counts over replicates, by day and locality.

    Args:
        days: Number of days.
        localities: Number of localities.
        most: The most replicates that will be counted; decides how wide the integers are.

    Attributes:
        replicates: Number of replicates counted.
        holder: [days, localities, actors] replicates in which the actor holds the place.
        besieged: [days, localities] replicates in which it is besieged.
        control: [days, localities, bins] replicates by control.
        supply: [days, localities, bins] replicates by days of supply, where there is a garrison.
    """

    def __init__(self, days: int, localities: int, most: int = 2**32 - 1) -> None:
        kind: Any = np.min_scalar_type(most)
        shape = (days, localities)
        self.replicates = 0
        self.holder = np.zeros((*shape, N_ACTORS), dtype=kind)
        self.besieged = np.zeros(shape, dtype=kind)
        self.control = np.zeros((*shape, CONTROL_BINS), dtype=kind)
        self.supply = np.zeros((*shape, SUPPLY_BINS), dtype=kind)

    def add(self, world: World) -> None:
        """Count one finished replicate."""
        block: Any = world.history.locality
        self.replicates += 1
        self.besieged += block[:, :, L_BESIEGED] > 0
        _count(self.holder, block[:, :, L_HOLDER])
        control = np.rint(block[:, :, L_CONTROL] / CONTROL_WIDTH)
        _count(self.control, np.clip(control, 0, CONTROL_BINS - 1))
        supply = block[:, :, L_DAYS_OF_SUPPLY]
        there = np.flatnonzero(np.isfinite(supply))
        bins = np.minimum(supply.ravel()[there] / SUPPLY_WIDTH, SUPPLY_BINS - 1)
        _count(self.supply, bins, there)

    def merge(self, other: PlaceCounts) -> None:
        """Add another set of counts of the same days and localities."""
        self.replicates += other.replicates
        for name in _COUNTS:
            mine = getattr(self, name)
            mine += getattr(other, name)

    def empty(self) -> PlaceCounts:
        """No counts yet, of the same days and localities and for any number of replicates."""
        return PlaceCounts(*self.besieged.shape)

    def to_bytes(self) -> bytes:
        """The counts, compressed."""
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, "zstd") as stream:
            buffer = io.BytesIO()
            arrays = {name: getattr(self, name) for name in _COUNTS}
            np.savez(buffer, replicates=np.array(self.replicates), **arrays)
            stream.write(buffer.getbuffer())
        return bytes(sink.getvalue().to_pybytes())

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """The inverse of :meth:`to_bytes`."""
        with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
            arrays = np.load(io.BytesIO(stream.read()))
        counts = cls(0, 0)
        counts.replicates = int(arrays["replicates"])
        for name in _COUNTS:
            setattr(counts, name, arrays[name])
        return counts

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
                columns[f"held_by_{actor}"] = pa.array(self.holder[:, :, code].ravel() / total)
        columns["besieged"] = pa.array(self.besieged.ravel() / total)
        for name, counts, width in (
            ("control", self.control, CONTROL_WIDTH),
            ("days_of_supply", self.supply, SUPPLY_WIDTH),
        ):
            below = counts.reshape(days * n, -1).cumsum(axis=1, dtype=np.uint32)
            size = below[:, -1]
            for q in QUANTILES:
                rank = np.maximum(np.ceil(q * size), 1)
                bins = (below < rank[:, None]).sum(axis=1)
                columns[f"{name}_q{round(100 * q):02d}"] = pa.array(bins * width, mask=size == 0)
        return pa.table(columns)


def _count(counts: Any, bins: Any, cells: Any = None) -> None:
    """Add one to a bin of every (day, locality), or of those whose flat index is given."""
    cells = np.arange(bins.size) if cells is None else cells
    # A flat index of single entries is several times as fast as one index an axis.
    counts.reshape(-1)[cells * counts.shape[-1] + bins.ravel().astype(np.int64)] += 1

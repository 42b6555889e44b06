"""What an importer returns, and the placing of events that all importers share."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from sahelsim.calibration.actors import OTHER
from sahelsim.calibration.places import home_region, nearest_localities, region_of


class Imported(NamedTuple):
    """A file that was read.

    Attributes:
        events: The canonical table (see :mod:`~sahelsim.calibration.event_table`).
        rows_read: Rows of the file, events of other countries included.
        dialect: Which form of the file it was.
    """

    events: pd.DataFrame
    rows_read: int
    dialect: str

    @property
    def unknown_names(self) -> dict[str, int]:
        """Names that no actor is known for, with the number of events, most frequent first."""
        sides = pd.concat(
            [
                self.events.loc[self.events[side] == OTHER, f"{side}_name"]
                for side in ("side_a", "side_b")
            ]
        )
        return {str(name): int(count) for name, count in sides.value_counts().items()}


def place_events(frame: pd.DataFrame) -> pd.DataFrame:
    """Fill ``locality`` and ``region`` from country, coordinates, precision and region name."""
    frame = frame.copy()
    frame["locality"] = nearest_localities(
        frame["country"].tolist(),
        frame["lat"].to_numpy(float),
        frame["lon"].to_numpy(float),
        frame["where_prec"].to_numpy("int64"),
    )
    homes = home_region()
    frame["region"] = [
        homes[locality] if locality else region_of(country, region)
        for locality, country, region in zip(
            frame["locality"], frame["country"], frame["region"], strict=True
        )
    ]
    return frame

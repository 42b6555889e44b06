"""Mesa's DataCollector over History: what a run has written down, as data frames, at no cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sahelsim.model.series import ALLIANCE_SERIES, GROUP_SERIES, STATE_SERIES
from sahelsim.theatre.actors import GROUPS, STATES

if TYPE_CHECKING:
    import pandas as pd

    from sahelsim.model.model import SahelModel


class HistoryCollector(mesa.DataCollector):
    """A DataCollector that reads History instead of sampling each step.

    ``collect`` does nothing: kernels have already written the day's row.
    """

    def __init__(self, model: SahelModel) -> None:
        super().__init__()
        self._model = model

    def collect(self, model: Any) -> None:
        """Nothing to do: the day is already recorded."""

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """One row per finished day; columns ``<state|group>.<series>`` and alliance series."""
        import pandas as pd

        days = self._model.day
        history = self._model.world.history
        columns: dict[str, Any] = {}
        for axis, series, block in (
            (STATES, STATE_SERIES, history.state),
            (GROUPS, GROUP_SERIES, history.group),
        ):
            for row, id in enumerate(axis):
                for k, name in enumerate(series):
                    columns[f"{id}.{name}"] = block[:days, row, k]
        for k, name in enumerate(ALLIANCE_SERIES):
            columns[name] = history.alliance[:days, k]
        return pd.DataFrame(columns, index=pd.RangeIndex(days, name="day")).astype(np.float64)

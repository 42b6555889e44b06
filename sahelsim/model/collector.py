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
        self._model = model
        super().__init__()

    def collect(self, model: Any) -> None:
        """Nothing to do: the day is already recorded."""

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """Every series as a list with one number per finished day (what ``batch_run`` reads)."""
        return {name: column.tolist() for name, column in self._columns().items()}

    @model_vars.setter
    def model_vars(self, value: Any) -> None:
        """Mesa clears this dictionary at the start; there is nothing to clear."""

    @property
    def _collection_steps(self) -> list[int]:
        """Steps at which newer Mesa believes to have collected: every finished day."""
        return list(range(1, self._model.day + 1))

    @_collection_steps.setter
    def _collection_steps(self, value: Any) -> None:
        """As for ``model_vars``."""

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """One row per finished day; columns ``<state|group>.<series>`` and alliance series."""
        import pandas as pd

        days = self._model.day
        return pd.DataFrame(self._columns(), index=pd.RangeIndex(days, name="day"))

    def _columns(self) -> dict[str, Any]:
        days = self._model.day
        history = self._model.world.history
        columns: dict[str, Any] = {}
        for axis, series, block in (
            (STATES, STATE_SERIES, history.state),
            (GROUPS, GROUP_SERIES, history.group),
        ):
            for row, id in enumerate(axis):
                for k, name in enumerate(series):
                    columns[f"{id}.{name}"] = block[:days, row, k].astype(np.float64)
        for k, name in enumerate(ALLIANCE_SERIES):
            columns[name] = history.alliance[:days, k].astype(np.float64)
        return columns

"""Events of a window of months as plain arrays: what the stylised facts are computed from."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.calibration.actors import STATE_SIDE
from sahelsim.calibration.event_table import COUNTRIES, TYPES, month_start
from sahelsim.theatre import load_theatre

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Window(NamedTuple):
    """Months ``first`` to ``last`` (month_id), both included."""

    first: int
    last: int

    @property
    def months(self) -> int:
        """Number of months."""
        return self.last - self.first + 1

    @property
    def starts(self) -> Ints:
        """[M + 1] days from the window's first day to the first of each month, and to its end."""
        first = month_start(self.first)
        days = [(month_start(m) - first).days for m in range(self.first, self.last + 2)]
        return np.array(days, dtype=np.int64)


class Sample(NamedTuple):
    """Events of a window, sorted by day; one row of each array is one event.

    Attributes:
        window: The months.
        month: Month from 0.
        day: Day from 0, of the event's end.
        country: Index in ``COUNTRIES``.
        type: Index in ``TYPES``.
        best: Deaths.
        place: Row of the locality, or -1 for the rest of a region.
        daily: True where the day is known to a few days (date_prec of 2 or less).
        military: Deaths of the state's side.
        insurgent: Deaths of the other side of state-based events.
        civilian: Deaths of civilians.
        by_state: True for one-sided violence by a state's side.
    """

    window: Window
    month: Ints
    day: Ints
    country: Ints
    type: Ints
    best: Ints
    place: Ints
    daily: Bools
    military: Ints
    insurgent: Ints
    civilian: Ints
    by_state: Bools

    def take(self, rows: Ints | Bools) -> Sample:
        """The sample of some of the events, by mask or row."""
        return self._replace(**{name: getattr(self, name)[rows] for name in self._fields[1:]})


def sample(events: pd.DataFrame, window: Window) -> Sample:
    """Take the events of a window out of a canonical table.

    Raises:
        InputError: SS7014, there are none.
    """
    frame = events[events["month_id"].between(window.first, window.last)]
    if frame.empty:
        raise InputError(
            "SS7014",
            f"no event lies between {month_start(window.first):%Y-%m} "
            f"and {month_start(window.last):%Y-%m}",
            hint="choose months that the events cover",
        )
    frame = frame.sort_values(["date_end", "event_id"], kind="stable")
    origin = pd.Timestamp(month_start(window.first))
    places = load_theatre().locality_index
    return Sample(
        window=window,
        month=(frame["month_id"] - window.first).to_numpy(np.int64),
        day=_whole((frame["date_end"] - origin).dt.days),
        country=_indices(frame["country"], COUNTRIES),
        type=_indices(frame["type"], tuple(TYPES)),
        best=frame["best"].to_numpy(np.int64),
        place=_whole(frame["locality"].map(places).fillna(-1)),
        daily=(frame["date_prec"] <= 2).to_numpy(bool),
        military=frame["military_deaths"].to_numpy(np.int64),
        insurgent=frame["insurgent_deaths"].to_numpy(np.int64),
        civilian=frame["civilian_deaths"].to_numpy(np.int64),
        by_state=frame["perpetrator"].isin(STATE_SIDE).to_numpy(bool),
    )


def _indices(column: pd.Series, ids: tuple[str, ...]) -> Ints:
    return _whole(column.map({id: row for row, id in enumerate(ids)}))


def _whole(column: pd.Series) -> Ints:
    return np.asarray(column, dtype=np.int64)


def resampled(data: Sample, months: Ints) -> Sample:
    """The sample in which month k holds the events of the original month ``months[k]``.

    Events keep their place within the month (a day that the new month lacks becomes its last), so
    blocks of months keep what depends on the order of days.
    """
    starts = data.window.starts
    order = np.argsort(data.month, kind="stable")
    first = np.searchsorted(data.month[order], np.arange(data.window.months + 1))
    rows = [order[first[m] : first[m + 1]] for m in months]
    lengths = [len(part) for part in rows]
    picked = data.take(np.concatenate(rows))
    month = np.repeat(np.arange(len(months)), lengths)
    within = picked.day - starts[picked.month]
    day = starts[month] + np.minimum(within, np.diff(starts)[month] - 1)
    moved = picked._replace(month=month, day=day)
    return moved.take(np.argsort(day, kind="stable"))

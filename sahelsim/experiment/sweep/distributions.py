"""From the unit interval to the value of an uncertainty: inverse distribution functions.

A lognormal has the stated median; its central 90 % is as wide as the range (in logs), and it is
cut at the range. Nothing here needs SciPy, so that hand-written, grid and one-at-a-time designs
run on a core installation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_NORMAL = NormalDist()
_CENTRAL_90 = 2.0 * _NORMAL.inv_cdf(0.95)  # width of the central 90 % in standard deviations


@dataclass(frozen=True)
class Distribution:
    """How likely the values of an uncertainty are.

    Attributes:
        kind: uniform, loguniform, triangular, lognormal or values.
        low: Lowest value.
        high: Highest value.
        mode: Peak of a triangular, median of a lognormal; not used otherwise.
        values: The values of kind ``values``, in rising order of the unit interval.
        weights: How likely each value is; they need not add up to one.
        whole: True where only whole numbers make sense; values are rounded to the nearest.
    """

    kind: str
    low: float
    high: float
    mode: float = math.nan
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    whole: bool = False

    def ppf(self, unit: Any) -> Floats:
        """Value below which a share ``unit`` (0 to 1, any shape) of the distribution lies."""
        u = np.asarray(unit, dtype=np.float64)
        if self.kind == "values":
            share = np.cumsum(self.weights) / np.sum(self.weights)
            place = np.minimum(np.searchsorted(share, u, side="right"), len(self.values) - 1)
            return np.asarray(self.values, dtype=np.float64)[place]
        x = np.clip(self._continuous(u), self.low, self.high)
        return np.rint(x) if self.whole else x

    def spread(self, levels: int) -> Floats:
        """``levels`` values from low to high, equally far apart (in logs where it is drawn so)."""
        if self.kind == "values":
            return np.asarray(self.values, dtype=np.float64)
        if self.kind in ("loguniform", "lognormal"):
            x = np.geomspace(self.low, self.high, levels)
        else:
            x = np.linspace(self.low, self.high, levels)
        x[0], x[-1] = self.low, self.high
        return np.unique(np.rint(x)) if self.whole else x

    def _continuous(self, u: Floats) -> Floats:
        low, high, span = self.low, self.high, self.high - self.low
        if self.kind == "loguniform":
            return low * (high / low) ** u
        if self.kind == "triangular":
            up = np.sqrt(u * span * (self.mode - low))
            down = np.sqrt((1.0 - u) * span * (high - self.mode))
            return np.where(u * span <= self.mode - low, low + up, high - down)
        if self.kind == "lognormal":
            sd = math.log(high / low) / _CENTRAL_90
            first, last = (_NORMAL.cdf(math.log(end / self.mode) / sd) for end in (low, high))
            inner = np.clip(first + u * (last - first), 1e-12, 1.0 - 1e-12)
            z = np.array([_NORMAL.inv_cdf(p) for p in inner.ravel()]).reshape(inner.shape)
            return self.mode * np.exp(sd * z)
        return low + u * span

"""Priors: what a parameter may be before the data speak, on its own scale and on the unit scale.

All fitting works with u in [0, 1], the prior's distribution function, so that the prior is
uniform there whatever its shape; :meth:`Prior.value` leads back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_NORMAL = NormalDist()
CENTRAL_90 = _NORMAL.inv_cdf(0.95)


@dataclass(frozen=True)
class Prior:
    """The prior of one parameter.

    Attributes:
        id: Parameter id.
        low: Smallest value, in the parameter's unit.
        high: Greatest value, above ``low``.
        distribution: uniform; triangular with its peak at ``centre``; or lognormal with median
            ``centre``, whose central 90 % is as wide as the range (in logs), cut at the range.
        centre: The parameter's shipped value.
    """

    id: str
    low: float
    high: float
    distribution: str
    centre: float

    def value(self, u: float) -> float:
        """Quantile: the value below which a share ``u`` (0 to 1) of the prior lies."""
        low, high = self.low, self.high
        if self.distribution == "lognormal":
            first, last = (self._normal(end) for end in (low, high))
            at = min(max(first + u * (last - first), 1e-12), 1.0 - 1e-12)
            x = math.exp(math.log(self._middle) + self._sd_log * _NORMAL.inv_cdf(at))
        elif self.distribution == "triangular":
            peak, span = self._middle, high - low
            if u * span <= peak - low:
                x = low + math.sqrt(u * span * (peak - low))
            else:
                x = high - math.sqrt((1.0 - u) * span * (high - peak))
        else:
            x = low + u * (high - low)
        return min(max(x, low), high)

    def unit(self, value: float) -> float:
        """Distribution function at ``value``: the inverse of :meth:`value`."""
        low, high = self.low, self.high
        if self.distribution == "lognormal":
            first, last = (self._normal(end) for end in (low, high))
            return (self._normal(value) - first) / (last - first)
        if self.distribution == "triangular":
            peak, span = self._middle, high - low
            if value <= peak:
                return (value - low) ** 2 / (span * (peak - low)) if peak > low else 0.0
            return 1.0 - (high - value) ** 2 / (span * (high - peak))
        return (value - low) / (high - low)

    @property
    def _middle(self) -> float:
        return min(max(self.centre, self.low), self.high)

    @property
    def _sd_log(self) -> float:
        return math.log(self.high / self.low) / (2.0 * CENTRAL_90)

    def _normal(self, value: float) -> float:
        return _NORMAL.cdf(math.log(value / self._middle) / self._sd_log)


def to_values(priors: Sequence[Prior], units: Floats) -> Floats:
    """Points of the unit cube [n, P] as parameter values [n, P]."""
    units = np.atleast_2d(units)
    columns = [[prior.value(float(u)) for u in units[:, j]] for j, prior in enumerate(priors)]
    return np.array(columns, dtype=np.float64).T


def to_units(priors: Sequence[Prior], values: Floats) -> Floats:
    """Parameter values [n, P] as points of the unit cube [n, P]."""
    values = np.atleast_2d(values)
    columns = [[prior.unit(float(x)) for x in values[:, j]] for j, prior in enumerate(priors)]
    return np.array(columns, dtype=np.float64).T

"""An emulator: what the model would give at a point where it has not been run.

A quadratic response surface with all interactions, fitted by ridge regression to every summary at
once; the penalty of each summary is chosen by generalised cross-validation (Golub, Heath and
Wahba 1979). One run's chance is part of what the surface leaves over.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PENALTIES = np.geomspace(1e-2, 1e4, 19)


class Emulator:
    """A response surface over the unit cube.

    Args:
        units: [n, P] points of the unit cube.
        summaries: [n, K] results; rows with NaN are left out.

    Attributes:
        spread: [K] standard deviation of single runs around the surface.
    """

    def __init__(self, units: Floats, summaries: Floats) -> None:
        whole = np.isfinite(summaries).all(axis=1)
        units, summaries = units[whole], summaries[whole]
        raw = features(units)
        self._centre, self._scale = raw.mean(axis=0), raw.std(axis=0)
        self._scale[self._scale == 0.0] = 1.0
        x = (raw - self._centre) / self._scale
        self._mean = summaries.mean(axis=0)
        left, singular, right = np.linalg.svd(x, full_matrices=False)
        target = left.T @ (summaries - self._mean)  # [r, K]
        n = len(x)
        shrink = singular[:, None] ** 2 / (singular[:, None] ** 2 + PENALTIES)  # [r, penalties]
        free = n - 1.0 - shrink.sum(axis=0)
        off_span = ((summaries - self._mean) ** 2).sum(axis=0) - (target**2).sum(axis=0)
        inside = np.einsum("rk,rp->pk", target**2, (1.0 - shrink) ** 2)
        rest = np.maximum(inside + off_span, 0.0)  # [penalties, K]
        best = np.argmin(rest / np.maximum(free, 1e-9)[:, None] ** 2, axis=0)
        penalty = PENALTIES[best]
        weight = singular[:, None] / (singular[:, None] ** 2 + penalty)  # [r, K]
        self._coefficients = right.T @ (weight * target)
        columns = np.arange(summaries.shape[1])
        self.spread = np.sqrt(rest[best, columns] / np.maximum(free[best], 1.0))
        self._right, self._weight = right, weight
        self._runs = n

    def __call__(self, units: Floats) -> tuple[Floats, Floats]:
        """Expected summaries [m, K] at points [m, P], and the standard deviations of that [m, K].

        The second holds the surface's own uncertainty, not the chance of one run.
        """
        x = (features(units) - self._centre) / self._scale
        along = (x @ self._right.T) ** 2  # [m, r]
        variance = along @ self._weight**2 + 1.0 / self._runs
        return x @ self._coefficients + self._mean, np.sqrt(variance) * self.spread


def features(units: Floats) -> Floats:
    """Linear, squared and product terms of points [n, P] on the scale -1 to 1."""
    z = 2.0 * units - 1.0
    first, second = np.triu_indices(z.shape[1])
    return np.hstack((z, z[:, first] * z[:, second]))

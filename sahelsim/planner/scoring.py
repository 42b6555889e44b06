"""Score of an ensemble forecast: the continuous ranked probability score.

Sources: Gneiting and Raftery 2007; Ferro 2014 (fair version for small ensembles).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sahelsim.base.errors import InputError


def crps(members: ArrayLike, observed: ArrayLike, *, fair: bool = False) -> NDArray[np.float64]:
    """CRPS = mean |x - y| - mean |x - x'| / 2, in the unit of the forecast; 0 is best.

    Args:
        members: Ensemble, shape (..., m).
        observed: What came, shape (...).
        fair: Divide the spread by m (m - 1) instead of m^2: unbiased for a small ensemble.

    Returns:
        Scores, shape (...).

    Raises:
        InputError: SS3401 if there is no member, or only one for the fair score.
    """
    x = np.sort(np.asarray(members, dtype=np.float64), axis=-1)
    m = x.shape[-1] if x.ndim else 0
    if m < (2 if fair else 1):
        raise InputError("SS3401", f"an ensemble of {m} is too small to score")
    error = np.abs(x - np.asarray(observed, dtype=np.float64)[..., None]).mean(axis=-1)
    # Sorted, the sum of |x_i - x_j| over all pairs is a weighted sum of the members.
    pairs = 2.0 * (x * (2.0 * np.arange(m) - m + 1.0)).sum(axis=-1)
    return np.asarray(error - 0.5 * pairs / (m * (m - 1) if fair else m * m))

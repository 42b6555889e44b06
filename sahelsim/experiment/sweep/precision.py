"""Replicates until an interval is narrow enough: means, paired differences and quantiles.

Intervals are Student's for means and paired differences, and those of order statistics for
quantiles (Conover 1999, section 3.2: distribution-free). Runs that went wrong are left out; a
future with too few pairs goes on.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sahelsim.base.extra import needs_extra
from sahelsim.experiment.sweep.schema import UntilFile
from sahelsim.experiment.sweep.spec import SweepSpec

Floats = npt.NDArray[np.float64]


def half_width(rule: UntilFile, values: Floats) -> float:
    """Half the width of the interval of a mean or quantile of ``values``; infinite if unknown.

    Args:
        rule: What is estimated, at which level; for a difference ``values`` are differences.
        values: One value a replicate; not finite where it is missing.
    """
    sample = values[np.isfinite(values)]
    n = len(sample)
    if n < 2:
        return math.inf
    if rule.of == "quantile":
        assert rule.quantile is not None
        low, high = _ranks(n, rule.quantile, rule.level)
        if low < 0 or high >= n:
            return math.inf
        ordered = np.sort(sample)
        return float(ordered[high] - ordered[low]) / 2.0
    return _t(n - 1, rule.level) * float(sample.std(ddof=1)) / math.sqrt(n)


def estimate(rule: UntilFile, values: Floats) -> float:
    """The mean or quantile itself; NaN without values."""
    sample = values[np.isfinite(values)]
    if not len(sample):
        return math.nan
    if rule.of == "quantile":
        assert rule.quantile is not None
        return float(np.quantile(sample, rule.quantile))
    return float(sample.mean())


@lru_cache(maxsize=4096)
def _t(freedom: int, level: float) -> float:
    return float(_special().stdtrit(freedom, (1.0 + level) / 2.0))


@lru_cache(maxsize=4096)
def _ranks(n: int, quantile: float, level: float) -> tuple[int, int]:
    """Positions (from 0) of the order statistics that enclose a quantile; outside 0 … n-1 if none.

    The chance that at most ``low`` values lie below it is at most (1 - level)/2, and that at most
    ``high`` do is at least (1 + level)/2.
    """
    below = _special().bdtr(np.arange(n + 1), n, quantile)  # P(at most k values below it)
    low = int(np.searchsorted(below, (1.0 - level) / 2.0, side="right")) - 1
    high = int(np.searchsorted(below, (1.0 + level) / 2.0, side="left"))
    return low, high


def _special() -> Any:
    with needs_extra("SciPy", "analysis", code="SS4120", what="a precision to be reached"):
        from scipy import special
    return special


class Precision:
    """Holds what the rules need of the futures that are not decided, and decides.

    Args:
        spec: A sweep whose replicates have a precision to reach.
    """

    def __init__(self, spec: SweepSpec) -> None:
        self.rules = spec.replication.until
        self.outcomes = tuple(dict.fromkeys(rule.outcome for rule in self.rules))
        self._places = [spec.outcome_ids.index(id) for id in self.outcomes]
        self._reference = list(spec.policies).index(spec.reference)
        self._shape = (len(spec.policies), spec.replication.most, len(self.outcomes))
        self._held: dict[int, Floats] = {}  # future -> [policies, replicates, outcomes]

    def columns(self, values: Floats) -> Floats:
        """The outcomes that the rules speak of, of rows with all outcomes."""
        return values[:, self._places]

    def add(self, future: Any, policy: Any, replicate: Any, values: Floats, ok: Any) -> None:
        """Take in rows; those that are not ``ok`` count as missing."""
        for k in np.flatnonzero(ok):
            held = self._held.setdefault(int(future[k]), np.full(self._shape, np.nan))
            held[policy[k], replicate[k]] = values[k]

    def drop(self, future: int) -> None:
        """Forget a future that is decided."""
        self._held.pop(future, None)

    def reached(self, future: int, replicates: int) -> bool:
        """True where every rule holds in the first ``replicates`` replicates of a future."""
        held = self._held.get(future)
        if held is None:
            return False
        return all(self._holds(rule, held[:, :replicates]) for rule in self.rules)

    def _holds(self, rule: UntilFile, held: Floats) -> bool:
        block = held[:, :, self.outcomes.index(rule.outcome)]
        if rule.of == "difference":
            block = np.delete(block - block[self._reference], self._reference, axis=0)
        return all(half_width(rule, line) <= self._allowed(rule, line) for line in block)

    @staticmethod
    def _allowed(rule: UntilFile, line: Floats) -> float:
        if rule.half_width is not None:
            return rule.half_width
        assert rule.half_width_share is not None
        return rule.half_width_share * abs(estimate(rule, line))

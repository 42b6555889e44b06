"""Where it tips: the level of one lever at which a mean outcome reaches a target.

The mean outcome is taken to go one way along the lever (isotonic regression, pool adjacent
violators); between levels it is a straight line. The interval of the tipping level comes from
resampling replicates, the same ones at every level since they share draws, or futures.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.experiment.comparison import bootstrap_indices

Floats = npt.NDArray[np.float64]
RESAMPLES = 1_000
MOST_BINS = 12
LEAST_A_BIN = 5


@dataclass(frozen=True)
class Threshold:
    """A curve along a lever and where it tips.

    Attributes:
        curve: Index: levels of the lever, rising; ``mean``, ``low``, ``high`` of the outcome.
        target: The target.
        rising: True where the outcome rises with the lever.
        level: Level at which the mean reaches the target; -inf where it is past the target from
            the lowest level on, inf where it is not reached.
        low: Lower end of the 95 % interval of that level; may be -inf or inf likewise.
        high: Upper end.
    """

    curve: pd.DataFrame
    target: float
    rising: bool
    level: float
    low: float
    high: float

    @property
    def reached(self) -> bool:
        """True where the target is reached inside the range looked at."""
        return math.isfinite(self.level)

    @property
    def one_way(self) -> bool:
        """True where the line that goes one way stays inside the band of the mean everywhere."""
        sign = 1.0 if self.rising else -1.0
        line = sign * isotonic(sign * self.curve["mean"].to_numpy(dtype=np.float64))
        return bool(((line >= self.curve["low"]) & (line <= self.curve["high"])).all())


def search(
    evaluate: Callable[[float], Floats],
    low: float,
    high: float,
    target: float,
    evaluations: int = 8,
    whole: bool = False,
) -> Threshold:
    """Search along a lever, each time where the tipping level is least known.

    Args:
        evaluate: Level to outcomes over replicates, the same replicates each time.
        low: Lowest level.
        high: Highest level.
        target: The outcome to reach.
        evaluations: Levels to try, both ends included; 3 or more.
        whole: Only whole levels make sense.

    Raises:
        InputError: SS4208, low is not below high or fewer than three levels may be tried.
    """
    if not low < high or evaluations < 3:
        raise InputError(
            "SS4208", f"{evaluations} levels from {low:g} to {high:g} cannot be searched",
            hint="give --low below --high, and three --levels or more",
        )  # fmt: skip
    known = {level: np.asarray(evaluate(level), dtype=np.float64) for level in (low, high)}
    while len(known) < evaluations:
        level = _next(known, target)
        if whole:
            level = float(round(level))
        if level in known:
            break
        known[level] = np.asarray(evaluate(level), dtype=np.float64)
    levels = np.array(sorted(known))
    return along(levels, np.stack([known[level] for level in levels]), target)


def _next(known: dict[float, Floats], target: float) -> float:
    """Middle of the gap in which the target lies, else of the widest gap."""
    levels = np.array(sorted(known))
    means = np.array([known[level].mean() for level in levels])
    rising = means[-1] >= means[0]
    fitted = isotonic(means) if rising else -isotonic(-means)
    inside = np.flatnonzero((fitted[:-1] - target) * (fitted[1:] - target) <= 0.0)
    k = int(inside[0]) if len(inside) and len(known) > 2 else int(np.diff(levels).argmax())
    return float(0.5 * (levels[k] + levels[k + 1]))


def along(levels: Floats, values: Floats, target: float) -> Threshold:
    """The curve and its tipping level from outcomes at some levels.

    Args:
        levels: Levels, rising [levels].
        values: Outcomes [levels, replicates], the same replicates at each level; no NaN.
        target: The outcome to reach.
    """
    again = values[:, bootstrap_indices(values.shape[1], RESAMPLES)].mean(axis=2)
    return _tipping(levels, values.mean(axis=1), again, target)


def from_futures(x: Any, y: Any, target: float) -> Threshold:
    """The same from scattered futures: one lever's value and one response each.

    Levels are the values that occur where they are few, else the means of equal-count bins.

    Raises:
        InputError: SS4204, too few futures or levels.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    values = np.unique(x)
    n = len(x)
    if len(values) < 2 or n < 2 * LEAST_A_BIN:
        raise InputError(
            "SS4204", f"{n} futures with {len(values)} levels of the lever are too few",
            hint="run more futures, or search one scenario: analyse threshold SCENARIO --lever ...",
        )  # fmt: skip
    if len(values) <= MOST_BINS:
        place = np.searchsorted(values, x)
    else:
        bins = max(2, min(MOST_BINS, n // LEAST_A_BIN))
        edges = np.unique(np.quantile(x, np.linspace(0, 1, bins + 1)[1:-1]))
        place = np.searchsorted(edges, x, side="right")
    member = (place[:, None] == np.unique(place)[None, :]).astype(np.float64)
    count = member.sum(axis=0)
    rows = bootstrap_indices(n, RESAMPLES)
    sums, counts = (y[rows, None] * member[rows]).sum(axis=1), member[rows].sum(axis=1)
    means = (y[:, None] * member).sum(axis=0) / count
    again = np.where(counts > 0, sums / np.maximum(counts, 1), means).T
    return _tipping((x[:, None] * member).sum(axis=0) / count, means, again, target)


def _tipping(levels: Floats, means: Floats, again: Floats, target: float) -> Threshold:
    """From means [levels] and resampled means [levels, resamples] to the result."""
    rising = bool(means[-1] >= means[0])
    sign = 1.0 if rising else -1.0
    tips = [crossing(levels, sign * column, sign * target) for column in again.T]
    ordered = np.sort(tips)  # infinite ends are in place at either side
    ends = ordered[[int(0.025 * len(tips)), math.ceil(0.975 * len(tips)) - 1]]
    low, high = np.quantile(again, (0.025, 0.975), axis=1)
    curve = pd.DataFrame(
        {"mean": means, "low": low, "high": high}, index=pd.Index(levels, name="level")
    )
    level = crossing(levels, sign * means, sign * target)
    return Threshold(curve, target, rising, level, float(ends[0]), float(ends[1]))


def crossing(levels: Floats, means: Floats, target: float) -> float:
    """Level at which means made to rise reach the target; -inf below, inf beyond the levels."""
    fitted = isotonic(means)
    if fitted[0] >= target:
        return -math.inf if fitted[0] > target else float(levels[0])
    if fitted[-1] < target:
        return math.inf
    k = int(np.argmax(fitted >= target))
    share = (target - fitted[k - 1]) / (fitted[k] - fitted[k - 1])
    return float(levels[k - 1] + share * (levels[k] - levels[k - 1]))


def isotonic(values: Floats) -> Floats:
    """The rising sequence nearest to ``values`` in least squares (pool adjacent violators)."""
    sums: list[float] = []
    counts: list[int] = []
    for value in values:
        sums.append(float(value))
        counts.append(1)
        while len(sums) > 1 and sums[-2] / counts[-2] > sums[-1] / counts[-1]:
            total, count = sums.pop(), counts.pop()
            sums[-1] += total
            counts[-1] += count
    means = np.array([total / count for total, count in zip(sums, counts, strict=True)])
    return np.repeat(means, counts)

"""Paired comparison of two runs that share their draws.

Replicate j of both runs has the same key, so the difference of an outcome within a pair holds the
effect of the scenario and little else. Intervals are percentile bootstrap intervals over pairs,
resampled by keyed draws, so the same runs give the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import nearest
from sahelsim.experiment.run import Run
from sahelsim.model.draws import make_key, uniform_grid

Floats = npt.NDArray[np.float64]
RESAMPLES = 2_000
BOOTSTRAP_PROCESS = 9_001  # outside the model's processes


@dataclass(frozen=True)
class Comparison:
    """One outcome in run A (the reference) and run B, paired by replicate.

    Attributes:
        outcome: Outcome id.
        pairs: Number of replicates in which both have the outcome.
        mean_a: Mean in A.
        mean_b: Mean in B.
        difference: Mean of B - A.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end.
        probability_greater: Share of pairs with B > A, ties counted half.
        correlation: Pearson correlation of the pairs; NaN where one side does not vary.
        variance_ratio: Variance of B - A if the runs were independent, over the paired one; how
            many times fewer replicates pairing needs. Infinite where all differences are equal.
    """

    outcome: str
    pairs: int
    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    probability_greater: float
    correlation: float
    variance_ratio: float

    @property
    def told_from_zero(self) -> bool:
        """True where the interval of the difference leaves zero out."""
        return self.low > 0.0 or self.high < 0.0


def bootstrap_indices(pairs: int, resamples: int = RESAMPLES, seed: int = 1) -> Any:
    """Keyed resampling indices [resamples, pairs]: the same for the same size."""
    grid = uniform_grid(make_key(seed), BOOTSTRAP_PROCESS, 0, resamples, pairs)
    return (grid * pairs).astype(np.int64)


def mean_interval(values: Floats, indices: Any, level: float = 0.95) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean of ``values`` [pairs]."""
    means = values[indices].mean(axis=1)
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


def compare(a: Run, b: Run, outcomes: Iterable[str] | None = None) -> list[Comparison]:
    """Compare two runs replicate by replicate.

    Args:
        a: The reference.
        b: The other run; it must have the same seed.
        outcomes: Outcome ids; all that both have by default.

    Raises:
        InputError: SS4006, the runs do not share their draws; SS4008, no such outcome.
    """
    if a.manifest["seed"] != b.manifest["seed"]:
        raise InputError(
            "SS4006",
            f"the runs have different seeds ({a.manifest['seed']} and {b.manifest['seed']})",
            hint="run both with the same --seed: then they share their draws",
        )
    left, right = a.outcomes, b.outcomes
    common = left.index.intersection(right.index)
    if len(common) < 2:
        raise InputError("SS4006", "the runs have fewer than two replicates in common")
    known = [id for id in left.columns if id != "seed" and id in right]
    wanted = known if outcomes is None else list(outcomes)
    for id in wanted:
        if id not in known:
            near = nearest(id, known)
            raise InputError(
                "SS4008", f"no outcome '{id}' in both runs",
                hint=f"did you mean '{near[0]}'?" if near else None,
            )  # fmt: skip
    results, cached = [], {}
    for id in wanted:
        x = left.loc[common, id].to_numpy(dtype=np.float64, na_value=np.nan)
        y = right.loc[common, id].to_numpy(dtype=np.float64, na_value=np.nan)
        both = np.isfinite(x) & np.isfinite(y)
        n = int(both.sum())
        if n < 2:
            continue
        if n not in cached:
            cached[n] = bootstrap_indices(n)
        results.append(_compare(id, x[both], y[both], cached[n]))
    return results


def _compare(id: str, x: Floats, y: Floats, indices: Any) -> Comparison:
    difference = y - x
    low, high = mean_interval(difference, indices)
    varies = x.std() > 0.0 and y.std() > 0.0
    paired = float(difference.var(ddof=1))
    independent = float(x.var(ddof=1) + y.var(ddof=1))
    return Comparison(
        outcome=id,
        pairs=len(x),
        mean_a=float(x.mean()),
        mean_b=float(y.mean()),
        difference=float(difference.mean()),
        low=low,
        high=high,
        probability_greater=float(((y > x) + 0.5 * (y == x)).mean()),
        correlation=float(np.corrcoef(x, y)[0, 1]) if varies else math.nan,
        variance_ratio=independent / paired if paired > 0.0 else math.inf,
    )

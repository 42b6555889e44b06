"""Paired comparison of runs that share their draws.

Replicate j of all runs has the same key, so the difference of an outcome within a pair holds the
effect of the scenario and little else. What is told from zero must pass two tests, since each errs
where the other does not:

- the bias-corrected and accelerated bootstrap interval of the mean difference (BCa, Efron 1987,
  https://doi.org/10.1080/01621459.1987.10478410) leaves zero out. It follows skewed differences,
  and is too narrow where few pairs differ at all;
- the paired t test, corrected for the number of outcomes looked at (Holm 1979), rejects zero.

Resamples are keyed draws, so the same runs give the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import nearest
from sahelsim.experiment.running import Run
from sahelsim.model.draws import make_key, uniform_grid

Floats = npt.NDArray[np.float64]
RESAMPLES = 2_000
BOOTSTRAP_PROCESS = 9_001  # outside the model's processes
LEVEL = 0.95
POWER = 0.8  # probability with which a difference of the size found would be told
MANY_DEGREES = 2_000  # from here on Student's t is the normal distribution
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Comparison:
    """One outcome in run A (the reference) and run B, paired by replicate.

    Attributes:
        outcome: Outcome id.
        pairs: Number of replicates in which both have the outcome.
        mean_a: Mean in A.
        mean_b: Mean in B.
        difference: Mean of B - A.
        low: Lower end of the 95 % interval of the difference (BCa).
        high: Upper end.
        probability_greater: Share of pairs with B > A, ties counted half.
        correlation: Pearson correlation of the pairs; NaN where one side does not vary.
        variance_ratio: Variance of B - A if the runs were independent, over the paired one; how
            many times fewer replicates pairing needs. Infinite where all differences are equal.
        sd_a: Standard deviation of the outcome over the replicates of A.
        sd_difference: Standard deviation of B - A.
        p_value: Of the paired t test, two-sided; 0 where all differences are equal and not zero.
        p_adjusted: The same corrected for the family (Holm).
        family: How many differences were looked at together.
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
    sd_a: float
    sd_difference: float
    p_value: float
    p_adjusted: float
    family: int

    @property
    def told_alone(self) -> bool:
        """True where the interval leaves zero out: what one would say of this outcome alone."""
        return self.low > 0.0 or self.high < 0.0

    @property
    def told_from_zero(self) -> bool:
        """True where interval and corrected test both leave zero out."""
        return self.told_alone and self.p_adjusted <= 1.0 - LEVEL

    @property
    def effect(self) -> float:
        """Difference in standard deviations of A (Glass's delta): effect over the luck of a run.

        NaN where A does not vary.
        """
        return self.difference / self.sd_a if self.sd_a > 0.0 else math.nan

    @property
    def variance_saved(self) -> float:
        """Share of the variance of an unpaired difference that pairing took away; below 1."""
        return 1.0 - 1.0 / self.variance_ratio if self.variance_ratio > 0.0 else math.nan

    @property
    def replicates_to_settle(self) -> float:
        """Replicates with which a true difference of the size found is told 4 times in 5.

        At the level of the family's first step (5 % / family), after n = ((z_a + z_b) sd / d)^2;
        2 at least, infinite where the difference is zero.
        """
        if self.difference == 0.0:
            return math.inf
        level = (1.0 - LEVEL) / self.family
        z = _NORMAL.inv_cdf(1.0 - 0.5 * level) + _NORMAL.inv_cdf(POWER)
        return max(2.0, math.ceil((z * self.sd_difference / self.difference) ** 2))

    def probability_better(self, direction: str) -> float | None:
        """Share of pairs in which B is better than A, ties half; None where neither way is better.

        Args:
            direction: ``higher``, ``lower`` or ``none``, as the register of outcomes has it.
        """
        if direction == "none":
            return None
        return self.probability_greater if direction == "higher" else 1 - self.probability_greater


def bootstrap_indices(pairs: int, resamples: int = RESAMPLES, seed: int = 1) -> Any:
    """Keyed resampling indices [resamples, pairs]: the same for the same size."""
    grid = uniform_grid(make_key(seed), BOOTSTRAP_PROCESS, 0, resamples, pairs)
    return (grid * pairs).astype(np.int64)


def mean_interval(values: Floats, indices: Any, level: float = LEVEL) -> tuple[float, float]:
    """BCa bootstrap interval of the mean of ``values`` [pairs].

    Acceleration of a mean: a = sum d^3 / (6 (sum d^2)^1.5), d = values - mean.
    """
    mean = values.mean()
    deviation = values - mean
    square = float((deviation**2).sum())
    if square == 0.0:
        return float(mean), float(mean)
    means = np.sort(values[indices].mean(axis=1))
    below = float((means < mean).mean() + 0.5 * (means == mean).mean())
    edge = 0.5 / len(means)
    bias = _NORMAL.inv_cdf(min(max(below, edge), 1.0 - edge))
    acceleration = float((deviation**3).sum()) / (6.0 * square**1.5)
    shares = []
    for tail in (0.5 * (1.0 - level), 0.5 * (1.0 + level)):
        z = bias + _NORMAL.inv_cdf(tail)
        shares.append(_NORMAL.cdf(bias + z / (1.0 - acceleration * z)))
    low, high = np.quantile(means, shares)
    return float(low), float(high)


def wilson_interval(share: float, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a share (0..1) found in ``n`` trials; (0, 1) of none."""
    if n == 0:
        return 0.0, 1.0
    z = _NORMAL.inv_cdf(0.5 * (1.0 + level))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def student_p(t: float, degrees: int) -> float:
    """Two-sided p of Student's t with whole degrees of freedom, to about 1e-15.

    The finite series of Abramowitz and Stegun (1964), 26.7.3 and 26.7.4.
    """
    if not math.isfinite(t):
        return 0.0
    if degrees >= MANY_DEGREES:
        return 2.0 * _NORMAL.cdf(-abs(t))
    angle = math.atan(abs(t) / math.sqrt(degrees))
    cosine, odd = math.cos(angle), degrees % 2
    term = cosine if odd else 1.0
    total = 0.0
    for k in range(3 if odd else 2, degrees + 1, 2):
        total += term
        term *= cosine * cosine * (k - 1) / k
    inside = math.sin(angle) * total
    return max(0.0, 1.0 - (2.0 / math.pi * (angle + inside) if odd else inside))


def holm(p_values: Sequence[float]) -> list[float]:
    """P values corrected for their number so that all errors together stay at the level (Holm)."""
    order = sorted(range(len(p_values)), key=lambda k: p_values[k])
    adjusted, worst = [0.0] * len(p_values), 0.0
    for step, k in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - step) * p_values[k]))
        adjusted[k] = worst
    return adjusted


def compare(a: Run, b: Run, outcomes: Iterable[str] | None = None) -> list[Comparison]:
    """Compare two runs replicate by replicate.

    Args:
        a: The reference.
        b: The other run; it must have the same seed.
        outcomes: Outcome ids; all that both have by default. p values are corrected for their
            number.

    Raises:
        InputError: SS4006, the runs do not share their draws; SS4008, no such outcome.
    """
    return compare_all(a, {"b": b}, outcomes)["b"]


def compare_all(
    a: Run, others: Mapping[str, Run], outcomes: Iterable[str] | None = None
) -> dict[str, list[Comparison]]:
    """Compare several runs with one reference; p values are corrected for all of it together.

    Arguments and errors are those of :func:`compare`.
    """
    wanted = None if outcomes is None else list(outcomes)
    found = {name: _compare_runs(a, b, wanted) for name, b in others.items()}
    return corrected(found)


def corrected(found: Mapping[str, list[Comparison]]) -> dict[str, list[Comparison]]:
    """Differences looked at together, with p values corrected for their number (Holm)."""
    everything = [item for items in found.values() for item in items]
    adjusted = iter(holm([item.p_value for item in everything]))
    return {
        name: [replace(item, p_adjusted=next(adjusted), family=len(everything)) for item in items]
        for name, items in found.items()
    }


def _compare_runs(a: Run, b: Run, outcomes: list[str] | None) -> list[Comparison]:
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
    wanted = known if outcomes is None else outcomes
    for id in wanted:
        if id not in known:
            near = nearest(id, known)
            raise InputError(
                "SS4008", f"no outcome '{id}' in both runs",
                hint=f"did you mean '{near[0]}'?" if near else None,
            )  # fmt: skip
    results: list[Comparison] = []
    cached: dict[int, Any] = {}
    for id in wanted:
        x = left.loc[common, id].to_numpy(dtype=np.float64, na_value=np.nan)
        y = right.loc[common, id].to_numpy(dtype=np.float64, na_value=np.nan)
        both = np.isfinite(x) & np.isfinite(y)
        n = int(both.sum())
        if n < 2:
            continue
        if n not in cached:
            cached[n] = bootstrap_indices(n)
        results.append(compare_pairs(id, x[both], y[both], cached[n]))
    return results


def compare_pairs(id: str, x: Floats, y: Floats, indices: Any) -> Comparison:
    """Compare paired values of one outcome, looked at alone.

    Args:
        id: Its name.
        x: Values in the reference [pairs], finite; two pairs at least.
        y: Values in the other run.
        indices: Resamples of so many pairs, of :func:`bootstrap_indices`.
    """
    difference = y - x
    low, high = mean_interval(difference, indices)
    varies = x.std() > 0.0 and y.std() > 0.0
    mean, sd = float(difference.mean()), float(difference.std(ddof=1))
    if np.ptp(difference) == 0.0:
        sd = 0.0
    if sd > 0.0:
        p = student_p(mean / sd * math.sqrt(len(x)), len(x) - 1)
    else:
        p = 0.0 if mean != 0.0 else 1.0
    independent = float(x.var(ddof=1) + y.var(ddof=1))
    return Comparison(
        outcome=id,
        pairs=len(x),
        mean_a=float(x.mean()),
        mean_b=float(y.mean()),
        difference=mean,
        low=low,
        high=high,
        probability_greater=float(((y > x) + 0.5 * (y == x)).mean()),
        correlation=float(np.corrcoef(x, y)[0, 1]) if varies else math.nan,
        variance_ratio=independent / (sd * sd) if sd > 0.0 else math.inf,
        sd_a=float(x.std(ddof=1)),
        sd_difference=sd,
        p_value=p,
        p_adjusted=p,
        family=1,
    )

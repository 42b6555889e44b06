"""The numbers behind stylised facts: pure functions on arrays.

Dispersion is variance to mean (Fano 1947), the tail's exponent is Clauset, Shalizi and Newman's
(2009) estimate of :func:`sahelsim.planner.sizes.tail_exponent`. NaN means that a number is not
defined: a constant series has no autocorrelation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NEAR_DAYS = 14


def dispersion(series: npt.ArrayLike) -> float:
    """Variance to mean of a series (sample variance); 1 for a Poisson process."""
    values = np.asarray(series, dtype=np.float64)
    mean = values.mean() if values.size else 0.0
    return float(values.var(ddof=1) / mean) if values.size > 1 and mean > 0.0 else float("nan")


def lag_correlation(series: npt.ArrayLike, lag: int) -> float:
    """Pearson's correlation of a series with itself ``lag`` steps before."""
    values = np.asarray(series, dtype=np.float64)
    early, late = values[:-lag], values[lag:]
    if early.size < 2 or np.ptp(early) == 0.0 or np.ptp(late) == 0.0:
        return float("nan")
    return float(np.corrcoef(early, late)[0, 1])


def top_share(sizes: npt.ArrayLike, share: float) -> float:
    """Part of the deaths that fall to the largest ``share`` of the events (rounded up)."""
    values = np.sort(np.asarray(sizes, dtype=np.float64))[::-1]
    total = values.sum()
    if total <= 0.0:
        return float("nan")
    return float(values[: max(1, int(np.ceil(share * values.size)))].sum() / total)


def gini(counts: npt.ArrayLike) -> float:
    """Gini coefficient of counts: 0 all equal, towards 1 all in one place."""
    values = np.sort(np.asarray(counts, dtype=np.float64))
    n, total = values.size, values.sum()
    if total <= 0.0:
        return float("nan")
    return float(2.0 * (np.arange(1, n + 1) @ values) / (n * total) - (n + 1) / n)


def places_for_share(counts: npt.ArrayLike, share: float = 0.5) -> int:
    """Smallest number of places that together hold at least ``share`` of the events."""
    values = np.sort(np.asarray(counts, dtype=np.float64))[::-1]
    return int(np.searchsorted(np.cumsum(values), share * values.sum() - 1e-9) + 1)


def repeat_share(place: Ints, day: Ints, days: int = NEAR_DAYS) -> float:
    """Share of events that another one at the same place preceded by ``days`` days or less.

    Of several events of one day at one place, the first precedes the others.
    """
    order = np.lexsort((day, place))
    where, when = place[order], day[order]
    close = (where[1:] == where[:-1]) & (when[1:] - when[:-1] <= days)
    return float(close.sum() / place.size) if place.size else float("nan")


def near_repeat(
    place: Ints, day: Ints, uniforms: Floats, block: int | None = None, days: int = NEAR_DAYS
) -> float:
    """Near-repeat factor: the share of repeats over that of a null in which days are shuffled.

    Two nulls answer two questions [Johnson et al. 2007, J. Quant. Criminol. 23:201]. Shuffled
    over the whole window (``block`` None), the factor also holds slow drift: places that are
    active in one year and calm in another. Shuffled within blocks of days, drift of that length
    stays in the null, and the factor is what is left: contagion and batches.

    Args:
        place: [n] place of each event.
        day: [n] its day.
        uniforms: [r, n] keyed uniforms, one row a shuffle.
        block: Days of a block.
        days: Days within which an event repeats another.
    """
    if place.size < 2:
        return float("nan")
    blocks = np.zeros_like(day) if block is None else day // block
    order = np.argsort(blocks, kind="stable")
    shares = []
    for row in uniforms:
        # Within each block, the days go to its events in the order of their uniforms.
        shuffled = np.empty_like(day)
        shuffled[np.lexsort((row, blocks))] = day[order]
        shares.append(repeat_share(place, shuffled, days))
    null = float(np.mean(shares))
    return repeat_share(place, day, days) / null if null > 0.0 else float("nan")


def escalation_share(active: Bools, near: Bools) -> float:
    """Escalation among the steps by which violence comes to a calm place from an active neighbour.

    A join count in the manner of Schutte and Weidmann (2011, Political Geography 30:143). Where a
    place i is active in one month and its neighbour j, calm in that month, is active in the next,
    violence has spread: by escalation if i stays active, by relocation if i has fallen calm.

    Args:
        active: [M, P] a place had a fatal event in a month.
        near: [P, P] two places are neighbours; False on the diagonal.

    Returns:
        Escalation / (escalation + relocation), 0 to 1.
    """
    before, after = active[:-1], active[1:]
    begun = (after & ~before).astype(np.float64)
    joins = near.astype(np.float64) @ begun.T  # [P, M - 1]
    stayed = float((joins.T * (before & after)).sum())
    left = float((joins.T * (before & ~after)).sum())
    return stayed / (stayed + left) if stayed + left > 0.0 else float("nan")

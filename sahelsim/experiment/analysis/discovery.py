"""Scenario discovery: boxes of inputs in which an outcome goes past a threshold.

PRIM, the patient rule induction method (Friedman and Fisher 1999,
https://doi.org/10.1023/A:1008894516817), as used for scenario discovery by Bryant and Lempert
(2010): peel off the slice whose loss raises the density of cases most, a few per cent at a time.
*Coverage* is the share of all cases that lie in the box, *density* the share of the box that are
cases. Written anew here; the limits of a box are values that occur.
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
from sahelsim.experiment.comparison import wilson_interval
from sahelsim.model.draws import make_key, uniform_grid

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
PEEL = 0.05
LEAST_MASS = 0.05
LEAST_POINTS = 10
LEAST_COVERAGE = 0.1  # boxes of fewer cases tell nothing
SURE = 0.05  # a limit is dropped where chance explains it more often than this
HALVES = 20
PROCESS = 9_003


@dataclass(frozen=True)
class Limit:
    """One side of a box: an input is at least ``low`` and at most ``high``; None is open."""

    input: str
    low: float | None
    high: float | None
    chance: float  # quasi-p: how often chance alone would do as well without this limit
    found_again: float  # share of random halves of the futures whose box limits this input too


@dataclass(frozen=True)
class Box:
    """A region of the inputs.

    Attributes:
        limits: Inputs that are limited, the most telling first.
        coverage: Share of all cases inside, with its 95 % interval.
        density: Share of the inside that are cases, with its 95 % interval.
        points: Futures inside.
        trajectory: Steps of peeling: ``coverage, density, mass, limited``.
        step: The step chosen.
    """

    limits: tuple[Limit, ...]
    coverage: tuple[float, float, float]
    density: tuple[float, float, float]
    points: int
    trajectory: pd.DataFrame
    step: int


def discover(x: pd.DataFrame, cases: Mask, boxes: int = 2) -> list[Box]:
    """Find boxes, each among the points that earlier ones left.

    Args:
        x: Inputs [points, inputs].
        cases: True where the outcome is past its threshold [points].
        boxes: Boxes at most.

    Returns:
        Boxes denser than the whole; none where no limit tells.

    Raises:
        InputError: SS4204, fewer than ten points, or all or none of them are cases.
    """
    n, hits = len(cases), int(cases.sum())
    if n < 2 * LEAST_POINTS or hits in (0, n):
        which = "all" if hits == n and n else "none"
        why = f"only {n} futures" if 0 < hits < n else f"{which} of {n} futures are past it"
        raise InputError(
            "SS4204", f"nothing to discover: {why}",
            hint="choose another threshold, or run more futures",
        )  # fmt: skip
    left = np.ones(n, dtype=bool)
    found = []
    for number in range(boxes):
        if left.sum() < 2 * LEAST_POINTS or not cases[left].any():
            break
        box, inside = _best(x[left], cases[left], hits, number)
        if box is None or box.coverage[0] < LEAST_COVERAGE:
            break
        found.append(box)
        left[np.flatnonzero(left)[inside]] = False
    return found


def _best(x: pd.DataFrame, cases: Mask, all_cases: int, number: int) -> tuple[Box | None, Mask]:
    values = x.to_numpy(dtype=np.float64)
    steps = peel(values, cases)
    rows = [
        (cases[inside].sum() / all_cases, cases[inside].mean(), inside.mean(),
         int(np.isfinite(box).any(axis=0).sum()))
        for box, inside in steps
    ]  # fmt: skip
    trajectory = pd.DataFrame(rows, columns=["coverage", "density", "mass", "limited"])
    balance = 2 * trajectory["coverage"] * trajectory["density"]
    balance /= trajectory["coverage"] + trajectory["density"]
    step = int(balance.fillna(0.0).to_numpy().argmax())
    box, inside = _pruned(values, cases, steps[step][0])
    limited = np.flatnonzero(np.isfinite(box).any(axis=0))
    if not len(limited) or cases[inside].mean() <= cases.mean():
        return None, inside
    again = _found_again(values, cases, number)
    limits = sorted(
        (
            Limit(
                str(x.columns[int(k)]), _open(box[0, k]), _open(box[1, k]),
                quasi_p(values, cases, box, int(k)), float(again[k]),
            )
            for k in limited
        ),
        key=lambda limit: (limit.chance, limit.input),
    )  # fmt: skip
    points, hits = int(inside.sum()), int(cases[inside].sum())
    return Box(
        tuple(limits),
        (hits / all_cases, *wilson_interval(hits / all_cases, all_cases)),
        (hits / points, *wilson_interval(hits / points, points)),
        points, trajectory, step,
    ), inside  # fmt: skip


def peel(values: Floats, cases: Mask) -> list[tuple[Floats, Mask]]:
    """Boxes of the peeling trajectory, the whole first: limits [2, inputs] and who is inside."""
    n, d = values.shape
    box = np.full((2, d), (-np.inf,)).copy()
    box[1] = np.inf
    inside = np.ones(n, dtype=bool)
    steps = [(box.copy(), inside.copy())]
    least = max(LEAST_MASS * n, LEAST_POINTS)
    while inside.sum() > least and not cases[inside].all():
        choice = _peeled(values, cases, inside, least)
        if choice is None:
            break
        side, k, limit = choice
        box[side, k] = limit
        inside = _inside(values, box)
        steps.append((box.copy(), inside.copy()))
    return steps


def _peeled(
    values: Floats, cases: Mask, inside: Mask, least: float
) -> tuple[int, int, float] | None:
    """Side, input and limit of the slice whose loss raises density most per point lost."""
    now, count = cases[inside].mean(), int(inside.sum())
    best, choice = 0.0, None
    for k in range(values.shape[1]):
        column = values[inside, k]
        levels = np.unique(column)
        if len(levels) < 2:
            continue
        for side, share in ((0, PEEL), (1, 1.0 - PEEL)):
            edge = np.quantile(column, share)
            # The slice holds one level at least, so that inputs of few values can be peeled too.
            if side == 0:
                limit = levels[min(np.searchsorted(levels, max(edge, levels[1])), len(levels) - 1)]
                keep = column >= limit
            else:
                place = np.searchsorted(levels, min(edge, levels[-2]), side="right") - 1
                limit = levels[max(place, 0)]
                keep = column <= limit
            kept = int(keep.sum())
            if kept < least or kept == count:
                continue
            gain = (cases[inside][keep].mean() - now) / (count - kept)
            if gain > best:
                best, choice = gain, (side, k, float(limit))
    return choice


def _inside(values: Floats, box: Floats) -> Mask:
    result: Mask = ((values >= box[0]) & (values <= box[1])).all(axis=1)
    return result


def quasi_p(values: Floats, cases: Mask, box: Floats, k: int) -> float:
    """How often a box without the limits of input ``k`` would by chance be as dense.

    P(Binomial(points, density without the limit) >= cases inside), Bryant and Lempert (2010).
    """
    without = box.copy()
    without[:, k] = (-np.inf, np.inf)
    inside = _inside(values, box)
    return binomial_tail(
        int(cases[inside].sum()), int(inside.sum()), float(cases[_inside(values, without)].mean())
    )


def binomial_tail(hits: int, n: int, p: float) -> float:
    """P(X >= hits) for X of a binomial with ``n`` trials of probability ``p``."""
    if hits <= 0:
        return 1.0
    if p <= 0.0 or p >= 1.0:
        return float(p >= 1.0)
    logs = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        + k * math.log(p) + (n - k) * math.log1p(-p)
        for k in range(hits, n + 1)
    ]  # fmt: skip
    top = max(logs)
    return min(1.0, math.exp(top) * sum(math.exp(value - top) for value in logs))


def _pruned(values: Floats, cases: Mask, box: Floats) -> tuple[Floats, Mask]:
    """A box without the limits that chance explains, the weakest taken off first."""
    box = box.copy()
    while True:
        limited = np.flatnonzero(np.isfinite(box).any(axis=0))
        chances = {int(k): quasi_p(values, cases, box, int(k)) for k in limited}
        weakest: Callable[[int], float] = chances.__getitem__
        if not chances or chances[k := max(chances, key=weakest)] <= SURE:
            return box, _inside(values, box)
        box[:, k] = (-np.inf, np.inf)


def _found_again(values: Floats, cases: Mask, number: int) -> Any:
    """Share of random halves of the points whose own box limits each input."""
    n = len(cases)
    grid = uniform_grid(make_key(1), PROCESS, number, HALVES, n)
    counts, used = np.zeros(values.shape[1]), 0
    for row in grid:
        half = np.argsort(row)[: n // 2]
        x, y = values[half], cases[half]
        if y.all() or not y.any():
            continue
        steps = peel(x, y)
        scores = [_balance(y, inside) for _, inside in steps]
        box, _ = _pruned(x, y, steps[int(np.argmax(scores))][0])
        counts += np.isfinite(box).any(axis=0)
        used += 1
    return counts / max(used, 1)


def _balance(cases: Mask, inside: Mask) -> float:
    hits = cases[inside].sum()
    return float(2 * hits / (cases.sum() + inside.sum()))


def _open(limit: float) -> float | None:
    return float(limit) if math.isfinite(limit) else None

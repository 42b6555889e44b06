"""What drives an outcome: Morris and Sobol indices, PAWN on any design, one at a time.

- Morris (1991): mean absolute elementary effect mu* over each input's whole range, in the outcome's
  unit, and its spread sigma (interactions and curvature).
- Sobol (Saltelli et al. 2010, https://doi.org/10.1016/j.cpc.2009.09.018): share of the variance an
  input explains alone (S1) and with all its interactions (ST).
- PAWN (Pianosi and Wagener 2018, https://doi.org/10.1016/j.envsoft.2018.07.019): how far the
  distribution of the outcome moves when the input is known, 0..1. It needs no special design, and
  has a floor: what an input of pure noise would show.
- One at a time: the difference from the base when one input goes to an end of its range.

SALib computes the first two. It never sees an incomplete block: one missing value makes its
indices zero without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.base.extra import needs_extra
from sahelsim.experiment.analysis.responses import Responses
from sahelsim.model.draws import make_key, uniform_grid

Floats = npt.NDArray[np.float64]
RESAMPLES = 200
SLICES = 10
LEAST_A_SLICE = 5
PROCESS = 9_002  # of the keyed draws that resample futures


@dataclass(frozen=True)
class Sensitivity:
    """Indices of every input.

    Attributes:
        method: ``morris``, ``sobol``, ``pawn`` or ``oat``.
        table: Index: inputs, the most influential first; columns ``value``, ``low``, ``high`` of
            the main index, and others that the method has.
        index: What ``value`` is, in words.
        blocks: Blocks used, and blocks planned; equal to futures where the design has none.
        floor: What an input without effect shows; 0 where the index has no floor.
        account: What was left out, in words.
        noise_share: Share of the responses' variance that is luck.
        subject: Outcome and policy.
    """

    method: str
    table: pd.DataFrame
    index: str
    blocks: tuple[int, int]
    floor: float
    account: str
    noise_share: float
    subject: str

    def told(self, name: str) -> bool:
        """True where the input's interval lies above the floor."""
        return bool(self.table["low"].loc[name] > self.floor)


def analyse(found: Responses, method: str, levels: int = 4) -> Sensitivity:
    """Indices by a method; ``auto`` takes the one the design was made for, else PAWN.

    Args:
        found: Responses by future.
        method: ``auto``, ``morris``, ``sobol``, ``pawn`` or ``oat``.
        levels: Levels of a Morris design.

    Raises:
        InputError: SS4205, the futures do not have the design that the method needs; SS4204, too
            few of them are complete.
        MissingExtra: SS4206, SALib is not installed.
    """
    fit = design_of(found)
    chosen = fit if method == "auto" else method
    if chosen in ("morris", "sobol", "oat") and chosen != fit:
        raise InputError(
            "SS4205", f"these futures are no {NEEDED[chosen]} design",
            hint="PAWN works on any design: --method pawn",
        )  # fmt: skip
    if chosen == "morris":
        return morris(found, levels)
    return {"sobol": sobol, "oat": one_at_a_time, "pawn": pawn}[chosen](found)


NEEDED = {"morris": "Morris", "sobol": "Saltelli", "oat": "one-at-a-time"}


def design_of(found: Responses) -> str:
    """Which design the blocks of the futures show: ``morris``, ``sobol``, ``oat``, or ``pawn``.

    Judged from blocks that are whole: D + 1 points that differ by one input a step are a Morris
    trajectory; D + 2 or 2 D + 2 points are Saltelli's; one block whose points differ from its
    first in one input each is one at a time.
    """
    drawn = found.drawn
    d = len(found.inputs)
    if drawn["block"].nunique() == len(drawn) or d == 0:
        return "pawn"
    points = drawn[found.inputs].to_numpy(dtype=np.float64)
    if drawn["block"].nunique() == 1 and ((points != points[0]).sum(axis=1) <= 1).all():
        return "oat"
    sizes = drawn["block"].value_counts()
    size = int(sizes.max())
    whole = drawn[drawn["block"] == sizes.index[sizes == size].min()][found.inputs].to_numpy()
    if size == d + 1 and ((np.diff(whole, axis=0) != 0).sum(axis=1) == 1).all():
        return "morris"
    return "sobol" if size in (d + 2, 2 * d + 2) else "pawn"


def whole_blocks(found: Responses, size: int, planned: int) -> tuple[pd.DataFrame, str]:
    """Futures of the blocks that are whole, in order, and what was left out in words.

    Raises:
        InputError: SS4204, fewer than two blocks are whole.
    """
    drawn = found.drawn
    sizes = drawn["block"].value_counts()
    kept = drawn[drawn["block"].isin(sizes.index[sizes == size])]
    blocks = kept["block"].nunique()
    if blocks < 2:
        raise InputError(
            "SS4204", f"{blocks} of {planned} blocks are whole: too few to analyse",
            hint="run the sweep to its end first",
        )  # fmt: skip
    if blocks == planned:
        return kept, f"All {planned:,} blocks of {size} futures are whole and used."
    return kept, (
        f"{planned - blocks:,} of {planned:,} blocks of {size} futures lack a run and are left out "
        f"whole; {blocks:,} are used. {found.account}"
    )


def _planned_blocks(found: Responses, size: int) -> int:
    """Blocks of the design: complete and dropped futures together, hand-written ones left out."""
    written = int((found.frame["block"] < 0).sum())
    return max(-(-(found.planned - written) // size), 1)


def morris(found: Responses, levels: int = 4) -> Sensitivity:
    """Morris's mu* and sigma over trajectories of D + 1 futures; see the module."""
    analyser = _salib("morris")
    names = found.inputs
    size = len(names) + 1
    planned = _planned_blocks(found, size)
    kept, account = whole_blocks(found, size, planned)
    x = kept[[f"unit.{name}" for name in names]].to_numpy(dtype=np.float64)
    result = analyser.analyze(
        _problem(names), x, kept["response"].to_numpy(dtype=np.float64), num_levels=levels,
        num_resamples=RESAMPLES * 5, seed=1,
    )  # fmt: skip
    half = np.asarray(result["mu_star_conf"], dtype=np.float64)
    star = np.asarray(result["mu_star"], dtype=np.float64)
    table = pd.DataFrame(
        {"value": star, "low": np.maximum(star - half, 0.0), "high": star + half,
         "mu": np.asarray(result["mu"]), "sigma": np.asarray(result["sigma"])},
        index=names,
    )  # fmt: skip
    return _made("morris", table, "mean absolute effect over the whole range (mu*)",
                 (kept["block"].nunique(), planned), 0.0, account, found)  # fmt: skip


def sobol(found: Responses) -> Sensitivity:
    """Sobol's ST and S1 over Saltelli blocks; see the module."""
    analyser = _salib("sobol")
    names = found.inputs
    drawn = found.drawn
    size = int(drawn["block"].value_counts().max())
    planned = _planned_blocks(found, size)
    kept, account = whole_blocks(found, size, planned)
    response = kept["response"].to_numpy(dtype=np.float64)
    if np.ptp(response) == 0.0:
        raise InputError("SS4204", f"{found.subject} is the same in every future")
    result = analyser.analyze(
        _problem(names), response, calc_second_order=size == 2 * len(names) + 2,
        num_resamples=RESAMPLES, seed=1,
    )  # fmt: skip
    total, first = (np.asarray(result[key], dtype=np.float64) for key in ("ST", "S1"))
    half_total, half_first = (
        np.asarray(result[f"{key}_conf"], dtype=np.float64) for key in ("ST", "S1")
    )
    table = pd.DataFrame(
        {"value": total, "low": total - half_total, "high": total + half_total, "first": first,
         "first_low": first - half_first, "first_high": first + half_first},
        index=names,
    )  # fmt: skip
    return _made("sobol", table, "share of the variance, interactions included (ST)",
                 (kept["block"].nunique(), planned), 0.0, account, found)  # fmt: skip


def pawn_index(x: Floats, y: Floats, slices: int = SLICES) -> float:
    """Median over slices of x of the Kolmogorov-Smirnov distance of y within from y overall.

    Args:
        x: One input [n].
        y: The response [n].
        slices: Slices of equal counts; fewer where x has few values or there are few points.
    """
    n = len(y)
    order = np.argsort(y, kind="stable")
    edges = np.quantile(x, np.linspace(0, 1, min(slices, max(2, n // LEAST_A_SLICE)) + 1)[1:-1])
    place = np.searchsorted(np.unique(edges), x, side="left")[order]
    inside = place[:, None] == np.unique(place)[None, :]
    last = np.append(y[order][1:] != y[order][:-1], True)  # ties count once, at their end
    own = inside.cumsum(axis=0) / inside.sum(axis=0)
    overall = np.arange(1, n + 1)[:, None] / n
    return float(np.median(np.abs(own - overall)[last].max(axis=0)))


def pawn(found: Responses) -> Sensitivity:
    """PAWN with bootstrap intervals over futures, and the floor of an input without effect.

    The floor is the 95 % quantile of the index of inputs put in random order.
    """
    names = found.inputs
    drawn = found.drawn
    y = drawn["response"].to_numpy(dtype=np.float64)
    n = len(y)
    if n < 4 * LEAST_A_SLICE:
        raise InputError(
            "SS4204", f"{n} complete futures are too few for PAWN",
            hint=f"it needs {4 * LEAST_A_SLICE} or more",
        )  # fmt: skip
    grid = uniform_grid(make_key(1), PROCESS, 0, 2 * RESAMPLES, n)
    rows = (grid[:RESAMPLES] * n).astype(np.int64)
    table = {}
    for name in names:
        x = drawn[name].to_numpy(dtype=np.float64)
        again = np.array([pawn_index(x[row], y[row]) for row in rows])
        value = pawn_index(x, y)
        # Resamples have ties, which raise the index: their mean is put back to its value.
        low, high = value + np.quantile(again, (0.025, 0.975)) - again.mean()
        table[name] = (value, max(0.0, float(low)), min(1.0, float(high)))
    shuffled = [pawn_index(np.argsort(row).astype(np.float64), y) for row in grid[RESAMPLES:]]
    frame = pd.DataFrame.from_dict(table, orient="index", columns=["value", "low", "high"])
    return _made(
        "pawn", frame, "how far knowing the input moves the outcome, 0 to 1 (PAWN)",
        (n, found.planned), float(np.quantile(shuffled, 0.95)), found.account, found,
    )  # fmt: skip


def one_at_a_time(found: Responses) -> Sensitivity:
    """Difference from the base at both ends of each input, others at their nominal values.

    The interval is that of two independent means over replicates, since only the variance of each
    mean is known here; futures of one block share their draws, so it is on the safe side.
    """
    drawn = found.drawn
    base = drawn.iloc[0]
    rows = {}
    for name in found.inputs:
        moved = drawn[drawn[name] != base[name]]
        if moved.empty:
            continue
        ends = moved.loc[[moved[name].idxmin(), moved[name].idxmax()]]
        change = (ends["response"] - base["response"]).to_numpy(dtype=np.float64)
        half = 1.96 * np.sqrt(np.nan_to_num(ends["noise"] + base["noise"]).astype(np.float64))
        k = int(np.abs(change).argmax())
        size = abs(float(change[k]))
        rows[name] = (
            size, max(0.0, size - half[k]), size + half[k], float(change[0]), float(change[1]),
            float(ends[name].iloc[0]), float(ends[name].iloc[1]),
        )  # fmt: skip
    frame = pd.DataFrame.from_dict(
        rows, orient="index",
        columns=["value", "low", "high", "at_low", "at_high", "from", "to"],
    )  # fmt: skip
    return _made("oat", frame, "largest change from the base, one input at an end of its range",
                 (len(drawn), found.planned), 0.0, found.account, found)  # fmt: skip


def _made(
    method: str, table: pd.DataFrame, index: str, blocks: tuple[int, int], floor: float,
    account: str, found: Responses,
) -> Sensitivity:  # fmt: skip
    order = table["value"].sort_values(ascending=False, kind="stable").index
    return Sensitivity(
        method, table.loc[order], index, blocks, floor, account, found.noise_share, found.subject
    )


def _problem(names: list[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _salib(name: str) -> Any:
    import importlib

    more = ", or take --method pawn, which needs nothing"
    with needs_extra("SALib", "analysis", code="SS4206", what="this method", more=more):
        return importlib.import_module(f"SALib.analyze.{name}")

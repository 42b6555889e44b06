"""How the paired differences of a comparison spread, as dots whose count is the chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sahelsim.experiment import Comparison, Run
from sahelsim.experiment.comparison import wilson_interval
from sahelsim.report import words
from sahelsim.report.figures.dots import DOTS, dots_figure, twentieths
from sahelsim.report.parts import Block, Chart, Section, Table
from sahelsim.report.style import RUN_COLOURS
from sahelsim.theatre.records import OutcomeSpec

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def section(
    runs: Mapping[str, Run],
    items: Mapping[str, Mapping[str, Comparison]],
    specs: Iterable[OutcomeSpec],
) -> Section:
    """One chart of dots for each outcome that differs in any pair.

    Args:
        runs: Name to run, the reference first; all share one seed.
        items: Alternative to outcome to its difference from the reference.
        specs: The outcomes to show, in order; what no alternative has is left out.
    """
    charts = [chart for spec in specs if (chart := _chart(runs, items, spec))]
    return Section(
        "chances", "The chance of being better",
        f"Count dots: each stands for one pair of runs in {DOTS}, the alternative minus the "
        "reference. The dots on the better side of the line are the chance that the alternative "
        "is better in a pair." if charts else "No pair differs in any of the main outcomes.",
        [Block(charts=charts, wide=True)], short="Chances",
    )  # fmt: skip


def _chart(
    runs: Mapping[str, Run], items: Mapping[str, Mapping[str, Comparison]], spec: OutcomeSpec
) -> Chart | None:
    share = spec.unit == "share"
    unit = "percentage points" if share else spec.unit
    first, *others = runs
    values: dict[str, Any] = {}
    for name in others:
        if spec.id in items[name]:
            pairs = runs[name].outcomes[spec.id].astype(float) - runs[first].outcomes[spec.id]
            values[name] = (100.0 if share else 1.0) * pairs.dropna().to_numpy(dtype=float)
    if not any(column.any() for column in values.values()):
        return None
    colours = [RUN_COLOURS[(others.index(name) + 1) % len(RUN_COLOURS)] for name in values]
    figure = dots_figure(
        values, "" if unit in words.PLAIN_UNITS else unit, 0.0,
        colours=colours, better=spec.direction,
    )  # fmt: skip
    rows = [
        [name, *(words.signed(float(value)) for value in np.quantile(column, QUANTILES))]
        for name, column in values.items()
    ]
    caption = " ".join(
        _count(name, column, items[name][spec.id], spec) for name, column in values.items()
    )
    return Chart(
        f"chance-{spec.id}", spec.label_en, caption, figure,
        Table(["alternative", "5 %", "25 %", "median", "75 %", "95 %"], rows, "Numbers",
              folded=True),
        size="m", unit=unit,
    )  # fmt: skip


def _count(name: str, column: Any, item: Comparison, spec: OutcomeSpec) -> str:
    """What a reader counts of one alternative, and the same of all pairs."""
    dots = twentieths(column)
    right, on = int((dots > 0.0).sum()), int((dots == 0.0).sum())
    left = DOTS - right - on
    if not column.any():
        return f"{name}: the same in every pair."
    tied = f", {on} on it" if on else ""
    chance = item.probability_better(spec.direction)
    if chance is None:
        return f"{name}: {left} of {DOTS} dots lie left of the line, {right} right{tied}."
    side, count = ("right", right) if spec.direction == "higher" else ("left", left)
    low, high = wilson_interval(chance, item.pairs)
    return (
        f"{name}: {count} of {DOTS} dots lie on the better side, {side} of the line{tied}. Over "
        f"all pairs it is better in {chance:.0%} ({low:.0%} to {high:.0%})"
        + (", ties counted half." if (column == 0.0).any() else ".")
    )

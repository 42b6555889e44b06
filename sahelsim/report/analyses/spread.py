"""How the outcomes of a sweep spread over futures and luck, policy by policy, as dots to count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sahelsim.experiment.analysis.robustness import Robustness
from sahelsim.experiment.sweep import Sweep
from sahelsim.report import words
from sahelsim.report.analyses.common import spec_of
from sahelsim.report.analyses.robustness import leading
from sahelsim.report.figures.dots import DOTS, dots_figure, twentieths
from sahelsim.report.parts import Block, Chart, Section, Table

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def section(found: Sequence[Robustness], sweep: Sweep) -> Section:
    """The section: the first outcome, civilian deaths, and whatever has a threshold.

    Args:
        found: Each outcome's measures; the first one leads.
        sweep: The sweep they are of.
    """
    lead = {one.outcome for one in leading(found)}
    charts = [
        _chart(one, sweep) for one in found if one.outcome in lead or one.threshold is not None
    ]
    return Section(
        "spread", "How it spreads",
        f"Count dots: each stands for one run in {DOTS}, over futures and luck together. See how "
        "far the policies overlap.",
        [Block(charts=charts, wide=True)], short="Spread",
    )  # fmt: skip


def _chart(one: Robustness, sweep: Sweep) -> Chart:
    spec = spec_of(one.outcome)
    scale = 100.0 if spec.unit == "share" else 1.0
    unit = "%" if spec.unit == "share" else spec.unit
    runs = sweep.runs[sweep.runs["future"].isin(one.counted) & (sweep.runs["status"] == "ok")]
    values: dict[str, Any] = {
        str(policy): scale * runs.loc[runs["policy"] == policy, one.outcome].dropna().to_numpy()
        for policy in one.values.columns
    }
    threshold = None if one.threshold is None else scale * one.threshold
    rows = [
        [name, *(words.signed(float(value)) for value in np.quantile(column, QUANTILES))]
        for name, column in values.items()
    ]
    return Chart(
        f"spread-{one.outcome}", spec.label_en, _caption(one, values, threshold, unit),
        dots_figure(values, "" if unit in words.PLAIN_UNITS else unit, threshold),
        Table(["policy", "5 %", "25 %", "median", "75 %", "95 %"], rows, "Numbers", folded=True),
        size="m" if len(values) <= 3 else "rows", unit=unit,
    )  # fmt: skip


def _caption(one: Robustness, values: dict[str, Any], threshold: float | None, unit: str) -> str:
    if threshold is None:
        middle = {name: float(np.median(column)) for name, column in values.items()}
        low, high = (words.quantity(end(middle.values()), unit) for end in (min, max))
        return f"Medians lie between {low} and {high}."
    good = {
        name: int(((row >= threshold) if one.direction == "higher" else (row <= threshold)).sum())
        for name, row in ((name, twentieths(column)) for name, column in values.items())
    }
    parts = [f"{count} of {DOTS} for {name}" for name, count in good.items()]
    side = "right" if one.direction == "higher" else "left"
    return f"Good enough, on the dashed line or {side} of it: {words.joined(parts)}."

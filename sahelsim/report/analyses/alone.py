"""The page of a sweep with a single policy: what its outcomes are, what moves them, and the map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sahelsim.experiment.analysis.robustness import Robustness
from sahelsim.experiment.analysis.sensitivity import Sensitivity
from sahelsim.report import words
from sahelsim.report.analyses import sensitivity as drivers
from sahelsim.report.analyses.common import HARM, LIMIT, method, span, spec_of
from sahelsim.report.analyses.robustness import leading, measure
from sahelsim.report.document import Document
from sahelsim.report.parts import Block, Section, Table

METHOD = (
    "Means are over replicates and then over drawn futures; their intervals are bootstrap "
    "intervals over those futures. With one policy there is nothing to choose and no regret: add "
    "a policy to the sweep file to compare."
)


def build(
    found: Sequence[Robustness],
    moved: Mapping[str, Sensitivity | str],
    reproduce: list[tuple[str, str]],
    asked: tuple[str, str],
    partial: str = "",
    more: Sequence[Section] = (),
    flag: str = "",
) -> Document:
    """The page.

    Args:
        found: Each outcome over the futures; the first one leads.
        moved: Outcome to what drives it, or to why that cannot be estimated.
        reproduce: Name and value: command, hashes, versions.
        asked: Title and question of the sweep.
        partial: What to say of a sweep that is not complete.
        more: Sections between the picture and the table: how it spreads, every future.
        flag: How well known is what was varied.
    """
    policy = str(found[0].values.columns[0])
    known = {id: one for id, one in moved.items() if isinstance(one, Sensitivity)}
    methods = list(dict.fromkeys(one.method for one in known.values()))
    return Document(
        title=asked[0],
        eyebrow=f"{len(found[0].counted)} futures · {policy}",
        question=asked[1],
        lead=[
            *(" ".join(sentences(one, moved[one.outcome])[:2]) for one in leading(found)),
            found[0].account,
        ],
        flag=flag,
        notes=[*([partial] if partial else []), LIMIT, HARM],
        sections=[
            *([_drivers(known)] if known else []),
            *more,
            _table(found, moved, policy),
            method([METHOD, *(drivers.METHOD[name] for name in methods)]),
        ],
        reproduce=reproduce,
    )


def sentences(one: Robustness, moved: Sensitivity | str) -> list[str]:
    """The answer for one outcome: how much it is, and what moves it."""
    spec = spec_of(one.outcome)
    value, low, high = measure(one, str(one.values.columns[0]), "mean")
    many = f"in the mean over {len(one.counted)} futures"
    shown = words.quantity(value, spec.unit)
    lines = [f"{spec.label_en}: {shown} {many} {span(low, high, spec.unit)}."]
    if isinstance(moved, str):
        return [*lines, f"What moves it cannot be estimated: {moved}."]
    return lines + [line for line in drivers.sentences(moved, one.outcome) if line != moved.account]


def _drivers(known: Mapping[str, Sensitivity]) -> Section:
    charts = []
    for outcome, one in known.items():
        spec = spec_of(outcome)
        (chart, *_) = drivers.charts(one, spec.unit, f"indices-{outcome}")
        charts.append(replace(chart, title=spec.label_en))
    return Section("drivers", "What moves the outcomes", drivers.SEE,
                   [Block(charts=charts, wide=True)], short="Drivers")  # fmt: skip


def _table(
    found: Sequence[Robustness], moved: Mapping[str, Sensitivity | str], policy: str
) -> Section:
    rows: list[list[Any]] = []
    for one in found:
        spec = spec_of(one.outcome)
        cells: list[Any] = [spec.label_en, spec.unit]
        for name in ("mean", "worst"):
            value, low, high = measure(one, policy, name)
            text = words.signed(value, spec.unit)
            if math.isfinite(low):
                first, text, last = words.alike(low, value, high, spec.unit)
                text += f" ({first} to {last})"
            cells.append(text)
        enough = "–"
        if one.threshold is not None:
            enough = f"{measure(one, policy, 'satisficing')[0]:.0%}"
        lines = sentences(one, moved[one.outcome])
        rows.append([*cells, enough, " ".join(lines[1:])])
    heads = ["outcome", "unit", "mean", "worst future", "good enough in", "what moves it"]
    return Section("outcomes", "Every outcome",
                   "Look up any outcome; brackets hold 95 % intervals.",
                   [Block(tables=[Table(heads, rows, "Outcomes")])], short="Table")  # fmt: skip

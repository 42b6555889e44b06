"""The page of marginal values: what one more tail, ramp slot, crew or escort is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sahelsim.experiment.analysis.value import Lever
from sahelsim.experiment.comparison import Comparison
from sahelsim.report import words
from sahelsim.report.analyses.common import HARM, LIMIT, method, spec_of
from sahelsim.report.document import Document
from sahelsim.report.figures.forest import forest_figure
from sahelsim.report.parts import Block, Chart, Section, Table

METHOD = (
    "Every lever is moved alone from the scenario as it is, with the same draws, and outcomes are "
    "subtracted replicate by replicate. Intervals and corrections are those of a comparison: 95 % "
    "bootstrap intervals (BCa), told from zero after Holm's correction for all numbers here. "
    "Values are local: a second one more is worth something else."
)


def build(
    found: Mapping[str, list[Comparison]], levers: Sequence[Lever], subject: str,
    reproduce: list[tuple[str, str]],
) -> Document:  # fmt: skip
    """The page.

    Args:
        found: Lever to its differences from the scenario as it is.
        levers: The levers.
        subject: Scenario and number of runs.
        reproduce: What makes the page again.
    """
    labels = {lever.name: lever.label for lever in levers}
    outcomes = [item.outcome for item in next(iter(found.values()))]
    charts = []
    for place, id in enumerate(outcomes):
        spec = spec_of(id)
        items = {labels[name]: _one(rows, id) for name, rows in found.items()}
        scale = 100.0 if spec.unit == "share" else 1.0
        unit = "percentage points" if spec.unit == "share" else spec.unit
        table = pd.DataFrame(
            [(scale * item.difference, scale * item.low, scale * item.high, item.told_from_zero)
             for item in items.values()],
            index=list(items), columns=["difference", "low", "high", "told"],
        )  # fmt: skip
        rows = [[label, words.difference(item, spec.unit)] for label, item in items.items()]
        told = [label for label, item in items.items() if item.told_from_zero]
        charts.append(
            Chart(
                f"value-{place}", spec.label_en,
                f"Told from zero: {words.joined(told)}." if told
                else "Nothing here can be told from zero.",
                forest_figure({"one more": table}),
                Table(["one more", "difference"], rows, "Numbers", folded=True), unit=unit,
            )
        )  # fmt: skip
    return Document(
        title="What is one more worth?",
        eyebrow=subject,
        question="Of tails, ramp slots, crews and escorts: one more of which changes the outcome "
        "most?",
        lead=[sentence(rows, labels[name]) for name, rows in found.items()],
        notes=[LIMIT, HARM],
        sections=[
            Section("values", "The picture", "See which marks lie off zero: filled is told from "
                    "zero, hollow is not.", [Block(charts=charts, wide=True)], short="Picture"),
            method([METHOD]),
        ],
        reproduce=reproduce,
    )  # fmt: skip


def sentence(items: Sequence[Comparison], label: str) -> str:
    """What a lever changes, in words: what is told, else that nothing is."""
    specs = [spec_of(item.outcome) for item in items]
    told = [
        f"{words.lower(spec.label_en)} {words.difference(item, spec.unit)}"
        for spec, item in zip(specs, items, strict=True)
        if item.told_from_zero
    ]
    start = label[:1].upper() + label[1:]
    if all(item.low == item.high == 0.0 for item in items):
        return f"{start}: changes nothing in any pair, so it never binds."
    if not told:
        return f"{start}: cannot be told from zero in any outcome looked at."
    return f"{start}: {words.joined(told)}; the rest cannot be told from zero."


def _one(items: Sequence[Comparison], outcome: str) -> Comparison:
    return next(item for item in items if item.outcome == outcome)

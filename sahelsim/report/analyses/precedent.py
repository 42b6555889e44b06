"""The page of the precedent effect: did the airlift make later help likelier, in this model?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sahelsim.experiment.analysis.precedent import QUANTITIES, Effect
from sahelsim.report import words
from sahelsim.report.analyses.common import LIMIT, cell, method
from sahelsim.report.document import Document
from sahelsim.report.figures.decisions import by_future_figure, share_figure
from sahelsim.report.parts import Block, Chart, Section, Table

FLAG = "assumed throughout"
LEADING = "grants"
METHOD = [
    "Precedent effect PE(h): support of another kind or between another pair that states decide "
    "within h days of the first loan, minus the same with no C-130 lent, paired by common random "
    "numbers. Loans that the scenario scripts are not counted: a precedent is not its own effect.",
    "A grant is one week's support. Tonnes are what the sortie-days granted can move, not what was "
    "moved.",
    "Every future draws all parameters of the alliance from their whole ranges (Latin hypercube), "
    "since nobody has measured any. Intervals are over futures: they cover luck and those weights.",
    "Shares by ablation in the same futures: trust is what goes when reciprocity earns nothing, "
    "reputation when being seen to help earns nothing (each averaged over both orders), threat "
    "what goes besides when choices are made blind, capability what is left: whose aircraft, "
    "stocks and men are free, and who asks. They add up to the effect. A blind choice changes how "
    "often help is given at all, so the split between threat and capability is rough.",
]


def build(found: Sequence[Effect], subject: str, reproduce: list[tuple[str, str]]) -> Document:
    """The page.

    Args:
        found: Effects of every quantity and horizon.
        subject: Scenario, futures and replicates.
        reproduce: What makes the page again.
    """
    sections = [_spread(found)]
    if any(item.shares for item in found):
        sections.append(_shares(found))
    return Document(
        title="Did the airlift set a precedent?",
        eyebrow=subject,
        question="Does help that was given once make other help likelier later on? Support that "
        "states decide within 180 and 365 days of the first loan, with and without the loan.",
        lead=sentences(found),
        flag=FLAG,
        notes=[
            "A statement about this model, not about the states: how they decide is assumed, every "
            "weight is drawn from its whole range, and a handful of real cases could not fit it.",
            LIMIT,
        ],
        sections=[*sections, _table(found), method(METHOD)],
        reproduce=reproduce,
    )


def sentences(found: Sequence[Effect]) -> list[str]:
    """The answer, the longest horizon first, then the mechanisms."""
    leading = [item for item in found if item.quantity == LEADING][::-1]
    lines = [_verdict(leading[0]), *(_sentence(item) for item in leading[1:])]
    lines += [
        f"Within {item.horizon} days, new pairs and kinds of support: {_difference(item)}."
        for item in found
        if item.quantity == "new_kinds"
    ]
    if leading[0].shares:
        parts = [f"{name} {cell(*value)}" for name, value in leading[0].shares.items()]
        lines.append(
            f"Of the effect on grants within {leading[0].horizon} days, by mechanism: "
            f"{words.joined(parts)}."
        )
    return lines


def _verdict(item: Effect) -> str:
    if item.told:
        way = "likelier" if item.effect > 0 else "less likely"
        start = f"In this model the loan makes later help {way}"
    else:
        start = "In this model it cannot be told whether the loan matters"
    text = _sentence(item)
    return f"{start}: {text[:1].lower()}{text[1:]}"


def _sentence(item: Effect) -> str:
    return (
        f"Within {item.horizon} days, grants of other support are {_difference(item)}, "
        f"{words.number(item.with_loan)} a run with the loan and "
        f"{words.number(item.without_loan)} without; more in {item.positive:.0%} of futures, fewer "
        f"in {item.negative:.0%}, the same in the rest."
    )


def _difference(item: Effect) -> str:
    if item.compared is None:
        return f"{words.signed(item.effect)} more (one future: no interval)"
    if item.low == item.high == 0.0:
        return "the same in every future"
    low, middle, high = words.rounded(item.compared, "")
    ends = f"95 % interval {low} to {high}"
    amount = f"{middle.removeprefix('−')} {'more' if item.effect > 0 else 'fewer'}"
    if item.told:
        return f"{amount} ({ends})"
    if item.compared.told_alone:
        return (
            f"{amount} ({ends}; told from zero if looked at alone, not among "
            f"{item.compared.family} differences)"
        )
    return f"not told from zero ({ends})"


def _spread(found: Sequence[Effect]) -> Section:
    charts = []
    for quantity, (title, unit) in QUANTITIES.items():
        items = [item for item in found if item.quantity == quantity]
        effects = {f"{item.horizon} days": item.by_future for item in items}
        rows = [
            [f"{item.horizon} days", cell(item.effect, item.low, item.high),
             f"{item.positive:.0%}", f"{item.negative:.0%}"]
            for item in items
        ]  # fmt: skip
        charts.append(
            Chart(
                f"spread-{quantity}", title[:1].upper() + title[1:],
                "; ".join(f"{item.horizon} days: {_difference(item)}" for item in items) + ".",
                by_future_figure(effects, f"difference with the loan, {unit}"),
                Table(["horizon", "effect (95 % interval)", "more in", "fewer in"], rows, "Numbers",
                      folded=True),
                size="m", unit=unit,
            )
        )  # fmt: skip
    return Section(
        "spread", "Over the whole prior",
        "See on which side of zero the futures lie. A dot is one draw of the weights: its mean "
        "difference over replicates, in order of size.",
        [Block(charts=charts, keys=[("diamond", "#0072B2", "180 days"),
                                    ("diamond", "#D55E00", "365 days")], wide=True)],
        flag=FLAG, short="Effect",
    )  # fmt: skip


def _shares(found: Sequence[Effect]) -> Section:
    charts = []
    for quantity in ("grants", "new_kinds"):
        for item in found:
            if item.quantity != quantity or not item.shares:
                continue
            title, unit = QUANTITIES[quantity]
            parts = pd.DataFrame.from_dict(
                {**item.shares, "whole effect": (item.effect, item.low, item.high)},
                orient="index", columns=["value", "low", "high"],
            )  # fmt: skip
            most = max(item.shares, key=lambda name: abs(item.shares[name][0]))
            rows = [[name, cell(*map(float, row))] for name, row in
                    zip(parts.index, parts.to_numpy(), strict=True)]  # fmt: skip
            charts.append(
                Chart(
                    f"shares-{quantity}-{item.horizon}",
                    f"{title[:1].upper()}{title[1:]}, {item.horizon} days",
                    f"The largest part: {most}. Parts add up to the whole.",
                    share_figure(parts, unit),
                    Table(["part", "effect (95 % interval)"], rows, "Numbers", folded=True),
                    unit=unit,
                )
            )  # fmt: skip
    return Section(
        "mechanisms", "By mechanism",
        "See whether one part carries the effect, or parts of opposite sign hide each other.",
        [Block(charts=charts, wide=True)], flag=FLAG, short="Mechanisms",
    )  # fmt: skip


def _table(found: Sequence[Effect]) -> Section:
    rows = [
        [QUANTITIES[item.quantity][0], f"{item.horizon}", QUANTITIES[item.quantity][1],
         words.number(item.with_loan), words.number(item.without_loan),
         cell(item.effect, item.low, item.high), f"{item.positive:.0%}", f"{item.negative:.0%}",
         "yes" if item.told else "cannot be told from zero"]
        for item in found
    ]  # fmt: skip
    heads = ["quantity", "days", "unit", "with the loan", "without", "effect (95 % interval)",
             "more in", "fewer in", "told"]  # fmt: skip
    return Section("numbers", "Every number", "Look up any quantity and horizon.",
                   [Block(tables=[Table(heads, rows, "Effects", "effects", sortable=True)])],
                   flag=FLAG, short="Table")  # fmt: skip

"""The page of robustness: which policy holds up over the futures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sahelsim.experiment.analysis.robustness import Robustness
from sahelsim.report import words
from sahelsim.report.analyses.common import HARM, LIMIT, method, spec_of
from sahelsim.report.document import Document
from sahelsim.report.figures.decisions import regret_figure
from sahelsim.report.parts import Block, Chart, Section, Table

HEADS = {
    "mean": "mean", "difference": "against the reference", "worst": "worst future",
    "regret_max": "largest regret", "regret_p90": "regret, 90 % of futures",
    "best": "best in", "satisficing": "good enough in",
}  # fmt: skip
ENDS = ("value", "low", "high")
METHOD = [
    "Values are means over replicates; all policies of a future share draws. Regret is how much "
    "worse a policy is than the best one of that future, in the outcome's unit, never negative. "
    "Best in: share of futures, ties shared out. Good enough in: share of futures that meet the "
    "threshold, with Wilson's interval.",
    "Other intervals are bootstrap intervals over drawn futures. That of a largest or worst value "
    "is rough: it cannot see futures that were not drawn. Hand-written futures are drawn in the "
    "picture and not counted.",
]


def build(
    found: Sequence[Robustness],
    reproduce: list[tuple[str, str]],
    partial: str = "",
    futures: Section | None = None,
    asked: tuple[str, str] | None = None,
) -> Document:
    """The page of one or more outcomes; the first one leads.

    Args:
        found: Each outcome's measures.
        reproduce: Name and value: command, hashes, versions.
        partial: What to say of a sweep that is not complete.
        futures: The section that shows every future.
        asked: Title and question of the sweep; general ones otherwise.
    """
    outcomes = words.joined([words.lower(spec_of(one.outcome).label_en) for one in found])
    title, question = asked or (
        "Which policy holds up?",
        "Which policy is never far from the best, and which is good enough most often?",
    )
    return Document(
        title=title,
        eyebrow=f"{len(found[0].counted)} futures · {len(found[0].values.columns)} policies · "
        f"{outcomes}",
        question=question,
        lead=[*(" ".join(sentences(one)) for one in found), found[0].account],
        notes=[*([partial] if partial else []), LIMIT, HARM],
        sections=[
            _pictures(found),
            *([futures] if futures is not None else []),
            _decision(found),
            method(METHOD),
        ],
        reproduce=reproduce,
    )


def sentences(one: Robustness) -> list[str]:
    """The answer for one outcome."""
    spec = spec_of(one.outcome)
    policy = one.most_robust()
    if not (one.regret.to_numpy() > 0.0).any():
        return [f"{spec.label_en}: no policy differs from another in any future."]
    regret, low, high = measure(one, policy, "regret_max")
    lines = [
        f"{spec.label_en}: {policy} stays nearest to the best everywhere; its largest regret is "
        f"{words.quantity(regret, spec.unit)}{_between(low, high, spec.unit)}."
    ]
    lines += _differences(one)
    most = one.most_robust("best")
    share = measure(one, most, "best")
    lines.append(f"Best most often: {most}, in {share[0]:.0%} of futures{_percent(*share[1:])}.")
    if one.threshold is not None:
        enough = one.most_robust("satisficing")
        share = measure(one, enough, "satisficing")
        side = "at least" if one.direction == "higher" else "at most"
        lines.append(
            f"Good enough ({side} {words.quantity(one.threshold, spec.unit)}) most often: "
            f"{enough}, in {share[0]:.0%} of futures{_percent(*share[1:])}."
        )
    return lines


def _differences(one: Robustness) -> list[str]:
    """What each policy changes against the reference, over the drawn futures."""
    if one.reference is None or not math.isfinite(measure(one, one.reference, "difference")[1]):
        return []
    unit, told, untold = spec_of(one.outcome).unit, [], []
    for policy in map(str, one.measures.index):
        if policy == one.reference:
            continue
        value, low, high = measure(one, policy, "difference")
        if low <= 0.0 <= high:
            untold.append(policy)
        else:
            sign = "+" if value > 0.0 else ""
            told.append(f"{policy} {sign}{words.quantity(value, unit)}{_between(low, high, unit)}")
    lines = [f"Against {one.reference}: {'; '.join(told)}."] if told else []
    if untold:
        lines.append(
            f"{words.joined(untold)} cannot be told from {one.reference} in the mean over futures."
        )
    return lines


def measure(one: Robustness, policy: str, name: str) -> tuple[float, float, float]:
    """A measure of a policy: value, low, high."""
    value, low, high = (float(one.measures[name, end].loc[policy]) for end in ENDS)
    return value, low, high


def _between(low: float, high: float, unit: str) -> str:
    if not math.isfinite(low):
        return ""
    return f" (95 % interval {words.signed(low, unit)} to {words.signed(high, unit)})"


def _percent(low: float, high: float) -> str:
    return f" (95 % interval {low:.0%} to {high:.0%})" if math.isfinite(low) else ""


def _pictures(found: Sequence[Robustness]) -> Section:
    charts = []
    for one in found:
        spec = spec_of(one.outcome)
        best = one.most_robust()
        rows = [
            [str(future), *(words.signed(float(value), spec.unit) for value in row)]
            for future, row in zip(one.regret.index, one.regret.to_numpy(), strict=True)
        ][:60]
        charts.append(
            Chart(
                f"regret-{one.outcome}", f"Regret: {words.lower(spec.label_en)}",
                f"Light is little regret. The lightest row overall: {best}.",
                regret_figure(one.regret, spec.unit),
                Table(["future", *map(str, one.regret.columns)], rows, "Numbers", folded=True),
                size="m", unit=spec.unit,
            )
        )  # fmt: skip
    return Section("regret", "The picture", "See whether a row has dark cells: there the policy is "
                   "a bad choice, however good it is elsewhere.",
                   [Block(charts=charts, wide=True)], short="Picture")  # fmt: skip


def _decision(found: Sequence[Robustness]) -> Section:
    blocks = []
    for one in found:
        spec = spec_of(one.outcome)
        names = [name for name in HEADS if (name, "value") in one.measures]
        rows: list[list[Any]] = []
        for policy in one.measures.index:
            cells: list[Any] = [str(policy)]
            for name in names:
                value, low, high = measure(one, str(policy), name)
                share = name in ("best", "satisficing")
                if name == "difference" and str(policy) == one.reference:
                    cells.append("reference")
                    continue
                unit = "share" if share else spec.unit
                ends = f" ({words.signed(low, unit)} to {words.signed(high, unit)})"
                text = words.signed(value, unit) + (ends if math.isfinite(low) else "")
                cells.append(text + (" %" if share else ""))
            rows.append(cells)
        heads = ["policy", *(HEADS[name] for name in names)]
        title = f"{spec.label_en}, {spec.unit}"
        blocks.append(Block(title, tables=[Table(heads, rows, title, f"measures-{one.outcome}")]))
    return Section("decision", "The decision table", "Compare the policies measure by measure; "
                   "brackets hold 95 % intervals.", blocks, short="Table")  # fmt: skip

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
    "Other intervals are bootstrap intervals over drawn futures, each for itself: of twenty that "
    "are looked at, one may leave out zero by luck. That of a largest or worst value "
    "is rough: it cannot see futures that were not drawn. Hand-written futures are drawn in the "
    "picture and not counted.",
]


def build(
    found: Sequence[Robustness],
    reproduce: list[tuple[str, str]],
    partial: str = "",
    more: Sequence[Section] = (),
    asked: tuple[str, str] | None = None,
    flag: str = "",
) -> Document:
    """The page of one or more outcomes; the first one leads.

    Args:
        found: Each outcome's measures.
        reproduce: Name and value: command, hashes, versions.
        partial: What to say of a sweep that is not complete.
        more: Sections between the picture and the table: how it spreads, every future.
        asked: Title and question of the sweep; general ones otherwise.
        flag: How well known is what was varied.
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
        lead=[
            *([overall(found)] if len(found) > 1 else []),
            *(" ".join(sentences(one)) for one in leading(found)),
            found[0].account,
        ],
        flag=flag,
        notes=[*([partial] if partial else []), LIMIT, HARM],
        sections=[
            _pictures(found),
            *more,
            _decision(found),
            method(METHOD),
        ],
        reproduce=reproduce,
    )


def leading(found: Sequence[Robustness]) -> list[Robustness]:
    """The outcomes of the answer: the first and civilian deaths; others stand by their tables."""
    return [one for k, one in enumerate(found) if k == 0 or one.outcome == "civilian_deaths"]


def overall(found: Sequence[Robustness]) -> str:
    """All outcomes in one sentence: what can be told apart, and which policy holds up on which."""
    base, told, holds = found[0].reference, [], dict[str, list[str]]()
    for one in found:
        label = words.lower(spec_of(one.outcome).label_en)
        holds.setdefault(one.most_robust(), []).append(label)
        if base is not None and any(_told(one, str(policy)) for policy in one.measures.index):
            told.append(label)
    if base is None:
        text = ""
    elif not math.isfinite(measure(found[0], base, "difference")[1]):
        text = f"{len(found[0].counted)} futures are too few to tell policies apart; "
    elif not told:
        text = f"No policy can be told from {base} on any outcome; "
    else:
        only = "" if len(told) == len(found) else "only "
        text = f"Policies can be told from {base} {only}on {words.joined(told)}; "
    if len(holds) == 1:
        text += f"{next(iter(holds))} stays nearest to the best on every outcome."
    else:
        parts = [f"{policy} does on {words.joined(labels)}" for policy, labels in holds.items()]
        text += f"no policy stays nearest to the best on every outcome: {'; '.join(parts)}."
    return text[:1].upper() + text[1:]


def _told(one: Robustness, policy: str) -> bool:
    """True where a policy's difference from the reference is told from zero."""
    if one.reference is None or policy == one.reference:
        return False
    _, low, high = measure(one, policy, "difference")
    return math.isfinite(low) and not low <= 0.0 <= high


def sentences(one: Robustness) -> list[str]:
    """The answer for one outcome: against the reference, then over the futures."""
    spec = spec_of(one.outcome)
    policy = one.most_robust()
    if not (one.regret.to_numpy() > 0.0).any():
        return [f"{spec.label_en}: no policy differs from another in any future."]
    regret, low, high = measure(one, policy, "regret_max")
    lines = _differences(one)
    lines.append(
        f"{policy} stays nearest to the best everywhere; its largest regret is "
        f"{_sized(regret, low, high, spec.unit)}."
    )
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
    return [f"{spec.label_en}: {lines[0]}", *lines[1:]]


def _differences(one: Robustness) -> list[str]:
    """What each policy changes against the reference in the mean over futures, best first."""
    if one.reference is None or not math.isfinite(measure(one, one.reference, "difference")[1]):
        return []
    unit = spec_of(one.outcome).unit
    found = {
        str(policy): measure(one, str(policy), "difference")
        for policy in one.measures.index
        if policy != one.reference
    }
    order = sorted(found, key=lambda name: found[name][0], reverse=one.direction == "higher")
    told = [name for name in order if _told(one, name)]
    untold = [name for name in found if name not in told]
    many = f"in the mean over {len(one.counted)} futures"
    if not told:
        text = f"no policy can be told from {one.reference} {many}"
        return [f"{text}, so which one is best in a future may be luck."]
    text = "; ".join(f"{name} {_more(*found[name], unit)}" for name in told)
    text = f"against {one.reference}, {many}, {text}"
    if untold:
        text += f"; {words.joined(untold)} cannot be told from it"
    return [f"{text}."]


def _more(value: float, low: float, high: float, unit: str) -> str:
    """``+405 t (95 % interval 339 to 475)``."""
    text = _sized(value, low, high, unit)
    return text if text.startswith("−") else f"+{text}"


def _sized(value: float, low: float, high: float, unit: str) -> str:
    """A value with its unit and interval, rounded alike."""
    if not math.isfinite(low):
        return words.quantity(value, unit)
    first, middle, last = words.alike(low, value, high, unit)
    word = "percentage points" if unit == "share" else "" if unit in words.PLAIN_UNITS else unit
    word = words.SINGULAR.get(word, word) if middle == "1" else word
    return f"{middle} {word}".rstrip() + f" (95 % interval {first} to {last})"


def measure(one: Robustness, policy: str, name: str) -> tuple[float, float, float]:
    """A measure of a policy: value, low, high."""
    value, low, high = (float(one.measures[name, end].loc[policy]) for end in ENDS)
    return value, low, high


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
                regret_figure(one.regret),
                Table(["future", *map(str, one.regret.columns)], rows, "Numbers", folded=True),
                size="m", unit=spec.unit,
            )
        )  # fmt: skip
    return Section("regret", "The picture", "See whether a row has dark cells: there the policy is "
                   "a bad choice, however good it is elsewhere.",
                   [Block(charts=charts, wide=True)], short="Picture")  # fmt: skip


def _decision(found: Sequence[Robustness]) -> Section:
    blocks = []
    told = [one.outcome for one in leading(found)]
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
                text = words.signed(value, unit)
                if math.isfinite(low):
                    first, text, last = words.alike(low, value, high, unit)
                    text += f" ({first} to {last})"
                cells.append(text + (" %" if unit == "share" else ""))
            rows.append(cells)
        heads = ["policy", *(HEADS[name] for name in names)]
        title = f"{spec.label_en}, {spec.unit}"
        lines = [" ".join(sentences(one))] if one.outcome not in told else []
        table = Table(heads, rows, title, f"measures-{one.outcome}")
        blocks.append(Block(title, lines, tables=[table]))
    return Section("decision", "The decision table", "Compare the policies measure by measure; "
                   "brackets hold 95 % intervals.", blocks, short="Table")  # fmt: skip

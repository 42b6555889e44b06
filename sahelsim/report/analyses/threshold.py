"""The page of a threshold: the level of a lever at which an outcome tips."""

from __future__ import annotations

import math

from sahelsim.experiment.analysis.threshold import Threshold
from sahelsim.report import words
from sahelsim.report.analyses.common import HARM, LIMIT, method, plain, spec_of
from sahelsim.report.document import Document
from sahelsim.report.figures.decisions import tipping_figure
from sahelsim.report.parts import Block, Chart, Section, Table
from sahelsim.report.words import number

NOT_ONE_WAY = (
    "The mean outcome does not go one way along the lever, so there may be several such levels or "
    "none: look at the picture before you use the number."
)
METHOD = [
    "The mean outcome is taken to go one way along the lever (isotonic regression), straight "
    "between the levels looked at. The level is where that line meets the target; its interval "
    "comes from resampling replicates (the same ones at every level) or futures 1,000 times.",
    "Where the outcome does not go one way along the lever, the line smooths it: look at the dots.",
]


def build(found: Threshold, lever: str, unit: str, outcome: str, subject: str, account: str,
          reproduce: list[tuple[str, str]], partial: str = "",
          flag: str = "") -> Document:  # fmt: skip
    """The page.

    Args:
        found: The curve and its level.
        lever: The lever's name.
        unit: Its unit.
        outcome: Outcome id.
        subject: Scenario or policy, and how many runs.
        account: What was left out.
        reproduce: What makes the page again.
        partial: A sentence that the sweep is not finished, if so.
        flag: How well known is what was varied.
    """
    spec = spec_of(outcome)
    axis = f"{plain(lever)}" + (f", {unit}" if unit not in ("", "1") else "")
    rows = [
        [number(float(level)), *(words.signed(float(value), spec.unit) for value in row)]
        for level, row in zip(found.curve.index, found.curve.to_numpy(), strict=True)
    ]
    chart = Chart(
        "tipping", f"{spec.label_en} along the lever",
        "Line: mean, with its 95 % band. Dashed: the target. Orange: the level at which it is "
        "reached, with its 95 % interval.",
        tipping_figure(found.curve, found.target, (found.low, found.level, found.high), axis,
                       spec.unit),
        Table([axis, "mean", "low", "high"], rows, "Numbers", folded=True),
        size="m", unit=spec.unit,
    )  # fmt: skip
    return Document(
        title=f"Where does the mean of {words.lower(spec.label_en)} reach "
        f"{words.quantity(found.target, spec.unit)}?",
        eyebrow=subject,
        question=f"At which level of {plain(lever)} does the mean outcome reach the target?",
        lead=[
            sentence(found, lever, unit, outcome),
            *([] if found.one_way else [NOT_ONE_WAY]),
            account,
        ],
        flag=flag,
        notes=[*([partial] if partial else []), LIMIT, HARM],
        sections=[
            Section("curve", "The picture", "See how steep the line is where it meets the target: "
                    "a flat line makes a wide interval.", [Block(charts=[chart], wide=True)],
                    short="Picture"),
            method(METHOD),
        ],
        reproduce=reproduce,
    )  # fmt: skip


def sentence(found: Threshold, lever: str, unit: str, outcome: str) -> str:
    """The answer."""
    spec = spec_of(outcome)
    target = words.quantity(found.target, spec.unit)
    low, high = float(found.curve.index[0]), float(found.curve.index[-1])
    looked = f"between {number(low)} and {_level(high, unit)}"
    if not found.reached:
        if ((found.curve["low"] <= found.target) & (found.target <= found.curve["high"])).any():
            least, most = (
                words.signed(end, spec.unit)
                for end in (float(found.curve["mean"].min()), float(found.curve["mean"].max()))
            )
            return (
                f"Whether {words.lower(spec.label_en)} reaches {target} {looked} of {plain(lever)} "
                f"cannot be told: its mean lies at {least} to {most} there, and the interval of "
                "that mean holds the target."
            )
        above = found.rising == (found.level < 0)
        place, at = (-1, high) if found.level > 0 else (0, low)
        nearest = words.quantity(float(found.curve["mean"].iloc[place]), spec.unit)
        return (
            f"{spec.label_en} stays {'above' if above else 'below'} {target} {looked} of "
            f"{plain(lever)}: at {number(at)} it is {nearest}."
        )
    way = "rises" if found.rising else "falls"
    ends = [
        "below the range" if end == -math.inf else "beyond the range" if end == math.inf
        else number(end)
        for end in (found.low, found.high)
    ]  # fmt: skip
    return (
        f"{spec.label_en} {way} to {target} at {plain(lever)} of {_level(found.level, unit)} "
        f"(95 % interval {ends[0]} to {ends[1]}), looked for {looked}."
    )


def _level(value: float, unit: str) -> str:
    return number(value) if unit in ("", "1") else f"{number(value)} {unit}"

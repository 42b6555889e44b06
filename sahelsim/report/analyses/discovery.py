"""The page of scenario discovery: where an outcome goes past a threshold, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sahelsim.experiment.analysis.discovery import Box, Limit
from sahelsim.report import words
from sahelsim.report.analyses.common import HARM, LIMIT, method, plain, spec_of
from sahelsim.report.document import Document
from sahelsim.report.figures.decisions import peeling_figure
from sahelsim.report.parts import Block, Chart, Section, Table
from sahelsim.report.words import number

RELIABLE = 0.5  # of halves of the futures in which a limit should be found again
SHARES = ("coverage", "density", "mass")
METHOD = [
    "PRIM (Friedman and Fisher 1999) peels off a twentieth of the futures at a time, the slice "
    "whose loss makes what is left densest in cases. The box taken is the one on that path with "
    "the best balance (harmonic mean) of coverage and density. Limits that chance explains more "
    "often than one time in twenty are taken off again.",
    "A box found in data fits these data better than new ones. Found again: share of random halves "
    "of the futures whose own box limits the same input. Below a half, do not rely on it.",
]


class Case(NamedTuple):
    """What is looked for.

    Attributes:
        outcome: Outcome id.
        above: True where cases lie above the threshold, False below.
        threshold: The threshold.
        futures: Complete futures.
        cases: Futures past the threshold.
        subject: Outcome and policy.
        account: What was left out.
    """

    outcome: str
    above: bool
    threshold: float
    futures: int
    cases: int
    subject: str
    account: str

    @property
    def text(self) -> str:
        """``civilians killed above 120 persons``."""
        spec = spec_of(self.outcome)
        side = "above" if self.above else "below"
        return f"{words.lower(spec.label_en)} {side} {words.quantity(self.threshold, spec.unit)}"


def build(boxes: Sequence[Box], case: Case, reproduce: list[tuple[str, str]],
          partial: str = "", flag: str = "") -> Document:  # fmt: skip
    """The page; arguments as of the other pages."""
    return Document(
        title=f"Which futures have {case.text}?",
        eyebrow=f"Scenario discovery · {case.subject}",
        question="What tells them from the others, in limits of as few inputs as possible?",
        lead=sentences(boxes, case),
        flag=flag,
        notes=[*([partial] if partial else []), LIMIT, HARM],
        sections=[*([_pictures(boxes), _limits(boxes)] if boxes else []), method(METHOD)],
        reproduce=reproduce,
    )


def sentences(boxes: Sequence[Box], case: Case) -> list[str]:
    """The answer: how often, then each box in words."""
    share = f"{case.cases / case.futures:.0%}"
    lines = [f"{case.cases} of {case.futures} futures ({share}) have {case.text}."]
    if not boxes:
        lines.append("No limits of the inputs tell these futures from the others.")
    for place, box in enumerate(boxes):
        which = "Most of them lie" if not place and box.coverage[0] > 0.5 else "Some lie"
        lines.append(
            f"{which if not place else 'Of the others, some lie'} where {limits(box)}: "
            f"{_share(box.density)} of the {box.points} futures there go that way, and they are "
            f"{_share(box.coverage)} of all that do."
        )
        frail = [limit for limit in box.limits if limit.found_again < RELIABLE]
        if frail:
            names = words.joined([plain(limit.input) for limit in frail])
            seldom = words.joined([f"{limit.found_again:.0%}" for limit in frail])
            lines.append(
                f"Do not rely on the limits of {names}: only {seldom} of random halves of the "
                "futures limit the same input."
            )
    return [*lines, case.account]


def limits(box: Box) -> str:
    """The limits of a box in words, the most telling first."""
    return words.joined([limit_text(limit) for limit in box.limits])


def limit_text(limit: Limit) -> str:
    """``garrison scale is at most 0.8``."""
    name = plain(limit.input)
    if limit.low is None:
        return f"{name} is at most {number(float(limit.high or 0.0))}"
    if limit.high is None:
        return f"{name} is at least {number(limit.low)}"
    return f"{name} lies between {number(limit.low)} and {number(limit.high)}"


def _share(value: tuple[float, float, float]) -> str:
    return f"{value[0]:.0%} (95 % interval {value[1]:.0%} to {value[2]:.0%})"


def _pictures(boxes: Sequence[Box]) -> Section:
    charts = []
    for place, box in enumerate(boxes):
        path = box.trajectory
        rows = [
            [str(step), *(f"{float(path[key].iloc[step]):.0%}" for key in SHARES),
             str(int(path["limited"].iloc[step]))]
            for step in range(len(path))
        ]  # fmt: skip
        charts.append(
            Chart(
                f"peeling-{place}", f"Box {place + 1}: the peeling",
                f"Ringed, the box taken: {box.density[0]:.0%} of the futures inside go that way "
                f"(density), and they are {box.coverage[0]:.0%} of all that do (coverage). Up and "
                "to the left boxes are purer and miss more.",
                peeling_figure(box.trajectory, box.step),
                Table(["step", "coverage", "density", "mass", "inputs limited"], rows, "Numbers",
                      folded=True),
                size="m",
            )
        )  # fmt: skip
    return Section("peeling", "The picture", "See what purity costs: every step to the left leaves "
                   "cases outside.", [Block(charts=charts, wide=True)],
                   short="Picture")  # fmt: skip


def _limits(boxes: Sequence[Box]) -> Section:
    rows = [
        [str(place + 1), limit.input, "–" if limit.low is None else number(limit.low),
         "–" if limit.high is None else number(limit.high),
         "< 0.001" if limit.chance < 0.001 else f"{limit.chance:.2g}",
         f"{limit.found_again:.0%}"]
        for place, box in enumerate(boxes)
        for limit in box.limits
    ]  # fmt: skip
    heads = ["box", "input", "at least", "at most", "chance alone", "found again"]
    return Section("limits", "The limits", "Check how sure each limit is: by chance alone, and in "
                   "halves of the futures.",
                   [Block(tables=[Table(heads, rows, "Limits", "limits", sortable=True)])],
                   short="Limits")  # fmt: skip

"""The page of a sensitivity analysis: what drives an outcome."""

from __future__ import annotations

from typing import Any

from sahelsim.experiment.analysis.sensitivity import Sensitivity
from sahelsim.report import words
from sahelsim.report.analyses.common import HARM, LIMIT, cell, method, plain, spec_of
from sahelsim.report.analyses.common import span as interval
from sahelsim.report.document import Document
from sahelsim.report.figures.drivers import index_figure, morris_figure, tornado_figure
from sahelsim.report.parts import Block, Chart, Number, Section, Table

NAMES = {
    "morris": "Morris screening", "sobol": "Sobol indices", "pawn": "PAWN indices",
    "oat": "One input at a time",
}  # fmt: skip
METHOD = {
    "morris": "mu* is the mean absolute effect of moving one input over its whole range, in the "
    "outcome's unit; sigma is how much that effect varies with the other inputs. Points above the "
    "dashed line act through interactions or curvature.",
    "sobol": "S1 is the share of the variance of the outcome that an input explains alone, ST the "
    "share with all its interactions. Intervals are bootstrap intervals over Saltelli blocks.",
    "pawn": "PAWN is the median distance (Kolmogorov-Smirnov) between the distribution of the "
    "outcome with the input known to a tenth of its range, and without. The floor is what 95 % of "
    "inputs in random order stay below; an input is told from it where its interval lies above.",
    "oat": "Each input is moved alone to both ends of its range, the others at their best guess. "
    "Interactions are not seen. Intervals treat both means as independent, which is too wide.",
}


FEW_INPUTS = 10  # whose bars fit a chart of middling height
SEE = "See which bars stand clear of zero, and whose intervals overlap: their order is then open."


def build(
    found: Sensitivity, outcome: str, reproduce: list[tuple[str, str]], partial: str = "",
    flag: str = "",
) -> Document:  # fmt: skip
    """The page.

    Args:
        found: The indices.
        outcome: Outcome id.
        reproduce: Name and value of what makes the page again.
        partial: A sentence that the sweep is not finished, if so.
        flag: How well known is what was varied.
    """
    spec = spec_of(outcome)
    return Document(
        title=f"What drives {words.lower(spec.label_en)}?",
        eyebrow=f"{NAMES[found.method]} · {found.subject}",
        question="Which of the inputs that nobody knows well move the outcome, and how sure is "
        "their order?",
        lead=sentences(found, outcome),
        flag=flag,
        notes=[*([partial] if partial else []), LIMIT, HARM],
        sections=[
            _picture(found, spec.unit),
            _table(found),
            method([METHOD[found.method], found.account]),
        ],
        reproduce=reproduce,
    )


def sentences(found: Sensitivity, outcome: str) -> list[str]:
    """The answer: the first inputs with intervals, those without effect, what was left out."""
    unit = spec_of(outcome).unit if found.method in ("morris", "oat") else ""
    told = [str(name) for name in found.table.index if found.told(str(name))]
    untold = [plain(str(name)) for name in found.table.index if str(name) not in told]
    lines = []
    if told:
        shown = [f"{plain(name)} {_value(found, name, unit)}" for name in told[:3]]
        lines.append(
            f"What moves {words.lower(spec_of(outcome).label_en)} most: {words.joined(shown)}. "
            f"The number: {found.index}."
        )
        if len(told) > 3:
            lines.append(
                f"Told from no effect as well: {words.joined(list(map(plain, told[3:])))}."
            )
    else:
        lines.append("No input can be told from one without effect.")
    if untold and told:
        lines.append(f"Cannot be told from an input without effect: {words.joined(untold)}.")
    lines.append(found.account)
    if found.noise_share == found.noise_share:
        lines.append(
            f"Luck makes about {min(found.noise_share, 1.0):.0%} of the variance between futures: "
            "that part no input explains."
        )
    return lines


def _value(found: Sensitivity, name: str, unit: str) -> str:
    value, low, high = (float(found.table[key].loc[name]) for key in ("value", "low", "high"))
    return f"{words.quantity(value, unit)} {interval(low, high, unit)}"


def charts(found: Sensitivity, unit: str, id: str = "indices") -> list[Chart]:
    """The pictures of the indices, the leading one first, under this id."""
    most = plain(str(found.table.index[0]))
    if found.method == "oat":
        title, figure = "Tornado", tornado_figure(found.table, unit)
        caption = f"The widest bar: {most}."
    else:
        title = "Indices with 95 % intervals"
        figure = index_figure(found.table, found.floor, found.index)
        caption = f"The largest: {most}." + (
            " The dashed line is what an input without effect shows." if found.floor else ""
        )
    size = "m" if len(found.table) <= FEW_INPUTS else "rows"
    made = [Chart(id, title, caption, figure, _numbers(found), size=size)]
    if found.method == "morris":
        made.append(
            Chart(
                f"{id}-morris", "Effect and interaction",
                "Far right: strong. Near or above the dashed line: the effect depends on the other "
                "inputs.",
                morris_figure(found.table, unit), _numbers(found), size="m",
            )
        )  # fmt: skip
    return made


def _picture(found: Sensitivity, unit: str) -> Section:
    return Section("drivers", "The picture", SEE, [Block(charts=charts(found, unit), wide=True)],
                   short="Picture")  # fmt: skip


def _numbers(found: Sensitivity) -> Table:
    rows: list[list[Any]] = [
        [plain(str(name)), cell(float(row["value"]), float(row["low"]), float(row["high"]))]
        for name, row in found.table.iterrows()
    ]
    return Table(["input", f"{found.index}, 95 % interval"], rows, "Numbers", folded=True)


def _table(found: Sensitivity) -> Section:
    extra = [name for name in found.table.columns if name not in ("value", "low", "high")]
    rows = []
    for name, row in found.table.iterrows():
        cells: list[Any] = [str(name)]
        cells += [Number(words.signed(float(row[k])), float(row[k])) for k in
                  ("value", "low", "high", *extra)]  # fmt: skip
        cells.append("yes" if found.told(str(name)) else "cannot be told from no effect")
        rows.append(cells)
    heads = ["input", "index", "low", "high", *(name.replace("_", " ") for name in extra), "told"]
    return Section("table", "Every input", f"Look up any input. The index: {found.index}.",
                   [Block(tables=[Table(heads, rows, "Inputs", "inputs", sortable=True)])],
                   short="Table")  # fmt: skip

"""The page of a validation: stylised facts of the model beside those observed, as found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sahelsim.calibration.event_table import COUNTRIES, TYPES, month_start
from sahelsim.calibration.face import ENOUGH
from sahelsim.calibration.facts import FACTS
from sahelsim.calibration.observed import CITATION
from sahelsim.calibration.validation import INSIDE, NEAR, OUTSIDE, UNDEFINED, Validation, period
from sahelsim.report import words
from sahelsim.report.document import Document
from sahelsim.report.figures.validation import facts_figure, months_figure, sizes_figure
from sahelsim.report.parts import Block, Card, Chart, Number, Section, Table
from sahelsim.report.style import BLUE, DOCUMENTED
from sahelsim.theatre.actors import ACTOR_NAMES

AREA_NAMES = {"all": "all three countries", **{id: ACTOR_NAMES[id] for id in COUNTRIES}}
TYPE_NAMES = {"sb": "state-based", "ns": "non-state", "os": "one-sided", "all": "all types"}
THEMES = {
    "sizes": ("Sizes", "How many die in one event."),
    "months": ("Months", "How many die in a month, how unevenly, and how like the month before."),
    "days": ("Days", "Whether events come in clusters."),
    "types": ("Types", "Who fights whom, and who dies."),
    "space": ("Space", "Where it happens, and how it spreads."),
    "season": ("Season", "When in the year."),
}
VERDICTS = {
    INSIDE: "inside: the observed value lies among the middle 90 % of replicates",
    NEAR: "near: it does not, but its own interval touches them",
    OUTSIDE: "outside: the two intervals do not touch",
    UNDEFINED: "undefined: one of the two cannot be computed",
}
NOTES = [
    "A description of the model's misfits, not evidence that it is right. Where parameters were "
    "fitted to these months, agreement is no test.",
    "Civilian deaths are always counted and shown. Nothing here is fit for choosing targets.",
]
KEYS = [
    ("fill", BLUE, "model: middle 90 % of replicates, and median"),
    ("diamond", DOCUMENTED, "observed, with its 90 % interval; hollow where outside the bar"),
]


def build(
    result: Validation, face: pd.DataFrame | None = None, command: str = "", version: str = ""
) -> Document:
    """The page of a validation.

    Args:
        result: The comparison.
        face: The face check, as :func:`~sahelsim.calibration.face.face_check` gives it.
        command: What makes the page again.
        version: Of sahelsim.
    """
    sections = [_facts(result), _sizes(result), _months(result)]
    if face is not None:
        sections.append(_face(face))
    sections += [_table(result), _method(result)]
    return Document(
        title="How far the model resembles the conflict",
        eyebrow=f"{period(result.window)} · {words.replicates(result.replicates)} · "
        f"seed {result.seed}",
        question=result.plan.question,
        lead=answer(result, face),
        notes=NOTES,
        cards=_cards(result),
        sections=sections,
        reproduce=[
            ("command", command),
            ("scenario", f"{result.plan.id} ({result.plan.digest[:12]})"),
            ("parameters", result.parameters),
            ("observed", CITATION),
        ],
        version=version,
    )


def answer(result: Validation, face: pd.DataFrame | None) -> list[str]:
    """The finding in sentences."""
    table = result.facts
    count = table["verdict"].value_counts()
    total = len(table) - int(count.get(UNDEFINED, 0))
    sentences = [
        f"Of {total} facts, {count.get(INSIDE, 0)} lie inside the middle 90 % of replicates, "
        f"{count.get(NEAR, 0)} near them and {count.get(OUTSIDE, 0)} outside."
    ]
    worst = [title(id) for id in table.loc[table["verdict"] == OUTSIDE, "id"].head(3)]
    if worst:
        sentences.append(f"The model misses most in: {words.joined(worst)}.")
    must = table[table["must"]]
    sentences.append(
        f"Of the {len(must)} facts that a run must meet, {len(result.missed)} lie outside"
        + (f": {words.joined([title(id) for id in result.missed])}." if result.missed else ".")
    )
    if face is not None:
        enough = int(face["enough"].sum())
        sentences.append(
            f"Of the {len(face)} classes of events that happened after 20 August 2023, the model "
            f"gives {enough} a share above {percent(ENOUGH)}."
        )
    return sentences


def title(id: str) -> str:
    """A fact in words: ``deaths a month (Mali, state-based)``."""
    return f"{FACTS[id].label} ({', '.join(_where(id))})"


def _where(id: str) -> list[str]:
    area, *kind = id.split(".")[1:]
    return [AREA_NAMES[area], *(TYPE_NAMES[k] for k in kind)]


def _cards(result: Validation) -> list[Card]:
    rows = {str(row["id"]): row for row in result.facts.to_dict("records")}
    shown = [f"deaths.{country}.all" for country in COUNTRIES] + ["size_mean.all"]
    return [
        Card(
            capital(title(id)), words.number(rows[id]["model"]),
            f"90 % of replicates: {words.number(rows[id]['model_low'])} to "
            f"{words.number(rows[id]['model_high'])}",
            [("observed", words.number(rows[id]["observed"]))], [str(rows[id]["verdict"])],
        )
        for id in shown
    ]  # fmt: skip


def _facts(result: Validation) -> Section:
    blocks = []
    order = {id: k for k, id in enumerate(FACTS)}
    table = result.facts.sort_values("id", key=lambda ids: ids.map(order))
    for theme, (name, see) in THEMES.items():
        its = table[(table["theme"] == theme) & (table["verdict"] != UNDEFINED)]
        if its.empty:
            continue
        families = its["id"].str.split(".").str[0]
        charts = [
            _family(str(family), rows)
            for family, rows in its.groupby(families, sort=False)
            if len(rows) > 1
        ]
        single = its[~families.duplicated(keep=False)]
        for unit, rows in single.groupby("unit", sort=False):
            if len(rows) == 1:
                charts.append(_family(str(rows["id"].iloc[0]), rows))
            else:
                charts.append(_chart(f"{theme}-{unit}", "Others", rows, rows["label"]))
        blocks.append(Block(name, [see], charts, keys=KEYS))
    return Section(
        "facts",
        "The facts, side by side",
        "See whether the diamond lies on the bar. The bar is what the model gives, the diamond "
        "what was observed, both in the fact's own unit.",
        blocks,
        tabs=True,
        short="Facts",
    )


def _family(family: str, rows: pd.DataFrame) -> Chart:
    label = FACTS[str(rows["id"].iloc[0])].label
    return _chart(family, capital(label), rows, [", ".join(_where(id)) for id in rows["id"]])


def capital(text: str) -> str:
    """``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def percent(share: float, digits: int = 0) -> str:
    """``31 %``."""
    return f"{100 * share:.{digits}f} %"


def _chart(id: str, name: str, rows: pd.DataFrame, labels: Sequence[str] | pd.Series) -> Chart:
    unit = str(rows["unit"].iloc[0])
    unit = "" if unit == "1" else unit
    table = rows.set_index(pd.Index(list(labels)))
    outside = [str(label) for label in table.index[table["verdict"] == OUTSIDE]]
    if not outside:
        caption = "No observed value is outside."
    elif len(outside) == len(table):
        caption = "Every observed value is outside."
    else:
        caption = f"Outside: {words.joined(outside)}."
    notes = dict.fromkeys(FACTS[str(id)].note for id in rows["id"])
    caption = " ".join([*filter(None, notes), caption])
    numbers = [
        [label, _span(row, "model"), _span(row, "observed"), row["verdict"]]
        for label, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    return Chart(
        "fact-" + "".join(sign if sign.isalnum() else "-" for sign in id), name, caption,
        facts_figure(table, log=rows["scale"].iloc[0] == "log" and len(rows) > 1),
        Table(["", "model (90 %)", "observed (90 %)", "verdict"], numbers, "Numbers", folded=True),
        size="m" if len(rows) > 4 else "s", unit=unit,
    )  # fmt: skip


def _span(row: dict[Any, Any], side: str) -> str:
    low, high = words.number(row[f"{side}_low"]), words.number(row[f"{side}_high"])
    return f"{words.number(row[side])} ({low} to {high})"


def _sizes(result: Validation) -> Section:
    charts = []
    for area, name in AREA_NAMES.items():
        table = result.sizes[result.sizes["area"] == area]
        rows = [
            [str(row["deaths"]), percent(row["observed"], 1),
             f"{percent(row['q50'], 1)} ({percent(row['q05'], 1)} to {percent(row['q95'], 1)})"]
            for row in table.to_dict("records")
        ]  # fmt: skip
        ten = table[table["deaths"] == 10].iloc[0]
        charts.append(
            Chart(
                f"sizes-{area}", capital(name),
                f"{percent(ten['observed'])} of the observed fatal events had ten deaths or more; "
                f"in the median replicate {percent(ten['q50'])}.",
                sizes_figure(table),
                Table(["deaths or more", "observed", "model (90 %)"], rows, "Numbers", folded=True),
                size="m", unit="share of fatal events",
            )
        )  # fmt: skip
    return Section(
        "sizes",
        "Sizes of events",
        "See where the line leaves the band: the share of fatal events with at least so many "
        "deaths, on logarithmic axes.",
        [Block(charts=charts, keys=KEYS, wide=True)],
        short="Sizes",
    )


def _months(result: Validation) -> Section:
    charts = []
    for country in COUNTRIES:
        table = result.months[result.months["country"] == country]
        table = table.assign(date=[month_start(m) for m in table["month_id"]])
        inside = ((table["q05"] <= table["observed"]) & (table["observed"] <= table["q95"])).mean()
        rows = [
            [f"{row['date']:%Y-%m}", words.number(row["observed"]), words.number(row["q50"]),
             f"{words.number(row['q05'])} to {words.number(row['q95'])}"]
            for row in table.to_dict("records")
        ]  # fmt: skip
        charts.append(
            Chart(
                f"months-{country}", AREA_NAMES[country],
                f"{percent(inside)} of the observed months lie in the band of 90 %.",
                months_figure(table),
                Table(["month", "observed", "median", "90 %"], rows, "Numbers", folded=True),
                size="m", unit="deaths a month",
            )
        )  # fmt: skip
    return Section(
        "months",
        "Deaths by month",
        "See level and spread, not dates: the model starts from one documented day and is not "
        "told what happened, so it cannot know in which month a peak came.",
        [Block(charts=charts, keys=KEYS, wide=True)],
        short="Months",
    )


def _face(face: pd.DataFrame) -> Section:
    rows = []
    for row in face.to_dict("records"):
        span = f"{percent(row['low'])} to {percent(row['high'])}"
        verdict = f"above {percent(ENOUGH)}" if row["enough"] else f"not above {percent(ENOUGH)}"
        share = Number(f"{percent(row['share'])} ({span})", row["share"])
        rows.append([row["label"], row["documented"], share, verdict, row["given"]])
    heads = ["what happened", "documented", "share of replicates (95 %)", "verdict",
             "what is scripted"]  # fmt: skip
    return Section(
        "face",
        "What happened after 20 August 2023",
        f"See whether the model holds possible what then happened: {int(face['replicates'].max())} "
        "replicates of documented-2023. A share near 100 % can also mean that the scripted orders "
        "leave the model too little doubt.",
        [Block(tables=[Table(heads, rows, "Classes of events", "face-table", sortable=True)])],
        short="Face check",
    )


def _table(result: Validation) -> Section:
    heads = ["fact", "unit", "model", "90 % of replicates", "observed", "its 90 % interval",
             "misfit, SD", "verdict", "must hold"]  # fmt: skip
    rows = [
        [title(row["id"]), row["unit"], Number(words.number(row["model"]), row["model"]),
         f"{words.number(row['model_low'])} to {words.number(row['model_high'])}",
         Number(words.number(row["observed"]), row["observed"]),
         f"{words.number(row['observed_low'])} to {words.number(row['observed_high'])}",
         Number(f"{row['misfit']:.1f}" if row["misfit"] == row["misfit"] else "–",
                row["misfit"] if row["misfit"] == row["misfit"] else None),
         row["verdict"], "yes" if row["must"] else ""]
        for row in result.facts.to_dict("records")
    ]  # fmt: skip
    return Section(
        "all",
        "Every fact, worst first",
        "Look up any fact; click a heading to sort, or copy the table into a spreadsheet.",
        [Block(tables=[Table(heads, rows, "All facts", "facts-table", sortable=True)])],
        short="Table",
    )


def _method(result: Validation) -> Section:
    kinds = words.joined([f"{name} ({id})" for id, name in TYPES.items()])
    text = [
        f"Observed: {CITATION}. Months are those of an event's last day; types are {kinds}.",
        "Simulated events are classed as UCDP would: the VDP and partners' men on the state's "
        "side, other militia as parties of non-state conflict, civilians killed on purpose as "
        "one-sided violence.",
        "Events are fatal events on both sides. Places are the documented ones: an observed event "
        "counts at the nearest within 50 km; the rest of its region is left out of facts about "
        "space.",
        *[f"{verdict[:1].upper()}{verdict[1:]}." for verdict in VERDICTS.values()],
        "Misfit: distance of the median replicate from the observed value in standard deviations "
        "of both together, of the logarithm where a factor counts.",
        "The observed interval comes from a bootstrap of six-month blocks; for a maximum, a "
        "dispersion or a correlation over time it is rough.",
    ]
    if result.replicates < 20:
        text.insert(0, f"With {words.replicates(result.replicates)} the model's intervals are "
                       "rough; take 40 or more before you quote one.")  # fmt: skip
    return Section(
        "method", "How it was reckoned", "Read this before quoting a number.", [Block(text=text)],
        short="Method",
    )  # fmt: skip

"""The page of a comparison: what the alternatives have more or less of than the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from sahelsim.experiment import Comparison, Run, compare_all
from sahelsim.experiment.comparison import wilson_interval
from sahelsim.report import chances, words
from sahelsim.report.analyses.common import method
from sahelsim.report.document import Document
from sahelsim.report.figures.fans import fan_figure
from sahelsim.report.figures.forest import forest_figure
from sahelsim.report.figures.ranges import SYMBOLS
from sahelsim.report.material import Material, fan_table, fans
from sahelsim.report.parts import Block, Chart, Number, Section, Table
from sahelsim.report.quantiles import thinned
from sahelsim.report.sections.tables import reproduce
from sahelsim.report.style import RUN_COLOURS
from sahelsim.scenario.diff import difference
from sahelsim.theatre import load_theatre
from sahelsim.theatre.records import OutcomeSpec


class Group(NamedTuple):
    """Outcomes of one unit that are drawn on one axis."""

    title: str
    unit: str
    outcomes: tuple[str, ...]


GROUPS = (
    Group("Killed", "persons", (
        "civilian_deaths", "civilian_deaths_by_states", "civilian_deaths_by_insurgents",
        "civilian_deaths_by_militia", "civilian_deaths_by_partners", "military_deaths",
        "militia_deaths", "insurgent_deaths",
    )),
    Group("Displaced", "persons", ("displaced",)),
    Group("Supplies", "t", (
        "tonnes_delivered", "tonnes_delivered_by_niger", "tonnes_to_gao", "tonnes_to_tessalit",
        "tonnes_by_road", "tonnes_lost", "unmet_lift_niger_t",
    )),
    Group("Days of supply", "d", ("days_of_supply_gao", "days_of_supply_tessalit")),
    Group("Ground", "places", (
        "localities_lost", "localities_gained", "overruns", "garrisons_abandoned", "sieges_at_end",
    )),
    Group("Sieges", "place-days", ("siege_days",)),
    Group("Hunger", "garrison-days", ("garrison_days_without_food",)),
    Group("Held at the end", "share", (
        "localities_held_share", "population_held_share", "tessalit_held", "kidal_held",
        "aguelhok_held",
    )),
    Group("Alliance", "index 0-1", (
        "alliance_cohesion", "precedent_index", "trust_mali_in_niger", "burden_index",
    )),
)  # fmt: skip
HEADLINE = (
    "civilian_deaths", "military_deaths", "displaced", "tonnes_to_tessalit", "tonnes_to_gao",
    "localities_held_share", "siege_days", "garrison_days_without_food",
)  # fmt: skip
CURVES = (
    ("civilian_deaths", "Civilians killed", "persons since the start", True),
    ("military_deaths", "Soldiers killed", "persons since the start", True),
    ("displaced", "Displaced", "persons", False),
)
MANY_ORDERS = 4  # left out; from here on a name counts them
LIMITS = [
    "Differences between simulated runs, not findings about the world. Intervals cover luck alone: "
    "not the assumed parameters, and not what people would have done otherwise.",
    "Civilian deaths are always counted and shown. Nothing here is fit for choosing targets.",
]
METHOD = [
    "Pairs: replicate j of every run shares all draws whose cause it shares (common random "
    "numbers), so outcomes are subtracted replicate by replicate, the alternative minus the "
    "reference.",
    "Interval: 95 %, of the mean difference, by the bias-corrected and accelerated bootstrap over "
    "pairs.",
    "Told from zero: the interval leaves zero out, and so does the paired t test after Holm's "
    "correction for all outcomes and alternatives on this page. Otherwise a difference cannot be "
    "told from zero, which is not the same as no effect.",
    "Better in: share of pairs in which the alternative is better, ties counted half, with "
    "Wilson's 95 % interval. Effect: the difference in standard deviations of the reference over "
    "its replicates. Saved: share of the variance that pairing took away.",
    "To settle: replicates with which a true difference of the size found would be told four times "
    "in five, after the correction.",
]


class Page:
    """Everything the page of a comparison shows.

    Args:
        runs: The reference, then the alternatives; all share one seed.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self.theatre = load_theatre()
        self.material = Material(runs[0], tuple(runs[1:]), self.theatre)
        self.runs = named(self.material.runs)
        self.names = list(self.runs)

    @cached_property
    def items(self) -> dict[str, dict[str, Comparison]]:
        """Alternative to outcome to its difference from the reference."""
        others = {name: self.runs[name] for name in self.names[1:]}
        found = compare_all(self.runs[self.names[0]], others)
        return {name: {item.outcome: item for item in items} for name, items in found.items()}

    @cached_property
    def specs(self) -> dict[str, OutcomeSpec]:
        """The register of outcomes by id."""
        return {spec.id: spec for spec in self.theatre.outcomes}


def named(runs: Mapping[str, Run]) -> dict[str, Run]:
    """The runs by name; one that is the reference without some orders is named by these.

    Args:
        runs: Scenario id to run, the reference first.
    """
    (reference, first), *others = runs.items()
    shown = {reference: first}
    for name, run in others:
        left = {order.id for order in run.scenario.orders}
        gone = [order.id for order in first.scenario.orders if order.id not in left]
        if not name.startswith(f"{reference}-without-"):
            shown[name] = run
        elif len(gone) > MANY_ORDERS:
            shown[f"without {len(gone)} orders"] = run
        else:
            shown[f"without {words.joined(gone)}"] = run
    return shown


def begun(sentence: str) -> str:
    """A sentence that may begin with a name: one of words is capitalised, an id is not."""
    return sentence[:1].upper() + sentence[1:] if sentence.startswith("without ") else sentence


def ask(page: Page) -> str:
    """What a comparison asks, and what the scenarios in it are."""
    first, *others = page.names
    bare = all(name.startswith("without ") for name in others)
    titles = [
        f"{name}: {page.runs[name].scenario.title.rstrip('.')}."
        for name in page.names
        if not name.startswith("without ")
    ]
    return " ".join(
        [
            f"With {first} as the reference, what changes {'' if bare else 'under '}"
            f"{words.joined(others)}?",
            *titles,
        ]
    )


def build(runs: Sequence[Run], question: str = "", command: str = "") -> Document:
    """The page of a comparison.

    Args:
        runs: The reference, then the alternatives; all share one seed.
        question: What was asked; by default what the alternatives change.
        command: What makes the page again; that of the reference's run by default.

    Raises:
        InputError: SS4006, the runs do not share their draws.
    """
    page = Page(runs)
    first = runs[0]
    alternatives = words.joined(page.names[1:])
    return Document(
        title=begun(f"{alternatives} against {page.names[0]}"),
        eyebrow=f"{words.replicates(first.replicates)} each, paired · seed "
        f"{first.manifest['seed']} · {first.scenario.days} days from "
        f"{words.long_date(first.scenario.start)}",
        question=question or ask(page),
        lead=[sentence for name in page.names[1:] for sentence in answer(page, name)],
        notes=LIMITS,
        sections=[
            _forest(page),
            chances.section(page.runs, page.items, [page.specs[id] for id in HEADLINE]),
            _fans(page),
            _tables(page),
            _changed(page),
            method(METHOD),
        ],
        reproduce=[
            ("command", command or first.manifest.get("command", "")),
            *(row for row in reproduce(page.material) if not row[0].endswith(": command")),
        ],
        version=first.manifest.get("version", ""),
    )


def answer(page: Page, name: str) -> list[str]:
    """One alternative in sentences: the outcomes that matter, then how many are told apart."""
    items, specs = page.items[name], page.specs
    pairs = max((item.pairs for item in items.values()), default=0)
    ways = [
        better(item, specs[id].direction)
        for id, item in items.items()
        if specs[id].direction != "none"
    ]
    shown = [(specs[id], items[id]) for id in HEADLINE if id in items]
    first, *more = words.changed(shown, page.names[0], pairs)
    return [
        begun(f"{name}, against {page.names[0]} over {pairs:,} pairs – {words.lower(first)}"),
        *more,
        f"Of all {len(ways)} outcomes that have a better direction, {ways.count('better')} are "
        f"better, {ways.count('worse')} worse, and {ways.count('')} cannot be told from zero.",
    ]


def better(item: Comparison, direction: str) -> str:
    """``better``, ``worse``, or nothing where not told from zero or neither way is better."""
    if not item.told_from_zero or direction == "none":
        return ""
    return "better" if (item.difference > 0) == (direction == "higher") else "worse"


def _forest(page: Page) -> Section:
    charts = [
        chart for number, group in enumerate(GROUPS) if (chart := _group(page, number, group))
    ]
    keys = [
        (SYMBOLS[(k + 1) % len(SYMBOLS)], RUN_COLOURS[(k + 1) % len(RUN_COLOURS)], name)
        for k, name in enumerate(page.names[1:])
    ]
    return Section(
        "differences",
        "The differences",
        "See which marks lie off zero. A mark is a mean paired difference with its 95 % interval, "
        "in its own unit; it is filled where told from zero, hollow where not.",
        [Block(charts=charts, keys=keys, wide=True)],
        short="Differences",
    )


def _group(page: Page, number: int, group: Group) -> Chart | None:
    shown = [
        id for id in group.outcomes
        if all(id in items for items in page.items.values())
        and any(page.runs[name].outcomes[id].astype(float).any() for name in page.names)
    ]  # fmt: skip
    if not shown:
        return None
    scale = 100.0 if group.unit == "share" else 1.0
    unit = "percentage points" if group.unit == "share" else group.unit
    labels = [page.specs[id].label_en for id in shown]
    tables = {}
    for name, items in page.items.items():
        rows = [
            (scale * items[id].difference, scale * items[id].low, scale * items[id].high,
             items[id].told_from_zero)
            for id in shown
        ]  # fmt: skip
        tables[name] = pd.DataFrame(rows, labels, columns=["difference", "low", "high", "told"])
    told = [
        f"{page.specs[id].label_en} ({name}): {words.difference(items[id], group.unit)}"
        for name, items in page.items.items()
        for id in shown
        if items[id].told_from_zero
    ]
    caption = f"{told[0]}." if told else "Nothing here can be told from zero."
    numbers = [
        [page.specs[id].label_en, *(_cell(items[id], group.unit) for items in page.items.values())]
        for id in shown
    ]
    return Chart(
        f"forest-{number}", labels[0] if len(labels) == 1 else group.title, caption,
        forest_figure(tables, names=len(labels) > 1),
        Table(["outcome", *page.items], numbers, "Numbers", folded=True),
        size="m" if len(shown) > 4 else "s", unit=unit,
    )  # fmt: skip


def _cell(item: Comparison, unit: str) -> str:
    low, middle, high = words.rounded(item, unit)
    return f"{middle} ({low} to {high})"


def _fans(page: Page) -> Section:
    blocks = []
    for column, title, unit, add in CURVES:
        grids = page.material.total(column)
        tables = fans({n: thinned(g.cumsum() if add else g) for n, g in grids.items()})
        top = 1.08 * max(float(table["q95"].max()) for table in tables.values()) or 1.0
        charts = []
        for number, (name, table) in enumerate(tables.items()):
            figure = fan_figure({name: table}).update_yaxes(range=[0, top])
            last = table.iloc[-1]
            charts.append(
                Chart(
                    f"fan-{column}-{number}", name,
                    f"Median {words.number(last.q50, 'persons')} at the end (90 %: "
                    f"{words.number(last.q05, 'persons')} to "
                    f"{words.number(last.q95, 'persons')}).",
                    figure, fan_table({name: table}, unit), unit=unit,
                )
            )  # fmt: skip
        blocks.append(Block(title, charts=charts))
    return Section(
        "over-time",
        "Side by side over time",
        "See each run's own spread on one scale: the line is the median, the bands hold 50 % and "
        "90 % of replicates. Spreads that overlap may still differ pair by pair.",
        blocks,
        tabs=True,
        short="Over time",
    )


def _tables(page: Page) -> Section:
    heads = [
        "outcome", "unit", page.names[0], "alternative", "difference", "95 % interval",
        "better in", "effect, SD", "correlation", "saved", "p (Holm)", "to settle", "so",
    ]  # fmt: skip
    blocks = []
    for number, (name, items) in enumerate(page.items.items()):
        rows = [_row(page.specs[id], item) for id, item in items.items()]
        table = Table(heads, rows, f"{name} against {page.names[0]}", f"all-{number}", True)
        blocks.append(Block(name, tables=[table]))
    return Section(
        "all",
        "Every outcome",
        "Look up any difference. Click a heading to sort, or copy the table into a spreadsheet. "
        "What the columns mean stands under the method.",
        blocks,
        tabs=len(blocks) > 1,
        short="Table",
    )


def _row(spec: OutcomeSpec, item: Comparison) -> list[Any]:
    low, middle, high = words.rounded(item, "")
    share = item.probability_better(spec.direction)
    if share is None:
        chance = Number("–")
    else:
        ends = wilson_interval(share, item.pairs)
        chance = Number(f"{share:.0%} ({ends[0]:.0%} to {ends[1]:.0%})", share)
    settle = item.replicates_to_settle
    verdict = better(item, spec.direction) or ("told" if item.told_from_zero else "")
    return [
        spec.label_en, spec.unit, Number(words.number(item.mean_a), item.mean_a),
        Number(words.number(item.mean_b), item.mean_b), Number(middle, item.difference),
        f"{low} to {high}", chance, Number(words.signed(item.effect), item.effect),
        Number(words.signed(item.correlation), item.correlation),
        Number(f"{item.variance_saved:.0%}", item.variance_saved),
        Number(p_text(item.p_adjusted), item.p_adjusted),
        Number(f"{settle:,.0f}" if settle < 1e7 else "–", settle if settle < 1e7 else None),
        verdict or ("the same" if item.low == item.high else "cannot be told from zero"),
    ]  # fmt: skip


def p_text(p: float) -> str:
    """A p value to two digits; the smallest as ``< 0.001``."""
    return "< 0.001" if p < 0.001 else f"{p:.2g}"


def _changed(page: Page) -> Section:
    first = page.runs[page.names[0]].scenario
    blocks = []
    for name in page.names[1:]:
        rows = [
            [change.path, _text(change.before), _text(change.after)]
            for change in difference(first, page.runs[name].scenario)
        ]
        table = Table(["what", page.names[0], name], rows, f"{len(rows)} differences", folded=True)
        blocks.append(Block(name, tables=[table]))
    return Section(
        "changed",
        "What was changed",
        "Check that only what you meant to change differs: each line may be the reason for a "
        "difference above.",
        blocks,
        short="Changes",
    )


def _text(value: Any) -> str:
    return "–" if value is None else str(value)

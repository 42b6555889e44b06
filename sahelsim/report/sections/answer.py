"""The first screen: the question, the answer in words, the headline numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sahelsim.experiment import Run
from sahelsim.report import words
from sahelsim.report.material import Material
from sahelsim.report.parts import Card
from sahelsim.report.quantiles import spread
from sahelsim.report.sections import legs
from sahelsim.report.words import number

CARDS = (
    "tonnes_to_tessalit", "tonnes_to_gao", "days_of_supply_tessalit",
    "days_of_supply_gao", "localities_held_share", "civilian_deaths", "military_deaths",
)  # fmt: skip
QUESTION = (
    "tonnes_to_tessalit", "tonnes_to_gao",
    "days_of_supply_tessalit", "days_of_supply_gao", "localities_held_share", "localities_lost",
    "siege_days", "garrison_days_without_food", "military_deaths", "civilian_deaths", "displaced",
)  # fmt: skip
TOWNS = ("tessalit", "kidal")
NIGER_CLAIM = "E017"


@dataclass(frozen=True)
class Answer:
    """The first screen.

    Attributes:
        lead: What the airlift delivered and what became of it, in sentences.
        changes: Other run's title to what this run has more or less of.
        cards: Headline numbers.
        notes: What the reader must know before believing any of it.
    """

    lead: list[str]
    changes: dict[str, list[str]]
    cards: list[Card]
    notes: list[str]


def build(material: Material) -> Answer:
    """The answer of a run, with what it changed against each paired run."""
    run = material.run
    return Answer(lead(material), changes(material), cards(material), notes(run))


def lead(material: Material) -> list[str]:
    """What was delivered, how long garrisons could hold out, who held what, who died."""
    run = material.run
    held = material.outcome(run, "localities_held_share")
    sentences = [
        words.airlift(material.outcome(run, "tonnes_delivered"), lent(material, material.name)),
        *legs.why_less(material),
    ]
    supply = [
        f"{name} {words.ranged(material.outcome(run, id), 'd')}"
        for name, id in (("Tessalit", "days_of_supply_tessalit"), ("Gao", "days_of_supply_gao"))
        if material.outcome(run, id).notna().any()
    ]
    if supply:
        sentences.append(
            f"On an average day the garrisons had supplies for: {words.joined(supply)}."
        )
    sentences.append(
        f"At the end the states held {words.ranged(held, 'share')} of "
        f"{len(material.theatre.localities)} places. Mali held "
        f"{words.joined([_town(material, town) for town in TOWNS])}."
    )
    civilians = words.ranged(material.outcome(run, "civilian_deaths"), "persons")
    soldiers = words.ranged(material.outcome(run, "military_deaths"), "persons")
    sentences.append(
        f"Killed in all three countries: civilians {civilians}; soldiers {soldiers}.".replace(
            " persons", ""
        )
    )
    return sentences


def lent(material: Material, name: str) -> pd.Series:
    """Tonnes that Niger's aircraft unloaded for Mali, by replicate."""
    rows = material.events[name]
    mine = rows[(rows["kind"] == "delivery") & (rows["actor"] == "ner") & (rows["target"] == "mli")]
    total = mine.groupby("replicate")["quantity"].sum()
    return total.reindex(material.runs[name].outcomes.index, fill_value=0.0).astype(float)


def _town(material: Material, town: str) -> str:
    """``Tessalit in 50 of 60 replicates (no-airlift: in 16 of 60 replicates)``."""
    name = material.theatre.locality(town).name
    mine, *others = (
        words.frequency(material.outcome(run, f"{town}_held")) for run in material.runs.values()
    )
    rest = [f"{run}: {text}" for run, text in zip(list(material.runs)[1:], others, strict=True)]
    return f"{name} {mine}" + (f" ({'; '.join(rest)})" if rest else "")


def changes(material: Material) -> dict[str, list[str]]:
    """Other run's title to the paired differences that answer the question."""
    result = {}
    for name, items in material.comparisons.items():
        other = material.runs[name]
        pairs = [(material.specs[id], items.get(id)) for id in QUESTION if id in items]
        result[f"{other.scenario.title} ({name})"] = words.changed(
            pairs, name, material.pairs(other)
        )
    return result


def cards(material: Material) -> list[Card]:
    """Headline numbers with ranges, and the paired difference from each other run."""
    result = [_lent_card(material)]
    for id in CARDS:
        spec = material.specs[id]
        known = spread(material.outcome(material.run, id))
        if not known:
            continue
        low, high = number(known["q05"], spec.unit), number(known["q95"], spec.unit)
        others, differences = [], []
        for name, items in material.comparisons.items():
            there = spread(material.outcome(material.runs[name], id))
            if there:
                span = f"{number(there['q05'], spec.unit)} to {number(there['q95'], spec.unit)}"
                others.append((name, f"{words.quantity(there['q50'], spec.unit)} ({span})"))
            if id in items:
                differences.append(f"Difference: {words.difference(items[id], spec.unit)}.")
        same = known["q05"] == known["q95"]
        result.append(
            Card(
                spec.label_en,
                words.quantity(known["q50"], spec.unit),
                "the same in every replicate" if same else f"90 % of replicates: {low} to {high}",
                others,
                differences,
            )
        )
    return result


def _lent_card(material: Material) -> Card:
    shown = {}
    for name in material.runs:
        known = spread(lent(material, name))
        shown[name] = (
            words.quantity(known["q50"], "t"),
            f"{number(known['q05'])} to {number(known['q95'])}" if known["q95"] else "",
        )
    value, span = shown.pop(material.name)
    return Card(
        "Delivered by Niger's aircraft for Mali",
        value,
        f"90 % of replicates: {span}" if span else "nothing in any replicate",
        [
            (name, f"{there} ({width})" if width else there)
            for name, (there, width) in shown.items()
        ],
    )


def notes(run: Run) -> list[str]:
    """The limits that stand on the first screen."""
    return [
        "This is a simulation seeded from documented events, not a prediction and not a finding "
        f"about the world. It shows {words.replicates(run.replicates)} of "
        f"{run.scenario.days} days from {words.long_date(run.scenario.start)}.",
        "That Niger's own aircraft flew for Mali rests on one publisher chain "
        f"({NIGER_CLAIM}, E055; confidence M), and nobody reports flights, tonnes or passengers: "
        "rates, loads and Niger's share are assumed and varied.",
        "Civilian deaths are always counted and shown. Nothing here is fit for choosing targets.",
    ]

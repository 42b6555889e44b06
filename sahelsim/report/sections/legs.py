"""Leg by leg: how often each was flown, what was on board, and what lending costs at home."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sahelsim.report import words
from sahelsim.report.figures.airlift import legs_figure
from sahelsim.report.material import Material, spreads
from sahelsim.report.parts import Block, Chart, Number, Table
from sahelsim.report.quantiles import spread
from sahelsim.report.words import number

MOST_LEGS = 8
Grids = dict[str, tuple[pd.DataFrame, pd.DataFrame]]  # run name to tonnes, sorties


def blocks(material: Material) -> list[Block]:
    """The legs of each aircraft on an ordered circuit, and a table of all legs; or nothing."""
    if not any(len(frame) for frame in material.sorties.values()):
        return []
    ordered = circuits(material)
    charts = [
        chart for tail, stops in ordered.items() if (chart := _chart(material, tail, stops))
    ]  # fmt: skip
    text = []
    if charts:
        mine = material.sorties[material.name]
        parts = [mine[_on_circuit(mine, tail, stops)] for tail, stops in ordered.items()]
        tonnes, sorties = tally(material, material.name, pd.concat(parts))
        text = [
            f"On the ordered circuits: {words.legs(tonnes, sorties)}",
            "A bar is what was on board, summed over the run; the number at its end is how often "
            "the leg was flown (medians; the thin line holds 90 % of replicates). What stays on "
            "board at a stop counts again on the next leg.",
        ]
    lines = material.keys()
    keys = [("fill", colour, label) for kind, colour, label in lines if kind.startswith("line")]
    return [
        Block(
            "Leg by leg", text, charts, [_every(material)], keys=keys if charts else [], wide=True
        )
    ]


def circuits(material: Material) -> dict[str, set[str]]:
    """Tail to the airfields of all circuits that orders of any run on the page name for it."""
    stops: dict[str, set[str]] = {}
    for run in material.runs.values():
        for order in run.scenario.orders:
            if order.arguments.get("route") and "tail" in order.arguments:
                route = str(order.arguments["route"]).split("-")
                stops.setdefault(str(order.arguments["tail"]), set()).update(route)
    return stops


def tally(material: Material, name: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tonnes on board and sorties of every leg of ``frame``: two grids [replicate, leg]."""
    label = {place.id: place.name for place in material.theatre.localities}
    leg = frame["start"].map(label) + "–" + frame["end"].map(label)
    groups = frame.groupby([frame["replicate"], leg])["tonnes"]
    index = material.runs[name].outcomes.index
    grids = (groups.sum().unstack(), groups.size().unstack())
    tonnes, sorties = (grid.reindex(index).fillna(0.0).astype(float) for grid in grids)
    return tonnes, sorties


def why_less(material: Material) -> list[str]:
    """A sentence for each other run in which all aircraft together delivered more.

    Only where the paired difference is told from zero, and the aircraft lent in this run stay with
    their owner there, fly longer legs here and unload less; else the reason would be another, and
    nothing is said.
    """
    mine = material.sorties[material.name]
    lent = sorted(set(mine["tail"][mine["owner"] != mine["user"]]))
    sentences = []
    for name, items in material.comparisons.items():
        item = items.get("tonnes_delivered")
        if not lent or item is None or not item.told_from_zero or item.difference >= 0.0:
            continue
        other = material.sorties[name]
        other = other[other["tail"].isin(lent)]
        if other.empty or (other["owner"] != other["user"]).any():
            continue
        here, there = (_work(material, run, lent) for run in (material.name, name))
        if here.km > there.km and here.tonnes < there.tonnes:
            sentences.append(words.less_by_lending(item, name, lent, here, there))
    return sentences


def _work(material: Material, name: str, tails: Sequence[str]) -> words.Work:
    """What some aircraft did in a run."""
    flown = material.sorties[name]
    flown = flown[flown["tail"].isin(tails)]
    count = len(material.runs[name].outcomes)
    frame = material.runs[name].frame("tails")
    unloaded = float(frame["tonnes_delivered"][frame["tail"].isin(tails)].sum())
    return words.Work(float(flown["km"].mean()), len(flown) / count, unloaded / count)


def _on_circuit(frame: pd.DataFrame, tail: str, stops: set[str]) -> pd.Series:
    inside = [start in stops and end in stops for start, end in frame["stops"]]
    return (frame["tail"] == tail) & pd.Series(inside, index=frame.index, dtype=bool)


def _chart(material: Material, tail: str, stops: set[str]) -> Chart | None:
    """The legs of one aircraft between the stops of its circuits, those most flown."""
    grids: Grids = {
        name: tally(material, name, frame[_on_circuit(frame, tail, stops)])
        for name, frame in material.sorties.items()
    }
    tonnes, sorties = grids[material.name]
    if not len(tonnes.columns):
        return None
    order = _by(pd.concat([grid.mean() for _, grid in grids.values()], axis=1))
    often = pd.concat([grid.median() for _, grid in grids.values()], axis=1).max(axis=1)
    first = str(tonnes.median().idxmax())
    usual = [leg for leg in order if often[leg] >= 1.0 and leg != first]
    shown = _in_sequence([first, *usual][:MOST_LEGS])
    tables = {
        name: tuple(spreads({leg: grid.get(leg, [0.0]) for leg in shown}) for grid in pair)
        for name, pair in grids.items()
    }
    return Chart(
        f"legs-{tail}",
        tail,
        f"{tail} flew {words.ranged(sorties.sum(axis=1), 'sorties')} between these stops. "
        f"{words.legs(tonnes, sorties)}",
        legs_figure(
            {name: pair[0] for name, pair in tables.items()},
            {name: pair[1] for name, pair in tables.items()},
        ),
        _table(order, grids, title="Numbers"),
        unit="t on board, by leg (from–to)",
    )


def _in_sequence(labels: list[str]) -> list[str]:
    """From the first label on, the legs one after another as they are flown, where they join."""
    left = list(labels)
    result: list[str] = []
    while left:
        end = result[-1].split("–", 1)[1] if result else ""
        follow = [leg for leg in left if result and leg.startswith(f"{end}–")]
        result.append((follow or left)[0])
        left.remove(result[-1])
    return result


def _by(amounts: pd.DataFrame) -> list[str]:
    """Legs by their greatest amount in any run, the greatest first."""
    return [
        str(leg) for leg in amounts.max(axis=1).sort_values(ascending=False, kind="stable").index
    ]


def _every(material: Material) -> Table:
    grids: Grids = {name: tally(material, name, frame) for name, frame in material.sorties.items()}
    order = _by(pd.concat([grid.mean() for grid, _ in grids.values()], axis=1))
    used = material.sorties[material.name]
    label = {place.id: place.name for place in material.theatre.localities}
    leg = used["start"].map(label) + "–" + used["end"].map(label)
    tails = {str(key): int(n) for key, n in used["tail"].groupby(leg).nunique().items()}
    return _table(order, grids, f"Every leg of all aircraft ({len(order)})", "leg-table", tails)


def _table(
    order: list[str], grids: Grids, title: str, id: str = "", tails: dict[str, int] | None = None
) -> Table:
    heads = ["leg (from–to)", *(["aircraft"] if tails is not None else [])]
    for name in grids:
        heads += [f"{name}: sorties, median (90 %)", f"{name}: t on board, median (90 %)"]
    rows = []
    for leg in order:
        row: list[str | Number] = [leg]
        if tails is not None:
            row.append(Number(str(tails.get(leg, 0)), float(tails.get(leg, 0))))
        for tonnes, sorties in grids.values():
            row += [_cell(sorties, leg, "sorties"), _cell(tonnes, leg, "t")]
        rows.append(row)
    return Table(heads, rows, title, id, sortable=bool(id), folded=True)


def _cell(grid: pd.DataFrame, leg: str, unit: str) -> Number:
    known = spread(grid.get(leg, [0.0]), counted=unit == "sorties")
    low, middle, high = (number(known[q], unit) for q in ("q05", "q50", "q95"))
    text = middle if low == high else f"{middle} ({low} to {high})"
    return Number(text, known["q50"])

"""Every policy in every future of a sweep, to choose from, and the map of what is chosen."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sahelsim.experiment.analysis.robustness import Robustness
from sahelsim.experiment.sweep import Sweep
from sahelsim.experiment.sweep.places import CellPlaces, count_places
from sahelsim.report import words
from sahelsim.report.analyses import spread
from sahelsim.report.analyses.common import plain, spec_of
from sahelsim.report.figures.parallel import Axis, parallel_figure
from sahelsim.report.figures.places import share_map
from sahelsim.report.parts import Block, Chart, Linked, Section, Table
from sahelsim.report.style import significant
from sahelsim.theatre import load_theatre

MOST_LINES = 800  # policies times futures drawn; about half a megabyte of the page
MOST_ROWS = 60  # of the table of lines
MOST_RESULTS = 3  # axes of outcomes
LINES, MAP = "every-future", "map-futures"
MEASURES = [
    ("held", "held by its state at the end"),
    ("armed", "held by an armed group at the end"),
    ("siege_days", "days of siege"),
]
NO_MAP = (
    "There is no map: these runs were stored before the places were kept with them. Run the sweep "
    "again into another folder to have one."
)


def sections(found: Sequence[Robustness], sweep: Sweep) -> list[Section]:
    """What the page of a sweep shows of its runs: how they spread, and every future."""
    futures = section(found, sweep)
    return [spread.section(found, sweep), *([futures] if futures is not None else [])]


def section(found: Sequence[Robustness], sweep: Sweep) -> Section | None:
    """The section; None where nothing is uncertain.

    Args:
        found: Each outcome's measures; the first one leads.
        sweep: The sweep they are of.
    """
    if not sweep.spec.uncertainties:
        return None
    policies = [str(name) for name in found[0].values.columns]
    whole = pd.Index(found[0].values.index)
    for one in found[1:]:
        whole = whole.intersection(one.values.index)
    shown = chosen(sweep.futures.loc[whole], len(policies))
    axes = axes_of(found, sweep, shown, policies)
    lines = Chart(
        LINES, "Every policy in every future",
        "A line is one policy in one future, its colour the policy; results are means over its "
        "replicates. ▲ more is better, ▼ less is better.",
        parallel_figure(axes, policies), _numbers(axes, sweep, shown, policies), size="lines",
    )  # fmt: skip
    names = list(sweep.spec.policies)
    counted = None
    if sweep.path is not None:
        most = sweep.replicates or sweep.spec.replication.most
        counted = count_places(sweep.path, names, shown, most)
    text = _account(shown, len(whole), len(policies))
    charts, data = [lines], _data(sweep, shown, policies)
    if counted is None:
        text.append(NO_MAP)
    else:
        order = [names.index(policy) for policy in policies]
        charts.append(_map(counted, order, policies))
        data |= _places(counted, order)
    linked = Linked(
        LINES, MAP if counted else "", data, presets(axes, found, shown, policies),
        MEASURES if counted else [],
    )  # fmt: skip
    return Section(
        "futures", "The futures and the map",
        "Drag along an axis, or move its ends with the arrow keys, to choose futures; the lines "
        "and the map then show those alone. See which places change hands with them.",
        [Block(text=text, charts=charts, linked=linked)], short="Futures and map",
    )  # fmt: skip


def chosen(futures: pd.DataFrame, policies: int) -> list[int]:
    """Futures that are drawn: all, or the hand-written ones and of the others evenly many.

    Args:
        futures: ``block`` of the complete futures, by number.
        policies: How many policies each is drawn for.
    """
    most = max(1, MOST_LINES // policies)
    every = sorted(int(future) for future in futures.index)
    if len(every) <= most:
        return every
    written = sorted(int(future) for future in futures.index[futures["block"] < 0])[:most]
    drawn = [future for future in every if future not in set(written)]
    at = np.linspace(0, len(drawn) - 1, most - len(written)).round().astype(int)
    return sorted([*written, *(drawn[k] for k in at)])


def axes_of(
    found: Sequence[Robustness], sweep: Sweep, shown: list[int], policies: list[str]
) -> list[Axis]:
    """The axes: the policy if there are several, what varies, outcomes, regret of the first."""
    n = len(shown)
    kind = np.repeat(np.arange(len(policies), dtype=np.float64), n)
    axes = []
    if len(policies) > 1:
        axes.append(Axis("policy", "choose", kind, categories=tuple(policies)))
    for name, one in sweep.spec.uncertainties.items():
        values = sweep.futures.loc[shown, name].to_numpy(dtype=np.float64)
        if values.min() < values.max():
            axes.append(
                Axis(plain(name).replace(".", " "), "unknown", np.tile(values, len(policies)),
                     _unit(one.unit))
            )  # fmt: skip
    for one in found[:MOST_RESULTS]:
        spec = spec_of(one.outcome)
        scale = 100.0 if spec.unit == "share" else 1.0
        axes.append(
            Axis(words.lower(spec.label_en), "result", scale * _by_policy(one.values, shown),
                 "%" if spec.unit == "share" else _unit(spec.unit), better=one.direction)
        )  # fmt: skip
    regret = _by_policy(found[0].regret, shown)
    if regret.max() > 0.0:
        lead = words.lower(spec_of(found[0].outcome).label_en)
        axes.append(
            Axis(f"regret: {lead}", "result", regret, _unit(spec_of(found[0].outcome).unit),
                 better="lower")
        )  # fmt: skip
    return axes


def _by_policy(table: pd.DataFrame, shown: list[int]) -> Any:
    return table.loc[shown].to_numpy(dtype=np.float64).T.ravel()


def _unit(unit: str) -> str:
    return "" if unit in words.PLAIN_UNITS else unit


def presets(
    axes: Sequence[Axis], found: Sequence[Robustness], shown: list[int], policies: list[str]
) -> list[tuple[str, int, float, float]]:
    """Choices worth a button: where a policy is best, and where a threshold is missed."""
    made = []
    if axes[-1].name.startswith("regret"):
        made.append(("Where each policy is best", len(axes) - 1, 0.0, 0.0))
    first = next(k for k, axis in enumerate(axes) if axis.group == "result")
    for k, one in enumerate(found[:MOST_RESULTS]):
        if one.threshold is None:
            continue
        values = _by_policy(one.values, shown)
        bad = values < one.threshold if one.direction == "higher" else values > one.threshold
        if bad.any() and not bad.all():
            spec = spec_of(one.outcome)
            side = "below" if one.direction == "higher" else "above"
            named = spec.unit in words.lower(spec.label_en).split()
            level = words.quantity(one.threshold, "" if named else spec.unit)
            places = axes[first + k].places[bad]
            made.append(
                (f"{spec.label_en} {side} {level}", first + k,
                 float(significant(places.min()) or 0.0), float(significant(places.max()) or 0.0))
            )  # fmt: skip
    return made


def _account(shown: list[int], whole: int, policies: int) -> list[str]:
    if len(shown) == whole:
        return []
    return [
        f"Drawn are {len(shown):,} of {whole:,} complete futures, {len(shown) * policies:,} lines: "
        "the hand-written ones, and others at even distances in the order in which they were "
        "made. Everything else on this page counts all."
    ]


def _labels(sweep: Sweep, shown: list[int]) -> list[str]:
    names = sweep.futures.loc[shown, "name"]
    return [
        str(future) if name is None else str(name)
        for future, name in zip(shown, names, strict=True)
    ]


def _data(sweep: Sweep, shown: list[int], policies: list[str]) -> dict[str, Any]:
    """Labels of the futures and runs of every line, in the order of the lines."""
    ok = sweep.runs[(sweep.runs["status"] == "ok") & sweep.runs["future"].isin(shown)]
    many = ok.groupby(["policy", "future"], observed=False).size()
    places = pd.MultiIndex.from_product([policies, shown])
    runs = many.reindex(places, fill_value=0)
    return {"futures": _labels(sweep, shown), "runs": [int(n) for n in runs]}


def _places(counted: CellPlaces, order: list[int]) -> dict[str, Any]:
    """Counts of every place, in the order of the lines, packed."""
    theatre = load_theatre()
    counts = counted.runs[:, order].T.ravel()
    return {
        "counted": [int(n) for n in counts],
        "places": [theatre.locality(id).name for id in counted.localities],
        "measures": {name: packed(getattr(counted, name), order) for name, _ in MEASURES},
    }


def packed(block: Any, order: list[int]) -> dict[str, str]:
    """Counts [futures, policies, places] as little-endian integers, policy by policy."""
    flat = block[:, order].transpose(1, 0, 2).ravel()
    kind = np.min_scalar_type(int(flat.max(initial=0))).newbyteorder("<")
    text = base64.b64encode(flat.astype(kind).tobytes()).decode()
    return {"type": f"u{kind.itemsize}", "data": text}


def _map(counted: CellPlaces, order: list[int], policies: list[str]) -> Chart:
    theatre = load_theatre()
    total = max(1, int(counted.runs[:, order].sum()))
    held = counted.held[:, order].sum(axis=(0, 1))
    shares = held / total
    names = [theatre.locality(id).name for id in counted.localities]
    texts = [f"{name}<br>held in {n} of {total} runs" for name, n in zip(names, held, strict=True)]
    by_policy = counted.held[:, order].sum(axis=0)
    runs = counted.runs[:, order].sum(axis=0)
    rows = [
        [names[k], *(f"{by_policy[p, k]} of {runs[p]}" for p in range(len(policies)))]
        for k in np.argsort(shares, kind="stable")
    ]
    sure, lost = int((shares >= 0.9).sum()), int((shares <= 0.1).sum())
    return Chart(
        MAP, "Where its state holds a place at the end",
        f"Over all runs drawn, {sure} of {len(names)} places end in their state's hands in at "
        f"least nine of ten runs, {lost} in at most one of ten. ± above is two standard errors "
        "over futures.",
        share_map(theatre, counted.localities, list(shares), texts),
        Table(["place", *policies], rows, "Numbers: runs in which the state holds it, by policy",
              folded=True),
        "map chance", "share of the runs chosen",
    )  # fmt: skip


def _numbers(axes: Sequence[Axis], sweep: Sweep, shown: list[int], policies: list[str]) -> Table:
    labels = _labels(sweep, shown)
    rows = []
    for k in range(min(MOST_ROWS, len(axes[0].values))):
        cells = [
            axis.categories[int(axis.values[k])] if axis.categories
            else words.signed(float(axis.values[k]))
            for axis in axes
        ]  # fmt: skip
        rows.append([labels[k % len(shown)], *cells])
    title = "Numbers" if len(rows) == len(axes[0].values) else f"Numbers of {len(rows)} lines"
    return Table(["future", *(axis.name for axis in axes)], rows, title, folded=True)

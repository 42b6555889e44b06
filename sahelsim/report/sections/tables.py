"""All outcomes; assumptions, parameters and sources; how to reproduce the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sahelsim.report import words
from sahelsim.report.material import Material
from sahelsim.report.parts import Block, Link, Number, Section, Table
from sahelsim.report.quantiles import spread
from sahelsim.report.words import number
from sahelsim.theatre.records import Parameter


def outcomes(material: Material) -> Section:
    """Every outcome of the register with its ranges and paired differences."""
    heads = ["outcome", "unit", "median", "5 %", "95 %", "basis"]
    for name in material.comparisons:
        heads += [f"difference from {name}", "95 % interval"]
    rows = []
    for id, spec in material.specs.items():
        if id not in material.run.outcomes:
            continue
        known = spread(material.outcome(material.run, id))
        cells: list[Any] = [spec.label_en, spec.unit]
        for q in ("q50", "q05", "q95"):
            cells.append(
                Number(number(known[q], spec.unit if spec.unit != "share" else ""), known[q])
                if known
                else Number("–")
            )
        cells.append(spec.confidence)
        for items in material.comparisons.values():
            item = items.get(id)
            if item is None:
                cells += [Number("–"), "–"]
                continue
            told = "" if item.told_from_zero or item.low == item.high else " (not told from zero)"
            low, middle, high = words.rounded(item, "")
            cells += [
                Number(middle, item.difference),
                f"{low} to {high}{told}",
            ]
        rows.append(cells)
    return Section(
        "outcomes",
        "Every outcome",
        "Look up any number: the median and the range of 90 % of replicates, and the mean paired "
        "difference with its 95 % interval. Click a heading to sort, or copy the table into a "
        "spreadsheet. ‘derived’ is counted in the run; ‘assumed’ rests on weights nobody measured.",
        [Block(tables=[Table(heads, rows, "All outcomes", "outcome-table", sortable=True)])],
        short="Outcomes",
    )


def assumptions(material: Material) -> Section:
    """What was taken for granted, what was set, what nobody knows, and where facts come from."""
    plan = material.run.scenario
    blocks = [
        Block(
            "What the scenario takes for granted",
            tables=[_taken(plan.assumptions)],
        )
    ]
    for name, other in list(material.runs.items())[1:]:
        extra = [item for item in other.scenario.assumptions if item not in plan.assumptions]
        if extra:
            blocks.append(
                Block(
                    f"What {name} takes for granted besides",
                    tables=[_taken(extra)],
                )
            )
    blocks.append(
        Block(tables=[_factors(material), _set(material), _assumed(material), _sources(material)])
    )
    return Section(
        "assumptions",
        "What this rests on",
        "See what a critic would question first: every assumption carries its basis, and every "
        "number that has no source is listed with its range.",
        blocks,
        short="Assumptions",
    )


def _taken(items: Iterable[Any]) -> Table:
    return Table(["assumption", "basis"], [[item.text, item.confidence] for item in items])


def _factors(material: Material) -> Table:
    rows = [
        [name.replace("_", " "), f"{number(item.low)} to {number(item.high)}", item.confidence,
         item.source, item.note or ""]
        for name, item in material.run.scenario.factors.items()
    ]  # fmt: skip
    return Table(
        ["factor", "range", "basis", "source", "why"],
        rows,
        f"{len(rows)} uncertain factors that a sweep may vary",
        folded=True,
    )


def _set(material: Material) -> Table:
    rows = []
    for name, run in material.runs.items():
        for id, value in run.manifest.get("parameters_set", {}).items():
            rows.append([name, id, number(float(value)), _default(material, id)])
        for key, value in run.manifest.get("overrides", {}).items():
            rows.append([name, key, str(value), "set on the command line"])
    return Table(
        ["run", "parameter", "value", "default and range"],
        rows,
        f"{len(rows)} values set by the scenario or the command line",
        folded=True,
    )


def _default(material: Material, id: str) -> str:
    if id not in material.theatre.parameters:
        return "–"
    record = material.theatre.parameters.record(id)
    return f"{number(record.value)} ({number(record.low)} to {number(record.high)})"


def _records(material: Material) -> list[Parameter]:
    return [material.theatre.parameters.record(id) for id in material.theatre.parameters.ids]


def _assumed(material: Material) -> Table:
    used = material.run.manifest.get("parameters", {})
    rows = [
        [record.id, record.description, number(float(used.get(record.id, record.value))),
         record.unit, f"{number(record.low)} to {number(record.high)}", record.reference]
        for record in _records(material)
        if record.confidence == "assumed"
    ]  # fmt: skip
    return Table(
        ["parameter", "what it is", "value", "unit", "range", "reference"],
        rows,
        f"{len(rows)} parameters that are assumed, with their ranges",
        folded=True,
    )


def _sources(material: Material) -> Table:
    publishers: dict[tuple[str, str], list[str]] = {}
    for event in material.documented:
        if event.url:
            publishers.setdefault((event.publisher, event.url), []).append(event.id)
    rows: list[list[Any]] = [
        [publisher, Link(url, url), ", ".join(ids)] for (publisher, url), ids in publishers.items()
    ]
    rows += [
        ["Parameter reference", reference, ""]
        for reference in sorted({r.reference for r in _records(material)} - {"assumed"})
    ]
    return Table(["publisher", "address", "events"], rows, f"{len(rows)} sources", folded=True)


def reproduce(material: Material) -> list[tuple[str, str]]:
    """Command, seed, hashes and versions of every run on the page."""
    rows = []
    for name, run in material.runs.items():
        manifest = run.manifest
        packages = ", ".join(f"{k} {v}" for k, v in manifest.get("packages", {}).items())
        hashes = [
            f"{key.replace('_', ' ')} {str(manifest.get(f'{key}_hash', ''))[:16]}"
            for key in ("scenario", "parameters", "source_data", "model")
        ]
        seconds = number(float(manifest.get("duration_s", 0.0)))
        facts = {
            "command": manifest.get("command", ""),
            "seed and replicates": f"{manifest['seed']}, {manifest['replicates']}",
            "specification": manifest.get("specification", ""),
            "hashes": " · ".join(hashes),
            "versions": f"sahelsim {manifest.get('version')}, Python {manifest.get('python')}, "
            f"{packages}",
            "finished": f"{manifest.get('finished', '')}, after {seconds} s on "
            f"{manifest.get('platform', '')}",
        }
        rows += [(f"{name}: {key}", str(value)) for key, value in facts.items()]
    return rows

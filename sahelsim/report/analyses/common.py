"""What the pages of analyses share: names in words, limits, how to make them again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sahelsim.report.parts import Block, Section
from sahelsim.report.words import alike, signed
from sahelsim.theatre import load_theatre
from sahelsim.theatre.records import OutcomeSpec

LIMIT = (
    "Results of simulated runs, not findings about the world: they hold for the ranges that were "
    "varied and for this model of sieges, roads and alliances."
)
HARM = (
    "Every run counts civilian deaths: look at them too before you choose (outcome "
    "civilian_deaths). Nothing here is fit for choosing targets."
)


def spec_of(outcome: str) -> OutcomeSpec:
    """The register's entry of an outcome."""
    return load_theatre().outcome(outcome)


def plain(name: str) -> str:
    """An input's or policy's id as it is read: without underscores."""
    return name.replace("_", " ")


def span(low: float, high: float, unit: str = "") -> str:
    """``(95 % interval 1.2 to 3.4)``, or that none can be given."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "(no interval: too few futures drawn)"
    shown = f"{signed(low, unit)} to {signed(high, unit)}"
    return f"(95 % interval {shown})"


def cell(value: float, low: float, high: float) -> str:
    """``0.62 (0.51 to 0.70)`` for a table."""
    if not math.isfinite(low):
        return signed(value)
    first, middle, last = alike(low, value, high)
    return f"{middle} ({first} to {last})"


def provenance(manifest: dict[str, Any], command: str) -> list[tuple[str, str]]:
    """Command, hashes and versions of the runs an analysis rests on."""
    rows = [("command", command)]
    known = (
        ("runs made by", "command"), ("specification", "specification"), ("seed", "seed"),
        ("model", "model_hash"), ("documented world", "source_data_hash"),
        ("sahelsim", "version"), ("Python", "python"),
    )  # fmt: skip
    return rows + [(label, str(manifest[key])) for label, key in known if key in manifest]


def ranges_flag(confidences: Sequence[str]) -> str:
    """How well the ranges that were varied are known, in a few words; nothing if none was."""
    assumed = sum(word == "assumed" for word in confidences)
    if assumed:
        return f"{assumed} of {len(confidences)} ranges assumed"
    return "ranges from sources" if confidences else ""


def method(lines: list[str]) -> Section:
    """The section that says how the numbers came about."""
    return Section(
        "method",
        "How it was reckoned",
        "Read this before quoting a number.",
        [Block(text=lines)],
        short="Method",
    )

"""The numbers that a change may not move unannounced: a few outcomes of every shipped scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sahelsim.model import SahelModel
from sahelsim.scenario import load_scenario, shipped_scenarios

FILE = Path(__file__).with_name("summary.yaml")
SEED, REPLICATES = 1, 3
# deaths of all kinds, sieges, aircraft, diplomacy: whole numbers, the same on every platform
COUNTS = (
    "military_deaths", "insurgent_deaths", "civilian_deaths", "militia_deaths",
    "localities_lost", "siege_days", "garrison_days_without_food", "aircraft_lost",
)  # fmt: skip
LEVELS = (
    "tonnes_delivered", "tonnes_by_road", "mission_capable_rate", "displaced",
    "localities_held_share", "alliance_cohesion", "precedent_index",
)  # fmt: skip
CLOSE = 1e-9  # relative

Summary = dict[str, list[Any]]


def summarise(name: str) -> Summary:
    """Outcomes of one shipped scenario by replicate, at central parameters; None: does not apply.

    The number of events says more than any outcome about draws that moved.
    """
    found: Summary = {id: [] for id in (*COUNTS, *LEVELS, "events")}
    plan = load_scenario(name)
    for replicate in range(REPLICATES):
        model = SahelModel(plan, seed=SEED, replicate=replicate, parameters="central").run_for()
        outcomes = model.outcomes()
        for id in COUNTS:
            value = outcomes[id]
            found[id].append(None if value != value else int(value))
        for id in LEVELS:
            value = float(outcomes[id])
            found[id].append(None if value != value else value)
        found["events"].append(int(model.world.events.count[0]))
        model.remove_all_agents()
    return found


def differences(kept: Summary, now: Summary) -> list[str]:
    """What differs, in words: whole numbers must be equal, real ones within 1e-9 of themselves."""
    lines = []
    for id in sorted(kept.keys() | now.keys()):
        before, after = kept.get(id), now.get(id)
        if (
            before is None
            or after is None
            or len(before) != len(after)
            or not all(_same(a, b) for a, b in zip(before, after, strict=True))
        ):
            lines.append(f"{id}: {before} -> {after}")
    return lines


def _same(a: Any, b: Any) -> bool:
    if a is None or b is None or (isinstance(a, int) and isinstance(b, int)):
        return bool(a == b)
    return abs(a - b) <= CLOSE * max(abs(a), abs(b))


def read() -> dict[str, Summary]:
    """The kept numbers by scenario."""
    kept: dict[str, Summary] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return kept


def write(summaries: dict[str, Summary]) -> None:
    """Replace the kept numbers."""
    lines = [
        "# Outcomes of every shipped scenario: seed 1, replicates 0 to 2, central parameters.",
        "# Written by `make renew-regression`; never by hand. A change of this file is a change of",
        "# results: the changelog has an entry that begins with **Changes results**.",
    ]
    for name, summary in summaries.items():
        lines.append(f"{name}:")
        for id, values in summary.items():
            lines.append(f"  {id}: [{', '.join(map(_shown, values))}]")
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shown(value: Any) -> str:
    """A number with every digit, as YAML 1.1 reads numbers: its powers of ten want a point."""
    text = "null" if value is None else repr(value)
    return text.replace("e", ".0e") if value is not None and "." not in text else text


def names() -> list[str]:
    """Names of the shipped scenarios."""
    return [name for name, _ in shipped_scenarios()]

"""Everything that the project ships about observed conflict, made from one file of events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from sahelsim.base.errors import UsageError
from sahelsim.calibration.derive import (
    COUNTRIES_FILE,
    FIRST_MONTH,
    FIRST_PLACE_MONTH,
    MONTHS_FILE,
    country_series,
    place_months,
    write_figures,
)
from sahelsim.calibration.observed_facts import FACTS_FILE, WINDOW, observe
from sahelsim.calibration.sizes import SIZES_FILE, count_sizes
from sahelsim.experiment.files import telling, write_bytes

DIGITS = 6  # of the facts: what the bootstrap can tell, and the same on every platform


def write_shipped(
    events: pd.DataFrame,
    folder: Path,
    *,
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Path]:
    """Derive and write the monthly figures, the sizes and the facts; no single event gets there.

    Facts are left out where the events do not cover their window.

    Args:
        events: Canonical table.
        folder: Where to write; made if need be.
        force: Replace files that are there.
        progress: Called with 1 after each resample of the facts.

    Returns:
        The files written.

    Raises:
        UsageError: SS1008, a file exists already.
        EnvironmentFault: SS6010, the folder cannot be written.
    """
    names = [MONTHS_FILE, COUNTRIES_FILE, SIZES_FILE]
    first, last = int(events["month_id"].min()), int(events["month_id"].max())
    whole = first <= WINDOW.first and last >= WINDOW.last
    paths = [folder / name for name in [*names, *([FACTS_FILE] if whole else [])]]
    for path in paths:
        if path.exists() and not force:
            raise UsageError(
                "SS1008", f"the file exists already: {path}",
                hint="choose another folder, or add --force",
            )  # fmt: skip
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
    late = events[events["month_id"] >= FIRST_PLACE_MONTH]
    write_figures(folder / MONTHS_FILE, place_months(late))
    write_figures(folder / COUNTRIES_FILE, country_series(events, min(FIRST_MONTH, first), last))
    write_figures(folder / SIZES_FILE, count_sizes(late))
    if whole:
        facts = observe(events, progress=progress)
        text = facts.to_csv(index=False, lineterminator="\n", float_format=f"%.{DIGITS}g")
        write_bytes(folder / FACTS_FILE, text.encode("utf-8"))
    return paths

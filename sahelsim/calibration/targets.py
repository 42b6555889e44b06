"""Targets: the observed summaries, and how far from them a good model may lie.

The tolerance of a summary has two parts, added as variances: the chance of the observed months
themselves (moving-block bootstrap, Künsch 1989) and the model's discrepancy, which is assumed and
stands in the calibration file.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from sahelsim.calibration.panel import Panel, observed_panel
from sahelsim.calibration.summaries import summarise_panel, summary_ids
from sahelsim.theatre.actors import N_STATES

Floats = npt.NDArray[np.float64]


class Targets(NamedTuple):
    """Observed summaries ``K``.

    Attributes:
        ids: ``<state>.<summary>``.
        value: [K] observed.
        chance: [K] standard deviation by block bootstrap.
        discrepancy: [K] standard deviation of the model's discrepancy.
    """

    ids: tuple[str, ...]
    value: Floats
    chance: Floats
    discrepancy: Floats

    @property
    def tolerance(self) -> Floats:
        """[K] both together, as a standard deviation."""
        return np.hypot(self.chance, self.discrepancy)

    @property
    def digest(self) -> str:
        """SHA-256 of ids and numbers."""
        numbers = b"".join(part.tobytes() for part in self[1:])
        return hashlib.sha256(",".join(self.ids).encode() + numbers).hexdigest()

    def table(self) -> pd.DataFrame:
        """Rows summary, observed, chance_sd, discrepancy_sd."""
        return pd.DataFrame(
            {
                "summary": self.ids,
                "observed": self.value,
                "chance_sd": self.chance,
                "discrepancy_sd": self.discrepancy,
            }
        )


def observed_targets(
    first: int,
    last: int,
    discrepancy: dict[str, float],
    *,
    samples: int,
    block: int,
    seed: int,
    events: pd.DataFrame | None = None,
) -> Targets:
    """The targets of the months ``first`` to ``last``.

    Args:
        first: First month_id.
        last: Last month_id.
        discrepancy: Which summaries, and the standard deviation of each one's discrepancy.
        samples: Bootstrap samples.
        block: Months of a block.
        seed: Seed of the bootstrap.
        events: A canonical table of events that replaces the shipped figures.
    """
    panel = observed_panel(first, last, events)
    names = tuple(discrepancy)
    return Targets(
        summary_ids(names),
        summarise_panel(panel, names),
        chance(panel, names, samples, block, seed),
        np.repeat([discrepancy[name] for name in names], N_STATES).astype(np.float64),
    )


def chance(panel: Panel, names: tuple[str, ...], samples: int, block: int, seed: int) -> Floats:
    """Standard deviations of the summaries of a panel, from blocks of months drawn again."""
    count = len(panel.deaths)
    block = min(block, count)
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(samples):
        starts = generator.integers(0, count - block + 1, -(-count // block))
        months = (starts[:, None] + np.arange(block)).ravel()[:count]
        drawn.append(summarise_panel(panel, names, months))
    return np.std(drawn, axis=0, ddof=1)

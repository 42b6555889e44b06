"""The observed values of the stylised facts, with intervals from a block bootstrap.

Blocks of :data:`BLOCK_MONTHS` successive months are drawn with replacement from the window, whose
end is joined to its beginning [Politis & Romano 1992, circular block bootstrap], so that what is
near in time stays together; every fact is measured on each of the :data:`RESAMPLES` series. The
interval is the middle 90 % of them, moved so that their median lies on the observed value: a
resample repeats some months and lacks others, which by itself makes violence look more concentrated
and less persistent. For a maximum, a dispersion or a correlation over time it is rough.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.calibration.event_table import month_start, parse_month
from sahelsim.calibration.facts import FACTS, measure
from sahelsim.calibration.sample import Floats, Ints, Sample, Window, resampled, sample
from sahelsim.model.draws import make_key, uniform_grid

FACTS_FILE = "observed_facts.csv"
WINDOW = Window(parse_month("2020-01"), parse_month("2023-07"))
BLOCK_MONTHS = 6
RESAMPLES = 400
BLOCK_PROCESS = 9_102  # outside the model's processes
LEVELS = (0.05, 0.95)

_DATA = Path(__file__).with_name("data")


def observe(
    events: pd.DataFrame,
    window: Window = WINDOW,
    *,
    resamples: int = RESAMPLES,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Measure every fact on observed events, with its interval.

    Args:
        events: Canonical table.
        window: Months that are measured.
        resamples: Number of resampled series.
        progress: Called with 0 first, then with 1 after each.

    Returns:
        One row per fact: ``id``; ``value``; ``low, high`` (90 % interval, in the fact's unit);
        ``error`` (standard deviation over the resamples, of the logarithm where the fact's scale is
        log). What is not defined is NaN.

    Raises:
        InputError: SS7014, the window has no event.
    """
    data = sample(events, window)
    values = np.array(list(measure(data).values()))
    if progress is not None:
        progress(0)
    series = np.array(
        [_measured(data, months, progress) for months in block_months(window.months, resamples)]
    )
    table = pd.DataFrame({"id": list(FACTS), "value": values})
    table[["low", "high"]] = [
        _interval(id, value, series[:, k])
        for k, (id, value) in enumerate(zip(FACTS, values, strict=True))
    ]
    table["error"] = spread(series)
    return table


def _interval(id: str, value: float, resamples: Floats) -> tuple[float, float]:
    """The 90 % interval around an observed value, on the scale of its fact."""
    known = scaled(id, resamples)
    if not np.isfinite(value) or known.size == 0:
        return float("nan"), float("nan")
    low, middle, high = np.quantile(known, (LEVELS[0], 0.5, LEVELS[1]))
    (at,) = scaled(id, np.array([value]))
    ends = np.array([at + low - middle, at + high - middle])
    if FACTS[id].scale == "log":
        ends = np.exp(ends)
    return float(ends[0]), float(ends[1])


def _measured(data: Sample, months: Ints, progress: Callable[[int], None] | None) -> list[float]:
    found = list(measure(resampled(data, months)).values())
    if progress is not None:
        progress(1)
    return found


def block_months(months: int, resamples: int, block: int = BLOCK_MONTHS) -> Ints:
    """Keyed circular blocks: which original month each month of a resample is [R, M]."""
    blocks = -(-months // block)
    starts = (uniform_grid(make_key(1), BLOCK_PROCESS, 0, resamples, blocks) * months).astype(int)
    within = np.arange(block)
    chosen = (starts[:, :, None] + within) % months
    return np.asarray(chosen.reshape(resamples, blocks * block)[:, :months], dtype=np.int64)


def quantiles(series: Floats, levels: tuple[float, ...]) -> Floats:
    """Quantiles of each fact over rows [R, facts], passing over NaN; NaN where all are."""
    found = np.full((len(levels), series.shape[1]), np.nan)
    some = np.isfinite(series).any(axis=0)
    found[:, some] = np.nanquantile(series[:, some], levels, axis=0)
    return found


def spread(series: Floats) -> Floats:
    """Standard deviation of each fact over rows [R, facts], on the fact's own scale."""
    columns = [scaled(id, series[:, k]) for k, id in enumerate(FACTS)]
    return np.array([column.std() if column.size else np.nan for column in columns])


def scaled(id: str, values: Floats) -> Floats:
    """Finite values of a fact on the scale on which its misfit is judged."""
    finite = values[np.isfinite(values)]
    if FACTS[id].scale == "log":
        return np.log(np.maximum(finite, 1e-9))
    return finite


def observed_facts(window: Window = WINDOW) -> pd.DataFrame:
    """The shipped table, in the form of :func:`observe`.

    Raises:
        InputError: SS7015, the window is another one than that of the table.
    """
    if window != WINDOW:
        raise InputError(
            "SS7015",
            f"the shipped facts are those of {month_start(WINDOW.first):%Y-%m} to "
            f"{month_start(WINDOW.last):%Y-%m}",
            hint="give the events of your months with --events",
        )
    return _shipped().copy()


@cache
def _shipped() -> pd.DataFrame:
    return pd.read_csv(_DATA / FACTS_FILE)

"""Scores of an ensemble of counts: CRPS, ignorance, interval score, coverage and PIT.

The continuous ranked probability score is that of :func:`sahelsim.planner.scoring.crps` on the
draws as supplied. All other conventions are those of the VIEWS prediction challenge [Hegre et al.
2024, arXiv 2407.11045]; the PIT of counts is the non-randomised one [Czado, Gneiting and Held
2009, Biometrics 65:1254]. Lower scores are better.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sahelsim.planner.scoring import crps

Floats = NDArray[np.float64]

IGN_EDGES = np.array([0.0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5, np.inf])
IGN_DRAWS = 1000  # the challenge counts a thousand draws
MIS_ALPHA = 0.1
COVERAGE = (0.50, 0.80, 0.95)
PIT_BINS = 10
__all__ = ["COVERAGE", "covered", "crps", "ignorance", "interval_score", "pit", "pit_histogram"]


def ignorance(draws: Any, observed: Any) -> Floats:
    """Ignorance, -log2 of the probability given to the observed bin [bits].

    p = (1000 s + 1) / 1011 with s the share of draws in the observed one of eleven bins: what the
    challenge computes from a thousand draws. An ensemble of another size counts as if its draws
    were repeated until they are a thousand; the challenge instead resamples it by Fourier
    transform, which mixes neighbouring draws and makes their order matter.

    Args:
        draws: [..., M] counts.
        observed: [...] counts.
    """
    bins = np.searchsorted(IGN_EDGES, np.asarray(draws, dtype=np.float64), side="right")
    seen = np.searchsorted(IGN_EDGES, np.asarray(observed, dtype=np.float64), side="right")
    share = (bins == seen[..., None]).mean(axis=-1)
    n_bins = len(IGN_EDGES) - 1
    return np.asarray(-np.log2((share * IGN_DRAWS + 1.0) / (IGN_DRAWS + n_bins)))


def interval_score(draws: Any, observed: Any, alpha: float = MIS_ALPHA) -> Floats:
    """Interval score of the central 1 - alpha interval (U, L: linear quantiles) [deaths].

    (U - L) + (2 / alpha) (L - y)+ + (2 / alpha) (y - U)+ [Gneiting and Raftery 2007]; its mean
    over cases is the challenge's MIS.
    """
    y = np.asarray(observed, dtype=np.float64)
    low, high = np.quantile(
        np.asarray(draws, dtype=np.float64), [alpha / 2, 1 - alpha / 2], axis=-1
    )
    misses = np.maximum(low - y, 0.0) + np.maximum(y - high, 0.0)
    return np.asarray(high - low + 2.0 / alpha * misses)


def covered(draws: Any, observed: Any, level: float) -> NDArray[np.bool_]:
    """Whether the central interval of ``level`` (linear quantiles, ends included) holds y."""
    y = np.asarray(observed, dtype=np.float64)
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(np.asarray(draws, dtype=np.float64), [tail, 1.0 - tail], axis=-1)
    return np.asarray((low <= y) & (y <= high))


def pit(draws: Any, observed: Any) -> tuple[Floats, Floats]:
    """Ends of the probability integral transform of counts: P(X < y) and P(X <= y)."""
    x = np.asarray(draws, dtype=np.float64)
    y = np.asarray(observed, dtype=np.float64)[..., None]
    return np.asarray((x < y).mean(axis=-1)), np.asarray((x <= y).mean(axis=-1))


def pit_histogram(low: Any, high: Any, bins: int = PIT_BINS) -> Floats:
    """Share of the PIT in each of ``bins`` equal bins; a calibrated forecast gives 1 / bins.

    Each case is spread evenly over [P(X < y), P(X <= y)], a point where both are equal.
    """
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    edges = np.linspace(0.0, 1.0, bins + 1)
    width = np.maximum(high - low, 1e-9)
    # A point at 1 belongs to the last bin.
    start = np.minimum(low, 1.0 - width)
    reached = np.clip((edges[:, None] - start) / width, 0.0, 1.0)
    return np.asarray(np.diff(reached.mean(axis=1)))

"""Which policy holds up: regret and satisficing over futures, with intervals.

The measures are those of McPhail et al. (2018, https://doi.org/10.1002/2017EF000649). Regret of a
policy in a future is how much worse it is there than the best policy; *satisficing* (Starr's
domain) is the share of futures in which a threshold is met. Intervals are bootstrap intervals over
drawn futures, all policies resampled together, since they share draws within a future; a share has
Wilson's. Hand-written futures are shown and not counted: nobody drew them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.experiment.analysis.responses import responses
from sahelsim.experiment.comparison import bootstrap_indices, wilson_interval

Floats = npt.NDArray[np.float64]
LEAST_FOR_INTERVAL = 5


@dataclass(frozen=True)
class Robustness:
    """One outcome over futures and policies.

    Attributes:
        outcome: Outcome id.
        direction: ``higher`` or ``lower``.
        threshold: What is good enough; None if there is none.
        values: Mean over replicates [future, policy], complete futures.
        regret: Worse than the best policy of the future by so much [future, policy].
        counted: Futures that the measures are over.
        reference: The policy that others are held against, or None.
        measures: Index policy; columns (measure, ``value`` | ``low`` | ``high``). Measures are
            ``mean``, ``difference``, ``worst``, ``regret_max``, ``regret_p90``, ``best``,
            ``satisficing``; ``difference`` is the mean paired difference from the reference.
        account: What was left out, in words.
    """

    outcome: str
    direction: str
    threshold: float | None
    values: pd.DataFrame
    regret: pd.DataFrame
    counted: list[int]
    measures: pd.DataFrame
    account: str
    reference: str | None = None

    def most_robust(self, measure: str = "regret_max") -> str:
        """The policy that is best by a measure; the first of equals."""
        column = self.measures[(measure, "value")]
        more_is_better = measure in ("best", "satisficing") or (
            measure in ("mean", "worst") and self.direction == "higher"
        )
        return str(column.idxmax() if more_is_better else column.idxmin())


def robustness(
    futures: pd.DataFrame,
    runs: pd.DataFrame,
    outcome: str,
    direction: str,
    threshold: float | None = None,
    missing: pd.DataFrame | None = None,
    reference: str | None = None,
    least_policies: int = 2,
) -> Robustness:
    """Regret and satisficing of every policy; arguments as of :func:`responses`.

    Args:
        futures: The futures.
        runs: The runs of two policies or more.
        outcome: Outcome id.
        direction: ``higher`` or ``lower``: which way is better.
        threshold: At least this is good enough where higher is better, at most where lower is.
        missing: Planned runs without a row.
        reference: The policy whose paired difference from each other one is measured.
        least_policies: With 1, also a single policy is measured; it has no regret.

    Raises:
        InputError: SS4207, fewer policies, or no better direction; SS4204, too few
            complete futures.
    """
    policies = list(dict.fromkeys(str(name) for name in runs["policy"]))
    if len(policies) < least_policies:
        raise InputError("SS4207", "regret needs two policies or more", hint="add one to the sweep")
    if direction not in ("higher", "lower"):
        raise InputError(
            "SS4207",
            f"neither way of {outcome} is better",
            hint="choose an outcome with a direction",
        )
    found = {
        policy: responses(futures, runs, outcome, policy, missing=missing) for policy in policies
    }
    values = pd.DataFrame({name: one.frame["response"] for name, one in found.items()}).dropna()
    if len(values) < 2:
        raise InputError("SS4204", "fewer than two futures are complete under every policy")
    good = values if direction == "higher" else -values
    regret = good.rsub(good.max(axis=1), axis=0)
    drawn = [int(future) for future in values.index if futures["block"].loc[future] >= 0]
    counted = (
        drawn if len(drawn) >= LEAST_FOR_INTERVAL else [int(future) for future in values.index]
    )
    intervals = len(drawn) >= LEAST_FOR_INTERVAL
    if reference not in values.columns:  # no run of it yet
        reference = None
    measures = _measures(values.loc[counted], direction, threshold, intervals, reference)
    left_out = len(futures) - len(values)
    account = (
        f"{left_out} of {len(futures)} futures lack a run under some policy and are left out."
        if left_out
        else f"All {len(futures)} futures are complete under every policy."
    )
    return Robustness(
        outcome, direction, threshold, values, regret, counted, measures, account, reference
    )  # fmt: skip


def _measures(
    values: pd.DataFrame,
    direction: str,
    threshold: float | None,
    intervals: bool,
    reference: str | None,
) -> pd.DataFrame:
    sign = 1.0 if direction == "higher" else -1.0
    good = sign * values.to_numpy(dtype=np.float64)  # [future, policy], more is better
    n = len(good)
    base = None if reference is None else list(map(str, values.columns)).index(reference)
    whole = _statistics(good[None], base)
    again = _statistics(good[bootstrap_indices(n, 1_000)], base) if intervals else None
    columns: dict[tuple[str, str], Floats] = {}
    for name, value in whole.items():
        flip = sign if name in ("mean", "worst", "difference") else 1.0
        columns[name, "value"] = flip * value[0]
        ends = (
            np.quantile(flip * again[name], (0.025, 0.975), axis=0)
            if again is not None
            else np.full((2, good.shape[1]), np.nan)
        )
        columns[name, "low"], columns[name, "high"] = ends
    if threshold is not None:
        met = (good >= sign * threshold).mean(axis=0)
        columns["satisficing", "value"] = met
        ends = np.array([wilson_interval(float(share), n) for share in met]).T
        columns["satisficing", "low"], columns["satisficing", "high"] = ends
    return pd.DataFrame(columns, index=values.columns)


def _statistics(good: Floats, base: int | None = None) -> Mapping[str, Floats]:
    """Measures [resample, policy] of goodness [resample, future, policy]; ``base`` is a policy."""
    regret = good.max(axis=2, keepdims=True) - good
    best = regret == 0.0
    quantile: Callable[..., Floats] = np.quantile
    mean = good.mean(axis=1)
    return {
        "mean": mean,
        **({} if base is None else {"difference": mean - mean[:, base : base + 1]}),
        "worst": good.min(axis=1),
        "regret_max": regret.max(axis=1),
        "regret_p90": quantile(regret, 0.9, axis=1),
        "best": (best / best.sum(axis=2, keepdims=True)).mean(axis=1),
    }

"""Burden sharing, pooled reserves and earned trust.

Sources: Olson and Zeckhauser 1966, "An economic theory of alliances", Review of Economics and
Statistics 48:266; Sandler and Hartley 2001, Journal of Economic Literature 39:869 (joint
product); Eppen 1979 (pooling); Josang and Ismail 2002 (Beta reputation).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sahelsim.planner.checks import not_negative, positive, share


def nash_contributions(
    incomes: Sequence[float], taste: float, price: float = 1.0, private_share: float = 0.0
) -> NDArray[np.float64]:
    """What each state gives to a common good when nobody can be made to pay.

    Best replies q_c = max(0, beta Y_c / p - (1 - delta)(1 - beta) Q_-c), solved exactly: the
    richest m states pay for one m only.

    Args:
        incomes: Y_c, one per state.
        taste: beta, weight of the common good in a Cobb-Douglas utility, 0-1.
        price: p, of one unit of the common good.
        private_share: delta, share of the benefit that only the giver enjoys, 0-1.

    Returns:
        Contributions in the order of the incomes, shape (states,).
    """
    share(taste=taste, private_share=private_share)
    positive(taste=taste, price=price)
    wanted = taste * np.asarray(incomes, dtype=np.float64) / price
    slope = (1.0 - private_share) * (1.0 - taste)
    # In equilibrium (1 - slope) q_c = max(0, wanted_c - slope Q) with Q the sum over states.
    richest = np.sort(wanted)[::-1]
    total = 0.0
    for paying in range(1, richest.size + 1):
        total = float(richest[:paying].sum()) / (1.0 - slope + slope * paying)
        if paying == richest.size or richest[paying] <= slope * total:
            break
    return np.maximum(0.0, wanted - slope * total) / (1.0 - slope)


def social_optimum(
    incomes: Sequence[float], taste: float, price: float = 1.0
) -> NDArray[np.float64]:
    """What each state would give if all agreed to pay its wanted share: beta Y_c / p."""
    share(taste=taste)
    positive(price=price)
    return taste * np.asarray(incomes, dtype=np.float64) / price


def pooling_ratio(states: int, correlation: float) -> float:
    """Pooled reserve over the sum of separate ones, equal states: sqrt((1 + (n-1) rho) / n)."""
    positive(states=states)
    return math.sqrt(max(0.0, 1.0 + (states - 1) * correlation) / states)


def pooled_reserve(service_z: float, deviations: ArrayLike, correlation: ArrayLike) -> float:
    """Reserve that a pool needs at service level z: z sqrt(sigma' R sigma).

    Args:
        service_z: Standard normal quantile of the service level.
        deviations: Standard deviations of demand, shape (states,).
        correlation: Correlation matrix R, shape (states, states).
    """
    sigma = np.asarray(deviations, dtype=np.float64)
    return float(service_z * math.sqrt(sigma @ np.asarray(correlation, dtype=np.float64) @ sigma))


@dataclass(frozen=True)
class BetaTrust:
    """Trust of one state in another: fading counts of promises kept and broken.

    Attributes:
        kept: A, fading weight of promises kept (prior 1).
        broken: B, fading weight of promises broken (prior 1).
    """

    kept: float = 1.0
    broken: float = 1.0

    @property
    def trust(self) -> float:
        """A / (A + B), 0-1."""
        return self.kept / (self.kept + self.broken)

    def after(
        self, *, honoured: float = 0.0, refused: float = 0.0, memory: float = 0.98
    ) -> BetaTrust:
        """Trust one week on: both counts fade by ``memory``, then the week's weights are added."""
        not_negative(honoured=honoured, refused=refused)
        share(memory=memory)
        return BetaTrust(memory * self.kept + honoured, memory * self.broken + refused)

"""Does help once given make later help likelier? The causal precedent effect of the airlift.

PE(h) = support of another kind or between another pair that states decide in (t, t + h], minus the
same had the aircraft never been lent, paired by common random numbers; t is the day of the first
loan. What the airlift itself is (the same giver, receiver and kind) is not counted, nor are loans
that the scenario scripts: a precedent is not its own effect. Support is counted as kinds and pairs
seen for the first time, as grants (a grant lasts a week), as sortie-days, and as tonnes that much
support can move.

The weights of the alliance are not known, so the effect is shown over their whole prior: every
*future* draws all parameters of ``alliance`` from their ranges.

Mechanism shares come from ablations in the same futures:

- trust: reciprocity b_rec = 0, so that remembered help earns nothing;
- reputation: b_rep = 0, so that being seen to help earns nothing;
- threat: the choice made blind (sharpness 0), so that neither needs nor costs weigh;
- capability: what is left then: whose aircraft, stocks and men are free, and who asks.

Trust and reputation are averaged over both orders of taking them away (Shapley); threat is what the
blind choice takes away besides. Shares add up to the effect by construction. A blind choice also
changes how often help is given at all, so threat and capability are rough.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.experiment.analysis.arms import Arm, with_parameters
from sahelsim.experiment.comparison import (
    Comparison,
    bootstrap_indices,
    compare_pairs,
    corrected,
    mean_interval,
)
from sahelsim.model.draws import make_key, uniform_grid
from sahelsim.model.encoding import Names
from sahelsim.model.events import C_ORDER, SUPPORT_HONOURED
from sahelsim.model.mechanisms.alliance import AIRLIFT
from sahelsim.model.world import EVENT_COLUMNS, EVENT_NUMBERS, PASSENGER_T, World
from sahelsim.scenario import Scenario
from sahelsim.scenario.cutting import without
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import STATES
from sahelsim.theatre.records import Parameter

Floats = npt.NDArray[np.float64]
HORIZONS_D = (180, 365)
QUANTITIES = {
    "new_kinds": ("new pairs and kinds of support", "pairs and kinds"),
    "grants": ("grants of support", "grants"),
    "sortie_days": ("support granted", "sortie-days"),
    "tonnes": ("support granted, as tonnes it can move", "t"),
}
ABLATIONS: dict[str, dict[str, float]] = {
    "full": {},
    "no_trust": {"alliance.reciprocity": 0.0},
    "no_reputation": {"alliance.reputation": 0.0},
    "no_trust_or_reputation": {"alliance.reciprocity": 0.0, "alliance.reputation": 0.0},
    "blind": {
        "alliance.reciprocity": 0.0, "alliance.reputation": 0.0, "alliance.choice_sharpness": 0.0,
    },
}  # fmt: skip
MECHANISMS = ("trust", "reputation", "threat", "capability")
PROCESS = 9_004
SEED_STEP = 1_000_003  # between the seeds of two futures


@dataclass(frozen=True)
class Loan:
    """The help whose precedent is asked for.

    Attributes:
        orders: Ids of the orders that lend aircraft.
        pairs: (giver, receiver) of each.
        day: Day of the first one.
    """

    orders: tuple[str, ...]
    pairs: frozenset[tuple[int, int]]
    day: int


def loan_of(plan: Scenario) -> Loan:
    """The loans of C-130s in a scenario.

    Raises:
        InputError: SS4210, it lends none.
    """
    theatre = load_theatre()
    kinds = {tail.tail: tail.type for tail in theatre.tails}
    kinds |= {tail: extra.type for tail, extra in plan.aircraft.items()}
    found = [
        order for order in plan.orders
        if order.verb == "lend_tail" and kinds.get(str(order.arguments["tail"])) == "c130h"
    ]  # fmt: skip
    if not found:
        raise InputError(
            "SS4210", f"scenario '{plan.id}' lends no C-130, so there is no precedent to look for",
            hint="sahelsim analyse precedent precedent",
        )  # fmt: skip
    return Loan(
        tuple(order.id for order in found),
        frozenset(
            (STATES.index(order.actor), STATES.index(str(order.arguments["to"]))) for order in found
        ),
        min((order.on - plan.start).days for order in found),
    )


def prior() -> list[Parameter]:
    """The parameters of the alliance that have a range."""
    parameters = load_theatre().parameters
    records = [parameters.record(id) for id in parameters.ids if id.startswith("alliance.")]
    return [record for record in records if record.distribution != "fixed"]


def draw(record: Parameter, u: float) -> float:
    """A parameter's value at place ``u`` (0..1) of its prior.

    Even over its range, in logs where it is lognormal; with its value as peak where triangular.
    """
    low, high = record.low, record.high
    if record.distribution == "lognormal":
        return float(low * (high / low) ** u)
    if record.distribution == "triangular":
        mode, span = record.value, high - low
        if u * span <= mode - low:
            return float(low + np.sqrt(u * span * (mode - low)))
        return float(high - np.sqrt((1.0 - u) * span * (high - mode)))
    return float(low + u * (high - low))


def futures(count: int, seed: int) -> pd.DataFrame:
    """Draws of the alliance's parameters [future, parameter], a Latin hypercube of keyed draws."""
    records = prior()
    order, place = (
        uniform_grid(make_key(seed), PROCESS, stream, len(records), count) for stream in (0, 1)
    )
    rank = order.argsort(axis=1).argsort(axis=1)
    unit = (rank + place) / count
    table = {
        record.id: [draw(record, float(u)) for u in unit[k]] for k, record in enumerate(records)
    }
    return pd.DataFrame(table, index=pd.RangeIndex(count, name="future"))


def arms_of(
    plan: Scenario, loan: Loan, values: Mapping[str, float], ablate: bool = True
) -> dict[str, Arm]:
    """The arms of one future: with and without the loan, under every ablation.

    Names are ``<ablation>`` and ``<ablation>/without``.
    """
    bare = without(plan, loan.orders)
    arms = {}
    for name, changes in ABLATIONS.items():
        if name != "full" and not ablate:
            continue
        setting = {**values, **changes}
        arms[name] = Arm(with_parameters(plan, setting))
        arms[f"{name}/without"] = Arm(with_parameters(bare, setting))
    return arms


class Support:
    """Measures the support that states decided, of another kind or pair than the loan's.

    Args:
        loan: The loan.
        convoy_t: Tonnes a sortie-day of convoy support moves.
        troops_men: Men a sortie-day of lent troops is.
        payload_t: Tonnes a sortie-day of airlift moves.
        horizons: Days after the first loan.
    """

    def __init__(
        self, loan: Loan, convoy_t: float, troops_men: float, payload_t: float,
        horizons: tuple[int, ...] = HORIZONS_D,
    ) -> None:  # fmt: skip
        self.loan = loan
        self.tonnes = (payload_t, convoy_t, troops_men * PASSENGER_T)
        self.horizons = horizons

    def __call__(self, world: World, names: Names) -> dict[str, float]:
        """Numbers of a finished run, ``<quantity>_<horizon>``."""
        n = int(world.events.count[0])
        row = {name: world.events.row[:n, k] for k, name in enumerate(EVENT_COLUMNS)}
        kept = (row["kind"] == SUPPORT_HONOURED) & (row["cause"] == C_ORDER)
        for giver, receiver in self.loan.pairs:
            same = (row["actor"] == giver) & (row["target"] == receiver)
            kept &= ~(same & (row["object"] == AIRLIFT))
        quantity = world.events.number[:n, EVENT_QUANTITY]
        return tally(
            row["day"][kept] - self.loan.day,
            np.stack([row["actor"][kept], row["target"][kept], row["object"][kept]], axis=1),
            quantity[kept], self.tonnes, self.horizons,
        )  # fmt: skip


EVENT_QUANTITY = EVENT_NUMBERS.index("quantity")  # level of support in sortie-days


def tally(
    days: Any, what: Any, levels: Any, tonnes: tuple[float, ...], horizons: tuple[int, ...]
) -> dict[str, float]:
    """Count grants of support within each horizon.

    Args:
        days: Days after the first loan [grants]; 1 is the day after it.
        what: Giver, receiver and kind [grants, 3].
        levels: Sortie-days [grants].
        tonnes: Tonnes a sortie-day moves, by kind.
        horizons: Days.
    """
    each = np.asarray(tonnes)[np.asarray(what, dtype=np.int64)[:, 2]] * levels
    found: dict[str, float] = {}
    for horizon in horizons:
        within = (days > 0) & (days <= horizon)
        found[f"new_kinds_{horizon}"] = float(len({tuple(item) for item in what[within]}))
        found[f"grants_{horizon}"] = float(within.sum())
        found[f"sortie_days_{horizon}"] = float(levels[within].sum())
        found[f"tonnes_{horizon}"] = float(each[within].sum())
    return found


def measure_of(plan: Scenario, loan: Loan, values: Mapping[str, float]) -> Support:
    """The measure of a scenario in one future; horizons beyond its end are left out.

    Raises:
        InputError: SS4211, the scenario ends before the shortest horizon.
    """
    left = plan.days - loan.day
    horizons = tuple(h for h in HORIZONS_D if h <= left)
    if not horizons:
        horizons = (left - 1,)
    if horizons[0] < 1:
        raise InputError("SS4211", "the scenario ends before the loan can have followed")
    theatre = load_theatre()
    payload = next(kind.payload_plan_t for kind in theatre.aircraft_types if kind.id == "c130h")
    parameters = theatre.parameters.with_values(values)
    return Support(
        loan, parameters.value("alliance.convoy_t"), parameters.value("alliance.troops_men"),
        float(payload), horizons,
    )  # fmt: skip


@dataclass(frozen=True)
class Effect:
    """The precedent effect of one quantity over one horizon.

    Attributes:
        quantity: Key of :data:`QUANTITIES`.
        horizon: Days.
        compared: Mean with the loan against mean without it, paired by future; corrected for all
            quantities and horizons. None of a single future.
        with_loan: Mean with the loan.
        without_loan: Mean without it.
        by_future: Mean difference [future].
        shares: Mechanism to its part of the effect: value, low, high; in the quantity's unit.
    """

    quantity: str
    horizon: int
    compared: Comparison | None
    with_loan: float
    without_loan: float
    by_future: Floats
    shares: dict[str, tuple[float, float, float]]

    @property
    def effect(self) -> float:
        """Mean difference over futures."""
        return float(self.by_future.mean())

    @property
    def low(self) -> float:
        """Lower end of its 95 % interval over futures; NaN of a single future."""
        return self.compared.low if self.compared else math.nan

    @property
    def high(self) -> float:
        """Upper end."""
        return self.compared.high if self.compared else math.nan

    @property
    def positive(self) -> float:
        """Share of futures whose mean difference is above zero."""
        return float((self.by_future > 0).mean())

    @property
    def negative(self) -> float:
        """Share of futures whose mean difference is below zero; in the rest it is zero."""
        return float((self.by_future < 0).mean())

    @property
    def told(self) -> bool:
        """True where it is told from zero; see :mod:`sahelsim.experiment.comparison`."""
        return self.compared is not None and self.compared.told_from_zero


def effects(runs: pd.DataFrame) -> list[Effect]:
    """Precedent effects from the runs of all futures.

    Args:
        runs: Columns ``future, arm, replicate`` and ``<quantity>_<horizon>``; the arms of
            :func:`arms_of`.
    """
    columns = [
        f"{quantity}_{horizon}"
        for quantity in QUANTITIES
        for horizon in sorted({int(name.rpartition("_")[2]) for name in _numbers(runs)})
    ]
    means = {
        name: runs.pivot_table(index="future", columns="arm", values=name, aggfunc="mean")
        for name in columns
    }
    many = runs["future"].nunique()
    indices = bootstrap_indices(many) if many > 1 else None
    compared: dict[str, Comparison] = {}
    if indices is not None:
        items = [
            compare_pairs(
                name, table["full/without"].to_numpy(float), table["full"].to_numpy(float), indices
            )
            for name, table in means.items()
        ]
        compared = {item.outcome: item for item in corrected({"all": items})["all"]}
    return [_effect(name, table, compared.get(name), indices) for name, table in means.items()]


def _numbers(runs: pd.DataFrame) -> list[str]:
    return [str(name) for name in runs.columns if str(name).rpartition("_")[0] in QUANTITIES]


def _effect(name: str, means: pd.DataFrame, compared: Comparison | None, indices: Any) -> Effect:
    quantity, _, horizon = name.rpartition("_")
    pe = {
        arm: (means[arm] - means[f"{arm}/without"]).to_numpy(dtype=np.float64)
        for arm in ABLATIONS
        if arm in means
    }
    shares = {}
    if len(pe) == len(ABLATIONS):
        for mechanism, part in mechanism_parts(pe).items():
            ends = (math.nan, math.nan) if indices is None else mean_interval(part, indices)
            shares[mechanism] = (float(part.mean()), *ends)
    return Effect(
        quantity,
        int(horizon),
        compared,
        float(means["full"].mean()),
        float(means["full/without"].mean()),
        pe["full"],
        shares,
    )


def mechanism_parts(effect: Mapping[str, Floats]) -> dict[str, Floats]:
    """Split effects [future] by mechanism; the parts of a future add up to its full effect.

    Args:
        effect: Ablation to the precedent effect under it.
    """
    full, both = effect["full"], effect["no_trust_or_reputation"]
    trust = 0.5 * ((full - effect["no_trust"]) + (effect["no_reputation"] - both))
    reputation = 0.5 * ((full - effect["no_reputation"]) + (effect["no_trust"] - both))
    return dict(
        zip(MECHANISMS, (trust, reputation, both - effect["blind"], effect["blind"]), strict=True)
    )

"""What one more is worth: a tail, a ramp slot, crews, escort, by paired runs with one lever moved.

Each lever is moved alone from the scenario as it is. Values are marginal and local: two more are
not worth twice one more, and what binds may change with the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sahelsim.base.errors import InputError
from sahelsim.experiment.analysis.arms import Arm, grid, with_parameters
from sahelsim.experiment.comparison import (
    Comparison,
    bootstrap_indices,
    compare_pairs,
    corrected,
)
from sahelsim.scenario import Order, Scenario
from sahelsim.scenario.schema import ExtraAircraft, FrozenMapping
from sahelsim.theatre import load_theatre

TAIL = "EXTRA-1"
CREW_STEP = 0.5  # crews an aircraft
ESCORT_STEP = 30.0  # men a convoy
BASE = "as it is"


@dataclass(frozen=True)
class Lever:
    """One thing of which there could be one more.

    Attributes:
        name: Name of its arm.
        label: What is added, in words.
        arm: The scenario with it.
    """

    name: str
    label: str
    arm: Arm


def levers(plan: Scenario) -> list[Lever]:
    """One more of each, as far as the scenario has it.

    A tail and a ramp slot need a loan of aircraft on a circuit; crews and escort are parameters.

    Raises:
        InputError: SS4211, no lever applies.
    """
    found = []
    loans = [order for order in plan.orders if order.verb == "lend_tail"]
    if loans:
        first = loans[0]
        found.append(Lever("tail", _tail_label(first), Arm(_with_tail(plan, first))))
        icao = tightest_stop(loans)
        name = next(field.name for field in load_theatre().airfields if field.icao == icao)
        found.append(Lever("ramp", f"one more ramp slot at {name} ({icao})", Arm(plan, {icao: 1})))
    found += [
        lever
        for name, label, ids, step in (
            ("crew", f"{CREW_STEP:g} crews more for every aircraft", ("airlift.crew_ratio",),
             CREW_STEP),
            ("escort", f"{ESCORT_STEP:g} men more with every convoy",
             ("convoy.escort_low", "convoy.escort_high"), ESCORT_STEP),
        )
        if (lever := _parameter_lever(plan, name, label, ids, step)) is not None
    ]  # fmt: skip
    if not found:
        raise InputError("SS4211", f"no lever applies to scenario '{plan.id}'")
    return found


def _tail_label(order: Order) -> str:
    return f"one more aircraft like {order.arguments['tail']}, on its circuit and at its rate"


def _with_tail(plan: Scenario, order: Order) -> Scenario:
    """The scenario with another aircraft that is lent as ``order`` lends its own."""
    theatre = load_theatre()
    tail = str(order.arguments["tail"])
    if tail in plan.aircraft:
        extra = plan.aircraft[tail]
    else:
        record = next(item for item in theatre.tails if item.tail == tail)
        extra = ExtraAircraft(owner=record.owner, type=record.type, base=record.base)
    arguments = FrozenMapping({**order.arguments, "tail": TAIL})
    more = order.model_copy(update={"id": "one-more-tail", "arguments": arguments})
    return plan.model_copy(
        update={
            "aircraft": FrozenMapping({**plan.aircraft, TAIL: extra}),
            "orders": (*plan.orders, more),
        }
    )


def tightest_stop(loans: list[Order]) -> str:
    """The airfield with the smallest ramp among the stops of the lent aircraft."""
    theatre = load_theatre()
    mog = {field.icao: field.mog for field in theatre.airfields}
    stops = Counter(
        icao for order in loans for icao in str(order.arguments["route"]).split("-")[:-1]
    )
    return min(stops, key=lambda icao: (mog[icao], -stops[icao], icao))


def _parameter_lever(
    plan: Scenario, name: str, label: str, ids: tuple[str, ...], step: float
) -> Lever | None:
    """A lever that raises parameters; none where a value is at the top of its range."""
    parameters = load_theatre().parameters.with_values(plan.parameters)
    values = {id: parameters.value(id) + step for id in ids}
    if any(value > parameters.record(id).high for id, value in values.items()):
        return None
    return Lever(name, label, Arm(with_parameters(plan, values)))


def arms_of(plan: Scenario, found: list[Lever]) -> dict[str, Arm]:
    """The arms of the study: the scenario as it is, then every lever."""
    return {BASE: Arm(plan), **{lever.name: lever.arm for lever in found}}


def values_of(
    runs: pd.DataFrame, names: list[str], outcomes: list[str]
) -> Mapping[str, list[Comparison]]:
    """Paired differences of every lever from the scenario as it is, corrected together.

    Args:
        runs: Columns ``arm``, ``replicate`` and outcomes.
        names: Levers.
        outcomes: Outcome ids looked at; one that does not apply in a replicate leaves its pair out.
    """
    found: dict[str, list[Comparison]] = {name: [] for name in names}
    for id in outcomes:
        table = grid(runs, id, [BASE, *names])
        for name in names:
            pair = table[[BASE, name]].dropna().to_numpy(dtype=np.float64)
            if len(pair) > 1:
                indices = bootstrap_indices(len(pair))
                found[name].append(compare_pairs(id, pair[:, 0], pair[:, 1], indices))
    return corrected(found)

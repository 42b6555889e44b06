"""Simulated events as conflict data: the classes of UCDP for what the model calls by its own names.

UCDP counts the VDP and partners' forces on the state's side, militia otherwise as parties of
non-state conflicts, and civilians killed on purpose as one-sided violence. :data:`MAPPING` is the
rule. Sides are known, places and days are exact, and low, best and high are equal. An incident in
which nobody dies has ``best`` 0; UCDP lists such incidents only where a death is possible.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from sahelsim.calibration.actors import CIVILIANS, INSURGENTS, STATE_SIDE
from sahelsim.calibration.event_table import DEATHS, canonical
from sahelsim.theatre import load_theatre


class Rule(NamedTuple):
    """How the events of one kind become conflict data.

    Attributes:
        type: sb, ns or os; ``fight`` is sb, but ns where a militia other than the VDP fights
            without a state.
        dead: all (whoever died), fighters (all but civilians) or civilians.
        meaning: What is counted, in words.
    """

    type: str
    dead: str
    meaning: str


FIGHT, SB, NS, OS = "fight", "sb", "ns", "os"

MAPPING: dict[str, tuple[Rule, ...]] = {
    "ambush": (Rule(FIGHT, "all", "state-based"),),
    "assault": (Rule(FIGHT, "all", "state-based"),),
    "convoy_ambush": (Rule(FIGHT, "all", "state-based"),),
    "column_ambush": (Rule(FIGHT, "all", "state-based"),),
    "column_assault": (Rule(FIGHT, "all", "state-based"),),
    "aircraft_lost": (Rule(FIGHT, "all", "state-based, if a group shot it down"),),
    "state_operation": (
        Rule(SB, "fighters", "state-based: the fighters killed"),
        Rule(OS, "civilians", "one-sided, by the state or its partner: the civilians killed"),
    ),
    "militia_clash": (Rule(FIGHT, "all", "state-based of the VDP, otherwise non-state"),),
    "rival_clash": (Rule(NS, "all", "non-state"),),
    "attack_on_civilians": (Rule(OS, "civilians", "one-sided, by the group"),),
    "militia_attack_on_civilians": (
        Rule(OS, "civilians", "one-sided, by the militia; of the VDP on the state's side"),
    ),
}
"""Kind of the table of events -> what it counts as; kinds that are not here count as nothing."""


def simulated_events(table: pa.Table | pd.DataFrame) -> pd.DataFrame:
    """Return the canonical table of one replicate's events.

    Args:
        table: Rows of a run's table ``events``, of one replicate.

    Returns:
        The columns of :data:`~sahelsim.calibration.event_table.COLUMNS`. A state operation gives
        two rows where it kills fighters and civilians.
    """
    frame = table.to_pandas() if isinstance(table, pa.Table) else table
    kinds = frame["kind"].astype("str")
    frame = frame[kinds.isin(list(MAPPING)) & frame["locality"].notna()]
    kinds = kinds[frame.index]
    parts = [
        _counted(frame[kinds == kind], rule, part)
        for kind, rules in MAPPING.items()
        for part, rule in enumerate(rules)
    ]
    return canonical(pd.concat(parts, ignore_index=True))


def _counted(frame: pd.DataFrame, rule: Rule, part: int) -> pd.DataFrame:
    actor, target = frame["actor"].astype("str"), frame["target"].astype("str")
    if rule.type == FIGHT:  # an aircraft lost by accident has no group on either side
        fought = actor.isin(INSURGENTS) | target.isin(INSURGENTS)
        frame, actor, target = frame[fought], actor[fought], target[fought]
    deaths = frame[list(DEATHS[:4])].to_numpy(float).round().astype(np.int64)
    military, insurgent, militia, civilian = range(4)
    if rule.dead == "fighters":
        deaths[:, civilian] = 0
    elif rule.dead == "civilians":
        deaths[:, [military, insurgent, militia]] = 0
    if part:  # the second count of an incident exists where somebody of it died
        some = deaths.sum(axis=1) > 0
        frame, actor, target, deaths = frame[some], actor[some], target[some], deaths[some]
    kind, side_a, side_b = _sides(rule, actor.to_numpy(), target.to_numpy())
    places = load_theatre().localities
    index = load_theatre().locality_index
    where = [places[index[id]] for id in frame["locality"].astype("str")]
    country = np.array([place.country for place in where], dtype=object)
    vdp = (kind == SB) & (country == "bfa")
    deaths[vdp, military] += deaths[vdp, militia]  # the VDP's dead are the state's
    deaths[vdp, militia] = 0
    total = deaths.sum(axis=1)
    columns: dict[str, Any] = {
        "event_id": [f"{number}.{part}" for number in frame["number"]],
        "source": "simulated", "date_start": frame["date"].to_numpy(),
        "date_end": frame["date"].to_numpy(), "country": country,
        "region": [place.admin1 for place in where], "locality": [place.id for place in where],
        "type": kind, "side_a": side_a, "side_b": side_b,
        "perpetrator": np.where(kind == OS, side_a, ""), "side_a_name": side_a,
        "side_b_name": side_b, "best": total, "low": total, "high": total,
        **dict(zip(DEATHS[:4], deaths.T, strict=True)), "unknown_deaths": 0,
        "lat": [place.lat for place in where], "lon": [place.lon for place in where],
        "where_prec": 1, "date_prec": 1,
    }  # fmt: skip
    return pd.DataFrame(columns)


def _sides(rule: Rule, actor: Any, target: Any) -> tuple[Any, Any, Any]:
    """Type and sides of each row: a state's side comes first, civilians second."""
    kind = np.full(len(actor), rule.type, dtype=object)
    if rule.type == OS:
        return kind, actor, np.full(len(actor), CIVILIANS, dtype=object)
    stately = np.isin(target.astype(str), list(STATE_SIDE))
    side_a, side_b = np.where(stately, target, actor), np.where(stately, actor, target)
    if rule.type == FIGHT:
        kind[:] = np.where(np.isin(side_a.astype(str), list(STATE_SIDE)), SB, NS)
    return kind, side_a, side_b

"""From a finished World to tables: outcomes, daily series, tails, places, events, orders.

Tables are pyarrow tables sorted by replicate, day, id. Columns use the register's and the series'
names; ids are dictionary-encoded words. Values that do not apply are null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from sahelsim.model.encoding import Names
from sahelsim.model.events import CAUSES, EVENT_KINDS
from sahelsim.model.series import (
    AIRFIELD_SERIES,
    ALLIANCE_SERIES,
    GROUP_SERIES,
    LOCALITY_SERIES,
    STATE_SERIES,
    T_BINDING,
    TAIL_SERIES,
)
from sahelsim.model.world import BINDING, EVENT_COLUMNS, EVENT_NUMBERS, World
from sahelsim.scenario import Scenario
from sahelsim.theatre.actors import ACTORS, GROUPS, STATES

DETAILED_REPLICATES = 20  # replicates whose places, airfields and orders are kept day by day


def words(codes: Any, labels: Sequence[str]) -> pa.DictionaryArray:
    """Integer codes as a dictionary-encoded column; -1 is null."""
    codes = np.asarray(codes)
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32), mask=codes < 0), pa.array(list(labels), pa.string())
    )


def day_columns(plan: Scenario, day: Any) -> dict[str, pa.Array]:
    """Columns ``day`` (index from the scenario's start) and ``date``."""
    day = np.asarray(day, dtype=np.int32)
    dates = np.datetime64(plan.start) + day.astype("timedelta64[D]")
    return {"day": pa.array(day), "date": pa.array(dates)}


@lru_cache(maxsize=16)
def _grid(start: date, days: int, width: int) -> tuple[pa.Array, pa.Array, Any]:
    """Columns of a whole (day, item) panel, the same for all replicates: day, date, item."""
    day = np.repeat(np.arange(days, dtype=np.int32), width)
    dates = np.datetime64(start) + day.astype("timedelta64[D]")
    return pa.array(day), pa.array(dates), np.tile(np.arange(width), days)


def _keys(replicate: int, rows: int) -> dict[str, pa.Array]:
    return {"replicate": pa.array(np.full(rows, replicate, dtype=np.int32))}


def _panel_keys(
    plan: Scenario, replicate: int, days: int, key: str, ids: Sequence[str]
) -> dict[str, pa.Array]:
    day, dates, item = _grid(plan.start, days, len(ids))
    return {**_keys(replicate, len(day)), "day": day, "date": dates, key: words(item, ids)}


def outcome_rows(seed: int, rows: Mapping[int, Mapping[str, float]]) -> pa.Table:
    """Replicate, seed and every outcome of each; an outcome that does not apply is null."""
    columns: dict[str, Any] = {
        "replicate": pa.array(list(rows), pa.int32()),
        "seed": pa.array([seed] * len(rows), pa.int64()),
    }
    for id in next(iter(rows.values()), {}):
        values = np.array([row[id] for row in rows.values()], dtype=np.float64)
        columns[id] = pa.array(values, mask=np.isnan(values))
    return pa.table(columns)


def daily(plan: Scenario, world: World, replicate: int) -> pa.Table:
    """Rows (day, actor): states, groups, then the alliance; series that do not apply are null."""
    history = world.history
    days, s, g = history.state.shape[0], len(STATES), len(GROUPS)
    actors = (*STATES, *GROUPS, "alliance")
    width = len(actors)
    columns = _panel_keys(plan, replicate, days, "actor", actors)
    blocks = (
        (STATE_SERIES, history.state, slice(0, s)),
        (GROUP_SERIES, history.group, slice(s, s + g)),
        (ALLIANCE_SERIES, history.alliance[:, None, :], slice(s + g, width)),
    )
    filled: dict[str, Any] = {}
    for series, block, rows in blocks:
        for k, name in enumerate(series):
            grid = filled.setdefault(name, np.full((days, width), np.nan, dtype=np.float32))
            grid[:, rows] = block[:, :, k]
    for name, grid in filled.items():
        flat = grid.ravel()
        columns[name] = pa.array(flat, mask=np.isnan(flat))
    return pa.table(columns)


def _panel(
    plan: Scenario,
    replicate: int,
    block: Any,
    series: Sequence[str],
    key: str,
    ids: Sequence[str],
) -> pa.Table:
    columns = _panel_keys(plan, replicate, len(block), key, ids)
    for k, name in enumerate(series):
        flat = np.ascontiguousarray(block[:, :, k]).ravel()
        if name == "holder":
            columns[name] = words(flat.astype(np.int32), ACTORS)
        elif name == "binding":
            columns[name] = words(flat.astype(np.int32), BINDING)
        else:
            columns[name] = pa.array(flat, mask=np.isnan(flat))
    return pa.table(columns)


def daily_tails(plan: Scenario, names: Names, world: World, replicate: int) -> pa.Table:
    """Rows (day, tail) of the tails that flew or could have flown at some time."""
    block = world.history.tail
    seen = np.flatnonzero(block[:, :, :T_BINDING].any(axis=(0, 2)))
    ids = [names.tails[a] for a in seen]
    return _panel(plan, replicate, block[:, seen], TAIL_SERIES, "tail", ids)


def daily_airfields(plan: Scenario, names: Names, world: World, replicate: int) -> pa.Table:
    """Rows (day, airfield)."""
    return _panel(
        plan, replicate, world.history.airfield, AIRFIELD_SERIES, "airfield", names.airfields
    )


def daily_localities(plan: Scenario, names: Names, world: World, replicate: int) -> pa.Table:
    """Rows (day, locality)."""
    return _panel(
        plan, replicate, world.history.locality, LOCALITY_SERIES, "locality", names.localities
    )


def events(plan: Scenario, names: Names, world: World, replicate: int) -> pa.Table:
    """Every simulated event with its cause, in the order in which it happened."""
    n = int(world.events.count[0])
    row = {name: world.events.row[:n, k] for k, name in enumerate(EVENT_COLUMNS)}
    columns = {**_keys(replicate, n), **day_columns(plan, row["day"])}
    columns["number"] = pa.array(np.arange(n, dtype=np.int32))
    kinds = [EVENT_KINDS.get(code, "") for code in range(max(EVENT_KINDS) + 1)]
    columns["kind"] = words(row["kind"], kinds)
    columns["locality"] = words(row["locality"], names.localities)
    columns["actor"] = words(row["actor"], ACTORS)
    columns["target"] = words(row["target"], ACTORS)
    columns["cause"] = words(row["cause"], [CAUSES[code] for code in sorted(CAUSES)])
    columns["cause_number"] = pa.array(row["cause_number"].astype(np.int32))
    columns["object"] = pa.array(row["object"].astype(np.int32), mask=row["object"] < 0)
    for k, name in enumerate(EVENT_NUMBERS):
        columns[name] = pa.array(world.events.number[:n, k])
    return pa.table(columns)


def orders(plan: Scenario, names: Names, world: World, replicate: int) -> pa.Table:
    """The order log in words; ``arguments`` is a JSON object."""
    log = names.order_log(world.orders)
    columns = {
        **_keys(replicate, len(log)), **day_columns(plan, [entry["day"] for entry in log])
    }  # fmt: skip
    columns["number"] = pa.array([entry["number"] for entry in log], pa.int32())
    for key in ("actor", "verb", "author", "status", "reason", "id"):
        columns[key] = pa.array([entry[key] for entry in log], pa.string())
    columns["arguments"] = pa.array(
        [json.dumps(entry["arguments"], sort_keys=True) for entry in log], pa.string()
    )
    return pa.table(columns)

"""From finished Worlds to tables: outcomes, daily series, tails, places, events, orders.

What a replicate leaves is copied out of its World as a :class:`Record`, so that the World can be
used again; the tables of many records are made at once, which costs a tenth of one by one. Tables
are pyarrow tables sorted by replicate, day, id. Columns use the register's and the series' names;
ids are dictionary-encoded words. Values that do not apply are null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sahelsim.base.columns import dates, numbers, words
from sahelsim.model.encoding import AUTHORS, STATUSES, Names
from sahelsim.model.events import CAUSES, EVENT_KINDS
from sahelsim.model.orders import REASONS
from sahelsim.model.series import (
    AIRFIELD_SERIES,
    ALLIANCE_SERIES,
    GROUP_SERIES,
    LOCALITY_SERIES,
    STATE_SERIES,
    T_BINDING,
    TAIL_SERIES,
)
from sahelsim.model.world import (
    BINDING,
    EVENT_COLUMNS,
    EVENT_NUMBERS,
    O_ACTOR,
    O_AUTHOR,
    O_DAY,
    O_I0,
    O_I4,
    O_REASON,
    O_STATUS,
    O_VERB,
    ORDER_COLUMNS,
    World,
)
from sahelsim.scenario import Scenario
from sahelsim.theatre.actors import ACTORS, GROUPS, STATES

DETAILED_REPLICATES = 20  # replicates whose places, airfields and orders are kept day by day
# columns of an order's row and numbers that its arguments follow from
_WORDED = (O_ACTOR, O_VERB, *range(O_I0, O_I4 + 1), *range(ORDER_COLUMNS, ORDER_COLUMNS + 3))
Block = tuple[int, Any, Any]  # replicate, [days, items, series], indices [items] of the items


@dataclass(frozen=True)
class Record:
    """What one finished replicate leaves for the tables.

    Attributes:
        replicate: Its number.
        state, group, alliance, tail: What History wrote down, [days, items, series]; of tails only
            those that flew or could have flown at some time.
        tails: Indices of these tails.
        events: Rows and numbers of the event log.
        airfield, locality, orders: As much of the places, and rows and numbers of the order log;
            None where this is not a replicate of which they are kept.
    """

    replicate: int
    state: Any
    group: Any
    alliance: Any
    tail: Any
    tails: Any
    events: tuple[Any, Any]
    airfield: Any = None
    locality: Any = None
    orders: tuple[Any, Any] | None = None


def record(world: World, names: Names, replicate: int) -> Record:
    """Copy what the tables need out of a finished World."""
    history, n = world.history, int(world.events.count[0])
    given = int(world.orders.count[0])
    seen = np.flatnonzero(history.tail[:, :, :T_BINDING].any(axis=(0, 2)))
    log = (world.events.row[:n].copy(), world.events.number[:n].copy())
    detail: dict[str, Any] = {}
    if replicate < DETAILED_REPLICATES:
        detail = {
            "airfield": history.airfield.copy(),
            "locality": history.locality.copy(),
            "orders": (world.orders.row[:given].copy(), world.orders.number[:given].copy()),
        }
    return Record(
        replicate, history.state.copy(), history.group.copy(), history.alliance.copy(),
        history.tail[:, seen], seen, log, **detail,
    )  # fmt: skip


def tables_of(plan: Scenario, names: Names, records: Sequence[Record]) -> dict[str, pa.Table]:
    """Every table but the outcomes, of replicates in order; those without rows are left out."""
    made = {
        "daily": daily(plan, names, records),
        "tails": daily_tails(plan, names, records),
        "events": events(plan, names, records),
    }
    detailed = [each for each in records if each.orders is not None]
    if detailed:
        made["airfields"] = daily_airfields(plan, names, detailed)
        made["localities"] = daily_localities(plan, names, detailed)
        made["orders"] = orders(plan, names, detailed)
    return made


def day_columns(plan: Scenario, day: Any) -> dict[str, pa.Array]:
    """Columns ``day`` (index from the scenario's start) and ``date``."""
    day = np.array(day, dtype=np.int32)
    return {"day": numbers(day), "date": dates(plan.start, day)}


def outcome_rows(seed: int, rows: Mapping[int, Mapping[str, float]]) -> pa.Table:
    """Replicate, seed and every outcome of each; an outcome that does not apply is null."""
    columns = {
        "replicate": numbers(np.array(list(rows), dtype=np.int32)),
        "seed": numbers(np.full(len(rows), seed, dtype=np.int64)),
    }
    for id in next(iter(rows.values()), {}):
        columns[id] = numbers(np.array([row[id] for row in rows.values()], dtype=np.float64))
    return pa.table(columns)


def daily(plan: Scenario, names: Names, records: Sequence[Record]) -> pa.Table:
    """Rows (day, actor): states, groups, then the alliance; series that do not apply are null."""
    days, s, g = len(records[0].state), len(STATES), len(GROUPS)
    actors = (*STATES, *GROUPS, "alliance")
    blocks = (
        (STATE_SERIES, np.stack([each.state for each in records]), slice(0, s)),
        (GROUP_SERIES, np.stack([each.group for each in records]), slice(s, s + g)),
        (
            ALLIANCE_SERIES,
            np.stack([each.alliance for each in records])[:, :, None],
            slice(s + g, len(actors)),
        ),
    )
    filled: dict[str, Any] = {}
    for series, block, rows in blocks:
        for k, name in enumerate(series):
            if name not in filled:
                shape = (len(records), days, len(actors))
                filled[name] = np.full(shape, np.nan, dtype=np.float32)
            filled[name][:, :, rows] = block[..., k]
    everyone = range(len(actors))
    columns = _keys(plan, [(r.replicate, days, everyone) for r in records], "actor", actors)
    return pa.table(columns | {name: numbers(grid.ravel()) for name, grid in filled.items()})


def daily_tails(plan: Scenario, names: Names, records: Sequence[Record]) -> pa.Table:
    """Rows (day, tail) of the tails that flew or could have flown at some time."""
    seen = sorted({int(a) for each in records for a in each.tails})
    blocks = [(each.replicate, each.tail, np.searchsorted(seen, each.tails)) for each in records]
    return _panel(plan, blocks, TAIL_SERIES, "tail", [names.tails[a] for a in seen])


def daily_airfields(plan: Scenario, names: Names, records: Sequence[Record]) -> pa.Table:
    """Rows (day, airfield)."""
    everyone = range(len(names.airfields))
    blocks = [(each.replicate, each.airfield, everyone) for each in records]
    return _panel(plan, blocks, AIRFIELD_SERIES, "airfield", names.airfields)


def daily_localities(plan: Scenario, names: Names, records: Sequence[Record]) -> pa.Table:
    """Rows (day, locality)."""
    everyone = range(len(names.localities))
    blocks = [(each.replicate, each.locality, everyone) for each in records]
    return _panel(plan, blocks, LOCALITY_SERIES, "locality", names.localities)


def _keys(
    plan: Scenario, spans: Sequence[tuple[int, int, Any]], key: str, ids: Sequence[str]
) -> dict[str, pa.Array]:
    """Key columns of panels (replicate, days, indices of the items), one below the other."""
    rows = [days * len(items) for _, days, items in spans]
    day = np.concatenate([np.repeat(np.arange(d), len(items)) for _, d, items in spans])
    item = np.concatenate([np.tile(np.asarray(items, np.int32), d) for _, d, items in spans])
    replicate = np.repeat(np.array([r for r, _, _ in spans], dtype=np.int32), rows)
    return {
        "replicate": numbers(replicate),
        **day_columns(plan, day),
        key: words(item, ids),
    }


def _panel(
    plan: Scenario, blocks: Sequence[Block], series: Sequence[str], key: str, ids: Sequence[str]
) -> pa.Table:
    spans = [(replicate, len(block), items) for replicate, block, items in blocks]
    columns = _keys(plan, spans, key, ids)
    labels = {"holder": ACTORS, "binding": BINDING}
    flat = np.concatenate([block.reshape(-1, len(series)) for _, block, _ in blocks])
    for k, name in enumerate(series):
        column = np.ascontiguousarray(flat[:, k])
        columns[name] = words(column, labels[name]) if name in labels else numbers(column)
    return pa.table(columns)


def events(plan: Scenario, names: Names, records: Sequence[Record]) -> pa.Table:
    """Every simulated event with its cause, in the order in which it happened."""
    sizes = [len(each.events[0]) for each in records]
    rows = np.concatenate([each.events[0] for each in records]).T
    row = dict(zip(EVENT_COLUMNS, rows, strict=True))
    counted = np.array([each.replicate for each in records], dtype=np.int32)
    columns = {
        "replicate": numbers(np.repeat(counted, sizes)),
        **day_columns(plan, row["day"]),
        "number": numbers(np.concatenate([np.arange(n, dtype=np.int32) for n in sizes])),
    }
    columns["kind"] = words(row["kind"], _by_code(EVENT_KINDS))
    columns["locality"] = words(row["locality"], names.localities)
    columns["actor"] = words(row["actor"], ACTORS)
    columns["target"] = words(row["target"], ACTORS)
    columns["cause"] = words(row["cause"], _by_code(CAUSES))
    columns["cause_number"] = numbers(row["cause_number"].astype(np.int32))
    columns["object"] = numbers(row["object"].astype(np.int32), row["object"] < 0)
    number = np.concatenate([each.events[1] for each in records])
    for k, name in enumerate(EVENT_NUMBERS):
        columns[name] = numbers(number[:, k])
    return pa.table(columns)


def _by_code(labels: Mapping[int, str]) -> list[str]:
    """Labels in the order of their codes; empty for a code that there is not."""
    return [labels.get(code, "") for code in range(max(labels) + 1)]


def orders(plan: Scenario, names: Names, records: Sequence[Record]) -> pa.Table:
    """The order log in words; ``arguments`` is a JSON object."""
    logs = [(each.replicate, *each.orders) for each in records if each.orders is not None]
    sizes = [len(rows) for _, rows, _ in logs]
    counted = np.repeat(np.array([replicate for replicate, _, _ in logs], np.int32), sizes)
    row = np.concatenate([rows for _, rows, _ in logs])
    n = np.concatenate([np.arange(size, dtype=np.int32) for size in sizes])
    columns = {
        "replicate": numbers(counted),
        **day_columns(plan, row[:, O_DAY]),
        "number": numbers(n),
    }
    scripted = np.where(n < len(names.order_ids), n, len(names.order_ids))
    for name, codes, labels in (
        ("actor", row[:, O_ACTOR], ACTORS),
        ("verb", row[:, O_VERB], _by_code({code: verb.verb for code, verb in names.verbs.items()})),
        ("author", row[:, O_AUTHOR], AUTHORS),
        ("status", row[:, O_STATUS], STATUSES),
        ("reason", np.maximum(row[:, O_REASON], 0), _by_code(REASONS)),
        ("id", scripted, [*names.order_ids, ""]),
    ):
        columns[name] = words(codes, labels).dictionary_decode()
    # the same order is given again and again: each is put into words once
    number = np.concatenate([numbers for _, _, numbers in logs])
    given = np.column_stack([row, number.view(np.int64)])[:, _WORDED]
    _, first, which = np.unique(given, axis=0, return_index=True, return_inverse=True)
    told = [
        json.dumps(dict(names.decode(row[at], number[at]).arguments), sort_keys=True)
        for at in first
    ]
    columns["arguments"] = words(which.ravel(), told).dictionary_decode()
    return pa.table(columns)

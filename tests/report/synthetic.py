"""Runs with the tables of a real one, made of smooth curves and keyed noise: quick to build."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sahelsim.experiment import Run
from sahelsim.model.draws import make_key, uniform_grid
from sahelsim.model.events import EVENT_KINDS
from sahelsim.model.series import (
    AIRFIELD_SERIES,
    ALLIANCE_SERIES,
    GROUP_SERIES,
    LOCALITY_SERIES,
    STATE_SERIES,
)
from sahelsim.model.world import BINDING
from sahelsim.scenario import Scenario, load_scenario
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import GROUPS, STATES

DETAILED = 20
TAILS = {"5U-MBH": 1.0, "5U-MMS": 0.25, "TZ-11T": 0.6}
CIRCUIT = (
    ("bamako", "gao", 10.0), ("gao", "tessalit", 5.0), ("tessalit", "niamey", 0.0),
    ("niamey", "bamako", 0.05),
)  # fmt: skip
RATES = {
    "ambush": 0.4, "assault": 0.1, "attack_on_civilians": 0.2, "convoy_ambush": 0.05,
    "siege_begins": 0.03, "siege_ends": 0.02, "place_taken": 0.015, "aircraft_hit": 0.005,
    "state_operation": 0.2,
}  # fmt: skip


def uniforms(stream: int, rows: int, columns: int) -> Any:
    """Keyed uniforms [rows, columns]."""
    return uniform_grid(make_key(7), 9_500, stream, rows, columns)


def plan(name: str = "documented-2023", **changes: Any) -> Scenario:
    return load_scenario(name).model_copy(update=changes)


def synthetic_run(
    scenario: Scenario, replicates: int = 12, lift: float = 1.0, seed: int = 1
) -> Run:
    """A run of ``scenario`` whose airlift has the strength ``lift``; 0 means none."""
    theatre = load_theatre()
    noise = uniforms(0, replicates, len(theatre.outcomes))
    outcomes: dict[str, Any] = {
        "replicate": np.arange(replicates, dtype=np.int32),
        "seed": np.full(replicates, seed, dtype=np.int64),
    }
    for k, spec in enumerate(theatre.outcomes):
        outcomes[spec.id] = _outcome(spec.id, spec.unit, noise[:, k], lift)
    tables = {
        "outcomes": pa.Table.from_pandas(pd.DataFrame(outcomes), preserve_index=False),
        "daily": _table(_daily(scenario, replicates, lift), ("actor",)),
        "tails": _table(_tails(scenario, replicates, lift), ("tail", "binding")),
        "airfields": _table(
            _panel(
                scenario,
                replicates,
                "airfield",
                [f.icao for f in theatre.airfields],
                AIRFIELD_SERIES,
            ),
            ("airfield",),
        ),
        "localities": _table(_localities(scenario, replicates, lift), ("locality", "holder")),
        "places": _table(_places(scenario, lift), ("locality",)),
        "events": _table(
            _events(scenario, replicates, lift), ("kind", "locality", "actor", "target", "cause")
        ),
        "orders": _table(_orders(scenario, replicates), ()),
    }
    manifest = {
        "scenario": scenario.id, "seed": seed, "replicates": replicates, "days": scenario.days,
        "version": "0.1.0", "model_hash": "a" * 64, "scenario_hash": scenario.digest,
        "parameters_hash": "b" * 64, "source_data_hash": "c" * 64, "specification": "d" * 64,
        "parameters_set": {"initial.garrison_scale": 0.8}, "overrides": {}, "python": "3.11",
        "platform": "Linux", "packages": {"numpy": "2"}, "parameters": {},
        "command": f"sahelsim run {scenario.id}", "duration_s": 1.5,
        "started": "2024-01-01T00:00:00+00:00", "finished": "2024-01-01T00:00:02+00:00",
    }  # fmt: skip
    return Run(scenario, manifest, tables)


def _outcome(id: str, unit: str, u: Any, lift: float) -> Any:
    if id.startswith(
        ("tonnes_delivered", "tonnes_to", "sorties", "rotations", "flight", "tonne_km")
    ):
        return lift * (600 + 200 * u)
    if id in ("mission_capable_rate", "ute"):
        return 0.5 + 0.2 * u if lift else np.full(len(u), np.nan)
    if id == "kidal_day":
        return np.where(u < 0.7, 80 + 20 * u, np.nan)
    if unit == "0 or 1":
        return (u < 0.5 + 0.2 * lift).astype(float)
    if unit == "share" or unit.startswith("index"):
        return 0.4 + 0.02 * lift + 0.1 * u
    if unit == "d":
        return 12 + 8 * lift + 4 * u
    return np.round(300 * u) + 10 * lift


def _table(frame: pd.DataFrame, categories: tuple[str, ...]) -> pa.Table:
    for column in categories:
        frame[column] = frame[column].astype("category")
    return pa.Table.from_pandas(frame, preserve_index=False)


def _keys(scenario: Scenario, replicates: int, width: int) -> dict[str, Any]:
    days = scenario.days
    day = np.tile(np.repeat(np.arange(days, dtype=np.int32), width), replicates)
    return {
        "replicate": np.repeat(np.arange(replicates, dtype=np.int32), days * width),
        "day": day,
        "date": _dates(scenario, day),
    }


def _dates(scenario: Scenario, day: Any) -> list[Any]:
    base = np.datetime64(scenario.start)
    return list((base + np.asarray(day)).astype(object))


def _daily(scenario: Scenario, replicates: int, lift: float) -> pd.DataFrame:
    actors = (*STATES, *GROUPS, "alliance")
    frame = pd.DataFrame(_keys(scenario, replicates, len(actors)))
    frame["actor"] = np.tile(actors, scenario.days * replicates)
    u = uniforms(1, replicates, 1)[:, 0][frame["replicate"]]
    wave = 1 + 0.2 * np.sin(frame["day"] / 15) + 0.4 * u
    for axis, names in (
        (STATES, STATE_SERIES),
        (GROUPS, GROUP_SERIES),
        (("alliance",), ALLIANCE_SERIES),
    ):
        mine = frame["actor"].isin(axis)
        for k, name in enumerate(names):
            level = 0.3 if name.endswith("share") or axis == ("alliance",) else 3.0 + k
            if name in ("tonnes_delivered", "sorties", "flight_hours"):
                level = lift * 3.0
            values = level * wave
            if name == "tonnes_delivered":
                values = values.where(frame["actor"] == "mli", 0.0)
            if name not in frame:
                frame[name] = np.nan
            frame.loc[mine, name] = values[mine]
    return frame


def _tails(scenario: Scenario, replicates: int, lift: float) -> pd.DataFrame:
    tails = TAILS if lift else {"TZ-11T": 0.6}
    frame = pd.DataFrame(_keys(scenario, replicates, len(tails)))
    frame["tail"] = np.tile(list(tails), scenario.days * replicates)
    u = uniforms(2, len(frame), 2)
    weight = frame["tail"].map(tails)
    frame["flight_hours"] = 3.0 * weight * (u[:, 0] < 0.5)
    frame["sorties"] = np.round(4 * weight * (u[:, 0] < 0.5))
    frame["tonnes_delivered"] = 10.886 * weight * (u[:, 0] < 0.25)
    frame["capable"] = (u[:, 1] < 0.7).astype(float)
    frame["binding"] = np.array(BINDING)[(u[:, 1] ** 2 * len(BINDING)).astype(int)]
    return frame


def _panel(
    scenario: Scenario, replicates: int, key: str, ids: list[str], series: tuple[str, ...]
) -> pd.DataFrame:
    detailed = min(replicates, DETAILED)
    frame = pd.DataFrame(_keys(scenario, detailed, len(ids)))
    frame[key] = np.tile(ids, scenario.days * detailed)
    u = uniforms(3, len(frame), len(series))
    for k, name in enumerate(series):
        frame[name] = (u[:, k] < 0.03).astype(float)
    return frame


def _localities(scenario: Scenario, replicates: int, lift: float) -> pd.DataFrame:
    localities = load_theatre().localities
    ids = [item.id for item in localities]
    frame = _panel(scenario, replicates, "locality", ids, LOCALITY_SERIES)
    holder = np.array([item.holder for item in localities], dtype=object)
    index = np.tile(np.arange(len(ids)), len(frame) // len(ids))
    falls = uniforms(4, min(replicates, DETAILED), len(ids)) * scenario.days * (3 + lift)
    fallen = frame["day"].to_numpy() > falls[frame["replicate"], index]
    frame["holder"] = np.where(fallen, "jnim", holder[index])
    frame["besieged"] = np.tile(
        [float(item.besieged) for item in localities], len(frame) // len(ids)
    )
    frame["garrison"] = 120.0
    frame["days_of_supply"] = 11.0
    return frame


def _places(scenario: Scenario, lift: float) -> pd.DataFrame:
    localities = load_theatre().localities
    frame = pd.DataFrame(_keys(scenario, 1, len(localities))).drop(columns="replicate")
    frame["locality"] = np.tile([item.id for item in localities], scenario.days)
    country = np.tile([item.country for item in localities], scenario.days)
    chance = np.clip(0.3 + 0.1 * lift + 0.002 * frame["day"], 0, 1)
    for state in STATES:
        frame[f"held_by_{state}"] = np.where(country == state, chance, 0.0)
    frame["held_by_jnim"] = 1 - chance
    frame["besieged"] = 0.1
    for name in ("control", "days_of_supply"):
        for q in ("q05", "q25", "q50", "q75", "q95"):
            frame[f"{name}_{q}"] = 10.0
    return frame


def _events(scenario: Scenario, replicates: int, lift: float) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    places = [item.id for item in load_theatre().localities]
    tails = [tail.tail for tail in load_theatre().tails]
    fields = [field.locality for field in load_theatre().airfields]
    number = {kind: code for code, kind in EVENT_KINDS.items()}
    for kind, rate in RATES.items():
        u = uniforms(100 + number[kind], replicates, scenario.days)
        for replicate, day in np.argwhere(u < rate):
            size = u[replicate, day] / rate
            rows.append(
                {
                    "replicate": replicate, "day": day, "kind": kind,
                    "locality": places[int(size * len(places))], "actor": "jnim", "target": "mli",
                    "military_deaths": float(round(6 * size)),
                    "civilian_deaths": float(round(4 * size**2)),
                }
            )  # fmt: skip
    for replicate in range(replicates):
        for tail in TAILS if lift else ():
            for day in range(3, scenario.days, 4):
                for place in ("gao", "tessalit"):
                    rows.append(
                        {
                            "replicate": replicate, "day": day, "kind": "delivery",
                            "locality": place, "actor": "ner", "target": "mli",
                            "object": tails.index(tail), "quantity": 5.0 * lift,
                        }
                    )  # fmt: skip
            for day in range(3, scenario.days, 4) if lift else ():
                for start, end, load in CIRCUIT:
                    rows.append(
                        {
                            "replicate": replicate, "day": day, "kind": "sortie",
                            "locality": end, "actor": "ner", "target": "mli",
                            "object": tails.index(tail), "quantity": load * lift,
                            "cause_number": fields.index(start),
                        }
                    )  # fmt: skip
        if not lift:
            rows += [
                {
                    "replicate": replicate, "day": 5, "kind": "sortie", "locality": "tera",
                    "actor": "ner", "target": "ner", "object": tails.index("5U-MBH"),
                    "quantity": 9.0, "cause_number": fields.index("niamey"),
                }
            ]  # fmt: skip
        for order, (kind, start, end, day) in enumerate(
            (("column", "gao", "anefis", 43), ("convoy", "gao", "menaka", 60))
        ):
            base = {"replicate": replicate, "actor": "mli", "target": "mli", "cause_number": order,
                    "quantity": 600.0}  # fmt: skip
            rows.append({**base, "day": day, "kind": f"{kind}_departs", "locality": start})
            rows.append({**base, "day": day + 9, "kind": f"{kind}_arrives", "locality": end})
    frame = pd.DataFrame(rows)
    frame = frame[frame["day"] < scenario.days]
    frame["cause"] = "background"
    for name in ("military_deaths", "insurgent_deaths", "civilian_deaths", "militia_deaths",
                 "quantity", "party_size"):  # fmt: skip
        frame[name] = frame.get(name, pd.Series(0.0, index=frame.index)).fillna(0.0)
    frame["cause_number"] = frame["cause_number"].fillna(-1).astype(np.int32)
    frame["object"] = (
        frame["object"].astype("Int32")
        if "object" in frame
        else pd.array([pd.NA] * len(frame), dtype="Int32")
    )
    frame = frame.sort_values(["replicate", "day"], kind="stable").reset_index(drop=True)
    frame["date"] = _dates(scenario, frame["day"])
    frame["number"] = frame.groupby("replicate").cumcount().astype(np.int32)
    return frame


def _orders(scenario: Scenario, replicates: int) -> pd.DataFrame:
    rows = [
        {
            "replicate": replicate, "day": (order.on - scenario.start).days, "date": order.on,
            "number": number, "actor": order.actor, "verb": order.verb, "author": "scenario",
            "status": "applied", "reason": "", "id": order.id,
            "arguments": json.dumps(dict(order.arguments), sort_keys=True),
        }
        for replicate in range(min(replicates, DETAILED))
        for number, order in enumerate(scenario.orders)
    ]  # fmt: skip
    return pd.DataFrame(rows)

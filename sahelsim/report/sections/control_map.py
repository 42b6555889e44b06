"""The map of one typical replicate, week by week, and the chance of every place at the end."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from sahelsim.report import words
from sahelsim.report.figures.map import legend, map_figure
from sahelsim.report.figures.places import held_map
from sahelsim.report.material import Material
from sahelsim.report.parts import Block, Chart, Player, Section, Table
from sahelsim.report.style import HOLDERS, holder_name
from sahelsim.report.words import number

TYPICAL_BY = (
    "tonnes_delivered", "localities_held_share", "siege_days", "military_deaths",
    "civilian_deaths", "displaced", "kidal_held", "tessalit_held", "convoys_ambushed",
)  # fmt: skip
DETAILED = 20
MOVE_KINDS = {"convoy": "convoys", "column": "columns"}


def typical(outcomes: pd.DataFrame, candidates: Any) -> int:
    """The medoid: of ``candidates``, the replicate nearest to all others.

    The distance is Euclidean over the outcomes of ``TYPICAL_BY``, each divided by its standard
    deviation; outcomes that do not vary or do not apply do not count.
    """
    values = outcomes.reindex(columns=list(TYPICAL_BY)).astype(float)
    scaled = (values - values.mean()) / values.std(ddof=0).replace(0.0, np.nan)
    grid = scaled.fillna(0.0).to_numpy()
    rows = [replicate for replicate in candidates if replicate in outcomes.index]
    sums = [
        float(np.sqrt(((grid - grid[outcomes.index.get_loc(replicate)]) ** 2).sum(axis=1)).sum())
        for replicate in rows
    ]
    return int(rows[int(np.argmin(sums))])


def build(material: Material) -> Section:
    """The animated map and, beside it, the chance map."""
    places = material.run.frame("localities")
    chosen = typical(material.run.outcomes, sorted(places["replicate"].unique()))
    player, weekly = _player(material, places[places["replicate"] == chosen], chosen)
    return Section(
        "map",
        "On the map",
        f"Press play and watch who holds what, which places are besieged and who flies or drives "
        f"where in one replicate, number {chosen}. It is the most typical of the first {DETAILED}: "
        "the one whose deliveries, places, sieges and deaths lie nearest to those of all "
        "replicates. One replicate is a story; the second map shows how often it ends so.",
        [Block(charts=[player, _chance(material)], wide=True, tables=[weekly])],
        short="Map",
    )


def _player(material: Material, places: pd.DataFrame, chosen: int) -> tuple[Player, Table]:
    weeks = [str(day)[:10] for day in material.weeks]
    ends = [min(7 * k + 6, material.run.scenario.days - 1) for k in range(len(weeks))]
    localities = places[places["day"].isin(ends)].assign(week=lambda frame: frame["day"] // 7)
    flown = flights(material, chosen)
    going = moves(material, chosen)
    figure = map_figure(
        material.theatre, localities, flown, going, closures(material, chosen), weeks
    )
    first, last = (localities[localities["week"] == k] for k in (0, len(weeks) - 1))
    columns = ["holder", "places on the first week", "places at the end", "symbol"]
    rows = []
    for holder, (_, _, sign) in HOLDERS.items():
        counts = [int((part["holder"] == holder).sum()) for part in (first, last)]
        if any(counts):
            rows.append([holder_name(holder), *map(str, counts), sign])
    besieged = [int((part["besieged"] > 0).sum()) for part in (first, last)]
    rows.append(["besieged", *map(str, besieged), "○"])
    caption = (
        f"Replicate {chosen}: {besieged[0]} places besieged in the first week, {besieged[1]} at "
        f"the end; {flown['tail'].nunique()} aircraft flew; {len(going)} stretches by road."
    )
    player = Player(
        "map-control", "Week by week in one replicate", caption, figure,
        Table(columns, rows, "Numbers", folded=True), weeks=weeks, legend=legend(localities),
    )  # fmt: skip
    weekly = flown.groupby("week").agg(sorties=("sorties", "sum"), tonnes=("tonnes", "sum"))
    return player, Table(
        ["week from", "sorties", "tonnes unloaded"],
        [
            [weeks[week], number(sorties), number(tonnes)]
            for week, sorties, tonnes in zip(
                weekly.index.astype(int), weekly["sorties"], weekly["tonnes"], strict=True
            )
        ],
        f"Flights of replicate {chosen}, week by week",
        folded=True,
    )


def flights(material: Material, replicate: int) -> pd.DataFrame:
    """Rows (week, tail) in which a tail flew: route, sorties, tonnes unloaded.

    ``ordered`` is true where an order names the tail's circuit; other aircraft are drawn from
    their base to the stops at which they unloaded in the week, and back.
    """
    tails = material.run.frame("tails")
    mine = tails[(tails["replicate"] == replicate) & (tails["sorties"] > 0)]
    columns = ["week", "tail", "sorties", "tonnes", "route", "ordered"]
    if mine.empty:
        return pd.DataFrame(columns=columns).astype({"ordered": bool})
    rows = (
        mine.assign(week=mine["day"] // 7, tail=mine["tail"].astype(str))
        .groupby(["week", "tail"])
        .agg(sorties=("sorties", "sum"), tonnes=("tonnes_delivered", "sum"))
        .reset_index()
    )
    orders, seen = _routes(material, replicate), _stops(material, replicate)
    keys = list(zip(rows["week"], rows["tail"], strict=True))
    in_force = [
        max(
            ((day, route) for day, route in orders.get(tail, []) if day <= 7 * week + 6),
            default=(0, ""),
        )[1]
        for week, tail in keys
    ]
    rows["ordered"] = [bool(route) for route in in_force]
    rows["route"] = [route or seen.get(key, "") for route, key in zip(in_force, keys, strict=True)]
    return rows[rows["route"] != ""][columns]


def _stops(material: Material, replicate: int) -> dict[tuple[int, str], str]:
    """(week, tail) to base, stops of unloading in order of day, base again."""
    events = material.events[material.name]
    mine = events[
        (events["replicate"] == replicate)
        & (events["kind"] == "delivery")
        & events["object"].notna()
    ]
    tails = material.theatre.tails
    field = {item.id: item.airfield for item in material.theatre.localities}
    routes: dict[tuple[int, str], list[str]] = {}
    for day, place, index in zip(mine["day"], mine["locality"], mine["object"], strict=True):
        if int(index) < len(tails) and (stop := field.get(str(place))):
            tail = tails[int(index)]
            way = routes.setdefault((int(day) // 7, tail.tail), [tail.base])
            if stop not in way:
                way.append(stop)
    return {key: "-".join((*way, way[0])) for key, way in routes.items() if len(way) > 1}


def _routes(material: Material, replicate: int) -> dict[str, list[tuple[int, str]]]:
    """Tail to (day, circuit ordered); empty where the tail is recalled or flies it no more."""
    orders = material.run.frame("orders")
    routes: dict[str, list[tuple[int, str]]] = {}
    mine = orders[(orders["replicate"] == replicate) & (orders["status"] == "applied")]
    for day, verb, text in zip(mine["day"], mine["verb"], mine["arguments"], strict=True):
        arguments = json.loads(text)
        over = verb == "recall_tail" or arguments.get("rotations_per_week") == 0
        if over and "tail" in arguments:
            routes.setdefault(arguments["tail"], []).append((int(day), ""))
        elif "route" in arguments and "tail" in arguments:
            routes.setdefault(arguments["tail"], []).append((int(day), arguments["route"]))
    return routes


def moves(material: Material, replicate: int) -> pd.DataFrame:
    """Convoys and columns of a replicate: each stretch between two logged stops.

    A move is known by its order's number; one that never arrives is drawn to its destination, in
    the week of its departure only.
    """
    events = material.events[material.name]
    mine = events[events["replicate"] == replicate]
    goals = _destinations(material, replicate)
    rows: list[dict[str, Any]] = []
    for kind, label in MOVE_KINDS.items():
        log = mine[mine["kind"].isin([f"{kind}_departs", f"{kind}_arrives"])]
        for order, steps in log.groupby("cause_number"):
            stops = list(zip(steps["day"], steps["locality"].astype(str), strict=True))
            what = f"{label[:-1].capitalize()} from {_name(material, stops[0][1])}"
            if len(stops) == 1 and (goal := goals.get(int(str(order)))):
                stops.append((stops[0][0], goal))
                what += f" for {_name(material, goal)}: never arrived"
            for (day, start), (until, end) in pairwise(stops):
                rows.append(
                    {
                        "kind": label, "start": start, "end": end, "week_from": int(day) // 7,
                        "week_to": int(until) // 7,
                        "text": what if "never" in what else f"{what} to {_name(material, end)}",
                    }
                )  # fmt: skip
    return pd.DataFrame(rows, columns=["kind", "start", "end", "week_from", "week_to", "text"])


def _destinations(material: Material, replicate: int) -> dict[int, str]:
    orders = material.run.frame("orders")
    mine = orders[orders["replicate"] == replicate]
    goals = {}
    for number_, text in zip(mine["number"], mine["arguments"], strict=True):
        if goal := json.loads(text).get("destination"):
            goals[int(number_)] = str(goal)
    return goals


def _name(material: Material, locality: str) -> str:
    return material.theatre.locality(locality).name


def closures(material: Material, replicate: int) -> pd.DataFrame:
    """Rows (week, airfield) with days closed, only for airfields that some order's route uses."""
    used = {
        stop
        for stops in _routes(material, replicate).values()
        for _, route in stops
        if route
        for stop in route.split("-")
    }
    fields = material.run.frame("airfields")
    mine = fields[
        (fields["replicate"] == replicate) & (fields["closed"] > 0) & fields["airfield"].isin(used)
    ]
    if mine.empty:
        return pd.DataFrame(columns=["week", "airfield", "days"])
    return (
        mine.assign(week=mine["day"] // 7, airfield=mine["airfield"].astype(str))
        .groupby(["week", "airfield"])
        .agg(days=("closed", "sum"))
        .reset_index()
    )


def chances(material: Material, name: str) -> pd.DataFrame:
    """Index locality: shares of replicates on the last day, ``held`` by its state, ``besieged``."""
    places = material.runs[name].frame("places")
    last = places[places["day"] == places["day"].max()].set_index("locality")
    country = {item.id: item.country for item in material.theatre.localities}
    known = [id for id in last.index.astype(str) if id in country]
    held = [float(last.loc[id].get(f"held_by_{country[id]}", 0.0)) for id in known]
    return pd.DataFrame(
        {"held": held, "besieged": [float(last.loc[id, "besieged"]) for id in known]}, index=known
    )


def _chance(material: Material) -> Chart:
    chance = chances(material, material.name)
    total = material.run.replicates
    open_ = chance[(chance["held"] > 0.1) & (chance["held"] < 0.9)]
    tables = {name: chances(material, name) for name in material.runs}
    rows = [
        [_name(material, id), *(f"{round(float(t.loc[id, 'held']) * material.runs[n].replicates)}"
                               f" of {material.runs[n].replicates}" if id in t.index else "–"
                               for n, t in tables.items())]
        for id in chance.sort_values("held").index
    ]  # fmt: skip
    sure = int((chance["held"] >= 0.9).sum())
    return Chart(
        "map-chance",
        "How often a place ends in its state's hands",
        f"Of {len(chance)} places, {sure} end in their state's hands in at least nine of ten of "
        f"{words.replicates(total)}, {int((chance['held'] <= 0.1).sum())} in at most one of ten; "
        f"{len(open_)} could go either way.",
        held_map(material.theatre, chance, total),
        Table(["place", *tables], rows, "Numbers", folded=True),
        "map chance",
        "share of replicates",
    )

"""Theatres of any size: each documented place becomes a cluster of places.

Cluster member k of place i has i's people, garrison and fighters. Its neighbours are member k of
i's neighbours, so the number of neighbours of a place does not grow; roads also join the members
of a cluster, a few kilometres apart, so convoys from the one capital can reach them all. Depots,
reserves and the capacities of the logs grow with the number of places, aircraft do not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sahelsim.model.allocate import Sizes, empty_world
from sahelsim.model.build import EVENTS_A_DAY, ORDERS_A_DAY, RESERVE_ROWS, Template
from sahelsim.model.world import Geography, World, copy_world

APART_KM = 5.0  # between two members of a cluster


def grown(base: Template, times: int) -> Template:
    """A template with ``times`` places for each place of ``base``."""
    if times == 1:
        return base
    small = base.start
    n = len(small.geography.country) * times
    days = len(small.history.state)
    sizes = Sizes(
        localities=n,
        airfields=len(small.airfields.locality),
        aircraft=len(small.fleet.type),
        types=len(small.types.payload_max_t),
        routes=len(small.routes.n_stops),
        regions=len(small.geography.region_country),
        days=days,
        orders=int(small.orders.count[0]) + times * ORDERS_A_DAY * days + RESERVE_ROWS,
        events=times * EVENTS_A_DAY * days + RESERVE_ROWS,
    )
    world = empty_world(sizes, base.plan.start)
    same = copy_world(small)
    world = world._replace(
        geography=_geography(world.geography, small.geography, times),
        airfields=small.airfields,
        types=small.types,
        routes=small.routes,
        clock=same.clock,
        states=same.states,
        fleet=same.fleet,
        fields=same.fields,
    )
    _tile(world.land, small.land, times)
    _tile_axis_1(world.groups, small.groups, times)
    _fill_head(world.orders, small.orders)
    world = world._replace(moves=_longer(world.moves, small.moves, times))
    world.states.depot_t[...] *= times
    world.states.reserve[...] *= times
    return replace(base, start=world, posterior=None)


def _tile(group: Any, small: Any, times: int) -> None:
    for array, old in zip(group, small, strict=True):
        array[...] = np.concatenate([old] * times)


def _tile_axis_1(group: Any, small: Any, times: int) -> None:
    for array, old in zip(group, small, strict=True):
        wider = array.ndim == 2 and array.shape[1] == times * old.shape[1]
        array[...] = np.tile(old, (1, times)) if wider else old


def _fill_head(orders: Any, small: Any) -> None:
    count = int(small.count[0])
    orders.row[:count], orders.number[:count] = small.row[:count], small.number[:count]
    for name in ("count", "cursor", "scripted", "policy"):
        getattr(orders, name)[...] = getattr(small, name)


def _longer(moves: Any, small: Any, times: int) -> Any:
    """Slots for as many more convoys as there are more places."""
    changed = {
        name: np.concatenate([getattr(small, name)] * times) for name in moves._fields
    }  # free slots, and for each place no trip so far
    return moves._replace(**changed)


def _geography(empty: Geography, small: Geography, times: int) -> Geography:
    n = len(small.country)
    for name in (
        "country", "region", "latitude", "longitude", "population", "capacity", "own_spread",
        "tri_border", "garrison_target",
    ):  # fmt: skip
        getattr(empty, name)[...] = np.tile(getattr(small, name), times)
    empty.home[...] = np.tile(small.home, (1, times))
    for name in ("airfield", "symbolic"):  # of the first member alone
        getattr(empty, name)[:n] = getattr(small, name)
    empty.region_country[...] = small.region_country
    empty.capital[...] = small.capital
    edges = len(small.near)
    for a in range(times):
        for b in range(times):
            rows, columns = slice(a * n, (a + 1) * n), slice(b * n, (b + 1) * n)
            empty.road_km[rows, columns] = small.road_km + (0.0 if a == b else APART_KM)
            empty.next_hop[rows, columns] = np.where(
                small.next_hop >= 0, small.next_hop + b * n, small.next_hop
            )
            if a != b:  # from a place to another member of its own cluster
                place = np.arange(n)
                empty.next_hop[a * n + place, b * n + place] = b * n + place
    starts = [small.near_start[:-1] + k * edges for k in range(times)]
    return empty._replace(
        near_start=np.concatenate([*starts, [times * edges]]).astype(np.int64),
        near=np.concatenate([small.near + k * n for k in range(times)]),
        near_share=np.tile(small.near_share, times),
    )


def frozen_mb(world: World) -> tuple[float, float]:
    """Size of the matrices of place by place, and of all that a run changes, MB."""
    matrices = (world.geography.road_km.nbytes + world.geography.next_hop.nbytes) / 1e6
    frozen = ("geography", "airfields", "types", "routes")
    changing = sum(
        array.nbytes
        for name, part in zip(world._fields, world, strict=True)
        if name not in frozen
        for array in part
    )
    return matrices, changing / 1e6

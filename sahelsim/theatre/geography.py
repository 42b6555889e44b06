"""Distances and routes: great circles, the road graph, and coarse country outlines.

Great circles are haversines on a sphere of radius 6,371 km. Road distances are shortest paths over
the edges of ``roads.csv`` (Dijkstra 1959). Neighbour weights fall with the road distance as
exp(-d/70 km) and end at 250 km.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from sahelsim.theatre.errors import TheatreError
from sahelsim.theatre.records import Locality, Road

EARTH_RADIUS_KM = 6371.0
NEIGHBOUR_SCALE_KM = 70.0
NEIGHBOUR_REACH_KM = 250.0

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

_COUNTRY_NAMES = {"mli": "Mali", "ner": "Niger", "bfa": "Burkina Faso"}


@dataclass(frozen=True, eq=False)
class Geography:
    """Distances and routes between localities, in the order of ``localities.csv``.

    Attributes:
        great_circle_km: [L, L] straight distance.
        road_km: [L, L] shortest way by road; infinite where there is none.
        next_hop: [L, L] ``next_hop[i, j]`` is the neighbour of i through which the shortest way to
            j begins (the first in file order where several do); i itself on the diagonal, -1 where
            there is no way.
        neighbour_weight: [L, L] exp(-road_km/70), 0 on the diagonal and from 250 km on.
        edge: [E, 2] localities that a road joins.
        edge_km: [E] its length.
        edge_of: [L, L] row of the road that joins two localities directly, else -1.

    All arrays are read-only.
    """

    great_circle_km: Floats
    road_km: Floats
    next_hop: Ints
    neighbour_weight: Floats
    edge: Ints
    edge_km: Floats
    edge_of: Ints

    def path(self, start: int, end: int) -> tuple[int, ...]:
        """Return the localities of the shortest way, both ends included; empty if there is none."""
        if self.next_hop[start, end] < 0:
            return ()
        way = [start]
        while way[-1] != end:
            way.append(int(self.next_hop[way[-1], end]))
        return tuple(way)


@lru_cache(maxsize=16_384)  # the airfields' distances are asked for at every build
def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the great-circle distance of two points given in degrees [km]."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_lat, half_lon = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def build_geography(localities: Sequence[Locality], roads: Sequence[Road]) -> Geography:
    """Return the distances and routes between ``localities`` over ``roads``.

    Raises:
        TheatreError: SS3005 if a road names a locality that is not there.
    """
    count = len(localities)
    place = {locality.id: row for row, locality in enumerate(localities)}
    straight = np.zeros((count, count))
    for i, a in enumerate(localities):
        for j in range(i):
            b = localities[j]
            straight[i, j] = straight[j, i] = great_circle_km(a.lat, a.lon, b.lat, b.lon)
    edge = np.full((len(roads), 2), -1, dtype=np.int32)
    edge_of = np.full((count, count), -1, dtype=np.int32)
    neighbours: list[dict[int, float]] = [{} for _ in range(count)]
    for row, road in enumerate(roads):
        for side, id in enumerate((road.start, road.end)):
            if id not in place:
                raise TheatreError("SS3005", f"road '{road.id}' names unknown locality '{id}'")
            edge[row, side] = place[id]
        i, j = int(edge[row, 0]), int(edge[row, 1])
        if road.road_km < neighbours[i].get(j, math.inf):  # of two roads the shorter counts
            neighbours[i][j] = neighbours[j][i] = road.road_km
            edge_of[i, j] = edge_of[j, i] = row
    road_km = np.array([_distances(neighbours, start) for start in range(count)])
    road_km = np.minimum(road_km, road_km.T)  # sums in either order may differ in the last bit
    weight = np.where(road_km < NEIGHBOUR_REACH_KM, np.exp(-road_km / NEIGHBOUR_SCALE_KM), 0.0)
    np.fill_diagonal(weight, 0.0)
    geography = Geography(
        great_circle_km=straight,
        road_km=road_km,
        next_hop=_next_hops(neighbours, road_km),
        neighbour_weight=weight,
        edge=edge,
        edge_km=np.array([road.road_km for road in roads], dtype=np.float64),
        edge_of=edge_of,
    )
    for array in vars(geography).values():
        array.flags.writeable = False
    return geography


def _distances(neighbours: list[dict[int, float]], start: int) -> list[float]:
    best = [math.inf] * len(neighbours)
    best[start] = 0.0
    queue = [(0.0, start)]
    while queue:
        reached, i = heapq.heappop(queue)
        if reached > best[i]:
            continue
        for j, km in neighbours[i].items():
            if reached + km < best[j]:
                best[j] = reached + km
                heapq.heappush(queue, (best[j], j))
    return best


def _next_hops(neighbours: list[dict[int, float]], road_km: Floats) -> Ints:
    count = len(neighbours)
    hops = np.full((count, count), -1, dtype=np.int32)
    for i, near in enumerate(neighbours):
        if near:
            order = sorted(near)  # argmin takes the first of equals: the first in file order
            through = np.array([near[j] + road_km[j] for j in order])
            best = np.argmin(through, axis=0)
            reachable = np.isfinite(road_km[i])
            hops[i, reachable] = np.array(order, dtype=np.int32)[best[reachable]]
        hops[i, i] = i
    return hops


# --- Country outlines -----------------------------------------------------------------------------

Ring = tuple[tuple[float, float], ...]


@cache
def country_outline(country: str) -> tuple[Ring, ...]:
    """Return the outer rings of ``mli``, ``ner`` or ``bfa`` as (lon, lat) pairs.

    The outlines are Natural Earth's coarse ones (1:110 million, public domain), from the package
    ``countryinfo``: good for a map and a plausibility check, up to tens of km off.

    Raises:
        TheatreError: SS3005 for another country.
    """
    if country not in _COUNTRY_NAMES:
        raise TheatreError("SS3005", f"no outline of '{country}'", hint="mli, ner or bfa")
    from countryinfo import CountryInfo

    shape: dict[str, Any] = CountryInfo(_COUNTRY_NAMES[country]).geo_json()
    rings = []
    for feature in shape["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        for polygon in [polygons] if geometry["type"] == "Polygon" else polygons:
            rings.append(tuple((float(lon), float(lat)) for lon, lat in polygon[0]))
    return tuple(rings)


def distance_to_country_km(lat: float, lon: float, country: str) -> float:
    """Return 0 inside the country's outline, else the distance to it [km].

    Segments are measured on the plane tangent at the point, which is exact enough near a border.
    """
    rings = country_outline(country)
    if any(_inside(lon, lat, ring) for ring in rings):
        return 0.0
    return min(_to_segment_km(lat, lon, a, b) for ring in rings for a, b in pairwise(ring))


def _inside(lon: float, lat: float, ring: Ring) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


def _to_segment_km(lat: float, lon: float, a: tuple[float, float], b: tuple[float, float]) -> float:
    km_per_degree = math.radians(1) * EARTH_RADIUS_KM
    shrink = math.cos(math.radians(lat))
    ax, ay = (a[0] - lon) * shrink * km_per_degree, (a[1] - lat) * km_per_degree
    bx, by = (b[0] - lon) * shrink * km_per_degree, (b[1] - lat) * km_per_degree
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    along = 0.0 if length2 == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length2))
    return math.hypot(ax + along * dx, ay + along * dy)

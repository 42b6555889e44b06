"""Distances, routes and outlines."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx
import numpy as np
import pytest

from sahelsim.theatre import Theatre, TheatreError, load_theatre
from sahelsim.theatre.geography import (
    build_geography,
    country_outline,
    distance_to_country_km,
    great_circle_km,
)


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return load_theatre()


def test_a_degree_of_latitude_and_half_the_globe() -> None:
    assert great_circle_km(0, 0, 1, 0) == pytest.approx(111.195, abs=1e-3)
    assert great_circle_km(0, 0, 0, 180) == pytest.approx(np.pi * 6371)
    assert great_circle_km(60, 0, 60, 1) == pytest.approx(55.597, abs=0.01)


def test_every_place_can_be_reached_by_road(theatre: Theatre) -> None:
    assert np.isfinite(theatre.geography.road_km).all()


def test_no_road_is_shorter_than_the_straight_line(theatre: Theatre) -> None:
    straight, place = theatre.geography.great_circle_km, theatre.locality_index
    for road in theatre.roads:
        km = straight[place[road.start], place[road.end]]
        assert road.road_km >= km, road.id
        assert road.gc_km == pytest.approx(km, abs=1.0), road.id
        assert road.id == f"{road.start}--{road.end}"


def test_road_distances_agree_with_networkx(theatre: Theatre) -> None:
    graph = networkx.Graph()
    for road in theatre.roads:
        graph.add_edge(road.start, road.end, weight=road.road_km)
    place = theatre.locality_index
    for start, reached in networkx.all_pairs_dijkstra_path_length(graph):
        for end, km in reached.items():
            assert theatre.geography.road_km[place[start], place[end]] == km


def test_following_the_next_hops_covers_the_distance(theatre: Theatre) -> None:
    geography = theatre.geography
    count = len(theatre.localities)
    for start in range(0, count, 7):
        for end in range(count):
            way = geography.path(start, end)
            edges = [geography.edge_of[a, b] for a, b in pairwise(way)]
            assert -1 not in edges
            assert sum(geography.edge_km[edges]) == geography.road_km[start, end]


def test_of_equal_ways_the_first_neighbour_in_file_order_is_taken(theatre: Theatre) -> None:
    a, b, c, d = theatre.localities[:4]
    road = theatre.roads[0]

    def edge(x: str, y: str) -> object:
        return replace(road, id=f"{x}--{y}", start=x, end=y, road_km=5.0)

    square = [edge(a.id, c.id), edge(c.id, d.id), edge(a.id, b.id), edge(b.id, d.id)]
    geography = build_geography([a, b, c, d], square)
    assert geography.path(0, 3) == (0, 1, 3)
    assert geography.path(3, 0) == (3, 1, 0)


def test_a_place_off_the_roads_has_no_way(theatre: Theatre) -> None:
    geography = build_geography(theatre.localities[:3], theatre.roads[:1])  # bamako--kati
    assert geography.path(0, 1) == (0, 1)
    assert geography.path(0, 2) == ()
    assert geography.road_km[0, 2] == np.inf
    assert geography.neighbour_weight[0, 2] == 0


def test_a_road_to_nowhere_is_an_error(theatre: Theatre) -> None:
    with pytest.raises(TheatreError, match="unknown locality 'bamako'"):
        build_geography(theatre.localities[5:], theatre.roads[:1])


def test_neighbours_weigh_less_with_distance_and_nothing_from_250_km(theatre: Theatre) -> None:
    geography, place = theatre.geography, theatre.locality_index
    weight = geography.neighbour_weight
    assert weight[place["timbuktu"], place["ber"]] == pytest.approx(np.exp(-57 / 70))
    assert (weight[geography.road_km >= 250] == 0).all()
    assert (np.diag(weight) == 0).all()
    assert (weight == weight.T).all()
    lonely = {theatre.localities[i].id for i in np.flatnonzero(weight.sum(axis=1) == 0)}
    assert lonely == {"taoudenni", "dirkou", "diffa"}


def test_the_arrays_cannot_be_written(theatre: Theatre) -> None:
    with pytest.raises(ValueError, match="read-only"):
        theatre.geography.road_km[0, 0] = 1.0


def test_outlines_tell_inside_from_outside() -> None:
    assert distance_to_country_km(12.6, -8.0, "mli") == 0
    assert distance_to_country_km(13.5, 2.1, "mli") > 100  # Niamey
    # Dakar, by the map about 480 km from the nearest corner of Mali's coarse outline
    assert 400 < distance_to_country_km(14.7, -17.45, "mli") < 650
    assert all(ring[0] == ring[-1] for c in ("mli", "ner", "bfa") for ring in country_outline(c))
    with pytest.raises(TheatreError, match="no outline of 'sen'"):
        country_outline("sen")

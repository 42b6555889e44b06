"""Circuits that cards and injects offer, beside those that the scenario's own orders fly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from sahelsim.exercise.schema import ExerciseFile
from sahelsim.model.build import Template
from sahelsim.model.encoding import closed_route
from sahelsim.theatre import load_theatre


def offered(file: ExerciseFile) -> list[tuple[str, ...]]:
    """Every circuit that an order of the exercise may name, in order."""
    return sorted({closed_route(route) for route in _routes(file)})


def _routes(file: ExerciseFile) -> Iterator[str]:
    for card in file.cards.values():
        for name in _route_arguments(card.verb):
            allowed: Any = card.choose.get(name, ())
            yield from allowed
            if name in card.fixed:
                yield card.fixed[name]
    for inject in file.injects.values():
        for deed in inject.orders:
            yield from (
                deed.arguments[name]
                for name in _route_arguments(deed.verb)
                if name in deed.arguments
            )


def _route_arguments(verb: str) -> list[str]:
    arguments = load_theatre().order(verb).arguments
    return [argument.name for argument in arguments if argument.type == "route"]


def with_circuits(shared: Template, routes: list[tuple[str, ...]]) -> Template:
    """A template whose world knows more circuits; those that it knew keep their numbers."""
    known = shared.names.routes
    new = [route for route in routes if route not in known]
    if not new:
        return shared
    old = shared.start.routes
    stop = np.full((len(new), old.stop.shape[1]), -1, dtype=old.stop.dtype)
    for r, route in enumerate(new):
        stop[r, : len(route)] = [shared.names.airfields.index(icao) for icao in route]
    lengths = np.array([len(route) for route in new], dtype=old.n_stops.dtype)
    circuits = old._replace(
        stop=np.concatenate([old.stop, stop]), n_stops=np.concatenate([old.n_stops, lengths])
    )
    names = replace(shared.names, routes=(*known, *new))
    return replace(shared, names=names, start=shared.start._replace(routes=circuits), _rows={})

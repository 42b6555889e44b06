"""Circuits that an exercise's cards and injects name, made known to the model before a game.

A template knows the circuits of its scenario's orders. Teams may choose others, and all of them
must be there from the start: what a circuit's number means never changes in a game.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sahelsim.exercise.schema import ExerciseFile
from sahelsim.model.build import Template
from sahelsim.model.encoding import closed_route
from sahelsim.model.world import MAX_STOPS, Routes


def with_circuits(template: Template, file: ExerciseFile) -> Template:
    """The template with every circuit of the file, after those that it has."""
    known = template.names.routes
    more = tuple(sorted({closed_route(route) for route in _named(file)} - set(known)))
    if not more:
        return template
    stop = np.full((len(more), MAX_STOPS), -1, dtype=template.start.routes.stop.dtype)
    for row, route in zip(stop, more, strict=True):
        row[: len(route)] = [template.names.airfields.index(icao) for icao in route]
    old = template.start.routes
    routes = Routes(
        stop=np.vstack([old.stop, stop]),
        n_stops=np.concatenate([old.n_stops, [len(route) for route in more]]).astype(
            old.n_stops.dtype
        ),
    )
    return replace(
        template,
        names=replace(template.names, routes=(*known, *more)),
        start=template.start._replace(routes=routes),
        _rows={},
    )


def _named(file: ExerciseFile) -> Iterator[str]:
    for card in file.cards.values():
        if "route" in card.fixed:
            yield card.fixed["route"]
        chosen = card.choose.get("route", ())
        yield from () if isinstance(chosen, str) else chosen
    for inject in file.injects.values():
        for deed in inject.orders:
            if "route" in deed.arguments:
                yield deed.arguments["route"]

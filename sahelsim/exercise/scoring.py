"""Scores of teams, each by its own aims; what civilians suffer is shown beside every one."""

from __future__ import annotations

import math
from typing import Any

from sahelsim.base.formatting import finite
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.measure import Moment


def share(value: float, scale: tuple[float, float]) -> float:
    """How much of an aim is reached, 0 to 1; 0 where the value does not apply (NaN)."""
    if math.isnan(value):
        return 0.0
    nothing, everything = scale
    return min(1.0, max(0.0, (value - nothing) / (everything - nothing)))


def scores(exercise: Exercise, moment: Moment) -> dict[str, dict[str, Any]]:
    """Team -> ``total`` (0 to 100) and ``aims``: aim -> value, points, weight."""
    found: dict[str, dict[str, Any]] = {}
    for name, team in exercise.file.teams.items():
        aims = {}
        for id, aim in team.aims.items():
            value = exercise.expressions[aim.metric].value(moment)
            points = aim.weight * share(value, aim.scale)
            aims[id] = {"value": finite(value), "points": points, "weight": aim.weight}
        found[name] = {"total": sum(aim["points"] for aim in aims.values()), "aims": aims}
    return found


def shared(exercise: Exercise, moment: Moment) -> dict[str, float | None]:
    """The outcomes that everybody sees, so far."""
    return {id: finite(moment.outcome(id)) for id in exercise.file.shared}

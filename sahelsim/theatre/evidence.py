"""The records of judgement: how texts are read, where sources differ, what the seed claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HolderRule:
    """How one wording of control, with or without a garrison, is read.

    Attributes:
        control_text: Who controls a place, as compiled.
        garrison: A state garrison is in place.
        holder: ``state`` (that of the place's country), or the id of a holder.
        besieged: The wording says besieged, blockaded or encircled.
        home_group: Group that the wording roots there (1), or empty.
        reason: Why it is read so.
        source: Publisher and URL, or assumed.
    """

    control_text: str
    garrison: bool
    holder: str
    besieged: bool
    home_group: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class ContestRule:
    """How one term of contest is read: a group with its rooting (0.5 or 1), or none.

    The terms of a place are joined by ``; ``; of several rootings of a group the greatest counts.
    A place is besieged if its wording of control or any of its terms says so.
    """

    contest_term: str
    group: str
    home: float | None
    besieged: bool
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Sources that differ, kept as a range.

    Attributes:
        id: ``D01`` onwards.
        topic: What is disputed.
        kind: ``date``, ``number`` or ``flag`` (a flag has no range).
        unit: Unit of a number.
        low: Low end, a date or a number by ``kind``, or None.
        high: High end, or None.
        versions: Who says what.
        handling: How the model treats it.
        source: Publishers and URLs, or assumed.
    """

    id: str
    topic: str
    kind: str
    unit: str
    low: date | float | None
    high: date | float | None
    versions: str
    handling: str
    source: str


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a documented move took; unknown numbers are None.

    Speeds are in km a day, durations in days, distances in road km.
    """

    id: str
    move: str
    distance_km: float | None
    days_low: float | None
    days_high: float | None
    speed_low_km_d: float | None
    speed_high_km_d: float | None
    start: date | None
    end: date | None
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class SeedClaim:
    """A claim of the seed article: what stands for it in the model and where it shows."""

    id: str
    claim: str
    origin: str
    model_element: str
    observable: str
    evidence: str
    source: str

"""What a section of the page is, and what all of them say alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sahelsim.exercise.debrief.harm import BY, Harm
from sahelsim.exercise.debrief.material import Material
from sahelsim.exercise.voice import Voice


@dataclass(frozen=True)
class Section:
    """One section of one language.

    Attributes:
        id: Its kind: the macro that draws it, and its anchor before the language.
        title: Heading.
        short: Heading in the bar of links.
        see: One sentence that says what to see.
        harm: What it says of civilians; no section goes without.
        content: What its macro draws.
    """

    id: str
    title: str
    short: str
    see: str
    harm: str
    content: Mapping[str, Any] = field(default_factory=dict)


def section(id: str, voice: Voice, harm: str, see: str | None = None, **content: Any) -> Section:
    """A section with the phrases of its id."""
    return Section(
        id, voice("debrief.title." + id), voice("debrief.short." + id),
        see or voice("debrief.see." + id), harm, content,
    )  # fmt: skip


def harm_line(voice: Voice, harm: Harm) -> str:
    """Civilians killed, by whom, and displaced, in a sentence."""
    displaced = voice.number(harm.displaced)
    if harm.total == 0:
        return voice("debrief.harm.none", displaced=displaced)
    parts = [
        voice("debrief.harm.part", killed=voice.number(harm.killed[by]),
              who=voice("debrief.by." + by))
        for by in BY
        if harm.killed[by] > 0
    ]  # fmt: skip
    return voice(
        "debrief.harm.line", killed=voice.number(harm.total), parts=voice.listed(parts),
        displaced=displaced,
    )  # fmt: skip


def days(voice: Voice, material: Material, turn: int) -> str:
    """First and last day of a turn."""
    first, last = material.days(turn)
    return voice("debrief.time.days", first=voice.date(first), last=voice.date(last))

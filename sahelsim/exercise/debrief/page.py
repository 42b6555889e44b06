"""The debrief as one HTML file: it needs no network, no script to be read, and prints."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sahelsim import __version__
from sahelsim.exercise.debrief import showing, telling
from sahelsim.exercise.debrief.harm import together
from sahelsim.exercise.debrief.material import Material
from sahelsim.exercise.debrief.section import Section, section
from sahelsim.exercise.paper import asset, fill
from sahelsim.exercise.phrases import Language
from sahelsim.exercise.voice import Voice
from sahelsim.model.kernel import source_hash
from sahelsim.report.document import asset as report_asset
from sahelsim.report.document import policy

SHORT = 12  # digits shown of a hash


@dataclass(frozen=True)
class Page:
    """One language's half of the file."""

    language: Language
    voice: Voice
    title: str
    eyebrow: str
    story: list[str]
    notes: list[str]
    sections: list[Section]


def render(material: Material, languages: Sequence[Language], game: str = "GAME") -> str:
    """The page as text; equal material gives equal text.

    Args:
        material: What is told.
        languages: One or more; the first is shown first.
        game: The game as commands name it.
    """
    scripts = {"head": report_asset("head.js"), "page": asset("debrief.js")}
    return fill(
        "debrief.html.j2",
        pages=[
            build(material, Voice(language), game, language if len(languages) == 1 else "both")
            for language in languages
        ],
        version=__version__,
        style=Markup(report_asset("style.css") + asset("debrief.css")),
        scripts={name: Markup(text) for name, text in scripts.items()},
        policy=policy(list(scripts.values())),
    )


def build(material: Material, voice: Voice, game: str, option: str) -> Page:
    """One language's half of a page that ``--language option`` makes."""
    file = material.exercise.file
    first, last = material.days(1)[0], material.days(len(material.turns))[1]
    return Page(
        language=voice.language,
        voice=voice,
        title=voice("debrief.heading", title=voice.words(file.title)),
        eyebrow=voice(
            "debrief.eyebrow", first=voice.date(first), last=voice.date(last),
            turns=len(material.turns), all=file.clock.turns, branch=material.branch.name,
            seed=material.state.created["seed"],
        ),
        story=telling.story(voice, material),
        notes=[voice("debrief.note.model"), voice.words(file.content_note),
               voice("debrief.note.teams")],
        sections=[
            showing.course(voice, material),
            telling.timeline(voice, material),
            showing.scores(voice, material),
            showing.odds(voice, material),
            showing.luck(voice, material),
            showing.value(voice, material),
            showing.harm(voice, material),
            telling.history(voice, material),
            telling.branches(voice, material),
            telling.ask(voice, material),
            telling.limits(voice, material),
            again(voice, material, game, option),
        ],
    )  # fmt: skip


def again(voice: Voice, material: Material, game: str, option: str) -> Section:
    """How to make the page again, and what it was made of."""
    created = material.state.created
    words = ["sahelsim", "exercise", "debrief", game, "--language", option,
             "--pairs", str(material.pairs)]  # fmt: skip
    if material.named:
        ids = ",".join(item.order.id for item in material.valued)
        words += ["--orders", ids or "none"]
    facts = [
        (voice("debrief.again.page"), shlex.join(words)),
        (voice("debrief.again.replay"), shlex.join(["sahelsim", "exercise", "replay", game])),
        (voice("debrief.again.export"),
         shlex.join(["sahelsim", "exercise", "export", game, "tables"])),
        (voice("debrief.again.exercise"), f"{material.exercise.file.id} {created['digest']}"),
        (voice("debrief.again.log"), f"{material.state.seq} {material.last_hash}"),
        (voice("debrief.again.version"), f"{created['version']} {__version__}"),
        (voice("debrief.again.model"),
         f"{created['model_hash'][:SHORT]} {source_hash()[:SHORT]}"),
        (voice("debrief.again.draws"), f"{created['seed']} {created['parameters']}"),
    ]  # fmt: skip
    facts += [
        (voice("debrief.again.digest", number=turn.number), (turn.result or {})["digest"])
        for turn in material.turns
    ]
    killed = voice.number(together(material.harm).total)
    return section("again", voice, voice("debrief.again.harm", killed=killed), facts=facts)

"""Every paper of a class as an HTML file that prints: A4 or Letter, one file each and language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from sahelsim import __version__
from sahelsim.base.errors import UsageError
from sahelsim.exercise.engine import Engine
from sahelsim.exercise.loading import Exercise
from sahelsim.exercise.paper import asset, fill
from sahelsim.exercise.papers import contents
from sahelsim.exercise.phrases import Language
from sahelsim.exercise.picture import situation
from sahelsim.exercise.voice import Voice
from sahelsim.report.document import policy, write_page
from sahelsim.theatre.actors import ACTORS, FIRST_GROUP, GROUPS

Size = Literal["a4", "letter"]
PAPERS = (
    "briefs", "order-cards", "inject-cards", "turn-sheets", "map", "forecast-sheet",
    "score-sheet", "badges", "facilitator",
)  # fmt: skip
SLIPS = "seat-slips"  # made only with codes
LANDSCAPE = ("map",)


def papers(
    exercise: Exercise, language: Language, places: Sequence[Mapping[str, Any]],
    size: Size = "a4", codes: Mapping[str, str] | None = None, address: str = "",
    only: Collection[str] = (),
) -> dict[str, str]:  # fmt: skip
    """Every paper of one language: name to HTML.

    Args:
        exercise: The exercise.
        language: Of the papers.
        places: The situation at the start, as ``picture.situation`` gives places.
        size: Of the sheets.
        codes: Team -> join code, for the seat slips; without them there are none.
        address: Of the join page, for the seat slips.
        only: Papers that are wanted; all by default.

    Raises:
        ImportError: segno is not installed, and slips are asked for.
    """
    voice = Voice(language)
    makers: dict[str, Callable[[], Sequence[Any]]] = {
        "briefs": lambda: contents.briefs(voice, exercise),
        "order-cards": lambda: contents.order_cards(voice, exercise),
        "inject-cards": lambda: contents.inject_cards(voice, exercise),
        "turn-sheets": lambda: contents.turn_sheets(voice, exercise),
        "map": lambda: contents.map_sheet(voice, places, exercise.plan.start),
        "forecast-sheet": lambda: contents.forecast_sheet(voice, exercise),
        "score-sheet": lambda: contents.score_sheet(voice, exercise),
        "badges": lambda: contents.badges(voice, exercise),
        "facilitator": lambda: contents.guide(voice, exercise),
    }
    if codes is not None:
        makers[SLIPS] = lambda: contents.seat_slips(voice, exercise, codes, address)
    return {
        name: _html(voice, exercise, name, make(), size)
        for name, make in makers.items()
        if not only or name in only
    }


def _html(
    voice: Voice, exercise: Exercise, name: str, sheets: Sequence[Any], size: Size
) -> str:  # fmt: skip
    paper = f"{size}{' landscape' if name in LANDSCAPE else ''}"
    return fill(
        "print.html.j2",
        name=name,
        sheets=sheets,
        v=voice,
        language=voice.language,
        title=voice("print.page", paper=voice("print.paper." + name),
                    exercise=voice.words(exercise.file.title)),
        footer=voice("print.footer", title=voice.words(exercise.file.title), version=__version__),
        style=Markup(f"@page {{ size: {paper}; margin: 10mm; }}\n" + asset("print.css")),
        policy=policy([]),
    )  # fmt: skip


def write_papers(
    exercise: Exercise, languages: Sequence[Language], places: Sequence[Mapping[str, Any]],
    out: Path, size: Size = "a4", codes: Mapping[str, str] | None = None, address: str = "",
    *, only: Collection[str] = (), force: bool = False,
) -> list[Path]:  # fmt: skip
    """Write every paper to a directory and return the files.

    Seat slips hold secrets: only their owner may read that file.

    Raises:
        UsageError: SS8081, the directory holds files and ``force`` is not given.
        EnvironmentFault: SS6010, a file cannot be written.
    """
    check_folder(out, force=force)
    written = []
    for language in languages:
        made = papers(exercise, language, places, size, codes, address, only)
        for name, text in made.items():
            path = write_page(text, out / f"{name}-{language}.html")
            if name == SLIPS:
                path.chmod(0o600)
            written.append(path)
    return written


def start_places(engine: Engine) -> list[dict[str, Any]]:
    """Who holds what before the first turn, as everybody knows it."""
    everybody = tuple(ACTORS[: FIRST_GROUP + len(GROUPS)])
    places: list[dict[str, Any]] = situation(engine, (), everybody)["places"]
    return places


def check_folder(out: Path, *, force: bool) -> None:
    """Refuse a directory that holds something else.

    Raises:
        UsageError: SS8081.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not force:
        raise UsageError("SS8081", f"{out} is not empty", hint="add --force to write over it")

"""Names of places, actors, regions and outcomes in the language of a reader."""

from __future__ import annotations

from functools import cache

from sahelsim.base.formatting import number
from sahelsim.exercise.phrases import Language, phrase
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS

# French has names of its own for few places; all others are written alike.
_FRENCH = {"Timbuktu": "Tombouctou"}


@cache
def places() -> dict[str, str]:
    """Id -> name of every locality, as maps write it."""
    return {place.id: place.name for place in load_theatre().localities}


def place_name(id: str, language: Language) -> str:
    """Name of a locality; the id itself where it is none."""
    return local(places().get(id, id), language)


def local(name: str, language: Language) -> str:
    """Name of a place or region in a language."""
    return _FRENCH.get(name, name) if language == "fr" else name


def actor_name(id: str, language: Language) -> str:
    """Name of an actor or holder; the id itself where it is none."""
    return phrase(language, "common.actor." + id) if id in ACTORS else id


def outcome_name(id: str, language: Language) -> str:
    """Label of an outcome, with its unit where it has one that says something."""
    outcome = load_theatre().outcome(id)
    return outcome.label_fr if language == "fr" else outcome.label_en


def day(iso: str, language: Language) -> str:
    """A date in words: 20 August 2023."""
    year, month, number = iso.split("-")
    name = phrase(language, "common.month." + month)
    first = "1er" if language == "fr" and number == "01" else str(int(number))
    return f"{first} {name} {year}"


def figure(value: float | None, language: Language, significant: int = 3) -> str:
    """A number as readers of a language write it: thousands apart, decimal sign; – for None."""
    if value is None:
        return "–"
    text = number(value, significant)
    whole, _, part = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u202f" if language == "fr" else ",")
    if whole.startswith("-") and int(whole) == 0:
        grouped = f"-{grouped}"
    return grouped + (("," if language == "fr" else ".") + part if part else "")

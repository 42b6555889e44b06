"""The words of pages, briefs and debriefs, in every language of a class.

One catalogue: the YAML files of ``catalogue/``, each a mapping of ``key: {en: ..., fr: ...}``.
Texts that belong to an exercise (names of teams, cards, injects) stand in its own file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from sahelsim.theatre.plain_yaml import read_plain_yaml

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All phrases: key to language to text with ``{fields}``."""
    phrases: dict[str, Mapping[str, str]] = {}
    for file in sorted(Path(__file__).with_name("catalogue").iterdir()):
        for key, texts in read_plain_yaml(file).items():
            if key in phrases:
                raise ValueError(f"{file.name}: the phrase {key!r} stands in another file too")
            phrases[key] = texts
    return phrases


def phrase(language: Language, key: str, **fields: Any) -> str:
    """The text of a phrase with its fields filled in.

    Raises:
        KeyError: no such phrase, or a field of it is missing.
    """
    return catalogue()[key][language].format(**fields)

"""The words of pages, briefs and debriefs, in every language of a class.

One catalogue: the YAML files of ``catalogue/``, each a mapping of ``key: {en: ..., fr: ...}``.
Texts that belong to an exercise (names of teams, cards, injects) stand in its own file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

import yaml

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All phrases: key to language to text with ``{fields}``."""
    phrases: dict[str, Mapping[str, str]] = {}
    folder = resources.files("sahelsim.exercise") / "catalogue"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for key, texts in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
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

"""One catalogue of words: nothing untranslated, nothing unused, nothing missing."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from sahelsim.exercise import phrases

ROOM = Path(phrases.__file__).parent
SOURCES = "\n".join(
    file.read_text(encoding="utf-8")
    for file in ROOM.rglob("*")
    if file.suffix in {".py", ".j2", ".js"}
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", phrases.catalogue())
def test_every_phrase_speaks_every_language_with_the_same_fields(key: str) -> None:
    texts = phrases.catalogue()[key]
    assert set(texts) == set(phrases.LANGUAGES)
    first, *others = (fields(texts[language]) for language in phrases.LANGUAGES)
    assert all(first == other for other in others)
    assert all(text.strip() for text in texts.values())


def test_every_phrase_is_used_and_every_used_phrase_exists() -> None:
    # A key is written whole, or as a prefix that ends with a dot and is completed at run time.
    written = set(re.findall(r"[\"']([a-z]+(?:\.[a-z_0-9]+)*\.?)[\"']", SOURCES))
    prefixes = tuple(name for name in written if name.endswith("."))
    keys = set(phrases.catalogue())
    unused = {key for key in keys - written if not key.startswith(prefixes or ("\0",))}
    assert not unused
    rooms = tuple({key.split(".")[0] + "." for key in keys})
    asked = {name for name in written if name.startswith(rooms) and not name.endswith(".")}
    assert not {name for name in asked - keys if not re.search(r"\.(py|j2|js|css|html)$", name)}


def test_a_missing_phrase_or_field_is_loud() -> None:
    with pytest.raises(KeyError):
        phrases.phrase("en", "common.no_such_phrase")
    with pytest.raises(KeyError):
        phrases.phrase("fr", "common.turn", number=1)
    assert phrases.phrase("fr", "common.turn", number=1, turns=6) == "Tour 1 sur 6"

"""Nearest names: what the user probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, choices: Iterable[str], n: int = 1) -> list[str]:
    """Return up to ``n`` of ``choices`` that resemble ``word``, best first.

    Case, and the difference between ``-`` and ``_``, are ignored.  An empty list means that
    nothing is near enough to be worth saying (similarity below 0.6).
    """
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(_fold(choice), choice)
    matches = difflib.get_close_matches(_fold(str(word))[:200], folded, n=n, cutoff=0.6)
    return [folded[match] for match in matches]


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """Return ``did you mean 'x'?`` for the nearest of ``choices``, or None."""
    found = nearest(word, choices)
    return f"did you mean '{found[0]}'?" if found else None


def _fold(word: str) -> str:
    return word.casefold().replace("_", "-")

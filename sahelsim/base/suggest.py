"""Nearest names: what the user probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_CANDIDATES = 8


def nearest(word: str, choices: Iterable[str], n: int = 1) -> list[str]:
    """Return up to ``n`` of ``choices`` that resemble ``word``, best first.

    Case, and the difference between ``-`` and ``_``, are ignored.  An empty list means that
    nothing is near enough to be worth saying (similarity below 0.6).  Among those that are, the
    fewest slips of the fingers count first: a letter left out, added, wrong, or two exchanged.
    """
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(_fold(choice), choice)
    meant = _fold(str(word))[:200]
    matches = difflib.get_close_matches(meant, folded, n=max(n, _CANDIDATES), cutoff=0.6)
    matches.sort(key=lambda match: _slips(meant, match))  # stable: the more alike stays first
    return [folded[match] for match in matches[:n]]


def did_you_mean(word: str, choices: Iterable[str]) -> str | None:
    """Return ``did you mean 'x'?`` for the nearest of ``choices``, or None."""
    found = nearest(word, choices)
    return f"did you mean '{found[0]}'?" if found else None


def _fold(word: str) -> str:
    return word.casefold().replace("_", "-")


def _slips(a: str, b: str) -> int:
    """Return the least number of slips that turn ``a`` into ``b`` (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            slips = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                slips = min(slips, before[j - 2] + 1)
            row.append(slips)
        before, last = last, row
    return last[-1]

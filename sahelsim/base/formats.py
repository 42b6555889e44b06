"""Versions of the files that users write, and the steps from one version to the next.

A step rewrites the text of a file, so that comments and layout stay. So far every format has one
version, and there are no steps. Who changes what an existing key means, renames it or takes it
away appends a step here in the same commit; a new optional key needs none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import one_of
from sahelsim.base.yaml_source import Source


class Step(NamedTuple):
    """From one version to the next.

    Attributes:
        says: What changes for the user, in a sentence.
        rewrite: Takes the text of a file of the version before, returns that of this one; the key
            of the version is not its business.
    """

    says: str
    rewrite: Callable[[str], str]


@dataclass(frozen=True)
class Format:
    """One kind of file.

    Attributes:
        kind: Its name, as in ``sahelsim <kind> check``.
        marks: Keys at the top that all files of this kind have, and no others.
        key: Key at the top that holds the version; where it is missing the version is 1.
        steps: From version 1 on.
    """

    kind: str
    marks: frozenset[str]
    key: str = "format"
    steps: tuple[Step, ...] = ()

    @property
    def version(self) -> int:
        """The newest version, which this sahelsim reads."""
        return 1 + len(self.steps)


FORMATS = (
    Format("exercise", frozenset({"exercise"}), key="exercise"),
    Format("sweep", frozenset({"policies"})),
    Format("calibration", frozenset({"scenario", "parameters"})),
    Format("scenario", frozenset({"id"})),
)
"""In the order in which a file is tried: the first whose marks it has is its kind."""


@dataclass(frozen=True)
class Migrated:
    """A file as it is in the newest version.

    Attributes:
        kind: Of file.
        before: Version it had.
        after: Version it has now.
        text: Its text now.
        says: What changed, a sentence each; empty where nothing had to.
    """

    kind: str
    before: int
    after: int
    text: str
    says: tuple[str, ...]


def migrate(source: Source, text: str, formats: Sequence[Format] = FORMATS) -> Migrated:
    """Bring a file to the newest version of its format.

    Args:
        source: The file, parsed.
        text: The same, as it is written.
        formats: The kinds that are known.

    Raises:
        InputError: SS2070 a newer version than this sahelsim reads, or no version at all; SS2071
            no file of a known kind.
    """
    format = _format(source, formats)
    before = source.data.get(format.key, 1)
    if type(before) is not int or before < 1:
        raise InputError("SS2070", f"{source.name}: '{before}' is no version of a {format.kind}",
                         hint=f"write {format.key}: {format.version}")  # fmt: skip
    if before > format.version:
        raise InputError(
            "SS2070", f"{source.name}: version {before} of the {format.kind} format is newer than "
            f"{format.version}, the newest that this sahelsim reads",
            hint="upgrade sahelsim",
        )  # fmt: skip
    steps = format.steps[before - 1 :]
    for step in steps:
        text = step.rewrite(text)
    if steps:
        text = _noted(text, format)
    return Migrated(format.kind, before, format.version, text, tuple(step.says for step in steps))


def _format(source: Source, formats: Sequence[Format]) -> Format:
    keys = set(source.data) if isinstance(source.data, dict) else set()
    for format in formats:
        if format.marks <= keys:
            return format
    kinds = one_of([format.kind for format in formats])
    raise InputError("SS2071", f"{source.name} is no {kinds}",
                     hint="it lacks the keys by which they are told")  # fmt: skip


def _noted(text: str, format: Format) -> str:
    """The text with its version brought up to date; above all keys where it had none."""
    line = f"{format.key}: {format.version}"
    written = re.compile(rf"^{format.key}[ \t]*:[ \t]*\d+", re.MULTILINE)
    if written.search(text):
        return written.sub(line, text, count=1)
    first = re.compile(r"^[^\s#%-]", re.MULTILINE).search(text)
    at = first.start() if first else 0
    return f"{text[:at]}{line}\n{text[at:]}"

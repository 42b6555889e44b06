"""Faults of an input file, shown at their line with a caret and a suggestion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sahelsim.base.errors import InputError
from sahelsim.base.formatting import plural
from sahelsim.base.suggest import nearest

AT_MOST = 20
_WINDOW = 100

Path = tuple[str | int, ...]


class Mark(NamedTuple):
    """A place in a file: line and column count from 1, ``length`` is what the caret underlines."""

    line: int
    col: int
    length: int = 1


@dataclass(frozen=True)
class Problem:
    """One fault of one file.

    Attributes:
        code: ``SSnnnn``, listed in the catalogue.
        message: What is wrong, naming the value.
        path: Keys and indices from the top of the file to the fault.
        hint: What was probably meant, or what is allowed.
        mark: Where the fault lies; None if the file has no such line (a missing file, ``--set``).
        file: The file's name as the user wrote it.
        source_line: The text of the line.
        key: The offending or missing key of a structural fault; pairs a missing key with a
            misspelt one.
    """

    code: str
    message: str
    path: Path = ()
    hint: str | None = None
    mark: Mark | None = None
    file: str = ""
    source_line: str = field(default="", repr=False)
    key: str | None = None

    @property
    def where(self) -> str:
        """``file:line:col`` as far as it is known."""
        return f"{self.file}:{self.mark.line}:{self.mark.col}" if self.mark else self.file

    def as_dict(self) -> dict[str, Any]:
        """The fault as ``--json`` prints it."""
        return {
            "code": self.code,
            "message": self.message,
            "path": dotted(self.path),
            "where": self.where,
            "hint": self.hint,
        }

    def render(self) -> str:
        """One to three lines: the message, the source line, the caret with the hint."""
        at = f" at {dotted(self.path)}" if self.path else ""
        place = f"{self.where}: " if self.where else ""
        head = f"{place}error {self.code}{at}: {self.message}"
        if self.mark is None:
            return f"{head}\n  tip: {self.hint}" if self.hint else head
        line, lead, width = _excerpt(self.source_line, self.mark)
        caret = f"     | {lead}{'^' * width}" + (f" {self.hint}" if self.hint else "")
        return f"{head}\n{self.mark.line:>4} | {line}\n{caret}"


class InvalidInput(InputError):
    """A file with one or more faults; ``problems`` lists them by line.

    The code is that of the first fault; ``str()`` gives all of them as the command line does.
    """

    def __init__(self, code: str, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(code, message, where=problems[0].where if problems else None)
        self.problems = tuple(problems)
        if problems:
            self.hint = problems[0].hint

    def as_dict(self) -> dict[str, Any]:
        """The error as ``--json`` prints it, with every fault under ``problems``."""
        shown = self.problems[0].message if self.problems else self.message
        return {
            **super().as_dict(),
            "message": shown,
            "problems": [problem.as_dict() for problem in self.problems],
        }

    def render(self) -> str:
        """All faults, as :func:`render_problems` lays them out."""
        return self.message


def fail(problems: Sequence[Problem], footer: str = "") -> InvalidInput:
    """Return the error that reports ``problems`` (at least one); the caller raises it."""
    ordered = tidy(problems)
    return InvalidInput(ordered[0].code, render_problems(ordered, footer), ordered)


def tidy(problems: Sequence[Problem]) -> list[Problem]:
    """Sort by file and line, drop repetitions, and join a missing key with its misspelling."""
    joined: list[Problem] = []
    missing = [p for p in problems if p.code == "SS2104" and p.key is not None]
    used: set[int] = set()
    for problem in problems:
        if problem.code == "SS2103" and problem.key is not None:
            match = _misspelt(problem, [p for p in missing if id(p) not in used])
            if match is not None:
                used.add(id(match))
                problem = replace(problem, hint=f"did you mean '{match.key}'?")
        joined.append(problem)
    kept = [p for p in joined if id(p) not in used]
    unique = list({(p.code, p.path, p.message, p.mark, p.file): p for p in kept}.values())
    return sorted(unique, key=lambda p: (p.file, p.mark or Mark(0, 0, 0), p.code))


def _misspelt(unknown: Problem, missing: Sequence[Problem]) -> Problem | None:
    place = (unknown.file, unknown.path)
    same_place = {str(p.key): p for p in missing if (p.file, p.path) == place}
    found = nearest(str(unknown.key), same_place)
    return same_place[found[0]] if found else None


def render_problems(problems: Sequence[Problem], footer: str = "") -> str:
    """Lay out at most twenty faults, then the count and ``footer``."""
    blocks = [problem.render() for problem in problems[:AT_MOST]]
    if len(problems) > AT_MOST:
        blocks.append(f"... and {len(problems) - AT_MOST} more")
    blocks.append(f"{plural(len(problems), 'error')}." + (f" {footer}" if footer else ""))
    return "\n".join(blocks)


def dotted(path: Path) -> str:
    """Return ``teams.niamey.orders[1]`` for ``("teams", "niamey", "orders", 1)``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def _excerpt(line: str, mark: Mark) -> tuple[str, str, int]:
    """Cut a long line to a window around the mark; return line, padding and caret width."""
    start = max(0, mark.col - 1 - _WINDOW // 2) if len(line) > _WINDOW else 0
    shown = line[start : start + _WINDOW] if len(line) > _WINDOW else line
    at = mark.col - 1 - start
    lead = "".join("\t" if char == "\t" else " " for char in shown[:at]).ljust(at)
    width = max(1, min(mark.length, max(1, len(shown) - at)))
    return shown, lead, width


def value_text(value: Any, limit: int = 60) -> str:
    """Show ``value`` as a message does: quoted text, YAML's true and null, cut at ``limit``."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = f"'{value}'"
    elif isinstance(value, Mapping):
        return f"a mapping of {plural(len(value), 'key')}"
    elif isinstance(value, (list, tuple)):
        return f"a list of {plural(len(value), 'item')}"
    else:
        text = str(value)
    return text if len(text) <= limit else text[: limit - 4] + "...'"

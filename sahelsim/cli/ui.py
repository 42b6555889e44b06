"""What every command shares: colour, choices that suggest, examples, JSON, talk on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

import click

from sahelsim.base.errors import InputError
from sahelsim.base.suggest import nearest

Command = TypeVar("Command", bound=click.Command)
Language = Literal["en", "fr"]  # as sahelsim.exercise.phrases has it, which help must not load

_CODES = {"error": "31", "tip": "36", "good": "32", "head": "1", "dim": "2", "warn": "33"}
LANGUAGES: tuple[Language, ...] = ("en", "fr")

_choice = "auto"
_language: Language | None = None
_verbose = False
_lines = False


def set_colour(choice: str) -> None:
    """Set ``auto``, ``always`` or ``never`` for the rest of the process (``--color``)."""
    global _choice
    _choice = choice


def set_language(choice: Language | None) -> None:
    """Set the language of ``--lang`` for the rest of the process; None where it is not given."""
    global _language
    _language = choice


def asked_language() -> Language | None:
    """What ``--lang`` says, if anything."""
    return _language


def language() -> Language:
    """The language of texts that exist in several: by --lang, else as the system's messages."""
    if _language is not None:
        return _language
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "fr" if next(filter(None, names), "").startswith("fr") else "en"


def set_verbose(wanted: bool) -> None:
    """Say more on stderr for the rest of the process (``--verbose``)."""
    global _verbose
    _verbose = wanted


def set_lines(wanted: bool) -> None:
    """Print JSON documents as one line each, and progress so too (``--jsonl``)."""
    global _lines
    _lines = wanted


def colour_on(stream: IO[str]) -> bool:
    """Tell whether ``stream`` gets colours: by --color, NO_COLOR, FORCE_COLOR, being a terminal."""
    if _choice != "auto":
        return _choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, role: str, stream: IO[str] | None = None) -> str:
    """Return ``text`` in the colour of ``role`` (error, tip, good, head, dim, warn), if any."""
    if not colour_on(stream or sys.stdout):
        return text
    return f"\x1b[{_CODES[role]}m{text}\x1b[0m"


def say(text: str = "") -> None:
    """Print data to stdout."""
    sys.stdout.write(text + "\n")


def talk(text: str, *, quiet: bool = False) -> None:
    """Print talk to stderr, unless ``quiet``."""
    if not quiet:
        sys.stderr.write(text + "\n")


def detail(text: str) -> None:
    """Print to stderr what only ``--verbose`` asks for."""
    if _verbose:
        talk(paint(text, "dim", sys.stderr))


def verbose() -> bool:
    """Tell whether ``--verbose`` was given: for what is not free to find out."""
    return _verbose


def say_document(document: dict[str, Any]) -> None:
    """Print a JSON document, on one line under ``--jsonl``."""
    say(json.dumps(document, ensure_ascii=False, indent=None if _lines else 2, default=str))


def say_json(kind: str, /, **data: Any) -> None:
    """Print one JSON document: ``{"schema": "sahelsim.<kind>/1", "ok": true, …}``."""
    say_document({"schema": f"sahelsim.{kind}/1", "ok": True, **data})


def say_progress(**data: Any) -> None:
    """Print a line of progress under ``--jsonl``: ``{"schema": "sahelsim.progress/1", …}``."""
    if _lines:
        say_document({"schema": "sahelsim.progress/1", **data})
        sys.stdout.flush()


def say_schema(kind: str, schema: dict[str, Any], as_json: bool) -> None:
    """Print the JSON Schema of a ``kind`` of file, or the document that holds it."""
    if as_json:
        say_json(f"{kind}.schema", document=schema)
    else:
        say(json.dumps(schema, ensure_ascii=False, indent=1))


def say_begun(kind: str, path: Path, as_json: bool, **data: Any) -> None:
    """Tell where a new ``kind`` of file lies and what to do with it, or as JSON with ``data``."""
    if as_json:
        say_json(f"{kind}.new", path=str(path), **data)
        return
    say(str(path))
    talk(f"next: sahelsim {kind} check {path}")


def say_checked(
    kind: str,
    names: Sequence[str],
    look: Callable[[str], tuple[dict[str, Any], str]],
    as_json: bool,
) -> None:
    """Check files of a ``kind``: say of each that it is good, or everything that is wrong.

    Args:
        kind: What the files are.
        names: The files.
        look: Checks one; its facts, and the same in a line. What is wrong is its InputError.
        as_json: Print the facts of all as one document.

    Raises:
        InputError: of the last file that is not good; the others' are told before.
    """
    good: list[dict[str, Any]] = []
    faults: list[InputError] = []
    for name in names:
        try:
            facts, line = look(name)
        except InputError as fault:
            faults.append(fault)
            continue
        good.append(facts)
        if not as_json:
            say(f"{paint('ok', 'good')}  {name}: {line}")
    for other in faults[:-1]:
        talk(other.render(), quiet=as_json)
    if faults:
        raise faults[-1]
    if as_json:
        say_json(f"{kind}.check", checked=good)


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> str:
    """Return rows in columns that line up, with a heading; the last column is not padded."""
    everything = [list(head), *[list(row) for row in rows]]
    widths = [max(len(row[i]) for row in everything) for i in range(len(head) - 1)]
    lines = []
    for number, row in enumerate(everything):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        line = "  ".join([*cells, row[-1]]).rstrip()
        lines.append(paint(line, "head") if number == 0 else line)
    return "\n".join(lines)


class Choice(click.Choice[str]):
    """A click choice that names the nearest value when it is given another."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the choice, or fail with the list and the nearest."""
        names = [str(choice) for choice in self.choices]
        if value in names:
            return value
        found = nearest(str(value), names)
        hint = f" Did you mean '{found[0]}'?" if found else ""
        self.fail(f"'{value}' is not one of {', '.join(names)}.{hint}", param, ctx)


def examples(*lines: str) -> Callable[[Command], Command]:
    """Add runnable examples to a command's help; a test runs them."""

    def add(command: Command) -> Command:
        shown = "\n".join(f"  {line}" for line in lines)
        command.epilog = f"\b\nExamples:\n{shown}"
        return command

    return add


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json``: one document on stdout, errors too."""
    option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    return option(function)


def quiet_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--quiet``, for commands that run the model."""
    option = click.option("--quiet", "-q", is_flag=True, help="No progress and no summary.")
    return option(function)


def jsonl_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json`` and ``--jsonl``: as it goes, then the document of ``--json``, a line each."""

    @wraps(function)
    def lined(*args: Any, as_json: bool, jsonl: bool, **options: Any) -> Any:
        set_lines(jsonl)
        return function(*args, as_json=as_json or jsonl, **options)

    help = "Print JSON lines: progress as it goes, the document last."
    return json_option(click.option("--jsonl", is_flag=True, help=help)(lined))


def dry_run_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--dry-run`` to a command that runs scenarios."""
    help = "Say what would be run, where, how long it takes and how much disk; write nothing."
    return click.option("--dry-run", is_flag=True, help=help)(function)


def set_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--set key=value``, which may stand several times."""
    return click.option(
        "--set",
        "sets",
        multiple=True,
        metavar="KEY=VALUE",
        help="Change parameter.<id>, orders.<order id>.<argument>, start, end or seed. Of several "
        "scenarios, an order changes in those that have it.",
    )(function)


def parameters_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--parameters central|posterior|FILE``."""
    return click.option(
        "--parameters",
        metavar="central|posterior|FILE",
        help="Central values, the shipped posterior (the default where one ships), or that of a "
        "calibration. --set holds over both.",
    )(function)

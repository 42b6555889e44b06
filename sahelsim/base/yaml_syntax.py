"""What a YAML parser complains about, in words that tell what to mend.

PyYAML reports where it gave up and what it was doing.  That is often lines below the fault: a
bracket is missed at the end of the file.  Here the place becomes the one to look at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import yaml

_CLOSING = {"[": "]", "{": "}"}


class Complaint(NamedTuple):
    """A fault of syntax: what is wrong, what to do, and the parser's mark of the place."""

    message: str
    hint: str | None
    place: Any


def complaint(fault: yaml.YAMLError, line: Callable[[int], str]) -> Complaint:
    """Put a fault of the parser into words.

    Args:
        fault: What the parser raised.
        line: Gives the text of a line, counted from 0.
    """
    place = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    start = getattr(fault, "context_mark", None)
    message = getattr(fault, "problem", None) or "this is not YAML"
    doing = getattr(fault, "context", None) or ""
    if place is None:
        return Complaint(message, doing or None, None)
    here = line(place.line)[place.column : place.column + 1]
    if here == "\t":
        return Complaint("a tab stands here", "indent with spaces", place)
    if "cannot start any token" in message:
        return Complaint(
            f"a value cannot begin with '{here}'", "put the text between quotation marks", place
        )
    if "mapping values are not allowed" in message:
        hint = "quote text that holds ': '; else check how this line and the one above are indented"
        return Complaint("a ':' cannot stand here", hint, place)
    if "block sequence entries" in message:
        return Complaint("a list cannot begin here", "put '- ' on a line of its own", place)
    if start is None or start.line == place.line:
        if "expected key" in message:
            hint = "put the whole text between quotation marks of the other kind"
            return Complaint("text goes on where a value has ended", hint, place)
        return Complaint(message.replace("did not find expected", "expected"), None, place)
    if "flow" in doing:
        bracket = line(start.line)[start.column : start.column + 1]
        closing = _CLOSING.get(bracket, bracket)
        return Complaint(f"this '{bracket}' is not closed", f"close it with '{closing}'", start)
    if "quoted scalar" in doing:
        hint = "close it, or quote text that holds such a mark with the other kind"
        return Complaint("this quotation mark is not closed", hint, start)
    if "block" in doing:
        what = "list" if "'-'" in message else "mapping"
        hint = f"indent it like its neighbours; the {what} begins on line {start.line + 1}"
        return Complaint(f"this does not fit the {what} around it", hint, place)
    return Complaint(message, doing or None, place)

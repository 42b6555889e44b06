"""YAML read by the 1.2 core rules, with the line and column of every key and value.

PyYAML's parser supplies the events; the values are built here, because its own constructor reads
``no`` as False, takes the last of two equal keys without a word and forgets where things stood.
Files are bounded: 5 MB, 40 levels, 200,000 values after aliases are expanded.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml

from sahelsim.base.errors import EnvironmentFault, InputError
from sahelsim.base.problems import Mark, Path, Problem, fail
from sahelsim.base.yaml_syntax import complaint

MAX_BYTES = 5_000_000
MAX_DEPTH = 40
MAX_VALUES = 200_000

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,4000}")
_OCT = re.compile(r"0o[0-7]{1,4000}")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,4000}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"(?P<inf>[-+]?\.(inf|Inf|INF))|(?P<nan>\.(nan|NaN|NAN))")
# What YAML 1.2 allows in a stream; NUL, other controls and lone surrogates are outside.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Source:
    """A parsed file: plain data and where each part of it stood.

    Attributes:
        name: The file's name as the user wrote it.
        data: dict, list, str, int, float, bool or None.  Keys are always text; dates stay text.
        values: path -> place of the value.
        keys: path -> place of the key that leads to it.
        lines: The file's lines, without line ends.
    """

    name: str
    data: Any
    values: dict[Path, Mark] = field(default_factory=dict, repr=False)
    keys: dict[Path, Mark] = field(default_factory=dict, repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)

    def mark(self, path: Path, *, key: bool = False) -> Mark | None:
        """Return the place of ``path`` (its key if ``key``), or of its nearest ancestor."""
        if key and path in self.keys:
            return self.keys[path]
        for end in range(len(path), -1, -1):
            if path[:end] in self.values:
                return self.values[path[:end]]
        return None

    def line(self, number: int) -> str:
        """Return line ``number`` (from 1), or an empty text beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def at(self, path: Path, data: Any = ...) -> Source:
        """Return the part under ``path`` as a source of its own; faults keep their lines.

        Args:
            path: Keys and indices that lead to the part.
            data: What stands there; looked up by default.
        """
        if data is ...:
            data = self.data
            for step in path:
                data = data[step]
        size = len(path)
        values = {p[size:]: mark for p, mark in self.values.items() if p[:size] == path}
        keys = {p[size:]: mark for p, mark in self.keys.items() if p[:size] == path}
        return Source(self.name, data, values, keys, self.lines)

    def problem(
        self,
        code: str,
        path: Path,
        message: str,
        hint: str | None = None,
        on_key: bool = False,
        at: Path | None = None,
        key: str | None = None,
    ) -> Problem:
        """Return a :class:`Problem` at ``path``, reported ``at`` another path if given."""
        mark = self.mark(path, key=on_key)
        return Problem(
            code,
            message,
            path=path if at is None else at,
            hint=hint,
            mark=mark,
            file=self.name,
            source_line=self.line(mark.line) if mark else "",
            key=key,
        )


def read(path: str | FilePath, *, name: str | None = None) -> Source:
    """Read and parse the YAML file at ``path``.

    Raises:
        InputError: SS2001 if it does not exist, SS2110 if it is not UTF-8, else as :func:`parse`.
        EnvironmentFault: SS6002 if it cannot be read.
    """
    shown = name or str(path)
    try:
        with FilePath(path).open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise InputError("SS2001", f"no such file: {shown}") from None
    except IsADirectoryError:
        raise InputError("SS2001", f"{shown} is a folder, not a file") from None
    except OSError as fault:
        if fault.errno == errno.ENAMETOOLONG:
            raise InputError("SS2001", f"no such file: {shown[:200]}…") from None
        raise EnvironmentFault("SS6002", f"cannot read {shown}: {fault.strerror}") from None
    return parse(raw, name=shown)


def parse(text: str | bytes, *, name: str = "<text>") -> Source:
    """Parse one YAML document.

    Raises:
        InvalidInput: SS2101 syntax, SS2102 duplicate key, SS2109 too large or too deep,
            SS2110 encoding or control characters, SS2111 tags and other YAML that is not used.
    """
    if len(text) > MAX_BYTES:
        limit = f"the limit is {MAX_BYTES:,} bytes"
        raise fail([Problem("SS2109", "the file is too large", hint=limit, file=name)])
    if isinstance(text, bytes):
        text = _decode(text, name)
    text = text.removeprefix("\ufeff")
    lines = tuple(re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text))
    _refuse_controls(text, name)
    return _Builder(name, lines).build(text)


def _decode(raw: bytes, name: str) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise fail([Problem("SS2110", "the file is UTF-16", hint="save it as UTF-8", file=name)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start].decode("utf-8", "replace")
        message = f"byte 0x{raw[fault.start]:02x} is not UTF-8"
        problem = _at_offset("SS2110", message, before, before, name)
        raise fail([problem]) from None


def _refuse_controls(text: str, name: str) -> None:
    match = _FORBIDDEN.search(text)
    if match:
        message = f"the character U+{ord(match.group()):04X} is not allowed in YAML"
        raise fail([_at_offset("SS2110", message, text[: match.start()], text, name)])


def _at_offset(code: str, message: str, before: str, text: str, name: str) -> Problem:
    number = before.count("\n") + 1
    start = before.rfind("\n") + 1
    line = text[start:].split("\n", 1)[0]
    printable = "".join(char if char.isprintable() or char == "\t" else "?" for char in line)
    mark = Mark(number, len(before) - start + 1)
    hint = "save the file as UTF-8 text"
    return Problem(code, message, hint=hint, mark=mark, file=name, source_line=printable)


class _Builder:
    """Builds data and marks from parser events; depth is bounded, so recursion is safe."""

    def __init__(self, name: str, lines: tuple[str, ...]) -> None:
        self.source = Source(name, None, lines=lines)
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.problems: list[Problem] = []
        self.count = 0

    def build(self, text: str) -> Source:
        loader_type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        loader = loader_type(text)
        try:
            events = _events(loader)
            next(events)  # stream start
            event = next(events)
            data = None
            if isinstance(event, yaml.DocumentStartEvent):
                data, _ = self._value(next(events), events, ())
                next(events)  # document end
                event = next(events)
                if isinstance(event, yaml.DocumentStartEvent):
                    self._stop("SS2111", event, "a second document starts here", "keep one a file")
        except yaml.YAMLError as fault:
            raise fail([*self.problems, self._syntax(fault)]) from None
        finally:
            loader.dispose()
        if self.problems:
            raise fail(self.problems)
        source = self.source
        return Source(source.name, data, source.values, source.keys, source.lines)

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> tuple[Any, int]:
        """Return the value that starts with ``event`` and how many values it holds."""
        self.source.values[path] = self._mark(event)
        if isinstance(event, yaml.AliasEvent):
            anchor = str(event.anchor)
            if anchor not in self.anchors:
                message = f"'*{anchor}' names no anchor that is complete before this line"
                self._stop("SS2101", event, message, None)
            value, weight = self.anchors[anchor]
            self._grow(event, weight)
            return value, weight
        if len(path) >= MAX_DEPTH:
            self._stop("SS2109", event, f"more than {MAX_DEPTH} levels deep", None)
        self._grow(event, 1)
        value, weight = self._fresh(event, events, path)
        if event.anchor:
            self.anchors[str(event.anchor)] = (value, weight)
        return value, weight

    def _fresh(self, event: Any, events: Iterator[Any], path: Path) -> tuple[Any, int]:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event), 1
        self._check_tag(event, "seq" if isinstance(event, yaml.SequenceStartEvent) else "map")
        weight = 1
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                item, size = self._value(event, events, (*path, len(items)))
                items.append(item)
                weight += size
            return items, weight
        table: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event, path)
            again = key in table
            if again:
                first = f"first on line {self.source.keys[(*path, key)].line}"
                self._note("SS2102", event, path, f"duplicate key '{key}'", first)
            else:
                self.source.keys[(*path, key)] = self._mark(event)
            table[key], size = self._value(next(events), events, (*path, key))
            weight += size
        return table, weight

    def _key(self, event: Any, path: Path) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._stop("SS2111", event, "a key must be plain text", "write 'key: value'")
        return str(event.value)

    def _scalar(self, event: Any) -> Any:
        text = event.value
        tag = event.tag
        if tag is None or tag == "!":
            plain = event.implicit[0]
            return self._core(text, event) if plain else text
        self._check_tag(event, "str", "int", "float", "bool", "null")
        return text if tag == _TAG + "str" else self._core(text, event)

    def _core(self, text: str, event: Any) -> Any:
        """Resolve a plain scalar by the YAML 1.2 core schema."""
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if _INT.fullmatch(text):
            return int(text)
        if _OCT.fullmatch(text) or _HEX.fullmatch(text):
            return int(text, 0)
        special = _SPECIAL.fullmatch(text)
        if special or _FLOAT.fullmatch(text):
            return float(text.replace(".", "", 1)) if special else float(text)
        return text

    def _check_tag(self, event: Any, *allowed: str) -> None:
        tag = event.tag
        if tag not in (None, "!") and tag not in {_TAG + name for name in allowed}:
            shown = tag.replace(_TAG, "!!")
            self._stop("SS2111", event, f"the tag '{shown}' is not used here", "leave the tag out")

    def _grow(self, event: Any, by: int) -> None:
        self.count += by
        if self.count > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values once aliases are expanded"
            self._stop("SS2109", event, message, None)

    def _mark(self, event: Any) -> Mark:
        start, end = event.start_mark, event.end_mark
        if start.line >= len(self.source.lines):  # an empty value after the last line end
            last = len(self.source.lines)
            return Mark(last, len(self.source.line(last)) + 1)
        same_line = start.line == end.line
        length = end.column - start.column if same_line else len(self._line(start)) - start.column
        return Mark(start.line + 1, start.column + 1, max(1, length))

    def _line(self, mark: Any) -> str:
        return self.source.line(mark.line + 1)

    def _note(self, code: str, event: Any, path: Path, message: str, hint: str | None) -> None:
        mark = self._mark(event)
        self.problems.append(
            Problem(code, message, path, hint, mark, self.source.name, self.source.line(mark.line))
        )

    def _stop(self, code: str, event: Any, message: str, hint: str | None) -> None:
        self._note(code, event, (), message, hint)
        raise fail(self.problems)

    def _syntax(self, fault: yaml.YAMLError) -> Problem:
        name, code = self.source.name, "SS2101"
        message, hint, place = complaint(fault, lambda number: self.source.line(number + 1))
        if "nesting depth" in message:  # newer scanners stop by themselves, before our own count
            code, message, hint = "SS2109", f"more than {MAX_DEPTH} levels deep", None
        if place is None:
            return Problem(code, message, hint=hint, file=name)
        line = min(place.line + 1, len(self.source.lines))
        column = place.column + 1 if line == place.line + 1 else len(self.source.line(line)) + 1
        shown = self.source.line(line)
        return Problem(code, message, (), hint, Mark(line, column), name, shown)


def _events(loader: Any) -> Iterator[Any]:
    while loader.check_event():
        yield loader.get_event()

"""Text tables that others made: unpacked, decoded and split row by row, with line and column.

Reads CSV with commas, semicolons, tabs or bars, with or without a byte-order mark, plain, gzipped
or as the one CSV file of a zip archive, one row in memory at a time.
"""

from __future__ import annotations

import csv
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sahelsim.base.errors import EnvironmentFault, InputError
from sahelsim.base.problems import Mark, Problem, value_text
from sahelsim.base.suggest import did_you_mean

DELIMITERS = ",;\t|"
MAX_LINE = 1_000_000  # bytes: what is packed may unpack to anything
# RuntimeError: the archive is locked by a password, or packed in a way unknown here.
_DAMAGED = (
    EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError,
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row of a text table.

    Attributes:
        line: Line of the file where the row begins, from 1.
        text: That line as it stands in the file.
        cells: Column name -> text without blanks around it.
    """

    line: int
    text: str
    cells: Mapping[str, str]


class TextTable:
    """A delimited file that is open for reading, its header read.

    Args:
        path: Plain, ``.gz`` or ``.zip``; the content decides, not the name.

    Attributes:
        columns: The header's names in lower case.

    Raises:
        InputError: SS2001 no such file; SS7001 the file is no text table or is damaged.
        EnvironmentFault: SS6002 the file cannot be read.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._line = 0
        self._text = ""
        self._lines = self._decoded()
        header = next(self._lines, "").rstrip("\r\n")
        if not header.strip():
            raise InputError("SS7001", "the file is empty", where=str(self.path))
        self.delimiter = max(DELIMITERS, key=header.count)
        self.columns = tuple(
            name.strip().lower() for name in next(csv.reader([header], delimiter=self.delimiter))
        )

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; a blank line and a line of HXL tags (``#date``) are passed over.

        Raises:
            InputError: SS7001 the file is damaged; SS7002 a row has more or fewer cells than the
                header.
        """
        width = len(self.columns)
        reader = csv.reader(self._lines, delimiter=self.delimiter, strict=True)
        while True:
            begin = self._line + 1
            try:
                cells = next(reader, None)
            except csv.Error as fault:
                raise InputError(
                    "SS7001", f"a row cannot be split into cells: {fault}",
                    where=f"{self.path}:{begin}", hint="a quotation mark may not be closed",
                ) from fault  # fmt: skip
            if cells is None:
                return
            if not any(cells) or cells[0].startswith("#"):
                continue
            if len(cells) != width:
                raise InputError(
                    "SS7002", f"the row has {len(cells)} cells, the header {width}",
                    where=f"{self.path}:{begin}",
                )  # fmt: skip
            stripped = (cell.strip() for cell in cells)
            text = self._text if self._line == begin else ""
            yield Row(begin, text, dict(zip(self.columns, stripped, strict=True)))

    def require(self, wanted: Sequence[str], kind: str) -> None:
        """Look whether the columns ``wanted`` are there.

        Raises:
            InputError: SS7003, with the nearest name of the first that is missing.
        """
        missing = [name for name in wanted if name not in self.columns]
        if missing:
            raise InputError(
                "SS7003", f"{kind} has no column {', '.join(repr(name) for name in missing)}",
                where=f"{self.path}:1",
                hint=did_you_mean(missing[0], self.columns)
                or f"the file has: {', '.join(self.columns[:40])}",
            )  # fmt: skip

    def problem(self, code: str, row: Row, column: str, allowed: str) -> Problem:
        """The fault of one cell, shown at its line and place."""
        value = row.cells[column]
        return Problem(
            code, f"{column} = {value_text(value)}", hint=allowed, mark=self._mark(row, column),
            file=str(self.path), source_line=row.text,
        )  # fmt: skip

    def _mark(self, row: Row, column: str) -> Mark:
        start, quoted, wanted = 0, False, self.columns.index(column)
        for place, sign in enumerate(row.text):
            if wanted == 0:
                break
            if sign == '"':
                quoted = not quoted
            elif sign == self.delimiter and not quoted:
                wanted -= 1
                start = place + 1
        return Mark(row.line, start + 1, max(1, len(row.cells[column])))

    def _decoded(self) -> Iterator[str]:
        try:
            with _opened(self.path) as stream:
                for raw in iter(lambda: stream.readline(MAX_LINE + 1), b""):
                    if len(raw) > MAX_LINE:
                        raise InputError(
                            "SS7001", f"the line is longer than {MAX_LINE:,} bytes",
                            where=f"{self.path}:{self._line + 1}",
                            hint="save the table as CSV with one event a line",
                        )  # fmt: skip
                    try:
                        text = raw.decode("utf-8-sig" if self._line == 0 else "utf-8")
                    except UnicodeDecodeError as fault:
                        raise InputError(
                            "SS7001", "the text is not in UTF-8",
                            where=f"{self.path}:{self._line + 1}",
                            hint="save the table as CSV in UTF-8",
                        ) from fault  # fmt: skip
                    self._line += 1
                    self._text = text.rstrip("\r\n")
                    yield text
        except _DAMAGED as fault:
            raise InputError(
                "SS7001", f"the file is damaged: {fault}", where=str(self.path),
                hint="download or copy it again",
            ) from fault  # fmt: skip
        except OSError as fault:
            if not self.path.is_file():
                raise InputError("SS2001", f"no such file: {self.path}") from fault
            why = fault.strerror or "refused"
            raise EnvironmentFault("SS6002", f"cannot read {self.path}: {why}") from fault


def _opened(path: Path) -> IO[bytes] | gzip.GzipFile:
    with path.open("rb") as stream:
        magic = stream.read(4)
    if magic[:2] == b"\x1f\x8b":
        return gzip.open(path, "rb")
    if magic != b"PK\x03\x04":
        return path.open("rb")
    archive = zipfile.ZipFile(path)
    tables = [name for name in archive.namelist() if name.lower().endswith((".csv", ".txt"))]
    if len(tables) != 1:
        raise InputError(
            "SS7001", "the file is a workbook or an archive without one CSV table",
            where=str(path), hint="save or unpack the table as CSV",
        )  # fmt: skip
    return archive.open(tables[0])  # a stream: the whole might not fit into memory


class Cells:
    """Reads the cells of a table one by one and gathers what is wrong with them.

    Args:
        table: The table.
        limit: Reading stops after so many faults.
    """

    def __init__(self, table: TextTable, limit: int = 20) -> None:
        self.table = table
        self.limit = limit
        self.problems: list[Problem] = []

    def read(self, row: Row, column: str, convert: Callable[[str], Any], allowed: str) -> Any:
        """Return ``convert(cell)``; None, and the fault SS7004 is kept, where that fails."""
        try:
            return convert(row.cells[column])
        except ValueError:
            self.add("SS7004", row, column, allowed)
            return None

    def add(self, code: str, row: Row, column: str, allowed: str) -> None:
        """Keep a fault."""
        self.problems.append(self.table.problem(code, row, column, allowed))

    @property
    def full(self) -> bool:
        """True once there are so many faults that more would not help."""
        return len(self.problems) > self.limit


def whole(text: str) -> int:
    """Read a whole number from zero to 2**53; ``12.0`` is one; raises ValueError."""
    value = float(text)
    if not 0 <= value <= 2**53 or value != int(value):
        raise ValueError(text)
    return int(value)


def within(low: float, high: float) -> Callable[[str], float]:
    """Return a reader of numbers from ``low`` to ``high``, which raises ValueError otherwise."""

    def read(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return read


def coded(codes: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return a reader of the words of ``codes``, which raises ValueError otherwise."""

    def read(text: str) -> Any:
        if text not in codes:
            raise ValueError(text)
        return codes[text]

    return read


def dated(*formats: str) -> Callable[[str], datetime]:
    """Return a reader of dates, with or without a time of day; raises ValueError otherwise."""

    def read(text: str) -> datetime:
        for form in formats:
            for piece in (text, text.replace("T", " ").partition(" ")[0]):
                try:
                    return datetime.strptime(piece, form)
                except ValueError:
                    continue
        raise ValueError(text)

    return read

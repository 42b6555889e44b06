"""Whatever is handed to `sahelsim data import`: an answer in bounded memory, never a traceback."""

from __future__ import annotations

import contextlib
import gzip
import io
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sahelsim.calibration.example_data import example
from sahelsim.cli.main import main

from .mutations import spoilt_bytes

GED = example("ged").encode()
ACLED = example("acled").encode()


def bring(kind: str, content: bytes, name: str = "events.csv") -> tuple[int, str, bool]:
    """Exit code, everything said, and whether a table was written."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / name, Path(folder) / "events.parquet"
        file.write_bytes(content)
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main(["data", "import", kind, str(file), "--out", str(out)])
        return code, said.getvalue(), out.exists()


def holds(kind: str, content: bytes) -> None:
    code, said, written = bring(kind, content)
    assert code in (0, 3), said[:2000]
    assert written == (code == 0)
    assert "Traceback" not in said
    assert code == 0 or "error SS" in said


@given(content=spoilt_bytes(GED))
@settings(max_examples=60, deadline=None)
def test_bytes_of_a_ged_table(content: bytes) -> None:
    holds("ged", content)


@given(content=spoilt_bytes(ACLED))
@settings(max_examples=60, deadline=None)
def test_bytes_of_an_acled_table(content: bytes) -> None:
    holds("acled", content)


CELLS = [
    "", "x", "nan", "inf", "-1", "1e308", "9" * 400, "2023-13-45", "0001-01-01", "9999-12-31",
    "2023-08-20T25:00", "é", "\u2028", "a\x00b", '"', "=cmd()", "1,5", "Mali", "Atlantis",
    "90.0001",
]  # fmt: skip


@given(
    kind=st.sampled_from(["ged", "acled"]), row=st.integers(1, 5), column=st.integers(0, 60),
    cell=st.sampled_from(CELLS),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_cells_of_a_table(kind: str, row: int, column: int, cell: str) -> None:
    lines = [line.split(",") for line in (GED if kind == "ged" else ACLED).decode().splitlines()]
    row = min(row, len(lines) - 1)
    lines[row][column % len(lines[row])] = cell
    holds(kind, "\n".join(",".join(line) for line in lines).encode())


def _zip(content: bytes, *names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return packed.getvalue()


def _locked() -> bytes:
    """A zip whose entry says that it is encrypted."""
    content = bytearray(_zip(GED, "ged.csv"))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _method() -> bytes:
    """A zip whose entry is packed in a way that no one knows."""
    content = bytearray(_zip(GED, "ged.csv"))
    content[8] = 77
    content[content.rindex(b"PK\x01\x02") + 10] = 77
    return bytes(content)


FOREIGN: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "blank lines": lambda: b"\n\n\n",
    "a header alone": lambda: GED.splitlines()[0],
    "noise": lambda: bytes(range(256)) * 50,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "UTF-16": lambda: GED.decode().encode("utf-16"),
    "Latin-1": lambda: GED.replace(b"Mali", "Malié".encode("latin-1")),
    "Windows-1252 quotation marks": lambda: GED.replace(b"Mali", b"\x93Mali\x94"),
    "a mark that is never closed": lambda: GED + b'"' + b"x" * 300_000,
    "NUL": lambda: GED.replace(b",", b",\x00", 3),
    "one long line": lambda: b"a," * 2_000_000,
    "a zip with two tables": lambda: _zip(GED, "a.csv", "b.csv"),
    "a zip with none": lambda: _zip(GED, "readme.md"),
    "a zip cut short": lambda: _zip(GED, "ged.csv")[:-40],
    "a locked zip": _locked,
    "a zip of an unknown method": _method,
    "a zip that leads outside": lambda: _zip(b"x", "../../outside.csv"),
    "a gzip cut short": lambda: gzip.compress(GED)[:-20],
    "a gzip of noise": lambda: gzip.compress(bytes(range(256)) * 9),
    "a gzip with a broken sum": lambda: gzip.compress(GED)[:-8] + bytes(8),
    "a zip of zips": lambda: _zip(_zip(GED, "ged.csv"), "ged.zip"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_files_that_are_no_such_table(name: str) -> None:
    for kind in ("ged", "acled"):
        code, said, written = bring(kind, FOREIGN[name]())
        assert code == 3, said[:2000]
        assert "error SS7" in said
        assert "Traceback" not in said
        assert not written
        assert len(said) < 20_000


def test_zip_and_gzip_bombs_are_refused_before_they_fill_the_memory() -> None:
    """Two hundred million bytes, packed in a few hundred thousand; a row without an end."""
    zeros = b"a" * 200_000_000
    packed = [_zip(zeros, "ged.csv"), gzip.compress(zeros, 9)]
    del zeros
    for content in packed:
        tracemalloc.start()
        code, said, _ = bring("ged", content)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert code == 3, said[:2000]
        assert "error SS7001" in said
        assert most < 60_000_000


def test_a_packed_table_reads_like_a_plain_one() -> None:
    plain = bring("ged", GED)
    for content in (_zip(GED, "GEDEvent.csv"), gzip.compress(GED), b"\xef\xbb\xbf" + GED):
        code, said, written = bring("ged", content)
        assert (code, written) == (0, True)
        assert said.partition("parquet")[0].splitlines()[:4] == plain[1].splitlines()[:4]

"""Whatever stands in a file that a user writes: an answer, never a traceback."""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sahelsim.base.paths import shipped
from sahelsim.cli.main import main
from sahelsim.exercise.new import TEMPLATE

from .mutations import spoilt_bytes, spoilt_values

SCENARIO = shipped("scenarios").joinpath("documented-2023.yaml").read_text(encoding="utf-8")
CHILD = shipped("scenarios").joinpath("second-tail.yaml").read_text(encoding="utf-8")
SWEEP = shipped("configs").joinpath("airlift-sweep.yaml").read_text(encoding="utf-8")
CALIBRATION = (
    shipped("configs")
    .joinpath("calibration.yaml")
    .read_text(encoding="utf-8")
    .replace("calibration-window.yaml", "validation-2020-2023")
)
EXERCISE = TEMPLATE.format(file="x", id="x", title="X", scenario="documented-2023")
CHECKS = {
    "scenario": ["scenario", "check"],
    "sweep": ["sweep", "check"],
    "exercise": ["exercise", "check"],
    "calibration": ["calibrate", "--dry-run"],
}


def ask(kind: str, content: bytes) -> tuple[int, str]:
    """Write a file and have it checked; return exit code and everything said."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "planted.yaml"
        file.write_bytes(content)
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main([*CHECKS[kind], str(file)])
    return code, said.getvalue()


def holds(kind: str, content: bytes) -> None:
    """The file is right, or wrong in a way that is told at a place with a code."""
    code, said = ask(kind, content)
    assert code in (0, 3), said
    assert "Traceback" not in said
    if code == 3:
        assert "error SS" in said
        assert len(said) < 40_000


@given(content=st.one_of(spoilt_bytes(SCENARIO.encode()), spoilt_bytes(CHILD.encode())))
@settings(max_examples=60, deadline=None)
def test_bytes_of_a_scenario(content: bytes) -> None:
    holds("scenario", content)


@given(content=st.one_of(spoilt_values(SCENARIO), spoilt_values(CHILD)))
@settings(max_examples=60, deadline=None)
def test_values_of_a_scenario(content: bytes) -> None:
    holds("scenario", content)


@given(content=spoilt_bytes(SWEEP.encode()))
@settings(max_examples=25, deadline=None)
def test_bytes_of_a_sweep(content: bytes) -> None:
    holds("sweep", content)


@given(content=spoilt_values(SWEEP))
@settings(max_examples=40, deadline=None)
def test_values_of_a_sweep(content: bytes) -> None:
    holds("sweep", content)


@given(content=spoilt_bytes(EXERCISE.encode()))
@settings(max_examples=40, deadline=None)
def test_bytes_of_an_exercise(content: bytes) -> None:
    holds("exercise", content)


@given(content=spoilt_values(EXERCISE))
@settings(max_examples=60, deadline=None)
def test_values_of_an_exercise(content: bytes) -> None:
    holds("exercise", content)


@given(content=spoilt_bytes(CALIBRATION.encode()))
@settings(max_examples=25, deadline=None)
def test_bytes_of_a_calibration(content: bytes) -> None:
    holds("calibration", content)


@given(content=spoilt_values(CALIBRATION))
@settings(max_examples=40, deadline=None)
def test_values_of_a_calibration(content: bytes) -> None:
    holds("calibration", content)


def _laughs(deep: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, deep)]
    return "\n".join(lines) + "\n"


BOMBS: dict[str, Callable[[], bytes]] = {
    "a billion laughs": lambda: _laughs(10).encode(),
    "lists in lists": lambda: b"id: " + b"[" * 100_000,
    "mappings in mappings": lambda: b"".join(b" " * k + b"a:\n" for k in range(2_000)),
    "a number of a million digits": lambda: b"id: x\nseed: " + b"9" * 1_000_000,
    "a million keys": lambda: b"".join(b"k%d: 1\n" % k for k in range(400_000)),
    "a long line": lambda: b"id: " + b"x" * 4_000_000,
    "ten megabytes": lambda: b"# \n" * 4_000_000,
    "lone surrogate": lambda: b"id: \xed\xa0\x80\n",
    "escaped surrogate": lambda: b'id: "\\ud800"\n',
    "escaped NUL": lambda: b'id: "\\0"\nextends: "a\\0b"\n',
    "UTF-16": lambda: "id: x\n".encode("utf-16"),
    "UTF-32": lambda: "id: x\n".encode("utf-32"),
    "only a byte-order mark": lambda: b"\xef\xbb\xbf",
    "nothing": lambda: b"",
    "a merge key": lambda: b"base: &b {id: x}\n<<: *b\n",
}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("scenario", name) for name in BOMBS),
        *((kind, name) for kind in CHECKS for name in ("a billion laughs", "nothing", "UTF-16")),
    ],
)
def test_bombs_are_refused_in_a_moment(kind: str, name: str) -> None:
    content = BOMBS[name]()
    start = time.process_time()
    code, said = ask(kind, content)
    assert code == 3, said[:2000]
    assert "error SS" in said
    assert "Traceback" not in said
    assert len(said) < 40_000
    assert time.process_time() - start < 15.0


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    for kind, text in (("scenario", SCENARIO), ("sweep", SWEEP), ("exercise", EXERCISE)):
        plain = ask(kind, text.encode())
        windows = ask(kind, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        assert plain[0] == windows[0] == 0, windows


@pytest.mark.parametrize(
    "line",
    [
        "orders: 3", "factors: 3", "parameters: [1]", "aircraft: x", "initial: {garrison: 7}",
        "initial: 5", "assumptions: {a: 1}", "without: [[x]]", "without: {x: 1}", "replace: [1]",
        "replace: {lend-5u-mbh: 3}",
    ],
)  # fmt: skip
def test_a_plain_value_over_what_the_parent_has_is_told_at_its_line(line: str) -> None:
    code, said = ask("scenario", f"id: c\nextends: documented-2023\n{line}\n".encode())
    assert code == 3, said
    assert "planted.yaml:3:" in said
    assert "SS2105" in said


def test_a_number_too_large_for_an_expression_is_told_at_its_line() -> None:
    text = EXERCISE.replace("> 50", f"> {'9' * 400}")
    line = 1 + next(n for n, row in enumerate(text.splitlines()) if "9" * 400 in row)
    code, said = ask("exercise", text.encode())
    assert (code, "far too large" in said, f"planted.yaml:{line}:" in said) == (3, True, True), said

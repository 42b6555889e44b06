"""Hypothesis strategies that spoil files: their bytes, their YAML, their values."""

from __future__ import annotations

import contextlib
import copy
import math
from typing import Any

import yaml
from hypothesis import strategies as st

from sahelsim.base.yaml_source import parse

# Bytes that no one types and some file holds nevertheless.
FOREIGN = [
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\r\n", b"\r", b"\t", b"\x0b",
    b"\xc2\x85", b"\xe2\x80\xa8", b"\x1b[31m", b"\n---\n", b"\n...\n", b"&a ", b"*a", b"<<: *a\n",
    b"!!python/object/apply:os.system ['true']", b"!x ", b"{", b"[", b"]", b"}", b"'", b'"', b": ",
    b"- ", b"? ", b"| \n", b"#", b"%YAML 9.9\n", b"\xe9", b"\xf0\x9f\x9b\xa9",
]  # fmt: skip
# Values that a field is not made for; YAML writes all of them.
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2, 10**30, -(10**30), 2**63, 1e308, -1e308, 1e-320, math.nan,
    math.inf, -math.inf, "", " ", "x", "x" * 5000, "\x85", "no", "é", "🛩", "../../etc/passwd", "/",
    "a\nb", "{}", "orders..", "orders.x", ".", "2023-13-45", "0001-01-01", "9999-12-31",
    "2023-08-20", [], {}, [[]], [{}], {"": None}, {"x": {"x": {"x": []}}}, [None, None], ["x", "x"],
    [1, 2], [2, 1], [0, 0], "documented-2023", "turn", "not turn", "-" * 400 + "1", "(" * 200,
    "9" * 400, "1 < 2 < turn",
]  # fmt: skip


def spoilt_bytes(text: bytes) -> st.SearchStrategy[bytes]:
    """``text`` with up to three changes: bytes flipped, cut, doubled, put in, or no end."""
    place = st.integers(0, len(text))
    flip = st.tuples(st.just("flip"), place, st.integers(0, 255))
    cut = st.tuples(st.just("cut"), place, st.integers(1, 200))
    double = st.tuples(st.just("double"), place, st.integers(1, 200))
    put = st.tuples(st.just("put"), place, st.sampled_from(FOREIGN))
    end = st.tuples(st.just("end"), place, st.just(0))
    return st.lists(st.one_of(flip, cut, double, put, end), min_size=1, max_size=3).map(
        lambda changes: _apply(text, changes)
    )


def _apply(text: bytes, changes: list[tuple[str, int, Any]]) -> bytes:
    for kind, at, what in changes:
        before, after = text[:at], text[at:]
        if kind == "flip":
            text = before + bytes([what]) + after[1:]
        elif kind == "cut":
            text = before + after[what:]
        elif kind == "double":
            text = before + after[:what] + after
        elif kind == "put":
            text = before + what + after
        else:
            text = before
    return text


def spoilt_values(text: str) -> st.SearchStrategy[bytes]:
    """The YAML of ``text`` with up to three of its values or keys replaced, removed or doubled."""
    paths = list(_paths(parse(text).data, ()))
    kinds = ["replace", "replace", "replace", "remove", "rename", "double"]
    change = st.tuples(
        st.integers(0, len(paths) - 1), st.sampled_from(kinds), st.integers(0, len(ODD) - 1)
    )
    return st.lists(change, min_size=1, max_size=3).map(
        lambda found: _spoil(text, [(paths[at], kind, ODD[odd]) for at, kind, odd in found])
    )


def _paths(data: Any, path: tuple[Any, ...]) -> Any:
    if path:
        yield path
    if isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _paths(value, (*path, key))


def _spoil(text: str, changes: list[tuple[tuple[Any, ...], str, Any]]) -> bytes:
    data = parse(text).data
    for path, kind, odd in changes:
        holder = data
        with contextlib.suppress(KeyError, IndexError, TypeError, ValueError):
            for step in path[:-1]:
                holder = holder[step]
            _change(holder, path[-1], kind, odd)  # unless an earlier change has taken it away
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode(
        "utf-8", "surrogatepass"
    )


def _change(holder: Any, at: Any, kind: str, odd: Any) -> None:
    value = holder[at]
    if kind == "replace":
        holder[at] = copy.deepcopy(odd)
    elif kind == "remove":
        del holder[at]
    elif isinstance(holder, list):
        holder.insert(at, copy.deepcopy(value))
    elif kind == "rename":
        del holder[at]
        holder[str(odd)] = value
    else:
        holder[f"{at}x"] = copy.deepcopy(value)

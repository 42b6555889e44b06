"""Columns laid over arrays: what pyarrow would make of them, without pandas."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sahelsim.base.columns import dates, numbers, reals, texts, words

REALS = st.floats(allow_nan=True, allow_infinity=True)


@given(arrays(np.float64, st.integers(0, 40), elements=REALS))
def test_numbers_are_those_of_pyarrow_and_come_back(values: np.ndarray) -> None:
    found = numbers(values)
    found.validate(full=True)
    assert found.equals(pa.array(values, mask=np.isnan(values)))
    np.testing.assert_array_equal(reals(pa.chunked_array([found], type=pa.float64())), values)


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint32, np.float32])
@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 17])
def test_missing_numbers_are_null(dtype: type, n: int) -> None:
    values = np.arange(n).astype(dtype)
    missing = values % 3 == 1
    found = numbers(values, missing)
    found.validate(full=True)
    assert found.equals(pa.array(values, mask=missing))
    assert numbers(np.arange(2 * n).astype(dtype)[::2]).to_pylist() == list(range(0, 2 * n, 2))


@given(st.lists(st.integers(-1, 4), max_size=40))
def test_words(codes: list[int]) -> None:
    labels = ("a", "", "Ménaka", "日", "e")
    found = words(np.array(codes, dtype=np.int64), labels)
    found.validate(full=True)
    assert found.to_pylist() == [None if code < 0 else labels[code] for code in codes]
    assert found.dictionary.to_pylist() == list(labels)


@given(st.lists(st.text(max_size=9), max_size=20))
def test_texts(items: list[str]) -> None:
    found = texts(items)
    found.validate(full=True)
    assert found.to_pylist() == items


def test_dates() -> None:
    found = dates(date(2024, 2, 28), [0, 1, 2, -60])
    assert found.to_pylist() == [
        date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2023, 12, 30),
    ]  # fmt: skip
    assert dates(date(1969, 12, 31), [0]).to_pylist() == [date(1969, 12, 31)]


def test_a_slice_and_several_chunks_come_back() -> None:
    whole = numbers(np.array([1.0, np.nan, 3.0, 4.0, np.nan, 6.0, 7.0, 8.0, 9.0, np.nan]))
    column = pa.chunked_array([whole.slice(1, 4), whole.slice(5), whole.slice(0, 0)])
    expected = [np.nan, 3.0, 4.0, np.nan, 6.0, 7.0, 8.0, 9.0, np.nan]
    np.testing.assert_array_equal(reals(column), expected)


def test_nothing_here_loads_pandas() -> None:
    code = (
        "import sys, numpy as np, pyarrow as pa; from datetime import date;"
        "import sahelsim.base.columns as c;"
        "t = pa.table({'a': c.numbers(np.array([1.0, np.nan])), 'b': c.words([0, -1], 'x'),"
        " 'c': c.texts(['x', 'y']), 'd': c.dates(date(2024, 1, 1), [1, 2])});"
        "c.reals(t['a']); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

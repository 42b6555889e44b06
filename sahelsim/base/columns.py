"""Columns of tables from NumPy arrays and words, and back.

``pyarrow.array`` and ``to_numpy`` load pandas, which is a quarter of what a short run takes, and
look at every value for what may be missing. These columns are laid over the arrays' own memory
instead; an array given here must not change afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

_EPOCH = date(1970, 1, 1)


def numbers(values: Any, missing: Any = None) -> pa.Array:
    """A column of numbers [n]; null where ``missing`` [n] is True, or where a real one is NaN."""
    values = np.ascontiguousarray(values)
    if missing is None and values.dtype.kind == "f":
        missing = np.isnan(values)
    return _laid(pa.from_numpy_dtype(values.dtype), values, missing)


def words(codes: Any, labels: Sequence[str]) -> pa.DictionaryArray:
    """Whole numbers [n] as a dictionary-encoded column; negative ones are null."""
    codes = np.ascontiguousarray(codes, dtype=np.int32)
    return pa.DictionaryArray.from_arrays(_laid(pa.int32(), codes, codes < 0), texts(labels))


def dates(start: date, days: Any) -> pa.Array:
    """A column of dates, ``days`` [n] after ``start``."""
    since = np.asarray(days, dtype=np.int32) + np.int32((start - _EPOCH).days)
    return _laid(pa.date32(), since)


def texts(items: Sequence[str]) -> pa.Array:
    """A column of texts."""
    encoded = [item.encode() for item in items]
    ends = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum([len(item) for item in encoded], out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def reals(column: pa.ChunkedArray) -> Any:
    """A column of float64 as an array [n]; NaN where it is null."""
    parts = [np.empty(0)]
    for chunk in column.chunks:
        there, data = chunk.buffers()
        rows = slice(chunk.offset, chunk.offset + len(chunk))
        values = np.frombuffer(data, dtype=np.float64)[rows]
        if chunk.null_count:
            bits = np.unpackbits(np.frombuffer(there, dtype=np.uint8), bitorder="little")[rows]
            values = np.where(bits, values, np.nan)
        parts.append(values)
    return np.concatenate(parts)


def _laid(kind: pa.DataType, values: Any, missing: Any = None) -> pa.Array:
    there = None
    if missing is not None and missing.any():
        there = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [there, pa.py_buffer(values)])

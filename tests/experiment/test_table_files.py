"""Tables in files: whole or not there, in row groups that memory can hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sahelsim.base.columns import words
from sahelsim.base.errors import EnvironmentFault, InputError
from sahelsim.experiment import table_files
from sahelsim.experiment.table_files import read_table, reading, write_table


def test_a_table_is_replaced_whole_or_not_at_all(tmp_path: Path, small_files: None) -> None:
    file = tmp_path / "table.parquet"
    write_table(file, [pa.table({"x": [1, 2]})])
    noise = np.frombuffer(np.arange(9_000, dtype=np.int64).tobytes()[::-1], dtype=np.uint16)
    with pytest.raises(EnvironmentFault, match=f"File too large: {file}"):
        write_table(file, [pa.table({"x": (noise.astype(np.int64) * 48_271) % 2_147_483_647})])
    assert read_table(file).to_pydict() == {"x": [1, 2]}
    assert list(tmp_path.iterdir()) == [file]


def test_tables_are_joined_in_bounded_row_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "ROW_GROUP", 10)
    parts = [
        pa.table({"n": list(range(4 * k, 4 * k + 4)), "id": words([0] * 4, [f"w{k}"])})
        for k in range(7)
    ]
    write_table(tmp_path / "t.parquet", iter(parts))
    kept = pq.ParquetFile(tmp_path / "t.parquet").metadata
    assert [kept.row_group(k).num_rows for k in range(kept.num_row_groups)] == [12, 12, 4]
    frame = read_table(tmp_path / "t.parquet").to_pandas()
    assert list(frame["n"]) == list(range(28))
    assert list(frame["id"].astype(str)) == [f"w{k}" for k in range(7) for _ in range(4)]
    monkeypatch.setattr(table_files, "DOUBLED_AFTER", 2)
    monkeypatch.setattr(table_files, "ROW_GROUP_MOST", 30)
    many = (pa.table({"n": list(range(5))}) for _ in range(44))
    write_table(tmp_path / "many.parquet", many)  # few groups in a long table
    kept = pq.ParquetFile(tmp_path / "many.parquet").metadata
    sizes = [kept.row_group(k).num_rows for k in range(kept.num_row_groups)]
    assert sizes == [10, 10, 20, 20, 30, 30, 30, 30, 30, 10]


def test_many_small_tables_are_stacked_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row group of outcomes held 6,000 tables of ten rows: 600 MB for 34 MB of numbers."""
    held = []
    stack = table_files.stack
    monkeypatch.setattr(table_files, "stack", lambda some: held.append(len(some)) or stack(some))
    write_table(tmp_path / "t.parquet", (pa.table({"n": [k]}) for k in range(5_000)))
    assert max(held) < 150
    assert read_table(tmp_path / "t.parquet")["n"].to_pylist() == list(range(5_000))


def test_a_folder_named_like_a_partition_adds_no_column(tmp_path: Path) -> None:
    folder = tmp_path / "seed=7"
    folder.mkdir()
    write_table(folder / "t.parquet", [pa.table({"x": [1]})])
    assert read_table(folder / "t.parquet").column_names == ["x"]


def test_what_cannot_be_read_is_named_with_the_code_and_the_cure(tmp_path: Path) -> None:
    for make in (lambda path: path.mkdir(), lambda path: path.write_bytes(b"PAR1 no more")):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.parquet"
        make(path)
        for code, hint in (("SS4003", "run it again"), ("SS4131", "move it away")):
            caught = pytest.raises(InputError, match=f"cannot read {path}")
            with caught as fault, reading(path, code, hint):
                pq.read_metadata(path)
            assert (fault.value.code, fault.value.hint) == (code, hint)
    # a reader may have to expect that
    with pytest.raises(FileNotFoundError), reading(tmp_path / "none"):
        pq.read_metadata(tmp_path / "none")
    with pytest.raises(InputError, match="no such table"):
        read_table(tmp_path / "none")

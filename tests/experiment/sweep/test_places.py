"""The places of a sweep, counted by policy and future."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment.sweep import SweepSpec, load_sweep, run_sweep
from sahelsim.experiment.sweep.parts import part_files
from sahelsim.experiment.sweep.places import CellPlaces, count_places
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import GROUPS, STATES
from tests.experiment.sweep.conftest import SUPPORT

PLAIN = "fake_runs:Plain"
POLICIES, FUTURES = ["base", "none"], [0, 1, 2, 3]


@pytest.fixture(scope="module")
def source(small: SweepSpec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """48 runs in several parts."""
    folder = tmp_path_factory.mktemp("places") / "sweep"
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SUPPORT))
        patch.setattr("sahelsim.experiment.sweep.store.FLUSH_RUNS", 7)
        run_sweep(small, folder, workers=1, runner=PLAIN)
    return folder


def counted(path: Path, futures: list[int] = FUTURES) -> CellPlaces:
    found = count_places(path, POLICIES, futures, 6)
    assert found is not None
    return found


def same(one: CellPlaces, other: CellPlaces) -> bool:
    return one.localities == other.localities and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("runs", "held", "armed", "siege_days")
    )


def test_counts_are_those_of_the_rows(source: Path) -> None:
    found = counted(source)
    assert found.runs.tolist() == [[6, 6]] * 4
    frame = pq.read_table(source / "places").to_pandas()
    assert len(frame) == 48
    theatre = load_theatre()
    for at, id in enumerate(found.localities):
        state = STATES.index(theatre.locality(id).country)
        groups = [3, 4, 5]
        assert len(GROUPS) == len(groups)
        for policy, name in enumerate(POLICIES):
            mine = frame[(frame["policy"] == name) & (frame["future"] == 2)]
            holder = np.array([row[at] for row in mine["holder"]])
            assert found.held[2, policy, at] == (holder == state).sum()
            assert found.armed[2, policy, at] == np.isin(holder, groups).sum()
            assert found.siege_days[2, policy, at] == sum(row[at] for row in mine["siege_days"])


def test_a_choice_of_futures_is_a_part_of_the_whole(source: Path) -> None:
    whole, some = counted(source), counted(source, [3, 1])
    assert np.array_equal(some.held, whole.held[[3, 1]])
    assert np.array_equal(some.siege_days, whole.siege_days[[3, 1]])


def test_a_run_that_lies_in_two_parts_counts_once(source: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(source, tmp_path / "copy")
    file = part_files(copy / "places")[1]
    file.with_name("part-zz.parquet").write_bytes(file.read_bytes())
    assert same(counted(copy), counted(source))


def test_a_sweep_of_an_earlier_version_has_none(source: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(source, tmp_path / "copy")
    shutil.rmtree(copy / "places")
    assert count_places(copy, POLICIES, FUTURES, 6) is None


def test_a_sweep_that_began_without_places_goes_on_with_them(
    small: SweepSpec, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SUPPORT))
    copy = shutil.copytree(source, tmp_path / "copy")
    shutil.rmtree(copy / "places")
    part_files(copy / "runs")[0].unlink()
    lost = small.replication.most * 8 - len(load_sweep(copy).runs)
    run_sweep(small, copy, workers=1, runner=PLAIN)
    found = counted(copy)
    assert 0 < found.runs.sum() == lost < 48


def test_a_damaged_part_is_told_with_its_cure(source: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(source, tmp_path / "copy")
    file = part_files(copy / "places")[0]
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(InputError, match="cannot read") as fault:
        counted(copy)
    assert fault.value.code == "SS4131"
    assert "move it away" in str(fault.value.hint)


def test_places_of_another_theatre_are_refused(source: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(source, tmp_path / "copy")
    for file in part_files(copy / "places"):
        table = pq.read_table(file)
        pq.write_table(table.replace_schema_metadata({"localities": "lake-a lake-b"}), file)
    with pytest.raises(InputError, match="not those of this theatre"):
        counted(copy)

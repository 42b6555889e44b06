"""A result is repeated bit for bit, and a changed value is found and named."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sahelsim.base.errors import InputError, NotReproducible
from sahelsim.experiment import run
from sahelsim.experiment.rerunning import rerun, runs_in
from sahelsim.model.posterior import Posterior, shipped_posterior
from sahelsim.scenario import cut, load_scenario


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rerun") / "r"
    run(cut(load_scenario("no-airlift"), 6), 3, seed=5, out=folder, workers=1)
    return folder


def test_a_run_comes_out_the_same(stored: Path) -> None:
    (same,) = rerun(stored, workers=2)
    assert same.path == stored
    assert same.replicates == 3
    assert same.rows == sum(pq.read_metadata(file).num_rows for file in tables(stored))
    assert same.tables == len(tables(stored))


def tables(folder: Path) -> list[Path]:
    return [file for file in folder.glob("*.parquet") if file.stem != "posterior"]


def test_draws_of_a_users_own_posterior_travel_with_the_result(tmp_path: Path) -> None:
    shipped = shipped_posterior()
    assert shipped is not None
    own = Posterior(shipped.ids, shipped.rows[:7])
    run(cut(load_scenario("no-airlift"), 3), 2, out=tmp_path / "r", parameters=own)
    (same,) = rerun(tmp_path / "r")
    assert same.rows > 0


@pytest.mark.parametrize("column", ["military_deaths", "actor", "date"])
def test_a_changed_value_is_named(stored: Path, tmp_path: Path, column: str) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in stored.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    table = pq.read_table(copy / "daily.parquet")
    values = table[column].to_pylist()
    values[0] = values[1] if column == "actor" else None
    place, kind = table.column_names.index(column), table.schema.field(column).type
    changed = (
        pa.array(values, pa.string()).dictionary_encode()
        if column == "actor"
        else pa.array(values, kind)
    )
    pq.write_table(table.set_column(place, column, changed), copy / "daily.parquet")
    with pytest.raises(NotReproducible, match=f"daily.parquet: {column} in row 0"):
        rerun(copy)


def test_another_version_is_told_before_the_work(stored: Path, tmp_path: Path) -> None:
    copy = tmp_path / "old"
    copy.mkdir()
    for file in stored.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest |= {"version": "0.0.9", "packages": {**manifest["packages"], "numpy": "1.0"}}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(NotReproducible, match=r"another version of sahelsim.*0\.0\.9 then") as told:
        rerun(copy)
    assert "numpy 1.0 then" in (told.value.hint or "")


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no results"):
        runs_in(tmp_path)

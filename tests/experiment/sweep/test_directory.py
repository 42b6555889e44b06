"""What is done with a sweep directory once it holds rows: grow, merge, compact, query, export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sahelsim.base.errors import InputError, NotReproducible
from sahelsim.experiment.sweep import SweepSpec, load_sweep, parts, run_sweep, store
from sahelsim.experiment.sweep.exporting import export
from sahelsim.experiment.sweep.growing import grow
from sahelsim.experiment.sweep.merging import merge
from sahelsim.experiment.sweep.parts import part_files, read_part, rows_of
from sahelsim.experiment.sweep.query import query
from sahelsim.experiment.sweep.result import stored_spec
from sahelsim.experiment.sweep.state import by_policy, failures, sweep_state
from sahelsim.experiment.sweep.store import SweepStore
from sahelsim.experiment.sweep.verifying import verify
from tests.experiment.sweep.conftest import SMALL, SUPPORT, make

PLAIN = "fake_runs:Plain"
DAILY = "daily: {series: [alliance_cohesion], every_days: 2, keep: {share: 0.5}}\n"


@pytest.fixture(scope="module")
def spec() -> SweepSpec:
    return make(SMALL + DAILY + "outcomes: {tonnes_delivered: {threshold: 10.2}}\n")


@pytest.fixture(scope="module")
def source(spec: SweepSpec, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of 48 runs in several parts."""
    folder = tmp_path_factory.mktemp("sweeps")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SUPPORT))
        patch.setattr("sahelsim.experiment.sweep.store.FLUSH_RUNS", 5)
        run_sweep(spec, folder / "whole", workers=1, runner=PLAIN)
        for k in range(3):
            run_sweep(spec, folder / "shards" / f"shard-{k + 1}-of-3", workers=1, runner=PLAIN,
                      shard=(k + 1, 3))  # fmt: skip
    return folder


@pytest.fixture
def copy(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to write in."""
    import shutil

    monkeypatch.syspath_prepend(str(SUPPORT))
    shutil.copytree(source, tmp_path / "sweeps")
    return tmp_path / "sweeps"


def table(path: Path) -> pd.DataFrame:
    return load_sweep(path).runs.drop(columns=["wall_s", "attempt"])


def test_a_directory_explains_itself(source: Path, spec: SweepSpec) -> None:
    assert stored_spec(source / "whole").specification == spec.specification


def test_a_part_tells_what_it_belongs_to_and_reads_by_itself(source: Path, spec: SweepSpec) -> None:
    file = part_files(source / "whole" / "runs")[0]
    assert pq.read_schema(file).metadata[b"specification"].decode() == spec.specification
    columns = read_part(file).column_names
    assert columns[:10] == [
        "run_key", "policy", "future", "replicate", "seed", "status", "error_code", "error",
        "attempt", "wall_s",
    ]  # fmt: skip
    assert columns[10:] == list(spec.outcome_ids)


def test_compaction_keeps_every_row(copy: Path, spec: SweepSpec) -> None:
    before = load_sweep(copy / "whole")
    assert len(part_files(copy / "whole" / "runs")) > 2
    assert SweepStore(copy / "whole", spec).compact()[1] == 3  # one of runs, daily, places
    after = load_sweep(copy / "whole")
    pd.testing.assert_frame_equal(after.runs, before.runs)
    pd.testing.assert_frame_equal(after.daily(), before.daily())


def test_compaction_holds_few_rows_in_memory(
    copy: Path, spec: SweepSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_sweep(copy / "whole")
    monkeypatch.setattr(parts, "GROUP_BYTES", 1)  # each small part is a row group of its own
    many = len(part_files(copy / "whole" / "runs"))
    SweepStore(copy / "whole", spec).compact()
    (joined,) = part_files(copy / "whole" / "runs")
    assert pq.read_metadata(joined).num_row_groups == many
    pd.testing.assert_frame_equal(load_sweep(copy / "whole").runs, before.runs)


def test_compaction_joins_no_more_rows_than_a_part_may_have(
    copy: Path, spec: SweepSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_sweep(copy / "whole")
    most = max(rows_of(file) for file in part_files(copy / "whole" / "runs"))
    monkeypatch.setattr(store, "BIGGEST", most)
    SweepStore(copy / "whole", spec).compact()
    files = part_files(copy / "whole" / "runs")
    assert len(files) > 1
    assert all(rows_of(file) <= most for file in files)
    pd.testing.assert_frame_equal(load_sweep(copy / "whole").runs, before.runs)


def test_a_part_that_is_there_twice_counts_once(copy: Path) -> None:
    before = table(copy / "whole")
    file = part_files(copy / "whole" / "runs")[0]
    file.with_name("part-zz.parquet").write_bytes(file.read_bytes())
    pd.testing.assert_frame_equal(table(copy / "whole"), before)
    assert query(copy / "whole", "SELECT count(*) AS n FROM runs")["n"][0] == 48


def test_shards_merge_into_the_whole(copy: Path) -> None:
    done = merge(copy / "shards")
    assert done == (3, 48, 0)
    pd.testing.assert_frame_equal(table(copy / "shards"), table(copy / "whole"))
    pd.testing.assert_frame_equal(
        load_sweep(copy / "shards").daily(), load_sweep(copy / "whole").daily()
    )
    assert merge(copy / "shards") == done  # again adds nothing


def test_a_merge_without_a_shard_goes_on_with_its_runs(copy: Path, spec: SweepSpec) -> None:
    shards = [copy / "shards" / f"shard-{k}-of-3" for k in (1, 3)]
    done = merge(copy / "part", shards)
    assert 0 < done.missing < 48
    status = run_sweep(spec, copy / "part", workers=1, runner=PLAIN)
    assert status.counts["ok"] == done.missing
    pd.testing.assert_frame_equal(table(copy / "part"), table(copy / "whole"))


def test_shards_of_two_sweeps_do_not_merge(copy: Path) -> None:
    other = make(SMALL)
    run_sweep(other, copy / "other", workers=1, runner=PLAIN, shard=(1, 3))
    with pytest.raises(InputError, match="hold different sweeps"):
        merge(copy / "both", [copy / "shards" / "shard-1-of-3", copy / "other"])
    with pytest.raises(InputError, match="there are no shards"):
        merge(copy / "none")


def test_replicates_and_futures_are_added_to_what_is_there(copy: Path) -> None:
    before = table(copy / "whole")
    spec = grow(copy / "whole", futures=2, replicates=8)
    state = sweep_state(copy / "whole")
    assert (state["state"], state["done"], state["planned"]) == ("stopped", 48, 96)
    status = run_sweep(spec, copy / "whole", workers=1, runner=PLAIN)
    assert status.counts["ok"] == 96 - 48
    after = table(copy / "whole")
    old = (after["future"] < 4) & (after["replicate"] < 6)
    pd.testing.assert_frame_equal(after[old].reset_index(drop=True), before)
    assert sweep_state(copy / "whole")["state"] == "complete"


def test_growing_stops_where_it_would_not_fit(copy: Path) -> None:
    with pytest.raises(InputError, match="has 6 replicates already"):
        grow(copy / "whole", replicates=4)
    text = SMALL.replace("{method: lhs, futures: 3}", "{method: grid, levels: 2}")
    run_sweep(make(text), copy / "grid", workers=1, runner=PLAIN)
    with pytest.raises(InputError, match="a design by grid does not grow"):
        grow(copy / "grid", futures=4)


def test_a_sweep_is_verified_key_by_key_and_run_by_run(copy: Path) -> None:
    assert verify(copy / "whole", 5, PLAIN) == (48, 48, 5)
    with pytest.raises(NotReproducible, match="went wrong now: always") as fault:
        verify(copy / "whole", 5, "fake_runs:Failing")
    assert fault.value.exit_code == 7


@pytest.mark.parametrize("column", ["tonnes_delivered", "seed"])
def test_a_changed_number_is_found(copy: Path, column: str) -> None:
    for file in part_files(copy / "whole" / "runs"):
        rows = read_part(file)
        place = rows.column_names.index(column)
        shifted = pd.Series(rows[column].to_pandas()) + 1
        changed = rows.set_column(place, column, [shifted.to_numpy()])
        pq.write_table(changed, file)
    with pytest.raises(NotReproducible, match="is not that of" if column == "seed" else column):
        verify(copy / "whole", 48, PLAIN)


@pytest.mark.parametrize(
    ("kind", "column"), [("daily", "alliance_cohesion"), ("places", "siege_days")]
)
def test_a_changed_series_or_place_is_found(copy: Path, kind: str, column: str) -> None:
    for file in part_files(copy / "whole" / kind):
        rows = read_part(file)
        lists = [[*row[:-1], row[-1] + 1] for row in rows[column].to_pylist()]
        changed = rows.set_column(
            rows.column_names.index(column), rows.schema.field(column),
            pa.array(lists, rows.schema.field(column).type),
        )  # fmt: skip
        pq.write_table(changed, file)
    with pytest.raises(NotReproducible, match=f"{column} is not what it was"):
        verify(copy / "whole", 48, PLAIN)


def test_sql_sees_one_row_a_run_with_its_future(source: Path) -> None:
    path = source / "whole"
    frame = query(
        path,
        'SELECT future, avg("threat.hit") h, count(*) n FROM experiments GROUP BY 1 ORDER BY 1',
    )
    assert frame["n"].tolist() == [12] * 4
    assert np.allclose(frame["h"], load_sweep(path).futures["threat.hit"])
    assert 0 < query(path, "SELECT count(*) n FROM daily")["n"][0] < 48
    assert query(path, "SELECT count(*) n FROM places")["n"][0] == 48
    with pytest.raises(InputError, match="polcy"):
        query(path, "SELECT polcy FROM runs")


def test_exported_tables_agree_row_by_row(source: Path, tmp_path: Path) -> None:
    sweep = load_sweep(source / "whole")
    for kind, read in (("csv", pd.read_csv), ("parquet", pd.read_parquet)):
        files = export(source / "whole", tmp_path / kind, kind)
        experiments, outcomes = (read(file) for file in files)
        assert [file.stem for file in files] == ["experiments", "outcomes"]
        assert len(experiments) == len(outcomes) == 48
        assert experiments["policy"].tolist() == sweep.runs["policy"].tolist()
        assert np.allclose(experiments["threat.hit"], sweep.experiments["threat.hit"])
        assert np.allclose(outcomes["sorties"], sweep.runs["sorties"])


def test_the_summary_by_policy_is_that_of_the_rows(source: Path) -> None:
    sweep = load_sweep(source / "whole")
    frame = by_policy(sweep).set_index("policy")
    values = sweep.runs.loc[sweep.runs["policy"] == "none", "tonnes_delivered"]
    row = frame.loc["none"]
    assert row["mean"] == pytest.approx(values.mean())
    assert row["met"] == pytest.approx((values >= 10.2).mean())
    assert 0.0 < row["met"] < 1.0
    assert frame.loc["base", "met"] == 0.0
    assert len(failures(sweep)) == 0
    with pytest.raises(InputError, match="no outcome 'tonnes'"):
        by_policy(sweep, ["tonnes"])


def test_the_state_of_a_killed_sweep_is_told(copy: Path) -> None:
    status = copy / "whole" / "status.json"
    status.write_text(status.read_text().replace('"complete"', '"running"'))
    assert sweep_state(copy / "whole")["state"] == "killed"


def test_not_every_directory_is_a_sweep(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no sweep"):
        load_sweep(tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 1}')
    with pytest.raises(InputError) as fault:
        load_sweep(tmp_path)
    assert fault.value.hint == "it holds results of another kind"

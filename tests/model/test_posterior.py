from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sahelsim.base.errors import InputError
from sahelsim.model import SahelModel, posterior
from sahelsim.model.build import template
from sahelsim.model.posterior import (
    Posterior,
    choose_posterior,
    read_posterior,
    shipped_posterior,
    write_posterior,
)
from sahelsim.model.world import worlds_equal
from sahelsim.scenario import Scenario, load_scenario
from sahelsim.scenario.cutting import cut
from sahelsim.theatre import load_theatre

IDS = ("insurgency.nu", "initial.garrison_scale", "control.rho.mli")


def small(rows: int = 7) -> Posterior:
    share = np.linspace(0.0, 1.0, rows)
    columns = (1e-4 + 1e-4 * share, 0.6 + 0.8 * share, 0.01 + 0.03 * share)
    return Posterior(IDS, np.column_stack(columns), {"recipe": "made for a test"})


@pytest.fixture(scope="module")
def plan() -> Scenario:
    return cut(load_scenario("documented-2023"), 20)


def test_rows_follow_from_seed_and_replicate_alone() -> None:
    draws = small()
    rows = [draws.row_of(5, replicate) for replicate in range(700)]
    assert rows == [draws.row_of(5, replicate) for replicate in range(700)]
    assert rows != [draws.row_of(6, replicate) for replicate in range(700)]
    counts = np.bincount(rows, minlength=7)
    assert len(counts) == 7
    assert (abs(counts - 100) < 40).all()  # four standard deviations


def test_a_model_has_the_values_of_its_row(plan: Scenario) -> None:
    draws = small()
    model = SahelModel(plan, seed=5, replicate=3, parameters=draws)
    wanted = draws.values(draws.row_of(5, 3))
    assert {id: model.template.values.value(id) for id in IDS} == wanted
    assert model.template.parameters.insurgency.nu == wanted["insurgency.nu"]
    central = SahelModel(plan, seed=5, replicate=3, parameters="central")
    scale = model.world.land.garrison.sum() / central.world.land.garrison.sum()
    assert scale == pytest.approx(wanted["initial.garrison_scale"])


def test_all_scenarios_of_a_future_share_the_row() -> None:
    draws = small()
    with_it = SahelModel("documented-2023", seed=5, replicate=3, parameters=draws)
    without = SahelModel("no-airlift", seed=5, replicate=3, parameters=draws)
    assert with_it.template.values.digest == without.template.values.digest


def test_what_the_scenario_sets_holds_over_the_row() -> None:
    sets = {"parameter.insurgency.nu": 0.0003}
    plan = cut(load_scenario("documented-2023", sets=sets), 5)
    for replicate in range(4):
        values = SahelModel(plan, seed=5, replicate=replicate, parameters=small()).template.values
        assert values.value("insurgency.nu") == 0.0003


def test_a_row_built_on_a_template_equals_one_built_alone(plan: Scenario) -> None:
    draws = small()
    shared = template(plan, posterior=draws).drawn(5, 3)
    values = load_theatre().parameters.with_values(draws.values(draws.row_of(5, 3)))
    alone = template(plan, values=values)
    assert worlds_equal(shared.start, alone.start)
    assert shared.values.digest == alone.values.digest


def test_rows_are_kept_and_share_what_no_parameter_reaches(plan: Scenario) -> None:
    base = template(plan, posterior=small())
    row = base.drawn(5, 3)
    assert base.drawn(5, 3) is row
    assert row.start.history.locality is base.start.history.locality
    own = sum(
        array.nbytes
        for mine, theirs in zip(row.start, base.start, strict=True)
        for array, other in zip(mine, theirs, strict=True)
        if array is not other
    )
    assert own < 130_000  # bytes; 500 rows stay below 65 MB
    assert template(plan).drawn(5, 3).posterior is None


def test_a_snapshot_and_a_fork_keep_the_row(plan: Scenario) -> None:
    model = SahelModel(plan, seed=5, replicate=3, parameters=small()).run_for(4)
    other = model.fork()
    assert other.template is model.template
    assert worlds_equal(model.run_for().world, other.run_for().world)


def test_a_posterior_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_posterior(tmp_path / "p.parquet", small())
    found = read_posterior(tmp_path / "p.parquet", load_theatre().parameters)
    assert found.digest == small().digest
    assert found.about == {"recipe": "made for a test"}
    assert choose_posterior(tmp_path / "p.parquet") is not None
    assert choose_posterior(str(tmp_path / "p.parquet")) is not None


@pytest.mark.parametrize(
    ("columns", "code", "word"),
    [
        ({"insurgency.nuu": [1e-4]}, "SS7207", "insurgency.nuu"),
        ({"insurgency.nu": [7.0]}, "SS7207", "outside 4e-05 to 0.001"),
        ({"insurgency.nu": [float("nan")]}, "SS7207", "insurgency.nu"),
        ({"insurgency.nu": pa.array([], pa.float64())}, "SS7207", "no rows"),
        (None, "SS7206", "cannot read"),
    ],
)
def test_a_posterior_that_does_not_fit_is_refused(
    columns: dict[str, object] | None, code: str, word: str, tmp_path: Path
) -> None:
    path = tmp_path / "p.parquet"
    if columns is None:
        path.write_bytes(b"PAR1 and no more")
    else:
        pq.write_table(pa.table(columns), path)
    with pytest.raises(InputError, match=word) as fault:
        read_posterior(path, load_theatre().parameters)
    assert fault.value.code == code


def test_without_a_shipped_posterior_the_default_is_central(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posterior, "SHIPPED", tmp_path / "none.parquet")
    shipped_posterior.cache_clear()
    try:
        assert choose_posterior(None) is None
        assert choose_posterior("central") is None
        with pytest.raises(InputError) as fault:
            choose_posterior("posterior")
        assert fault.value.code == "SS7206"
        with pytest.raises(InputError) as fault:
            choose_posterior("posteriro.parquet")
        assert fault.value.code == "SS7206"
        write_posterior(tmp_path / "none.parquet", small())
        shipped_posterior.cache_clear()
        found = choose_posterior(None)
        assert found is not None
        assert found.digest == small().digest
    finally:
        shipped_posterior.cache_clear()


def test_the_default_is_the_shipped_one_where_it_was_fitted_and_central_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert choose_posterior(None) is shipped_posterior()
    monkeypatch.setattr(type(load_theatre()), "packaged", False)
    assert choose_posterior(None) is None
    assert choose_posterior("posterior") is shipped_posterior()

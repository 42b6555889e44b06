"""Runs that take their uncertain parameters from a posterior."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment import prepare, run
from sahelsim.model import SahelModel
from sahelsim.model.posterior import write_posterior
from sahelsim.scenario import Scenario
from tests.experiment.conftest import files
from tests.model.test_posterior import small


def test_results_do_not_depend_on_workers_and_are_those_of_the_model(
    plan: Scenario, tmp_path: Path
) -> None:
    one = run(plan, 24, seed=5, workers=1, parameters=small(), out=tmp_path / "one")
    two = run(plan, 24, seed=5, workers=2, parameters=small(), out=tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert one.manifest["specification"] == two.manifest["specification"]
    model = SahelModel(plan, seed=5, replicate=17, parameters=small()).run_for()
    deaths = model.outcomes()["military_deaths"]
    assert one.outcomes.loc[17, "military_deaths"] == deaths


def test_the_specification_knows_the_posterior(plan: Scenario, tmp_path: Path) -> None:
    write_posterior(tmp_path / "p.parquet", small())
    central = run(plan, 2, seed=5, parameters="central", out=tmp_path / "run")
    assert central.manifest["posterior"] is None
    with pytest.raises(InputError, match="what differs: parameters") as fault:
        prepare(plan, 2, seed=5, parameters=tmp_path / "p.parquet", out=tmp_path / "run")
    assert fault.value.code == "SS4001"
    drawn = run(plan, 2, seed=5, parameters=tmp_path / "p.parquet")
    about = drawn.manifest["posterior"]
    assert about["digest"] == small().digest
    assert about["rows"] == 7
    assert "insurgency.nu" in about["parameters"]
    assert str(tmp_path / "p.parquet") in drawn.manifest["command"]
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(drawn.outcomes, central.outcomes)

"""The schema for editors takes what the loader takes, short forms too, and refuses common slips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from sahelsim.base.paths import shipped
from sahelsim.base.yaml_source import read
from sahelsim.experiment.sweep.jsonschema import sweep_schema
from sahelsim.experiment.sweep.new import write_new


@pytest.fixture(scope="module")
def schema() -> Any:
    return jsonschema_rs.validator_for(sweep_schema())


def plain(**more: Any) -> dict[str, Any]:
    return {"id": "x", "title": "X", "question": "Q?", "policies": {"as-it-is": None}, **more}


def test_shipped_sweeps_and_the_template_fit(schema: Any, tmp_path: Path) -> None:
    files = sorted(shipped("configs").glob("*-sweep.yaml"))
    assert len(files) >= 4
    for file in (*files, write_new(tmp_path / "mine", "documented-2023")):
        schema.validate(read(file).data)


@pytest.mark.parametrize(
    "more",
    [
        {"replicates": 20},
        {"replicates": {"min": 4, "until": [{"outcome": "siege_days", "half_width": 3}]}},
        {"design": {"method": "lhs", "futures": 8}},
        {"design": {"method": "lhs", "futures": [8, 8]}},
        {"uncertainties": {"initial.garrison_scale": None}},
        {"outcomes": {"civilian_deaths": None}},
    ],
)
def test_short_and_long_forms_fit(more: dict[str, Any], schema: Any) -> None:
    schema.validate(plain(**more))


@pytest.mark.parametrize(
    "more",
    [
        {"polices": {}},
        {"replicates": 0},
        {"design": {"method": "lsh"}},
        {"outcomes": {"civilian_death": {}}},
        {"policies": {"As It Is": {}}},
        {"policies": {"a": {"withot": []}}},
        {"policies": {"a": {"orders": [{"id": "b", "on": "2023-09-01", "actor": "mli",
                                        "verb": "surg"}]}}},
    ],
)  # fmt: skip
def test_a_slip_is_refused(more: dict[str, Any], schema: Any) -> None:
    assert not schema.is_valid(plain(**more))

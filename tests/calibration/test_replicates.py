"""Replicates one by one: each is there, in its place, whoever ran it."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pytest

from sahelsim.calibration.replicates import each_replicate
from sahelsim.model.build import Template, template
from sahelsim.scenario import cut, load_scenario


@pytest.fixture(scope="module")
def shared() -> Template:
    return template(cut(load_scenario("documented-2023"), 5))


def test_replicates_come_in_order_whoever_runs_them(shared: Template) -> None:
    counted: list[int] = []
    found = [
        each_replicate(
            shared, 12, 5, lambda tables: tables["daily"], workers=workers, progress=counted.append
        )
        for workers in (1, 4)
    ]
    assert counted == [0, *[1] * 12] * 2
    assert [set(table["replicate"].to_pylist()) for table in found[1]] == [{j} for j in range(12)]
    assert found[0] == found[1]


def test_a_fault_in_what_is_kept_is_told(shared: Template) -> None:
    def fails(tables: Mapping[str, pa.Table]) -> int:
        if set(tables["daily"]["replicate"].to_pylist()) == {7}:
            raise ValueError("planted")
        return 0

    with pytest.raises(ValueError, match="planted"):
        each_replicate(shared, 12, 5, fails, workers=3)

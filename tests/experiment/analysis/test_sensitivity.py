"""Ishigami, the g-function, a linear model: indices near their exact values, nothing silent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import pawn as salib_pawn
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from sahelsim.base.errors import InputError, MissingExtra
from sahelsim.experiment.analysis.responses import Responses, responses
from sahelsim.experiment.analysis.sensitivity import analyse, design_of, pawn_index
from tests.experiment.analysis.tables import futures, g_function, ishigami, runs, uniforms

NAMES = ["x1", "x2", "x3"]


def problem(names: list[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def saltelli(n: int, names: list[str], second: bool = False) -> Any:
    return sobol_sample.sample(problem(names), n, calc_second_order=second, seed=3)


def seen(unit: Any, y: Any, names: list[str], size: int = 0, **options: Any) -> Responses:
    blocks = np.arange(len(unit)) // size if size else None
    return responses(futures(unit, names, blocks), runs({"p": y}, **options), "y", "p")


@pytest.mark.parametrize("second", [False, True])
def test_sobol_finds_ishigami_s_indices(second: bool) -> None:
    unit = saltelli(1024, NAMES, second)
    found = analyse(seen(unit, ishigami(unit), NAMES, 8 if second else 5), "auto")
    assert found.method == "sobol"
    exact = {"x1": (0.3139, 0.5576), "x2": (0.4424, 0.4424), "x3": (0.0, 0.2437)}
    for name, (first, total) in exact.items():
        row = found.table.loc[name]
        assert row["first"] == pytest.approx(first, abs=0.05)
        assert row["value"] == pytest.approx(total, abs=0.05)
        assert row["low"] <= total <= row["high"]
        assert row["first_low"] <= first <= row["first_high"]
    assert list(found.table.index) == ["x1", "x2", "x3"]
    assert (found.blocks, found.floor) == ((1024, 1024), 0.0)


def test_sobol_finds_the_order_of_the_g_function() -> None:
    names = ["a", "b", "c", "d"]
    unit = saltelli(512, names)
    found = analyse(seen(unit, g_function(unit), names, 6), "sobol")
    assert list(found.table.index) == names
    parts = np.array([1 / 3 / (1 + a) ** 2 for a in (0.0, 1.0, 9.0, 99.0)])
    whole = np.prod(1 + parts) - 1
    total = [parts[k] * np.prod(np.delete(1 + parts, k)) / whole for k in range(4)]
    assert found.table["value"].tolist() == pytest.approx(total, abs=0.05)
    assert found.told("a")
    assert found.table["value"].loc["d"] < 0.01


def test_a_saltelli_block_with_a_missing_run_is_dropped_and_said() -> None:
    unit = saltelli(256, NAMES)
    y = ishigami(unit)
    table, rows = futures(unit, NAMES, np.arange(len(unit)) // 5), runs({"p": y})
    whole = analyse(responses(table, rows, "y", "p"), "sobol")
    rows.loc[[7, 300], "status"] = "failed"
    rows.loc[[7, 300], "y"] = np.nan
    found = analyse(responses(table, rows, "y", "p"), "sobol")
    assert found.blocks == (254, 256)
    assert "2 of 256 blocks of 5 futures lack a run and are left out whole" in found.account
    assert "with a run that failed" in found.account
    # not the zeros that a NaN makes of it
    difference = found.table["value"] - whole.table["value"]
    assert difference.abs().max() < 0.02
    assert found.table["value"].max() > 0.4


def test_hand_written_futures_stay_out_of_the_blocks() -> None:
    unit = saltelli(128, NAMES)
    y = ishigami(unit)
    plain = analyse(seen(unit, y, NAMES, 5), "sobol")
    more = np.vstack([[[0.5, 0.5, 0.5]], unit])
    table = futures(more, NAMES, np.concatenate([[-1], np.arange(len(unit)) // 5]))
    table.loc[0, [f"unit.{name}" for name in NAMES]] = np.nan
    found = analyse(responses(table, runs({"p": [1e6, *y]}), "y", "p"), "auto")
    pd.testing.assert_frame_equal(found.table, plain.table)
    assert found.blocks == (128, 128)


def test_morris_of_a_linear_model_is_its_slopes() -> None:
    unit = morris_sample.sample(problem(NAMES), 20, num_levels=4, seed=2)
    y = 10 * unit[:, 0] - 3 * unit[:, 1] + 0 * unit[:, 2]
    found = analyse(seen(unit, y, NAMES, 4), "auto")
    assert found.method == "morris"
    assert found.table["value"].to_dict() == pytest.approx({"x1": 10.0, "x2": 3.0, "x3": 0.0})
    assert found.table["mu"].loc["x2"] == pytest.approx(-3.0)
    assert found.table["sigma"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-9)
    assert [found.told(name) for name in NAMES] == [True, True, False]
    interacting = analyse(seen(unit, unit[:, 0] * unit[:, 1], NAMES, 4), "morris")
    assert interacting.table["sigma"].loc["x1"] > 0.2


def test_a_morris_trajectory_with_a_missing_run_is_dropped() -> None:
    unit = morris_sample.sample(problem(NAMES), 6, num_levels=4, seed=2)
    rows = runs({"p": 10 * unit[:, 0]})
    rows.loc[9, "status"] = "timeout"
    table = futures(unit, NAMES, np.arange(len(unit)) // 4)
    found = analyse(responses(table, rows, "y", "p"), "auto")
    assert found.blocks == (5, 6)
    assert found.table["value"].loc["x1"] == pytest.approx(10.0)


def test_pawn_is_salib_s_where_both_slice_alike() -> None:
    unit = uniforms(1000, 3)
    y = ishigami(unit)
    theirs = salib_pawn.analyze(problem(NAMES), unit, y, S=10, seed=1)
    mine = [pawn_index(unit[:, k], y) for k in range(3)]
    assert mine == pytest.approx(list(theirs["median"]), abs=0.02)


def test_pawn_tells_inputs_from_one_without_effect() -> None:
    names = [*NAMES, "idle"]
    unit = uniforms(400, 4)
    found = analyse(seen(unit, ishigami(unit), names), "auto")
    assert found.method == "pawn"
    assert found.table.index[-1] == "idle"
    assert found.told("x2")
    assert not found.told("idle")
    assert 0.0 < found.floor < 0.3
    assert (found.table["low"] <= found.table["value"]).all()
    assert (found.table["high"] >= found.table["value"]).all()
    assert analyse(seen(unit, ishigami(unit), names), "pawn").table.equals(found.table)


def test_pawn_takes_inputs_of_few_values_and_ties() -> None:
    x = np.repeat([0.0, 1.0, 2.0], 20)
    assert pawn_index(x, x.copy()) == pytest.approx(2 / 3)
    assert pawn_index(x, np.ones(60)) == 0.0


def test_one_at_a_time_is_the_change_from_the_base() -> None:
    unit = np.full((7, 3), 0.5)
    for k in range(3):
        unit[1 + 2 * k, k], unit[2 + 2 * k, k] = 0.0, 1.0
    y = 4 * unit[:, 0] - 10 * unit[:, 1]
    found = analyse(seen(unit, y, NAMES, 7, replicates=3, noise=0.2), "auto")
    assert found.method == "oat"
    assert list(found.table.index[:2]) == ["x2", "x1"]
    assert found.table.loc["x2", ["at_low", "at_high"]].tolist() == pytest.approx(
        [5.0, -5.0], abs=0.2
    )
    assert found.table.loc["x2", ["from", "to"]].tolist() == [0.0, 1.0]
    assert found.told("x1")
    assert not found.told("x3")


def test_designs_are_known_by_their_blocks() -> None:
    unit = uniforms(40, 3)
    assert design_of(seen(unit, unit[:, 0], NAMES)) == "pawn"
    with pytest.raises(InputError, match="are no Saltelli design") as caught:
        analyse(seen(unit, unit[:, 0], NAMES), "sobol")
    assert caught.value.code == "SS4205"
    assert "--method pawn" in str(caught.value.hint)


def test_too_little_is_refused() -> None:
    unit = uniforms(12, 3)
    with pytest.raises(InputError, match="too few for PAWN"):
        analyse(seen(unit, unit[:, 0], NAMES), "pawn")
    flat = saltelli(8, NAMES)
    with pytest.raises(InputError, match="the same in every future"):
        analyse(seen(flat, np.ones(len(flat)), NAMES, 5), "sobol")


def test_without_salib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "SALib.analyze.sobol", None)
    unit = saltelli(16, NAMES)
    with pytest.raises(MissingExtra, match="SALib") as caught:
        analyse(seen(unit, ishigami(unit), NAMES, 5), "sobol")
    assert (caught.value.code, caught.value.exit_code) == ("SS4206", 5)
    assert "[analysis]" in str(caught.value.hint)

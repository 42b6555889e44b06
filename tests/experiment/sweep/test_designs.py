from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sahelsim.base.errors import MissingExtra
from sahelsim.experiment.sweep import SweepSpec, futures_table
from sahelsim.experiment.sweep.designs import design_points
from tests.experiment.sweep.conftest import make

POLICIES = "days: 3\npolicies: {base: {}}\n"
THREE = """
uncertainties:
  threat.hit: {}
  initial.garrison_scale: {}
  weather: {parameter: weather.spell_days, values: [3, 5], levels: 2}
"""


def drawn(design: str, rest: str = "") -> SweepSpec:
    return make(POLICIES + THREE + f"design: {design}\n" + rest)


def test_hand_written_futures_come_first_with_the_rest_at_their_best_guess() -> None:
    futures = futures_table(
        drawn("{method: lhs, futures: 2}", "futures: {best: {}, worst: {threat.hit: 0.05}}")
    )
    assert list(futures["name"]) == ["best", "worst", None, None]
    assert list(futures["block"]) == [-1, -2, 2, 3]
    assert list(futures["threat.hit"])[:2] == [0.028, 0.05]
    assert list(futures["initial.garrison_scale"])[:2] == [1.0, 1.0]
    assert futures["unit.threat.hit"].isna().tolist() == [True, True, False, False]


def test_without_any_future_there_is_the_best_guess() -> None:
    futures = futures_table(make(POLICIES))
    assert list(futures["name"]) == ["nominal"]


def test_a_grid_has_every_combination_once() -> None:
    values = design_points(drawn("{method: grid, levels: 3}")).values
    assert values.shape == (3 * 3 * 2, 3)
    assert len(np.unique(values, axis=0)) == len(values)
    assert set(values[:, 2]) == {3.0, 5.0}
    assert (values[:2, :2] == values[0, :2]).all()  # the last one varies fastest
    assert values[:, 0].min() == 0.01
    assert values[:, 0].max() == 0.06


def test_one_at_a_time_leaves_the_others_at_their_best_guess() -> None:
    spec = drawn("{method: oat, levels: 3}")
    values = design_points(spec).values
    centre = [one.nominal for one in spec.uncertainties.values()]
    assert values[0].tolist() == centre
    assert ((values[1:] != centre).sum(axis=1) == 1).all()
    assert len(np.unique(values, axis=0)) == len(values)
    assert set(futures_table(spec)["block"]) == {0}


def test_a_list_is_taken_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "draws.csv").write_text("initial.garrison_scale,threat.hit\n0.5,0.02\n2,0.03\n")
    text = POLICIES + THREE + "design: {method: list, file: draws.csv}\n"
    futures = futures_table(make(text, tmp_path))
    assert futures["threat.hit"].tolist() == [0.02, 0.03]
    assert futures["initial.garrison_scale"].tolist() == [0.5, 2.0]
    assert futures["weather"].nunique() == 1


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_latin_hypercube_fills_every_stratum_once(n: int, seed: int) -> None:
    unit = design_points(drawn(f"{{method: lhs, futures: {n}, seed: {seed}}}")).unit
    assert unit.shape == (n, 3)
    for column in (unit * n).astype(int).T:
        assert sorted(column) == list(range(n))


@pytest.mark.parametrize("method", ["lhs", "sobol", "morris", "saltelli"])
def test_a_design_that_grows_keeps_its_futures(method: str) -> None:
    before = design_points(drawn(f"{{method: {method}, futures: [8]}}"))
    after = design_points(drawn(f"{{method: {method}, futures: [8, 4]}}"))
    assert len(after.values) == 1.5 * len(before.values)
    assert np.array_equal(after.values[: len(before.values)], before.values)
    assert np.array_equal(after.block[: len(before.block)], before.block)
    new = after.unit[len(before.values) :]
    assert not np.array_equal(new, before.unit[: len(new)])  # not the same once more


@pytest.mark.parametrize("method", ["lhs", "sobol", "morris", "saltelli"])
def test_another_seed_draws_other_futures(method: str) -> None:
    one, two = (
        design_points(drawn(f"{{method: {method}, futures: 8, seed: {seed}}}")).values
        for seed in (1, 2)
    )
    assert not np.array_equal(one, two)


def test_sobol_points_balance_in_every_half() -> None:
    unit = design_points(drawn("{method: sobol, futures: 64}")).unit
    assert ((unit < 0.5).sum(axis=0) == 32).all()


def test_a_morris_trajectory_changes_one_thing_a_step() -> None:
    points = design_points(drawn("{method: morris, futures: 5, levels: 4}"))
    assert points.unit.shape == (5 * 4, 3)
    for block in range(5):
        steps = np.diff(points.unit[points.block == block], axis=0)
        assert ((steps != 0).sum(axis=1) == 1).all()
        assert sorted(np.argmax(steps != 0, axis=1)) == [0, 1, 2]


@pytest.mark.parametrize(("second", "rows"), [("false", 5), ("true", 8)])
def test_a_saltelli_block_mixes_two_base_points(second: str, rows: int) -> None:
    points = design_points(drawn(f"{{method: saltelli, futures: 4, second_order: {second}}}"))
    assert np.bincount(points.block).tolist() == [rows] * 4
    block = points.unit[points.block == 2]
    a, b = block[0], block[-1]
    for k in range(3):
        expected = a.copy()
        expected[k] = b[k]
        assert np.array_equal(block[1 + k], expected)


def test_a_design_without_scipy_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *rest, **more)

    spec = drawn("{method: lhs, futures: 4}")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra, match="needs SciPy") as fault:
        design_points(spec)
    assert fault.value.exit_code == 5
    assert "[analysis]" in str(fault.value.hint)

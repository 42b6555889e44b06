"""What a directory of results holds, told from its files whatever became of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment import run
from sahelsim.experiment.holdings import (
    COMPARISON,
    holds_sweep,
    manifests_in,
    note_comparison,
    noted_comparison,
    runs_in,
)
from sahelsim.experiment.store import against_folder
from sahelsim.scenario import cut, load_scenario


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with another that it is compared with."""
    path = tmp_path_factory.mktemp("results")
    for name, place in (
        ("documented-2023", path), ("no-airlift", against_folder(path, "no-airlift"))
    ):  # fmt: skip
        run(cut(load_scenario(name), 2), 1, out=place, workers=1)
    return path


def test_a_run_comes_with_those_it_is_compared_with(folder: Path) -> None:
    assert runs_in(folder) == [folder, folder / "against-no-airlift"]
    assert [one["scenario"] for one in manifests_in(folder)] == ["documented-2023", "no-airlift"]
    assert noted_comparison(folder) is None
    assert not holds_sweep(folder)


def test_a_comparison_keeps_its_order_and_its_command(folder: Path, tmp_path: Path) -> None:
    note_comparison(tmp_path, ["b", "a"], "sahelsim compare b a")
    noted = noted_comparison(tmp_path)
    assert noted == ([tmp_path / "b", tmp_path / "a"], "sahelsim compare b a")
    assert runs_in(tmp_path) == [tmp_path / "b", tmp_path / "a"]
    with pytest.raises(InputError, match="holds no results"):
        manifests_in(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"runs": 3, "command": ""}', '{"command": "x"}',
                                     '{"runs": [3], "command": "x"}'])  # fmt: skip
def test_a_damaged_note_is_refused_and_not_taken_for_a_run(content: str, tmp_path: Path) -> None:
    (tmp_path / COMPARISON).write_text(content, encoding="utf-8")
    for look in (noted_comparison, runs_in, manifests_in):
        with pytest.raises(InputError) as refused:
            look(tmp_path)
        assert refused.value.code == "SS4002"


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert noted_comparison(tmp_path) is None
    assert not holds_sweep(tmp_path)
    with pytest.raises(InputError, match="holds no results"):
        runs_in(tmp_path)


def test_a_sweep_is_told_by_its_kind_and_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"kind": "sweep"}), encoding="utf-8")
    assert holds_sweep(tmp_path)
    with pytest.raises(InputError) as refused:
        manifests_in(tmp_path)
    assert refused.value.code == "SS4132"

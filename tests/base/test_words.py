from __future__ import annotations

import pytest

from sahelsim.base.errors import EnvironmentFault
from sahelsim.base.formatting import exact, number, one_of, plural
from sahelsim.base.paths import shipped
from sahelsim.base.suggest import did_you_mean, nearest


def test_nearest_ignores_case_and_hyphens() -> None:
    assert nearest("Lend-Tial", ["lend_tail", "surge"]) == ["lend_tail"]
    assert nearest("zzz", ["lend_tail", "surge"]) == []
    assert nearest("no_airlft", ["no-airlift", "airlift", "second-tail"], n=2)[0] == "no-airlift"


def test_did_you_mean() -> None:
    assert did_you_mean("kidl", ["kidal", "gao"]) == "did you mean 'kidal'?"
    assert did_you_mean("x", []) is None


def test_numbers_in_words() -> None:
    assert [number(v) for v in (3271.6, 0.04512, 12.0, -0.0, 1e-9)] == [
        "3270", "0.0451", "12", "0", "0.000000001"
    ]  # fmt: skip
    assert number(float("nan")) == "nan"
    assert [exact(v) for v in (2.0, 4294967296, 0.1)] == ["2", "4294967296", "0.1"]


def test_lists_in_words() -> None:
    assert [one_of(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a or b", "a, b or c"
    ]  # fmt: skip
    assert one_of("abcd", 2) == "a, b and 2 more"
    assert (plural(1, "day"), plural(0, "day")) == ("1 day", "0 days")


def test_shipped_folders() -> None:
    assert (shipped("scenarios") / "documented-2023.yaml").is_file()
    with pytest.raises(EnvironmentFault, match="the shipped folder 'nothing' is missing"):
        shipped("nothing")

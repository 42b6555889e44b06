"""Faults of a sweep that go beyond the form of single keys: designs, lists, precision, series."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base.problems import InvalidInput
from tests.experiment.sweep.conftest import make

POLICY = "policies: {base: {}}\n"
HIT = "uncertainties: {threat.hit: {}}\n"


def messages(text: str, folder: Path = Path()) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as fault:
        make(text, folder)
    return [(one.code, one.message) for one in fault.value.problems]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (HIT, "SS4109",
         "the uncertainties are varied by no design and no hand-written future"),
        (HIT + "design: {method: sobol}", "SS4109", "a sobol design needs 'futures'"),
        (HIT + "design: {method: grid, futures: 4}", "SS4109",
         "'futures' means nothing to a grid design"),
        (HIT + "design: {method: lhs, futures: 4, levels: 3}", "SS4109",
         "'levels' means nothing to a lhs design"),
        (HIT + "design: {method: lhs, futures: 4, second_order: true}", "SS4109",
         "'second_order' means nothing to a lhs design"),
        (HIT + "design: {method: saltelli, futures: 4}", "SS4109",
         "a saltelli design needs two uncertainties or more"),
        (HIT + "design: {method: list}", "SS4109", "a list design needs 'file'"),
        (HIT + "design: {method: list, file: none.csv}", "SS4110",
         "cannot read none.csv: No such file or directory"),
        (HIT + "futures: {a: {threat.hitt: 0.02}}", "SS4104",
         "unknown uncertainty 'threat.hitt'"),
        (HIT + "futures: {a: {threat.hit: 0.9}}", "SS4108",
         "0.9 is outside the range of threat.hit"),
        ("uncertainties: {x: {parameter: threat.hti}}\ndesign: {method: grid}", "SS4104",
         "unknown parameter 'threat.hti'"),
        ("uncertainties: {threat.hit: {values: [0.02, 0.9]}}\ndesign: {method: grid}", "SS4108",
         "0.9 is outside the range of threat.hit"),
        ("uncertainties: {threat.hit: {nominal: 0.9}}\ndesign: {method: grid}", "SS4108",
         "0.9 is outside the range of threat.hit"),
        ("replicates: {fixed: 3, until: [{outcome: sorties, half_width: 1}]}", "SS4111",
         "a fixed number and 'until' exclude each other"),
        ("replicates: {min: 9, max: 4, until: [{outcome: sorties, half_width: 1}]}", "SS4111",
         "max 4 is below min 9"),
        ("replicates: {until: [{outcome: sortees, half_width: 1}]}", "SS4104",
         "unknown outcome 'sortees'"),
        ("replicates: {until: [{outcome: sorties, half_width: 1, quantile: 0.9}]}", "SS4111",
         "'quantile' and 'of: quantile' go together"),
        ("daily: {series: [besieged.mli], keep: {always: [best]}}", "SS4104",
         "unknown hand-written future 'best'"),
    ],
)  # fmt: skip
def test_a_fault_is_told(text: str, code: str, message: str) -> None:
    assert (code, message) in messages(POLICY + text)


def test_a_list_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "draws.csv").write_bytes(b"threat.hit\n\xff\n")
    found = messages(POLICY + HIT + "design: {method: list, file: draws.csv}", tmp_path)
    assert ("SS4110", "cannot read draws.csv: it is not UTF-8 text") in found


def test_a_value_of_a_list_keeps_to_the_range(tmp_path: Path) -> None:
    (tmp_path / "draws.csv").write_text("threat.hit\n0.02\n0.9\n")
    found = messages(POLICY + HIT + "design: {method: list, file: draws.csv}", tmp_path)
    assert ("SS4108", "0.9 is outside the range of threat.hit") in found


def test_a_column_of_an_uncertainty_with_a_fault_is_not_told_twice(tmp_path: Path) -> None:
    (tmp_path / "draws.csv").write_text("threat.hit\n0.02\n")
    text = POLICY + "uncertainties: {threat.hit: {mode: 0.9}}\n"
    found = messages(text + "design: {method: list, file: draws.csv}", tmp_path)
    assert [code for code, _ in found] == ["SS4107"]


def test_a_fixed_parameter_that_is_given_a_range_is_drawn_evenly() -> None:
    text = "uncertainties: {initial.garrison_scale: {distribution: uniform, low: 0.5, high: 2}}\n"
    spec = make(POLICY + text + "design: {method: grid}")
    known = spec.uncertainties["initial.garrison_scale"].distribution
    assert (known.kind, known.low, known.high) == ("uniform", 0.5, 2.0)

"""Parameters: files, ranges, changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sahelsim.theatre import ParameterError, ParameterSet, TheatreError, load_theatre
from sahelsim.theatre.parameters import CONFIDENCES, load_parameters

GOOD = """\
rate:
  description: A rate
  unit: 1/d
  value: 0.5
  low: 0
  high: 1
  distribution: uniform
  reference: assumed
  confidence: assumed
share:
  by: state
  description: A share
  unit: "1"
  value: {mli: 0.1, ner: 0.2, bfa: 0.3}
  low: 0
  high: {mli: 0.2, ner: 0.4, bfa: 0.6}
  distribution: uniform
  reference: assumed
  confidence: assumed
price:
  description: A price that changes
  unit: "1"
  value: 1
  low: 0
  high: 5
  distribution: uniform
  reference: assumed
  confidence: assumed
  dated:
    - {from: 2023-09-01, value: 2}
    - {from: 2024-01-01, value: 3}
limit: {description: A limit, unit: km, value: 7, reference: assumed, confidence: assumed}
"""


def read(folder: Path, text: str) -> ParameterSet:
    (folder / "tests.yaml").write_text(text, encoding="utf-8")
    return load_parameters(folder)


@pytest.fixture
def good(tmp_path: Path) -> ParameterSet:
    return read(tmp_path, GOOD)


def test_ids_are_file_name_and_suffix(good: ParameterSet) -> None:
    assert good.ids == (
        "tests.rate",
        "tests.share.mli",
        "tests.share.ner",
        "tests.share.bfa",
        "tests.price",
        "tests.limit",
    )
    assert good.value("tests.share.ner") == 0.2
    assert good.record("tests.share.ner").high == 0.4
    assert good.suffixes("tests.share") == ("mli", "ner", "bfa")
    assert good.suffixes("tests.rate") == ()


def test_a_fixed_entry_has_its_value_as_range(good: ParameterSet) -> None:
    record = good.record("tests.limit")
    assert (record.low, record.value, record.high, record.distribution) == (7, 7, 7, "fixed")


def test_a_dated_value_holds_from_its_day_on(good: ParameterSet) -> None:
    days = {date(2023, 8, 31): 1, date(2023, 9, 1): 2, date(2023, 12, 31): 2, date(2024, 1, 1): 3}
    for day, value in days.items():
        assert good.value("tests.price", day) == value
    assert good.value("tests.price") == 1


def test_setting_a_value_leaves_the_old_set_alone(good: ParameterSet) -> None:
    changed = good.with_values({"tests.rate": 1, "tests.price": 4})
    assert changed.value("tests.rate") == 1.0
    assert changed.value("tests.price", date(2025, 1, 1)) == 4  # set for the whole run
    assert good.value("tests.rate") == 0.5
    assert changed.ids == good.ids


def test_the_digest_follows_the_numbers_only(good: ParameterSet, tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace("A rate", "The rate")).digest == good.digest
    assert read(tmp_path, GOOD.replace("value: 0.5", "value: 0.6")).digest != good.digest
    assert read(tmp_path, GOOD.replace("2023-09-01", "2023-09-02")).digest != good.digest
    assert good.with_values({"tests.rate": 0.5}).digest == good.digest


@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan"), float("inf"), True, "0.5"])
def test_a_value_outside_its_range_is_refused(good: ParameterSet, value: object) -> None:
    with pytest.raises(ParameterError) as caught:
        good.with_values({"tests.rate": value})  # type: ignore[dict-item]
    assert caught.value.code == "SS3011"
    assert "tests.rate" in caught.value.message
    assert caught.value.hint == "allowed: 0 to 1 1/d"


def test_an_unknown_id_gives_the_nearest_one(good: ParameterSet) -> None:
    with pytest.raises(ParameterError) as caught:
        good.with_values({"tests.share.nre": 0.1})
    assert caught.value.code == "SS3010"
    assert caught.value.message == "unknown parameter 'tests.share.nre'"
    assert caught.value.hint == "did you mean 'tests.share.ner'?"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("low: 0\n  high: 1\n", "low: 0.6\n  high: 1\n", "0.5 does not lie in [0.6, 1]"),
        ("unit: 1/d", "units: 1/d", "unknown key 'units'"),
        ("  reference: assumed\n  confidence", "  confidence", "missing 'reference'"),
        ("distribution: uniform", "distribution: normal", "distribution 'normal' is unknown"),
        ("confidence: assumed", "confidence: high", "confidence 'high' is unknown"),
        ("value: 0.5", "value: half", "must be finite numbers"),
        ("value: 0.5", "value: .nan", "must be finite numbers"),
        ("  by: state\n", "", "by which axis"),
        ("{mli: 0.1, ner: 0.2, bfa: 0.3}", "{mli: 0.1, bfa: 0.3, ner: 0.2}", "in this order"),
        ("{mli: 0.2, ner: 0.4, bfa: 0.6}", "{mli: 0.2, ner: 0.4}", "'high' does not have"),
        ("{from: 2023-09-01, value: 2}", "{from: 2023-09-01, value: 9}", "9 does not lie in"),
        ("{from: 2023-09-01, value: 2}", "{value: 2}", "an item of 'dated'"),
        ("rate:\n", "rate:\n  by: state\n", "this value is not a mapping"),
    ],
)
def test_a_malformed_entry_names_file_and_fault(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in GOOD
    with pytest.raises(ParameterError) as caught:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert caught.value.code == "SS3012"
    assert message in caught.value.message
    assert "tests.yaml" in str(caught.value.where)


def test_a_name_that_stands_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(TheatreError) as caught:
        read(tmp_path, GOOD + "rate: {}\n")
    assert caught.value.code == "SS3003"
    assert "'rate' stands twice" in caught.value.message
    assert str(caught.value.where).endswith(f"tests.yaml:{GOOD.count(chr(10)) + 1}:1")


def test_a_key_that_stands_twice_inside_an_entry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TheatreError, match="'low' stands twice"):
        read(tmp_path, GOOD.replace("low: 0", "low: 0\n  low: 0", 1))


def test_every_packaged_parameter_has_a_range_and_a_reference() -> None:
    parameters = load_theatre().parameters
    assert len(parameters) >= 37
    for id in parameters.ids:
        record = parameters.record(id)
        assert record.low <= record.value <= record.high
        assert record.reference
        assert record.confidence in CONFIDENCES
        says_assumed = "assumed" in record.reference.casefold()
        assert says_assumed or record.confidence != "assumed" or "http" in record.reference, id

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from sahelsim.experiment import Comparison
from sahelsim.report import words
from sahelsim.theatre import load_theatre


def comparison(difference: float, low: float, high: float, p: float = 0.0) -> Comparison:
    return Comparison(
        outcome="military_deaths", pairs=20, mean_a=10.0, mean_b=10.0 + difference,
        difference=difference, low=low, high=high, probability_greater=0.5, correlation=math.nan,
        variance_ratio=math.inf, sd_a=1.0, sd_difference=1.0, p_value=p, p_adjusted=p, family=40,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1021.4, "t", "1,020 t"),
        (0.36, "share", "36 %"),
        (1.0, "places", "1 place"),
        (12.4, "persons", "12 persons"),
        (0.4, "persons", "0.4 persons"),
        (1.0, "d", "1 day"),
        (7.9999999, "d", "8 days"),
        (0.5, "index 0-1", "0.5"),
        (math.nan, "t", "–"),
    ],
)
def test_quantities_read_as_people_say_them(value: float, unit: str, text: str) -> None:
    assert words.quantity(value, unit) == text


def test_ranges_name_what_they_hold() -> None:
    text = words.ranged(np.arange(101.0), "t")
    assert text == "50 t (90 % of replicates: 5 to 95)"


def test_a_range_of_one_value_is_that_value() -> None:
    assert words.ranged([7.0, 7.0, 7.0], "t") == "7 t"
    assert words.ranged([7.0], "t") == "7 t"
    assert words.ranged([math.nan], "t") == "does not apply"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([1.0] * 37 + [0.0] * 163, "in 37 of 200 replicates"),
        ([1.0, 1.0], "in all 2 replicates"),
        ([0.0, 0.0], "in none of 2 replicates"),
        ([1.0], "in the only replicate"),
        ([0.0], "not in the only replicate"),
        ([], "in no replicate"),
    ],
)
def test_chances_are_counts(values: list[float], text: str) -> None:
    assert words.frequency(values) == text


def test_differences_say_more_fewer_less_or_nothing() -> None:
    assert words.difference(comparison(120, 100, 140), "t") == (
        "120 t more (95 % interval 100 to 140)"
    )
    assert words.difference(comparison(-12, -20, -4), "persons") == (
        "12 persons fewer (95 % interval −20 to −4)"
    )
    assert words.difference(comparison(-3, -4, -2), "t").startswith("3.0 t less")
    assert words.difference(comparison(0.05, 0.02, 0.08), "share") == (
        "5.0 percentage points more (95 % interval 2.0 to 8.0)"
    )
    assert words.difference(comparison(1, -3, 5), "t") == (
        "cannot be told from zero (95 % interval −3.0 to 5.0)"
    )


def test_a_difference_without_variance_has_no_interval() -> None:
    assert words.difference(comparison(0, 0, 0), "t") == "the same in every pair"
    assert words.difference(comparison(5, 5, 5), "places") == "5 places more in every pair"
    assert "fewer than two pairs" in words.difference(None, "t")


def test_the_airlift_in_words() -> None:
    nothing = "No aircraft delivered anything in any replicate."
    assert words.airlift([0.0, 0.0], [0.0, 0.0]) == nothing
    assert words.airlift([5.0], [0.0]).startswith("Niger's aircraft delivered nothing for Mali.")
    text = words.airlift([900.0, 1100.0], [600.0, 700.0])
    assert text.startswith("Niger's aircraft delivered 650 t (90 % of replicates: 605 to 695)")
    assert "All aircraft of the three states delivered 1,000 t" in text


@pytest.mark.parametrize(
    ("ends", "unit", "shown"),
    [
        ((-351.7, -461.6, -240.3), "t", ("−460", "−350", "−240")),
        ((0.00576, 0.000455, 0.0114), "share", ("0.05", "0.58", "1.14")),
        ((100.0, -1645.0, 1824.0), "persons", ("−1,600", "100", "1,800")),
        ((2.79, 1.5, 4.06), "d", ("1.5", "2.8", "4.1")),
        ((5.0, 5.0, 5.0), "t", ("5", "5", "5")),
    ],
)
def test_a_difference_is_rounded_by_the_width_of_its_interval(
    ends: tuple[float, float, float], unit: str, shown: tuple[str, str, str]
) -> None:
    assert words.rounded(comparison(*ends), unit) == shown


def test_what_cannot_be_told_stands_in_one_sentence() -> None:
    spec = load_theatre().outcome("military_deaths")
    told = words.changed(
        [(spec, comparison(9, 4, 14)), (spec, comparison(1, -20, 40)), (spec, None)], "other", 20
    )
    assert told == [
        "Soldiers killed: 9 persons more (95 % interval 4 to 14).",
        "Cannot be told from zero (95 % interval): soldiers killed (−20 to 40).",
    ]


def test_one_pair_gives_no_interval() -> None:
    (sentence,) = words.changed([], "no-airlift", 1)
    assert "one replicate in common" in sentence


def test_what_binds_most_is_named_first() -> None:
    labels = {"tails": "the aircraft was not fit", "weather": "weather"}
    text = words.most_binding({"none": 50, "weather": 10, "tails": 40}, labels)
    assert text.index("not fit (40 %") < text.index("weather (10 %")
    assert "nothing did on 50 %" in text
    assert "all they were asked" in words.most_binding({"none": 3.0}, labels)
    assert "No aircraft flew" in words.most_binding({}, labels)


def test_dates_are_written_out() -> None:
    assert words.long_date(date(2023, 8, 20)) == "20 August 2023"
    assert words.when(None, "") == "No date is documented."


def test_lists_are_joined_as_in_speech() -> None:
    assert words.joined(["a"]) == "a"
    assert words.joined(["a", "b", "c"]) == "a, b and c"

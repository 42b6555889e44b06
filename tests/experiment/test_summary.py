"""Outcomes in a few numbers, and numbers as people read them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sahelsim.experiment.summary import number, summarise
from sahelsim.scenario import Scenario
from tests.experiment.test_comparison import made


def test_quantiles_mean_and_share(plan: Scenario) -> None:
    values = np.arange(21.0)
    sometimes = np.where(values < 14, values, np.nan)
    found = summarise(
        made(plan, {"x": values, "sometimes": sometimes, "never": np.full(21, np.nan)})
    )
    assert list(found) == ["x", "sometimes"]
    assert found["x"] == {"median": 10.0, "mean": 10.0, "low": 1.0, "high": 19.0, "share": 1.0}
    assert found["sometimes"]["share"] == pytest.approx(14 / 21)
    assert found["sometimes"]["median"] == 6.5


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (0.5, "0.5"),
        (0.452, "0.452"),
        (0.45678, "0.457"),
        (-0.0191, "-0.0191"),
        (0.0004, "0.0004"),
        (0.00012345, "0.000123"),
        (0.0000041, "4.1e-06"),
        (1.005, "1"),
        (9.999, "10"),
        (12.345, "12.3"),
        (99.96, "100"),
        (123.4, "123"),
        (999.4, "999"),
        (999.6, "1,000"),
        (-1_234.5, "-1,230"),
        (12_345.0, "12,300"),
        (1e7, "10,000,000"),
        (1.26e12, "1,260,000,000,000"),
        (math.nan, "–"),
        (math.inf, "–"),
        (-math.inf, "–"),
    ],
)
def test_numbers_as_people_read_them(value: float, text: str) -> None:
    assert number(value) == text


def test_no_number_is_shown_more_than_half_a_percent_wrong() -> None:
    for k in range(-120, 200):
        for sign in (1.0, -1.0):
            value = sign * 1.087**k
            shown = float(number(value).replace(",", ""))
            assert abs(shown - value) <= 0.005 * abs(value) * (1 + 1e-9)

"""Benchmarks: their distributions, and the scores known for them on the shipped record."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sahelsim.base.errors import InputError
from sahelsim.calibration.benchmarks import (
    BENCHMARKS,
    QUANTILES,
    benchmark_members,
    count_quantiles,
    moment_fit,
)
from sahelsim.calibration.evaluation import MODEL, score_cases
from sahelsim.calibration.observed import country_months
from sahelsim.calibration.views import Forecast, months_between


@given(st.floats(0.05, 600), st.floats(0.05, 50))
def test_quantiles_of_counts_are_those_of_scipy(mean: float, size: float) -> None:
    own = count_quantiles(mean, size)
    exact = stats.nbinom.ppf(QUANTILES, size, size / (size + mean))
    assert np.abs(own - exact).max() <= 1.0  # where a quantile falls on a jump, rounding decides
    assert (own != exact).mean() < 0.01
    assert (count_quantiles(mean, np.inf) != stats.poisson.ppf(QUANTILES, mean)).mean() < 0.01


def test_a_fit_by_moments_keeps_mean_and_variance() -> None:
    values = np.array([3.0, 40.0, 0.0, 12.0, 90.0, 7.0])
    fitted = moment_fit(values)
    assert fitted.mean() == pytest.approx(values.mean(), rel=0.01)
    assert fitted.var() == pytest.approx(values.var(), rel=0.05)
    even = moment_fit(np.array([4.0, 5.0, 4.0, 5.0]))  # less variance than Poisson
    assert even.var() == pytest.approx(4.5, rel=0.03)


def test_members_use_the_country_and_the_months_before_the_origin_only() -> None:
    history = np.column_stack([np.arange(30.0), 100.0 + np.arange(30.0)])
    assert benchmark_members("conflictology-12", history, 1).tolist() == [*range(118, 130)]
    assert benchmark_members("zero", history, 0).tolist() == [0.0]
    assert benchmark_members("last-poisson", history, 0).mean() == pytest.approx(29.0, rel=0.01)
    assert len(benchmark_members("bootstrap-240", history, 0)) == 60


def test_a_record_that_is_too_short_is_told() -> None:
    with pytest.raises(InputError, match="needs 24 observed months, there are 23") as caught:
        benchmark_members("negative-binomial-24", np.ones((23, 3)), 0)
    assert caught.value.code == "SS7116"


@pytest.fixture(scope="module")
def rolling() -> pd.DataFrame:
    """Scores of all benchmarks over the origins 2019-01 to 2022-07, 1 to 12 months ahead."""
    record = {"sb": country_months("sb")}
    forecasts = [
        Forecast(
            "sb", origin, np.repeat(np.arange(origin + 1, origin + 13), 3),
            np.tile([47, 50, 78], 12), np.zeros((36, 1)),
        )
        for origin in months_between("2019-01..2022-07")
    ]  # fmt: skip
    return score_cases(forecasts, record, record, list(BENCHMARKS))


@pytest.mark.parametrize(
    ("name", "mean", "countries"),
    [
        ("negative-binomial-12", 39.7, (35, 55, 29)),
        ("conflictology-12", 40.0, (35, 55, 30)),
        ("negative-binomial-24", 40.7, (35, 62, 26)),
        ("last-poisson", 55.6, None),
        ("zero", 72.7, None),
    ],
)
def test_known_scores_of_benchmarks(
    rolling: pd.DataFrame, name: str, mean: float, countries: tuple[int, int, int] | None
) -> None:
    its = rolling[rolling["model"] == name]
    assert len(its) == 43 * 12 * 3
    assert round(its["crps"].mean(), 1) == mean
    if countries is not None:
        found = its.groupby("country_id")["crps"].mean()
        assert tuple(round(found[id]) for id in (50, 47, 78)) == countries


def test_a_forecast_of_zeros_scores_as_the_benchmark_zero(rolling: pd.DataFrame) -> None:
    means = rolling.groupby("model")[["crps", "ign", "mis"]].mean()
    assert means.loc[MODEL].tolist() == pytest.approx(means.loc["zero"].tolist())

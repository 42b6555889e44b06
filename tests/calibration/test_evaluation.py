"""Comparison with benchmarks: pairs, blocks, tests and careful words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sahelsim.base.errors import InputError
from sahelsim.calibration.evaluation import (
    EVERYWHERE,
    MODEL,
    block_indices,
    block_length,
    diebold_mariano,
    score_cases,
    student_two_sided,
    summary,
    verdict,
)
from sahelsim.calibration.views import Forecast

ORIGINS = range(460, 484)


def series(months: range) -> pd.DataFrame:
    """Deaths that jump about a level of 20, 40 and 60 by country."""
    rows = [
        (month, country, level + (month * 7919) % 13)
        for month in months
        for country, level in ((47, 20), (50, 40), (78, 60))
    ]
    return pd.DataFrame(rows, columns=["month_id", "country_id", "outcome"])


def forecast(origin: int, error: float) -> Forecast:
    """Two months ahead; draws about the true level, shifted by ``error``."""
    months, countries = np.repeat([origin + 1, origin + 2], 3), np.tile([47, 50, 78], 2)
    centre = np.tile([26.0, 46.0, 66.0], 2) + error
    return Forecast("sb", origin, months, countries, centre[:, None] + np.arange(-6, 7))


@pytest.fixture(scope="module")
def record() -> dict[str, pd.DataFrame]:
    return {"sb": series(range(430, 490))}


def test_a_worse_forecast_is_called_worse_and_an_equal_one_is_not_told_apart(
    record: dict[str, pd.DataFrame],
) -> None:
    names = ["conflictology-12", "zero"]
    good = summary(score_cases([forecast(o, 0) for o in ORIGINS], record, record, names))
    bad = summary(score_cases([forecast(o, 30) for o in ORIGINS], record, record, names))

    def word(table: pd.DataFrame, model: str) -> str:
        its = table[(table["model"] == model) & (table["country_id"] == EVERYWHERE)]
        return str(its["verdict"].iloc[0])

    assert word(good, "zero") == "better"
    assert word(bad, "conflictology-12") == "worse"
    same = [
        Forecast("sb", item.origin, item.months, item.countries, np.zeros((6, 1)))
        for item in map(forecast, ORIGINS, [0] * len(ORIGINS))
    ]
    zeros = summary(score_cases(same, record, record, ["zero"]))
    assert set(zeros.loc[zeros["model"] == "zero", "verdict"]) == {"not told apart"}
    assert (zeros.loc[zeros["model"] == "zero", "dm_p"] == 1.0).all()


def test_summary_has_every_country_and_their_mean(record: dict[str, pd.DataFrame]) -> None:
    cases = score_cases([forecast(o, 3) for o in ORIGINS], record, record)
    table = summary(cases).set_index("country_id")
    assert sorted(table.index) == [0, 47, 50, 78]
    countries = table.loc[[47, 50, 78], "crps"].mean()
    assert table.loc[0, "crps"] == pytest.approx(countries)
    assert table.loc[0, "crps"] == pytest.approx(cases["crps"].mean())
    assert (table["crps_low"] < table["crps"]).all()
    assert (table["crps"] < table["crps_high"]).all()
    by_lead = summary(cases, by_lead=True)
    assert sorted(set(by_lead["lead"])) == [1, 2]
    assert by_lead["cases"].sum() == table["cases"].sum()


def test_one_case_has_no_interval(record: dict[str, pd.DataFrame]) -> None:
    only = forecast(470, 0)
    one = Forecast("sb", 470, only.months[:1], only.countries[:1], only.draws[:1])
    table = summary(score_cases([one], record, record, ["zero"]))
    assert np.isnan(table["crps_low"]).all()
    assert set(table.loc[table["model"] == "zero", "verdict"]) == {"not told apart"}


def test_benchmarks_never_see_months_after_the_origin(record: dict[str, pd.DataFrame]) -> None:
    changed = record["sb"].copy()
    changed.loc[changed["month_id"] > 470, "outcome"] = 9_999
    before, after = (
        score_cases([forecast(470, 0)], record, {"sb": past}, ["conflictology-12", "last-poisson"])
        for past in (record["sb"], changed)
    )
    pd.testing.assert_frame_equal(before, after)


def test_what_has_no_outcome_is_not_scored(record: dict[str, pd.DataFrame]) -> None:
    cases = score_cases([forecast(488, 0)], record, record)  # 489 is the last month that came
    assert set(cases["month_id"]) == {489}
    with pytest.raises(InputError) as caught:
        score_cases([forecast(500, 0)], record, record)
    assert caught.value.code == "SS7117"


def test_a_gap_in_the_record_is_told(record: dict[str, pd.DataFrame]) -> None:
    holed = record["sb"][record["sb"]["month_id"] != 465]
    with pytest.raises(InputError, match="no value of 2018-09") as caught:
        score_cases([forecast(470, 0)], record, {"sb": holed}, ["zero"])
    assert caught.value.code == "SS7116"


@given(st.integers(2, 60), st.integers(1, 20))
def test_blocks_keep_their_neighbours(units: int, span: int) -> None:
    length = block_length(units, span)
    indices = block_indices(units, length, resamples=5)
    assert indices.shape == (5, units)
    assert indices.min() >= 0
    assert indices.max() < units
    steps = np.diff(indices, axis=1)
    inside = (np.arange(1, units) % length) != 0
    assert (steps[:, inside] == 1).all()


def test_blocks_reach_every_unit_about_evenly() -> None:
    seen = np.bincount(block_indices(40, 1).ravel(), minlength=40) / 2_000
    assert seen == pytest.approx(np.ones(40), abs=0.12)


@pytest.mark.parametrize("degrees", [1, 2, 11, 42])
@pytest.mark.parametrize("t", [0.0, 0.7, -2.1, 5.0])
def test_student_is_that_of_scipy(t: float, degrees: int) -> None:
    exact = 2.0 * stats.t.sf(abs(t), degrees)
    assert student_two_sided(t, degrees) == pytest.approx(exact, abs=1e-6)


def test_diebold_mariano_at_one_step_is_the_t_test() -> None:
    gaps = np.array([0.3, -1.2, 2.0, 0.4, 1.1, -0.6, 0.9, 1.4, 0.2, -0.3, 0.8, 1.9])
    assert diebold_mariano(gaps, 1) == pytest.approx(stats.ttest_1samp(gaps, 0.0).pvalue, abs=1e-6)
    assert diebold_mariano(gaps[:11], 1) is None
    # A drifting series is no evidence once its dependence is allowed for.
    drift = 1.0 + np.sin(np.arange(24) / 4.0) * 2.0
    near, far = diebold_mariano(drift, 1), diebold_mariano(drift, 8)
    assert near is not None
    assert far is not None
    assert near < far


def test_words_need_an_interval_without_zero() -> None:
    assert verdict(-3.0, -0.1) == "better"
    assert verdict(0.1, 3.0) == "worse"
    assert verdict(-0.1, 3.0) == "not told apart"
    assert verdict(0.0, 0.0) == "not told apart"
    assert verdict(float("nan"), float("nan")) == "not told apart"


def test_scores_name_their_model(record: dict[str, pd.DataFrame]) -> None:
    cases = score_cases([forecast(470, 0)], record, record, ["zero"])
    assert cases.groupby("model").size().to_dict() == {MODEL: 6, "zero": 6}
    assert (cases["lead"] == cases["month_id"] - 470).all()

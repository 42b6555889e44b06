from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sahelsim.report.quantiles import QUANTILES, counts, fan, spread, thinned, weekly, wide

DATES = pd.date_range("2023-08-20", periods=16)


def grid(rows: int = 16, replicates: int = 7) -> pd.DataFrame:
    values = np.arange(rows * replicates, dtype=float).reshape(rows, replicates) ** 1.3
    return pd.DataFrame(values, index=DATES[:rows])


def test_a_fan_is_numpy_s_quantiles_of_each_row() -> None:
    table = fan(grid())
    assert list(table.columns) == ["q05", "q25", "q50", "q75", "q95"]
    np.testing.assert_allclose(table.to_numpy(), np.quantile(grid(), QUANTILES, axis=1).T)


def test_a_fan_leaves_out_missing_replicates_and_empty_days() -> None:
    holed = grid()
    holed.iloc[3, :2] = np.nan
    holed.iloc[5, :] = np.nan
    table = fan(holed)
    assert DATES[5] not in table.index
    assert table.loc[DATES[3], "q50"] == np.median(grid().iloc[3, 2:])


def test_quantiles_of_things_counted_are_counts() -> None:
    whole = pd.DataFrame([[0.0] * 9 + [1.0]], index=DATES[:1])
    assert set(fan(whole, counted=True).iloc[0]) <= {0.0, 1.0}
    assert 0.0 < fan(whole)["q95"].iloc[0] < 1.0


def test_a_short_last_week_is_left_out_of_sums() -> None:
    week = weekly(pd.DataFrame(np.ones((16, 2)), index=DATES))
    assert list(week.index) == [DATES[0], DATES[7]]
    assert (week == 7).all(axis=None)


def test_a_run_of_less_than_a_week_is_one_week() -> None:
    week = weekly(pd.DataFrame(np.ones((3, 2)), index=DATES[:3]))
    assert week.to_numpy().tolist() == [[3.0, 3.0]]


def test_thinning_keeps_the_last_day_and_even_steps() -> None:
    long = pd.DataFrame({"a": range(1000)}, index=pd.date_range("2023-08-20", periods=1000))
    thin = thinned(long)
    assert len(thin) <= 260
    assert thin.index[-1] == long.index[-1]
    assert len(set(np.diff(thin.index))) == 1
    assert thinned(grid()) is not None
    assert len(thinned(grid())) == 16


def test_wide_turns_rows_into_a_grid_by_date() -> None:
    frame = pd.DataFrame(
        {
            "replicate": [1, 0, 0, 1],
            "date": [DATES[0], DATES[0], DATES[1], DATES[1]],
            "t": [4, 1, 2, 5],
        }
    )
    assert wide(frame, "t").to_numpy().tolist() == [[1.0, 4.0], [2.0, 5.0]]


def test_counts_hold_days_and_replicates_without_events() -> None:
    events = pd.DataFrame(
        {"date": [DATES[2], DATES[2], DATES[4]], "replicate": [0, 0, 2], "dead": [3.0, 4.0, 5.0]}
    )
    number = counts(events, DATES, [0, 1, 2])
    assert number.shape == (16, 3)
    assert number.to_numpy().sum() == 3
    assert number.loc[DATES[2], 0] == 2
    assert counts(events, DATES, [0, 1, 2], "dead").loc[DATES[2], 0] == 7
    assert counts(events.iloc[:0], DATES, [0, 1]).to_numpy().sum() == 0


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_nothing_has_no_spread(values: list[float]) -> None:
    assert spread(values) == {}


def test_one_replicate_has_a_spread_of_one_value() -> None:
    assert set(spread([4.0]).values()) == {4.0}

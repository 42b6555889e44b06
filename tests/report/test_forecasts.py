"""The page of forecasts: what it draws, what it says, and that it asks nothing of a network."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sahelsim.calibration.evaluation import score_cases, summary
from sahelsim.calibration.observed import country_months
from sahelsim.calibration.views import Forecast
from sahelsim.report.figures.forecast import month_fan, pit_figure
from sahelsim.report.forecasts import write_forecast_page


def forecasts(target: str = "sb", width: int = 40) -> list[Forecast]:
    """Three months from each of four origins, draws about 60."""
    draws = 60.0 + np.arange(-width, width + 1)
    return [
        Forecast(
            target, origin, np.repeat([origin + 1, origin + 2, origin + 3], 3),
            np.tile([47, 50, 78], 3), np.tile(draws, (9, 1)),
        )
        for origin in range(500, 504)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def record() -> dict[str, pd.DataFrame]:
    return {name: country_months(name) for name in ("sb", "all")}


def test_a_fan_shows_bands_median_and_what_came() -> None:
    dates = pd.date_range("2021-09-01", periods=3, freq="MS")
    fan = pd.DataFrame({"date": dates}).assign(q05=1.0, q25=2.0, q50=3.0, q75=4.0, q95=[5, 6, 7])
    seen = pd.DataFrame({"date": [dates[0]], "outcome": [9]})
    figure = month_fan(fan, seen, fan[["date", "q05", "q50", "q95"]])
    by_name = {trace.name: trace for trace in figure.data}
    assert list(by_name["forecast"].y) == [3.0, 3.0, 3.0]
    assert list(by_name["forecast q95"].y) == [5, 6, 7]
    assert list(by_name["observed"].y) == [9]
    assert by_name["benchmark"].line.dash == "dash"
    assert "benchmark" not in {trace.name for trace in month_fan(fan, seen).data}


def test_pit_bars_stand_in_the_middle_of_their_bins() -> None:
    shares = pd.DataFrame({"forecast": np.full(10, 0.1)}, index=np.arange(10) / 10)
    (bars,) = pit_figure(shares).data
    assert bars.x[0] == pytest.approx(0.05)
    assert sum(bars.y) == pytest.approx(1.0)


def test_a_page_before_anything_came(tmp_path: Path, record: dict[str, pd.DataFrame]) -> None:
    path = write_forecast_page(
        forecasts()[:1], record, tmp_path / "p" / "f.html", command="sahelsim forecast --origin x"
    )
    text = path.read_text(encoding="utf-8")
    assert "Forecast of deaths by month from 2021-08" in text
    assert "Mali: 60 state-based deaths a month on average (90 % of draws: 24 to 96)." in text
    assert "no early warning" in text
    assert "sahelsim forecast --origin x" in text
    assert "Scores beside benchmarks" not in text
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"']http", text)


def test_a_page_with_scores_says_what_can_be_said(
    tmp_path: Path, record: dict[str, pd.DataFrame]
) -> None:
    items = forecasts() + forecasts("all")
    names = ["negative-binomial-12", "zero"]
    table = summary(score_cases(items, record, record, names))
    path = write_forecast_page(items, record, tmp_path / "f.html", scores=table)
    text = path.read_text(encoding="utf-8")
    assert "Forecast of deaths by month from 4 months from 2021-08 to 2021-11" in text
    mine = table[(table["target"] == "sb") & (table["country_id"] == 0)].set_index("model")
    assert f"State-based deaths: mean CRPS {mine.loc['forecast', 'crps']:.1f}; " in text
    assert f"zero ({mine.loc['zero', 'crps']:.1f})" in text
    for part in ("Scores beside benchmarks", "Calibration", "How it was reckoned"):
        assert part in text

"""Observed facts: the shipped table, and the published numbers where the events themselves lie."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration import shipping
from sahelsim.calibration.event_table import COUNTRIES, parse_month
from sahelsim.calibration.facts import FACTS, daily
from sahelsim.calibration.import_ged import import_ged
from sahelsim.calibration.measures import dispersion, lag_correlation
from sahelsim.calibration.observed import DATA, country_table
from sahelsim.calibration.observed_facts import (
    RESAMPLES,
    WINDOW,
    block_months,
    observe,
    observed_facts,
)
from sahelsim.calibration.sample import Window, sample
from sahelsim.calibration.sizes import event_sizes
from sahelsim.planner.sizes import tail_exponent
from tests.calibration.conflict import spread_conflict

# The events lie beside the checkout where the project is developed, and never in it.
EVENT_FILE = Path(__file__).resolve().parents[3] / "shared/data/ged_sahel3_to_2023-07.csv.gz"


@pytest.fixture(scope="module")
def events() -> pd.DataFrame | None:
    """The observed events, or None where the file is not there."""
    return import_ged(EVENT_FILE).events if EVENT_FILE.is_file() else None


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    return observed_facts().set_index("id")


def test_the_shipped_table_holds_every_fact_with_an_interval(shipped: pd.DataFrame) -> None:
    assert list(shipped.index) == list(FACTS)
    assert shipped[["value", "low", "high", "error"]].notna().all().all()
    assert (shipped["low"] <= shipped["high"]).all()
    assert (shipped["error"] >= 0).all()
    assert ((shipped["low"] <= shipped["value"]) & (shipped["value"] <= shipped["high"])).all()


def test_shipped_facts_agree_with_the_shipped_months(shipped: pd.DataFrame) -> None:
    months = country_table()
    months = months[months["month_id"].between(*WINDOW)]
    for country in COUNTRIES:
        its = months[months["country"] == country]
        for kind in ("sb", "ns", "os", "all"):
            assert shipped.loc[f"deaths.{country}.{kind}", "value"] == pytest.approx(
                its[kind].mean(), rel=1e-5
            )
            assert shipped.loc[f"deaths_vmr.{country}.{kind}", "value"] == pytest.approx(
                dispersion(its[kind]), rel=1e-5
            )
        assert shipped.loc[f"events.{country}", "value"] == pytest.approx(
            its["fatal_events"].mean(), rel=1e-5
        )


def test_shipped_facts_agree_with_the_shipped_sizes(shipped: pd.DataFrame) -> None:
    sizes = event_sizes()
    sizes = sizes[sizes["month_id"].between(*WINDOW)]
    best = np.repeat(sizes["best"].to_numpy(), sizes["events"].to_numpy())
    assert shipped.loc["size_log_mean.all", "value"] == pytest.approx(np.log(best).mean(), rel=1e-5)
    assert shipped.loc["size_p99.all", "value"] == pytest.approx(np.quantile(best, 0.99), rel=1e-5)
    assert shipped.loc["tail_alpha.all", "value"] == pytest.approx(
        tail_exponent(best, 10), rel=1e-5
    )


def test_published_numbers_of_the_shipped_table(shipped: pd.DataFrame) -> None:
    value = shipped["value"]
    for country, events, size, deaths, vmr in (
        ("mli", 19.1, 9.09, 173.5, 231), ("bfa", 20.6, 10.48, 216.0, 169),
        ("ner", 5.4, 12.07, 65.7, 58),
    ):  # fmt: skip
        assert round(value[f"events.{country}"], 1) == events
        assert round(value[f"size_mean.{country}"], 2) == size
        assert round(value[f"deaths.{country}.all"], 1) == deaths
        assert round(value[f"deaths_vmr.{country}.all"]) == vmr
    assert 2.2 < value["tail_alpha.all"] < 2.6


def test_another_window_asks_for_events() -> None:
    with pytest.raises(InputError) as caught:
        observed_facts(Window(WINDOW.first - 1, WINDOW.last))
    assert caught.value.code == "SS7015"


def test_blocks_are_runs_of_months_and_the_same_every_time() -> None:
    months = block_months(43, 50)
    assert months.shape == (50, 43)
    assert months.min() == 0
    assert months.max() == 42
    steps = (np.diff(months, axis=1) % 43 == 1).mean()
    assert steps > 5 / 6 - 0.05  # five steps of six stay within a block
    assert (block_months(43, 50) == months).all()
    assert np.bincount(months.ravel(), minlength=43).min() > 10


def test_the_bootstrap_brackets_a_mean_as_theory_says() -> None:
    events = spread_conflict(seed=5)
    table = observe(events, resamples=60).set_index("id").loc["events.all"]
    counts = events[(events["best"] > 0) & events["month_id"].between(*WINDOW)]
    series = counts.groupby("month_id").size().reindex(range(WINDOW.first, WINDOW.last + 1))
    standard = series.std() / np.sqrt(len(series)) / series.mean()
    assert table["error"] == pytest.approx(standard, rel=0.5)  # events are independent here
    assert table["low"] < table["value"] < table["high"]


# ---- published numbers ---------------------------------------------------------------------------


def fatal_sizes(since: str) -> np.ndarray:
    """Deaths of each fatal event since a month (2018-01 or later), from the shipped sizes."""
    sizes = event_sizes()
    sizes = sizes[sizes["month_id"] >= parse_month(since)]
    return np.repeat(sizes["best"].to_numpy(), sizes["events"].to_numpy())


def test_the_published_sizes_are_found_again(events: pd.DataFrame | None) -> None:
    parts = [(fatal_sizes("2019-01"), 2_393, 9.40, 21, 70)]
    if events is not None:
        assert len(events) == 3_591
        assert (events["best"] == 0).mean() == pytest.approx(0.12, abs=0.005)
        fatal = events[events["best"] > 0]
        parts.append((fatal["best"].to_numpy(), 3_163, 8.84, 20, 66))
        logs = np.log(fatal["best"])
        assert (round(logs.mean(), 2), round(logs.std(), 2)) == (1.48, 1.13)
        for country, alpha, start in (("mli", 2.45, 10), ("bfa", 2.49, 10), ("ner", 2.39, 14)):
            recent = fatal[(fatal["country"] == country) & (fatal["date_end"] >= "2017-01-01")]
            assert tail_exponent(recent["best"], start) == pytest.approx(alpha, abs=0.01)
    for sizes, n, mean, p90, p99 in parts:
        assert (len(sizes), round(sizes.mean(), 2)) == (n, mean)
        assert np.quantile(sizes, [0.5, 0.9, 0.99]).round().tolist() == [4, p90, p99]
        assert sizes.max() == 313


def test_the_published_persistence_of_months_is_found_again() -> None:
    months = country_table()
    months = months[months["month_id"].between(*WINDOW)]
    found = [
        lag_correlation(months.loc[months["country"] == country, "all"], 1) for country in COUNTRIES
    ]
    assert found == pytest.approx([0.05, 0.83, 0.27], abs=0.006)


def test_the_published_days_and_seasons_are_found_again(
    events: pd.DataFrame | None, shipped: pd.DataFrame
) -> None:
    # Shipped facts count fatal events from 2020 on; the published ones all events from 2019 on.
    assert shipped.loc["daily_vmr.all", "value"] == pytest.approx(1.58, abs=0.01)
    assert shipped.loc["march.all", "value"] == pytest.approx(0.139, abs=0.001)
    if events is None:
        return
    data = sample(events, Window(parse_month("2019-01"), parse_month("2023-07")))
    for area, rate, fano, quiet, lags in (
        ("mli", 0.69, 1.48, 0.56, (0.13, 0.12, 0.02)),
        ("bfa", 0.69, 2.08, 0.59, (0.14, 0.15, 0.12)),
        ("ner", 0.18, 1.20, 0.85, (0.00, 0.01, 0.04)),
        ("all", 1.56, 1.81, 0.31, (0.15, 0.14, 0.09)),
    ):
        series = daily(data, area)
        assert series.mean() == pytest.approx(rate, abs=0.006)
        assert dispersion(series) == pytest.approx(fano, abs=0.006)
        assert (series == 0).mean() == pytest.approx(quiet, abs=0.006)
        found = [lag_correlation(series, lag) for lag in (1, 7, 30)]
        assert found == pytest.approx(lags, abs=0.01)
    full = sample(events, Window(parse_month("2019-01"), parse_month("2022-12")))
    number = (full.month % 12) + 1
    assert np.isin(number, (7, 8, 9)).mean() == pytest.approx(0.202, abs=5e-4)
    assert (number == 3).mean() == pytest.approx(0.128, abs=5e-4)


def test_the_command_makes_what_is_shipped(
    events: pd.DataFrame | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "observe", partial(observe, resamples=2))
    made = spread_conflict() if events is None else events
    names = [path.name for path in shipping.write_shipped(made, tmp_path)]
    assert names[-1] == "observed_facts.csv"
    found = pd.read_csv(tmp_path / names[-1])
    assert found["id"].tolist() == list(FACTS)
    if events is not None:
        assert found["value"].tolist() == pytest.approx(observed_facts()["value"].tolist())
        for name in names[:-1]:
            assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name


def test_facts_are_left_out_where_the_events_do_not_reach(tmp_path: Path) -> None:
    early = spread_conflict(months=30)
    names = [path.name for path in shipping.write_shipped(early, tmp_path)]
    assert "observed_facts.csv" not in names
    assert len(names) == 3


@pytest.mark.long
def test_the_shipped_intervals_are_those_of_the_command(events: pd.DataFrame | None) -> None:
    assert RESAMPLES >= 200
    if events is not None:
        found, shipped = observe(events), observed_facts()
        for column in ("low", "high", "error"):
            assert found[column].tolist() == pytest.approx(
                shipped[column].tolist(), rel=1e-3, abs=1e-4
            )

from __future__ import annotations

import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration.actors import CIVILIANS, MORE_ACTORS
from sahelsim.calibration.derive import PLACE_KEYS
from sahelsim.calibration.event_table import DEATHS, parse_month
from sahelsim.calibration.observed import (
    FIRST_PLACE_MONTH,
    country_months,
    country_table,
    observed_months,
)
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS


@pytest.fixture(scope="module")
def months() -> pd.DataFrame:
    return observed_months()


@pytest.fixture(scope="module")
def countries() -> pd.DataFrame:
    return country_table()


def test_the_figures_end_with_july_2023_and_have_no_gap(
    months: pd.DataFrame, countries: pd.DataFrame
) -> None:
    assert (months["month_id"].min(), months["month_id"].max()) == (457, 523)
    assert countries["month_id"].tolist() == [m for m in range(385, 524) for _ in range(3)]
    assert countries["country_id"].tolist()[:3] == [50, 47, 78]


def test_both_tables_count_the_same_deaths(months: pd.DataFrame, countries: pd.DataFrame) -> None:
    late = countries[countries["month_id"] >= FIRST_PLACE_MONTH].set_index(["month_id", "country"])
    for kind in ("sb", "ns", "os"):
        summed = months[months["type"] == kind].groupby(["month_id", "country"])["best"].sum()
        assert summed.reindex(late.index).fillna(0).tolist() == late[kind].tolist()
    assert (late["sb"] + late["ns"] + late["os"]).tolist() == late["all"].tolist()
    assert months["events"].sum() == late["events"].sum()


def test_deaths_by_side_add_up_to_the_best_estimate(months: pd.DataFrame) -> None:
    assert (months[list(DEATHS)].sum(axis=1) == months["best"]).all()
    assert (months["fatal_events"] <= months["events"]).all()
    assert not months.duplicated(PLACE_KEYS).any()


def test_places_and_actors_are_those_of_the_theatre(months: pd.DataFrame) -> None:
    homes = {place.id: (place.country, place.admin1) for place in load_theatre().localities}
    placed = months[months["locality"] != ""]
    assert len(placed) > len(months) / 2
    for row in placed.drop_duplicates("locality").itertuples():
        assert homes[row.locality] == (row.country, row.region)
    assert set(months["actor"]) | set(months["opponent"]) <= {*ACTORS, *MORE_ACTORS}
    assert set(months.loc[months["type"] == "os", "opponent"]) == {CIVILIANS}
    assert CIVILIANS not in set(months["actor"])


def test_published_monthly_means_and_spread(countries: pd.DataFrame) -> None:
    recent = countries[countries["month_id"] >= parse_month("2020-01")].groupby("country")["all"]
    mean, spread = recent.mean(), recent.var() / recent.mean()
    assert mean.round(1).to_dict() == {"mli": 173.5, "bfa": 216.0, "ner": 65.7}
    assert spread.round().to_dict() == {"mli": 231, "bfa": 169, "ner": 58}


def test_a_target_is_a_column_of_the_table(countries: pd.DataFrame) -> None:
    series = country_months("all")
    assert list(series.columns) == ["month_id", "country_id", "outcome"]
    assert series["outcome"].tolist() == countries["all"].tolist()
    assert country_months()["outcome"].tolist() == countries["sb"].tolist()


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        country_months("bs")
    assert caught.value.code == "SS7013"

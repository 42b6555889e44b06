"""The start from observed conflict: where fighters stand, and what a record must hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration.observed import country_months, observed_months
from sahelsim.calibration.origin import (
    HALF_LIFE,
    PRIOR_SHARE,
    Record,
    country_totals,
    days_of,
    fighter_shape,
    neutral_plan,
    observed_weights,
)
from sahelsim.calibration.particles import ALL_DEATHS, ALL_EVENTS, SB_DEATHS, SB_EVENTS
from sahelsim.model.build import Template, template
from sahelsim.theatre.actors import BFA, CSP_PSD, FIRST_GROUP, ISSP, JNIM, MLI, NER

ORIGIN = 499  # 2021-07


@pytest.fixture(scope="module")
def shared() -> Template:
    return template(neutral_plan(488, 500))


@pytest.fixture(scope="module")
def record() -> Record:
    return Record.load()


def test_the_neutral_plan_has_no_script_and_whole_months() -> None:
    plan = neutral_plan(488, 500)
    assert (plan.start, plan.end) == (date(2020, 8, 1), date(2021, 9, 1))
    assert plan.orders == ()
    assert [days_of(month) for month in (481, 482, 494)] == [31, 29, 28]


def rows(*entries: tuple[int, str, str, str, str, str, int]) -> pd.DataFrame:
    columns = ["month_id", "country", "region", "locality", "actor", "opponent", "fatal_events"]
    return pd.DataFrame(list(entries), columns=columns)


def test_events_weigh_where_they_happened_and_fade(shared: Template) -> None:
    seen = rows(
        (ORIGIN, "mli", "Gao", "gao", "jnim", "mli", 4),
        (ORIGIN - int(HALF_LIFE), "mli", "Gao", "gao", "jnim", "mli", 4),
        (ORIGIN + 1, "mli", "Gao", "gao", "jnim", "mli", 100),  # after the origin
        (ORIGIN, "mli", "Gao", "gao", "communal", "communal", 50),  # no group of the model
        (ORIGIN, "ner", "Diffa", "diffa", "lake_chad", "ner", 3),
        (ORIGIN, "mli", "Gao", "gao", "jnim", "issp", 2),  # counts for both
    )
    weights = observed_weights(shared, seen, ORIGIN)
    place = {id: i for i, id in enumerate(shared.names.localities)}
    jnim, issp = JNIM - FIRST_GROUP, ISSP - FIRST_GROUP
    assert weights[jnim, place["gao"]] == pytest.approx(4 + 2 + 2)
    assert weights[issp, place["gao"]] == pytest.approx(2)
    assert weights[issp, place["diffa"]] == pytest.approx(3)
    assert weights.sum() == pytest.approx(13)


def test_events_without_a_place_are_spread_over_their_region(shared: Template) -> None:
    seen = rows(
        (ORIGIN, "mli", "Mopti", "", "jnim", "mli", 5), (ORIGIN, "bfa", "", "", "issp", "bfa", 7)
    )
    weights = observed_weights(shared, seen, ORIGIN)
    geo, names = shared.start.geography, shared.names
    mopti = geo.region == names.regions.index("Mopti")
    assert weights[JNIM - FIRST_GROUP, mopti].sum() == pytest.approx(5)
    assert weights[ISSP - FIRST_GROUP, geo.country == BFA].sum() == pytest.approx(7)
    assert weights.sum() == pytest.approx(12)


def test_fighters_follow_events_mixed_with_the_documented_spread(
    shared: Template, record: Record
) -> None:
    weights = observed_weights(shared, record.places, ORIGIN)
    shape = fighter_shape(shared, weights)
    country = shared.start.geography.country
    assert country_totals(shared, shape) == pytest.approx(np.ones(3))
    assert (shape[shared.start.groups.fighters > 0] > 0).all()  # nowhere is ruled out
    # In July 2021 ISSP carried the fight in Niger, JNIM that in Mali; CSP kept its peace.
    assert shape[ISSP - FIRST_GROUP, country == NER].sum() > 0.8
    assert shape[JNIM - FIRST_GROUP, country == MLI].sum() > 0.5
    assert shape[CSP_PSD - FIRST_GROUP, country == MLI].sum() < 0.2
    only = fighter_shape(shared, np.zeros_like(weights))
    documented = shared.start.groups.fighters
    assert only[:, country == BFA] == pytest.approx(
        documented[:, country == BFA] / documented[:, country == BFA].sum()
    )
    assert 0.0 < PRIOR_SHARE < 1.0


def test_the_record_counts_what_was_observed(record: Record) -> None:
    window = record.window(488, ORIGIN)
    assert window.shape == (12, 3, 4)
    for column, target in ((SB_DEATHS, "sb"), (ALL_DEATHS, "all")):
        series = country_months(target)
        its = series[(series["month_id"] == ORIGIN) & (series["country_id"] == 47)]
        assert window[-1, BFA, column] == its["outcome"].iloc[0]
    places = observed_months()
    fights = places[
        (places["type"] == "sb") & (places["month_id"] == ORIGIN) & (places["country"] == "ner")
    ]
    assert window[-1, NER, SB_EVENTS] == fights["fatal_events"].sum()
    assert (window[..., SB_DEATHS] <= window[..., ALL_DEATHS]).all()
    assert (window[..., SB_EVENTS] <= window[..., ALL_EVENTS]).all()


@pytest.mark.parametrize(("first", "last"), [(430, 470), (520, 524)])
def test_a_window_outside_the_record_is_told(record: Record, first: int, last: int) -> None:
    with pytest.raises(InputError, match="the record has 2018-01 to 2023-07") as caught:
        record.window(first, last)
    assert caught.value.code == "SS7116"


def test_the_level_favours_recent_months(record: Record) -> None:
    ramp = Record(400, np.arange(40.0)[:, None, None] * np.ones((1, 3, 3)), record.places)
    assert ramp.level(439, 1.0)[0] > ramp.level(439, 6.0)[0] > ramp.level(439, 1e9)[0]
    assert ramp.level(439, 1e9)[0] == pytest.approx(19.5)
    assert ramp.level(400, 6.0).tolist() == [1.0, 1.0, 1.0]  # never nothing at all

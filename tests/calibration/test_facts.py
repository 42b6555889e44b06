from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration.event_table import parse_month
from sahelsim.calibration.facts import AREAS, FACTS, measure
from sahelsim.calibration.sample import Window, resampled, sample
from tests.calibration.conflict import spread_conflict, table

WINDOW = Window(parse_month("2020-01"), parse_month("2023-07"))


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return spread_conflict()


def test_every_fact_is_measured_and_finite_on_ordinary_data(events: pd.DataFrame) -> None:
    values = measure(sample(events, WINDOW))
    assert list(values) == list(FACTS)
    assert all(math.isfinite(value) for value in values.values())


def test_sizes_are_those_of_fatal_events(events: pd.DataFrame) -> None:
    values = measure(sample(events, WINDOW))
    inside = events[events["month_id"] <= WINDOW.last]
    fatal = inside[inside["best"] > 0]["best"]
    assert values["size_mean.all"] == pytest.approx(fatal.mean())
    assert values["size_log_sd.all"] == pytest.approx(np.log(fatal).std())
    assert values["without_deaths.all"] == pytest.approx((inside["best"] == 0).mean())
    assert values["size_max.all"] == fatal.max()


def test_monthly_deaths_count_calm_months() -> None:
    values = measure(
        sample(
            table(
                [
                    {"date_end": "2020-01-31", "best": 6, "military_deaths": 2,
                     "insurgent_deaths": 3, "civilian_deaths": 1},
                    {"date_end": "2020-03-01", "best": 3, "insurgent_deaths": 3},
                    {"date_end": "2020-03-02", "best": 0},
                ]
            ),
            Window(parse_month("2020-01"), parse_month("2020-03")),
        )
    )  # fmt: skip
    assert values["deaths.mli.sb"] == pytest.approx(3.0)
    assert values["deaths_vmr.mli.all"] == pytest.approx(9.0 / 3.0)
    assert values["events.mli"] == pytest.approx(2 / 3)
    assert values["insurgent_share.mli"] == pytest.approx(6 / 8)
    assert values["civilian_share.mli"] == pytest.approx(1 / 9)
    assert values["quiet_days.mli"] == pytest.approx(1 - 2 / 91)
    assert values["deaths.bfa.all"] == 0.0
    assert math.isnan(values["state_share.mli"])


def test_days_leave_out_events_whose_day_is_not_known() -> None:
    rows = [{"date_end": "2020-01-05", "date_prec": 4}, {"date_end": "2020-01-09"}]
    values = measure(sample(table(rows), Window(481, 481)))
    assert values["quiet_days.all"] == pytest.approx(1 - 1 / 31)
    assert values["events.all"] == 2.0


def test_season_uses_whole_years_only() -> None:
    rows = [{"date_end": "2020-03-09"}, {"date_end": "2020-08-09"}, {"date_end": "2021-03-09"}]
    values = measure(sample(table(rows), Window(parse_month("2020-01"), parse_month("2021-04"))))
    assert (values["march.all"], values["july_september.all"]) == (0.5, 0.5)


def test_one_sided_violence_of_the_vdp_is_the_states() -> None:
    one_sided = {"type": "os", "country": "bfa", "side_b": "civilians", "civilian_deaths": 1}
    rows = [
        {**one_sided, "side_a": who, "perpetrator": who} for who in ("vdp", "bfa", "jnim", "russia")
    ]
    values = measure(sample(table(rows), Window(517, 517)))
    assert values["state_share.bfa"] == 0.75


def test_a_window_without_events_is_refused(events: pd.DataFrame) -> None:
    with pytest.raises(InputError) as caught:
        sample(events, Window(1, 12))
    assert caught.value.code == "SS7014"


def test_resampling_moves_whole_months_and_keeps_days_in_them() -> None:
    rows = [{"date_end": "2020-01-31", "best": 5}, {"date_end": "2020-02-03", "best": 7}]
    data = sample(table(rows), Window(481, 482))
    moved = resampled(data, np.array([1, 0]))
    assert moved.best.tolist() == [7, 5]
    assert moved.day.tolist() == [2, 31 + 28]  # 31 January becomes 29 February
    assert moved.month.tolist() == [0, 1]
    twice = resampled(data, np.array([0, 0]))
    assert twice.best.tolist() == [5, 5]


def test_every_fact_says_what_it_is() -> None:
    for fact in FACTS.values():
        name, _, where = fact.id.partition(".")
        assert name
        assert where.split(".")[0] in AREAS
        assert fact.theme in {"sizes", "months", "days", "types", "space", "season"}
        assert fact.scale in {"log", "linear"}
        assert len(fact.label.split()) >= 2
    must = [id for id, fact in FACTS.items() if fact.must]
    assert {"deaths.mli.all", "deaths.bfa.all", "deaths.ner.all", "tail_alpha.all"} <= set(must)

"""Forecasts: what they may see, what they must not depend on, and their form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration.forecast import (
    SPREAD,
    OriginForecast,
    Settings,
    forecast,
    particle_months,
)
from sahelsim.calibration.origin import Record
from sahelsim.model.posterior import Posterior
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import BFA

ORIGIN = 499  # 2021-07
SHORT = Settings(conditioning_months=2)


@pytest.fixture(scope="module")
def record() -> Record:
    return Record.load()


@pytest.fixture(scope="module")
def made(record: Record) -> OriginForecast:
    return forecast(ORIGIN, 2, 6, targets=("sb", "all"), record=record, settings=SHORT, workers=1)


def same(a: OriginForecast, b: OriginForecast) -> bool:
    return all(
        np.array_equal(item.draws, b.forecasts[target].draws)
        for target, item in a.forecasts.items()
        if target in b.forecasts
    )


def test_every_month_and_country_has_its_draws(made: OriginForecast) -> None:
    for target in ("sb", "all"):
        item = made.forecasts[target]
        assert item.months.tolist() == [500, 500, 500, 501, 501, 501]
        assert item.countries.tolist() == [47, 50, 78] * 2
        assert item.draws.shape == (6, 6)
        assert (item.draws % 1 == 0).all()
    assert made.forecasts["sb"].draws.sum() < made.forecasts["all"].draws.sum()


def test_results_depend_on_the_seed_and_not_on_workers(
    made: OriginForecast, record: Record
) -> None:
    assert same(made, forecast(ORIGIN, 2, 6, record=record, settings=SHORT, workers=3))
    assert not same(made, forecast(ORIGIN, 2, 6, record=record, settings=SHORT, seed=2))


def test_months_after_the_origin_are_not_seen(made: OriginForecast, record: Record) -> None:
    counts = record.counts.copy()
    counts[ORIGIN + 1 - record.first :] = 5_000.0
    places = record.places.copy()
    places.loc[places["month_id"] > ORIGIN, "fatal_events"] = 5_000
    later = Record(record.first, counts, places)
    assert same(made, forecast(ORIGIN, 2, 6, record=later, settings=SHORT))


def test_months_before_the_origin_are_seen(record: Record) -> None:
    """A country said to be three times as violent is forecast to be more violent, it alone."""
    counts = record.counts.copy()
    counts[: ORIGIN + 1 - record.first, BFA] *= 3.0
    bloody = Record(record.first, counts, record.places)
    before = forecast(ORIGIN, 2, 16, record=record, settings=SHORT).forecasts["sb"]
    after = forecast(ORIGIN, 2, 16, record=bloody, settings=SHORT).forecasts["sb"]
    its = before.countries == 47
    assert after.draws[its].mean() > 1.5 * before.draws[its].mean()


def test_a_lag_skips_months_without_changing_the_rest(made: OriginForecast, record: Record) -> None:
    lagged = forecast(ORIGIN, 1, 6, lag=2, record=record, settings=SHORT).forecasts["sb"]
    assert lagged.months.tolist() == [501] * 3
    assert np.array_equal(lagged.draws, made.forecasts["sb"].draws[3:])


def test_diagnostics_tell_how_conditioning_went(made: OriginForecast) -> None:
    assert [(item.target, item.state) for item in made.diagnostics] == [
        (target, state) for target in ("sb", "all") for state in ("mli", "ner", "bfa")
    ]
    for item in made.diagnostics:
        assert len(item.effective) == 2
        assert all(1.0 <= size <= 6.0 + 1e-9 for size in item.effective)
        assert 1 <= item.ancestors <= 6
        assert item.level >= 1.0
        assert all(men > 100.0 for men in item.fighters)


def test_progress_comes_to_the_number_announced(record: Record) -> None:
    seen: list[int] = []
    forecast(ORIGIN, 2, 4, lag=2, record=record, settings=SHORT, progress=seen.append)
    assert sum(seen) == particle_months(2, 4, 1, 2, 2)


def test_parameters_are_drawn_from_the_posterior(made: OriginForecast, record: Record) -> None:
    shipped = load_theatre().parameters.value("insurgency.alpha")
    one = Posterior(("insurgency.alpha",), np.array([[shipped]]))
    assert same(made, forecast(ORIGIN, 2, 6, posterior=one, record=record, settings=SHORT))
    two = Posterior(("insurgency.alpha",), np.array([[shipped], [2.0]]))
    mixed = forecast(ORIGIN, 2, 6, posterior=two, record=record, settings=SHORT)
    assert not same(made, mixed)


def test_the_spread_names_parameters_that_exist(record: Record) -> None:
    shipped = load_theatre().parameters
    for mechanism, name in SPREAD:
        known = shipped.record(f"{mechanism}.{name}")
        assert known.low < known.value < known.high
    none = replace(SHORT, parameter_sd=0.0, recruitment_sd=0.0, level_sd=0.0)
    assert forecast(ORIGIN, 1, 3, record=record, settings=none).forecasts["sb"].draws.size == 9


def test_an_origin_outside_the_record_is_told(record: Record) -> None:
    with pytest.raises(InputError) as caught:
        forecast(530, 2, 3, record=record)
    assert caught.value.code == "SS7116"

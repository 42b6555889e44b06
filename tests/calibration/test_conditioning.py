"""The particle filter: weights, resampling and what it does to the level of violence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sahelsim.calibration.conditioning import (
    Tempering,
    condition,
    effective_size,
    log_noise,
    month_log_weight,
    normalise,
    systematic,
)
from sahelsim.calibration.origin import days_of, neutral_plan
from sahelsim.calibration.particles import Herd, Particle, lean_copy
from sahelsim.model.build import template
from sahelsim.model.draws import make_key
from sahelsim.theatre.actors import MLI


def test_the_weight_is_greatest_where_the_month_is_met() -> None:
    observed = np.array([40.0, 8.0])
    simulated = np.array([observed, observed * 2, observed / 3, np.zeros(2)])
    weight = month_log_weight(simulated, observed, Tempering(1.0, (0.5, 0.5)))
    assert weight[0] == 0.0
    assert (np.diff(weight) < 0).all()
    by_hand = -0.5 * sum((math.log1p(y) / 0.5) ** 2 for y in observed)
    assert weight[3] == pytest.approx(by_hand)
    half = month_log_weight(simulated, observed, Tempering(0.5, (0.5, 0.5)))
    assert half == pytest.approx(weight / 2)
    assert np.isfinite(month_log_weight(np.zeros((1, 2)), np.zeros(2), Tempering())).all()


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=40))
def test_the_effective_size_lies_between_one_and_all(logs: list[float]) -> None:
    assert 1.0 - 1e-9 <= effective_size(np.array(logs)) <= len(logs) + 1e-9
    assert normalise(np.array(logs)).sum() == pytest.approx(1.0)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30), st.floats(0.001, 0.999))
def test_systematic_resampling_keeps_shares_to_within_one(raw: list[float], u: float) -> None:
    weights = np.array(raw) + 1e-6
    weights /= weights.sum()
    size = 50
    times = np.bincount(systematic(weights, u, size), minlength=len(weights))
    assert times.sum() == size
    assert (np.abs(times - size * weights) < 1.0 + 1e-6).all()


def test_noise_has_mean_one() -> None:
    values = [log_noise(make_key(1, slot), 9_003, 1, 0, 0.6) for slot in range(4_000)]
    assert np.mean(values) == pytest.approx(1.0, abs=0.04)
    assert np.std(np.log(values)) == pytest.approx(0.6, rel=0.05)
    assert log_noise(make_key(1, 0), 9_003, 1, 0, 0.0) == 1.0


def test_particles_that_fit_survive() -> None:
    """Of starts with few and with many fighters, quiet months keep the one, bloody the other."""
    shared = template(neutral_plan(488, 489))
    keys = [(1, slot) for slot in range(24)]
    country = shared.start.geography.country

    def start() -> list[Particle]:
        found = []
        for slot, key in enumerate(keys):
            world = lean_copy(shared.start, *key)
            world.groups.fighters[:, country == MLI] *= 0.2 if slot % 2 else 3.0
            found.append(Particle(world, shared.parameters))
        return found

    def fighters(particles: list[Particle]) -> float:
        mine = [p.world.groups.fighters[:, country == MLI].sum() for p in particles]
        return float(np.mean(mine))

    days, kept = [days_of(488), days_of(489)], {}
    with Herd(shared.start, 1) as herd:
        for name, month in (("quiet", [12.0, 3.0]), ("bloody", [300.0, 40.0])):
            fitted = condition(
                herd, start(), days, np.array([month, month]), MLI, (0, 1), keys, Tempering(1.0)
            )
            kept[name] = fighters(fitted.particles)
            assert len(fitted.effective) == 2
            assert all(1.0 <= size <= 24.0 for size in fitted.effective)
            assert 1 <= fitted.ancestors <= 24
            assert [tuple(p.world.clock.key) for p in fitted.particles] == keys
        untouched = condition(
            herd, start(), days, np.array([month, month]), MLI, (0, 1), keys, Tempering(0.0)
        )
    assert kept["quiet"] < 0.4 * kept["bloody"]
    assert untouched.effective == pytest.approx([24.0, 24.0])
    assert untouched.ancestors == 24

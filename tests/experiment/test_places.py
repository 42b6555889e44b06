"""Counts of places: quantiles against NumPy, any order, and their table."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sahelsim.experiment import Run
from sahelsim.experiment.places import QUANTILES, PlaceCounts, place_codes
from sahelsim.model.draws import make_key, uniform_grid
from sahelsim.model.series import L_BESIEGED, L_CONTROL, L_DAYS_OF_SUPPLY, L_HOLDER
from sahelsim.scenario import Scenario
from sahelsim.theatre.actors import ACTORS

D, L, R = 3, 4, 37


def worlds(replicates: int = R, stream: int = 0) -> list[Any]:
    """Worlds with nothing but a random history of places; place 3 never has a garrison."""
    made = []
    for r in range(replicates):
        grid = uniform_grid(make_key(11), 9_600 + stream, r, 4, D * L).reshape(4, D, L)
        block = np.zeros((D, L, 8), dtype=np.float32)
        block[:, :, L_HOLDER] = np.floor(grid[0] * 4)
        block[:, :, L_BESIEGED] = grid[1] < 0.3
        block[:, :, L_CONTROL] = grid[2]
        block[:, :, L_DAYS_OF_SUPPLY] = 90.0 * grid[3] ** 2
        block[:, 3, L_DAYS_OF_SUPPLY] = np.nan
        made.append(SimpleNamespace(history=SimpleNamespace(locality=block)))
    return made


def counted(items: list[Any]) -> PlaceCounts:
    counts = PlaceCounts(D, L)
    for item in items:
        counts.add(place_codes(item))
    return counts


def same(a: PlaceCounts, b: PlaceCounts) -> bool:
    names = ("holder", "besieged", "control", "supply")
    return a.replicates == b.replicates and all(
        np.array_equal(getattr(a, name), getattr(b, name)) for name in names
    )


def table(counts: PlaceCounts, plan: Scenario) -> Any:
    return counts.table(plan, SimpleNamespace(localities=("a", "b", "c", "d"))).to_pandas()


def test_quantiles_are_those_of_numpy_to_one_bin(plan: Scenario) -> None:
    items = worlds()
    frame = table(counted(items), plan)
    block = np.stack([item.history.locality for item in items]).astype(np.float64)
    for name, column, width, top in (
        ("control", L_CONTROL, 0.01, 1.0),
        ("days_of_supply", L_DAYS_OF_SUPPLY, 0.5, 60.0),
    ):
        values = np.minimum(block[:, :, :, column], top)
        for q in QUANTILES:
            expected = np.quantile(values, q, axis=0, method="inverted_cdf").ravel()
            found = frame[f"{name}_q{round(100 * q):02d}"].to_numpy(dtype=float)
            np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
            here = np.isfinite(expected)
            assert np.abs(found - expected)[here].max() <= width
        assert len(set(frame[f"{name}_q50"].dropna())) > 3


def test_shares_are_exact(plan: Scenario) -> None:
    items = worlds()
    frame = table(counted(items), plan)
    block = np.stack([item.history.locality for item in items])
    np.testing.assert_allclose(frame["besieged"], block[..., L_BESIEGED].mean(axis=0).ravel())
    for code in range(4):
        share = (block[..., L_HOLDER] == code).mean(axis=0).ravel()
        np.testing.assert_allclose(frame[f"held_by_{ACTORS[code]}"], share)
    held = frame.filter(like="held_by_")
    assert held.shape[1] == 4  # actors that never hold anything have no column
    np.testing.assert_allclose(held.sum(axis=1), 1.0)


def test_any_order_will_do() -> None:
    items = worlds()
    whole = counted(items)
    assert same(counted(items[::-1]), whole)
    assert not same(counted(items[1:]), whole)
    assert whole.replicates == R
    assert (whole.control.sum(axis=2) == R).all()
    assert (whole.supply.sum(axis=2)[:, 3] == 0).all()


@pytest.mark.parametrize(
    ("column", "value", "name", "expected"),
    [
        (L_CONTROL, 1.0, "control", 1.0),
        (L_CONTROL, -0.001, "control", 0.0),
        (L_DAYS_OF_SUPPLY, 0.0, "days_of_supply", 0.0),
        (L_DAYS_OF_SUPPLY, 59.9, "days_of_supply", 59.5),
        (L_DAYS_OF_SUPPLY, 4_000.0, "days_of_supply", 60.0),
    ],
)
def test_ends_of_the_bins(
    column: int, value: float, name: str, expected: float, plan: Scenario
) -> None:
    (item,) = worlds(1)
    item.history.locality[:, :, column] = value
    frame = table(counted([item]), plan)
    assert set(frame[f"{name}_q50"]) == {expected}


def test_places_of_a_run_agree_with_its_localities(stored: Run, plan: Scenario) -> None:
    from sahelsim.experiment import run

    few = run(plan, 6, seed=5)
    places, detail = few.frame("places"), few.frame("localities")
    keys = ["day", "locality"]
    besieged = detail.groupby(keys, observed=True)["besieged"].mean().reset_index()
    joined = places.merge(besieged, on=keys)
    assert len(joined) == len(places)
    np.testing.assert_allclose(joined["besieged_x"], joined["besieged_y"])
    assert 0 < joined["besieged_x"].mean() < 1

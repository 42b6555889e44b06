from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sahelsim.experiment.sweep import SweepSpec, futures_table
from sahelsim.experiment.sweep.keys import cell_digest, future_seeds, mixed, run_key
from tests.experiment.sweep.conftest import SMALL, make

SALTELLI = SMALL.replace("{method: lhs, futures: 3}", "{method: saltelli, futures: 3}")


def test_mixing_gives_the_published_values() -> None:
    assert mixed([0, 1, 2, 0xFFFFFFFF]).tolist() == [0, 0x514E28B7, 0x30F4C306, 0x81F16F39]


def test_mixing_is_a_bijection() -> None:
    assert len(np.unique(mixed(np.arange(1 << 20)))) == 1 << 20


def seeds(text: str) -> list[int]:
    spec = make(text)
    return future_seeds(spec, futures_table(spec)).tolist()


def test_futures_have_different_seeds_and_the_first_that_of_the_sweep() -> None:
    found = seeds(SMALL + "seed: 7\n")
    assert found[0] == 7
    assert len(set(found)) == 4
    assert all(0 <= seed < 2**32 for seed in found)


def test_blocks_share_a_seed() -> None:
    found = seeds(SALTELLI)
    assert len(found) == 1 + 3 * 4
    assert len(set(found)) == 4
    assert len(set(found[1:5])) == len(set(found[5:9])) == 1


def test_what_shares_draws_can_be_chosen() -> None:
    assert (
        len(set(seeds(SALTELLI.replace("futures: 3}", "futures: 3, common_draws: policies}"))))
        == 13
    )
    assert set(seeds(SMALL.replace("futures: 3}", "futures: 3, common_draws: futures}"))) == {1}


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_key_has_sixteen_bytes_and_names_its_draws(seed: int, replicate: int) -> None:
    key = run_key(b"cell" * 8, seed, replicate)
    assert len(key) == 16
    assert key != run_key(b"cell" * 8, seed, (replicate + 1) % 2**32)
    assert key != run_key(b"cell" * 8, (seed + 1) % 2**32, replicate)
    assert key != run_key(b"call" * 8, seed, replicate)


@pytest.mark.parametrize(
    "changed",
    [
        SMALL.replace("threat.hit: {}", "threat.hit_denied: {}"),
        SMALL.replace("scenario: no-airlift", "scenario: second-tail"),
        SMALL.replace("days: 5", "days: 6"),
    ],
)
def test_a_cell_is_told_by_what_determines_it(small: SweepSpec, changed: str) -> None:
    other = make(changed)
    values = [dict.fromkeys(spec.uncertainties, 0.03) for spec in (small, other)]
    assert cell_digest(small, "none", 0, values[0]) != cell_digest(other, "none", 0, values[1])


def test_a_cell_does_not_change_with_words_and_size(small: SweepSpec) -> None:
    other = make(SMALL.replace("replicates: 6", "replicates: 9") + "outcomes: {sorties: {}}\n")
    values = dict.fromkeys(small.uncertainties, 0.03)
    assert cell_digest(small, "none", 2, values) == cell_digest(other, "none", 2, values)
    assert cell_digest(small, "none", 2, values) != cell_digest(small, "base", 2, values)
    assert cell_digest(small, "none", 2, values) != cell_digest(small, "none", 3, values)

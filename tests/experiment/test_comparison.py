"""Paired comparison: intervals, ties, zero variance, refusals; the coupling of real pairs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from sahelsim.base.errors import InputError
from sahelsim.experiment import Run, compare, compare_all, run
from sahelsim.experiment.comparison import (
    bootstrap_indices,
    compare_pairs,
    holm,
    mean_interval,
    student_p,
    wilson_interval,
)
from sahelsim.model.draws import make_key, uniform_grid
from sahelsim.scenario import Scenario

PAIRS = 60


def made(plan: Scenario, columns: dict[str, Any], seed: int = 1, first: int = 0) -> Run:
    """A run with these outcomes alone."""
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame({"replicate": np.arange(first, first + n), "seed": seed, **columns})
    tables = {"outcomes": pa.Table.from_pandas(frame, preserve_index=False)}
    return Run(plan, {"seed": seed, "replicates": n}, tables)


def grid(rows: int, columns: int, stream: int = 0) -> Any:
    return uniform_grid(make_key(4), 9_800 + stream, 0, rows, columns)


def test_means_differences_and_ties(plan: Scenario) -> None:
    a = made(plan, {"x": [1.0, 2.0, 3.0, 4.0]})
    b = made(plan, {"x": [2.0, 2.0, 5.0, 3.0]})
    (item,) = compare(a, b)
    assert (item.outcome, item.pairs) == ("x", 4)
    assert (item.mean_a, item.mean_b, item.difference) == (2.5, 3.0, 0.5)
    assert item.probability_greater == (1 + 0.5 + 1 + 0) / 4
    assert item.correlation == pytest.approx(np.corrcoef([1, 2, 3, 4], [2, 2, 5, 3])[0, 1])
    var = np.var([1, 2, 3, 4], ddof=1) + np.var([2, 2, 5, 3], ddof=1)
    assert item.variance_ratio == pytest.approx(var / np.var([1, 0, 2, -1], ddof=1))
    assert item.low <= item.difference <= item.high
    assert not item.told_from_zero


def test_the_interval_covers_the_truth_about_as_often_as_it_says(plan: Scenario) -> None:
    truth, hits, trials = 0.3, 0, 300
    indices = bootstrap_indices(PAIRS)
    noise = grid(trials, PAIRS)
    for trial in range(trials):
        skewed = -np.log(noise[trial]) - 1.0 + truth
        low, high = mean_interval(skewed, indices)
        hits += low <= truth <= high
        assert low < skewed.mean() < high
    # 95 % by design; a skewed mean of 60 falls a little short
    assert 0.90 <= hits / trials <= 0.98


def test_intervals_and_tests_are_scipy_s() -> None:
    values = -np.log(grid(1, PAIRS, 7)[0]) - 0.8
    low, high = mean_interval(values, bootstrap_indices(PAIRS))
    result = stats.bootstrap((values,), np.mean, method="BCa", n_resamples=9_999, rng=1)
    width = high - low
    assert low == pytest.approx(result.confidence_interval.low, abs=0.05 * width)
    assert high == pytest.approx(result.confidence_interval.high, abs=0.05 * width)
    # skewed to the right, so the interval reaches further up than down
    assert high - values.mean() > 1.1 * (values.mean() - low)
    for t, degrees in ((0.3, 1), (-2.2, 2), (2.6, 7), (4.0, 30), (1.96, 499), (2.0, 5_000)):
        assert student_p(t, degrees) == pytest.approx(2 * stats.t.sf(abs(t), degrees), abs=2e-4)
    assert student_p(math.inf, 5) == 0.0
    item = compare_pairs("x", np.zeros(PAIRS), values, bootstrap_indices(PAIRS))
    assert item.p_value == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue, rel=1e-6)
    for share, n in ((0.0, 10), (0.3, 20), (1.0, 7)):
        wanted = stats.binomtest(round(share * n), n).proportion_ci(method="wilson")
        assert wilson_interval(share, n) == pytest.approx((wanted.low, wanted.high))
    assert wilson_interval(0.0, 0) == (0.0, 1.0)


def test_holm_is_statsmodels_s() -> None:
    p = [0.001, 0.04, 0.03, 0.5, 0.0, 0.011]
    assert holm(p) == pytest.approx(list(multipletests(p, method="holm")[1]))
    assert holm([]) == []


def test_many_outcomes_are_corrected_together(plan: Scenario) -> None:
    """Of twenty outcomes without any effect, about one comparison in twenty tells one."""
    wrong_alone = wrong = 0
    for trial in range(40):
        x = {f"o{k}": column for k, column in enumerate(grid(20, 30, 1_100 + trial))}
        y = {f"o{k}": column for k, column in enumerate(grid(20, 30, 1_200 + trial))}
        items = compare(made(plan, x), made(plan, y))
        assert {item.family for item in items} == {20}
        wrong_alone += any(item.told_alone for item in items)
        wrong += any(item.told_from_zero for item in items)
    assert wrong_alone > 16
    assert wrong <= 5


def test_alternatives_share_one_correction(plan: Scenario) -> None:
    x, y, z = grid(3, 30, 3)
    a, b, c = (made(plan, {"x": values}) for values in (x, y + 0.25, z + 0.25))
    alone = compare(a, b)[0]
    both = compare_all(a, {"b": b, "c": c})
    assert (alone.family, both["b"][0].family) == (1, 2)
    assert both["b"][0].p_adjusted >= alone.p_adjusted
    assert both["b"][0].p_value == alone.p_value
    assert both["b"][0].low == alone.low


def test_effect_chance_and_replicates_to_settle(plan: Scenario) -> None:
    x = grid(1, PAIRS)[0]
    step = np.where(np.arange(PAIRS) % 4 == 0, -0.1, 0.3)
    (item,) = compare(made(plan, {"x": x}), made(plan, {"x": x + step}))
    assert item.effect == pytest.approx(0.2 / x.std(ddof=1))
    assert item.probability_better("higher") == pytest.approx(0.75)
    assert item.probability_better("lower") == pytest.approx(0.25)
    assert item.probability_better("none") is None
    assert item.variance_saved == pytest.approx(1 - 1 / item.variance_ratio)
    needed = ((1.959964 + 0.841621) * step.std(ddof=1) / 0.2) ** 2
    assert item.replicates_to_settle == math.ceil(needed)


def test_so_many_replicates_do_settle_it_four_times_in_five(plan: Scenario) -> None:
    noise = grid(400, 200, 9)
    pilot = 0.5 * (noise[0] - noise[0].mean()) / noise[0].std(ddof=1) + 0.15
    item = compare_pairs("x", np.zeros(200), pilot, bootstrap_indices(200))
    n = int(item.replicates_to_settle)
    indices = bootstrap_indices(n)
    told = 0
    for row in noise[1:]:
        values = 0.5 * math.sqrt(12) * (row[:n] - 0.5) + 0.15
        told += compare_pairs("x", np.zeros(n), values, indices).told_from_zero
    assert 0.72 <= told / (len(noise) - 1) <= 0.88


def test_a_few_pairs_that_differ_do_not_settle_it(plan: Scenario) -> None:
    rare = np.zeros(100)
    rare[:4] = 1.0
    (item,) = compare(made(plan, {"x": np.zeros(100)}), made(plan, {"x": rare}))
    assert item.told_alone
    many = {f"o{k}": np.zeros(100) for k in range(9)}
    items = compare(made(plan, {"x": np.zeros(100), **many}), made(plan, {"x": rare, **many}))
    assert not items[0].told_from_zero


def test_pairing_narrows_the_interval(plan: Scenario) -> None:
    shared, own = grid(1, PAIRS)[0], grid(2, PAIRS, 1)
    x, y = 100 * shared + own[0], 100 * shared + own[1] + 0.5
    (paired,) = compare(made(plan, {"x": x}), made(plan, {"x": y}))
    (crossed,) = compare(made(plan, {"x": x}), made(plan, {"x": y[::-1]}))
    assert paired.variance_ratio > 1_000
    assert paired.told_from_zero
    assert not crossed.told_from_zero
    assert (crossed.high - crossed.low) > 20 * (paired.high - paired.low)
    assert paired.difference == pytest.approx(crossed.difference)


def test_no_variance_at_all(plan: Scenario) -> None:
    flat = {"x": np.full(5, 2.0)}
    (same,) = compare(made(plan, flat), made(plan, flat))
    assert (same.difference, same.low, same.high) == (0.0, 0.0, 0.0)
    assert same.probability_greater == 0.5
    assert math.isnan(same.correlation)
    assert math.isinf(same.variance_ratio)
    assert not same.told_from_zero
    (shifted,) = compare(made(plan, flat), made(plan, {"x": np.full(5, 3.0)}))
    assert (shifted.low, shifted.high, shifted.told_from_zero) == (1.0, 1.0, True)


def test_pairs_without_the_outcome_are_left_out(plan: Scenario) -> None:
    x = np.array([1.0, np.nan, 3.0, 4.0])
    y = np.array([2.0, 5.0, np.nan, 6.0])
    never = np.full(4, np.nan)
    found = compare(made(plan, {"x": x, "never": never}), made(plan, {"x": y, "never": never}))
    (item,) = found
    assert (item.pairs, item.difference) == (2, 1.5)


def test_replicates_in_common_are_compared(plan: Scenario) -> None:
    a, b = made(plan, {"x": [1.0, 2.0, 3.0]}), made(plan, {"x": [7.0, 9.0, 8.0]}, first=1)
    (item,) = compare(a, b)
    assert (item.pairs, item.mean_a, item.mean_b) == (2, 2.5, 8.0)
    with pytest.raises(InputError, match="fewer than two replicates in common") as caught:
        compare(a, made(plan, {"x": [7.0, 9.0]}, first=2))
    assert caught.value.code == "SS4006"


def test_runs_of_different_seeds_are_refused(plan: Scenario) -> None:
    a, b = made(plan, {"x": [1.0, 2.0]}), made(plan, {"x": [1.0, 2.0]}, seed=2)
    with pytest.raises(InputError) as caught:
        compare(a, b)
    assert caught.value.code == "SS4006"
    assert caught.value.message == "the runs have different seeds (1 and 2)"


def test_outcomes_can_be_chosen_and_unknown_ones_are_told(plan: Scenario) -> None:
    a = made(plan, {"deaths": [1.0, 2.0], "tonnes": [1.0, 2.0], "own": [1.0, 1.0]})
    b = made(plan, {"tonnes": [3.0, 2.0], "deaths": [3.0, 3.0]})
    assert [item.outcome for item in compare(a, b, ["tonnes"])] == ["tonnes"]
    assert [item.outcome for item in compare(a, b)] == ["deaths", "tonnes"]
    with pytest.raises(InputError, match="no outcome 'tonns' in both runs") as caught:
        compare(a, b, ["tonns"])
    assert (caught.value.code, caught.value.hint) == ("SS4008", "did you mean 'tonnes'?")
    with pytest.raises(InputError, match="no outcome 'own' in both runs"):
        compare(a, b, ["own"])


def test_intervals_are_the_same_every_time(plan: Scenario) -> None:
    x, y = grid(2, PAIRS)
    a, b = made(plan, {"x": x}), made(plan, {"x": y})
    assert compare(a, b) == compare(a, b)
    indices = bootstrap_indices(PAIRS)
    assert (indices.min(), indices.max()) == (0, PAIRS - 1)
    # drawn with replacement: about 63 % of the pairs stand in a resample
    seen = np.mean([len(set(row)) / PAIRS for row in indices[:200]])
    assert seen == pytest.approx(1 - math.exp(-1), abs=0.02)


def test_at27_pairs_with_and_without_the_airlift_are_coupled() -> None:
    """Over 40 pairs of the whole campaign, military deaths correlate above 0.9."""
    runs = [run(name, 40) for name in ("no-airlift", "documented-2023")]
    (deaths,) = compare(*runs, ["military_deaths"])
    assert deaths.pairs == 40
    assert runs[0].outcomes["military_deaths"].std() > 10
    assert deaths.mean_a != deaths.mean_b
    assert deaths.correlation > 0.9

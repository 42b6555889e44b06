"""Regret and satisficing on tables that can be reckoned by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment.analysis.robustness import robustness
from sahelsim.experiment.comparison import wilson_interval
from sahelsim.report.analyses.robustness import _differences
from tests.experiment.analysis.tables import futures, runs, uniforms

FUTURES = futures(uniforms(6, 1), ["a"])
VALUES = {
    "bold": [10.0, 10.0, 10.0, 10.0, 0.0, 0.0],
    "careful": [8.0, 8.0, 8.0, 8.0, 7.0, 7.0],
    "same": [8.0, 8.0, 8.0, 8.0, 7.0, 7.0],
}


def test_measures_are_those_reckoned_by_hand() -> None:
    found = robustness(FUTURES, runs(VALUES), "y", "higher", threshold=7.5)
    measures = found.measures
    assert found.regret["bold"].tolist() == [0, 0, 0, 0, 7, 7]
    assert measures["regret_max", "value"].to_dict() == {"bold": 7, "careful": 2, "same": 2}
    assert measures["mean", "value"].loc["bold"] == pytest.approx(40 / 6)
    assert measures["worst", "value"].to_dict() == {"bold": 0, "careful": 7, "same": 7}
    # ties are shared out
    assert measures["best", "value"].to_dict() == pytest.approx(
        {"bold": 4 / 6, "careful": 1 / 6, "same": 1 / 6}
    )
    assert measures["satisficing", "value"].loc["careful"] == pytest.approx(4 / 6)
    assert tuple(measures["satisficing"].loc["careful", ["low", "high"]]) == pytest.approx(
        wilson_interval(4 / 6, 6)
    )
    assert found.most_robust() == "careful"
    assert found.most_robust("best") == "bold"
    assert found.most_robust("mean") == "careful"


def test_the_difference_from_the_reference_is_paired() -> None:
    luck, other = uniforms(2, 8, 3)
    table = futures(uniforms(8, 1), ["a"])
    both = {"base": 100.0 * luck, "more": 100.0 * luck + 2.0, "noise": 100.0 * other}
    found = robustness(table, runs(both), "y", "lower", reference="base")
    difference = found.measures["difference"]
    assert difference.loc["more"].tolist() == pytest.approx([2.0, 2.0, 2.0])
    assert difference.loc["base"].tolist() == [0.0, 0.0, 0.0]
    noise = difference.loc["noise"]
    assert noise["value"] == pytest.approx(100.0 * (other - luck).mean())
    assert noise["low"] < noise["value"] < noise["high"]
    (told,) = _differences(replace(found, outcome="civilian_deaths"))
    assert told.startswith("against base, in the mean over 8 futures, more +2 persons (95 %")
    assert told.endswith("; noise cannot be told from it.")
    shares = found.measures / 100.0
    (told,) = _differences(replace(found, outcome="localities_held_share", measures=shares))
    assert "more +2 percentage points (95 % interval" in told
    without = {name: both[name] for name in ("base", "noise")}
    none = robustness(table, runs(without), "y", "lower", reference="base")
    (untold,) = _differences(replace(none, outcome="civilian_deaths"))
    assert untold.startswith("no policy can be told from base in the mean over 8 futures, so")


def test_a_reference_without_runs_is_left_out() -> None:
    found = robustness(FUTURES, runs(VALUES), "y", "higher", reference="not-run-yet")
    assert found.reference is None
    assert "difference" not in found.measures


def test_where_lower_is_better_signs_turn() -> None:
    turned = {name: [-value for value in values] for name, values in VALUES.items()}
    found = robustness(FUTURES, runs(turned), "y", "lower", threshold=-7.5)
    plain = robustness(FUTURES, runs(VALUES), "y", "higher", threshold=7.5)
    assert found.regret.equals(plain.regret)
    assert found.measures["worst", "value"].loc["bold"] == 0.0
    assert found.measures["mean", "value"].loc["careful"] == pytest.approx(-46 / 6)
    mean = found.measures["mean"].loc["careful"]
    assert mean["low"] <= mean["value"] <= mean["high"]
    assert found.measures["satisficing"].equals(plain.measures["satisficing"])


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    hits, trials, n = 0, 40, 30
    table = futures(uniforms(n, 1), ["a"])
    for trial in range(trials):
        luck = uniforms(2, n, 100 + trial)
        found = robustness(table, runs({"p": luck[0], "q": 0.9 * luck[1]}), "y", "higher")
        row = found.measures["mean"].loc["p"]
        hits += row["low"] <= 0.5 <= row["high"]
    assert 0.87 <= hits / trials <= 1.0


def test_incomplete_futures_are_left_out_under_every_policy() -> None:
    table = runs(VALUES)
    table.loc[(table["policy"] == "careful") & (table["future"] == 5), "status"] = "failed"
    found = robustness(FUTURES, table, "y", "higher")
    assert list(found.values.index) == [0, 1, 2, 3, 4]
    assert found.account.startswith("1 of 6 futures lack a run under some policy")


def test_hand_written_futures_are_shown_and_not_counted() -> None:
    table = FUTURES.copy()
    table.loc[0, "block"] = -1
    found = robustness(table, runs(VALUES), "y", "higher")
    assert found.counted == [1, 2, 3, 4, 5]
    assert 0 in found.regret.index
    assert found.measures["best", "value"].loc["bold"] == pytest.approx(3 / 5)
    table["block"] = -1 - np.arange(6)
    alone = robustness(table, runs(VALUES), "y", "higher")
    assert len(alone.counted) == 6
    assert np.isnan(alone.measures["mean", "low"].loc["bold"])


def test_one_policy_or_no_direction_is_refused() -> None:
    with pytest.raises(InputError, match="two policies") as caught:
        robustness(FUTURES, runs({"bold": VALUES["bold"]}), "y", "higher")
    assert caught.value.code == "SS4207"
    with pytest.raises(InputError, match="neither way"):
        robustness(FUTURES, runs(VALUES), "y", "none")

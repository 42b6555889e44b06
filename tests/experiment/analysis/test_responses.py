"""What is missing is left out and told, never averaged over."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.experiment.analysis.responses import input_names, responses
from tests.experiment.analysis.tables import futures, runs, uniforms

UNIT = uniforms(6, 2)
FUTURES = futures(UNIT, ["a", "b"])


def made(noise: float = 0.0) -> pd.DataFrame:
    return runs({"x": np.arange(6.0), "y2": np.arange(6.0) * 3}, replicates=2, noise=noise)


def test_replicates_are_averaged_and_their_noise_is_kept() -> None:
    table = made(noise=1.0)
    found = responses(FUTURES, table, "y", "x")
    rows = table[(table["policy"] == "x") & (table["future"] == 3)]["y"]
    assert found.frame["response"].loc[3] == pytest.approx(rows.mean())
    assert found.frame["noise"].loc[3] == pytest.approx(rows.var(ddof=1) / 2)
    assert (found.inputs, found.planned, len(found.dropped)) == (["a", "b"], 6, 0)
    assert found.account == "All 6 futures are complete and used."
    share = found.frame["noise"].mean() / found.frame["response"].var(ddof=1)
    assert found.noise_share == pytest.approx(share)


def test_a_policy_is_subtracted_replicate_by_replicate() -> None:
    found = responses(FUTURES, made(noise=5.0), "y", "y2", minus="x")
    # the noise is shared by both policies, so it vanishes
    assert found.frame["response"].tolist() == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0, 10.0])
    assert found.frame["noise"].max() < 1e-12
    assert found.subject == "y under y2 minus x"


@pytest.mark.parametrize(
    ("status", "words"),
    [("failed", "with a run that failed"), ("crashed", "with a run that crashed"),
     ("timeout", "with a run that took too long")],
)  # fmt: skip
def test_a_future_with_one_bad_run_is_left_out_whole(status: str, words: str) -> None:
    table = made()
    table.loc[(table["policy"] == "x") & (table["future"] == 2) & (table["replicate"] == 1),
              "status"] = status  # fmt: skip
    found = responses(FUTURES, table, "y", "x")
    assert list(found.frame.index) == [0, 1, 3, 4, 5]
    assert found.dropped.to_dict() == {2: words}
    assert found.account == f"5 of 6 futures are used; left out: 1 {words}."
    # the other policy has all its runs, the difference does not
    assert len(responses(FUTURES, table, "y", "y2").frame) == 6
    assert 2 not in responses(FUTURES, table, "y", "y2", minus="x").frame.index


def test_runs_that_have_no_row_and_outcomes_that_do_not_apply_are_told() -> None:
    table = made()
    table = table[~((table["policy"] == "x") & (table["future"] == 0))]
    table.loc[(table["policy"] == "x") & (table["future"] == 4), "y"] = np.nan
    missing = pd.DataFrame({"policy": ["x"], "future": [1], "replicate": [1], "status": [None]})
    found = responses(FUTURES, table, "y", "x", missing=missing)
    assert list(found.frame.index) == [2, 3, 5]
    assert found.dropped.to_dict() == {
        0: "not run to the end", 1: "not run to the end",
        4: "in which the outcome does not apply to a run",
    }  # fmt: skip


def test_unknown_names_are_told_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        responses(FUTURES, made(), "y", "xx")
    assert caught.value.code == "SS4203"
    with pytest.raises(InputError, match="no outcome 'yy'") as caught:
        responses(FUTURES, made().rename(columns={"y": "deaths"}), "yy", "x")
    assert caught.value.code == "SS4203"


def test_too_few_complete_futures_are_refused() -> None:
    table = made()
    table.loc[table["future"] > 0, "status"] = "failed"
    with pytest.raises(InputError, match="1 complete future of 6") as caught:
        responses(FUTURES, table, "y", "x")
    assert caught.value.code == "SS4204"


def test_inputs_are_those_that_vary() -> None:
    table = FUTURES.assign(c=1.0)
    assert input_names(table) == ["a", "b"]


def test_hand_written_futures_are_said_to_be_left_out_of_shares() -> None:
    found = responses(FUTURES, made(), "y", "x")
    assert found.drawn_account == found.account
    written = responses(FUTURES.assign(block=[-1, -1, 0, 0, 1, 1]), made(), "y", "x")
    assert len(written.drawn) == 4
    assert written.drawn_account == (
        "All 6 futures are complete and used. 2 of them, written by hand, are not counted here."
    )

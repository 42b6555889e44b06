from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.errors import InputError
from sahelsim.calibration import validation
from sahelsim.calibration.facts import FACTS
from sahelsim.calibration.observed_facts import WINDOW, observe, observed_facts
from sahelsim.calibration.sample import Window
from sahelsim.calibration.validation import (
    INSIDE,
    NEAR,
    OUTSIDE,
    SCENARIO,
    UNDEFINED,
    Validation,
    compare_facts,
    exceeding,
    validate,
    whole_months,
)
from sahelsim.report.document import render_document
from sahelsim.report.validation import answer, build, title
from sahelsim.scenario import load_scenario
from sahelsim.scenario.cutting import cut
from tests.calibration.conflict import spread_conflict


@pytest.fixture(scope="module", autouse=True)
def _short_bootstrap() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(validation, "observe", partial(observe, resamples=12))
        yield


@pytest.fixture(scope="module")
def result() -> Validation:
    """Three replicates of three months, beside made-up events of the same months."""
    plan = cut(load_scenario(SCENARIO), 91)
    return validate(plan, 3, events=spread_conflict(months=4, a_month=60.0), workers=1)


def test_the_shipped_scenario_covers_the_shipped_facts() -> None:
    plan = load_scenario(SCENARIO)
    assert whole_months(plan) == WINDOW
    assert not plan.orders


def test_only_whole_months_are_compared() -> None:
    plan = load_scenario("documented-2023")  # 20 August 2023 to 26 March 2024, end excluded
    assert whole_months(plan) == Window(525, 530)
    with pytest.raises(InputError) as caught:
        whole_months(cut(plan, 60))  # ends on 19 October: September alone is whole
    assert caught.value.code == "SS7016"


def test_facts_of_other_months_need_events() -> None:
    with pytest.raises(InputError) as caught:
        validate(cut(load_scenario(SCENARIO), 91), 1)
    assert caught.value.code == "SS7015"


def test_every_fact_is_compared_and_the_worst_comes_first(result: Validation) -> None:
    table = result.facts
    assert set(table["id"]) == set(FACTS)
    known = table[table["misfit"].notna()]["misfit"].to_numpy()
    assert (np.diff(known) <= 0).all()
    assert table["misfit"].isna().to_numpy()[len(known) :].all()
    assert (table["model_low"].dropna() <= table["model_high"].dropna()).all()
    assert len(result.months) == 3 * 3
    assert result.months["observed"].sum() > 0
    assert (result.months["q05"] <= result.months["q95"]).all()


def test_results_depend_on_the_seed_alone(result: Validation) -> None:
    again = validate(result.plan, 3, events=spread_conflict(months=4, a_month=60.0), workers=2)
    pd.testing.assert_frame_equal(again.facts, result.facts)
    other = validate(result.plan, 3, 9, events=spread_conflict(months=4, a_month=60.0))
    assert not other.facts["model"].equals(result.facts["model"])


def test_verdict_and_misfit_worked_by_hand() -> None:
    observed = observed_facts()
    rows = np.tile(observed["value"].to_numpy(), (21, 1))
    at = list(FACTS).index
    spread = np.linspace(-1.0, 1.0, 21)
    mali = observed.set_index("id").loc["deaths.mli.all"]
    rows[:, at("deaths.mli.all")] = mali["value"] * np.exp(0.5 + 0.01 * spread)
    rows[:, at("tail_alpha.all")] += 0.02 + 0.01 * spread
    rows[:, at("deaths.bfa.all")] *= np.exp(spread)
    rows[:, at("march.all")] = np.nan
    table = compare_facts(observed, rows).set_index("id")
    assert table.loc["deaths.bfa.all", "verdict"] == INSIDE
    assert table.loc["tail_alpha.all", "verdict"] == NEAR
    assert table.loc["deaths.mli.all", "verdict"] == OUTSIDE
    assert table.loc["march.all", "verdict"] == UNDEFINED
    sd = np.hypot(mali["error"], (0.01 * spread).std())
    assert table.loc["deaths.mli.all", "misfit"] == pytest.approx(0.5 / sd)
    assert table.index[0] == "deaths.mli.all"
    found = Validation(load_scenario(SCENARIO), WINDOW, 1, 21, "", table.reset_index(),
                       pd.DataFrame(), pd.DataFrame())  # fmt: skip
    assert found.missed == ["deaths.mli.all"]


def test_exceeding_counts_events_of_that_size_or_more() -> None:
    table = pd.DataFrame(
        {"country": ["mli", "mli", "ner"], "best": [1, 10, 0], "events": [3, 1, 5]}
    )
    shares = exceeding(table)
    assert shares[0, :2].tolist() == [1.0, 0.25]  # all: at least 1, at least 2
    assert shares[1].tolist()[6:8] == [0.25, 0.0]  # Mali: at least 10, at least 14
    assert np.isnan(shares[3]).all()  # Niger has no fatal event


def test_a_replicate_without_violence_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = spread_conflict(months=3).head(0)
    monkeypatch.setattr(validation, "simulated_events", lambda table: nothing)
    with pytest.raises(InputError) as caught:
        validate(cut(load_scenario(SCENARIO), 60), 1, events=spread_conflict(months=3), workers=1)
    assert caught.value.code == "SS7017"


def test_the_page_says_what_was_found(result: Validation) -> None:
    face = pd.DataFrame(
        [{"id": "a", "label": "a thing happened", "documented": "E001", "given": "nothing",
          "hits": 0, "replicates": 3, "share": 0.0, "low": 0.0, "high": 0.56, "enough": False}]
    )  # fmt: skip
    document = build(result, face, "sahelsim validate x", "1")
    text = render_document(document)
    outside = int((result.facts["verdict"] == OUTSIDE).sum())
    assert f"and {outside} outside" in document.lead[0]
    for id in result.facts["id"]:
        assert title(id).replace("'", "&#39;") in text, id
    assert "a thing happened" in text
    assert "not above 5 %" in text
    assert "the model's intervals are rough".replace("'", "&#39;") in text
    assert "gives 0 a share above 5 %" in " ".join(answer(result, face))
    assert "a thing happened" not in render_document(build(result))

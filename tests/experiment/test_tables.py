"""Tables: columns, order of rows, words, and sums that agree from one table to the next."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from sahelsim.base.columns import words
from sahelsim.experiment import Run
from sahelsim.experiment.tables import DETAILED_REPLICATES
from sahelsim.model.events import CAUSES, EVENT_KINDS
from sahelsim.model.mechanisms.alliance import AIRLIFT
from sahelsim.model.series import (
    ALLIANCE_SERIES,
    GROUP_SERIES,
    LOCALITY_SERIES,
    STATE_SERIES,
)
from sahelsim.model.world import BINDING
from sahelsim.scenario import Scenario
from sahelsim.theatre import load_theatre
from sahelsim.theatre.actors import ACTORS, GROUPS, STATES
from tests.experiment.conftest import DAYS, REPLICATES

DEATHS = ("military_deaths", "insurgent_deaths", "civilian_deaths", "militia_deaths")


def test_outcomes_are_those_of_the_register(stored: Run) -> None:
    assert list(stored.outcomes.columns) == ["seed", *(o.id for o in load_theatre().outcomes)]
    assert list(stored.outcomes.index) == list(range(REPLICATES))
    promised = (
        "tonnes_delivered sorties flight_hours aircraft_lost military_deaths insurgent_deaths "
        "civilian_deaths localities_held_share localities_lost siege_days "
        "garrison_days_without_food displaced convoys_ambushed mission_capable_rate "
        "alliance_cohesion precedent_index kidal_held civilian_deaths_by_states "
        "civilian_deaths_by_insurgents civilian_deaths_by_militia civilian_deaths_by_partners"
    )
    assert set(promised.split()) <= set(stored.outcomes.columns)


def test_an_outcome_that_does_not_apply_is_null(stored: Run) -> None:
    never = stored.outcomes["kidal_held"] == 0
    assert never.any()
    assert stored.outcomes.loc[never, "kidal_day"].isna().all()


def test_daily_has_a_row_for_every_replicate_day_and_actor_in_order(stored: Run) -> None:
    daily = stored.daily
    actors = [*STATES, *GROUPS, "alliance"]
    assert len(daily) == REPLICATES * DAYS * 7
    assert list(daily["actor"].cat.categories) == actors
    key = np.stack([daily["replicate"], daily["day"], daily["actor"].cat.codes])
    expected = np.indices((REPLICATES, DAYS, 7)).reshape(3, -1)
    np.testing.assert_array_equal(key, expected)
    start = pd.Timestamp("2023-08-20")
    assert (daily["date"].map(pd.Timestamp) == start + pd.to_timedelta(daily["day"], "D")).all()


def test_daily_series_stand_at_the_actors_they_belong_to(stored: Run) -> None:
    rows = dict(list(stored.daily.groupby("actor", observed=True)))
    for kind, series in (
        ("mli", STATE_SERIES),
        ("jnim", GROUP_SERIES),
        ("alliance", ALLIANCE_SERIES),
    ):
        here = [c for c in stored.daily.columns[4:] if rows[kind][c].notna().any()]
        assert sorted(here) == sorted(series)
        assert rows[kind][list(series)].notna().all(axis=None)


@pytest.mark.parametrize("column", DEATHS)
def test_deaths_of_events_days_and_outcomes_agree(stored: Run, column: str) -> None:
    by_event = stored.events.groupby("replicate")[column].sum()
    by_day = stored.daily.groupby("replicate")[column].sum()
    pd.testing.assert_series_equal(
        by_day, stored.outcomes[column], check_dtype=False, check_index_type=False
    )
    pd.testing.assert_series_equal(
        by_event.reindex(stored.outcomes.index, fill_value=0.0),
        stored.outcomes[column],
        check_names=False,
    )
    assert by_day.sum() > 0 or column == "militia_deaths"


def test_civilian_deaths_are_split_by_who_did_it(stored: Run) -> None:
    parts = [
        f"civilian_deaths_by_{side}" for side in ("states", "insurgents", "militia", "partners")
    ] + ["civilian_deaths_crossfire"]
    total = stored.outcomes[parts].sum(axis=1)
    assert (stored.outcomes["civilian_deaths"] - total).between(-1e-9, 1e-9).all()
    both = stored.events["kind"].isin(["ambush", "assault"])  # between the sides: crossfire
    groups = stored.events[stored.events["actor"].isin(GROUPS) & ~both]
    by_event = groups.groupby("replicate")["civilian_deaths"].sum()
    by_event = by_event.reindex(stored.outcomes.index, fill_value=0.0)
    expected = stored.outcomes["civilian_deaths_by_insurgents"]
    np.testing.assert_allclose(by_event, expected)
    assert expected.sum() > 0


def test_tonnes_of_days_tails_fields_and_outcomes_agree(stored: Run) -> None:
    wanted = stored.outcomes["tonnes_delivered"]
    assert wanted.min() > 0
    for name in ("daily", "tails"):
        found = stored.frame(name).groupby("replicate")["tonnes_delivered"].sum()
        np.testing.assert_allclose(found, wanted, rtol=1e-5)
    found = stored.frame("localities").groupby("replicate")["tonnes_delivered"].sum()
    np.testing.assert_allclose(found, wanted.iloc[:DETAILED_REPLICATES], rtol=1e-5)


def test_deliveries_of_the_event_log_are_those_of_the_outcomes(stored: Run) -> None:
    # what a state flies to another in answer to a request is logged as support, in sorties
    events, wanted = stored.events, stored.outcomes["tonnes_delivered"]
    found = events[events["kind"] == "delivery"].groupby("replicate")["quantity"].sum()
    assert (found <= wanted + 1e-6).all()
    support = events[(events["kind"] == "support_honoured") & (events["object"] == AIRLIFT)]
    helped = support.loc[support["cause"] == "order", "replicate"].unique()
    alone = wanted.index.difference(helped)
    assert len(alone) > 3
    np.testing.assert_allclose(found[alone], wanted[alone], rtol=1e-9)


def test_two_airfields_of_one_place_do_not_both_count_its_tonnes(stored: Run) -> None:
    found = stored.frame("airfields").groupby("replicate")["tonnes_delivered"].sum()
    wanted = stored.outcomes["tonnes_delivered"].iloc[:DETAILED_REPLICATES]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_hours_and_sorties_of_tails_are_those_of_the_outcomes(stored: Run) -> None:
    tails = stored.frame("tails").groupby("replicate")[["flight_hours", "sorties"]].sum()
    np.testing.assert_allclose(tails["flight_hours"], stored.outcomes["flight_hours"], rtol=1e-5)
    np.testing.assert_array_equal(tails["sorties"], stored.outcomes["sorties"])


def test_events_have_known_kinds_causes_places_and_actors(stored: Run) -> None:
    events, theatre = stored.events, load_theatre()
    assert list(events.columns) == [
        "replicate", "day", "date", "number", "kind", "locality", "actor", "target", "cause",
        "cause_number", "object", *DEATHS, "quantity", "party_size",
    ]  # fmt: skip
    assert set(events["kind"]) <= set(EVENT_KINDS.values())
    assert events["kind"].notna().all()
    assert set(events["cause"]) <= set(CAUSES.values())
    assert events["cause"].notna().all()
    assert {"background", "need"} <= set(events["cause"])
    assert set(events["actor"].dropna()) <= set(ACTORS)
    assert set(events["locality"].dropna()) <= {place.id for place in theatre.localities}
    assert events["day"].between(0, DAYS - 1).all()
    for _, rows in events.groupby("replicate"):
        assert list(rows["number"]) == list(range(len(rows)))
        assert rows["day"].is_monotonic_increasing
    assert (events[[*DEATHS]] >= 0).all(axis=None)


def test_an_event_that_follows_from_another_names_an_earlier_one(stored: Run) -> None:
    follows = stored.events[stored.events["cause"] == "event"]
    assert len(follows) > 0
    assert (follows["cause_number"] < follows["number"]).all()
    assert (follows["cause_number"] >= 0).all()


def test_the_codes_of_kinds_and_causes_have_no_gaps() -> None:
    # words() takes a label by its place in a list
    assert sorted(CAUSES) == list(range(len(CAUSES)))
    assert sorted(EVENT_KINDS) == list(range(1, len(EVENT_KINDS) + 1))


def test_localities_are_kept_of_the_first_replicates_only(stored: Run) -> None:
    places = stored.frame("localities")
    n = len(load_theatre().localities)
    assert sorted(places["replicate"].unique()) == list(range(DETAILED_REPLICATES))
    assert len(places) == DETAILED_REPLICATES * DAYS * n
    assert list(places.columns[4:]) == list(LOCALITY_SERIES)
    assert places["days_of_supply"].isna().eq(places["garrison"] == 0).all()
    assert set(places["holder"].cat.categories) == set(ACTORS)
    gao = places[(places["locality"] == "gao") & (places["day"] == 0)]
    assert set(gao["holder"]) == {"mli"}


def test_held_share_of_places_is_that_of_the_states(stored: Run) -> None:
    places = stored.frame("localities")
    last = places[places["day"] == DAYS - 1].copy()
    country = {place.id: place.country for place in load_theatre().localities}
    last["held"] = last["holder"].astype(str) == last["locality"].astype(str).map(country)
    found = last.groupby("replicate")["held"].mean()
    np.testing.assert_allclose(found, stored.outcomes["localities_held_share"].iloc[:20])


def test_tails_have_a_binding_word_each_day(stored: Run) -> None:
    tails = stored.frame("tails")
    assert set(tails["binding"].dropna()) <= set(BINDING)
    assert {"5U-MBH"} <= set(tails["tail"])
    assert set(tails["capable"]) <= {0.0, 1.0}


def test_orders_are_in_words(stored: Run, plan: Scenario) -> None:
    orders = stored.frame("orders")
    assert sorted(orders["replicate"].unique()) == list(range(DETAILED_REPLICATES))
    known = {order.verb for order in load_theatre().orders}
    assert set(orders["verb"]) <= known
    scripted = orders[(orders["author"] == "scenario") & (orders["replicate"] == 0)]
    assert set(scripted["id"]) == {order.id for order in plan.orders}
    assert all(isinstance(json.loads(text), dict) for text in orders["arguments"])
    loan = next(order for order in plan.orders if order.verb == "lend_tail")
    row = scripted.set_index("id").loc[loan.id]
    assert (row["actor"], row["date"]) == (loan.actor, loan.on)
    assert isinstance(row["date"], date)


def test_words_give_null_for_none_and_stay_text_without_labels() -> None:
    assert words([0, -1, 1], ["a", "b"]).to_pylist() == ["a", None, "b"]
    assert words([], []).type.value_type == "string"

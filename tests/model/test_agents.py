"""Agents are views: what they say is what the tables and the documented theatre say."""

from __future__ import annotations

from datetime import date

import pytest

import sahelsim
from sahelsim.model.agents import (
    Aircraft,
    Airfield,
    InsurgentGroup,
    Locality,
    Partner,
    State,
)
from sahelsim.theatre import load_theatre

DAYS = 40


@pytest.fixture(scope="module")
def model() -> sahelsim.SahelModel:
    return sahelsim.SahelModel("documented-2023", seed=3, parameters="central").run_for(DAYS)


def test_there_is_one_agent_for_each_row_of_the_theatre(model: sahelsim.SahelModel) -> None:
    theatre = load_theatre()
    kinds = model.agents_by_type
    assert {place.id for place in kinds[Locality]} == {one.id for one in theatre.localities}
    assert {field.id for field in kinds[Airfield]} == {one.icao for one in theatre.airfields}
    assert {one.tail for one in theatre.tails} <= {tail.id for tail in kinds[Aircraft]}
    assert [state.name for state in kinds[State]] == ["Mali", "Niger", "Burkina Faso"]
    assert len(kinds[InsurgentGroup]) == 3


def test_states_and_groups_add_up_to_the_last_day_of_the_history(
    model: sahelsim.SahelModel,
) -> None:
    last = model.datacollector.get_model_vars_dataframe().iloc[-1]
    places = list(model.agents_by_type[Locality])
    for state in model.agents_by_type[State]:
        assert state.reserve == pytest.approx(last[f"{state.id}.reserve"])  # kept as float32
        assert 0 <= state.domestic_pressure <= 10
        assert state.domestic_pressure == pytest.approx(last[f"{state.id}.domestic_pressure"])
        held = [place for place in places if place.holder == state.id]
        assert state.localities_held == len(held) == last[f"{state.id}.localities_held"]
        assert sum(place.besieged for place in held) == last[f"{state.id}.besieged"]
        men = sum(place.garrison for place in held)
        assert men == pytest.approx(last[f"{state.id}.garrison"])
    for group in model.agents_by_type[InsurgentGroup]:
        assert group.fighters == pytest.approx(last[f"{group.id}.fighters"])
        assert group.fighters > 0
        assert group.localities_held == last[f"{group.id}.localities_held"]
    everybody = sum(group.fighters for group in model.agents_by_type[InsurgentGroup])
    assert sum(place.fighters for place in places) == pytest.approx(everybody)


def test_places_have_control_and_supplies_within_their_bounds(model: sahelsim.SahelModel) -> None:
    for place in model.agents_by_type[Locality]:
        assert 0 <= place.control <= 1
        if place.garrison > 0:
            assert place.days_of_supply >= 0


def test_aircraft_deliver_what_the_outcomes_count(model: sahelsim.SahelModel) -> None:
    fleet = list(model.agents_by_type[Aircraft])
    outcomes = model.outcomes()
    assert sum(tail.tonnes_delivered for tail in fleet) == pytest.approx(
        outcomes["tonnes_delivered"]
    )
    owners = {one.tail: one.owner for one in load_theatre().tails}
    for tail in fleet:
        assert tail.owner == owners.get(tail.id, tail.owner)
        assert (tail.flight_hours > 0) or tail.tonnes_delivered == 0
    (lent,) = (tail for tail in fleet if tail.id == "5U-MBH")
    assert (lent.owner, lent.user) == ("ner", "mli")
    assert lent.status in {"ready", "flying", "broken", "depot"}
    assert {tail.status for tail in fleet} > {"absent"}


def test_an_airfield_is_closed_by_each_cause_alone(model: sahelsim.SahelModel) -> None:
    fork = model.fork()
    fields = fork.world.fields
    gao = next(field for field in fork.agents_by_type[Airfield] if field.id == "GAGO")
    for array in (fields.weather_closed, fields.worn_out):
        array[gao.index] = 0
    for array in (fields.shelled_until, fields.ordered_until):
        array[gao.index] = fork.day
    assert not gao.closed
    for array, shut in (
        (fields.weather_closed, 1), (fields.worn_out, 1), (fields.shelled_until, fork.day + 1),
        (fields.ordered_until, fork.day + 1),
    ):  # fmt: skip
        before = array[gao.index]
        array[gao.index] = shut
        assert gao.closed
        array[gao.index] = before
    assert not gao.closed


def test_partners_have_men_where_documented(model: sahelsim.SahelModel) -> None:
    men = {one.id: one.men("mli") for one in model.agents_by_type[Partner]}
    assert men["russia"] > 0
    assert men["france"] == 0
    assert model.today == date(2023, 9, 29)

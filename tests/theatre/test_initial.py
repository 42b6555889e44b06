"""The state on 20 August 2023."""

from __future__ import annotations

import numpy as np
import pytest

from sahelsim.theatre import Theatre, load_theatre
from sahelsim.theatre.actors import actor_code
from sahelsim.theatre.initial import InitialState, initial_state


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return load_theatre()


@pytest.fixture(scope="module")
def state(theatre: Theatre) -> InitialState:
    return initial_state(theatre)


def country(theatre: Theatre, id: str) -> np.ndarray:
    return np.array([place.country == id for place in theatre.localities])


def test_garrisons_add_up_by_country(theatre: Theatre, state: InitialState) -> None:
    men = {c: state.garrison[country(theatre, c)].sum() for c in ("mli", "bfa", "ner")}
    # 11,786 without Ber, whose camp the army took over a week before the start.
    ber = state.garrison[theatre.locality_index["ber"]]
    assert ber == pytest.approx(150 * 0.3**0.4)
    assert men["mli"] - ber == pytest.approx(11_786, abs=1)
    assert men["bfa"] == pytest.approx(7_931, abs=1)
    assert men["ner"] == pytest.approx(7_361, abs=1)


def test_the_garrison_scale_scales_every_garrison(theatre: Theatre, state: InitialState) -> None:
    doubled = initial_state(
        theatre, theatre.parameters.with_values({"initial.garrison_scale": 2.0})
    )
    np.testing.assert_allclose(doubled.garrison, 2 * state.garrison)
    np.testing.assert_array_equal(doubled.fighters, state.fighters)


def test_garrisons_keep_to_their_bounds(theatre: Theatre, state: InitialState) -> None:
    place = theatre.locality_index
    assert state.garrison[place["bamako"]] == 1500  # 150 x 422.8^.4 = 1,685, capped
    assert state.garrison[place["ogossagou"]] == 80  # 150 x .15^.4 = 70, raised
    assert state.garrison[place["kidal"]] == 0


def test_fighters_add_up_and_sit_where_their_group_is_rooted(
    theatre: Theatre, state: InitialState
) -> None:
    np.testing.assert_allclose(state.fighters.sum(axis=1), [2500, 5500, 2250])
    assert ((state.fighters > 0) == (state.home > 0)).all()
    csp, jnim, issp = state.fighters
    place = theatre.locality_index
    weight = {c: theatre.parameters.value(f"initial.strength.{c}") for c in ("mli", "bfa")}
    countryside_only, named = jnim[place["mopti"]], jnim[place["djibo"]]
    assert countryside_only / weight["mli"] == pytest.approx(named / weight["bfa"] / 2)
    assert csp[place["kidal"]] > 100
    assert csp[place["ouagadougou"]] == issp[place["bamako"]] == 0


def test_a_group_has_a_tenth_of_its_home_near_where_it_is_named(
    theatre: Theatre, state: InitialState
) -> None:
    home = dict(zip(("csp_psd", "jnim", "issp"), state.home, strict=True))
    place = theatre.locality_index
    assert home["jnim"][place["timbuktu"]] == 1
    assert home["csp_psd"][place["timbuktu"]] == pytest.approx(0.1)  # Ber is 50 km away
    assert home["jnim"][place["mopti"]] == 0.5
    assert home["csp_psd"][place["niamey"]] == 0


def test_control_follows_garrison_and_contest(theatre: Theatre, state: InitialState) -> None:
    place = theatre.locality_index
    assert state.control[place["bamako"]] == 0.80
    assert state.control[place["menaka"]] == 0.55
    assert state.control[place["kidal"]] == 0.05
    np.testing.assert_array_equal(state.collaboration, state.control)
    assert state.collaboration is not state.control


def test_catchments_and_capacity(theatre: Theatre, state: InitialState) -> None:
    place = theatre.locality_index
    assert state.catchment_population[place["gao"]] == 133_110
    assert state.catchment_population[place["timbuktu"]] == 5 * 84_208
    assert state.catchment_population.min() >= 500
    assert state.capacity[place["bamako"]] == 800
    assert state.capacity[place["inafarak"]] == 60 + 0.006 * 2_500


def test_holders_sieges_and_stocks(theatre: Theatre, state: InitialState) -> None:
    place = theatre.locality_index
    assert state.holder[place["kidal"]] == actor_code("csp_psd")
    assert state.holder[place["aguelhok"]] == actor_code("un")
    assert state.holder[place["koumbri"]] == actor_code("none")
    assert state.besieged.sum() == 13
    assert ((state.stock_days == 30) == (state.garrison > 0)).all()
    np.testing.assert_array_equal(state.reserve, [1500, 1500, 1500])


def test_militia_stand_by_the_state_where_a_group_contests(
    theatre: Theatre, state: InitialState
) -> None:
    men = {c: state.militia[country(theatre, c)].sum() for c in ("mli", "ner", "bfa")}
    assert men == pytest.approx({"mli": 10_000, "ner": 2_000, "bfa": 35_000})
    place = theatre.locality_index
    for quiet in ("bamako", "maradi", "diffa", "kidal", "aguelhok"):
        assert state.militia[place[quiet]] == 0, quiet
    ratio = state.militia[place["djibo"]] / state.militia[place["dori"]]
    assert ratio == pytest.approx(61_462 / 46_512)


def test_un_men_are_at_un_sites_only(theatre: Theatre, state: InitialState) -> None:
    np.testing.assert_array_equal(state.un_troops > 0, state.un_site)
    uniformed = theatre.force("un_mission").central
    assert uniformed - 700 <= state.un_troops.sum() <= uniformed


def test_two_builds_are_equal(theatre: Theatre, state: InitialState) -> None:
    again = initial_state(theatre)
    for name, array in vars(state).items():
        np.testing.assert_array_equal(getattr(again, name), array)

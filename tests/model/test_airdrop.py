"""Supplies dropped to besieged garrisons where nothing can land."""

from __future__ import annotations

import pytest

from sahelsim.model.events import DELIVERY
from sahelsim.model.world import World
from sahelsim.theatre.actors import NER
from tests.model.airlift_world import BAMAKO, GAO, TESSALIT, chosen, fly, kinds, seed_circuit
from tests.model.books import air_balance, all_stocks, soldiers

ON = {"airdrop": 1.0, "airdrop_recovery": 0.75, "ute_plan_h": 24.0, "crew_ratio": 6.0}


def shut_tessalit() -> World:
    w = seed_circuit()
    w.fleet.field[:] = BAMAKO
    w.fleet.credit[:] = 1.0
    w.land.besieged[TESSALIT] = 1
    w.land.target[:] = w.land.garrison
    w.fields.shelled_until[TESSALIT] = 400
    return w


def dropped(w: World) -> float:
    return float(w.ledger.air_place_t[TESSALIT])


def test_off_by_default_a_shut_field_gets_nothing() -> None:
    w = shut_tessalit()
    fly(w, chosen(), 3)
    assert dropped(w) == 0.0
    assert w.ledger.air_place_t[GAO] > 0.0


def test_goods_fall_part_is_found_and_the_rest_is_lost() -> None:
    w, p = shut_tessalit(), chosen(airlift=ON)
    goods = all_stocks(w)
    fly(w, p, 3)
    assert dropped(w) > 0.0
    assert w.ledger.air_t[NER, 2] == pytest.approx(dropped(w) / 0.75 * 0.25)
    assert w.land.stock_t[TESSALIT].sum() == pytest.approx(dropped(w))
    assert air_balance(w) == pytest.approx(0.0, abs=1e-9)
    assert all_stocks(w) == pytest.approx(goods)
    assert kinds(w).count(DELIVERY) == 2  # Gao by landing, Tessalit by air


def test_the_way_over_the_drop_zone_costs_hours() -> None:
    hours = []
    for airdrop in (0.0, 1.0):
        w = shut_tessalit()
        fly(w, chosen(airlift=ON | {"airdrop": airdrop}), 3)
        hours.append(w.fleet.hours[0])
    detour_km = 456.1 + 762.7 - 387.0  # Gao, Tessalit, Niamey instead of Gao, Niamey
    assert hours[1] - hours[0] == pytest.approx(detour_km / 540.0)


def test_men_are_not_dropped() -> None:
    w = shut_tessalit()
    w.land.besieged[GAO] = 0
    w.land.stock_t[TESSALIT] = 10_000.0
    w.land.stock_t[GAO] = 10_000.0
    w.land.days_of_supply[:] = 100.0
    w.land.target[TESSALIT] += 80.0
    men = soldiers(w)
    fly(w, chosen(airlift=ON | {"least_load_share": 0.0}), 3)
    assert w.land.garrison[TESSALIT] == 2_000.0
    assert w.ledger.air_passengers[0] == 0.0
    assert soldiers(w) == men


@pytest.mark.parametrize("why", ["weather", "no siege", "lost"])
def test_no_drop(why: str) -> None:
    w = shut_tessalit()
    if why == "weather":
        w.fields.weather_closed[TESSALIT] = 1
    elif why == "no siege":
        w.land.besieged[TESSALIT] = 0
    else:
        w.land.holder[TESSALIT] = 3
    fly(w, chosen(airlift=ON), 1)
    assert dropped(w) == 0.0


def test_an_aircraft_sent_to_one_shut_field_drops_and_comes_home() -> None:
    w = shut_tessalit()
    w.fleet.route[:] = -1
    w.fleet.base[:] = BAMAKO
    w.fleet.target[:] = TESSALIT
    fly(w, chosen(airlift=ON))
    assert dropped(w) > 0.0
    assert w.fleet.field[0] == BAMAKO
    assert w.fleet.rotations[0] == 1.0
    assert w.fleet.hours[0] == pytest.approx(2 * 1280.6 / 540.0)

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from sahelsim.calibration.face import FACE_CLASSES, SCENARIO, Log, face_check, longest_siege
from sahelsim.scenario import load_scenario
from sahelsim.theatre import load_theatre

CLASSES = {item.id: item for item in FACE_CLASSES}


def log(*events: tuple[Any, ...]) -> Log:
    columns = ["date", "kind", "locality", "actor", "cause"]
    return Log(pd.DataFrame(list(events), columns=columns), load_theatre())


def happened(id: str, *events: tuple[Any, ...]) -> bool:
    return CLASSES[id].happened(log(*events))


def test_classes_name_documented_events_and_what_is_scripted() -> None:
    theatre = load_theatre()
    for item in FACE_CLASSES:
        assert item.documented
        for id in item.documented:
            assert theatre.event(id).date >= date(2023, 8, 1)
        assert item.given.endswith(".")


def test_a_siege_that_ends_and_begins_again_is_not_one() -> None:
    assert load_theatre().locality("timbuktu").besieged
    first, last = date(2023, 9, 1), date(2023, 12, 31)
    assert longest_siege(log(), "timbuktu", first, last) == 122
    ended = (date(2023, 10, 1), "siege_ends", "timbuktu", "jnim", "order")
    begun = (date(2023, 11, 1), "siege_begins", "timbuktu", "jnim", "background")
    assert longest_siege(log(ended), "timbuktu", first, last) == 30
    assert longest_siege(log(ended, begun), "timbuktu", first, last) == 61
    assert not happened("timbuktu_blockade", ended, begun)
    assert happened("timbuktu_blockade")
    before = (date(2023, 8, 25), "siege_ends", "timbuktu", "jnim", "order")
    again = (date(2023, 8, 28), "siege_begins", "timbuktu", "jnim", "background")
    assert longest_siege(log(before, again), "timbuktu", first, last) == 122
    other = (date(2023, 10, 1), "siege_ends", "gao", "jnim", "order")
    assert longest_siege(log(other), "timbuktu", first, last) == 122


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        ((date(2023, 9, 17), "place_lost", "lere", "jnim", "event"), True),
        ((date(2023, 9, 17), "place_lost", "lere", "jnim", "hunger"), False),
        ((date(2023, 9, 17), "place_lost", "djibo", "jnim", "event"), False),
        ((date(2024, 1, 2), "place_lost", "lere", "jnim", "event"), False),
        ((date(2023, 9, 17), "assault", "lere", "jnim", "event"), False),
    ],
)
def test_a_camp_is_overrun_by_an_attack_in_mali_in_2023(
    event: tuple[Any, ...], counts: bool
) -> None:
    assert happened("camp_overrun", event) is counts


@pytest.mark.parametrize(
    ("id", "event", "counts"),
    [
        ("kidal_column", (date(2023, 11, 14), "place_taken", "kidal", "mli", "march"), True),
        ("kidal_column", (date(2024, 1, 14), "place_taken", "kidal", "mli", "march"), False),
        ("kidal_column", (date(2023, 10, 31), "place_taken", "kidal", "csp_psd", "order"), False),
        ("aguelhok", (date(2023, 12, 20), "place_taken", "aguelhok", "mli", "march"), True),
        ("aguelhok", (date(2023, 10, 23), "place_taken", "aguelhok", "csp_psd", "order"), False),
    ],
)
def test_a_place_is_taken_by_mali_in_its_window(
    id: str, event: tuple[Any, ...], counts: bool
) -> None:
    assert happened(id, event) is counts


def test_shares_are_counted_over_replicates() -> None:
    table = face_check(load_scenario(SCENARIO), 3, workers=1)
    assert table["id"].tolist() == list(CLASSES)
    assert (table["share"] == table["hits"] / 3).all()
    assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    assert table["hits"].sum() > 0
    assert (table["enough"] == (table["share"] > 0.05)).all()

"""Numbers, dates, orders and measures as a reader of each language expects them."""

from __future__ import annotations

import math
from datetime import date

import pytest

from sahelsim.exercise import Exercise
from sahelsim.exercise.phrases import catalogue
from sahelsim.exercise.state import Order
from sahelsim.exercise.voice import Voice
from sahelsim.theatre import load_theatre

EN, FR = Voice("en"), Voice("fr")


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (1234567, "1,234,567", "1\u202f234\u202f567"),
        (0.04512, "0.0451", "0,0451"),
        (-3.5, "−3.5", "−3,5"),
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (-2.3e-13, "0", "0"),
        (999.6, "1,000", "1\u202f000"),
        (math.nan, "–", "–"),
        (None, "–", "–"),
    ],
)
def test_numbers(value: float | None, english: str, french: str) -> None:
    assert (EN.number(value), FR.number(value)) == (english, french)


def test_changes_carry_their_sign() -> None:
    assert [EN.signed(value) for value in (0.456, -12.3, 0.0)] == ["+0.46", "−12", "0"]
    assert EN.change("population_held_share", 0.0123) == "+1.2 points"
    assert EN.change("civilian_deaths", -4.0) == "−4"
    assert FR.amount("population_held_share", 0.978) == "97,8\u202f%"
    assert EN.percent(0.128) == "13\u202f%"


def test_dates_and_lists() -> None:
    assert FR.date(date(2023, 9, 1)) == "1er septembre 2023"
    assert EN.date(date(2023, 8, 20)) == "20 August 2023"
    assert EN.listed(["a", "b", "c"]) == "a, b and c"
    assert FR.listed(["a", "b"]) == "a et b"
    assert FR.listed([]) == ""


def test_no_line_breaks_before_a_french_sign() -> None:
    assert FR.words({"en": "", "fr": "Qui ? « Eux » : oui ; non !"}) == (
        "Qui\u00a0? «\u00a0Eux\u00a0»\u00a0: oui\u00a0; non\u00a0!"
    )
    assert EN.words({"en": "a : b", "fr": ""}) == "a : b"


def test_an_order_is_read_in_the_order_of_its_card(small: Exercise) -> None:
    chosen = {"load_t": 60, "destination": "timbuktu", "origin": "bamako"}
    order = Order("o1", "bamako", "s1", "convoy", chosen, "", {})
    assert EN.order(small, order) == "Send a convoy (from: Bamako; to: Timbuktu; load: 60 t)"
    assert "vers\u00a0: Tombouctou" in FR.order(small, order)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("civilian_deaths", "Civilians killed"),
        ("localities(ner)", "Places held by Niger"),
        ("gained(civilian_deaths)", "Civilians killed, in the turn"),
        ("displaced + civilian_deaths", "Displaced persons + Civilians killed"),
        ("2 * displaced", "2 * displaced"),
        ("holds(mli, kidal)", "holds(mli, kidal)"),
    ],
)
def test_measures_are_read_where_they_can_be(expression: str, words: str) -> None:
    assert EN.measure(expression) == words


def test_every_kind_of_argument_can_be_left_open() -> None:
    kinds = {a.type for verb in load_theatre().orders for a in verb.arguments}
    for kind in kinds - {"number", "integer", "text"}:
        assert f"voice.any.{kind}" in catalogue()

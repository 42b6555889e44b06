from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sahelsim.exercise.checking import expression_names
from sahelsim.exercise.expression import FUNCTIONS, ExpressionFault, due, parse
from sahelsim.exercise.measure import _FUNCTIONS
from sahelsim.scenario.reference import load_reference

NAMES = expression_names(load_reference())


class Fixed:
    turn = 3

    def outcome(self, id: str) -> float:
        return {"civilian_deaths": 12.0, "kidal_day": math.nan}.get(id, 5.0)

    def call(self, function: str, arguments: Sequence[str]) -> float:
        return {"holds": 1.0, "fighters": 700.0}.get(function, 0.0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("civilian_deaths", 12),
        ("civilian_deaths + 2 * displaced - 1", 21),
        ("holds(mli, kidal) and turn >= 3", 1),
        ("holds(mli, kidal) and not turn >= 3", 0),
        ("10 < civilian_deaths <= 12", 1),
        ("besieged(gao) or fighters(jnim) > 600", 1),
        ("-civilian_deaths", -12),
        ("kidal_day < 99", 0),
        ("kidal_day != 99", 0),
    ],
)
def test_values(text: str, value: float) -> None:
    assert parse(text, NAMES).value(Fixed()) == value


def test_what_does_not_apply_is_not_true() -> None:
    assert math.isnan(parse("kidal_day", NAMES).value(Fixed()))
    assert not parse("kidal_day", NAMES).holds(Fixed())
    assert not parse("kidal_day and turn", NAMES).holds(Fixed())


@pytest.mark.parametrize(
    "text",
    [
        "", "holds(mli)", "holds(mli, nowhere)", "holds(mli, kidal).real", "().__class__",
        "__import__('os')", "[1][0]", "1 / 0", "9 ** 9", "lambda: 1", "f'{turn}'", "turn is 3",
        "holds(actor='mli')", "1e999", "'text'", "a" * 501, "(turn", "turn turn",
    ],
)  # fmt: skip
def test_what_is_not_allowed(text: str) -> None:
    with pytest.raises(ExpressionFault):
        parse(text, NAMES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("holds(mli, kidal) at end", ("holds(mli, kidal)", None)),
        ("  turn > 2\n  at turn 12 ", ("turn > 2", 12)),
        ("siege_days > 0 at  end", ("siege_days > 0", None)),
    ],
)
def test_when_a_forecast_is_decided(text: str, expected: tuple[str, int | None]) -> None:
    assert due(text) == expected


@pytest.mark.parametrize("text", ["", "at end", "turn > 2", "turn > 2 at noon", "turn at turn x"])
def test_a_forecast_says_when_it_is_decided(text: str) -> None:
    with pytest.raises(ExpressionFault, match="when it is decided"):
        due(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="holds(mli, kidal)turn<>=+-*/ .'[]{}_0123456789andor", max_size=40))
def test_any_text_is_a_number_or_a_fault(text: str) -> None:
    try:
        found = parse(text, NAMES)
    except ExpressionFault:
        return
    assert isinstance(found.value(Fixed()), float)


def test_every_function_is_measured() -> None:
    assert set(FUNCTIONS) == set(_FUNCTIONS)

"""Exercise files: what is shipped is right, and what is wrong is told at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sahelsim.base.errors import InputError
from sahelsim.base.problems import InvalidInput
from sahelsim.exercise import Exercise, load_exercise
from sahelsim.exercise.loading import exercise_from_text, shipped_exercises
from sahelsim.exercise.new import write_new
from sahelsim.scenario import Scenario

from .conftest import small_text


@pytest.mark.parametrize("name", [name for name, _ in shipped_exercises()])
def test_shipped_exercises_are_right(name: str) -> None:
    exercise = load_exercise(name)
    assert exercise.plan.days == exercise.file.clock.turns * exercise.file.clock.days
    assert "civilian_deaths" in exercise.file.shared


def test_teams_decide_what_the_scenario_scripts(small: Exercise) -> None:
    later = {order.actor for order in small.plan.orders if order.on > small.plan.start}
    assert not later & {"mli", "ner", "csp_psd"}
    assert "un" in later  # exogenous events stay
    first = {order.actor for order in small.plan.orders if order.on == small.plan.start}
    assert {"mli", "ner"} <= first  # and so does what is in force on the first day


def test_a_game_rebuilds_its_exercise_from_text(small: Exercise) -> None:
    plan = Scenario.model_validate(small.plan.resolved())
    again = exercise_from_text(small.text, plan)
    assert again.digest == small.digest


FAULTS = [
    ("actors: [ner]", "actors: [nre]", "SS8002", "did you mean 'ner'?"),
    ("actors: [ner]", "actors: [mli]", "SS8005", None),
    ("weight: 60", "weight: 50", "SS8005", None),
    ("metric: localities(ner)", "metric: localitys(ner)", "SS8003", "did you mean 'localities'?"),
    ("metric: localities(ner)", "metric: tonnes_deliverd", "SS8003", "'tonnes_delivered'"),
    ("metric: localities(ner)", "metric: __import__('os')", "SS8003", None),
    ("lend_aircraft, declare]", "lend_aircrft, declare]", "SS8002", "did you mean"),
    ("verb: lend_tail", "verb: lend_tial", "SS8002", "did you mean 'lend_tail'?"),
    ("fixed: {level: strict}", "fixed: {level: strct}", "SS2108", "did you mean 'strict'?"),
    ("tail: [5U-MBH,", "tail: [5U-MBX,", "SS2209", "did you mean"),
    ("men: [50, 300]", "men: [50, 9000]", "SS2207", "allowed"),
    ("men: [50, 300]", "men: [300, 50]", "SS8006", "low below high"),
    ("event: E024", "event: E999", "SS8002", "facts events"),
    ("airfield: GAGO", "airfield: GAGX", "SS2209", "did you mean"),
    ("    at: 2", "    at: 9", "SS8004", None),
    ("turns: 3", "turns: 90", "SS8004", None),
    ("turn: week", "trun: week", "SS2103", "did you mean 'turn'?"),
    ("cards: [reinforce, lend_aircraft", "cards: [reinforce, strict_rules, lend_aircraft", "", ""),
    ("income: {political: 1}", "income: {politcal: 1}", "SS8002", "did you mean 'political'?"),
    ("scale: [20, 31]", "scale: [20, 20]", "SS8005", None),
    ("holds(mli, gao) at end", "holds(mli, gao)", "SS8003", "'at end'"),
    ("holds(mli, gao) at end", "holds(mli, gaoo) at end", "SS8003", "did you mean 'gao'?"),
    ("siege_days > 0 at turn 2", "siege_days > 0 at turn 4", "SS8004", "1 to 3"),
    ("siege_days > 0 at turn 2", "at turn 2", "SS8003", "'at end'"),
    ("  sieged:", "  civilians:", "SS8002", "choose another name"),
    ("style: semi-rigid", "style: semirigid", "SS2108", "did you mean 'semi-rigid'?"),
    ("late: policy", "late: police", "SS2108", "did you mean 'policy'?"),
    (
        "fixed: {to: mli, route: GABS-GAGO-GATS-DRRN-GABS}",
        "fixed: {to: mli, route: GABS}",
        "SS2219",
        "closed circuit",
    ),
    ("per_turn: 30", "per_turn: 300", "SS2107", None),
]


@pytest.mark.parametrize(("old", "new", "code", "hint"), FAULTS)
def test_a_fault_is_told_at_its_line(
    old: str, new: str, code: str, hint: str | None, tmp_path: Path
) -> None:
    text = small_text()
    assert old in text
    path = tmp_path / "wrong.exercise.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if not code:  # a card that two teams share is no fault
        load_exercise(path)
        return
    with pytest.raises(InvalidInput) as caught:
        load_exercise(path)
    fault = next(p for p in caught.value.problems if p.code == code)
    assert fault.mark is not None
    line = text[: text.index(old)].count("\n") + 1
    # A sum of weights and a shared actor are told where they show, a line or two off.
    assert abs(fault.mark.line - line) <= (5 if code == "SS8005" else 0)
    if hint:
        assert hint in (fault.hint or fault.message)


def test_an_unknown_name_has_a_nearest_one() -> None:
    with pytest.raises(InputError, match="pont-aerien") as caught:
        load_exercise("pont-aerien-2032")
    assert caught.value.hint == "did you mean 'pont-aerien-2023'?"


def test_hiding_civilian_deaths_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.exercise.yaml"
    path.write_text(small_text() + "\nshared: [siege_days]\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="civilian_deaths is not among"):
        load_exercise(path)


def test_the_template_is_right(tmp_path: Path) -> None:
    path = write_new(tmp_path / "my-class")
    assert path.name == "my-class.exercise.yaml"
    assert load_exercise(path).file.id == "my-class"

"""What is told: refusals, rulings, late teams, rehearsals, branches in their tree."""

from __future__ import annotations

from dataclasses import replace

from sahelsim.exercise.debrief import telling
from sahelsim.exercise.debrief.material import Material
from sahelsim.exercise.state import Branch, Ruling
from sahelsim.exercise.voice import Voice

EN = Voice("en")


def changed(material: Material, **changes: object) -> Material:
    """The material with the first turn changed."""
    branch = material.branch
    first = replace(branch.turns[0], **changes)  # type: ignore[arg-type]
    told = replace(branch, turns=(first, *branch.turns[1:]))
    branches = {**material.state.branches, branch.name: told}
    return replace(material, state=replace(material.state, branches=branches))


def first_turn(material: Material) -> dict[str, object]:
    turns: list[dict[str, object]] = telling.timeline(EN, material).content["turns"]
    return turns[0]


def test_refused_orders_are_told_with_the_reason(material: Material) -> None:
    result = dict(material.turns[0].result or {})
    order = material.turns[0].orders[0].id
    result["refusals"] = {**result["refusals"], order: "the aircraft is already lent"}
    told = changed(material, result=result)
    assert "already lent" in str(first_turn(told)["teams"])
    assert "déjà prêté" in str(telling.timeline(Voice("fr"), told).content["turns"][0]["teams"])
    assert "the model refused 1 of them" in " ".join(telling.story(EN, told))


def test_rulings_and_late_teams_are_told(material: Material) -> None:
    rulings = (
        Ruling("u1", "civilians", 40.0, 10, None, "the rains came late"),
        Ruling("u2", "", None, None, 3, "this one teaches most"),
    )
    told = first_turn(changed(material, rulings=rulings, late=("coalition",), roll=None))
    assert "to 40 %: the rains came late" in str(told["rulings"])
    assert "picked a future: this one teaches most" in str(told["rulings"])
    assert "Coalition" in str(told["late"])
    assert told["dice"] == "No dice: the umpire picked the future."


def test_the_tree_puts_branches_below_their_parents(material: Material) -> None:
    branches = dict(material.state.branches)
    deeper = Branch("deeper", branches["again"].turns, "again", 2, "once more", rehearsal=True)
    state = replace(material.state, branches={**branches, "deeper": deeper})
    rows = telling.branches(EN, replace(material, state=state)).content["rows"]
    assert [(row["name"], row["depth"]) for row in rows] == [
        ("main", 0), ("again", 1), ("deeper", 2),
    ]  # fmt: skip
    assert rows[0]["told"]
    assert not rows[1]["told"]
    assert rows[1]["since"] == "turn 2 of main"
    assert "rehearsal" in rows[2]["note"]


def test_history_tells_what_was_given_as_news(material: Material) -> None:
    rows = telling.history(EN, material).content["rows"]
    assert rows[0]["date"].endswith("August 2023")
    assert all(row["source"].url.startswith("http") for row in rows if row["source"].url)
    assert {row["level"] for row in rows} <= {"H", "M", "L"}


def test_a_game_without_orders_says_that_policies_decided(material: Material) -> None:
    turns = tuple(replace(turn, orders=()) for turn in material.turns)
    branch = replace(material.branch, turns=turns)
    state = replace(material.state, branches={**material.state.branches, "main": branch})
    assert "No team gave an order" in " ".join(telling.story(EN, replace(material, state=state)))

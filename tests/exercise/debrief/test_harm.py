"""No civilian is lost between the log, the places and the turns."""

from __future__ import annotations

from sahelsim.exercise.debrief.harm import BY, together
from sahelsim.exercise.debrief.material import Material


def test_turns_places_and_perpetrators_agree_with_the_log(material: Material) -> None:
    last = material.turns[-1].result
    assert last is not None
    whole = together(material.harm)
    assert whole.total == last["outcomes"]["civilian_deaths"]
    assert sum(whole.places.values()) == whole.total
    for by in BY:
        assert whole.killed[by] == last["outcomes"][f"civilian_deaths_{by}"]
    for one in material.harm:
        assert sum(one.places.values()) == one.total
        assert all(dead >= 0 for dead in one.killed.values())
    assert whole.displaced == last["outcomes"]["displaced"]
    assert whole.total > 0  # two weeks of this war without a dead civilian would hide a fault


def test_places_are_listed_by_their_dead(material: Material) -> None:
    dead = list(together(material.harm).places.values())
    assert dead == sorted(dead, reverse=True)
